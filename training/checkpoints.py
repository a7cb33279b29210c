"""A *checkpoint*: a folder `checkpoint-STEP` that a trainer wrote, complete once it holds a list of its files.

The list names the run as well, and is written last, when all else is on the disk. What has none, or not the files that
it names, was being written when the run was stopped: it is never read, and goes when the run goes on.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec

from webenv.errors import InputError
from webenv.types import Record
from webenv.web.publish import sync

_LIST = "complete.json"
_NAME = re.compile(r"checkpoint-(\d{1,12})")


class _Complete(Record):
    run: str
    """Digest of what made it (`training.run.Made`)."""
    files: dict[str, int]
    """Bytes of every file, by its path in the folder."""


def step_of(checkpoint: Path) -> int:
    """The update after which a checkpoint was written; -1 if the folder is not one."""
    match = _NAME.fullmatch(checkpoint.name)
    return int(match[1]) if match else -1


def complete(checkpoint: Path, run: str) -> None:
    """Say that a checkpoint of a run is complete, after everything in it is on the disk."""
    sizes = _sizes(checkpoint)
    for name in sizes:
        sync(checkpoint / name)
    part = checkpoint / f"{_LIST}.part"
    part.write_bytes(msgspec.json.encode(_Complete(run=run, files=sizes)))
    sync(part)
    part.replace(checkpoint / _LIST)
    sync(checkpoint)


def find(folder: Path, run: str) -> list[Path]:
    """The complete checkpoints in a folder, the oldest first.

    Raises:
        InputError: one is not of this run.
    """
    owners = {each: _owner(each) for each in folder.glob("checkpoint-*")}
    for each, owner in owners.items():
        if owner not in ("", run):
            raise InputError(f"{each}: is a checkpoint of another experiment; take it away")
    return sorted((each for each, owner in owners.items() if owner), key=step_of)


def tidy(folder: Path, run: str, kept: int) -> None:
    """Remove what is not complete, and all complete checkpoints but the last `kept`; 0 keeps all."""
    last = find(folder, run)[-kept:]
    for each in folder.glob("checkpoint-*"):
        if step_of(each) >= 0 and each not in last:
            shutil.rmtree(each)


def _owner(checkpoint: Path) -> str:
    """The run that a checkpoint is of; empty if it is not complete."""
    try:
        said = msgspec.json.decode((checkpoint / _LIST).read_bytes(), type=_Complete)
        return said.run if step_of(checkpoint) >= 0 and said.files == _sizes(checkpoint) else ""
    except (OSError, msgspec.MsgspecError):
        return ""


def _sizes(checkpoint: Path) -> dict[str, int]:
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file())
    return {str(path.relative_to(checkpoint)): path.stat().st_size for path in files if not path.name.startswith(_LIST)}
