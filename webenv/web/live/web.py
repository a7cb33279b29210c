"""`Live`: the live web as a `Web` that fetches what its recording does not hold yet, and answers from there."""

from __future__ import annotations

import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from threading import RLock

from webenv.errors import CrawlError, InputError
from webenv.types import Hit, Match, Missing, MissingReason, Page
from webenv.web import recorded
from webenv.web.live.engines import SearchEngine
from webenv.web.live.fetcher import Fetcher
from webenv.web.live.reader import Reader
from webenv.web.live.records import LiveSettings
from webenv.web.publish import exclusive
from webenv.web.resolving import resolve
from webenv.web.store import StoredPage
from webenv.web.wire.recording import Fields, Recording

NAME = "recording.warc.gz"
_KEPT = 256
"""Pages that are kept in memory, packed (our choice)."""
_SHARING = RLock()
_shared: dict[Path, tuple[Live, int]] = {}
"""Recordings that are open in this process, and by how many."""


class Live:
    """The live web, recorded in a folder that this object holds alone; threads take turns."""

    content_id = views_id = ""
    """A live web has no identity: the snapshot that is built of its recording has one."""

    @classmethod
    def open(cls, record: str | Path, engine: SearchEngine, settings: LiveSettings | None = None) -> Live:
        """As the constructor, but those who open one folder in one process share one object; each closes it once.

        Raises:
            InputError: it is open here with other settings, or a setting cannot be used.
            CrawlError: the folder cannot be written, or another process records there.
        """
        place = Path(record).resolve()
        with _SHARING:
            if place not in _shared:
                _shared[place] = (cls(record, engine, settings), 0)
            live, holders = _shared[place]
            if live.settings != (settings or LiveSettings()):
                raise InputError(f"{record}: is recorded by this process already, with other settings")
            _shared[place] = (live, holders + 1)
            return live

    def __init__(self, record: str | Path, engine: SearchEngine, settings: LiveSettings | None = None) -> None:
        """Open the recording in the folder `record`, or begin it; what it holds already is not fetched again.

        Raises:
            InputError: a setting cannot be used.
            CrawlError: the folder cannot be written, or another process records there.
        """
        self.settings, folder = settings or LiveSettings(), Path(record)
        self.settings.check()
        self._folder = folder.resolve()
        self._engine, self._lock, self._reader = engine, RLock(), Reader()
        self._pages: dict[str, StoredPage] = {}
        self._until = 0.0
        with ExitStack() as opened:
            opened.enter_context(exclusive(folder, f"another live web is recorded in {folder}", CrawlError))
            opened.callback(self._reader.close)
            self._recording = Recording(folder / NAME, _about(self.settings), self.settings.now())
            opened.callback(self._recording.close)
            self._open = opened.pop_all()
        self._fetcher = Fetcher(self._recording, self.settings, lambda url: self._page(url) is not None)

    @property
    def date(self) -> str:
        """When the recording was begun, 14 digits."""
        return self._recording.begun

    def fetch(self, url: str) -> Page | Missing:
        """The page at `url`, from the recording or the network, or why it could not be read."""
        with self._lock:
            self._until = time.monotonic() + self.settings.visit_s
            return resolve(url, self._lookup)

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        """What the search engine finds, which is asked once for each search.

        Raises:
            WebenvError: the search engine fails.
        """
        name = recorded.search_name(query, k, year)
        with self._lock:
            if name not in self._recording:
                found = recorded.encode_hits(self._engine.search(query, k, year)[:k])
                self._recording.add(name, self.settings.now(), found, recorded.MIME)
            return recorded.decode_hits(self._recording.response(name).body)

    def close(self) -> None:
        """Put everything on disk and let go of the folder, if nobody else shares it; twice is fine."""
        with _SHARING:
            _, holders = _shared.pop(self._folder, (self, 1))
            if holders > 1:
                _shared[self._folder] = (self, holders - 1)
                return
        with self._lock:
            self._open.close()

    def _lookup(self, url: str) -> tuple[StoredPage | MissingReason, Match]:
        """What is at a canonical URL; fetched and recorded if that is not known."""
        unread = recorded.unread_name(url)
        if url not in self._recording and unread not in self._recording:
            if time.monotonic() > self._until:
                self._fetcher.give_up(url, "timed-out")
            else:
                self._fetcher.fetch(url)
        if url in self._recording and (page := self._page(url)):
            return page, "exact"
        if unread not in self._recording:  # a kill came before it was recorded that the response is broken
            self._fetcher.give_up(url, "broken-answer")
        return recorded.decode_reason(self._recording.response(unread).body), "exact"

    def _page(self, url: str) -> StoredPage | None:
        """The recorded page; None if it is one that no snapshot could hold."""
        if url not in self._pages:
            page = self._reader.read(self._recording.place(url))
            if page is None:
                return None
            if len(self._pages) == _KEPT:
                del self._pages[next(iter(self._pages))]
            self._pages[url] = page
        return self._pages[url]


def _about(settings: LiveSettings) -> Fields:
    """What the warcinfo record says."""
    return [
        ("software", f"webenv/{version('webenv')}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("http-header-user-agent", settings.user_agent),
        ("robots", "obey"),
        ("date", settings.date),
    ]
