"""Stages that train and test. A training has a process of its own, so that it is the same whatever ran before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from agent.policy import PolicySettings
from agent.processes import apart
from agent.rollout import RolloutSettings, rollout
from training.dapo.changing import DriftDistribution
from training.dapo.curriculum import CurriculumSettings
from training.dapo.groups import DynamicSampling
from training.experiment import Experiment, Writing
from training.studies.data import Kept, Questions, Some, Taught
from training.studies.store import Show, Stage, Store
from webenv.types import EnvSettings

_Report = Callable[[tuple[int, int, dict[str, float]]], None]


class Base(Stage, tag="base"):
    """A model that was not trained here."""

    verb: ClassVar[str] = "Base"
    product: ClassVar[str] = ""
    weights: str
    """Digest of its files."""

    def place(self, store: Store) -> Path:
        """The folder that was given."""
        return store.bases[self.weights]


class Imitated(Stage, tag="imitated"):
    """SFT of a model on episodes."""

    verb: ClassVar[str] = "SFT"
    product: ClassVar[str] = "run/model"
    model: Model
    episodes: Taught | Kept | Some
    table: dict[str, Any]
    """Names of `trl.SFTConfig`."""
    seed: int
    threads: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Train, or go on."""
        experiment = Experiment(
            name="SFT",
            model=str(store.path(self.model)),
            snapshot=str(store.path(questions_of(self.episodes).world)),
            trajectories=(str(store.path(self.episodes)),),
            out=str(folder / "run"),
            seed=self.seed,
            threads=self.threads,
            sft=self.table,
        )
        apart(_sft, (experiment,), lambda report: show(report[0], report[1], _said(report[2], "loss")))


class Practised(Stage, tag="practised"):
    """DAPO of a model on questions."""

    verb: ClassVar[str] = "DAPO"
    product: ClassVar[str] = "run/model"
    model: Model
    questions: Questions
    table: dict[str, Any]
    """Names of `trl.GRPOConfig`."""
    env: EnvSettings
    drift: DriftDistribution
    policy: Writing
    sampling: DynamicSampling
    curriculum: CurriculumSettings
    trained: tuple[str, ...]
    seed: int
    threads: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Train, or go on."""
        experiment = Experiment(
            name="DAPO",
            model=str(store.path(self.model)),
            snapshot=str(store.path(self.questions.world)),
            tasks=str(store.path(self.questions)),
            out=str(folder / "run"),
            seed=self.seed,
            threads=self.threads,
            env=self.env,
            drift=self.drift,
            policy=self.policy,
            sampling=self.sampling,
            curriculum=self.curriculum,
            trained=self.trained,
            dapo=self.table,
        )
        apart(_dapo, (experiment,), lambda report: show(report[0], report[1], _said(report[2], "episodes/answer")))


Model = Base | Imitated | Practised


class Tested(Stage, tag="tested"):
    """Every attempt of a model at the questions of a test."""

    verb: ClassVar[str] = "Testing"
    product: ClassVar[str] = "episodes.jsonl"
    model: Model
    questions: Questions
    env: EnvSettings
    policy: PolicySettings
    samples: int
    seed: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Play."""
        settings = RolloutSettings(
            policy=f"hf:{store.path(self.model)}",
            tasks=str(store.path(self.questions)),
            samples=self.samples,
            seed=self.seed,
            workers=store.workers,
            env=self.env,
            model=self.policy,
        )
        snapshot = str(store.path(self.questions.world))
        rollout(snapshot, folder / self.product, settings, lambda played, at, most: show(at, most, "episodes"))


def questions_of(episodes: Taught | Kept | Some) -> Questions:
    """The questions that episodes are about."""
    if isinstance(episodes, Some):
        return questions_of(episodes.episodes)
    return episodes.taught.questions if isinstance(episodes, Kept) else episodes.questions


def _sft(report: _Report, experiment: Experiment) -> None:
    from training.commands.training import quiet

    with quiet():
        from training.plan import prepare
        from training.sft import train

        train(prepare(experiment), lambda *update: report(update))


def _dapo(report: _Report, experiment: Experiment) -> None:
    from training.commands.training import quiet

    with quiet():
        from training.dapo.learn import prepare, train

        train(prepare(experiment), lambda *update: report(update))


def _said(metrics: dict[str, float], name: str) -> str:
    return f"{name.rpartition('/')[2]} {metrics[name]:.3f}" if name in metrics else ""
