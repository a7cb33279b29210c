"""What `datapackage.json` says of a snapshot, beyond what every WACZ says: the `webenv` entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from webenv.errors import NotFound, SnapshotError
from webenv.types import Record
from webenv.web.package import open_package

DATAPACKAGE = "datapackage.json"
MAX_DATAPACKAGE_BYTES = 64 << 20
"""Longest data package that is read (our choice)."""
FORMAT = 1
"""Version of the snapshot layout; another one is refused."""


class Manifest(Record):
    """The identity of a snapshot and the figures that describe it."""

    format: int
    content_id: str
    """Digest over the sorted captures: `webenv.web.identity`."""
    views_id: str
    """Digest over the frozen text: `webenv.web.views`."""
    captures: int
    pages: int
    """Captures with status 200 whose text can be read."""
    passages: int
    date: str
    """Timestamp of the latest capture."""
    extractor: str
    """Names and versions of the libraries that extracted the text."""


def parse_manifest(datapackage: bytes, where: str) -> tuple[Manifest, dict[str, Any]]:
    """The manifest and the whole data package.

    Raises:
        SnapshotError: it is not JSON, not a webenv snapshot, or of another format.
    """
    try:
        package = json.loads(datapackage)
        manifest = msgspec.convert(package["webenv"], Manifest)
    except KeyError:
        raise SnapshotError(
            f"{where}: a WACZ, but not a webenv snapshot; run: webenv build-snapshot FILE.wacz --out DIR"
        ) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise SnapshotError(f"{where}: {error}; run: webenv verify") from error
    if manifest.format != FORMAT:
        raise SnapshotError(
            f"{where}: snapshot format {manifest.format}, this webenv reads {FORMAT}; "
            "run: webenv build-snapshot DIR --out NEW"
        )
    return manifest, package


def read_manifest(snapshot: Path) -> Manifest:
    """The manifest of the snapshot in a folder.

    Raises:
        NotFound: nothing is there.
        SnapshotError: what is there is not a snapshot that can be opened.
    """
    if not snapshot.exists():
        raise NotFound(f"{snapshot}: no such snapshot; run: webenv build-snapshot INPUT --out {snapshot}")
    if snapshot.is_file():
        raise SnapshotError(f"{snapshot}: packed; run: webenv unpack {snapshot} --out DIR, and open DIR")
    path = snapshot / DATAPACKAGE
    if not path.is_file():
        raise SnapshotError(f"{snapshot}: not a snapshot, datapackage.json is missing; run: webenv build-snapshot")
    return parse_manifest(path.read_bytes(), str(path))[0]


def describe(path: Path) -> dict[str, Any]:
    """Title, identity and figures of a snapshot, packed or not.

    Raises:
        NotFound: nothing is there.
        SnapshotError: it is not a snapshot.
    """
    package = open_package(path)
    names = package.names()
    if DATAPACKAGE not in names:
        raise SnapshotError(f"{path}: not a snapshot, {DATAPACKAGE} is missing; run: webenv build-snapshot")
    try:
        with package.open(DATAPACKAGE) as file:
            raw = file.read(MAX_DATAPACKAGE_BYTES)
    except Exception as error:  # zipfile raises whatever its decompressors raise
        raise SnapshotError(f"{path}/{DATAPACKAGE}: cannot be read: {error}; run: webenv verify {path}") from error
    manifest, datapackage = parse_manifest(raw, f"{path}/{DATAPACKAGE}")
    about = {"title": datapackage.get("title", ""), "software": datapackage.get("software", "")}
    sizes = {"files": len(names), "bytes": sum(package.size(name) for name in names)}
    figures: dict[str, Any] = msgspec.to_builtins(manifest)
    return about | figures | sizes
