"""What a study found: a record that is the same on every run with the same settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from agent.trajectories import count
from training.evaluation import measures, pooled
from training.evaluation.intervals import Difference, Estimate
from training.evaluation.measures import Tables
from training.evaluation.report import Group
from training.evaluation.runs import Run, read_run
from training.filters.run import FilterReport
from training.studies.arms import base_of, questions, tested
from training.studies.data import Kept, Questions, Some
from training.studies.learning import Imitated, Model, Practised
from training.studies.settings import Arm, Study
from training.studies.store import Store
from webenv.types import Record
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks

CURVES = {
    "SFT": ("loss", "mean_token_accuracy"),
    "DAPO": (
        "episodes/answer", "episodes/format", "episodes/invalid turns", "episodes/turns", "episodes/written tokens",
        "groups/drawn", "groups/kept", "groups/filled up", "tasks/retired", "loss", "clip_ratio/high_mean",
        "clip_ratio/low_mean", "entropy",
    ),
}  # fmt: skip
"""Metrics of a training that are kept."""


class Asked(Record):
    """A set of questions."""

    used_for: str
    content_id: str
    """Of the snapshot of their world."""
    questions: int
    hops: dict[int, int]
    types: dict[str, int]


class Lesson(Record):
    """What an arm imitated under one seed."""

    arm: str
    seed: int
    attempts: int
    episodes: int
    """Those that it learnt from."""
    filters: FilterReport | None


class Training(Record):
    """How a training went."""

    arm: str
    seed: int
    kind: str
    curves: dict[str, list[tuple[int, float]]]
    """Metric to (update, value)."""


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
        asked=tuple(_asked(study, store)),
        lessons=tuple(_lessons(study, store)),
        trainings=tuple(_trainings(study, store)),
        results=tuple(_result(study, runs[label], tables[label]) for label in runs),
        contrasts=tuple(_contrast(arm, runs, tables) for arm in study.arms if arm.against),
    )


def _named(study: Study) -> Study:
    """The study without the paths of this machine."""
    base = base_of(study.setup_of(study.arms[0])).weights
    return msgspec.structs.replace(study, setup=study.setup | {"base": base})


def _asked(study: Study, store: Store) -> list[Asked]:
    used: dict[Questions, str] = {}
    for arm in study.arms:
        setup = study.setup_of(arm)
        if "sft" in arm.train:
            used.setdefault(questions(setup.learn, "train"), "imitation")
        if "dapo" in arm.train:
            used.setdefault(questions(setup.practice, "train"), "practice")
        used.setdefault(questions(setup.test, "test"), "test")
    return [_set(name, each, store) for each, name in used.items()]


def _set(name: str, asked: Questions, store: Store) -> Asked:
    tasks = read_tasks(store.path(asked))
    types = Counter(task.template.partition(":")[0] for task in tasks)
    return Asked(
        used_for=name,
        content_id=Snapshot.open(store.path(asked.world)).content_id,
        questions=len(tasks),
        hops=dict(sorted(Counter(task.hops for task in tasks).items())),
        types=dict(sorted(types.items())),
    )


def models(study: Study, arm: Arm, seed: int) -> list[Imitated | Practised]:
    """The trainings of an arm, the first one first."""
    found: list[Imitated | Practised] = []
    model: Model = tested(study, arm, seed).model
    while isinstance(model, Imitated | Practised):
        found.insert(0, model)
        model = model.model
    return found


def _lessons(study: Study, store: Store) -> list[Lesson]:
    found = []
    for arm in study.arms:
        for seed in study.seeds:
            for model in models(study, arm, seed):
                if isinstance(model, Imitated):
                    episodes = model.episodes
                    source = episodes.episodes if isinstance(episodes, Some) else episodes
                    kept = source if isinstance(source, Kept) else None
                    taught = kept.taught if kept else source
                    found.append(
                        Lesson(
                            arm=arm.label,
                            seed=seed,
                            attempts=count(store.path(taught)),
                            episodes=count(store.path(episodes)),
                            filters=kept.counts(store) if kept else None,
                        )
                    )
    return found


def _trainings(study: Study, store: Store) -> list[Training]:
    found = []
    for arm in study.arms:
        for seed in study.seeds:
            for model in models(study, arm, seed):
                kind = "SFT" if isinstance(model, Imitated) else "DAPO"
                path = store.folder(model) / "run" / "metrics.jsonl"
                lines: list[dict[str, Any]] = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
                curves = {
                    name: [(line["step"], line[name]) for line in lines if name in line] for name in CURVES[kind]
                }
                found.append(Training(arm=arm.label, seed=seed, kind=kind, curves=curves))
    return found


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
