"""What a build met: `build-report.json`, for people and programs; not part of the snapshot's identity."""

from __future__ import annotations

from pathlib import Path

import msgspec

from webenv.types import Record

NAME = "build-report.json"
LISTED = 10_000
"""Bad records listed one by one; beyond that they are counted only."""


class BadEntry(Record):
    """One record that was skipped because it is broken or hostile."""

    kind: str
    file: str
    member: str
    """Name inside a WACZ; empty otherwise."""
    offset: int
    """Bytes from the start of the file."""
    detail: str


class BuildReport(Record):
    """The outcome of one build."""

    content_id: str
    views_id: str
    inputs: tuple[str, ...]
    records: int
    """Records read, bad ones not counted."""
    captures: int
    pages: int
    passages: int
    skipped: dict[str, int]
    """Sound records that are not carried over, by reason."""
    bad: dict[str, int]
    """Broken records, by kind."""
    bad_list: tuple[BadEntry, ...]
    unread: dict[str, int]
    """Captures without text, by reason."""


def write_report(report: BuildReport, folder: Path) -> None:
    """Write the report into a snapshot folder."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
