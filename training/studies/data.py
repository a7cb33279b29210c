"""Stages that make what is learnt from, and what is tested on."""

from __future__ import annotations

from itertools import count as numbers
from pathlib import Path
from typing import ClassVar

import msgspec

from agent.rollout import RolloutSettings, rollout
from agent.trajectories import encode, read_trajectories
from training.filters.run import FilterReport, FilterSettings, filter_file
from training.studies.store import Show, Stage, Store
from training.synthesis.audit import audit, sample
from training.synthesis.check import Check
from training.synthesis.draft import Type
from training.synthesis.splits import shared
from training.synthesis.writing import Plan, write_tasks
from webenv.errors import InputError
from webenv.types import EnvSettings
from webenv.web.build import BuildSettings, build_snapshot
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks, read_tasks
from webenv.web.world import WorldSettings, generate_world, read_world
from webenv.web.world.graph import Split

_WRITTEN_FOR_ONE = 8
"""Questions that are written at most for each that is wanted, where only some have the hops that are (our choice)."""


class World(Stage, tag="world"):
    """A generated web, frozen."""

    verb: ClassVar[str] = "Making a world"
    product: ClassVar[str] = "snapshot"
    seed: int
    pages: int
    split: Split

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Write it, then build a snapshot of it."""
        archive = folder / "world.warc.gz"
        settings = WorldSettings(seed=self.seed, pages=self.pages, split=self.split)
        if not archive.exists():
            generate_world(settings, archive, lambda written, total: show(written, total, "pages"))
        title = f"World {self.seed} ({self.split})"
        given = BuildSettings(title=title, workers=store.workers)
        build_snapshot([str(archive)], folder / self.product, given, lambda phase, at, total: show(at, total, phase))
        archive.unlink()


class Questions(Stage, tag="questions"):
    """CRAWLQA over a world."""

    verb: ClassVar[str] = "Asking questions"
    product: ClassVar[str] = "tasks.jsonl"
    world: World
    seed: int
    count: int
    types: tuple[Type, ...]
    hops: tuple[int, int]

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Write more and more of them, until there are as many of the wanted hops as are wanted."""
        snapshot, low, high = str(store.path(self.world)), *self.hops
        for times in numbers(1):
            written = folder / f"written-{times}.jsonl"
            plan = Plan(family="crawlqa", snapshot=snapshot, seed=self.seed, count=times * self.count, types=self.types)
            if not written.exists():
                write_tasks(plan, written, store.workers, on_progress=lambda at, total: show(at, total, ""))
            fitting = [task for task in read_tasks(written) if low <= task.hops <= high]
            if len(fitting) >= self.count:
                break
            if times == _WRITTEN_FOR_ONE:
                raise InputError(
                    f"{len(fitting):,} of {plan.count:,} questions have {low} to {high} hops, and {self.count:,} are "
                    "wanted; allow other hops or types, or ask for fewer"
                )
        part = folder / "tasks.part"
        part.write_bytes(encode_tasks(fitting[: self.count]))
        part.replace(folder / self.product)


class Audited(Stage, tag="audited"):
    """Proof that questions give nothing away, can be solved, and share nothing with others."""

    verb: ClassVar[str] = "Auditing questions"
    product: ClassVar[str] = "checks.json"
    questions: Questions
    against: tuple[Questions, ...]
    limit: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Check; raises `InputError` if a check fails."""
        web, tasks = Snapshot.open(store.path(self.questions.world)), read_tasks(store.path(self.questions))
        others = [task for each in self.against for task in read_tasks(store.path(each))]
        checks: list[Check] = []
        for each in audit(web, read_world(web), sample(tasks, self.limit), tasks):
            checks.append(each)
            show(len(checks), 13, each.name)
        checks += shared(tasks, others) if others else ()
        for check in checks:
            if not check.passed:
                raise InputError(
                    f"{store.path(self.questions)}: the audit fails: {check.name} ({check.meaning}) is true of "
                    f"{check.count:,} of {check.of:,}, for example {', '.join(check.worst)}; ask other questions"
                )
        _write(folder / self.product, msgspec.json.encode(checks))


class Taught(Stage, tag="taught"):
    """Every attempt of a teacher."""

    verb: ClassVar[str] = "Watching the teacher"
    product: ClassVar[str] = "episodes.jsonl"
    questions: Questions
    teacher: str
    version: str
    """The teacher's own name of itself, which changes with what it writes."""
    attempts: int
    hide_thoughts: bool
    env: EnvSettings
    seed: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Play each question until an attempt is right."""
        settings = RolloutSettings(
            policy=self.teacher,
            tasks=str(store.path(self.questions)),
            samples=self.attempts,
            seed=self.seed,
            workers=store.workers,
            env=self.env,
            until_right=True,
            hide_thoughts=self.hide_thoughts,
        )
        snapshot = str(store.path(self.questions.world))
        rollout(snapshot, folder / self.product, settings, lambda played, at, most: show(at, most, "episodes"))


class Kept(Stage, tag="kept"):
    """What of it is worth learning from; `counts.json` says why the rest fell."""

    verb: ClassVar[str] = "Filtering"
    product: ClassVar[str] = "episodes.jsonl"
    taught: Taught

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Filter; raises `InputError` if nothing is left."""
        part = folder / "episodes.part"
        source = store.path(self.taught)
        report = filter_file(source, part, None, FilterSettings(), True, lambda at, total: show(at, total, "episodes"))
        if not report.kept:
            raise InputError(f"{source}: none of its episodes passes the filters: {report.dropped}")
        _write(folder / "counts.json", msgspec.json.encode(report))
        part.replace(folder / self.product)

    def counts(self, store: Store) -> FilterReport:
        """What fell, and why."""
        return msgspec.json.decode((store.folder(self) / "counts.json").read_bytes(), type=FilterReport)


class Some(Stage, tag="some"):
    """Some of many episodes, one from each stretch of their file: types take turns in it."""

    verb: ClassVar[str] = "Taking some"
    product: ClassVar[str] = "episodes.jsonl"
    episodes: Taught | Kept
    count: int

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Take them; raises `InputError` if there are fewer."""
        source = store.path(self.episodes)
        played = list(read_trajectories(source))
        if len(played) < self.count:
            raise InputError(f"{source}: holds {len(played):,} episodes, and {self.count:,} are wanted")
        places = [place * len(played) // self.count for place in range(self.count)]
        _write(folder / self.product, b"".join(encode(played[place]) + b"\n" for place in places))


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
