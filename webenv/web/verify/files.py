"""The files of a package against `datapackage.json` and the MUSTs of WACZ 1.1.1, section 5."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from webenv.web.package import Package
from webenv.web.verify.problem import Problem

MAX_LINE_BYTES = 64 << 20
"""Longest line of a JSON Lines file that is read (our choice)."""
_MAX_JSON_BYTES = 64 << 20
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_DATAPACKAGE, _DIGEST, _PAGES = "datapackage.json", "datapackage-digest.json", "pages/pages.jsonl"


def check_files(package: Package) -> tuple[dict[str, Any], list[Problem]]:
    """The data package, and what is wrong with the files."""
    names = package.names()
    problems = list(_required(names))
    if _DATAPACKAGE not in names:
        return {}, problems
    datapackage, raw = _load(package, _DATAPACKAGE, problems)
    problems += _header(datapackage)
    problems += _resources(package, datapackage, set(names))
    if _DIGEST in names:
        problems += _digest(package, raw)
    if _PAGES in names:
        problems += _pages(package, _PAGES)
    return datapackage, problems


def _required(names: list[str]) -> Iterator[Problem]:
    for name in (_DATAPACKAGE, _DIGEST, _PAGES):
        if name not in names:
            yield Problem(rule="package", place=name, detail="is missing")
    if not any(name.startswith("archive/") and name.endswith((".warc", ".warc.gz")) for name in names):
        yield Problem(rule="package", place="archive/", detail="holds no WARC file")
    if not any(name.startswith("indexes/") and ".cdx" in name for name in names):
        yield Problem(rule="package", place="indexes/", detail="holds no index")


def _load(package: Package, name: str, problems: list[Problem]) -> tuple[dict[str, Any], bytes]:
    """A JSON object and its bytes."""
    raw = b""
    try:
        with package.open(name) as file:
            raw = file.read(_MAX_JSON_BYTES)
        value = json.loads(raw)
        if isinstance(value, dict):
            return value, raw
        detail = "is not a JSON object"
    except Exception as error:  # zipfile raises whatever its decompressors raise
        detail = f"cannot be read: {error}"
    problems.append(Problem(rule="package", place=name, detail=detail))
    return {}, raw


def _header(datapackage: dict[str, Any]) -> Iterator[Problem]:
    if not datapackage:
        return
    for key, wanted in (("profile", "data-package"), ("wacz_version", "1.1.1")):
        if datapackage.get(key) != wanted:
            detail = f"{key} is {datapackage.get(key)!r}, not {wanted!r}"
            yield Problem(rule="package", place=_DATAPACKAGE, detail=detail)
    if not isinstance(datapackage.get("resources"), list):
        yield Problem(rule="package", place=_DATAPACKAGE, detail="has no list of resources")


def _resources(package: Package, datapackage: dict[str, Any], names: set[str]) -> Iterator[Problem]:
    """Every listed file is there with its size and hash; every file is listed."""
    listed = datapackage.get("resources")
    listed = listed if isinstance(listed, list) else []
    seen: set[str] = set()
    for number, entry in enumerate(listed):
        place = f"{_DATAPACKAGE} resources[{number}]"
        path = entry.get("path") if isinstance(entry, dict) else None
        if not isinstance(path, str):
            yield Problem(rule="package", place=place, detail="has no path")
        elif path in seen:
            yield Problem(rule="package", place=place, detail=f"{path} is listed twice")
        elif path not in names:
            yield Problem(rule="package", place=place, detail=f"{path} is listed but missing")
        else:
            yield from _resource(package, path, entry)
        seen.add(str(path))
    for name in sorted(names - seen - {_DATAPACKAGE, _DIGEST}):
        yield Problem(rule="package", place=name, detail="is not listed in datapackage.json")


def _resource(package: Package, path: str, entry: dict[str, Any]) -> Iterator[Problem]:
    if package.size(path) != entry.get("bytes"):
        detail = f"has {package.size(path)} bytes, datapackage.json says {entry.get('bytes')}"
        yield Problem(rule="package", place=path, detail=detail)
        return
    digest, fault = _hash(package, path)
    if fault or digest != entry.get("hash"):
        detail = fault or f"is {digest}, datapackage.json says {entry.get('hash')}"
        yield Problem(rule="package", place=path, detail=detail)


def _hash(package: Package, name: str) -> tuple[str, str]:
    """`sha256:` of a file, or why it cannot be read; never more bytes than it declares."""
    left = package.size(name)
    digest = hashlib.sha256()
    try:
        with package.open(name) as file:
            while left > 0 and (chunk := file.read(min(left, 1 << 20))):
                digest.update(chunk)
                left -= len(chunk)
    except Exception as error:  # zipfile raises whatever its decompressors raise
        return "", f"cannot be read: {error}"
    return "sha256:" + digest.hexdigest(), ""


def _digest(package: Package, datapackage: bytes) -> Iterator[Problem]:
    problems: list[Problem] = []
    digest, _ = _load(package, _DIGEST, problems)
    yield from problems
    if problems:
        return
    if digest.get("path") != _DATAPACKAGE:
        yield Problem(rule="package", place=_DIGEST, detail=f"path is {digest.get('path')!r}")
    found = "sha256:" + hashlib.sha256(datapackage).hexdigest()
    if digest.get("hash") != found:
        yield Problem(rule="package", place=_DIGEST, detail=f"datapackage.json is {found}, not {digest.get('hash')}")


def _pages(package: Package, name: str) -> Iterator[Problem]:
    """A header line, then objects with `url` and an RFC 3339 `ts`."""
    for number, line, fault in lines(package, name):
        place = f"{name} line {number}"
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            entry, fault = None, fault or str(error)
        if fault or not isinstance(entry, dict):
            yield Problem(rule="pages", place=place, detail=fault or "is not a JSON object")
        elif number == 1:
            if entry.get("format") != "json-pages-1.0":
                yield Problem(rule="pages", place=place, detail="the header does not say json-pages-1.0")
        elif not isinstance(entry.get("url"), str) or not _TIMESTAMP.fullmatch(str(entry.get("ts"))):
            yield Problem(rule="pages", place=place, detail="url or ts is missing, or ts is not RFC 3339")


def lines(package: Package, name: str) -> Iterator[tuple[int, bytes, str]]:
    """Number, bytes and fault of each line of a file, gzipped or not; ends at the first fault."""
    number = 0
    try:
        with package.open(name) as raw:
            stream = gzip.GzipFile(fileobj=raw) if name.endswith(".gz") else raw
            while line := stream.readline(MAX_LINE_BYTES):
                number += 1
                if len(line) == MAX_LINE_BYTES:
                    yield number, b"", "the line is too long"
                    return
                yield number, line, ""
    except Exception as error:  # zipfile and gzip raise whatever their decompressors raise
        yield number + 1, b"", f"cannot be read: {error}"
