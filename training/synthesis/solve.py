"""Solves questions in their formal form over the graph of a world: which answers there are, by looking at all.

It knows the graph and the triplets, and nothing of how questions are written, so that a question which has another
answer, or several, is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from training.synthesis.triplets import ASKED, MOST, OF, Triplet
from webenv.errors import InputError
from webenv.types import Task
from webenv.web.world import Graph
from webenv.web.world.schema import ATTRIBUTES, KINDS, RELATIONS, Attribute, Entity, Kind, Relation, Site

_SPAN = re.compile(r"the (early |mid |late |)(\d{3,4})0s")
_PARTS = {"early ": (0, 3), "mid ": (4, 6), "late ": (7, 9), "": (0, 9)}
_SIZES = {
    "fewer than ten": (0, 9), "some tens of": (10, 99), "some hundreds of": (100, 999),
    "some thousands of": (1_000, 9_999), "some tens of thousands of": (10_000, 99_999),
    "some hundreds of thousands of": (100_000, 999_999),
}  # fmt: skip
_Things = set[Entity | str]


class Fact(NamedTuple):
    """What one page must state: two names, or a name and a value."""

    page: Entity
    site: Site
    about: str
    """A relation or attribute."""
    of: Entity
    value: Entity | str


class Solver:
    """Answers formal questions about one world."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._named = lru_cache(maxsize=None)(self._names)
        self._fitting = lru_cache(maxsize=65_536)(self._fit)

    def unique(self, task: Task) -> bool:
        """Whether the task's answer is the only one, and the question says every constant that leads to it."""
        told = all(
            term[2:] in task.question for _, about, term in task.triplets if term[:2] == "C@" and about != "kind"
        )
        return told and self.answers(task.triplets) == {task.answer}

    def answers(self, triplets: tuple[Triplet, ...]) -> set[str]:
        """Every answer.

        Raises:
            InputError: a triplet is not one, or speaks of something that this world does not know.
        """
        found = self._things(ASKED, "person", triplets, ())
        return {each if isinstance(each, str) else self._graph.name(each) for each in found}

    def facts(self, triplets: tuple[Triplet, ...]) -> Iterator[Fact]:
        """What must be read to answer: the statements behind the triplets, descriptions and sums left out.

        Raises:
            InputError: as for `answers`.
        """
        for variable, about, term in triplets:
            base = about.removesuffix(OF).removeprefix(MOST)
            if base in ATTRIBUTES and not term.startswith("C@"):
                attribute = ATTRIBUTES[base]
                for each in self._entities(term, attribute.source, triplets, ()):
                    yield Fact(each, attribute.site, base, each, self._graph.shown(base, each))
            elif base in RELATIONS:
                yield from self._related(RELATIONS[base], variable, term, about.endswith(OF), triplets)

    def _related(
        self, relation: Relation, variable: str, term: str, reads_on: bool, triplets: tuple[Triplet, ...]
    ) -> Iterator[Fact]:
        source, target = (term, variable) if reads_on else (variable, term)
        targets = self._entities(target, relation.target, triplets, ())
        for each in self._entities(source, relation.source, triplets, ()):
            for other in self._graph.targets(relation, each):
                if other in targets:
                    yield Fact(other if relation.listed else each, relation.site, relation.name, each, other)

    def _things(self, term: str, kind: Kind, triplets: tuple[Triplet, ...], above: tuple[str, ...]) -> _Things:
        """What a term can be; `kind` is what a constant is a name of."""
        if term.startswith("C@"):
            entity = self._named(kind).get(term[2:])
            return set() if entity is None else {entity}
        own = [(about, other) for variable, about, other in triplets if variable == term]
        if not own or term in above:
            raise InputError(f"{term} is said to be nothing, or itself, in the triplets {list(triplets)}")
        inner = (*above, term)
        if own[0][0].startswith(MOST):
            return self._most(own, triplets, inner)
        kinds = [other[2:] for about, other in own if about == "kind"]
        sets = [self._by(about, other, kinds, triplets, inner) for about, other in own]
        return set.intersection(*sets)

    def _by(
        self, about: str, other: str, kinds: list[str], triplets: tuple[Triplet, ...], above: tuple[str, ...]
    ) -> _Things:
        """What fits one triplet."""
        graph, base = self._graph, about.removesuffix(OF)
        if about == "count":
            return {str(len(self._things(other, "person", triplets, above)))}
        if about in ("kind", "name") or (about in ATTRIBUTES and other.startswith("C@")):
            return set(self._fitting(_kind(about, other, kinds), about, other[2:]))
        if about.endswith(OF) and base in ATTRIBUTES:
            attribute = ATTRIBUTES[base]
            return {graph.shown(base, each) for each in self._entities(other, attribute.source, triplets, above)}
        if base not in RELATIONS:
            raise InputError(f"there is no relation {about!r} in a generated world")
        relation = RELATIONS[base]
        if about.endswith(OF):
            sources = self._entities(other, relation.source, triplets, above)
            return {target for each in sources for target in graph.targets(relation, each)}
        targets = self._entities(other, relation.target, triplets, above)
        return {source for each in targets for source in graph.sources(relation, each)}

    def _entities(self, term: str, kind: Kind, triplets: tuple[Triplet, ...], above: tuple[str, ...]) -> list[Entity]:
        found = self._things(term, kind, triplets, above)
        return [each for each in found if isinstance(each, Entity) and each.kind == kind]

    def _most(self, own: list[tuple[str, str]], triplets: tuple[Triplet, ...], above: tuple[str, ...]) -> _Things:
        """The one of several that has the largest value; each must be one thing, else nothing is said."""
        attribute = _attribute(own[0][0].removeprefix(MOST))
        compared = [self._entities(other, attribute.source, triplets, above) for _, other in own]
        if any(len(each) != 1 for each in compared):
            return set()
        values = {each: self._graph.value(attribute.name, each) for (each,) in compared}
        return {each for each, value in values.items() if value == max(values.values())}

    def _names(self, kind: Kind) -> dict[str, Entity]:
        return {self._graph.name(entity): entity for entity in self._graph.entities(kind)}

    def _fit(self, kind: Kind, about: str, text: str) -> frozenset[Entity]:
        """The things of a kind of which something vague is true."""
        entities = self._graph.entities(kind)
        if about == "kind":
            return frozenset(entities)
        if about == "name":
            return frozenset(each for each in entities if initials(self._graph.name(each)) == text)
        if about == "occupation":
            return frozenset(each for each in entities if self._graph.value(about, each) == text)
        low, high = _bounds(text)
        return frozenset(each for each in entities if low <= int(self._number(about, each)) <= high)

    def _number(self, attribute: str, entity: Entity) -> str:
        """A year or a size."""
        shown = self._graph.shown(attribute, entity)
        return shown[:4] if ATTRIBUTES[attribute].answer_type == "date" else shown.replace(",", "")


def initials(name: str) -> str:
    """The first letter of each word that begins with a capital."""
    return " ".join(f"{word[0]}." for word in name.split() if word[0].isupper())


def _kind(about: str, other: str, kinds: list[str]) -> Kind:
    """The kind of thing that something vague is said of."""
    said = kinds[0] if kinds else "person"
    kind = ATTRIBUTES[about].source if about in ATTRIBUTES else next((each for each in KINDS if each == said), None)
    if kind is None:
        raise InputError(f"there is no kind {said!r} in a generated world")
    return kind


def _attribute(name: str) -> Attribute:
    if name not in ATTRIBUTES:
        raise InputError(f"there is no attribute {name!r} in a generated world")
    return ATTRIBUTES[name]


def _bounds(text: str) -> tuple[int, int]:
    """The numbers that a vague text can mean."""
    if text in _SIZES:
        return _SIZES[text]
    span = _SPAN.fullmatch(text)
    if not span:
        raise InputError(f"{text!r} is neither a span of years nor a size")
    low, high = _PARTS[span[1]]
    return int(span[2]) * 10 + low, int(span[2]) * 10 + high
