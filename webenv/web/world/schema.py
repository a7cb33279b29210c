"""What a generated world is about: kinds of things, how they hang together, and what is known of each.

Every relation and attribute is stated on exactly one page, so that the pages a question needs can be counted: on a page
of its source or, for relations that are only known as lists, on the page of the target. Wording of pages is in `prose`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from webenv.types import Record

Kind = Literal["person", "town", "region", "species", "work", "organisation", "event", "product"]
Site = Literal["encyclopedia", "gazetteer", "register", "company", "news", "catalogue", "forum"]

KINDS: tuple[Kind, ...] = ("person", "town", "region", "species", "work", "organisation", "event", "product")


class Entity(NamedTuple):
    """One thing of the world: its kind and its number."""

    kind: Kind
    number: int


class Relation(Record):
    """A relation from each thing of one kind to one thing of another, or to a few."""

    name: str
    source: Kind
    target: Kind
    site: Site
    """Where it is stated: on the page of the source there, or as a list on the page of the target there."""
    label: str
    """Its name in an infobox, or the heading of the list."""
    listed: bool = False
    """It is stated only as a list of sources on the page of the target."""
    own: bool = False
    """Each target has at most one source."""
    many: int = 1
    """Targets of each source; a few may fall together."""


class Attribute(Record):
    """A value that each thing of a kind has."""

    name: str
    source: Kind
    site: Site
    label: str
    answer_type: Literal["text", "number", "date", "code"]
    unit: str = ""


_RELATIONS: tuple[tuple[str, Kind, Kind, Site, str], ...] = (
    ("birthplace", "person", "town", "encyclopedia", "Born in"),
    ("employer", "person", "organisation", "encyclopedia", "Employer"),
    ("region", "town", "region", "gazetteer", "Region"),
    ("mayor", "town", "person", "gazetteer", "Mayor"),
    ("capital", "region", "town", "gazetteer", "Capital"),
    ("seat", "organisation", "town", "register", "Seat"),
    ("founder", "organisation", "person", "company", "Founder"),
    ("discoverer", "species", "person", "encyclopedia", "Described by"),
    ("locality", "species", "town", "encyclopedia", "Type locality"),
    ("habitats", "species", "town", "encyclopedia", "Found near"),
    ("author", "work", "person", "encyclopedia", "Author"),
    ("publisher", "work", "organisation", "encyclopedia", "Publisher"),
    ("host", "event", "town", "news", "Host town"),
    ("winner", "event", "person", "news", "Winner"),
    ("maker", "product", "organisation", "catalogue", "Maker"),
    ("membership", "person", "organisation", "company", "Members"),
    ("partner", "town", "region", "gazetteer", "Partner towns"),
    ("collector", "species", "person", "encyclopedia", "Species collected"),
    ("illustrator", "work", "person", "encyclopedia", "Books illustrated"),
)
_LISTED = ("membership", "partner", "collector", "illustrator")
_OWN = ("mayor", "capital", "founder")
RELATIONS: dict[str, Relation] = {
    name: Relation(
        name=name,
        source=source,
        target=target,
        site=site,
        label=label,
        listed=name in _LISTED,
        own=name in _OWN,
        many=3 if name == "habitats" else 1,
    )
    for name, source, target, site, label in _RELATIONS
}

_ATTRIBUTES: tuple[tuple[str, Kind, Site, str, Literal["text", "number", "date", "code"], str], ...] = (
    ("born", "person", "encyclopedia", "Date of birth", "date", ""),
    ("occupation", "person", "encyclopedia", "Occupation", "text", ""),
    ("population", "town", "gazetteer", "Inhabitants", "number", ""),
    ("chartered", "town", "gazetteer", "Town charter", "date", ""),
    ("elevation", "town", "gazetteer", "Elevation", "number", "m"),
    ("area", "region", "gazetteer", "Area", "number", "km²"),
    ("length", "species", "encyclopedia", "Length", "number", "mm"),
    ("described", "species", "encyclopedia", "Year of description", "date", ""),
    ("published", "work", "encyclopedia", "Year of publication", "date", ""),
    ("extent", "work", "encyclopedia", "Pages", "number", ""),
    ("registration", "organisation", "register", "Registration", "code", ""),
    ("established", "organisation", "register", "Year of entry", "date", ""),
    ("employees", "organisation", "company", "Employees", "number", ""),
    ("day", "event", "news", "Day", "date", ""),
    ("attendance", "event", "news", "Visitors", "number", ""),
    ("price", "product", "catalogue", "Price", "number", "crowns"),
    ("weight", "product", "catalogue", "Weight", "number", "g"),
)
ATTRIBUTES: dict[str, Attribute] = {
    name: Attribute(name=name, source=source, site=site, label=label, answer_type=answer_type, unit=unit)
    for name, source, site, label, answer_type, unit in _ATTRIBUTES
}


def relations_of(kind: Kind) -> list[Relation]:
    """The relations that start at a kind."""
    return [each for each in RELATIONS.values() if each.source == kind]


def relations_to(kind: Kind) -> list[Relation]:
    """The relations that lead to a kind."""
    return [each for each in RELATIONS.values() if each.target == kind]


def attributes_of(kind: Kind) -> list[Attribute]:
    """What is known of a kind."""
    return [each for each in ATTRIBUTES.values() if each.source == kind]
