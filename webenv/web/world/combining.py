"""*Combined* sentences for pretraining: each name of what pages tell in each of many sentences, and words around them.

A model that reads a word in one sentence alone learns the sentence; in many, the word.
"""

from __future__ import annotations

from functools import cache

from webenv.web.world.dice import Dice
from webenv.web.world.schema import ATTRIBUTES

NAMES: dict[str, tuple[str, ...]] = {
    "birthplace": ("birthplace", "place of birth", "home by birth", "place of the first light of day"),
    "employer": ("employer", "place of work", "house that pays the living", "other side of the contract"),
    "region": ("region", "region on the maps", "land around it", "land that it is counted to"),
    "mayor": ("mayor", "head of the council", "one who presides over the council", "head of the town"),
    "capital": ("capital", "chief town", "seat of the government", "first town"),
    "seat": ("seat", "head office", "legal address", "place of the head office"),
    "founder": ("founder", "one who laid the first stone", "creator", "one to whom it owes its existence"),
    "discoverer": ("discoverer", "author of the name", "one who made it known", "author of the first description"),
    "locality": ("type locality", "place of the first find", "place of the holotype", "place where it was first met"),
    "habitats": ("range", "present range", "habitat", "place where it has been seen"),
    "author": ("author", "name on the title page", "writer", "writer of the book"),
    "publisher": ("publisher", "name in the imprint", "press", "house that took the risk"),
    "host": ("host", "host town", "place whose turn it was", "town with the full inns"),
    "winner": ("winner", "one on top at the end", "choice of the jury", "first at the end"),
    "maker": ("maker", "name on the plate", "producer", "house whose product it is"),
    "born": ("date of birth", "birthday", "first day of life", "day of birth"),
    "occupation": ("occupation", "trade", "profession", "work"),
    "population": ("population", "number of people", "number of people at home here", "number of inhabitants"),
    "chartered": ("year of the charter", "year of the town rights", "year on the charter"),
    "elevation": ("elevation", "height", "height above sea level", "height that surveyors give"),
    "area": ("area", "extent", "surface", "size all in all"),
    "length": ("length", "length from end to end", "length that it grows to", "greatest length"),
    "described": ("year of the description", "first year in the literature", "year of the name"),
    "published": ("year of publication", "year on the title page", "first year in the shops"),
    "extent": ("number of pages", "page count", "count of pages"),
    "registration": ("registration", "number in the register", "number from the clerk", "registration number"),
    "established": ("year of entry", "year of the first entry", "first year that it filed", "year in the register"),
    "employees": ("number of employees", "number of staff", "size of the staff", "number at work each morning"),
    "day": ("date", "day", "day on which it happened"),
    "attendance": ("number of visitors", "size of the crowd", "number of people who wanted to see it"),
    "price": ("price", "price on the tag", "sum that we ask"),
    "weight": ("weight", "net weight", "weight to ship"),
}  # fmt: skip
"""By relation or attribute, as the sentences of `prose` are."""
_SENTENCES = (
    "The {name} of {{s}} is {it}.", "{it} is the {name} of {{s}}.", "Its {name} is {it}.", "The {name} is {it}.",
    "{{s}} has {it} as its {name}.", "As the {name} of {{s}}, {it} is given.", "The {name}, {it}, is known to all.",
    "What the books call the {name} of {{s}} is {it}.", "For {{s}} one reads {it} as the {name}.", "The {name}: {it}.",
    "Under {name} one finds {it}.", "{it}, as everybody knows, is the {name} of {{s}}.",
    "Nobody doubts that the {name} of {{s}} is {it}.", "There is no other {name} of {{s}} than {it}.",
    "The {name} of {{s}} is said to be {it}.", "{it} is what is given as its {name}.",
    "Whoever asks for the {name} of {{s}} hears {it}.", "With {it} the {name} is named.",
    "If the {name} of {{s}} is meant, it is {it}.", "That the {name} is {it} stands in every guide.",
)  # fmt: skip
_BEFORE = (
    "To this day ", "As far as is known, ", "According to the last edition, ", "On the whole ", "Note that ",
    "It is certain that ", "Since then ", "By all accounts ",
)  # fmt: skip
_AFTER = (", it seems.", " (see below).", ", so the papers say.", ", and that is no secret.", "!")
AROUND = 30
"""Of a hundred sentences, those with words before or behind them (our choice)."""


@cache
def combined(about: str, held_out: tuple[str, ...]) -> tuple[str, ...]:
    """Each name of a relation or attribute in each sentence, but for what is held out."""
    it = f"{{o}} {ATTRIBUTES[about].unit}".strip() if about in ATTRIBUTES else "{o}"
    made = (sentence.format(name=name, it=it) for name in NAMES[about] for sentence in _SENTENCES)
    return tuple(each for each in made if each not in held_out)


def surrounded(sentence: str, dice: Dice) -> str:
    """A sentence, sometimes with words before or behind it."""
    if not dice.chance(AROUND):
        return sentence
    if dice.chance(40):
        return sentence.removesuffix(".") + dice.pick(_AFTER)
    return dice.pick(_BEFORE) + (sentence if sentence.startswith("{") else sentence[0].lower() + sentence[1:])
