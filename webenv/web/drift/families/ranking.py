"""Ranking: another engine, hits in another order, left out, or without their words and dates."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webenv.types import Hit
from webenv.web.drift.lies import Falsifier
from webenv.web.drift.operator import Family, Operator
from webenv.web.drift.rewriting import numbers
from webenv.web.world.dice import Dice

Chosen = Callable[[str], bool]


def _shuffle(hits: list[Hit], chosen: Chosen, dice: Dice) -> list[Hit]:
    return dice.shuffled(hits)


def _drop(hits: list[Hit], chosen: Chosen, dice: Dice) -> list[Hit]:
    return [hit for hit in hits if not chosen(hit.url)]


def _without_snippets(hits: list[Hit], chosen: Chosen, dice: Dice) -> list[Hit]:
    return [msgspec.structs.replace(hit, snippet="") if chosen(hit.url) else hit for hit in hits]


def _stale_snippets(hits: list[Hit], chosen: Chosen, dice: Dice) -> list[Hit]:
    """What the page said before: numbers differ."""
    return [_stale(hit, dice) if chosen(hit.url) else hit for hit in hits]


def _stale(hit: Hit, dice: Dice) -> Hit:
    return msgspec.structs.replace(hit, snippet=numbers(hit.snippet, Falsifier(hit.title, dice)))


def _without_dates(hits: list[Hit], chosen: Chosen, dice: Dice) -> list[Hit]:
    return [msgspec.structs.replace(hit, date="") if chosen(hit.url) else hit for hit in hits]


FAMILY = Family(
    "ranking",
    "other BM25 parameters, hits shuffled, dropped, without snippets or with old ones",
    preserves=True,
    operators=(
        Operator("ranking.engine", bm25=(1.2, 0.75)),
        Operator("ranking.shuffle", results=_shuffle, rate=0.7),
        Operator("ranking.dropped", results=_drop, rate=0.4),
        Operator("ranking.bare", results=_without_snippets, rate=0.5),
        Operator("ranking.other-engine", split="test", bm25=(2.0, 0.9)),
        Operator("ranking.stale", split="test", results=_stale_snippets, rate=0.6),
        Operator("ranking.undated", split="test", results=_without_dates, rate=0.6),
    ),
)
