"""A drifted snapshot as an archive of its own, so that whoever reads WARC or WACZ meets the same pages.

What lasts is written: pages as they are now, under the addresses where they are, redirects, and copies. What depends
on a query or passes with the next try cannot stand in an archive; those operators are left out and named.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from webenv.errors import InputError
from webenv.types import Capture, Record
from webenv.web import publish
from webenv.web.archive.http import Response
from webenv.web.archive.write import response_record, warcinfo_record
from webenv.web.build import BuildReport, BuildSettings, build_snapshot
from webenv.web.drift.drift import Drift
from webenv.web.drift.episode import Edit, edit_of
from webenv.web.drift.families.rot import not_found
from webenv.web.drift.operator import Operator
from webenv.web.drift.plan import Plan
from webenv.web.drift.restating import restate
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import write_tasks

LOG = "drift-log.jsonl"
"""The edits, in the folder of the new snapshot; not part of the package."""
Written = Callable[[int, int], None]
"""Called with captures written, and how many there are to write."""


class Perturbed(Record):
    """What came of it."""

    build: BuildReport
    edits: dict[str, int]
    """Operator to how many pages it changed."""
    left_out: tuple[str, ...]
    """Operators that an archive cannot hold."""
    tasks: int
    """Tasks of the snapshot that the new one proves, and ships."""
    tasks_lost: int


def perturb(
    web: Snapshot, plan: Plan, out: Path, overwrite: bool = False, on_progress: Written = lambda written, total: None
) -> Perturbed:
    """Write the drifted snapshot to the folder `out`; the same plan gives the same bytes.

    Raises:
        InputError: the plan changes nothing, or `out` exists and may not be replaced.
        BuildError: nothing is left.
    """
    if not plan.severities:
        raise InputError("the plan changes nothing; name families with --drift, such as moved:0.4")
    publish.check_target(out, overwrite)
    drift = Drift.over(web, plan)
    edits: list[Edit] = []
    tasks = [restate(task, drift) for task in web.tasks()]
    kept = [task for task in tasks if task]
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}.drift-") as folder:
        archive, shipped = Path(folder) / "drifted.warc.gz", Path(folder) / "tasks.jsonl"
        _write(drift, archive, edits, on_progress)
        write_tasks(shipped, kept)
        title = f"{web.path.name} | drift {plan.text} seed {plan.seed} split {plan.split}"
        settings = BuildSettings(title=title, tasks=str(shipped) if kept else "", overwrite=overwrite)
        report = build_snapshot([str(archive)], out, settings)
    (out / LOG).write_bytes(b"".join(msgspec.json.encode(edit) + b"\n" for edit in edits))
    return Perturbed(
        build=report,
        edits=dict(sorted(Counter(edit.operator for edit in edits).items())),
        left_out=tuple(each.name for each in _operators(drift) if not _is_lasting(each)),
        tasks=len(kept),
        tasks_lost=len(tasks) - len(kept),
    )


def _write(drift: Drift, archive: Path, edits: list[Edit], on_progress: Written) -> None:
    captures = drift.web.captures()
    with archive.open("wb") as file:
        file.write(warcinfo_record(f"webenv drift {drift.plan.text}", captures[0].timestamp if captures else "2" * 14))
        for number, capture in enumerate(captures, 1):
            for url, response in _answers(drift, capture, edits):
                file.write(response_record(url, capture.timestamp, response))
            on_progress(number, len(captures))


def _answers(drift: Drift, capture: Capture, edits: list[Edit]) -> Iterator[tuple[str, Response]]:
    """Everything that comes of one capture: the page, what stands at its old address, its copies."""
    archived = drift.web.response(capture)
    if capture.redirect:
        yield capture.url, archived
        return
    operators = tuple(each for each in drift.choice.of_page(capture.url, 1) if _is_lasting(each))
    edits += drift.edits(capture.url, operators, 0)
    mover = drift.mover(capture.url)
    document = drift.document(capture.url, operators, 0) if operators or mover else None
    yield drift.address(capture.url), document.to_response() if document else archived
    if mover:
        edits.append(edit_of(mover, capture.url))
        yield from _at_old_address(drift, mover, capture.url)
    if capture.status == 200:
        yield from _copies(drift, capture.url, edits)


def _at_old_address(drift: Drift, mover: Operator, url: str) -> Iterator[tuple[str, Response]]:
    move, new = mover.moved, drift.address(url)
    assert move
    if not move.status:
        document = not_found(drift.blank(url))
        yield url, document.to_response()
        return
    stops = [url, *([move.stop(url)] if move.stop else []), new]
    for here, there in pairwise(stops):
        yield here, Response(status=move.status, reason="Moved", headers=(("Location", there),))


def _copies(drift: Drift, url: str, edits: list[Edit]) -> Iterator[tuple[str, Response]]:
    for copier in drift.copiers.values():
        if drift.choice.is_chosen(copier, url) and (made := drift.copy(copier, url)):
            edits.append(edit_of(copier, url))
            yield made.url, made.to_response()


def _operators(drift: Drift) -> Iterator[Operator]:
    for family in drift.choice.families:
        yield from drift.choice.operators[family.name]


def _is_lasting(operator: Operator) -> bool:
    return not operator.attempts and not operator.results and not operator.bm25
