"""A file of lines that is written over several runs: what was written stays in `OUT.part` until the last line is there.

    with unfinished(out, overwrite=False, fits=is_ours) as file:
        for line in lines_from(file.kept):
            file.write(line)

A run that was killed goes on where its file ends; a line that was torn is cut off. `OUT` appears when the block ends
without an error, complete and flushed to disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from webenv.errors import InputError
from webenv.web import publish


class Unfinished:
    """A file under way."""

    def __init__(self, file: BinaryIO, kept: int) -> None:
        self._file = file
        self.kept = kept
        """Lines that earlier runs have written."""

    def write(self, line: bytes) -> None:
        """Add a line, which ends with a line feed; it stays, whatever happens to this process."""
        self._file.write(line)
        self._file.flush()


@contextmanager
def unfinished(
    out: Path, overwrite: bool, fits: Callable[[int, bytes], bool], head: bytes = b""
) -> Iterator[Unfinished]:
    """Begin `out`, or go on with it; `fits` is asked about each line that is there, with its number from 0.

    `head`, one line that names the run, stands before the others until the file is complete: a file with another head
    belongs to another run.

    Raises:
        InputError: `out` exists and not `overwrite`, another process writes it, or its part is of another run.
    """
    publish.check_file(out, overwrite)
    part = out.with_name(out.name + ".part")
    with part.open("a+b") as file:
        publish.hold(file, out)
        publish.check_file(out, overwrite)
        yield Unfinished(file, _continue(file, part, fits, head))
        _publish(file, part, out, len(head))


def _continue(file: BinaryIO, part: Path, fits: Callable[[int, bytes], bool], head: bytes) -> int:
    """How many lines stand in the file after the head; cuts off a torn last line."""
    file.seek(0)
    found = file.read(len(head))
    if found != head:
        if not head.startswith(found):
            raise InputError(f"{part}: belongs to another run; delete the file to begin anew")
        file.truncate(0)
        file.write(head)
        return 0
    kept, end = 0, len(head)
    for line in file:
        if not line.endswith(b"\n"):
            break
        if not fits(kept, line):
            raise InputError(f"{part}: line {kept + 1} belongs to another run; delete the file to begin anew")
        kept, end = kept + 1, end + len(line)
    file.truncate(end)
    return kept


def _publish(file: BinaryIO, part: Path, out: Path, head: int) -> None:
    if not head:
        publish.sync(part)
        part.replace(out)
        return
    whole = part.with_name(part.name + ".whole")
    with whole.open("wb") as copy:
        file.flush()
        file.seek(head)
        shutil.copyfileobj(file, copy)
    publish.sync(whole)
    whole.replace(out)
    part.unlink()
