"""A *checkpoint*: a folder `checkpoint-STEP` that a trainer wrote, complete once it holds a list of its files.

The list is written last, when all else is on the disk. What has none, or not the files that it names, was being
written when the run was stopped: it is never read, and goes when the run goes on.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec

from webenv.types import Record
from webenv.web.publish import sync

_LIST = "complete.json"
_NAME = re.compile(r"checkpoint-(\d{1,12})")


class _Complete(Record):
    files: dict[str, int]
    """Bytes of every file, by its path in the folder."""


def step_of(checkpoint: Path) -> int:
    """The update after which a checkpoint was written; -1 if the folder is not one."""
    match = _NAME.fullmatch(checkpoint.name)
    return int(match[1]) if match else -1


def complete(checkpoint: Path) -> None:
    """Say that a checkpoint is complete, after everything in it is on the disk."""
    sizes = _sizes(checkpoint)
    for name in sizes:
        sync(checkpoint / name)
    part = checkpoint / f"{_LIST}.part"
    part.write_bytes(msgspec.json.encode(_Complete(files=sizes)))
    sync(part)
    part.replace(checkpoint / _LIST)
    sync(checkpoint)


def find(folder: Path) -> list[Path]:
    """The complete checkpoints in a folder, the oldest first."""
    return sorted((each for each in folder.glob("checkpoint-*") if _is_complete(each)), key=step_of)


def tidy(folder: Path, kept: int) -> None:
    """Remove what is not complete, and all complete checkpoints but the last `kept`; 0 keeps all."""
    last = find(folder)[-kept:]
    for each in folder.glob("checkpoint-*"):
        if step_of(each) >= 0 and each not in last:
            shutil.rmtree(each)


def _is_complete(checkpoint: Path) -> bool:
    try:
        said = msgspec.json.decode((checkpoint / _LIST).read_bytes(), type=_Complete)
        return step_of(checkpoint) >= 0 and said.files == _sizes(checkpoint)
    except (OSError, msgspec.MsgspecError):
        return False


def _sizes(checkpoint: Path) -> dict[str, int]:
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file())
    return {str(path.relative_to(checkpoint)): path.stat().st_size for path in files if not path.name.startswith(_LIST)}
