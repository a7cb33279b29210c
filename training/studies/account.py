"""What a study learnt from, and how it went: its questions, what was imitated, and the curves of its trainings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from agent.trajectories import count
from training.filters.run import FilterReport
from training.studies.arms import LEARNING, questions, tested
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


def asked(study: Study, store: Store) -> list[Asked]:
    """The sets of questions of a study."""
    used: dict[Questions, str] = {}
    for training, name in (("sft", "imitation"), ("dapo", "practice"), ("", "test")):
        for arm in study.arms:
            setup = study.setup_of(arm)
            settings = {"sft": setup.learn, "dapo": setup.practice}.get(training, setup.test)
            if not training or training in arm.train:
                used.setdefault(questions(settings, LEARNING if training else "test"), name)
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


def lessons(study: Study, store: Store) -> list[Lesson]:
    """What was imitated."""
    return [_lesson(arm, seed, model, store) for arm, seed, model in _models(study) if isinstance(model, Imitated)]


def trainings(study: Study, store: Store) -> list[Training]:
    """How trainings went."""
    return [_training(arm, seed, model, store) for arm, seed, model in _models(study)]


def _models(study: Study) -> Iterator[tuple[Arm, int, Imitated | Practised]]:
    """Every training of every arm under every seed, in the order in which an arm goes through them."""
    for arm in study.arms:
        for seed in study.seeds:
            found: list[Imitated | Practised] = []
            model: Model = tested(study, arm, seed).model
            while isinstance(model, Imitated | Practised):
                found.append(model)
                model = model.model
            yield from ((arm, seed, each) for each in reversed(found))


def _lesson(arm: Arm, seed: int, model: Imitated, store: Store) -> Lesson:
    episodes = model.episodes.episodes if isinstance(model.episodes, Some) else model.episodes
    kept = episodes if isinstance(episodes, Kept) else None
    return Lesson(
        arm=arm.label,
        seed=seed,
        attempts=count(store.path(kept.taught if kept else episodes)),
        episodes=count(store.path(model.episodes)),
        filters=kept.counts(store) if kept else None,
    )


def _training(arm: Arm, seed: int, model: Imitated | Practised, store: Store) -> Training:
    kind = "SFT" if isinstance(model, Imitated) else "DAPO"
    text = (store.folder(model) / "run" / "metrics.jsonl").read_bytes()
    lines: list[dict[str, Any]] = [msgspec.json.decode(line) for line in text.splitlines()]
    curves = {name: [(line["step"], line[name]) for line in lines if name in line] for name in CURVES[kind]}
    return Training(arm=arm.label, seed=seed, kind=kind, curves=curves)
