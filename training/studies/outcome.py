"""What a study found: a record that is the same on every run with the same settings."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from training.evaluation import measures, pooled
from training.evaluation.intervals import Difference, Estimate
from training.evaluation.measures import Tables
from training.evaluation.report import Group
from training.evaluation.runs import Run, read_run
from training.studies.account import Asked, Lesson, Training, asked, lessons, trainings
from training.studies.arms import base_of, tested
from training.studies.settings import Arm, Study
from training.studies.store import Store
from webenv.types import Record


class Result(Record):
    """What an arm is worth, over all its trainings."""

    label: str
    tasks: int
    trainings: int
    episodes: int
    measures: dict[str, dict[str, Estimate]]
    """Section to measure to its estimate (`training.evaluation.measures`)."""
    hops: dict[str, Group]
    seeds: dict[int, float]
    """Pass@1 of each training."""


class Contrast(Record):
    """An arm compared with another, task by task and seed by seed."""

    first: str
    second: str
    better: int
    """Tasks with a higher Pass@1, over all trainings."""
    same: int
    worse: int
    measures: dict[str, dict[str, Difference]]


class Outcome(Record):
    """What a study found."""

    study: Study
    """As it was understood; its base is named by a digest."""
    interval: str
    asked: tuple[Asked, ...]
    lessons: tuple[Lesson, ...]
    trainings: tuple[Training, ...]
    results: tuple[Result, ...]
    contrasts: tuple[Contrast, ...]


def outcome(study: Study, store: Store) -> Outcome:
    """Read what the stages of a study made."""
    runs = {
        arm.label: [read_run(store.path(tested(study, arm, seed)), arm.label) for seed in study.seeds]
        for arm in study.arms
    }
    tables = {label: [measures.tables(run.asked, study.k) for run in found] for label, found in runs.items()}
    return Outcome(
        study=_named(study),
        interval=pooled.METHOD,
        asked=tuple(asked(study, store)),
        lessons=tuple(lessons(study, store)),
        trainings=tuple(trainings(study, store)),
        results=tuple(_result(study, runs[label], tables[label]) for label in runs),
        contrasts=tuple(_contrast(arm, runs, tables) for arm in study.arms if arm.against),
    )


def _named(study: Study) -> Study:
    """The study without the paths of this machine."""
    base = base_of(study.setup_of(study.arms[0])).weights
    return msgspec.structs.replace(study, setup=study.setup | {"base": base})


def _result(study: Study, runs: Sequence[Run], tables: Sequence[Tables]) -> Result:
    groups = measures.groups(runs[0].asked)["hops"]
    hops = {
        name: Group(tasks=len(places), answers=pooled.estimate([each["answers"].only(places) for each in tables]))
        for name, places in groups.items()
    }
    return Result(
        label=runs[0].label,
        tasks=len(runs[0].asked),
        trainings=len(runs),
        episodes=sum(len(asked.attempts) for run in runs for asked in run.asked),
        measures={section: pooled.estimate([each[section] for each in tables]) for section in tables[0]},
        hops=hops,
        seeds={seed: round(each["answers"].value(0), 6) for seed, each in zip(study.seeds, tables, strict=True)},
    )


def _contrast(arm: Arm, runs: dict[str, list[Run]], tables: dict[str, list[Tables]]) -> Contrast:
    ours, theirs = tables[arm.against], tables[arm.label]
    shares = [
        [sum(run.asked[place].share for run in runs[label]) for place in range(len(runs[label][0].asked))]
        for label in (arm.against, arm.label)
    ]
    gains = [round(after - before, 9) for before, after in zip(*shares, strict=True)]
    return Contrast(
        first=arm.against,
        second=arm.label,
        better=sum(gain > 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        measures={
            section: pooled.compare([each[section] for each in ours], [each[section] for each in theirs])
            for section in ours[0]
        },
    )
