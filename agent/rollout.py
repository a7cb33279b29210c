"""Rollouts: every task as often as asked, on as many processes as wanted, into one file, always the same bytes.

An episode depends on its task, the policy, the seed and the sample index alone. Lines are kept as episodes end and
sorted when all have ended, so a run that was killed loses no finished episode, and the number of workers leaves no
trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import msgspec

from agent import trajectories
from agent.episode import Episode, play
from agent.policy import Policy, PolicySettings, load_policy
from agent.processes import spread
from agent.rounds import Rounds
from agent.thoughts import hide_thoughts
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.types import EnvSettings, Record, Task, Trajectory
from webenv.web.drift.plan import as_recorded
from webenv.web.journal import journal
from webenv.web.live import Live, LiveSettings, open_engine
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks

_TOGETHER = 8
"""Samples of one task that go to one process together (our choice): they share their prompt."""


class LiveRollout(Record):
    """How the live web is played on instead of a snapshot."""

    record: str
    """Folder of the recording."""
    search: str = ""
    """Who answers searches (`webenv.web.live.open_engine`); by default the index of the snapshot."""
    settings: LiveSettings = LiveSettings()


class RolloutSettings(Record):
    """What a rollout may be told."""

    policy: str
    tasks: str = ""
    """Task file; by default the snapshot's own tasks."""
    limit: int = 0
    """Play the first tasks only; 0 plays all."""
    samples: int = 1
    """Episodes of each task."""
    seed: int = 0
    workers: int = 1
    env: EnvSettings = EnvSettings()
    model: PolicySettings = PolicySettings()
    overwrite: bool = False
    until_right: bool = False
    """No more samples of a task after one that earns everything."""
    hide_thoughts: bool = False
    """The policy reads its former turns without their thoughts."""
    live: LiveRollout | None = None
    """Play on the live web; the snapshot gives the tasks and answers searches, unless others do."""


class Player:
    """A policy and the tasks that it plays; episodes are numbered from 0: all samples of a task, then the next."""

    def __init__(self, snapshot: str, tasks: list[Task], settings: RolloutSettings) -> None:
        policy = load_policy(settings.policy, settings.model)
        self.policy = hide_thoughts(policy) if settings.hide_thoughts else policy
        self._snapshot = settings.live.record if settings.live else snapshot
        self._web, self._tasks = _open(snapshot, settings.live), tasks
        self._settings = msgspec.structs.replace(settings, env=as_recorded(settings.env))
        self._places = {task.task_id: place for place, task in enumerate(tasks)}

    def close(self) -> None:
        """Let go of the live web, if that is what is played on."""
        if isinstance(self._web, Live):
            self._web.close()

    def number_of(self, line: bytes) -> int | None:
        """Which episode a line of a trajectory file is; None if this player would not write it."""
        try:
            played = trajectories.decode(line)
        except ValueError:
            return None
        place = self._places.get(played.task.task_id)
        if place is None or not 0 <= played.sample < self._settings.samples:
            return None
        web, settings = self._web, self._settings
        ours = (web.content_id, web.views_id, self._tasks[place], settings.env, self.policy.name, settings.seed)
        theirs = (played.content_id, played.views_id, played.task, played.settings, played.policy, played.seed)
        if ours != theirs or trajectories.digest(played) != played.digest or played.snapshot != self._snapshot:
            return None
        return place * settings.samples + played.sample

    def play(self, numbers: Iterable[int]) -> Iterator[tuple[int, Trajectory]]:
        """Episodes as they end, with their numbers."""
        for played in play(self.policy, map(self._begin, numbers)):
            number = self._places[played.task.task_id] * self._settings.samples + played.sample
            yield number, msgspec.structs.replace(played, snapshot=self._snapshot)

    def _begin(self, number: int) -> Episode:
        place, sample = divmod(number, self._settings.samples)
        env = WebEnv(self._web, [self._tasks[place]], **msgspec.structs.asdict(self._settings.env))
        return Episode(env, self._tasks[place], self.policy.name, self._settings.seed, sample)


def run_episode(env: WebEnv, policy: Policy, task: Task, seed: int, sample: int) -> Trajectory:
    """Play one task once. Raises whatever the machine or the policy fails with; such an episode leaves no record."""
    return next(play(policy, [Episode(env, task, policy.name, seed, sample)]))


def rollout(
    snapshot: str,
    out: Path,
    settings: RolloutSettings,
    on_progress: Callable[[Trajectory, int, int], None] = lambda played, position, total: None,
) -> int:
    """Play all episodes and write them to `out`, which appears when the last one is played; how many there are.

    Until then they stand in `OUT.part`; the same call continues it. `on_progress` gets each episode that is played
    now, how many there are by now, and how many there will be at most.

    Raises:
        InputError: `out` exists, there are no tasks, or `OUT.part` belongs to another rollout; or several processes
            are to play on the live web.
        PolicyError: the policy failed, or a worker died. What was played is kept.
    """
    with journal(out, settings.overwrite) as book:
        tasks = _tasks(snapshot, settings)
        rounds = Rounds(len(tasks), settings.samples, settings.until_right)
        with closing(Player(snapshot, tasks, settings)) as player:
            book.resume(lambda line: _take(line, player, rounds))
            for numbers in rounds:
                missing = [number for number in numbers if number not in book]
                for number, played in _played(player, snapshot, tasks, settings, missing):
                    book.add(number, trajectories.encode(played))
                    rounds.take(number, played)
                    on_progress(played, len(book), rounds.most)
        book.publish()
        return len(book)


def _take(line: bytes, player: Player, rounds: Rounds) -> int | None:
    """Which episode a line is that stands in the file already; None if this rollout would not have written it."""
    number = player.number_of(line)
    return number if number is not None and rounds.take(number, trajectories.decode(line)) else None


def _open(snapshot: str, live: LiveRollout | None) -> Snapshot | Live:
    """The web that is played on."""
    if live is None:
        return Snapshot.open(snapshot)
    return Live(live.record, open_engine(live.search or snapshot), live.settings)


def _tasks(snapshot: str, settings: RolloutSettings) -> list[Task]:
    if settings.live and settings.workers > 1:
        raise InputError("the live web is recorded by one process; run with --workers 1")
    tasks = read_tasks(Path(settings.tasks)) if settings.tasks else Snapshot.open(snapshot).tasks()
    if not tasks:
        raise InputError(f"{snapshot}: the snapshot has no tasks of its own; name a task file with --tasks")
    return tasks[: settings.limit] if settings.limit else tasks


def _played(
    player: Player, snapshot: str, tasks: list[Task], settings: RolloutSettings, numbers: list[int]
) -> Iterator[tuple[int, Trajectory]]:
    """The episodes, played by this process or by several."""
    if settings.workers == 1 or len(numbers) < settings.workers:
        return player.play(numbers)
    return spread(_play, _together(numbers, settings.samples), settings.workers, _prepare, (snapshot, tasks, settings))


def _together(numbers: list[int], samples: int) -> Iterator[list[int]]:
    """The numbers in groups of a few samples of one task."""
    group: list[int] = []
    for number in numbers:
        if group and (number // samples != group[0] // samples or len(group) == _TOGETHER):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


_player: Player


def _prepare(snapshot: str, tasks: list[Task], settings: RolloutSettings) -> None:
    global _player
    _player = Player(snapshot, tasks, settings)


def _play(groups: Iterator[list[int]]) -> Iterator[tuple[int, Trajectory]]:
    return _player.play(chain.from_iterable(groups))
