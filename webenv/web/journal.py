"""A *journal*: a file of lines that come in any order, survive a kill, and appear sorted when the last one is there.

Lines are numbered from 0. They are kept in `OUT.part` as they come; `publish` writes them to `OUT` by number. A journal
that is opened again goes on with what is there. Where lines come in order, `webenv.web.unfinished` needs no sorting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from webenv.errors import InputError
from webenv.web import publish


class Journal:
    """The lines of one file so far. Get one with `journal`."""

    def __init__(self, file: BinaryIO, out: Path) -> None:
        self._file, self._out = file, out
        self._places: dict[int, tuple[int, int]] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, number: int, line: bytes) -> None:
        """Keep a line, without its line end; it is on its way to the disk when this returns."""
        place = self._file.seek(0, 2)
        self._file.write(line + b"\n")
        self._file.flush()
        self._places[number] = (place, len(line) + 1)

    def lines(self) -> Iterator[bytes]:
        """All lines by number, each with its line end."""
        for _, (place, length) in sorted(self._places.items()):
            self._file.seek(place)
            yield self._file.read(length)

    def publish(self) -> None:
        """Make the file appear under its name, complete and sorted."""
        whole = self._out.with_name(self._out.name + ".whole")
        with whole.open("wb") as file:
            file.writelines(self.lines())
        publish.sync(whole)
        whole.replace(self._out)
        publish.sync(self._out.absolute().parent)
        Path(self._file.name).unlink()

    def resume(self, number_of: Callable[[bytes], int | None]) -> None:
        """Go on with the lines that are there; a torn last one is cut off.

        Raises:
            InputError: a line is not of this run (`number_of` gave None), or comes twice.
        """
        self._file.seek(0)
        place = 0
        for count, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                break
            number = number_of(line)
            if number is None or number in self._places:
                raise InputError(f"{self._file.name}: line {count} belongs to another run; delete it to begin anew")
            self._places[number] = (place, len(line))
            place += len(line)
        self._file.truncate(place)


@contextmanager
def journal(out: Path, overwrite: bool) -> Iterator[Journal]:
    """The journal of a file, held by this process alone.

    Raises:
        InputError: `out` exists and may not be replaced, or another process is writing it.
    """
    publish.check_file(out, overwrite)
    with out.with_name(out.name + ".part").open("a+b") as file:
        publish.hold(file, out)
        publish.check_file(out, overwrite)
        yield Journal(file, out)
