"""Makes `derived/` from the canonical parts of a snapshot: the page store and the Lucene index.

Both can be deleted at any time. Lucene runs in a process of its own, so that neither a builder nor an environment
carries a Java machine that it did not ask for.
"""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from webenv.errors import SearchIndexError, SnapshotError
from webenv.types import Capture, View
from webenv.web import views
from webenv.web.archive.cdxj import read_index
from webenv.web.manifest import Manifest
from webenv.web.store import Store, write_store

FOLDER = "derived"
STORE = f"{FOLDER}/pages.sqlite"
LUCENE = f"{FOLDER}/lucene"
_STAMP = f"{FOLDER}/stamp.json"
_VERSION = 1


def ensure_derived(snapshot: Path, manifest: Manifest) -> None:
    """Make `derived/` unless it is there and belongs to this snapshot. Safe with many processes at once.

    Raises:
        SnapshotError: the folder cannot be written, or the canonical parts are damaged.
        SearchIndexError: Lucene failed.
    """
    if is_current(snapshot, manifest):
        return
    try:
        with locked(snapshot / ".derived.lock"):
            if not is_current(snapshot, manifest):
                derive(snapshot, manifest)
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(f"{snapshot}: derived/ cannot be made: {error}; is the folder writable?") from error


def derive(snapshot: Path, manifest: Manifest) -> None:
    """Make `derived/` of a snapshot whose canonical parts are complete."""
    final = snapshot / FOLDER
    partial = snapshot / f".{FOLDER}.partial"
    for leftover in (partial, final):
        shutil.rmtree(leftover, ignore_errors=True)
    partial.mkdir()
    write_store(partial / Path(STORE).name, _rows(snapshot))
    _run_lucene(partial)
    (partial / Path(_STAMP).name).write_bytes(_stamp(manifest))
    partial.rename(final)


def _rows(snapshot: Path) -> Iterator[tuple[Capture, View]]:
    with (snapshot / views.NAME).open("rb") as stream:
        texts = views.read_views(stream, str(snapshot / views.NAME))
        view = next(texts, None)
        for capture in read_index(snapshot / "indexes"):
            if view is not None and view.url == capture.url:
                yield capture, view
                view = next(texts, None)
            else:
                yield capture, View(url=capture.url)
    if view is not None:
        raise SnapshotError(f"{snapshot / views.NAME}: {view.url} is not in the index; run: webenv verify")


def _run_lucene(folder: Path) -> None:
    """Index the passages in a fresh interpreter."""
    command = [sys.executable, "-m", "webenv.web.derive", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        raise SearchIndexError(f"{folder}: Lucene indexing failed: {lines[-1].partition('Error: ')[2] or lines[-1]}")


def _write_lucene(folder: Path) -> None:
    from webenv.web.index import docid, write_index

    rows = Store(folder / Path(STORE).name).passages()
    write_index(
        ((docid(page, number), f"{title}\n{text}", date[:4]) for page, number, title, date, text in rows),
        folder / Path(LUCENE).name,
    )


def _stamp(manifest: Manifest) -> bytes:
    return msgspec.json.encode({"content_id": manifest.content_id, "derived": _VERSION, "views_id": manifest.views_id})


def is_current(snapshot: Path, manifest: Manifest) -> bool:
    """Whether `derived/` is there and belongs to this snapshot."""
    stamp = snapshot / _STAMP
    return stamp.is_file() and stamp.read_bytes() == _stamp(manifest)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; waits for whoever holds it; the kernel frees it if the holder dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    _write_lucene(Path(sys.argv[1]))
