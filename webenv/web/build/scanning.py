"""The first pass of a build: one input file in, its candidate captures out. Runs in a worker process."""

from __future__ import annotations

import hashlib
from datetime import datetime
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from webenv.web import recorded
from webenv.web.address import canonical, sort_key
from webenv.web.archive.http import Response, parse_response
from webenv.web.archive.records import BadRecord, Fault, RawRecord
from webenv.web.archive.scan import scan
from webenv.web.build.report import BadEntry
from webenv.web.build.staging import Candidate, Staging

_read_bytes: Synchronized[int] | None = None


def share_counter(counter: Synchronized[int]) -> None:
    """Tell this worker where to count the bytes that it has read."""
    global _read_bytes
    _read_bytes = counter


def scan_file(path: Path, shard: Path) -> int:
    """Write the candidates of one archive file to a staging database of its own; the number of sound records."""
    staging = Staging(shard)
    sound = position = 0
    for record in scan(path):
        if isinstance(record, BadRecord):
            staging.reject(bad_entry(record))
            continue
        sound += 1
        _stage(record, staging)
        position = _count_bytes(record.place.offset + record.place.length, position)
    _count_bytes(path.stat().st_size, position)
    staging.close()
    return sound


def _count_bytes(now: int, before: int) -> int:
    if _read_bytes is not None and now > before:
        with _read_bytes.get_lock():
            _read_bytes.value += now - before
    return max(now, before)


def _stage(record: RawRecord, staging: Staging) -> None:
    if record.type == "request":
        if not record.block.startswith(b"GET "):
            names = (record.get("WARC-Record-ID"), record.get("WARC-Concurrent-To"))
            staging.add_not_get([name for name in names if name])
        return staging.skip("request")
    if record.type not in ("response", "resource", "revisit"):
        return staging.skip(record.type or "record without a type")
    url = _name(record) or canonical(record.get("WARC-Target-URI"))
    timestamp = timestamp_of(record.get("WARC-Date"))
    if url is None:
        return staging.skip("not an http(s) address")
    if timestamp is None:
        return staging.reject(_bad(record, "bad-date", f"WARC-Date {record.get('WARC-Date')!r}"))
    try:
        staging.add(candidate_of(record, url, timestamp))
    except Fault as error:
        staging.reject(_bad(record, error.kind, error.detail))
    return None


def _name(record: RawRecord) -> str:
    """The URN of what a recording of the live web holds beside responses; empty if the record is none, or unsound."""
    uri = record.get("WARC-Target-URI")
    if record.type != "resource" or not recorded.is_name(uri):
        return ""
    try:
        recorded.check(uri, record.block)
    except ValueError:
        return ""
    return uri


def candidate_of(record: RawRecord, url: str, timestamp: str) -> Candidate:
    """The candidate that a record is; raises `Fault` if its HTTP message is broken."""
    response = _own_redirect(record) if record.type == "revisit" else parse_response(record)
    location = response.get("Location") if 300 <= response.status < 400 else ""
    return Candidate(
        url=url,
        sort_key=sort_key(url),
        timestamp=timestamp,
        status=response.status,
        mime=response.mime,
        redirect=(canonical(location, url) or "") if location else "",
        digest="sha256:" + hashlib.sha256(response.body).hexdigest(),
        block_digest=hashlib.sha256(record.block).hexdigest(),
        declared=record.payload_digest,
        refers_to=canonical(record.get("WARC-Refers-To-Target-URI")) or "",
        is_revisit=response.status == 0,
        record_id=record.get("WARC-Record-ID"),
        concurrent=record.get("WARC-Concurrent-To"),
        place=record.place,
    )


def _own_redirect(record: RawRecord) -> Response:
    """The redirect that a revisit record is: where it leads is its own, though its body is that of another.

    Status 0 for any other revisit, which is what the record that it refers to is.
    """
    try:
        response = parse_response(record)
    except Fault:
        return Response(status=0)
    return response if 300 <= response.status < 400 and response.get("Location") else Response(status=0)


def timestamp_of(date: str) -> str | None:
    """14 digits for a WARC-Date (ISO 8601 in UTC, WARC 1.1 section 5.4); None if it is not one."""
    digits = date[:19].translate(_DATE_MARKS)
    if not date.endswith("Z") or len(digits) < 14 or not digits.isdigit() or not digits.isascii():
        return None
    try:
        datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return digits if digits >= "1990" else None


_DATE_MARKS = str.maketrans("", "", "-:T")


def bad_entry(bad: BadRecord) -> BadEntry:
    """A bad record as it stands in the report."""
    return BadEntry(kind=bad.kind, file=bad.file, member=bad.member, offset=bad.offset, detail=bad.detail)


def _bad(record: RawRecord, kind: str, detail: str) -> BadEntry:
    place = record.place
    return BadEntry(kind=kind, file=place.file, member=place.member, offset=place.offset, detail=detail)
