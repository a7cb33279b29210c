"""`metrics.jsonl` of a run folder: one line for each update that was logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from webenv.errors import TrainingError


def read_metrics(path: Path) -> list[dict[str, float | None]]:
    """The lines, without a torn one; none if there is no file."""
    if not path.exists():
        return []
    whole = (line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))
    return [msgspec.json.decode(line) for line in whole]


def add_metrics(path: Path, step: int, metrics: Mapping[str, float]) -> None:
    """Write a line; raises `TrainingError` if it cannot be written."""
    with room_for(path), path.open("ab") as file:
        file.write(msgspec.json.encode({"step": step} | dict(metrics)) + b"\n")


def cut_metrics(path: Path, step: int) -> None:
    """Drop the lines of updates after `step`, which will come again, and a torn one."""
    if not path.exists():
        return
    lines = [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    kept = [line for line in lines if msgspec.json.decode(line)["step"] <= step]
    part = path.with_name(path.name + ".part")
    with room_for(path):
        part.write_bytes(b"".join(kept))
        part.replace(path)


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """Raises `TrainingError`, with advice, if what is written to a file in here finds no room on the disk."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{path}: could not be written: {error}. Make room on the disk and run the same command again: it goes on "
            f"from the last complete checkpoint"
        ) from error
