"""What an archived HTTP message says: its head, and its body with transfer and content coding undone within bounds.

Servers get their own headers wrong, so the body decides: what is not chunked stays as it is whatever the header
claims (RFC 9112, section 7.1), and a content coding that cannot be undone is left and noted (RFC 9110, section 8.4).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import cast

import brotli
import zstandard
from isal import isal_zlib

from webenv.types import Record
from webenv.web.archive.records import LIMITS, Fault, Limits, RawRecord, digest_as, field, head_end, parse_fields

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]([^\r\n]*))?\r?(?:\n|$)")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[^\r\n]{0,256}\r?\n")
MAX_MEMBERS = 64
"""Gzip members of one body (our choice)."""
MAX_CODINGS = 4
"""Content codings laid over each other that are undone (our choice)."""


class Response(Record):
    """One archived response."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    """The entity body: transfer coding removed, content coding kept."""
    is_http: bool = True
    """False for a `resource` record, which has no HTTP head."""
    note: str = ""

    def get(self, name: str) -> str:
        """The first header of that name, in any case; empty if there is none."""
        return field(self.headers, name)

    @property
    def mime(self) -> str:
        """The media type alone, lower case; empty if none is given."""
        return self.get("Content-Type").partition(";")[0].strip().lower()[:100]


class Decoded(Record):
    """A body with its content codings undone, and what could not be."""

    body: bytes
    note: str = ""


def parse_response(record: RawRecord, limits: Limits = LIMITS) -> Response:
    """The response in a `response` or `resource` record, or the head that a `revisit` record repeats.

    Raises:
        Fault: there is no HTTP status line, its head is too long, or the payload digest fits no reading of the body.
    """
    note = f"cut in the archive ({record.get('WARC-Truncated')})" if record.get("WARC-Truncated") else ""
    if record.type == "resource":
        kind = record.get("Content-Type") or "application/octet-stream"
        headers: tuple[tuple[str, str], ...] = (("Content-Type", kind),)
        return Response(status=200, headers=headers, body=record.block, is_http=False, note=note)
    found = _STATUS_LINE.match(record.block)
    if not found:
        raise Fault("bad-http", f"expected an HTTP status line, found {record.block[:20]!r}")
    end, after = head_end(record.block, limits.http_header_bytes)
    if end < 0:
        if len(record.block) > limits.http_header_bytes:
            raise Fault("header-too-long", f"no end of the HTTP header in {limits.http_header_bytes} bytes")
        end = after = len(record.block)
    headers = _http_fields(record.block[found.end() : max(end, found.end())], limits)
    raw = record.block[after:]
    body = unchunk(raw) if "chunked" in field(headers, "Transfer-Encoding").lower() else raw
    if not note and record.type != "revisit":
        _check_payload(record.payload_digest, raw, body)
    reason = (found[2] or b"").decode("latin-1").strip()
    return Response(status=int(found[1]), reason=reason, headers=headers, body=body, note=note)


def _http_fields(lines: bytes, limits: Limits) -> tuple[tuple[str, str], ...]:
    """Header fields; lines that are none are left out, as browsers do."""
    kept = [line for line in lines.split(b"\n") if b":" in line or line[:1] in (b" ", b"\t")]
    return parse_fields(b"\n".join(line.rstrip(b"\r") for line in kept), limits)


def _check_payload(claimed: str, *readings: bytes) -> None:
    if claimed and all(digest_as(body, claimed) != claimed for body in readings):
        raise Fault("digest-mismatch", f"the payload is not {claimed}")


def unchunk(body: bytes) -> bytes:
    """Undo the chunked transfer coding; a body that is not chunked comes back as it is, a cut one as far as it goes."""
    parts: list[bytes] = []
    position = 0
    while found := _CHUNK_SIZE.match(body, position):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        data = body[found.end() : found.end() + size]
        parts.append(data)
        position = found.end() + size
        if len(data) < size:
            return b"".join(parts) if len(parts) > 1 else body
        if body[position : position + 2] == b"\r\n":
            position += 2
        elif body[position : position + 1] == b"\n":
            position += 1
        elif position < len(body):
            return body
    return b"".join(parts) if parts and position >= len(body) else body


def decode_body(response: Response, limits: Limits = LIMITS) -> Decoded:
    """Undo the content codings of a body.

    Raises:
        Fault: kind `bomb`, if it grows beyond `limits.body_bytes`.
    """
    codings = [coding.strip().lower() for coding in response.get("Content-Encoding").split(",")]
    body, note = response.body, response.note
    for coding in [coding for coding in reversed(codings) if coding not in ("", "identity")][:MAX_CODINGS]:
        decode = _DECODERS.get(coding)
        try:
            if decode is None:
                raise ValueError("not known")
            body = decode(body, limits.body_bytes + 1)
        except _UNDECODABLE as error:
            fault = f"content coding {coding[:20]} could not be undone ({type(error).__name__})"
            return Decoded(body=body, note=f"{note}; {fault}" if note else fault)
        if len(body) > limits.body_bytes:
            raise Fault("bomb", f"content coding {coding} expands to more than {limits.body_bytes} bytes")
    return Decoded(body=body, note=note)


def _inflate(data: bytes, limit: int, wbits: int) -> bytes:
    """All members of a zlib or gzip stream; what a cut stream holds is kept."""
    parts: list[bytes] = []
    size = 0
    while data and size < limit:
        if len(parts) == MAX_MEMBERS:
            raise ValueError("too many members")
        stream = isal_zlib.decompressobj(wbits)
        part = stream.decompress(data, limit - size)
        parts.append(part)
        size += len(part)
        data = stream.unused_data.lstrip(b"\0") if stream.eof and wbits == 31 else b""
        if data and data[:2] != b"\x1f\x8b":
            break
    return b"".join(parts)


def _gzip(data: bytes, limit: int) -> bytes:
    return _inflate(data, limit, 31)


def _deflate(data: bytes, limit: int) -> bytes:
    """Zlib format as the standard says, raw deflate as some servers send."""
    try:
        return _inflate(data, limit, 15)
    except _UNDECODABLE:
        return _inflate(data, limit, -15)


def _brotli(data: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts = [stream.process(data, output_buffer_limit=limit)]
    while not stream.is_finished() and sum(map(len, parts)) < limit:
        part = stream.process(b"", output_buffer_limit=limit - sum(map(len, parts)))
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _zstd(data: bytes, limit: int) -> bytes:
    # 8 MiB is the window that RFC 9659 allows for the content coding.
    stream = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(data, read_across_frames=True)
    return stream.read(limit)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
_ISAL_ERROR = cast("type[Exception]", isal_zlib.IsalError)
_UNDECODABLE: tuple[type[Exception], ...] = (
    ValueError,
    EOFError,
    MemoryError,
    _ISAL_ERROR,
    zlib.error,
    brotli.error,
    zstandard.ZstdError,
)
