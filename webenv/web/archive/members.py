"""A gzip file as its members, a plain file as its records, each whole in memory or found to be bad."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from isal import isal_zlib

from webenv.web.archive.records import BadRecord, Fault, Head, Limits, Place

_FIRST_READ = 1 << 14
_READ = 1 << 18
_MAGIC = b"\x1f\x8b\x08"
_PROBE = 64
"""Decompressed bytes that tell whether a record begins here."""
_BOMBS = ("bomb", "record-too-large", "single-member-gzip", "header-too-long")
"""Faults that were found only after much was decompressed."""
_BOMB_TRIES = 100
"""What one of them counts against `Limits.failed_resyncs` (our choice)."""
_BEGINNING = re.compile(rb"WARC/\d|filedesc:|\r?\n?(?:https?|dns|ftp):\S+ \S* \d{14}")
_PLAIN_BEGINNING = re.compile(rb"\n(?=WARC/\d\.\d+[ \t]*\r?\n|https?://\S{1,8192} \S{0,64} \d{14} )")

_ISAL_ERROR = cast("type[Exception]", isal_zlib.IsalError)
ReadHead = Callable[[bytes, Limits], Head]


class Window:
    """A part of a file: all of it, or one member of a WACZ."""

    def __init__(self, file: BinaryIO, path: Path, member: str, start: int, end: int) -> None:
        self._file = file
        self.path = path
        self.member = member
        self.start = start
        self.end = end

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes at `offset` of the file, none beyond the window."""
        self._file.seek(offset)
        return self._file.read(max(0, min(size, self.end - offset)))

    def place(self, stretch: Stretch, gzipped: bool, dialect: Literal["warc", "arc"]) -> Place:
        """Where a stretch lies."""
        return Place(
            file=str(self.path),
            member=self.member,
            offset=stretch.offset,
            length=stretch.length,
            gzipped=gzipped,
            dialect=dialect,
        )

    def bad(self, fault: Fault, offset: int) -> BadRecord:
        """A fault as a bad record of this file."""
        return BadRecord(
            kind=fault.kind, file=str(self.path), member=self.member, offset=offset, detail=fault.detail[:500]
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file that should be one record: its data, uncompressed, or what is wrong with it."""

    offset: int
    length: int
    data: bytes = b""
    head: Head | None = None
    fault: Fault | None = None


def is_gzipped(window: Window) -> bool:
    """Whether a file is one of gzip members; one whose beginning is damaged is taken for what follows."""
    start = window.read(window.start, 1 << 16)
    return start.startswith(_MAGIC[:2]) or not (_BEGINNING.match(start) or _PLAIN_BEGINNING.search(start))


def gzip_members(window: Window, read_head: ReadHead, limits: Limits) -> Iterator[Stretch]:
    """Every gzip member (RFC 1952). A bad one ends where the next member begins that holds a record."""
    offset = window.start
    tries = limits.failed_resyncs
    while offset < window.end:
        try:
            data, length = _member(window, offset, read_head, limits)
        except Fault as caught:
            fault = Fault(caught.kind, caught.detail)  # without the data that hangs on a traceback
        else:
            if data:
                yield Stretch(offset=offset, length=length, data=data)
            offset += length
            continue
        tries = max(0, tries - (_BOMB_TRIES if fault.kind in _BOMBS else 0))
        following, tries = _next_member(window, offset + 1, tries)
        yield Stretch(offset=offset, length=following - offset, fault=fault)
        offset = following


def _member(window: Window, offset: int, read_head: ReadHead, limits: Limits) -> tuple[bytes, int]:
    """Data and compressed length of the member at `offset`. Raises `Fault`."""
    if window.read(offset, 3) != _MAGIC:
        raise Fault("garbage", f"expected a gzip member, found {window.read(offset, 8)!r}")
    stream = isal_zlib.decompressobj(31)
    parts: list[bytes] = []
    size, position, step = 0, offset, _FIRST_READ
    while not stream.eof:
        chunk = window.read(position, step)
        position += len(chunk)
        step = min(2 * step, _READ)
        if not chunk:
            raise Fault("truncated-gzip", f"the file ends inside a gzip member, after {size} bytes of data")
        try:
            part = stream.decompress(chunk, limits.record_bytes + 1 - size)
        except _ISAL_ERROR as error:
            raise Fault("corrupt-gzip", str(error)) from None
        parts.append(part)
        size += len(part)
        if size > limits.record_bytes:
            raise _too_large(b"".join(parts), read_head, limits)
    return b"".join(parts), position - len(stream.unused_data) - offset


def _too_large(data: bytes, read_head: ReadHead, limits: Limits) -> Fault:
    """Why a member holds more than a record may: several records, one that says so, or a bomb."""
    try:
        head = read_head(data, limits)
    except Fault as fault:
        return fault
    end = head.head_bytes + head.block_bytes
    if end > limits.record_bytes:
        return Fault("record-too-large", f"a block of {head.block_bytes} bytes; at most {limits.record_bytes} are read")
    if data[end : end + 9].lstrip(b"\r\n").startswith((b"WARC/", b"http")):
        return Fault("single-member-gzip", "several records in one gzip member; run: warcio recompress OLD NEW")
    return Fault("bomb", f"more than {limits.record_bytes} bytes, where a record of {end} was announced")


def _next_member(window: Window, offset: int, tries: int) -> tuple[int, int]:
    """Where the next member with a record begins, or the end; and how many tries are left."""
    while offset < window.end and tries:
        chunk = window.read(offset, _READ)
        place = chunk.find(_MAGIC)
        if place < 0:
            offset += max(1, len(chunk) - len(_MAGIC) + 1)
            continue
        offset += place
        if _BEGINNING.match(inflate_at(window, offset, _PROBE)):
            return offset, tries
        tries -= 1
        offset += 1
    return window.end, tries


def inflate_at(window: Window, offset: int, size: int) -> bytes:
    """Up to `size` bytes of the gzip data at `offset`; nothing if it is none."""
    try:
        return isal_zlib.decompressobj(31).decompress(window.read(offset, 1 << 12), size)
    except _ISAL_ERROR:
        return b""


def plain_stretches(window: Window, read_head: ReadHead, limits: Limits) -> Iterator[Stretch]:
    """Every record of an uncompressed file, with the empty lines that end it."""
    offset = window.start
    tries = limits.failed_resyncs
    while offset < window.end:
        start = window.read(offset, limits.header_bytes + 1)
        try:
            head = read_head(start, limits)
            end = offset + head.head_bytes + head.block_bytes
            if head.block_bytes > limits.record_bytes and end <= window.end:
                raise Fault("record-too-large", f"a block of {head.block_bytes} bytes; at most {limits.record_bytes}")
            if end > window.end:
                raise Fault("truncated-record", f"{head.block_bytes} bytes announced, the file ends before them")
            empty = _empty_lines(window.read(end, 4))
            following = end + empty
            if empty < 4 and following < window.end and not _begins(window.read(following, _READ)):
                raise Fault("length-mismatch", "no record follows where this one should end")
        except Fault as fault:
            following = _next_plain(window, offset + 1) if tries else window.end
            given_up = Fault("garbage", f"{limits.failed_resyncs} broken records; the rest of the file is not read")
            yield Stretch(offset=offset, length=following - offset, fault=fault if tries else given_up)
            tries -= 1
            offset = following
            continue
        data = window.read(offset, following - offset)
        yield Stretch(offset=offset, length=following - offset, data=data, head=head)
        offset = following


def _empty_lines(data: bytes) -> int:
    """How many of up to four bytes are line ends."""
    return len(data) - len(data.lstrip(b"\r\n"))


def _begins(data: bytes) -> bool:
    return bool(_BEGINNING.match(data)) or not data.strip()


def _next_plain(window: Window, offset: int) -> int:
    """Where the next line begins that looks like the start of a record, or the end."""
    overlap = 9_000
    while offset < window.end:
        chunk = window.read(offset, _READ)
        if found := _PLAIN_BEGINNING.search(chunk):
            return offset + found.end()
        if len(chunk) <= overlap:
            break
        offset += len(chunk) - overlap
    return window.end
