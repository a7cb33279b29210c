"""Making a folder appear under its name all at once, and keeping others out meanwhile."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from webenv.errors import BuildError, InputError, WebenvError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_PATIENCE_S = 1.0


def check_target(out: Path, overwrite: bool) -> None:
    """Refuse a target that holds something, unless it may be replaced.

    Raises:
        InputError: `out` is a file, or a folder with something in it and not `overwrite`, or not a snapshot.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out}: is a file; --out names a folder")
    if any(out.iterdir()):
        if not overwrite:
            raise InputError(f"{out}: exists already; choose another --out, or replace it with --overwrite")
        if not (out / "datapackage.json").exists():
            raise InputError(f"{out}: holds something that is not a snapshot; it is not replaced")


def check_file(out: Path, overwrite: bool) -> None:
    """Make the folder of `out`; raises InputError if no file can be written there, or one is that must stay."""
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file with --out")
    if out.exists() and not overwrite:
        raise InputError(f"{out}: exists already; choose another --out, or replace it with --overwrite")
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error}") from error


def hold(file: BinaryIO, out: Path) -> None:
    """Lock the open part of `out`, and make sure that it still has its name; the kernel frees it if the holder dies.

    Raises:
        InputError: another process holds it, or has published it between our opening and our locking.
    """
    if not _locked(file):
        raise InputError(f"{out}: another process is writing it; wait for it, or choose another --out")


def _locked(file: IO[Any]) -> bool:
    """Lock an open file; false if another process keeps it, or has published or removed it while we waited.

    A killed holder may leave a process that it was just starting, which has the lock until it is dead too: hence the
    patience.
    """
    give_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.path.samestat(os.fstat(file.fileno()), Path(file.name).stat())
        except FileNotFoundError:
            return False
        except OSError:
            if time.monotonic() > give_up:
                return False
            time.sleep(_PATIENCE_S / 50)


def working_folder(out: Path) -> Path:
    """Where a folder is made before it appears as `out`: beside it."""
    return out.resolve().parent / f".{out.resolve().name}.building"


@contextmanager
def exclusive(folder: Path, busy: str, failure: type[WebenvError] = BuildError) -> Iterator[None]:
    """Hold the lock of a working folder, which is made if need be; the kernel frees it if the holder dies.

    Raises:
        BuildError: another process holds it (`busy` says what that means), or the folder cannot be made; or `failure`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise failure(f"{folder}: cannot be written: {error.strerror}") from error
    with lock:
        if not _locked(lock):
            raise failure(f"{busy}; wait for it to end")
        yield


def publish(complete: Path, out: Path) -> None:
    """Give a complete folder its name, in one step; what was there before is whole until then, and gone after.

    Everything is on disk before the name appears.
    """
    for path in sorted(complete.rglob("*")):
        sync(path)
    sync(complete)
    if out.exists() and any(out.iterdir()):
        _exchange(complete, out)
        shutil.rmtree(complete)
    else:
        complete.rename(out)
    sync(out.absolute().parent)


def sync(path: Path) -> None:
    """Flush a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Swap two folders atomically (`renameat2` with RENAME_EXCHANGE); two renames where the system has none."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 and not renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE):
        return
    aside = one.with_name(one.name + ".old")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
