"""Layout and skin: menus, banners and side columns appear, sections change places; links get other numbers."""

from __future__ import annotations

import re
from html import escape

from webenv.web.address import host
from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Operator
from webenv.web.drift.rewriting import is_balanced
from webenv.web.world.dice import Dice

_NAV = re.compile(r"<nav\b[^>]*>(?:(?!<nav\b).)*?</nav\s*>", re.IGNORECASE | re.DOTALL)
_SECOND = re.compile(r"<(h[2-5])\b", re.IGNORECASE)
_END = re.compile(r"</(?:main|article|section|div|body)\s*>|<footer\b", re.IGNORECASE)
_PLACES = ("About us", "Contact", "News", "Help", "Sitemap", "Careers", "Press", "Partners", "Events", "Newsletter")


def _links(document: Document, dice: Dice, most: int) -> list[str]:
    """Links to pages that sites have, on this host."""
    site = f"{document.url.split(':', 1)[0]}://{host(document.url)}/"
    labels = dice.shuffled(_PLACES)[: dice.between(2, most)]
    return [f'<a href="{escape(site)}{label.lower().replace(" ", "-")}">{label}</a>' for label in labels]


def _menu(document: Document, dice: Dice) -> Document:
    return document.before(f"<div>{' | '.join(_links(document, dice, 6))}</div>")


def _side_column(document: Document, dice: Dice) -> Document:
    items = "".join(f"<li>{link}</li>" for link in _links(document, dice, 5))
    return document.after(f"<div><p>Quick links</p><ul>{items}</ul></div>")


def _navigation_last(document: Document, dice: Dice) -> Document:
    found = _NAV.search(document.markup)
    if not found or not is_balanced(found[0]):
        return document
    rest = document.with_markup(document.markup[: found.start()] + document.markup[found.end() :])
    return rest.after(found[0])


def _sections_in_another_order(document: Document, dice: Dice) -> Document:
    """The sections under headings of the first level that comes, where each is whole in itself."""
    markup = document.markup
    first = _SECOND.search(markup)
    if first is None:
        return document
    starts = [found.start() for found in re.finditer(rf"<{first[1]}\b", markup, re.IGNORECASE)]
    end = next((found.start() for found in _END.finditer(markup, starts[-1])), len(markup))
    sections = [markup[start:stop] for start, stop in zip(starts, [*starts[1:], end], strict=True)]
    if len(sections) < 2 or not all(map(is_balanced, sections)):
        return document
    return document.with_markup(markup[: starts[0]] + "".join(dice.shuffled(sections)) + markup[end:])


def _banner(document: Document, dice: Dice) -> Document:
    words = dice.pick(("Welcome to our new website", "A fresh look", "We have redesigned our pages"))
    return document.before(f"<div><p>{words}</p><p>{'</p><p>'.join(_links(document, dice, 4))}</p></div>")


FAMILY = Family(
    "layout",
    "menus, banners and side columns, sections in another order; links get other numbers",
    preserves=True,
    operators=(
        Operator("layout.menu", edit=_menu, rate=0.7),
        Operator("layout.navigation", edit=_navigation_last, rate=0.7),
        Operator("layout.column", edit=_side_column, rate=0.5),
        Operator("layout.sections", split="test", edit=_sections_in_another_order, rate=0.8),
        Operator("layout.banner", split="test", edit=_banner, rate=0.7),
    ),
)
