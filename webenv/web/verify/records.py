"""The index against the archive: every line leads to a sound record, and every record has its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from webenv.types import Capture
from webenv.web.address import sort_key
from webenv.web.archive.cdxj import capture_of, parse_line
from webenv.web.archive.http import Response, parse_response
from webenv.web.archive.records import BadRecord, Fault, Place, RawRecord, digest_as, normal_digest
from webenv.web.archive.scan import read_record, scan_part
from webenv.web.build.scanning import timestamp_of
from webenv.web.identity import ContentId
from webenv.web.package import Package
from webenv.web.verify.files import lines
from webenv.web.verify.problem import Problem

INDEXED = ("response", "resource", "revisit")
"""Types of record that an index must list (pywb and wabac.js list these)."""


@dataclass
class Checked:
    """What a walk through index and archive found."""

    problems: list[Problem] = field(default_factory=list)
    records: int = 0
    captures: list[Capture] = field(default_factory=list)
    content_id: str = ""


def check_records(package: Package, on_progress: Callable[[int, int], None]) -> Checked:
    """Read every record through the index, then look for records that the index does not list."""
    checked = Checked()
    total = sum(1 for name in _indexes(package) for _ in lines(package, name))
    content = ContentId()
    names = set(package.names())
    listed: set[tuple[str, int]] = set()
    for name in _indexes(package):
        for where, capture, fields in _index_lines(package, name, checked.problems):
            listed.add((capture.filename, capture.offset))
            checked.captures.append(capture)
            response = _check_record(package, names, where, capture, fields, checked.problems)
            if response:
                content.add(capture.url, capture.timestamp, capture.status, response.headers, capture.digest)
            checked.records += 1
            on_progress(checked.records, total)
    checked.problems += _secondary(package)
    checked.problems += _unlisted(package, listed)
    checked.content_id = content.value
    return checked


def _indexes(package: Package) -> list[str]:
    return [
        name
        for name in package.names()
        if name.startswith("indexes/") and name.endswith((".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz"))
    ]


def _index_lines(package: Package, name: str, problems: list[Problem]) -> Iterator[tuple[str, Capture, dict[str, Any]]]:
    """Place, capture and raw fields of every sound line."""
    before = b""
    for number, line, fault in lines(package, name):
        where = f"{name} line {number}"
        if line.startswith(b"!meta"):
            continue
        if line <= before:
            problems.append(Problem(rule="index", place=where, detail="is out of order, or stands twice"))
        before = line
        try:
            key, timestamp, fields = parse_line(line.decode("utf-8"))
            capture = capture_of(timestamp, fields)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            problems.append(Problem(rule="index", place=where, detail=fault or f"is not a CDXJ line: {error!r}"))
            continue
        if key != sort_key(capture.url):
            problems.append(Problem(rule="index", place=where, detail=f"{key} is not the key of {capture.url}"))
        yield where, capture, fields


def _check_record(
    package: Package,
    names: set[str],
    where: str,
    capture: Capture,
    fields: dict[str, Any],
    problems: list[Problem],
) -> Response | None:
    """Read the record of an index line and compare what it says; the response if it can be read."""
    name = f"archive/{capture.filename}"
    place = f"{where} ({name} offset {capture.offset})"
    if name not in names or capture.offset + capture.length > package.size(name):
        problems.append(Problem(rule="record", place=place, detail="the record lies outside of the archive"))
        return None
    record = _read(package, name, capture)
    if isinstance(record, BadRecord):
        problems.append(Problem(rule="record", place=place, detail=f"{record.kind}: {record.detail}"))
        return None
    compared = [
        ("URL", record.get("WARC-Target-URI"), capture.url),
        ("date", timestamp_of(record.get("WARC-Date")), capture.timestamp[:14]),
    ]
    if "recordDigest" in fields:
        compared.append(("digest of the stored bytes", _member_digest(package, name, capture), fields["recordDigest"]))
    response = None
    try:
        response = None if record.type == "revisit" else parse_response(record)
    except Fault as fault:
        problems.append(Problem(rule="record", place=place, detail=f"{fault.kind}: {fault.detail}"))
    if response:
        compared += [
            ("status", str(response.status), str(capture.status)),
            ("media type", response.mime, capture.mime),
            ("digest", _digest(response.body, capture.digest), capture.digest),
        ]
    for what, found, said in compared:
        if found != said:
            problems.append(Problem(rule="record", place=place, detail=f"the {what} is {found}, the index says {said}"))
    return response


def _read(package: Package, name: str, capture: Capture) -> RawRecord | BadRecord:
    path, start = package.locate(name)
    place = Place(
        file=str(path),
        member="",
        offset=start + capture.offset,
        length=capture.length,
        gzipped=name.endswith(".gz"),
        dialect="warc",
    )
    return read_record(place)


def _member_digest(package: Package, name: str, capture: Capture) -> str:
    path, start = package.locate(name)
    with path.open("rb") as file:
        file.seek(start + capture.offset)
        return "sha256:" + hashlib.sha256(file.read(capture.length)).hexdigest()


def _digest(body: bytes, like: str) -> str:
    """The digest of a body, in the algorithm and spelling of the index."""
    normal = normal_digest(like)
    if not normal:
        return "" if like.startswith(("sha1:", "sha256:", "md5:")) else like
    return like if digest_as(body, normal) == normal else digest_as(body, normal)


def _secondary(package: Package) -> Iterator[Problem]:
    """Every `.idx` describes the blocks of its gzipped index; a gzipped index has one (wabac.js reads no other)."""
    names = package.names()
    described = set()
    for name in (name for name in names if name.startswith("indexes/") and name.endswith(".idx")):
        try:
            with package.open(name) as file:
                meta, *blocks = file.read().decode("utf-8").splitlines()
            target = "indexes/" + json.loads(meta.partition(" 0 ")[2])["filename"]
            described.add(target)
            yield from _blocks(package, name, target, blocks)
        except (ValueError, KeyError, TypeError, OSError) as error:
            yield Problem(rule="index", place=name, detail=f"cannot be read: {error!r}")
    for name in names:
        if name.startswith("indexes/") and name.endswith(".gz") and name not in described:
            yield Problem(rule="index", place=name, detail="is gzipped but no .idx describes it")


def _blocks(package: Package, name: str, target: str, blocks: list[str]) -> Iterator[Problem]:
    path, start = package.locate(target)
    expected = 0
    with path.open("rb") as file:
        for number, line in enumerate(blocks, 2):
            place = json.loads(line[line.index("{") :])
            file.seek(start + place["offset"])
            data = file.read(place["length"])
            if place["offset"] != expected:
                yield Problem(rule="index", place=f"{name} line {number}", detail="leaves a gap before its block")
            if "digest" in place and place["digest"] != "sha256:" + hashlib.sha256(data).hexdigest():
                yield Problem(rule="index", place=f"{name} line {number}", detail="its block has another digest")
            expected = place["offset"] + place["length"]
    if expected != package.size(target):
        yield Problem(rule="index", place=name, detail=f"covers {expected} of {package.size(target)} bytes of {target}")


def _unlisted(package: Package, listed: set[tuple[str, int]]) -> Iterator[Problem]:
    """Records that the archive holds and the index does not, and what in the archive is no sound record."""
    for name in package.names():
        if not name.startswith("archive/"):
            continue
        path, start = package.locate(name)
        for record in scan_part(path, name, start, package.size(name)):
            if isinstance(record, BadRecord):
                place = f"{name} offset {record.offset - start}"
                yield Problem(rule="record", place=place, detail=f"{record.kind}: {record.detail}")
            elif record.type in INDEXED and (name.partition("/")[2], record.place.offset - start) not in listed:
                place = f"{name} offset {record.place.offset - start}"
                yield Problem(rule="index", place=place, detail=f"{record.type} is not in the index")
