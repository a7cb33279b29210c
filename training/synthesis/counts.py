"""What can be counted in a world: lists, in an order of their own, so that few are counted twice."""

from __future__ import annotations

from itertools import islice, takewhile, zip_longest

from training.synthesis.chains import leading_to
from training.synthesis.wordings import COUNTS
from webenv.web.world import Graph
from webenv.web.world.schema import RELATIONS, Entity, Relation

MIN_COUNT, MAX_COUNT = 2, 12
"""Numbers that a question counts to (our choice)."""
LEAST_LENGTHS = 3
"""Lengths that must be left for a turn (our choice)."""
TIMES = 8
"""Times that a list is counted at most, each time described in another way (our choice)."""
MOST_LOOKED_AT = 200_000
"""Things of a kind whose lists are looked at (our choice)."""


class Counts:
    """The lists of a world that something leads to, by their length."""

    def __init__(self, graph: Graph, seed: int) -> None:
        lists: dict[int, list[tuple[Relation, Entity]]] = {each: [] for each in range(MIN_COUNT, MAX_COUNT + 1)}
        for relation in map(RELATIONS.__getitem__, COUNTS):
            towards = leading_to(relation.target)
            for target in islice(graph.entities(relation.target), MOST_LOOKED_AT):
                count = graph.count(relation, target)
                if count in lists and any(graph.count(each, target) for each in towards):
                    lists[count].append((relation, target))
        shuffled = [graph.dice("counts", seed, count).shuffled(each) for count, each in lists.items()]
        turns = ([each for each in turn if each] for turn in zip_longest(*shuffled))
        self._turns = [each for turn in takewhile(lambda turn: len(turn) >= LEAST_LENGTHS, turns) for each in turn]

    def number(self, place: int) -> tuple[Relation, Entity] | None:
        """The list of a place, from 0; None if the world has no more.

        Lengths take turns while there are several, else guessing the most frequent one would often be right.
        """
        again, turn = divmod(place, max(1, len(self._turns)))
        return self._turns[turn] if self._turns and again < TIMES else None
