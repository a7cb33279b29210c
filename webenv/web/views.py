"""The frozen text of a snapshot: `text/views.jsonl.gz`, one `View` a line, in the order of the CDXJ index.

Text is extracted once, when the snapshot is built, and travels with it, so that an upgrade of an extractor never
changes an episode. The **views id** is the digest of the uncompressed lines, whatever zlib wrote the file.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from webenv.errors import SnapshotError
from webenv.types import View

NAME = "text/views.jsonl.gz"
_LINES_PER_MEMBER = 64

encode_view = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(View)


class ViewWriter:
    """Writes encoded views to a file and computes their id; gzip members hold 64 lines each."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._pending: list[bytes] = []
        self._digest = hashlib.sha256()

    def write(self, line: bytes) -> None:
        """Append one view, encoded by `encode_view`."""
        self._digest.update(line)
        self._digest.update(b"\n")
        self._pending.append(line)
        if len(self._pending) == _LINES_PER_MEMBER:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._file.write(gzip.compress(b"\n".join(self._pending) + b"\n", compresslevel=6, mtime=0))
            self._pending.clear()

    def close(self) -> None:
        """Write what is pending; twice is fine."""
        self._flush()
        self._file.close()

    @property
    def views_id(self) -> str:
        """`sha256:` of everything written so far."""
        return "sha256:" + self._digest.hexdigest()

    def __enter__(self) -> ViewWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_views(stream: IO[bytes], where: str) -> Iterator[View]:
    """Every view in a `views.jsonl.gz` stream.

    Raises:
        SnapshotError: a line is not a view, or the gzip stream is broken; the message names `where` and the line.
    """
    number = 0
    try:
        with gzip.open(stream) as lines:
            for line in lines:
                number += 1
                yield _decoder.decode(line)
    except (msgspec.MsgspecError, OSError, EOFError, ValueError, zlib.error) as error:
        raise SnapshotError(f"{where}: line {number}: {error}; run: webenv verify") from error


def views_id(stream: IO[bytes]) -> str:
    """The views id of a `views.jsonl.gz` stream.

    Raises:
        SnapshotError: the gzip stream is broken.
    """
    try:
        with gzip.open(stream) as text:
            return "sha256:" + hashlib.file_digest(text, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        raise SnapshotError(f"the text views cannot be read: {error}") from error
