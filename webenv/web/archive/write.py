"""Canonical WARC 1.1 files: the same captures give the same bytes.

Record ids are UUIDs of the content (RFC 9562, version 5), dates are those of the captures, digests are SHA-256 in
Base16, each record is one gzip member without name or time (Annex D). Bodies have their content coding kept and their
transfer coding removed, so that every reading of "payload" gives the same digest.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
import zlib
from pathlib import Path

from webenv.web.archive.http import Response
from webenv.web.archive.records import LIMITS, Fault

MAX_FILE_BYTES = 1_000_000_000
"""A WARC file is closed when it is this long (WARC 1.1, Annex C)."""
_LEVEL = 6


def gzip_member(data: bytes) -> bytes:
    """One gzip member (RFC 1952) without name, time or operating system."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def iso_date(timestamp: str) -> str:
    """14 digits as RFC 3339, which WARC, WACZ and pages.jsonl all use."""
    t = timestamp
    return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z"


def response_record(url: str, timestamp: str, response: Response) -> bytes:
    """A capture as one gzip member: a `response`, or a `resource` if it has no HTTP head.

    Raises:
        Fault: its head is so long that it could not be read again.
    """
    payload = _digest(response.body)
    if not response.is_http:
        content_type = response.get("Content-Type") or "application/octet-stream"
        return _record("resource", url, timestamp, response.body, content_type, payload)
    head = f"HTTP/1.1 {response.status} {response.reason}".rstrip() + "\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in _stored_headers(response))
    if lines.count("\n") >= LIMITS.header_lines or len(lines.encode()) > LIMITS.http_header_bytes - len(head) - 2:
        raise Fault("header-too-long", f"{len(response.headers)} header fields, {len(lines)} characters")
    block = (head + lines).encode() + b"\r\n" + response.body  # as UTF-8, which reads back as the same text
    return _record("response", url, timestamp, block, "application/http;msgtype=response", payload)


def _stored_headers(response: Response) -> list[tuple[str, str]]:
    """The headers as they came, but for the two that describe the transfer rather than what was kept."""
    kept = [
        (name, value) for name, value in response.headers if name.lower() not in ("transfer-encoding", "content-length")
    ]
    return [*kept, ("Content-Length", str(len(response.body)))]


def warcinfo_record(software: str, timestamp: str) -> bytes:
    """The record that opens each file."""
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    return _record("warcinfo", "", timestamp, fields.encode(), "application/warc-fields", "")


def _record(kind: str, url: str, timestamp: str, block: bytes, content_type: str, payload: str) -> bytes:
    digest = _digest(block)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {url} {timestamp} {digest}")
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{identity}>"),
        ("WARC-Date", iso_date(timestamp)),
        ("WARC-Target-URI", url),
        ("WARC-Payload-Digest", payload),
        ("WARC-Block-Digest", digest),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return gzip_member(head.encode() + b"\r\n" + block + b"\r\n\r\n")


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class WarcWriter:
    """Appends records to `data-00000.warc.gz` and the files after it; each opens with a warcinfo record."""

    def __init__(self, folder: Path, warcinfo: bytes) -> None:
        self._folder = folder
        self._warcinfo = warcinfo
        self._open(0)

    def _open(self, number: int) -> None:
        self._number = number
        self._name = f"data-{number:05d}.warc.gz"
        self._file = (self._folder / self._name).open("wb")
        self._file.write(self._warcinfo)

    def append(self, member: bytes) -> tuple[str, int, int]:
        """Write one record; file name, offset and length in bytes."""
        if self._file.tell() + len(member) > MAX_FILE_BYTES and self._file.tell() > len(self._warcinfo):
            self._file.close()
            self._open(self._number + 1)
        offset = self._file.tell()
        self._file.write(member)
        return self._name, offset, len(member)

    def close(self) -> None:
        """Close the file; twice is fine."""
        self._file.close()
