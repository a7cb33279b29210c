"""Any archive file as a stream of sound records and bad records, in constant memory, whatever the file holds.

Truncated and corrupt data is found, never passed over: every gzip member must end with a right checksum, every record
must be as long as it says, every digest that it claims must hold. After a bad record, reading goes on at the next
place where a sound one begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from webenv.errors import SnapshotError
from webenv.web.archive.members import Stretch, Window, gzip_members, inflate_at, is_gzipped, plain_stretches
from webenv.web.archive.records import (
    LIMITS,
    BadRecord,
    Fault,
    Head,
    Limits,
    Place,
    RawRecord,
    arc_head,
    digest_as,
    normal_digest,
    warc_head,
)
from webenv.web.package import Packed

__all__ = ["LIMITS", "BadRecord", "Limits", "Place", "RawRecord", "read_record", "scan"]

Dialect = Literal["warc", "arc"]
_TRAILERS = {"warc": (b"\r\n\r\n", b"\n\n"), "arc": (b"\n", b"\r\n", b"")}
_HEADS = {"warc": warc_head, "arc": arc_head}


def scan(path: Path, limits: Limits = LIMITS) -> Iterator[RawRecord | BadRecord]:
    """Every record of a WARC, ARC or WACZ file, told apart by content; sound and bad ones in the order of the file."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start == b"PK\x03\x04" or (start[:2] == b"PK" and path.suffix == ".wacz"):
                yield from _scan_wacz(path, limits)
            else:
                yield from _scan_window(Window(file, path, "", 0, path.stat().st_size), limits)
    except OSError as error:
        yield BadRecord(kind="unreadable-file", file=str(path), member="", offset=0, detail=str(error))


def _scan_wacz(path: Path, limits: Limits) -> Iterator[RawRecord | BadRecord]:
    """The WARC files in a WACZ, read where they lie; nothing is extracted."""
    try:
        package = Packed(path)
    except SnapshotError as error:
        yield BadRecord(kind="wacz-layout", file=str(path), member="", offset=0, detail=str(error))
        return
    faulty = dict(package.layout_problems())
    for name, what in faulty.items():
        yield BadRecord(kind="wacz-layout", file=str(path), member=name[:500], offset=0, detail=what)
    size = path.stat().st_size
    for name in dict.fromkeys(package.names()):
        if not name.startswith("archive/") or name in faulty:
            continue
        start, length = package.locate(name)[1], package.size(name)
        if start + length > size:
            detail = f"{length} bytes from {start} do not fit into the file"
            yield BadRecord(kind="wacz-layout", file=str(path), member=name, offset=start, detail=detail)
            continue
        yield from scan_part(path, name, start, length, limits)


def scan_part(
    path: Path, member: str, start: int, size: int, limits: Limits = LIMITS
) -> Iterator[RawRecord | BadRecord]:
    """Every record of a WARC file that lies inside another file; offsets are those of the outer file."""
    with path.open("rb") as file:
        yield from _scan_window(Window(file, path, member, start, start + size), limits)


def _scan_window(window: Window, limits: Limits) -> Iterator[RawRecord | BadRecord]:
    """The records of one WARC or ARC file."""
    gzipped = is_gzipped(window)
    dialect = _dialect(window, gzipped)
    head = _HEADS[dialect]
    stretches = gzip_members(window, head, limits) if gzipped else plain_stretches(window, head, limits)
    for stretch in stretches:
        try:
            yield _record(stretch, window.place(stretch, gzipped, dialect), dialect, limits)
        except Fault as fault:
            yield window.bad(fault, stretch.offset)


def _dialect(window: Window, gzipped: bool) -> Dialect:
    """ARC files begin with a `filedesc` record; everything else is taken for WARC."""
    start = inflate_at(window, window.start, 9)[:9] if gzipped else window.read(window.start, 9)
    return "arc" if start == b"filedesc:" else "warc"


def read_record(place: Place, limits: Limits = LIMITS) -> RawRecord | BadRecord:
    """The record at a place that `scan` gave, with the same checks.

    Raises:
        OSError: the file is gone.
    """
    path = Path(place.file)
    with path.open("rb") as file:
        window = Window(file, path, place.member, place.offset, place.offset + place.length)
        head = _HEADS[place.dialect]
        stretches = gzip_members(window, head, limits) if place.gzipped else plain_stretches(window, head, limits)
        for stretch in stretches:
            try:
                return _record(stretch, place, place.dialect, limits)
            except Fault as fault:
                return window.bad(fault, stretch.offset)
    return BadRecord(
        kind="truncated-record", file=place.file, member=place.member, offset=place.offset, detail="nothing is there"
    )


def _record(stretch: Stretch, place: Place, dialect: Dialect, limits: Limits) -> RawRecord:
    """The record in a stretch of a file. Raises `Fault`."""
    if stretch.fault:
        raise stretch.fault
    head: Head = stretch.head or _HEADS[dialect](stretch.data, limits)
    end = head.head_bytes + head.block_bytes
    if len(stretch.data) < end:
        there = len(stretch.data) - head.head_bytes
        raise Fault("truncated-record", f"{head.block_bytes} bytes announced, {there} there")
    trailer = stretch.data[end:]
    if trailer not in _TRAILERS[dialect]:
        if trailer.lstrip(b"\r\n").startswith((b"WARC/", b"http")) and place.gzipped:
            raise Fault(
                "single-member-gzip",
                "several records in one gzip member cannot be read at random; run: warcio recompress OLD NEW",
            )
        raise Fault("length-mismatch", f"{len(trailer)} bytes follow the block, expected an empty line")
    block = stretch.data[head.head_bytes : end]
    record = RawRecord(type=head.type, headers=head.headers, block=block, place=place)
    claimed = normal_digest(record.get("WARC-Block-Digest"))
    if claimed and digest_as(block, claimed) != claimed:
        raise Fault("digest-mismatch", f"the block is not {claimed}")
    return record
