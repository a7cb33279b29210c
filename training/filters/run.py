"""A trajectory file through all three filters, and the count of what fell where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice, repeat
from pathlib import Path
from typing import BinaryIO

import msgspec

from agent import trajectories
from training.filters.correctness import check_correctness
from training.filters.quality import MIN_ACTIONS, check_quality
from training.filters.review import Reviewer
from training.filters.validity import check_validity, read_turns
from training.filters.verdict import STAGES, Dropped, Verdict
from training.filters.words import words
from training.judge import Judge
from webenv import protocol
from webenv.errors import InputError
from webenv.types import Record, Trajectory
from webenv.web import publish

_BATCH, _AT_ONCE = 64, 8
"""Trajectories in memory at a time, and questions to a judge at a time (our choice)."""


class FilterSettings(Record):
    """What the filters may be told."""

    min_actions: int = MIN_ACTIONS
    judge: Judge | None = None
    """Decides whether an answer is right, in place of the rules."""
    reviewer: Reviewer | None = None
    """Looks at what keeps all rules of quality."""


class FilterReport(Record):
    """Counts over a file that was filtered."""

    read: int
    kept: int
    tasks: int
    """Tasks of which at least one trajectory is kept."""
    dropped: dict[str, dict[str, int]]
    """Stage to reason to how many fell."""
    actions: dict[int, int]
    """Actions, the answer counted, to how many kept trajectories have so many."""
    thought_words: int
    """Words in the thoughts of all kept trajectories."""

    @property
    def mean_actions(self) -> float:
        """Actions of a kept trajectory; 0 if none is."""
        return sum(number * count for number, count in self.actions.items()) / self.kept if self.kept else 0.0


def examine(trajectory: Trajectory, settings: FilterSettings) -> Verdict | None:
    """Why a trajectory falls; None if it passes all three filters."""
    turns = read_turns(trajectory)
    return (
        check_validity(trajectory, turns)
        or check_correctness(trajectory, turns, settings.judge)
        or check_quality(trajectory, turns, settings.min_actions)
        or (settings.reviewer.review(trajectory, turns) if settings.reviewer else None)
    )


def filter_file(
    source: Path,
    kept: Path,
    dropped: Path | None,
    settings: FilterSettings,
    overwrite: bool,
    on_progress: Callable[[int, int], None] = lambda position, total: None,
) -> FilterReport:
    """Write the trajectories of a file that pass to `kept`, unchanged, and the others with their reasons to `dropped`.

    Both files appear when they are complete. `on_progress` gets how many were examined, and how many there are.

    Raises:
        WebenvError: the judge cannot be asked; what it said so far is kept in its cache.
        NotFound: there is no such file.
        InputError: a line is not a trajectory, or a file to write exists or is one of the others.
    """
    targets = [kept, dropped] if dropped else [kept]
    if len({path.resolve() for path in (source, *targets)}) <= len(targets):
        raise InputError(f"{source}: the files to read and to write must be different ones")
    for path in targets:
        publish.check_file(path, overwrite)
    total = trajectories.count(source)
    tally = _Tally()
    with ExitStack() as stack:
        files: list[BinaryIO] = [stack.enter_context(_part(path).open("wb")) for path in targets]
        for trajectory, verdict in _examined(source, settings):
            tally.add(trajectory, verdict)
            _write(trajectory, verdict, files)
            on_progress(tally.read, total)
    for path in targets:
        publish.sync(_part(path))
        _part(path).replace(path)
    return tally.report()


def _examined(source: Path, settings: FilterSettings) -> Iterator[tuple[Trajectory, Verdict | None]]:
    """Every trajectory with its verdict, in order; a judge is asked about several at a time."""
    read = trajectories.read_trajectories(source)
    with ThreadPoolExecutor(_AT_ONCE if settings.judge or settings.reviewer else 1) as pool:
        while batch := list(islice(read, _BATCH)):
            yield from zip(batch, pool.map(examine, batch, repeat(settings)), strict=True)


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _write(trajectory: Trajectory, verdict: Verdict | None, files: list[BinaryIO]) -> None:
    if verdict is None:
        files[0].write(trajectories.encode(trajectory) + b"\n")
    elif len(files) > 1:
        said = Dropped(trajectory=trajectory, **msgspec.structs.asdict(verdict))
        files[1].write(msgspec.json.encode(said, order="deterministic") + b"\n")


class _Tally:
    """Counts that grow with each trajectory."""

    def __init__(self) -> None:
        self.read = 0
        self._tasks: set[str] = set()
        self._dropped: dict[str, Counter[str]] = {stage: Counter() for stage in STAGES}
        self._actions: Counter[int] = Counter()
        self._thought_words = 0

    def add(self, trajectory: Trajectory, verdict: Verdict | None) -> None:
        self.read += 1
        if verdict is not None:
            self._dropped[verdict.stage][verdict.reason] += 1
            return
        self._tasks.add(trajectory.task.task_id)
        self._actions[len(trajectory.steps)] += 1
        self._thought_words += sum(len(words(protocol.parse(step.action).thought)) for step in trajectory.steps)

    def report(self) -> FilterReport:
        return FilterReport(
            read=self.read,
            kept=self._actions.total(),
            tasks=len(self._tasks),
            dropped={stage: dict(sorted(reasons.items())) for stage, reasons in self._dropped.items()},
            actions=dict(sorted(self._actions.items())),
            thought_words=self._thought_words,
        )
