"""A study as a TOML file says it; the shipped ones lie beside this module.

    title = "SFT, then DAPO"
    question = "Does reinforcement learning add to imitation?"
    seeds = [1, 2, 3]

    [setup]                              # what all arms have in common
    base = "models/tiny"                 # relative to the file
    [setup.learn]                        # questions that the teacher is asked; [setup.practice], [setup.test]
    world = 101
    count = 300
    [setup.sft]                          # trl.SFTConfig, by its own names; [setup.dapo] is trl.GRPOConfig
    max_steps = 100

    [[arms]]
    label = "SFT"
    train = ["sft"]
    [[arms]]
    label = "SFT, unfiltered"
    train = ["sft"]
    against = "SFT"
    change.cold.filtered = false         # any key of the setup

`extends = "quickstart"` takes everything from another study that the file does not say itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from agent.policy import PolicySettings
from training.dapo.curriculum import CurriculumSettings
from training.dapo.groups import DynamicSampling
from training.experiment import merged, parse
from training.synthesis.crawlqa import TYPES
from training.synthesis.draft import Type
from webenv.errors import InputError, NotFound
from webenv.types import EnvSettings, Record

SHIPPED = Path(__file__).parent
_MOST_EXTENDED = 8

Training = Literal["sft", "dapo"]
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
    policy: PolicySettings = PolicySettings(temperature=1.0, top_p=1.0)
    """How the model writes while it practises."""
    sampling: DynamicSampling = DynamicSampling()
    curriculum: CurriculumSettings = CurriculumSettings()
    sft: dict[str, Any] = msgspec.field(default_factory=dict)
    dapo: dict[str, Any] = msgspec.field(default_factory=dict)
    play: Play = Play()
    audit: Annotated[int, Meta(ge=0)] = 100
    """Questions of each set that are audited; 0 is none."""
    threads: Annotated[int, Meta(ge=1, le=4_096)] = 2
    """Of a training (our choice): the sums of other numbers of threads differ in their last bits."""


class Arm(Record):
    """A way to train."""

    label: Annotated[str, Meta(min_length=1, max_length=60)]
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
    measures: tuple[str, ...] = ("Pass@1", "Pass@k", "invalid turns")
    """What the figure shows; `k` is the number below."""
    k: Count = 3
    by_hops: bool = False
    """The figure shows Pass@1 by hops instead."""
    size: str = ""
    """What the sizes of the arms are."""

    def setup_of(self, arm: Arm) -> Setup:
        """The setup of an arm; raises `msgspec.ValidationError` if something in it is not known."""
        return msgspec.convert(merged(self.setup, arm.change), Setup)


def shipped() -> dict[str, Path]:
    """The files of the studies that come with this project, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def read_study(name: str, changes: Sequence[str] = (), base: str = "") -> Study:
    """The study of that name, or in that TOML file.

    Args:
        name: Of a shipped study, or a path that ends with `.toml`.
        changes: `KEY=VALUE` each, as a line of the file would say it: `setup.dapo.max_steps=8`.
        base: Folder of a model to begin with, in place of what the file says.

    Raises:
        NotFound: there is no such study.
        InputError: it is no TOML, a key is not known, a value is of the wrong kind, or arms do not fit together.
    """
    path = Path(name) if name.endswith(".toml") else shipped().get(name)
    if path is None:
        near = get_close_matches(name, shipped(), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise NotFound(f"no study {name!r}; there are: {', '.join(shipped())}, or a file that ends with .toml{hint}")
    said = _read(path, 0)
    for change in changes:
        said = merged(said, parse(change.encode(), f"--set {change}: a text needs quotes, 'title=\"mine\"'"))
    if base:
        said = merged(said, {"setup": {"base": str(Path(base).absolute())}})
    try:
        study = msgspec.convert(said | {"name": path.stem}, Study)
        for arm in study.arms:
            study.setup_of(arm)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}") from None
    _check(path, study)
    return study


def _read(path: Path, depth: int) -> dict[str, Any]:
    """What a file says, over what the study says that it extends; paths in it are relative to it."""
    if not path.is_file():
        raise NotFound(f"{path}: no such study file")
    said = parse(path.read_bytes(), str(path))
    setup = said.get("setup")
    if isinstance(setup, dict) and isinstance(setup.get("base"), str):
        setup["base"] = str((path.absolute().parent / setup["base"]).resolve())
    other = said.pop("extends", "")
    if not other:
        return said
    if not isinstance(other, str) or depth == _MOST_EXTENDED:
        raise InputError(f"{path}: `extends` names one other study, which extends no study that extends it")
    below = path.parent / other if other.endswith(".toml") else shipped().get(other)
    if below is None:
        raise NotFound(f"{path}: extends {other!r}, which is no study; there are: {', '.join(shipped())}")
    return merged(_read(below, depth + 1), said)


def _check(path: Path, study: Study) -> None:
    """Raises `InputError` if the arms do not fit together."""
    labels = [arm.label for arm in study.arms]
    if len(set(labels)) < len(labels) or len(set(study.seeds)) < len(study.seeds):
        raise InputError(f"{path}: each arm has a label of its own, and each seed comes once")
    for arm in study.arms:
        if arm.against and arm.against not in labels:
            raise InputError(f"{path}: {arm.label!r} is compared with {arm.against!r}, which is no arm")
    tests: list[Mapping[str, Any]] = [msgspec.to_builtins(study.setup_of(arm).test) for arm in study.arms]
    if any(test != tests[0] for test in tests):
        raise InputError(f"{path}: all arms must be tested on the same questions; setup.test differs")
    if study.k > min(study.setup_of(arm).play.samples for arm in study.arms):
        raise InputError(f"{path}: k is {study.k}, but play.samples is less")
