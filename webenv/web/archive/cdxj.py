"""The CDXJ index of a snapshot (CDXJ 0.1.0), in gzip blocks with a secondary index (ZipNum), as pywb and wabac.js read.

A line is `SURT TIMESTAMP JSON`; `indexes/index.cdx.gz` holds 1,024 of them in each gzip member, and
`indexes/index.idx` the first key, offset, length and digest of every member.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from webenv.errors import SnapshotError
from webenv.types import Capture
from webenv.web.archive.write import gzip_member

INDEX, SECONDARY = "index.cdx.gz", "index.idx"
LINES_PER_BLOCK = 1_024


class IndexWriter:
    """Writes the lines of an index, which must come sorted."""

    def __init__(self, folder: Path) -> None:
        self._blocks = (folder / INDEX).open("wb")
        self._secondary = (folder / SECONDARY).open("wb")
        self._secondary.write(b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "%s"}\n' % INDEX.encode())
        self._pending: list[str] = []

    def add(self, sort_key: str, capture: Capture, member: bytes) -> None:
        """Add a capture, whose record is the gzip member `member`."""
        fields = {
            "url": capture.url,
            "mime": capture.mime,
            "status": str(capture.status),
            "digest": capture.digest,
            "length": str(capture.length),
            "offset": str(capture.offset),
            "filename": capture.filename,
            "recordDigest": "sha256:" + hashlib.sha256(member).hexdigest(),
        }
        if capture.redirect:
            fields["redirect"] = capture.redirect
        self._pending.append(f"{sort_key} {capture.timestamp} {json.dumps(fields, ensure_ascii=False)}\n")
        if len(self._pending) == LINES_PER_BLOCK:
            self._flush()

    def _flush(self) -> None:
        if not self._pending:
            return
        key = self._pending[0].partition(" {")[0]
        block = gzip_member("".join(self._pending).encode())
        place = {
            "offset": self._blocks.tell(),
            "length": len(block),
            "digest": "sha256:" + hashlib.sha256(block).hexdigest(),
        }
        self._secondary.write(f"{key} {json.dumps(place)}\n".encode())
        self._blocks.write(block)
        self._pending.clear()

    def close(self) -> None:
        """Write what is pending; twice is fine."""
        if not self._blocks.closed:
            self._flush()
        self._blocks.close()
        self._secondary.close()


def parse_line(line: str) -> tuple[str, str, dict[str, Any]]:
    """SURT key, timestamp and fields of a line.

    Raises:
        ValueError: it is not a CDXJ line.
    """
    key, _, rest = line.partition(" ")
    timestamp, _, fields = rest.partition(" ")
    if not key or not timestamp.isdigit():
        raise ValueError("expected a key, a timestamp and a JSON object")
    value = json.loads(fields)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return key, timestamp, value


def capture_of(timestamp: str, fields: dict[str, Any]) -> Capture:
    """The capture that an index line describes.

    Raises:
        KeyError, ValueError: a field is missing or not a number.
    """
    return Capture(
        url=fields["url"],
        timestamp=timestamp,
        status=int(fields["status"]),
        mime=fields["mime"],
        digest=fields["digest"],
        filename=fields["filename"],
        offset=int(fields["offset"]),
        length=int(fields["length"]),
        redirect=fields.get("redirect", ""),
    )


def read_index(folder: Path) -> Iterator[Capture]:
    """Every capture of a snapshot's own index, in its order.

    Raises:
        SnapshotError: the index is broken; the message names the line.
    """
    number = 0
    try:
        with gzip.open(folder / INDEX, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                number += 1
                _, timestamp, fields = parse_line(line)
                yield capture_of(timestamp, fields)
    except (OSError, EOFError, ValueError, KeyError, RecursionError) as error:
        raise SnapshotError(f"{folder / INDEX}: line {number}: {error}; run: webenv verify") from error
