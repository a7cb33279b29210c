"""*Jottings*: what a page said, in two or three words: `mayor: thuplark suleix`."""

from __future__ import annotations

import re

from agent.observations import opened
from agent.teacher import reading
from agent.teacher.trail import Trail
from webenv.types import Evidence

_VALUE = re.compile(r"\d[\d,.:-]*\d|\d")
_MOST_ITEMS = 12
"""Entries of a list that are counted aloud (our choice)."""


def named(trail: Trail) -> str:
    """What to search for: the longest part of the oracle's query that was asked or read, else the whole query."""
    call = trail.next_call
    words = str(call.arguments["query"][0]).split() if call else []
    runs = (" ".join(words[start:end]) for end in range(len(words), 0, -1) for start in range(end))
    by_length = sorted(runs, key=len, reverse=True)
    for text in (trail.task.question, reading.plain(trail.page)):
        for run in by_length:
            if run[0].isupper() and re.search(rf"(?<!\w){re.escape(run)}(?!\w)", text):
                return run
    return " ".join(words)


def jot(trail: Trail, otherwise: str) -> str:
    """What the page in view said, or something else if it said nothing, and what is still to be found out."""
    said = _said(trail, trail.place - 1) if trail.is_on_way else ""
    return _planned(trail, said or otherwise)


def jot_link(trail: Trail, number: int) -> str:
    """What a link of the page in view leads to, with its number, and what is still to be found out."""
    proofs = _proofs(trail, trail.place - 1)
    about = _relation(proofs[-1]) if proofs else "see"
    return _planned(trail, f"{about}: {reading.label(trail.page, number)} {number}")


def _planned(trail: Trail, said: str) -> str:
    return "; ".join(filter(None, (said, ", ".join(_left(trail)))))


def _left(trail: Trail) -> list[str]:
    """Relations and attributes that are still to be read, in their order."""
    read = {opened(None, page) for page in trail.pages.values()}
    wanted = {item.url: _relation(item) for item in trail.task.evidence}
    return [relation for url, relation in wanted.items() if url not in read]


def summary(trail: Trail) -> str:
    """What leads to the answer: the last page, or all pages where values are compared."""
    if trail.task.template.startswith("comparison"):
        return "; ".join(filter(None, (_said(trail, place) for place in trail.pages)))
    return _said(trail, trail.place - 1) or "done"


def retold(trail: Trail) -> list[str]:
    """What the pages before the last one on the way said, and the hits in view with their numbers."""
    said = (_said(trail, place) for place in trail.pages if place != trail.place - 1)
    return [*filter(None, said), *(f"{hit.number} {hit.title}" for hit in trail.hits)]


def _said(trail: Trail, place: int) -> str:
    page, task = trail.pages[place], trail.task
    proofs = _proofs(trail, place)
    if not proofs:
        return ""
    following = task.oracle[place + 1] if place + 1 < len(task.oracle) else None
    if following is not None and following.name == "click":
        return f"{_relation(proofs[-1])}: {reading.label(page, following.arguments['link'])}"
    if task.template.startswith("count"):
        items = [reading.plain(item.text) for item in proofs][-_MOST_ITEMS:]
        return "; ".join(f"{number} {item}" for number, item in enumerate(items, 1))
    return f"{_relation(proofs[-1])}: {_value(trail, proofs[-1])}"


def _proofs(trail: Trail, place: int) -> list[Evidence]:
    page = trail.pages[place]
    url = opened(None, page)
    return [item for item in trail.task.evidence if item.url == url and item.text in page]


def _relation(item: Evidence) -> str:
    return item.relation.removesuffix(", listed")


def _value(trail: Trail, item: Evidence) -> str:
    """The answer where the words say it, else the first number or name in them."""
    text = reading.plain(item.text)
    if trail.task.answer in text:
        return trail.task.answer
    value = _VALUE.search(text)
    return value[0] if value else next(iter(reading.names(text)), "")
