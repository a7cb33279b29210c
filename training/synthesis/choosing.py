"""Drafts that choose among several things: intersection, what is true of one alone, and comparison, which has more."""

from __future__ import annotations

from fractions import Fraction

from training.synthesis.drafting import MAX_COUNT, MAX_STEPS, Draft, draft
from training.synthesis.facts import PageFacts
from training.synthesis.reading import Reading
from training.synthesis.ways import Way, evidence
from webenv.types import Evidence
from webenv.values import dates, quantity, tidy
from webenv.web.world.dice import Dice

_COMPARED = 30
"""Pages with which one is compared before giving up (our choice)."""
_MAX_CONDITIONS = 2
"""Values that single out a thing (our choice)."""


def intersection(reading: Reading, dice: Dice) -> Draft | None:
    """The one thing that two groups share, or the one of a group that has some values."""
    return _with_values(reading, dice) if dice.chance(50) else _shared(reading, dice)


def _with_values(reading: Reading, dice: Dice) -> Draft | None:
    opened = reading.opened(dice)
    if not opened:
        return None
    place = dice.below(len(opened.members))
    way, page = opened.members[place]
    left, conditions, proof = set(range(len(opened.members))), [], []
    for label in dice.shuffled(opened.labels)[:_MAX_CONDITIONS]:
        fields = opened.fields(label)
        left &= {
            number for number, field in enumerate(fields) if tidy(field.value.text) == tidy(fields[place].value.text)
        }
        conditions.append(f"“{fields[place].value.text}” as its “{label}”")
        proof.append(evidence(page.page, fields[place].span, label))
        if len(left) == 1:
            break
    if left != {place}:
        return None
    question = f"Which of {opened.group.each} has {' and '.join(conditions)}?"
    return _chosen(question, way, page, [(way, proof)], "values")


def _chosen(question: str, way: Way, page: PageFacts, proof: list[tuple[Way, list[Evidence]]], about: str) -> Draft:
    answer = way.steps[-1].label
    aliases = (page.name,) if page.name and tidy(page.name) != tidy(answer) else ()
    return draft("intersection", question, answer, "text", proof, about, aliases)


def _shared(reading: Reading, dice: Dice) -> Draft | None:
    if not reading.sharing:
        return None
    one, other, *rows = dice.pick(reading.sharing)
    question = f"What stands both in {one.words} and in {other.words}?"
    proof = [(group.way, [group.proof(row)]) for group, row in zip((one, other), rows, strict=True)]
    answer, same = rows[0].cells[0].text, " and ".join(sorted((one.page.url, other.page.url)))
    return draft("intersection", question, answer, "text", proof, "groups", same=f"{tidy(answer)} on {same}")


Measure = tuple[str, str]
"""What is compared: a key that two pages must share, and its words in a question."""


def comparison(reading: Reading, dice: Dice) -> Draft | None:
    """Which of two pages has more of what both state."""
    found = reading.way(dice, dice.between(1, MAX_STEPS - 1))
    mine = _measures(found[1]) if found else {}
    if not found or not mine:
        return None
    (way, page), measure = found, dice.pick(sorted(mine))
    for second in dice.shuffled(reading.ways)[:_COMPARED]:
        other = reading.of(second.end) if second.end not in way.pages else None
        theirs = _measures(other).get(measure) if other else None
        if other is None or theirs is None or theirs[0] == mine[measure][0]:
            continue
        winner, won = max((mine[measure][0], way, page), (theirs[0], second, other), key=lambda each: each[0])[1:]
        proof = [
            (way, [evidence(page.page, span, measure[0]) for span in mine[measure][1]]),
            (second, [evidence(other.page, span, measure[0]) for span in theirs[1]]),
        ]
        question = f"Which of the two has {measure[1]}: {way.thing} or {second.thing}?"
        answer, same = winner.steps[-1].label, " or ".join(sorted((way.thing, second.thing)))
        aliases = (won.name,) if won.name and tidy(won.name) != tidy(answer) else ()
        return draft("comparison", question, answer, "text", proof, measure[0], aliases, f"{measure[0]} {same}")
    return None


def _measures(page: PageFacts) -> dict[Measure, tuple[tuple[Fraction, ...], list[str]]]:
    """What can be compared of a page, with the words that state it: its numbers and days, else its lists."""
    found: dict[Measure, tuple[tuple[Fraction, ...], list[str]]] = {}
    for field in page.fields:
        if field.value.type == "number" and (size := quantity(field.value.text, set())):
            found[f"{field.label} {size[1]}".strip(), f"the higher “{field.label}”"] = (size[0],), [field.span]
        elif field.value.type == "date":
            [day] = dates(field.value.text)
            if all(day):
                found[field.label, f"the later “{field.label}”"] = tuple(map(Fraction, day)), [field.span]
    for listing in page.lists if not found else ():
        if len(listing.rows) <= MAX_COUNT:
            words = f"more entries in its list “{listing.name}”" if listing.name else "more entries in its list"
            found["entries", words] = (Fraction(len(listing.rows)),), [row.span for row in listing.rows]
    return found
