"""Proving that a snapshot, or any WACZ, is what it says: every MUST, every digest, every record through the index.

container   the zip file or folder: names, links, stored members
package     datapackage.json, its digest, the hash and size of every file, pages.jsonl
records     the CDXJ index against the archive, in both directions, each record read again
identity    for webenv snapshots: content id, views id, frozen text, tasks, derived parts
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from webenv.types import Record
from webenv.web.package import open_package
from webenv.web.verify.files import check_files
from webenv.web.verify.identity import check_identity
from webenv.web.verify.problem import Problem
from webenv.web.verify.records import check_records

__all__ = ["Problem", "Verdict", "verify"]


class Verdict(Record):
    """What a verification found."""

    path: str
    files: int
    records: int
    """Archive records read again."""
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(path: Path, on_progress: Callable[[int, int], None] = lambda position, total: None) -> Verdict:
    """Verify the snapshot or WACZ at `path`, packed or not. `on_progress` gets records checked and their number.

    Raises:
        NotFound: nothing is there.
        SnapshotError: it is neither a folder nor a zip file.
    """
    package = open_package(path)
    problems = [Problem(rule="container", place=name, detail=what) for name, what in package.layout_problems()]
    datapackage, found = check_files(package)
    problems += found
    checked = check_records(package, on_progress)
    problems += checked.problems
    if "webenv" in datapackage:
        problems += check_identity(package, datapackage, checked)
    names = package.names()
    return Verdict(path=str(path), files=len(names), records=checked.records, problems=tuple(problems))
