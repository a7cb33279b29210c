"""Rows of the files in which benchmarks come: JSON, JSON lines and CSV. Each row knows its place, for messages."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from reprlib import repr as shown
from typing import Any, NamedTuple, NoReturn

import msgspec

from webenv.errors import InputError, NotFound

MAX_FILE_BYTES = 64 * 1024**2
"""Larger files are refused (our choice: the largest of these benchmarks has 8 MB)."""

_row = msgspec.json.Decoder(dict[str, Any])
_array = msgspec.json.Decoder(list[msgspec.Raw])


class Row(NamedTuple):
    """One row of a file: its place (`FILE: line 3`) and its columns."""

    place: str
    columns: dict[str, Any]

    def text(self, *names: str) -> str:
        """The text in the first of the columns that holds one, without white space around it; null is an empty one.

        Raises:
            InputError: none of them is there, or it holds something else.
        """
        found = [(name, self.columns[name]) for name in names if name in self.columns]
        if not found:
            self.refuse(names[0], f"is missing; the row has {', '.join(self.columns) or 'no columns'}")
        name, value = next((each for each in found if each[1] is not None), (names[0], ""))
        if not isinstance(value, str):
            self.refuse(name, f"holds {shown(value)}, not a text")
        return value.strip()

    def required(self, name: str) -> str:
        """The same for a text that must not be empty."""
        return self.text(name) or self.refuse(name, "is empty")

    def optional(self, name: str) -> str:
        """The same, and an empty text where there is no such column."""
        return self.text(name) if name in self.columns else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts in a column that holds a list; none where there is no such column."""
        value = self.columns.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.refuse(name, f"holds {shown(value)}, not a list of texts")
        return tuple(each.strip() for each in value)

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise InputError about a column."""
        raise InputError(f"{self.place}: column {name!r} {problem}")


def check(path: Path) -> None:
    """Refuse what is no file of a sensible size.

    Raises:
        NotFound: there is no such file.
        InputError: it is too large.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such file")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InputError(f"{path}: has more than {MAX_FILE_BYTES:,} bytes; no benchmark file is as large")


def read_json(path: Path) -> Iterator[Row]:
    """The rows of a JSON array of objects, or of a file with one object a line.

    Raises:
        NotFound, InputError: the file cannot be read as such; the message names the line or the row.
    """
    check(path)
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if data.lstrip().startswith(b"["):
        lines, kind = _decoded(_array, data, str(path)), "row"
    else:
        lines, kind = data.split(b"\n"), "line"
    for number, line in enumerate(lines, 1):
        if kind == "row" or line.strip():
            place = f"{path}: {kind} {number}"
            yield Row(place, _decoded(_row, line, place))


def _decoded(decoder: msgspec.json.Decoder[Any], data: bytes | msgspec.Raw, place: str) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{place}: not JSON of the expected shape: {error}") from error


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a CSV file in UTF-8 whose first row names the columns.

    Raises:
        NotFound, InputError: the file cannot be read as such; the message names the line.
    """
    check(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        try:
            names = next(lines, [])
            for values in lines:
                place = f"{path}: line {lines.line_num}"
                if len(values) not in (0, len(names)):
                    raise InputError(f"{place}: has {len(values)} columns, the first row names {len(names)}")
                if values:
                    yield Row(place, dict(zip(names, values, strict=True)))
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"{path}: after line {lines.line_num}: not CSV: {error}") from error
