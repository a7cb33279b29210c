"""Archive records as they are found in files, and what can be wrong with them (WARC 1.1, ISO 28500:2017; ARC 1.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Literal

from webenv.types import Record

BadKind = Literal[
    "bad-date",
    "bad-header",
    "bad-http",
    "bad-length",
    "bomb",
    "corrupt-gzip",
    "dangling-revisit",
    "digest-mismatch",
    "garbage",
    "header-too-long",
    "length-mismatch",
    "record-too-large",
    "single-member-gzip",
    "truncated-gzip",
    "truncated-record",
    "unreadable-file",
    "unsupported-version",
    "wacz-layout",
]


class Limits(Record):
    """Bounds on what is read from one record (our choice, all of them)."""

    record_bytes: int = 64 << 20
    """A record, header and block, decompressed."""
    header_bytes: int = 64 << 10
    """A record header."""
    header_lines: int = 1_000
    http_header_bytes: int = 256 << 10
    body_bytes: int = 64 << 20
    """An entity body, content coding undone."""
    failed_resyncs: int = 10_000
    """Places where a record only seems to begin, in one file; after the last of them the rest is given up."""


LIMITS = Limits()


class Place(Record):
    """Where a record lies: enough to read it again without reading anything else."""

    file: str
    member: str
    """WARC file inside a WACZ; empty for a file of its own."""
    offset: int
    """Bytes from the start of `file`."""
    length: int
    """Bytes in `file`, compressed or not."""
    gzipped: bool
    dialect: Literal["warc", "arc"]


class BadRecord(Record):
    """A stretch of an archive file that is not a sound record."""

    kind: BadKind
    file: str
    member: str
    offset: int
    detail: str


class Fault(Exception):
    """A record is bad; `kind` and `detail` say how. Never leaves this package, except out of `http`."""

    def __init__(self, kind: BadKind, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind: BadKind = kind
        self.detail = detail


class Head(Record):
    """A record header: named fields, and how long header and block are, in bytes."""

    type: str
    headers: tuple[tuple[str, str], ...]
    head_bytes: int
    block_bytes: int


class RawRecord(Record):
    """One sound record."""

    type: str
    """WARC-Type, lower case; ARC records are responses."""
    headers: tuple[tuple[str, str], ...]
    block: bytes
    place: Place

    def get(self, name: str) -> str:
        """The first field of that name, in any case; empty if there is none."""
        return field(self.headers, name)

    @property
    def payload_digest(self) -> str:
        """The claimed payload digest as `algorithm:hexadecimal`, empty if none or not understood."""
        return normal_digest(self.get("WARC-Payload-Digest"))


def field(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """The first field of that name, in any case; empty if there is none."""
    name = name.lower()
    return next((value for key, value in headers if key.lower() == name), "")


_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


def normal_digest(labelled: str) -> str:
    """A digest as `algorithm:hexadecimal`, from Base16 or Base32; empty if it is not understood."""
    algorithm, _, value = labelled.strip().partition(":")
    algorithm = algorithm.lower().replace("-", "")
    size = _DIGEST_BYTES.get(algorithm)
    value = value.strip()
    if size is None:
        return ""
    if len(value) == 2 * size and re.fullmatch(r"[0-9a-fA-F]+", value):
        return f"{algorithm}:{value.lower()}"
    try:
        raw = base64.b32decode(value.rstrip("=").upper() + "=" * (-len(value.rstrip("=")) % 8))
    except (binascii.Error, ValueError):
        return ""
    return f"{algorithm}:{raw.hex()}" if len(raw) == size else ""


def digest_as(data: bytes, like: str) -> str:
    """The digest of `data` with the algorithm of a normal digest."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


_VERSION = re.compile(rb"WARC/(\d+\.\d+)[ \t]*\r?\n")
_SUPPORTED = (b"0.17", b"0.18", b"1.0", b"1.1")


def warc_head(data: bytes, limits: Limits = LIMITS) -> Head:
    """Read the header of a WARC record at the start of `data`. Raises `Fault`."""
    found = _VERSION.match(data)
    if not found:
        raise Fault("garbage", f"expected WARC/1.1, found {data[:16]!r}")
    if found[1] not in _SUPPORTED:
        raise Fault("unsupported-version", f"WARC/{found[1].decode()}")
    end, after = head_end(data, limits.header_bytes)
    if end < 0:
        kind: BadKind = "header-too-long" if len(data) > limits.header_bytes else "truncated-record"
        raise Fault(kind, f"no end of the record header in {min(len(data), limits.header_bytes)} bytes")
    headers = parse_fields(data[found.end() : end], limits)
    kind_of_record = field(headers, "WARC-Type").lower()
    if not kind_of_record:
        raise Fault("bad-header", "WARC-Type is missing")
    headers = tuple((name, _unbracketed(name, value)) for name, value in headers)
    return Head(type=kind_of_record, headers=headers, head_bytes=after, block_bytes=_block_bytes(headers))


def head_end(data: bytes, limit: int) -> tuple[int, int]:
    """Where the lines of a header end and where what follows begins; (-1, -1) if that is not within `limit`."""
    ends = [(place, place + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := data.find(mark, 0, limit)) >= 0]
    return min(ends, default=(-1, -1))


def parse_fields(lines: bytes, limits: Limits = LIMITS) -> tuple[tuple[str, str], ...]:
    """`Name: value` lines; a line that begins with white space continues the one before. Raises `Fault`."""
    fields: list[tuple[str, str]] = []
    split = lines.replace(b"\r\n", b"\n").split(b"\n")
    if len(split) > limits.header_lines:
        raise Fault("header-too-long", f"{len(split)} header lines")
    for line in split:
        text = _decode(line)
        if text[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {text.strip()}".strip())
            continue
        name, colon, value = text.partition(":")
        if not colon and text.strip():
            raise Fault("bad-header", f"no colon in {text[:60]!r}")
        if colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _unbracketed(name: str, value: str) -> str:
    """Some writers put `<>` around URIs as the grammar of WARC 1.0 seemed to ask."""
    if name.lower() in ("warc-target-uri", "warc-refers-to-target-uri") and value[:1] == "<" and value[-1:] == ">":
        return value[1:-1]
    return value


def _block_bytes(headers: tuple[tuple[str, str], ...]) -> int:
    values = {value for name, value in headers if name.lower() == "content-length"}
    if len(values) != 1:
        raise Fault("bad-length", f"Content-Length is given as {sorted(values) or 'nothing'}"[:200])
    value = values.pop()
    if not re.fullmatch(r"[0-9]{1,18}", value, re.ASCII):
        raise Fault("bad-length", f"Content-Length is {value[:40]!r}")
    return int(value)


_ARC_LINE = re.compile(rb"(\S+) (\S*) (\d{14})\d* (?:(\S+) )?(?:\S+ ){0,6}?(\d{1,18})\r?\n")


def arc_head(data: bytes, limits: Limits = LIMITS) -> Head:
    """Read the URL-record line of an ARC record at the start of `data`. Raises `Fault`."""
    skipped = len(data) - len(data.lstrip(b"\r\n"))
    found = _ARC_LINE.match(data, skipped, skipped + limits.header_bytes)
    if not found:
        raise Fault("garbage", f"expected an ARC record, found {data[:16]!r}")
    url, _, stamp, mime, size = (_decode(group or b"") for group in found.groups())
    date = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
    is_info = url.startswith("filedesc:")
    headers = (("WARC-Target-URI", url), ("WARC-Date", date), ("Content-Type", mime), ("Content-Length", size))
    return Head(
        type="warcinfo" if is_info else "response", headers=headers, head_bytes=found.end(), block_bytes=int(size)
    )
