"""Markup that is nested too deep made flat, before a parser whose time grows with depth sees it."""

from __future__ import annotations

import re

MAX_DEPTH = 400
"""Elements inside each other that are kept (our choice; browsers stop at 512)."""
_FEW_TAGS = 2 * MAX_DEPTH
_TAG = re.compile(
    r"<script\b.*?(?:</script|\Z)|<style\b.*?(?:</style|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)",
    re.IGNORECASE | re.DOTALL,
)
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr "  # void
    "p li dt dd tr td th thead tbody tfoot option optgroup colgroup rt rp body head html".split()  # close by themselves
)


def flatten(markup: str) -> str:
    """`markup` with the tags of elements deeper than `MAX_DEPTH` turned into `<wbr>`; all text stays."""
    if markup.count("<") < _FEW_TAGS:
        return markup
    pieces: list[str] = []
    depth = copied = 0
    for tag in _TAG.finditer(markup):
        name = tag["name"]
        if name is None or name.lower() in _FLAT:
            continue
        too_deep = depth >= MAX_DEPTH if not tag["end"] else depth > MAX_DEPTH
        depth = max(0, depth - 1) if tag["end"] else depth + 1
        if too_deep:
            pieces += (markup[copied : tag.start()], "<wbr")
            copied = tag.end()
    return "".join((*pieces, markup[copied:]))
