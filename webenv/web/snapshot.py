"""A frozen piece of the web, opened for reading: the `Web` that agents search and visit.

A snapshot is an unzipped WACZ (archive, indexes, pages) with frozen text, tasks, and a derived folder that is made on
first use. Opening is cheap; Lucene starts at the first search; nothing here touches a network.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from webenv.types import Capture, Hit, Match, Missing, MissingReason, Page, Task
from webenv.web import recorded, tasks
from webenv.web.address import canonical, variants
from webenv.web.archive.http import Response
from webenv.web.derive import LUCENE, STORE, ensure_derived
from webenv.web.index import K1, B, PassageIndex
from webenv.web.manifest import Manifest, read_manifest
from webenv.web.passages import snippet
from webenv.web.resolving import resolve
from webenv.web.store import Store, StoredPage


class Snapshot:
    """A `Web` over the snapshot in a folder. Get one with `Snapshot.open`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self.store = Store(path / STORE)
        self._index = PassageIndex(path / LUCENE)

    @classmethod
    def open(cls, path: str | Path) -> Snapshot:
        """Open the snapshot in a folder; makes its derived parts first if they are missing.

        Snapshots of the same folder share one object, so that many environments share one index.

        Raises:
            NotFound: there is no such folder.
            SnapshotError: it is not a snapshot, or it is damaged.
        """
        path = Path(path)
        manifest = read_manifest(path)
        ensure_derived(path, manifest)
        return _opened(path.resolve(), manifest)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Copies and pickles open the folder again: neither a database connection nor Java can travel."""
        return Snapshot.open, (str(self.path),)

    @property
    def content_id(self) -> str:
        """What was captured (`webenv.web.identity`)."""
        return self.manifest.content_id

    @property
    def date(self) -> str:
        """When the latest capture was made, 14 digits."""
        return self.manifest.date

    @property
    def views_id(self) -> str:
        """What can be read of it (`webenv.web.views`)."""
        return self.manifest.views_id

    def fetch(self, url: str) -> Page | Missing:
        """The page at `url`: exact, then the fallbacks of `address.variants`, redirects followed."""
        return resolve(url, self._lookup)

    def search(
        self, query: str, k: int = 10, year: int | None = None, bm25: tuple[float, float] = (K1, B)
    ) -> list[Hit]:
        """The `k` best pages by BM25 over passages, a page counting with its best passage.

        A search that was recorded on the live web is answered with what was found there; else `bm25` are the parameters
        k1 and b.

        Raises:
            SearchIndexError: Java or Lucene is broken.
        """
        if answered := self.store.page(recorded.search_name(query, k, year)):
            return recorded.decode_hits(self.response(answered.capture).body)
        found = self._index.search(query, k, year, bm25)
        stored = self.store.hits([(page, passage) for page, passage, _ in found])
        return [
            Hit(rank=rank, url=url, title=title, date=date, snippet=snippet(text, query), score=score)
            for rank, ((*_, score), (url, title, date, text)) in enumerate(zip(found, stored, strict=True), 1)
        ]

    def tasks(self) -> list[Task]:
        """The snapshot's own tasks; empty if it has none."""
        path = self.path / tasks.NAME
        return tasks.read_tasks(path) if path.exists() else []

    def captures(self) -> list[Capture]:
        """Every capture, in the order of the index."""
        return list(self.store.captures())

    def capture(self, url: str) -> Capture | None:
        """The capture at exactly this URL, redirects not followed."""
        stored = self.store.page(canonical(url) or "")
        return stored.capture if stored else None

    def response(self, capture: Capture) -> Response:
        """The archived response itself, read from the WARC file."""
        from webenv.web.archive.reread import read_response

        return read_response(self.path / "archive" / capture.filename, capture)

    def _lookup(self, url: str) -> tuple[StoredPage | MissingReason, Match]:
        for address, match in variants(url):
            if found := self.store.page(address):
                return found, match
            if match == "exact" and (unread := self.store.page(recorded.unread_name(url))):
                return recorded.decode_reason(self.response(unread.capture).body), match
        return "not-in-snapshot", "exact"


@lru_cache(maxsize=32)
def _opened(path: Path, manifest: Manifest) -> Snapshot:
    return Snapshot(path, manifest)
