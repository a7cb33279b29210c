"""Ways through a generated world: from a thing that is named, over relations, to a thing that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from training.synthesis.wordings import PHRASES, Speech
from webenv.types import Record
from webenv.web.world import Graph
from webenv.web.world.dice import Dice
from webenv.web.world.schema import Entity, Kind, Relation, relations_of, relations_to

_TRIES = 60
"""Draws before a way is given up (our choice)."""
_VISITS = 2_000
"""Things that are looked at before a way back is given up (our choice)."""
_LOOKED_AT, _TRIED = 40, 4
"""Of how many sources how many are tried (our choice)."""


class Chain(Record):
    """A named thing, and the relations that lead from it to the one that is meant."""

    entities: tuple[Entity, ...]
    """The named one first, the one that is meant last."""
    relations: tuple[str, ...]
    """One fewer than the entities."""

    @property
    def start(self) -> Entity:
        """The thing that the question names."""
        return self.entities[0]

    @property
    def end(self) -> Entity:
        """The thing that is meant."""
        return self.entities[-1]

    @property
    def steps(self) -> Iterator[tuple[Entity, str, Entity]]:
        """Source, relation and target of each step."""
        return zip(self.entities, self.relations, self.entities[1:], strict=False)


def phrase(graph: Graph, chain: Chain, speech: Speech) -> str:
    """The thing at the end, in the words of a question."""
    words = graph.name(chain.start)
    for relation in chain.relations:
        words = speech.say(relation, words)
    return words


def leading_on(kind: Kind) -> list[Relation]:
    """The relations from a kind that a way can take: those to one thing, for which there is a phrase."""
    return [each for each in relations_of(kind) if each.name in PHRASES]


def leading_to(kind: Kind) -> list[Relation]:
    """The relations to a kind that a way can take."""
    return [each for each in relations_to(kind) if each.name in PHRASES]


def forward(graph: Graph, start: Entity, length: int, dice: Dice) -> Chain | None:
    """A way of `length` relations from `start` that meets nothing twice; None if none was found."""
    for _ in range(_TRIES):
        chain = Chain(entities=(start,), relations=())
        while len(chain.relations) < length:
            relation = dice.pick(leading_on(chain.end.kind))
            target = graph.target(relation, chain.end)
            if target in chain.entities:
                break
            chain = Chain(entities=(*chain.entities, target), relations=(*chain.relations, relation.name))
        if len(chain.relations) == length:
            return chain
    return None


def to(graph: Graph, end: Entity, dice: Dice) -> Chain:
    """A way to `end` over one relation, or `end` itself if nothing leads there."""
    for relation, source in _sources(graph, end, (end,), dice, leaves=True):
        return Chain(entities=(source, end), relations=(relation.name,))
    return Chain(entities=(end,), relations=())


def backward(graph: Graph, end: Entity, length: int, dice: Dice) -> Chain | None:
    """A way of `length` relations to `end` that meets nothing twice; None if none was found in reasonable time."""
    budget = iter(range(_VISITS))

    def lengthen(chain: Chain) -> Chain | None:
        missing = length - len(chain.relations)
        if not missing:
            return chain
        for relation, source in _sources(graph, chain.start, chain.entities, dice, leaves=missing == 1):
            if next(budget, None) is None:
                return None
            longer = Chain(entities=(source, *chain.entities), relations=(relation.name, *chain.relations))
            if found := lengthen(longer):
                return found
        return None

    return lengthen(Chain(entities=(end,), relations=()))


def _sources(
    graph: Graph, target: Entity, without: tuple[Entity, ...], dice: Dice, leaves: bool
) -> Iterator[tuple[Relation, Entity]]:
    """A few things that lead to `target` and nowhere else, in any order; with `leaves` also kinds nothing leads to."""
    for relation in dice.shuffled(leading_to(target.kind)):
        if not leaves and not leading_to(relation.source):
            continue
        count = graph.count(relation, target)
        chosen = {dice.below(min(count, _LOOKED_AT)) for _ in range(_TRIED)} if count else set()
        for place, source in enumerate(islice(graph.sources(relation, target), _LOOKED_AT)):
            if place in chosen and source not in without:
                yield relation, source
