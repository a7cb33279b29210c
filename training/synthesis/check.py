"""A *check* counts tasks of which something is true, and has a bound for their share."""

from __future__ import annotations

import math
from collections.abc import Callable

from webenv.types import Record, Task


class Check(Record):
    """One check over a question set."""

    name: str
    meaning: str
    count: int
    """Tasks of which it is true."""
    of: int
    bound: float
    at_most: bool
    """Whether the share must not exceed the bound, or must reach it."""
    worst: tuple[str, ...]
    """The first task ids on the wrong side."""

    @property
    def share(self) -> float:
        """The share of tasks of which it is true."""
        return self.count / self.of if self.of else 0.0

    @property
    def limit(self) -> int:
        """The bound as a number of tasks: one of a hundred may break a bound of 1 %, and one of forty, of which no less
        can."""
        broken = math.ceil(round((self.bound if self.at_most else 1 - self.bound) * self.of, 6))
        return broken if self.at_most else self.of - broken

    @property
    def passed(self) -> bool:
        """Whether the count keeps its limit; a check of nothing passes."""
        return self.count <= self.limit if self.at_most else self.count >= self.limit


def at_least(name: str, meaning: str, tasks: list[Task], holds: Callable[[Task], bool], bound: float = 1.0) -> Check:
    """A check that something is true of a share of the tasks."""
    wrong = [task.task_id for task in tasks if not holds(task)]
    return Check(
        name=name, meaning=meaning, count=len(tasks) - len(wrong), of=len(tasks), bound=bound, at_most=False,
        worst=tuple(wrong[:5]),
    )  # fmt: skip


def at_most(name: str, meaning: str, tasks: list[Task], holds: Callable[[Task], bool], bound: float) -> Check:
    """A check that something is true of no more than a share of the tasks."""
    wrong = [task.task_id for task in tasks if holds(task)]
    return Check(
        name=name, meaning=meaning, count=len(wrong), of=len(tasks), bound=bound, at_most=True, worst=tuple(wrong[:5])
    )
