"""Rounds: which episodes are played, and when it is known that they are.

All samples of all tasks are one round. Where a task needs no more samples after a right one, each round is the next
sample of every task that has none; so what is played does not depend on which episode ended first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from webenv.types import Trajectory


class Rounds:
    """The episodes of some tasks, numbered from 0: all samples of a task, then the next."""

    def __init__(self, tasks: int, samples: int, until_right: bool) -> None:
        self._tasks, self._samples, self._until_right = tasks, samples, until_right
        self._taken: Counter[int] = Counter()
        self._right: dict[int, int] = {}

    @property
    def most(self) -> int:
        """How many episodes there will be at most, as far as it is known now."""
        return self._tasks * self._samples - sum(self._samples - 1 - sample for sample in self._right.values())

    def take(self, number: int, played: Trajectory) -> bool:
        """Take note of an episode; False if it is none of these, as far as the ones before it say."""
        place, sample = divmod(number, self._samples)
        if not self._until_right:
            return True
        if place in self._right or sample != self._taken[place]:
            return False
        self._taken[place] += 1
        if played.reward.total == 1:
            self._right[place] = sample
        return True

    def __iter__(self) -> Iterator[list[int]]:
        if not self._until_right:
            yield list(range(self._tasks * self._samples))
            return
        for sample in range(self._samples):
            yield [
                place * self._samples + sample
                for place in range(self._tasks)
                if self._right.get(place, self._samples) >= sample
            ]
