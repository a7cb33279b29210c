"""The stages of an arm: from a setup and a seed to a test."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.hf import weights_digest
from agent.policy import load_policy
from training.studies.data import Audited, Kept, Questions, Some, Taught, World
from training.studies.learning import Base, Imitated, Model, Practised, Tested
from training.studies.settings import Arm, QuestionSettings, Setup, Study
from webenv.errors import NotFound
from webenv.types import EnvSettings
from webenv.web.drift.plan import read_plan
from webenv.web.world.graph import Split

LEARNING: Split = "train"
"""Of the worlds that are learnt from."""


def tested(study: Study, arm: Arm, seed: int) -> Tested:
    """The test of an arm.

    Raises:
        NotFound: there is no such base, or teacher.
        InputError: there is no such kind of teacher.
    """
    setup = study.setup_of(arm)
    return Tested(
        model=_model(setup, arm, seed),
        questions=questions(setup.test, "test"),
        env=_tested_on(setup),
        policy=setup.play.policy,
        samples=setup.play.samples,
        seed=seed,
    )


def _tested_on(setup: Setup) -> EnvSettings:
    plan = read_plan(setup.play.drift, setup.play.drift_seed, "test")
    return msgspec.structs.replace(setup.env, **plan.settings)


def audits(study: Study) -> list[Audited]:
    """The audits of all questions; those of the test share nothing with any that some arm learns from."""
    limits: dict[Questions, int] = {}
    for arm in study.arms:
        setup = study.setup_of(arm)
        for training, settings in (("sft", setup.learn), ("dapo", setup.practice)):
            if training in arm.train:
                limits[questions(settings, LEARNING)] = setup.audit
    setup = study.setup_of(study.arms[0])
    found = [Audited(questions=each, against=(), limit=limit) for each, limit in limits.items()]
    found.append(Audited(questions=questions(setup.test, "test"), against=tuple(limits), limit=setup.audit))
    return [each for each in found if each.limit]


def questions(settings: QuestionSettings, split: Split) -> Questions:
    """The stage of a set of questions."""
    return Questions(
        world=World(seed=settings.world, pages=settings.pages, split=split),
        seed=settings.seed,
        count=settings.count,
        types=settings.types,
        hops=settings.hops,
    )


def base_of(setup: Setup) -> Base:
    """The model that training begins with; raises `NotFound` if it is not there."""
    if not (Path(setup.base) / "config.json").is_file():
        raise NotFound(f"{setup.base}: no such model; name a folder with config.json: --base DIR")
    return Base(weights=weights_digest(Path(setup.base)))


def _model(setup: Setup, arm: Arm, seed: int) -> Model:
    model: Model = base_of(setup)
    for training in arm.train:
        if training == "sft":
            episodes = _episodes(setup, seed)
            model = Imitated(model=model, episodes=episodes, table=setup.sft, seed=seed, threads=setup.threads)
        else:
            model = Practised(
                model=model,
                questions=questions(setup.practice, LEARNING),
                table=setup.dapo,
                env=setup.env,
                drift=setup.drift,
                policy=setup.policy,
                sampling=setup.sampling,
                curriculum=setup.curriculum,
                trained=setup.practised,
                seed=seed,
                threads=setup.threads,
            )
    return model


def _episodes(setup: Setup, seed: int) -> Taught | Kept | Some:
    cold = setup.cold
    taught = Taught(
        questions=questions(setup.learn, LEARNING),
        teacher=cold.teacher,
        version=_version(cold.teacher),
        attempts=cold.attempts,
        hide_thoughts=cold.hide_thoughts,
        env=setup.env,
        seed=seed,
    )
    episodes = Kept(taught=taught) if cold.filtered else taught
    return Some(episodes=episodes, count=cold.episodes) if cold.episodes else episodes


def _version(teacher: str) -> str:
    """What a teacher calls itself; of a local model, the digest of its files, without loading it."""
    kind, _, path = teacher.partition(":")
    return weights_digest(Path(path)) if kind == "hf" and Path(path).exists() else load_policy(teacher).name
