"""Answers on disk: one small file each, whole or not there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from webenv.completions.records import Completion


def read(path: Path) -> Completion | None:
    """The answer that was kept; None if there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Completion)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeError):
        return None


def keep(path: Path, completion: Completion) -> Completion:
    """Keep an answer; who comes second gets the one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        file.write(msgspec.json.encode(completion))
    part = Path(file.name)
    if read(path) is None:
        path.unlink(missing_ok=True)  # it could not be read
    try:
        path.hardlink_to(part)
    except FileExistsError:
        completion = read(path) or completion
    except OSError:
        part.replace(path)  # a disk without hard links
    part.unlink(missing_ok=True)
    return completion
