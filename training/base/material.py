"""The *material* of the tiny base: one world after the other, how careless teachers answered questions on each, and
drills on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from agent.episode import Episode, play
from agent.teacher.brief import BriefTeacher
from training.base.drills import Drill, drills
from training.base.stumbling import Stumbling
from training.synthesis.crawlqa import CrawlQA
from training.synthesis.draft import Type
from training.synthesis.proof import Prover
from webenv.env import WebEnv
from webenv.types import EnvSettings, Task, Trajectory
from webenv.web.build.builder import BuildSettings, build_snapshot
from webenv.web.snapshot import Snapshot
from webenv.web.world.generate import generate_world
from webenv.web.world.graph import Graph, WorldSettings

FIRST_SEED = 100_000
"""Worlds of these seeds and up are the base's own: no experiment trains or is measured on them."""
PAGES = 400
"""Pages of a world (our choice)."""
QUESTIONS: dict[Type, int] = {"single": 110, "multi-hop": 260, "count": 40, "comparison": 60}
"""Questions on a world without drills; half as many on one with drills (our choice)."""
ENV = EnvSettings(max_turns=12, k=3, page_chars=1_200)
"""An environment that fits into two thousand tokens (our choice)."""

FAILS, FAILING = 25, msgspec.structs.replace(ENV, drift="1/flaky:0.7", drift_split="train")
"""Of a hundred questions those that are asked where pages fail at times, and the environment there (our choice)."""


class Material(NamedTuple):
    """What is read of one world."""

    episodes: list[Trajectory]
    """What the teacher did; what it lost its way in is left out."""
    drills: list[Drill]


def material(number: int, is_drilled: bool = False) -> Material:
    """What is read of the world of a number, from 0."""
    with TemporaryDirectory() as folder:
        web, graph = _world(FIRST_SEED + number, Path(folder))
        prover = Prover(web, graph)
        tasks = list(_tasks(prover, graph, 2 if is_drilled else 1))
        told = list(drills(prover, WebEnv(web, tasks, **msgspec.structs.asdict(ENV)))) if is_drilled else []
        return Material(list(_played(web, graph, tasks)), told)


def _played(web: Snapshot, graph: Graph, tasks: list[Task]) -> Iterator[Trajectory]:
    """What the teacher did about the tasks, unless it lost its way."""
    teacher = Stumbling(BriefTeacher())
    sound, failing = (WebEnv(web, tasks, **msgspec.structs.asdict(each)) for each in (ENV, FAILING))
    chosen = (failing if graph.dice("fails", number).chance(FAILS) else sound for number in range(len(tasks)))
    for each in play(teacher, (Episode(*pair, teacher.name, 0, 0) for pair in zip(chosen, tasks, strict=True))):
        last = each.steps[-1]
        if last.terminated and "<think>lost</think>" not in last.action:
            yield each


def _world(seed: int, folder: Path) -> tuple[Snapshot, Graph]:
    settings = WorldSettings(seed=seed, pages=PAGES, split="pretraining")
    archive, out = folder / "world.warc", folder / "world"
    generate_world(settings, archive)
    build_snapshot([str(archive)], out, BuildSettings(workers=1))
    return Snapshot.open(str(out)), Graph(settings)


def _tasks(prover: Prover, graph: Graph, every: int) -> Iterator[Task]:
    for seed, (kind, count) in enumerate(QUESTIONS.items()):
        writer = CrawlQA(prover, seed, (kind,))
        yield from (writer.write(number) for number in range(count // every))
