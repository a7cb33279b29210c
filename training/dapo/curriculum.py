"""Which task is drawn next: what is mastered rests for good, what is hopeless comes back later, the rest takes turns.

The order of a round through all tasks is shuffled by (seed, round), so what is drawn follows from the state alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from webenv.types import Record
from webenv.web.world.dice import Dice


class CurriculumSettings(Record):
    """`[curriculum]` of an experiment."""

    is_on: bool = True
    """Off, every task takes its turn whatever became of it."""
    retire_after: Annotated[int, Meta(ge=1)] = 1
    """Groups that are all right, one after the other, before a task is retired (our choice)."""
    rest: Annotated[int, Meta(ge=0)] = 2
    """Rounds through the tasks that a hopeless one sits out (our choice)."""


class Standing(Record):
    """What became of a task so far."""

    right_in_a_row: int = 0
    back_in_round: int = 0
    """A hopeless task is drawn again from this round on."""


class State(Record):
    """Everything that decides what is drawn next; part of a checkpoint."""

    round: int = 0
    place: int = 0
    """In the order of this round."""
    standings: dict[str, Standing] = msgspec.field(default_factory=dict)


class Curriculum:
    """Draws tasks."""

    def __init__(
        self, task_ids: Sequence[str], settings: CurriculumSettings, seed: int, state: State | None = None
    ) -> None:
        self._ids, self._settings, self._seed = list(task_ids), settings, seed
        self.restore(state or State())

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._round, self._place, self._standings = state.round, state.place, dict(state.standings)
        self._order = self._shuffled()

    @property
    def state(self) -> State:
        """What to give to another curriculum so that it goes on from here."""
        return State(round=self._round, place=self._place, standings=dict(sorted(self._standings.items())))

    @property
    def retired(self) -> int:
        """Tasks that are mastered."""
        return sum(map(self._is_retired, self._ids))

    def draw(self, count: int) -> list[str]:
        """The next tasks; some twice only if there are fewer. If all are retired, all come back."""
        if all(map(self._is_retired, self._ids)):
            self._standings.clear()
        drawn: list[str] = []
        while len(drawn) < count:
            if self._place == len(self._order):
                self._round, self._place = self._round + 1, 0
                self._order = self._shuffled()
            task = self._order[self._place]
            self._place += 1
            if self._is_due(task):
                drawn.append(task)
        return drawn

    def coming(self, count: int) -> list[str]:
        """What would be drawn next if nothing was learnt meanwhile."""
        return Curriculum(self._ids, self._settings, self._seed, self.state).draw(count)

    def learn(self, task: str, share_right: float) -> None:
        """What became of a group."""
        standing = self._standings.get(task, Standing())
        in_a_row = standing.right_in_a_row + 1 if share_right == 1 else 0
        back = self._round + 1 + self._settings.rest if share_right == 0 else 0
        self._standings[task] = Standing(right_in_a_row=in_a_row, back_in_round=back)

    def _is_due(self, task: str) -> bool:
        if not self._settings.is_on:
            return True
        standing = self._standings.get(task, Standing())
        return not self._is_retired(task) and standing.back_in_round <= self._round

    def _is_retired(self, task: str) -> bool:
        standing = self._standings.get(task)
        return bool(self._settings.is_on and standing and standing.right_in_a_row >= self._settings.retire_after)

    def _shuffled(self) -> list[str]:
        return Dice("curriculum", self._seed, self._round).shuffled(self._ids)
