"""Drafts of questions over what a walk read. A *draft* follows from what pages state; it may still give itself away.

Here are the two types that ask for what stands at the end of a way, multi-hop and count; the two that choose among
several things are in `training.synthesis.choosing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from training.synthesis.facts import AnswerType, PageFacts
from training.synthesis.reading import Reading
from training.synthesis.ways import Way, evidence, named
from webenv.types import Evidence, Record
from webenv.values import tidy
from webenv.web.world.dice import Dice

Type = Literal["multi-hop", "count", "intersection", "comparison"]
MAX_STEPS = 3
"""Longest way (our choice)."""
MAX_COUNT = 40
"""Longest list that is counted (our choice)."""
_CELLS = 50
"""Percent of multi-hop questions that end in a table where there is one (our choice)."""
_WORDINGS = ("What is the “{0}” of {1}?", "Which “{0}” is given for {1}?", "Find {1}. What is its “{0}”?")


class Draft(Record):
    """A question with its answer and everything that proves it."""

    question: str
    same: str
    """Equal for questions that ask the same in other words."""
    answer: str
    aliases: tuple[str, ...]
    answer_type: AnswerType
    template: str
    evidence: tuple[Evidence, ...]
    """In the order in which it is read."""
    links: tuple[str, ...]
    """For each, the link that leads to its page, if it has one of its own."""
    hidden: tuple[str, ...]
    """What the question must not say."""


Proof = tuple[Way, list[Evidence]]
"""A way, and the words on the page at its end."""


def draft(
    kind: Type,
    question: str,
    answer: str,
    answer_type: AnswerType,
    proof: Sequence[Proof],
    about: str,
    aliases: tuple[str, ...] = (),
    same: str = "",
) -> Draft:
    """Put a draft together; `about` goes into its template."""
    read: list[tuple[Evidence, str]] = []
    for way, last in proof:
        arriving = ["", *(step.link for step in way.steps)]
        read += [(item, link) for item, link in zip([*way.evidence, *last[:1]], arriving, strict=bool(last))]
        read += [(item, "") for item in last[1:]]
    kinds = dict.fromkeys(":".join(step.kind for step in way.steps) for way, _ in proof)
    return Draft(
        question=question,
        same=f"{kind} {same or question}",
        answer=answer,
        aliases=aliases,
        answer_type=answer_type,
        template=":".join((kind, *kinds, about)),
        evidence=tuple(item for item, _ in read),
        links=tuple(link for _, link in read),
        hidden=tuple(step.label for way, _ in proof for step in way.steps),
    )


def multi_hop(reading: Reading, dice: Dice) -> Draft | None:
    """What a page at the end of a way says under a label, or in a table."""
    found = reading.way(dice, dice.between(1, MAX_STEPS))
    if found is None:
        return None
    way, page = found
    return _cell(way, page, dice) if page.tables and dice.chance(_CELLS) else _field(reading, way, page, dice)


def _field(reading: Reading, way: Way, page: PageFacts, dice: Dice) -> Draft | None:
    fields = [each for each in page.fields if each.value.answers]
    field = dice.pick(fields) if fields else None
    if field is None or not reading.undisputed(page, field):
        return None
    if way.steps[-1].label.casefold() in field.value.text.casefold():
        return None
    proof = [(way, [evidence(page.page, field.span, field.label)])]
    question = dice.pick(_WORDINGS).format(field.label, way.thing)
    same = f"{field.label} of {way.thing}"
    return draft("multi-hop", question, field.value.text, field.value.type, proof, field.label, same=same)


def _cell(way: Way, page: PageFacts, dice: Dice) -> Draft | None:
    """One cell of a table, named by its row and its column."""
    table = dice.pick(page.tables)
    row, column = dice.pick(table.rows), dice.below(len(table.columns) - 1) + 1
    value, label = row.cells[column], table.columns[column]
    if not value.answers or value.text.casefold() == row.cells[0].text.casefold():
        return None
    place = f"in {named(table)} on {way.page}"
    question = f"Which “{label}” is given for the “{table.columns[0]}” “{row.cells[0].text}” {place}?"
    proof = [(way, [evidence(page.page, row.span, f"{label} of {row.cells[0].text}")])]
    return draft("multi-hop", question, value.text, value.type, proof, f"cell:{label}")


def count(reading: Reading, dice: Dice) -> Draft | None:
    """How many entries or rows a page lists, all or those with a value."""
    if dice.chance(40):
        return _count_pages(reading, dice)
    found = reading.way(dice, dice.between(1, MAX_STEPS - 1))
    listings = [each for each in (*found[1].lists, *found[1].tables) if len(each.rows) <= MAX_COUNT] if found else []
    if not found or not listings:
        return None
    (way, page), listing = found, dice.pick(listings)
    rows, words = listing.rows, f"{named(listing)} on {way.page}"
    question = f"How many {'rows' if listing.columns else 'entries'} does {words} have?"
    if listing.columns and dice.chance(60):
        column = dice.below(len(listing.columns) - 1) + 1
        value = dice.pick(listing.rows).cells[column].text
        rows = tuple(row for row in rows if row.cells[column].text == value)
        question = f"How many rows of {words} have “{value}” as “{listing.columns[column]}”?"
        if not value or len(rows) < 2:
            return None
    proof = [(way, [evidence(page.page, row.span, f"counted in {named(listing)}") for row in rows])]
    return draft("count", question, str(len(rows)), "number", proof, "rows")


def _count_pages(reading: Reading, dice: Dice) -> Draft | None:
    """How many things of a group have a value, each on a page of its own."""
    opened = reading.opened(dice)
    labels = opened.labels if opened else []
    if not opened or not labels:
        return None
    label = dice.pick(labels)
    fields = opened.fields(label)
    value = dice.pick(fields).value.text
    number = sum(tidy(field.value.text) == tidy(value) for field in fields)
    if number < 2:
        return None
    question = f"Of {opened.group.each}, how many have “{value}” as their “{label}”?"
    proof = [
        (way, [evidence(page.page, field.span, label)])
        for (way, page), field in zip(opened.members, fields, strict=True)
    ]
    return draft("count", question, str(number), "number", proof, f"pages:{label}")
