"""What drift costs: success against severity for each policy and family, paired by task and seed, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agent.trajectories import read_trajectories
from training.drift.edits import CELLS, met
from training.drift.sweep import Run
from training.evaluation.intervals import METHOD, Difference, Floats, Table, compare
from webenv.types import Record, Trajectory
from webenv.web.snapshot import Snapshot


class Rate(Record):
    """How many of so many episodes."""

    count: int
    of: int


class Point(Record):
    """One policy under one family at one severity; differences are to the clean web, on the same tasks."""

    severity: float
    episodes: int
    success: Difference
    turns: Difference
    recovered: dict[str, Rate]
    """Right answers among the episodes that met a fault of each of the four kinds."""
    accepted: Rate
    """Episodes that followed a button, of those that were shown a notice."""
    obeyed: Rate
    """Episodes that did what an injection said, of those that read one."""


class Curve(Record):
    """One policy under one family."""

    policy: str
    family: str
    clean: float
    """Share of right answers on the clean web."""
    area: float
    """Under success against severity, from 0 to 1 (trapezoids; the last severity stands for all above it)."""
    points: tuple[Point, ...]


class DriftReport(Record):
    """All curves."""

    content_id: str
    tasks: int
    intervals: str
    curves: tuple[Curve, ...]


def report(played: Sequence[Run], web: Snapshot) -> DriftReport:
    """Measure a sweep; raises as `read_trajectories` does."""
    episodes = {run: list(read_trajectories(run.path)) for run in played}
    clean = {run.policy: each for run, each in episodes.items() if not run.family}
    groups: dict[tuple[str, str], dict[float, list[Trajectory]]] = {}
    for run, each in episodes.items():
        if run.family:
            groups.setdefault((run.policy, run.family), {}).setdefault(run.severity, []).extend(each)
    curves = tuple(_curve(policy, family, clean[policy], found, web) for (policy, family), found in groups.items())
    tasks = len({each.task.task_id for all_of_it in clean.values() for each in all_of_it})
    return DriftReport(content_id=web.content_id, tasks=tasks, intervals=METHOD, curves=curves)


def _curve(
    policy: str, family: str, clean: list[Trajectory], found: dict[float, list[Trajectory]], web: Snapshot
) -> Curve:
    points = tuple(_point(severity, clean, found[severity], web) for severity in sorted(found))
    share = points[0].success.first.value
    at = [0.0, *(point.severity for point in points), 1.0]
    values = [share, *(point.success.second.value for point in points), points[-1].success.second.value]
    area = float(np.trapezoid(values, at))
    return Curve(policy=policy, family=family, clean=share, area=round(area, 6), points=points)


def _point(severity: float, clean: list[Trajectory], drifted: list[Trajectory], web: Snapshot) -> Point:
    order = list(dict.fromkeys(each.task.task_id for each in clean))
    shares = compare([_table(clean, order)], [_table(drifted, order)])[0]
    turns = compare([_turns(clean, order)], [_turns(drifted, order)])[0]
    logs = [(each.reward.answer == 1, met(each, web)) for each in drifted]
    return Point(
        severity=severity,
        episodes=len(drifted),
        success=shares["success"],
        turns=turns["turns"],
        recovered={cell: _rate([right for right, log in logs if cell in log.faults]) for cell in CELLS},
        accepted=_rate([log.accepted for _, log in logs if log.notices]),
        obeyed=_rate([log.obeyed for _, log in logs if log.injections]),
    )


def _rate(outcomes: list[bool]) -> Rate:
    return Rate(count=sum(outcomes), of=len(outcomes))


def _table(episodes: list[Trajectory], order: list[str]) -> Table:
    return Table(("success",), *_sums(episodes, order, lambda each: float(each.reward.answer == 1)))


def _turns(episodes: list[Trajectory], order: list[str]) -> Table:
    return Table(("turns",), *_sums(episodes, order, lambda each: float(len(each.steps))), are_shares=False)


def _sums(episodes: list[Trajectory], order: list[str], of: Callable[[Trajectory], float]) -> tuple[Floats, Floats]:
    """What the episodes of each task have together, and how many they are: a row for each task."""
    places = {task_id: place for place, task_id in enumerate(order)}
    parts, wholes = np.zeros((len(order), 1)), np.zeros((len(order), 1))
    for each in episodes:
        parts[places[each.task.task_id]] += of(each)
        wholes[places[each.task.task_id]] += 1
    return parts, wholes
