"""Small rewrites of markup, by its tags and the words between them; scripts, styles and comments stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_OPAQUE = (
    r"<(?:script\b.*?(?:</script\s*>|\Z)|style\b.*?(?:</style\s*>|\Z)|title\b.*?(?:</title\s*>|\Z)|!--.*?(?:-->|\Z))"
)
_PIECE = re.compile(rf"{_OPAQUE}|<[a-z/!][^>]*>", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_ENTITY = r"(?<=&)(?:#\w{1,8}|\w{1,32});"
_DIGITS = r"(?<=\b\d)\d*\b"
_NUMBER = re.compile(rf"([&\d](?:{_ENTITY}|{_DIGITS}))")
"""Numbers; entities too, so that what is in them is not taken for one.

It begins with a set of characters, which `re` finds twice as fast as one of several beginnings."""
_FACT = re.compile(rf"([&\d{_CAPITAL}](?:{_ENTITY}|{_DIGITS}|(?<=\b[{_CAPITAL}])[^\W\d_{_CAPITAL}]{{3,}}\b))")
"""The same, and words that can be names."""


def facts(markup: str, change: Callable[[str], str]) -> str:
    """`markup` with the numbers and capitalised words between its tags changed."""
    pieces: list[str] = []
    copied = 0
    for tag in _PIECE.finditer(markup):
        if tag.start() > copied:
            pieces.append(_changed(_FACT.split(markup[copied : tag.start()]), change))
        pieces.append(tag[0])
        copied = tag.end()
    return "".join((*pieces, _changed(_FACT.split(markup[copied:]), change)))


def numbers(text: str, change: Callable[[str], str]) -> str:
    """`text` with its numbers changed; entities stay."""
    return _changed(_NUMBER.split(text), change)


def plain_facts(text: str, change: Callable[[str], str]) -> str:
    """`text` with its numbers and capitalised words changed; entities stay."""
    return _changed(_split_snippet(text), change)


@lru_cache(maxsize=256)
def _split_snippet(text: str) -> tuple[str, ...]:
    """Text and facts in turn; several operators change the same snippet."""
    return tuple(_FACT.split(text))


def _changed(pieces: Sequence[str], change: Callable[[str], str]) -> str:
    changed = list(pieces)
    changed[1::2] = [word if word[0] == "&" else change(word) for word in pieces[1::2]]
    return "".join(changed)


def tags(markup: str, names: str, change: Callable[[bool, str], str]) -> str:
    """`markup` with the tags of these names (`p|h[2-6]`) changed; `change` gets whether one closes, and the tag."""

    def changed(tag: re.Match[str]) -> str:
        return change(tag[0][1] == "/", tag[0]) if tag["name"] else tag[0]

    return _tags_pattern(names).sub(changed, markup)


@lru_cache(maxsize=64)
def _tags_pattern(names: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPAQUE}|</?(?P<name>{names})(?=[\s>/])[^>]*>", re.IGNORECASE | re.DOTALL)


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
