"""What a generated world is about: kinds of things, how they hang together, and what is known of each.

Every relation and attribute is stated on exactly one page of its source, so that the pages a question needs can be
counted. Wording that only questions use stands here; wording of pages is in `prose`.
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
    """Where it is stated, on the page of the source."""
    label: str
    """Its name in an infobox."""
    phrase: str
    """The target as a question says it; `{}` stands for the source."""
    listed: str = ""
    """Heading of the list of sources on the page of the target; empty if there is no such list."""
    sources: str = ""
    """The sources as a question counts them; `{}` stands for the target."""
    clause: str = ""
    """What is true of the source, as a question says it; `{}` stands for the target."""
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
    question: str
    """Asks for it; `{}` stands for the source."""
    answer_type: Literal["text", "number", "date", "code"]
    unit: str = ""
    more: str = ""
    """How a comparison asks which of two has the larger value; empty if it is not compared."""


RELATIONS: dict[str, Relation] = {
    each.name: each
    for each in (
        Relation(
            name="birthplace", source="person", target="town", site="encyclopedia", label="Born in",
            clause="was born in {}", phrase="the town where {} was born",
        ),
        Relation(
            name="employer", source="person", target="organisation", site="encyclopedia", label="Employer",
            clause="is employed by {}", phrase="the organisation that employs {}", listed="Staff",
            sources="people does the staff list of {} name",
        ),
        Relation(
            name="region", source="town", target="region", site="gazetteer", label="Region",
            clause="lies in {}", phrase="the region in which {} lies", listed="Towns",
            sources="towns does the gazetteer list in {}",
        ),
        Relation(
            name="mayor", source="town", target="person", site="gazetteer", label="Mayor",
            phrase="the mayor of {}", own=True,
        ),
        Relation(
            name="capital", source="region", target="town", site="gazetteer", label="Capital",
            phrase="the capital of {}", own=True,
        ),
        Relation(
            name="seat", source="organisation", target="town", site="register", label="Seat",
            clause="has its seat in {}", phrase="the town where {} has its seat",
        ),
        Relation(
            name="founder", source="organisation", target="person", site="company", label="Founder",
            clause="was founded by {}", phrase="the founder of {}", own=True,
        ),
        Relation(
            name="discoverer", source="species", target="person", site="encyclopedia", label="Described by",
            clause="was described by {}", phrase="the person who described {}", listed="Species described",
            sources="species did {} describe",
        ),
        Relation(
            name="locality", source="species", target="town", site="encyclopedia", label="Type locality",
            clause="was first found near {}", phrase="the town near which {} was first found",
        ),
        Relation(
            name="habitats", source="species", target="town", site="encyclopedia", label="Found near",
            clause="is found near {}", phrase="a town near which {} is found", many=3,
        ),
        Relation(
            name="author", source="work", target="person", site="encyclopedia", label="Author",
            clause="was written by {}", phrase="the author of {}", listed="Books", sources="books did {} write",
        ),
        Relation(
            name="publisher", source="work", target="organisation", site="encyclopedia", label="Publisher",
            clause="was published by {}", phrase="the publisher of {}",
        ),
        Relation(
            name="host", source="event", target="town", site="news", label="Host town",
            clause="was held in {}", phrase="the town that hosted {}",
        ),
        Relation(
            name="winner", source="event", target="person", site="news", label="Winner",
            clause="was won by {}", phrase="the winner of {}",
        ),
        Relation(
            name="maker", source="product", target="organisation", site="catalogue", label="Maker",
            clause="is made by {}", phrase="the maker of {}",
        ),
    )
}  # fmt: skip

ATTRIBUTES: dict[str, Attribute] = {
    each.name: each
    for each in (
        Attribute(
            name="born", source="person", site="encyclopedia", label="Date of birth",
            question="On which day was {} born?", answer_type="date", more="was born later",
        ),
        Attribute(
            name="occupation", source="person", site="encyclopedia", label="Occupation",
            question="What is the occupation of {}?", answer_type="text",
        ),
        Attribute(
            name="population", source="town", site="gazetteer", label="Inhabitants",
            question="How many inhabitants does {} have?", answer_type="number", more="has more inhabitants",
        ),
        Attribute(
            name="chartered", source="town", site="gazetteer", label="Town charter",
            question="In which year did {} get its town charter?", answer_type="date", more="got its charter later",
        ),
        Attribute(
            name="elevation", source="town", site="gazetteer", label="Elevation",
            question="At how many metres above the sea does {} lie?", answer_type="number", unit="m",
            more="lies higher",
        ),
        Attribute(
            name="area", source="region", site="gazetteer", label="Area",
            question="What is the area of {} in square kilometres?", answer_type="number", unit="km²",
            more="is larger",
        ),
        Attribute(
            name="length", source="species", site="encyclopedia", label="Length",
            question="How many millimetres long does {} become?", answer_type="number", unit="mm",
            more="becomes longer",
        ),
        Attribute(
            name="described", source="species", site="encyclopedia", label="Year of description",
            question="In which year was {} described?", answer_type="date", more="was described later",
        ),
        Attribute(
            name="published", source="work", site="encyclopedia", label="Year of publication",
            question="In which year was {} published?", answer_type="date", more="was published later",
        ),
        Attribute(
            name="extent", source="work", site="encyclopedia", label="Pages",
            question="How many pages does {} have?", answer_type="number", more="has more pages",
        ),
        Attribute(
            name="registration", source="organisation", site="register", label="Registration",
            question="What is the registration number of {}?", answer_type="code",
        ),
        Attribute(
            name="established", source="organisation", site="register", label="Year of entry",
            question="In which year was {} entered in the register?", answer_type="date",
            more="was entered in the register later",
        ),
        Attribute(
            name="employees", source="organisation", site="company", label="Employees",
            question="How many employees does {} have?", answer_type="number", more="has more employees",
        ),
        Attribute(
            name="day", source="event", site="news", label="Day",
            question="On which day did {} take place?", answer_type="date", more="took place later",
        ),
        Attribute(
            name="attendance", source="event", site="news", label="Visitors",
            question="How many visitors did {} have?", answer_type="number", more="had more visitors",
        ),
        Attribute(
            name="price", source="product", site="catalogue", label="Price",
            question="What is the price of {} in crowns?", answer_type="number", unit="crowns",
            more="costs more",
        ),
        Attribute(
            name="weight", source="product", site="catalogue", label="Weight",
            question="How many grams does {} weigh?", answer_type="number", unit="g", more="weighs more",
        ),
    )
}  # fmt: skip


def relations_of(kind: Kind) -> list[Relation]:
    """The relations that start at a kind."""
    return [each for each in RELATIONS.values() if each.source == kind]


def relations_to(kind: Kind) -> list[Relation]:
    """The relations that lead to a kind."""
    return [each for each in RELATIONS.values() if each.target == kind]


def attributes_of(kind: Kind) -> list[Attribute]:
    """What is known of a kind."""
    return [each for each in ATTRIBUTES.values() if each.source == kind]
