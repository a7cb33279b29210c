"""Small rewrites of markup, by its tags and the words between them; scripts, styles and comments stay."""

from __future__ import annotations

import re
from collections.abc import Callable

_PIECE = re.compile(
    r"<script\b.*?(?:</script\s*>|\Z)|<style\b.*?(?:</style\s*>|\Z)|<title\b.*?(?:</title\s*>|\Z)|<!--.*?(?:-->|\Z)"
    r"|<[a-z/!][^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_WORD = re.compile(r"&(?:#\w{1,8}|\w{1,32});|[^\W_]+(?:-[^\W_]+)*")


def words(markup: str, change: Callable[[str], str]) -> str:
    """`markup` with the words between its tags changed; entities stay."""
    pieces: list[str] = []
    copied = 0
    for tag in _PIECE.finditer(markup):
        if tag.start() > copied:
            pieces.append(plain_words(markup[copied : tag.start()], change))
        pieces.append(tag[0])
        copied = tag.end()
    return "".join((*pieces, plain_words(markup[copied:], change)))


def plain_words(text: str, change: Callable[[str], str]) -> str:
    """`text` with its words changed; entities stay."""
    return _WORD.sub(lambda word: word[0] if word[0][0] == "&" else change(word[0]), text)


def tags(markup: str, change: Callable[[str, str], str]) -> str:
    """`markup` with its tags changed; `change` gets the name, in lower case and with `/` if it closes, and the tag."""

    def changed(tag: re.Match[str]) -> str:
        name = _NAME.match(tag[0])
        if name is None or name[1].lower() in ("script", "style", "title"):
            return tag[0]
        return change(("/" if tag[0][1] == "/" else "") + name[1].lower(), tag[0])

    return _PIECE.sub(changed, markup)


def is_balanced(markup: str) -> bool:
    """Whether every element that begins in `markup` ends there, in order, and none ends that did not begin."""
    opened: list[str] = []
    for tag in _PIECE.finditer(markup):
        name = _NAME.match(tag[0])
        if name is None or name[1].lower() in _VOID or name[1].lower() in ("script", "style", "title"):
            continue
        if tag[0][1] != "/":
            if not tag[0].endswith("/>"):
                opened.append(name[1].lower())
        elif not opened or opened.pop() != name[1].lower():
            return False
    return not opened


def count(markup: str, name: str) -> tuple[int, int]:
    """How many tags of that name begin and end."""
    begin = len(re.findall(rf"<{name}(?=[\s>])", markup, re.IGNORECASE))
    return begin, len(re.findall(rf"</{name}\s*>", markup, re.IGNORECASE))
