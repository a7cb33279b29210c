"""The derived page store: one SQLite file that answers "what is at this URL" in microseconds.

It holds what the canonical parts of a snapshot say, laid out for reading: the captures of the CDXJ index and the
frozen views. It can always be made again from them (`webenv.web.derive`) and is never packed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec
from isal import isal_zlib

from webenv.errors import SnapshotError
from webenv.types import Capture, Link, View

_SCHEMA = """
CREATE TABLE pages (
    number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, timestamp TEXT NOT NULL, status INTEGER NOT NULL,
    mime TEXT NOT NULL, digest TEXT NOT NULL, filename TEXT NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, redirect TEXT NOT NULL, title TEXT NOT NULL, date TEXT NOT NULL, note TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE passages (page INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (page, number)) WITHOUT ROWID;
"""
_CAPTURE = "url, timestamp, status, mime, digest, filename, offset, length, redirect"
_MAPPED = 2**31 - 2**16
"""Bytes of the file that are read through a memory map: all that SQLite allows."""
_body_encoder = msgspec.msgpack.Encoder()
_body_decoder = msgspec.msgpack.Decoder(tuple[str, tuple[Link, ...]])


class StoredPage(NamedTuple):
    """One row: the capture and its view, body still packed."""

    capture: Capture
    title: str
    date: str
    note: str
    body: bytes

    def text_and_links(self) -> tuple[str, tuple[Link, ...]]:
        """Unpack the page view."""
        return _body_decoder.decode(isal_zlib.decompress(self.body)) if self.body else ("", ())


def stored_page(capture: Capture, view: View) -> StoredPage:
    """The row of a capture and its view, as the store would give it."""
    return StoredPage(capture, view.title, view.date, view.note, _packed(view))


def write_store(path: Path, rows: Iterable[tuple[Capture, View]]) -> None:
    """Write the store of a snapshot; the page number of a row is its place in `rows`, from 0."""
    with sqlite3.connect(path) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for number, (capture, view) in enumerate(rows):
            database.execute(
                "INSERT INTO pages VALUES (" + ", ".join("?" * 14) + ")", (number, *_page_row(capture, view))
            )
            database.executemany(
                "INSERT INTO passages VALUES (?, ?, ?)",
                ((number, place, text) for place, text in enumerate(view.passages)),
            )
    database.close()


def _page_row(capture: Capture, view: View) -> tuple[object, ...]:
    return (*_capture_fields(capture), view.title, view.date, view.note, _packed(view))


def _packed(view: View) -> bytes:
    if not view.text and not view.links:
        return b""
    return isal_zlib.compress(_body_encoder.encode((view.text, view.links)), 2)


def _capture_fields(capture: Capture) -> tuple[object, ...]:
    return tuple(getattr(capture, name) for name in _CAPTURE.split(", "))


class Store:
    """Read-only access to the page store; opens lazily and again after a fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._owner = -1
        self._database: sqlite3.Connection

    def page(self, url: str) -> StoredPage | None:
        """The page captured at exactly this canonical URL."""
        row = self._query(f"SELECT {_CAPTURE}, title, date, note, body FROM pages WHERE url = ?", url).fetchone()
        return StoredPage(_capture(row), *row[9:]) if row else None

    def hits(self, places: list[tuple[int, int]]) -> list[tuple[str, str, str, str]]:
        """URL, title, date and passage text behind each search result, given as (page, passage), in their order."""
        wanted = ", ".join(["(?, ?)"] * len(places)) or "(NULL, NULL)"
        rows = self._query(
            f"SELECT url, title, date, text FROM (VALUES {wanted}) AS wanted "
            "CROSS JOIN passages ON page = column1 AND passages.number = column2 "
            "CROSS JOIN pages ON pages.number = column1",
            *chain.from_iterable(places),
        ).fetchall()
        if len(rows) != len(places):
            raise SnapshotError(f"{self._path}: not every passage that is indexed is stored; {REBUILD}")
        return rows

    def passages_of(self, url: str) -> tuple[str, ...]:
        """The passages of the page at exactly this canonical URL, in order."""
        rows = self._query(
            "SELECT text FROM passages JOIN pages ON page = pages.number WHERE url = ? ORDER BY passages.number", url
        )
        return tuple(text for (text,) in rows)

    def captures(self) -> Iterator[Capture]:
        """All captures in the order of the CDXJ index."""
        for row in self._query(f"SELECT {_CAPTURE} FROM pages ORDER BY number"):
            yield _capture(row)

    def passages(self) -> Iterator[tuple[int, int, str, str, str]]:
        """Page number, passage number, title, date and text of every passage, in order."""
        yield from self._query(
            "SELECT page, passages.number, title, date, text FROM passages "
            "JOIN pages ON page = pages.number ORDER BY page, passages.number"
        )

    def count(self, table: str) -> int:
        """Rows of `pages` or `passages`."""
        return int(self._query(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _query(self, sql: str, *values: object) -> sqlite3.Cursor:
        try:
            if self._owner != os.getpid():
                uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
                self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
                self._database.execute(f"PRAGMA mmap_size = {_MAPPED}")
                self._owner = os.getpid()
            return self._database.execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise SnapshotError(f"{self._path}: {error}; {REBUILD}") from error


def _capture(row: tuple[object, ...]) -> Capture:
    return Capture(**dict(zip(_CAPTURE.split(", "), row[:9], strict=True)))  # type: ignore[arg-type]


REBUILD = "delete the folder derived/ of the snapshot, it is made again when the snapshot is opened"
