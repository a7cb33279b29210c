"""The knowledge graph of a world: a function of its settings, computed where it is asked and never stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from webenv.types import Record
from webenv.web.world.dice import Dice
from webenv.web.world.mappings import ManyToOne, OneToOne
from webenv.web.world.names import Names
from webenv.web.world.schema import KINDS, RELATIONS, Entity, Kind, Relation

Split = Literal["train", "validation", "test", "pretraining"]
"""What wordings and looks a world has; `pretraining` has those for training and validation, and many more."""
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
"""Those that share nothing, in the order in which tables hold their wordings."""


def drawn_from(split: Split) -> tuple[Split, ...]:
    """The splits whose wordings a split may use."""
    return ("train", "validation") if split == "pretraining" else (split,)


MIN_PAGES = 100
MAX_PAGES = 10_000_000
VERSION = 2
"""Changes with anything that changes the bytes of a world."""

_PER_THOUSAND: dict[Kind, int] = {
    "person": 240, "town": 50, "region": 3, "species": 80, "work": 100, "organisation": 80, "event": 80, "product": 50,
}  # fmt: skip
"""Things of each kind for a thousand pages (our choice); organisations have two pages each."""
_LEAST: dict[Kind, int] = {"region": 2}


class WorldSettings(Record):
    """Everything that a world depends on."""

    seed: int
    pages: int
    """Pages, redirects and robots.txt not counted."""
    split: Split = "train"
    """Which wordings and skins it is written with; those of the others are held out."""
    familiar: bool = False
    """Names that look real instead of invented ones; the graph is the same."""
    version: int = VERSION


class Graph:
    """Who and what there is, and how it hangs together."""

    def __init__(self, settings: WorldSettings) -> None:
        self.settings = settings
        self.sizes = {kind: max(_LEAST.get(kind, 4), settings.pages * _PER_THOUSAND[kind] // 1_000) for kind in KINDS}
        self._names = Names(settings.seed, settings.familiar)
        self._mappings = {
            name: (OneToOne if each.own else ManyToOne)(
                self.sizes[each.source] * each.many, self.sizes[each.target], settings.seed, name
            )
            for name, each in RELATIONS.items()
            if name != "capital"
        }
        self.web = self._names.web
        """The name that the sites of the world share."""
        self.name = lru_cache(maxsize=65_536)(self._name)
        """The name of a thing; no two things share one."""

    def _name(self, entity: Entity) -> str:
        return self._names.of(entity.kind, entity.number)

    def dice(self, *key: str | int) -> Dice:
        """Draws for one purpose in this world."""
        return Dice(self.settings.seed, *key)

    def entities(self, kind: Kind) -> Iterator[Entity]:
        """All things of a kind."""
        return (Entity(kind, number) for number in range(self.sizes[kind]))

    def target(self, relation: Relation, source: Entity) -> Entity:
        """What a relation leads to."""
        if relation.name == "capital":
            return next(self.sources(RELATIONS["region"], source), Entity("town", source.number))
        assert relation.many == 1
        return Entity(relation.target, self._mappings[relation.name].target(source.number))

    def targets(self, relation: Relation, source: Entity) -> list[Entity]:
        """Everything that a relation leads to, each once."""
        if relation.many == 1:
            return [self.target(relation, source)]
        first, mapping = source.number * relation.many, self._mappings[relation.name]
        numbers = dict.fromkeys(mapping.target(first + each) for each in range(relation.many))
        return [Entity(relation.target, number) for number in numbers]

    def sources(self, relation: Relation, target: Entity) -> Iterator[Entity]:
        """What a relation leads from, to this target."""
        if relation.name == "capital":
            region = self.target(RELATIONS["region"], target)
            return iter([region] if self.target(relation, region) == target else [])
        numbers = (each // relation.many for each in self._mappings[relation.name].sources(target.number))
        return (Entity(relation.source, number) for number in dict.fromkeys(numbers))

    def count(self, relation: Relation, target: Entity) -> int:
        """How many things a relation leads from, to this target."""
        if relation.name == "capital" or relation.many > 1:
            return sum(1 for _ in self.sources(relation, target))
        return self._mappings[relation.name].count(target.number)

    def value(self, attribute: str, entity: Entity) -> int | str:
        """An attribute as a number or text; days and years are ordinals and numbers, so that they compare."""
        value: int | str = _VALUES[attribute](self, entity)
        return value

    def shown(self, attribute: str, entity: Entity) -> str:
        """An attribute as its page writes it."""
        value = self.value(attribute, entity)
        if attribute in ("born", "day"):
            return date.fromordinal(int(value)).isoformat()
        if isinstance(value, str) or attribute in _YEARS:
            return str(value)
        return f"{value:,}"


_YEARS = frozenset(("chartered", "described", "published", "established"))


def _born(graph: Graph, person: Entity) -> int:
    dice = graph.dice("born", person.number)
    return (date(dice.between(1850, 1985), 1, 1) + timedelta(days=dice.below(365))).toordinal()


def _year_in_life(relation: str, key: str, low: int, high: int):  # type: ignore[no-untyped-def]
    """A year between two ages of the person that a relation leads to."""

    def year(graph: Graph, entity: Entity) -> int:
        person = graph.target(RELATIONS[relation], entity)
        birth = date.fromordinal(_born(graph, person)).year
        return birth + graph.dice(key, entity.number).between(low, high)

    return year


def _day(graph: Graph, event: Entity) -> int:
    dice = graph.dice("day", event.number)
    year = date.fromordinal(_born(graph, graph.target(RELATIONS["winner"], event))).year + dice.between(18, 38)
    return (date(year, 1, 1) + timedelta(days=dice.below(365))).toordinal()


def _within(key: str, low: int, high: int):  # type: ignore[no-untyped-def]
    """A number whose digits are spread evenly over its lengths, as sizes of towns and firms are."""

    def number(graph: Graph, entity: Entity) -> int:
        dice = graph.dice(key, entity.number)
        top = low
        while top * 10 < high and dice.chance(60):
            top *= 10
        return dice.between(top, min(high, top * 10))

    return number


def _registration(graph: Graph, organisation: Entity) -> str:
    letters = graph.dice("registration", organisation.number)
    return f"{'ABCDEFGH'[letters.below(8)]}{'KLMNPRST'[letters.below(8)]}-{10_000 + organisation.number:d}"


_VALUES = {
    "born": _born,
    "occupation": lambda graph, person: graph._names.occupation(graph.dice("occupation", person.number).below(1_000)),
    "population": _within("population", 300, 900_000),
    "chartered": lambda graph, town: graph.dice("chartered", town.number).between(1101, 1849),
    "elevation": lambda graph, town: graph.dice("elevation", town.number).between(2, 1_950),
    "area": lambda graph, region: graph.dice("area", region.number).between(800, 48_000),
    "length": lambda graph, species: graph.dice("length", species.number).between(4, 940),
    "described": _year_in_life("discoverer", "described", 22, 60),
    "published": _year_in_life("author", "published", 20, 60),
    "extent": lambda graph, work: graph.dice("extent", work.number).between(64, 990),
    "registration": _registration,
    "established": _year_in_life("founder", "established", 22, 50),
    "employees": _within("employees", 12, 40_000),
    "day": _day,
    "attendance": _within("attendance", 200, 300_000),
    "price": lambda graph, product: graph.dice("price", product.number).between(9, 2_400),
    "weight": lambda graph, product: graph.dice("weight", product.number).between(120, 48_000),
}
