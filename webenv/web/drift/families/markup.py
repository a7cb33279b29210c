"""Markup: other tags and names for the same page. What is read stays, but for lines and gaps."""

from __future__ import annotations

import re
from hashlib import blake2b

from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Operator
from webenv.web.drift.rewriting import count, is_balanced, tags
from webenv.web.world.dice import Dice

_CLASS = re.compile(r"""(\bclass\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TABLE = re.compile(r"<table\b[^>]*>(?:(?!<table\b).)*?</table\s*>", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr\s*>", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)


def _rename_classes(document: Document, dice: Dice) -> Document:
    salt = str(dice.below(1 << 32))
    known: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        names = found[2] if found[2] is not None else found[3]
        if names not in known:
            known[names] = f'{found[1]}"{" ".join(_hashed(name, salt) for name in names.split())}"'
        return known[names]

    return document.with_markup(_CLASS.sub(renamed, document.markup))


def _hashed(name: str, salt: str) -> str:
    return "c" + blake2b(f"{salt} {name}".encode("utf-8", "replace"), digest_size=4).hexdigest()


def _wrap(document: Document, dice: Dice) -> Document:
    """Paragraphs in boxes of their own."""
    if len(set(count(document.markup, "p"))) == 2:
        return document
    name = f"w{dice.below(10_000)}"

    def wrapped(closes: bool, tag: str) -> str:
        return f"{tag}</div>" if closes else f'<div class="{name}">{tag}'

    return document.with_markup(tags(document.markup, "p", wrapped))


def _flat_headings(document: Document, dice: Dice) -> Document:
    """Headings below the first as plain boxes."""
    opening = f'<div class="t{dice.below(10_000)}" role="heading">'
    return document.with_markup(tags(document.markup, "h[2-6]", lambda closes, tag: "</div>" if closes else opening))


def _tables_as_lines(document: Document, dice: Dice) -> Document:
    """Simple tables as a box for each row."""
    return document.with_markup(_TABLE.sub(lambda table: _as_lines(table[0]), document.markup))


def _as_lines(table: str) -> str:
    rows = _ROW.findall(table)
    cells = [_CELL.findall(row) for row in rows]
    if not all(cells) or not all(is_balanced(content) for row in cells for _, content in row):
        return table
    lines = ("".join(_as_part(name, content) for name, content in row) for row in cells)
    return "".join(f"<div>{line}</div>" for line in lines)


def _as_part(name: str, content: str) -> str:
    return f"<b>{content}</b> " if name.lower() == "th" else f"<span>{content}</span> "


def _sections_as_boxes(document: Document, dice: Dice) -> Document:
    """HTML5 names as plain boxes."""
    names = "main|article|section|aside|header|footer|nav"
    return document.with_markup(tags(document.markup, names, lambda closes, tag: "</div>" if closes else "<div>"))


FAMILY = Family(
    "markup",
    "class names, wrapped paragraphs, headings and tables without their tags",
    preserves=True,
    operators=(
        Operator("markup.classes", edit=_rename_classes),
        Operator("markup.wrappers", edit=_wrap, rate=0.8),
        Operator("markup.headings", edit=_flat_headings, rate=0.8),
        Operator("markup.tables", split="test", edit=_tables_as_lines, rate=0.9),
        Operator("markup.boxes", split="test", edit=_sections_as_boxes, rate=0.8),
    ),
)
