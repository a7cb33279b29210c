"""The data package of a WACZ 1.1.1, and packing a snapshot folder into one file, both to the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from pathlib import Path

import msgspec

from webenv.errors import InputError, SnapshotError
from webenv.web.archive.write import iso_date
from webenv.web.manifest import Manifest
from webenv.web.package import Folder

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FRONT = ("datapackage.json", "datapackage-digest.json")


def write_datapackage(folder: Path, title: str, software: str, date: str, manifest: Manifest) -> None:
    """Write `datapackage.json` and `datapackage-digest.json` over all files in `folder` (sections 5.2.4, 5.2.5).

    `date` is the timestamp of the latest capture: a package says when its content is from, not when it was packed.
    """
    package = Folder(folder)
    datapackage = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "software": software,
        "created": iso_date(date),
        "modified": iso_date(date),
        "webenv": msgspec.to_builtins(manifest),
        "resources": [_resource(package, name) for name in package.names() if name not in _FRONT],
    }
    raw = (json.dumps(datapackage, indent=2, ensure_ascii=False) + "\n").encode()
    (folder / _FRONT[0]).write_bytes(raw)
    digest = {"path": _FRONT[0], "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
    (folder / _FRONT[1]).write_text(json.dumps(digest, indent=2) + "\n", encoding="utf-8")


def _resource(package: Folder, name: str) -> dict[str, object]:
    with package.open(name) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    return {
        "name": name.rpartition("/")[2],
        "path": name,
        "hash": f"sha256:{digest}",
        "bytes": package.size(name),
    }


def pack(folder: Path, out: Path) -> None:
    """Pack a snapshot folder into a `.wacz` file: sorted, stored, dated 1980; derived parts stay out.

    Raises:
        InputError: `out` lies in the snapshot itself.
        SnapshotError: the snapshot holds links.
        OSError: the file cannot be written; nothing is left of it.
    """
    package = Folder(folder)
    if folder.resolve() in out.resolve().parents:
        raise InputError(f"{out}: lies in the snapshot; choose another --out")
    for name, what in package.layout_problems():
        raise SnapshotError(f"{folder / name}: {what}; run: webenv verify {folder}")
    partial = out.with_name(f".{out.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as packed:
            for name in sorted(package.names(), key=lambda name: (name not in _FRONT, name)):
                _add(packed, package, name)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _add(packed: zipfile.ZipFile, package: Folder, name: str) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.file_size = package.size(name)
    with package.open(name) as source, packed.open(info, "w") as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
