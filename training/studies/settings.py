"""What a study may be told. `training.studies.files` reads it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from agent.policy import PolicySettings
from training.dapo.changing import DriftDistribution
from training.dapo.curriculum import CurriculumSettings
from training.dapo.groups import DynamicSampling
from training.experiment import Writing, merged
from training.synthesis.crawlqa import TYPES
from training.synthesis.draft import Type
from webenv.types import EnvSettings, Record

Training = Literal["sft", "dapo"]
Measure = Literal[
    "Pass@1", "Pass@k", "Cons@k", "majority@k", "well formed", "invalid turns", "turns", "tool calls",
    "tokens written", "tokens read",
]  # fmt: skip
Count = Annotated[int, Meta(ge=1, le=10_000_000)]
Seed = Annotated[int, Meta(ge=0, lt=2**32)]


class QuestionSettings(Record):
    """A set of questions over a world of its own."""

    world: Seed
    """Seed of the world."""
    pages: Annotated[int, Meta(ge=100, le=10_000_000)] = 1_000
    count: Count = 200
    types: tuple[Type, ...] = TYPES
    """They take turns; one that comes twice gets two turns."""
    hops: tuple[Count, Count] = (1, 15)
    """Fewest and most pages that an answer takes."""
    seed: Seed = 0


class ColdStart(Record):
    """What is imitated."""

    teacher: str = "teacher:brief"
    attempts: Count = 1
    """At most so many of a question; none after the first that is right."""
    hide_thoughts: bool = False
    """The teacher reads its former turns without their thoughts, as long chains of thought are sampled."""
    filtered: bool = True
    """Learn from what passes the three filters; else from every attempt."""
    episodes: Annotated[int, Meta(ge=0)] = 0
    """Learn from so many, drawn evenly; 0 is all."""


class Play(Record):
    """How a model is tested: WebDancer's sampling (arXiv 2505.22648, section 4.1), several times a question."""

    samples: Count = 4
    policy: PolicySettings = PolicySettings()
    drift: str = ""
    """How the web has changed on which the model is tested; operators that are held out from training act."""
    drift_seed: Seed = 0


class Setup(Record):
    """Everything that may differ between two arms."""

    base: str
    """Folder of the model that training begins with."""
    learn: QuestionSettings
    """Questions that the teacher is asked."""
    practice: QuestionSettings
    """Questions that the model practises on by itself."""
    test: QuestionSettings
    """Questions of the test: in a world, in wordings and in looks that are used for nothing else."""
    cold: ColdStart = ColdStart()
    env: EnvSettings = EnvSettings()
    drift: DriftDistribution = DriftDistribution()
    """Webs that the model practises on."""
    policy: Writing = Writing()
    """How the model writes while it practises."""
    sampling: DynamicSampling = DynamicSampling()
    curriculum: CurriculumSettings = CurriculumSettings()
    sft: dict[str, Any] = msgspec.field(default_factory=dict)
    dapo: dict[str, Any] = msgspec.field(default_factory=dict)
    practised: tuple[str, ...] = ()
    """Practice trains only the weights whose names end so; all if there are none."""
    play: Play = Play()
    audit: Annotated[int, Meta(ge=0)] = 100
    """Questions of each set that are audited; 0 is none."""
    threads: Annotated[int, Meta(ge=1, le=4_096)] = 2
    """Of a training (our choice): the sums of other numbers of threads differ in their last bits."""


class Arm(Record):
    """A way to train."""

    label: Annotated[str, Meta(max_length=60, pattern=r"^[\w][\w ,.+@()-]*$")]
    train: tuple[Training, ...] = ()
    """What is done with the base, in this order."""
    against: str = ""
    """Label of the arm that it is compared with."""
    change: dict[str, Any] = msgspec.field(default_factory=dict)
    """What it is told otherwise than the setup says."""
    size: float | None = None
    """How much of something it has, where a study draws lines over sizes."""
    line: str = ""
    """The line that its size is a point of."""


class Study(Record):
    """A question about learning, and the arms that answer it."""

    name: str
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    arms: Annotated[tuple[Arm, ...], Meta(min_length=1)]
    setup: dict[str, Any]
    question: str = ""
    claim: str = ""
    """What WebDancer says about it."""
    seeds: Annotated[tuple[Seed, ...], Meta(min_length=1)] = (1,)
    measures: tuple[Measure, ...] = ("Pass@1", "Pass@k", "invalid turns")
    """What the figure shows; `k` is the number below."""
    k: Count = 3
    by_hops: bool = False
    """The figure shows Pass@1 by hops instead."""
    size: str = ""
    """What the sizes of the arms are."""

    def setup_of(self, arm: Arm) -> Setup:
        """The setup of an arm; raises `msgspec.ValidationError` if something in it is not known."""
        return msgspec.convert(merged(self.setup, arm.change), Setup)
