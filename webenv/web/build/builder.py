"""`build_snapshot`: runs the steps of a build in a folder beside the target, and shows it only when it is complete.

.NAME.building/lock       held while a build runs; the kernel frees it if the build is killed
.NAME.building/crawl-*    recordings of seeds, kept and continued by the next try
.NAME.building/work/      staging databases; thrown away by the next try
.NAME.building/snapshot/  becomes NAME in one rename
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import msgspec

from webenv.errors import BuildError, InputError
from webenv.types import Record, Task
from webenv.web import publish
from webenv.web.build.freezing import Frozen, freeze, freeze_all, prepare_worker
from webenv.web.build.inputs import find_archives, is_seed
from webenv.web.build.pool import Workers
from webenv.web.build.report import BuildReport, write_report
from webenv.web.build.scanning import scan_file
from webenv.web.build.staging import Staging
from webenv.web.build.writing import SnapshotWriter
from webenv.web.crawl import CrawlSettings, crawl
from webenv.web.derive import derive
from webenv.web.manifest import Manifest
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks, unproved

Phase = Literal["crawl", "scan", "freeze", "index"]
OnProgress = Callable[[Phase, int, int], None]
"""Called with the phase, how far it is, and how far it goes: pages, bytes, captures, steps."""


class BuildSettings(Record):
    """What a build may be told."""

    title: str = ""
    """Title of the package; by default it names the hosts."""
    tasks: str = ""
    """A task file to ship with the snapshot."""
    workers: int = 1
    max_bad_fraction: float = 0.1
    """Share of broken records above which the build fails (our choice)."""
    overwrite: bool = False
    crawl: CrawlSettings = CrawlSettings()


def build_snapshot(
    inputs: list[str],
    out: Path,
    settings: BuildSettings | None = None,
    on_progress: OnProgress = lambda phase, position, total: None,
) -> BuildReport:
    """Build the snapshot `out` from archive files, folders of them, and seeds to crawl.

    The same captures give the same bytes, in whatever order, number of files or workers they come.

    Raises:
        InputError: an input cannot be used, or `out` exists and may not be replaced.
        BuildError: too many records are broken, nothing is left, a task is not proved, or another build runs.
    """
    return _Build(inputs, out, settings or BuildSettings(), on_progress).run()


class _Build:
    """One build: the folder it works in and what it was told."""

    def __init__(self, inputs: list[str], out: Path, settings: BuildSettings, on_progress: OnProgress) -> None:
        self.seeds = [given for given in inputs if is_seed(given)]
        self.paths = [given for given in inputs if not is_seed(given)]
        self.settings = settings
        self.on_progress = on_progress
        self.out = out.resolve()
        self.folder = publish.working_folder(self.out)
        self.snapshot = self.folder / "snapshot"
        self.work = self.folder / "work"
        self.records = 0

    def run(self) -> BuildReport:
        if not self.seeds and not self.paths:
            raise InputError("nothing to build from; name an archive file, a folder of them, or an http(s):// seed")
        publish.check_target(self.out, self.settings.overwrite)
        tasks = read_tasks(Path(self.settings.tasks)) if self.settings.tasks else []
        archives = find_archives(self.paths)
        with publish.exclusive(self.folder, f"another build of {self.out} is running"):
            for leftover in (self.work, self.snapshot):
                shutil.rmtree(leftover, ignore_errors=True)
            self.work.mkdir()
            archives += self._crawl()
            staging = Staging(self.work / "staging.sqlite")
            with Workers(self.settings.workers, prepare_worker) as workers:
                self._scan(archives, staging, workers)
                writer = self._freeze(staging, workers)
            manifest = writer.finish(self.settings.title, tasks)
            report = self._report(archives, staging, writer, manifest)
            staging.close()
            self._index(tasks, manifest)
            write_report(report, self.snapshot)
            publish.publish(self.snapshot, self.out)
            shutil.rmtree(self.folder)
        return report

    def _crawl(self) -> list[Path]:
        if not self.seeds:
            return []
        asked = msgspec.json.encode((sorted(self.seeds), self.settings.crawl))
        recording = self.folder / f"crawl-{hashlib.sha256(asked).hexdigest()[:16]}.warc.gz"
        if not recording.exists():
            crawl(
                self.seeds,
                recording,
                self.settings.crawl,
                lambda now: self.on_progress("crawl", now.pages, now.pages + now.queued),
            )
        return [recording]

    def _scan(self, archives: list[Path], staging: Staging, workers: Workers) -> None:
        total = sum(path.stat().st_size for path in archives)
        shards = [self.work / f"shard-{number}.sqlite" for number in range(len(archives))]
        with _watched(workers, lambda: self.on_progress("scan", workers.counter.value, total)):
            self.records = sum(workers.each(scan_file, zip(archives, shards, strict=True)))
        for shard in shards:
            staging.absorb(shard)
            shard.unlink()
        self._refuse_bad(staging)

    def _freeze(self, staging: Staging, workers: Workers) -> SnapshotWriter:
        total = staging.choose()
        if not total:
            raise BuildError(f"no page was found in {len(self.paths) + len(self.seeds)} inputs: {staging.summary()}")
        with SnapshotWriter(self.snapshot, staging.latest()) as writer:
            for number, frozen in enumerate(workers.ordered(freeze_all, staging.chosen(), freeze), 1):
                if isinstance(frozen, Frozen):
                    writer.add(frozen)
                else:
                    staging.reject(frozen)
                self.on_progress("freeze", number, total)
        self._refuse_bad(staging)
        return writer

    def _refuse_bad(self, staging: Staging) -> None:
        bad = sum(staging.bad().values())
        fraction = bad / max(1, bad + self.records)
        if fraction > self.settings.max_bad_fraction:
            raise BuildError(
                f"{bad} of {bad + self.records} records are broken ({fraction:.1%}; allowed: "
                f"{self.settings.max_bad_fraction:.1%}): {staging.summary()}; "
                "to build from the rest, run again with a larger --max-bad-fraction"
            )

    def _report(
        self, archives: list[Path], staging: Staging, writer: SnapshotWriter, manifest: Manifest
    ) -> BuildReport:
        return BuildReport(
            content_id=manifest.content_id,
            views_id=manifest.views_id,
            inputs=tuple(os.fsencode(path).decode(errors="replace") for path in archives),
            records=self.records,
            captures=manifest.captures,
            pages=manifest.pages,
            passages=manifest.passages,
            skipped=staging.skipped(),
            bad=staging.bad(),
            bad_list=staging.bad_list(),
            unread=dict(sorted(writer.unread.items())),
        )

    def _index(self, tasks: list[Task], manifest: Manifest) -> None:
        self.on_progress("index", 0, 1)
        derive(self.snapshot, manifest)
        web = Snapshot(self.snapshot, manifest)
        problems = [problem for task in tasks for problem in unproved(task, web)]
        if problems:
            raise BuildError("tasks that this snapshot does not prove:\n  " + "\n  ".join(problems[:20]))
        self.on_progress("index", 1, 1)


class _watched:
    """Calls `look` five times a second while the block runs."""

    def __init__(self, workers: Workers, look: Callable[[], None]) -> None:
        self._ended = Event()
        self._look = look
        self._thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            self._look()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()
