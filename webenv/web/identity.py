"""The content id: what was captured, whatever wrote it down.

It covers, for every capture in the order of the index, the canonical URL, the timestamp, the status, the headers that
change what a reader sees, and the digest of the entity body. It does not cover how the bytes were compressed, the
order of the inputs, the day of the build, or the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

HEADERS = ("content-encoding", "content-language", "content-type", "last-modified", "location")
"""The headers that matter; the others (dates, servers, cookies, caches) are kept but do not name the content."""


class ContentId:
    """Builds up a content id, one capture at a time, in the order of the index."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(b"webenv content id 1\n")

    def add(self, url: str, timestamp: str, status: int, headers: Iterable[tuple[str, str]], digest: str) -> None:
        """Add one capture; `headers` may hold any headers, in any order and case."""
        kept = sorted((name.lower(), value.strip()) for name, value in headers if name.lower() in HEADERS)
        self._hash.update(msgspec.json.encode((url, timestamp, status, kept, digest)) + b"\n")

    @property
    def value(self) -> str:
        """`sha256:` and the digest of what was added so far."""
        return "sha256:" + self._hash.hexdigest()
