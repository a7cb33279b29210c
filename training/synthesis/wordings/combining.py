"""*Combined* wordings: each name of an attribute in each of many sentences, each way to begin a phrase in each phrase.

A model that reads a word in one sentence alone learns the sentence; in many, the word.
"""

from __future__ import annotations

from collections.abc import Iterator

NAMES: dict[str, tuple[str, ...]] = {
    "born": ("date of birth", "birth date", "birthday", "day of birth"),
    "occupation": ("occupation", "profession", "trade", "job", "work"),
    "population": ("population", "number of inhabitants", "number of people", "population figure"),
    "chartered": ("year of the charter", "charter year", "year of the town rights", "year of the town charter"),
    "elevation": ("elevation in metres", "height in metres", "height above the sea in metres", "altitude in metres"),
    "area": ("area in square kilometres", "extent in square kilometres", "size in square kilometres"),
    "length": ("length in millimetres", "size in millimetres", "length from end to end in millimetres"),
    "described": ("year of the description", "year of the name", "first year in the literature"),
    "published": ("year of publication", "year on the title page", "year of the first printing", "year in the shops"),
    "extent": ("number of pages", "page count", "extent in pages"),
    "registration": ("registration", "registration number", "register number", "number in the register"),
    "established": ("year of entry", "year of the first entry", "year in the register", "year of the register entry"),
    "employees": ("number of employees", "size of the staff", "number of staff", "size of the workforce"),
    "day": ("date", "day", "exact day", "day and year"),
    "attendance": ("number of visitors", "size of the crowd", "number of guests", "attendance"),
    "price": ("price in crowns", "cost in crowns", "price on the tag in crowns"),
    "weight": ("weight in grams", "net weight in grams", "mass in grams"),
}  # fmt: skip
"""Of attributes."""
_SENTENCES = (
    "What is the {name} of {{}}?", "Give the {name} of {{}}.", "State the {name} of {{}}.", "Find the {name} of {{}}.",
    "The {name} of {{}}: what is it?", "Which {name} does {{}} have?", "Say what the {name} of {{}} is.",
    "I need the {name} of {{}}.", "Look up {{}} and tell me the {name}.", "For {{}}, what is the {name}?",
)  # fmt: skip
_BEGINNINGS = (
    ("the person", "the one", "the man or woman", "the human being"),
    ("the organisation", "the firm", "the house", "the company", "the body"),
    ("the town", "the place", "the settlement", "the community"),
    ("the region", "the area", "the part of the country", "the land"),
)


def combined(about: str, wordings: tuple[str, ...], held_out: tuple[str, ...]) -> Iterator[str]:
    """The wordings, then what can be made of them and of names; nothing twice, and nothing that is held out."""
    made = [*wordings, *_asked(about), *(text for each in wordings for text in _begun_otherwise(each))]
    taken = {text.casefold() for text in held_out}
    for text in made:
        if text.casefold() not in taken:
            taken.add(text.casefold())
            yield text


def _asked(about: str) -> Iterator[str]:
    for name in NAMES.get(about.removeprefix("ask."), ()) if about.startswith("ask.") else ():
        yield from (sentence.format(name=name) for sentence in _SENTENCES)


def _begun_otherwise(text: str) -> Iterator[str]:
    for ways in _BEGINNINGS:
        begun = next((way for way in ways if text.startswith(f"{way} ")), "")
        if begun:
            yield from (way + text.removeprefix(begun) for way in ways if way != begun)
