"""The staging database of a build: every candidate capture, and the choice of one for each URL.

Candidates come in any order from any number of files; everything that is decided here depends on their content alone.

The rule: of several captures of one canonical URL the snapshot serves a 2xx before a redirect before anything else
(a redirect to itself comes last), then the latest, then the one with the smallest digest. A revisit counts as a
capture of the record it points to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from webenv.types import Record
from webenv.web.archive.records import Place
from webenv.web.build.report import LISTED, BadEntry

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE candidates (url TEXT, sort_key TEXT, timestamp TEXT, status INTEGER, mime TEXT, redirect TEXT,
    digest TEXT, block_digest TEXT, declared TEXT, refers_to TEXT, is_revisit INTEGER, record_id TEXT,
    concurrent TEXT, place BLOB);
CREATE TABLE not_get (record_id TEXT);
CREATE TABLE skipped (reason TEXT, number INTEGER);
CREATE TABLE bad (kind TEXT, file TEXT, member TEXT, offset INTEGER, detail TEXT);
"""


class Candidate(Record):
    """One capture found in an input file, or a revisit that stands for one."""

    url: str
    sort_key: str
    timestamp: str
    status: int
    mime: str
    redirect: str
    digest: str
    block_digest: str
    """Of the record block, to tell captures apart that differ only in headers."""
    declared: str
    """The payload digest that the record claims, normalised; revisits are matched by it."""
    refers_to: str
    is_revisit: bool
    record_id: str
    concurrent: str
    place: Place


class Staging:
    """One staging database; each scanning process writes its own, and `absorb` brings them together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        fresh = not path.exists()
        self._database = sqlite3.connect(path, isolation_level=None)
        if fresh:
            self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def add(self, candidate: Candidate) -> None:
        """Add one candidate."""
        values = [getattr(candidate, name) for name in Candidate.__struct_fields__]
        values[-1] = msgspec.msgpack.encode(candidate.place)
        self._database.execute(f"INSERT INTO candidates VALUES ({', '.join('?' * len(values))})", values)

    def add_not_get(self, record_ids: list[str]) -> None:
        """Note records that belong to a request with another method than GET."""
        self._database.executemany("INSERT INTO not_get VALUES (?)", [(name,) for name in record_ids])

    def skip(self, reason: str, number: int = 1) -> None:
        """Count sound records that are not carried over."""
        if number:
            self._database.execute("INSERT INTO skipped VALUES (?, ?)", (reason, number))

    def reject(self, bad: BadEntry) -> None:
        """Note a bad record."""
        self._database.execute("INSERT INTO bad VALUES (?, ?, ?, ?, ?)", msgspec.structs.astuple(bad))

    def absorb(self, other: Path) -> None:
        """Take over everything from another staging database."""
        self._database.execute("COMMIT")
        self._database.execute("ATTACH ? AS other", (str(other),))
        for table in ("candidates", "not_get", "skipped", "bad"):
            self._database.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")
        self._database.execute("DETACH other")
        self._database.execute("BEGIN")

    def close(self) -> None:
        """Commit and close."""
        self._database.execute("COMMIT")
        self._database.close()

    def choose(self) -> int:
        """Resolve revisits, keep one capture for each URL; how many are left."""
        self._drop_not_get()
        self._resolve_revisits()
        found = self._count("candidates")
        self._database.execute(
            """CREATE TABLE chosen AS SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY url ORDER BY
            CASE WHEN status BETWEEN 200 AND 299 THEN 0 WHEN redirect = url THEN 3 WHEN redirect <> '' THEN 1
            ELSE 2 END, timestamp DESC, digest, block_digest, place) AS place_in_line FROM candidates)
            WHERE place_in_line = 1"""
        )
        kept = self._count("chosen")
        self.skip("another capture of the URL is served", found - kept)
        return kept

    def chosen(self) -> Iterator[Candidate]:
        """The chosen captures in the order of the CDXJ index."""
        fields = ", ".join(Candidate.__struct_fields__)
        rows = self._database.execute(f"SELECT {fields} FROM chosen ORDER BY sort_key, timestamp, url")
        return (_candidate(row) for row in rows)

    def skipped(self) -> dict[str, int]:
        """Records not carried over, by reason."""
        return dict(self._database.execute("SELECT reason, sum(number) FROM skipped GROUP BY reason ORDER BY reason"))

    def bad(self) -> dict[str, int]:
        """Bad records, by kind."""
        return dict(self._database.execute("SELECT kind, count(*) FROM bad GROUP BY kind ORDER BY kind"))

    def summary(self) -> str:
        """Bad and skipped records in one line, for messages."""
        counts = [f"{number} {kind}" for kind, number in (self.bad() | self.skipped()).items()]
        return ", ".join(counts) or "no records"

    def latest(self) -> str:
        """Timestamp of the latest chosen capture."""
        return str(self._database.execute("SELECT max(timestamp) FROM chosen").fetchone()[0])

    def bad_list(self) -> tuple[BadEntry, ...]:
        """The first bad records by file and offset."""
        rows = self._database.execute(
            "SELECT * FROM bad ORDER BY file, member, offset, kind, detail LIMIT ?", (LISTED,)
        )
        return tuple(BadEntry(**dict(zip(BadEntry.__struct_fields__, row, strict=True))) for row in rows)

    def _drop_not_get(self) -> None:
        self._database.execute("CREATE INDEX not_get_id ON not_get (record_id)")
        dropped = self._database.execute(
            "DELETE FROM candidates WHERE record_id IN (SELECT record_id FROM not_get) OR "
            "(concurrent <> '' AND concurrent IN (SELECT record_id FROM not_get))"
        ).rowcount
        self.skip("answer to another method than GET", dropped)

    def _resolve_revisits(self) -> None:
        """Give each revisit the content of its original: same URL first, then the same digest anywhere."""
        execute = self._database.execute
        execute("CREATE INDEX by_declared ON candidates (declared) WHERE is_revisit = 0")
        execute("CREATE INDEX by_digest ON candidates (digest) WHERE is_revisit = 0")
        execute("CREATE INDEX by_url ON candidates (url) WHERE is_revisit = 0")
        for rowid, declared, refers_to, url in execute(
            "SELECT rowid, declared, refers_to, url FROM candidates WHERE is_revisit = 1"
        ).fetchall():
            where = _SAME_DIGEST if declared else _SAME_URL
            original = execute(
                _ORIGINAL.format(where=where), {"declared": declared, "refers_to": refers_to, "url": url}
            ).fetchone()
            if original:
                execute(
                    "UPDATE candidates SET (status, mime, redirect, digest, block_digest, place) = "
                    "(?, ?, ?, ?, ?, ?) WHERE rowid = ?",
                    (*original, rowid),
                )
            else:
                self._reject_dangling(rowid)

    def _reject_dangling(self, rowid: int) -> None:
        url, packed = self._database.execute("SELECT url, place FROM candidates WHERE rowid = ?", (rowid,)).fetchone()
        place = msgspec.msgpack.decode(packed, type=Place)
        self.reject(
            BadEntry(
                kind="dangling-revisit",
                file=place.file,
                member=place.member,
                offset=place.offset,
                detail=f"{url}: the record that it refers to is in none of the inputs",
            )
        )
        self._database.execute("DELETE FROM candidates WHERE rowid = ?", (rowid,))

    def _count(self, table: str) -> int:
        return int(self._database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


_ORIGINAL = """
SELECT status, mime, redirect, digest, block_digest, place FROM candidates WHERE is_revisit = 0 AND {where}
ORDER BY url = :refers_to DESC, url = :url DESC, timestamp DESC, digest, block_digest, url, place LIMIT 1
"""
_SAME_DIGEST = "(declared = :declared OR digest = :declared)"
_SAME_URL = "url IN (:refers_to, :url)"


def _candidate(row: tuple[Any, ...]) -> Candidate:
    values = dict(zip(Candidate.__struct_fields__, row, strict=True))
    return Candidate(
        **values | {"is_revisit": bool(values["is_revisit"]), "place": msgspec.msgpack.decode(row[-1], type=Place)}
    )
