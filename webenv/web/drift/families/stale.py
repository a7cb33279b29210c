"""Stale copies: search finds older states of pages that say other things, each with its date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from html import escape

import msgspec

from webenv.types import Hit
from webenv.web.drift.document import Document
from webenv.web.drift.lies import Falsifier
from webenv.web.drift.operator import Copies, Family, Operator
from webenv.web.drift.rewriting import facts, plain_facts
from webenv.web.world.dice import Dice

_LATEST = date(2005, 12, 31)
"""Copies are older than this (our choice): what a task asks holds later."""


def _day(dice: Dice) -> str:
    return (_LATEST - timedelta(days=dice.below(3_000))).isoformat()


def _hit(hit: Hit, dice: Dice) -> Hit:
    snippet = plain_facts(hit.snippet, Falsifier(hit.title, dice))
    return msgspec.structs.replace(hit, date=_day(dice), snippet=snippet)


def _page(notice: str) -> Callable[[Document, str, Dice], Document]:
    def page(document: Document, title: str, dice: Dice) -> Document:
        older = document.with_markup(facts(document.markup, Falsifier(title, dice)))
        day = _day(dice)
        return older.dated(day).before(f"<div><p>{notice.format(day=day, url=escape(document.url))}</p></div>")

    return page


FAMILY = Family(
    "stale",
    "older copies of pages in the results, with their dates and other facts",
    preserves=True,
    operators=(
        Operator(
            "stale.cached",
            copies=Copies("www.page-cache.example", 1, _hit, _page("Copy of {url} as it was on {day}.")),
        ),
        Operator(
            "stale.mirror",
            split="test",
            copies=Copies(
                "mirror.old-pages.example", 2, _hit, _page("Mirror. Last synchronised: {day}. Source: {url}")
            ),
        ),
    ),
)
