"""Writes frozen captures down as a WACZ folder, in the order of the index."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from webenv.types import Capture, Task
from webenv.web import tasks as task_files
from webenv.web import views
from webenv.web.address import host
from webenv.web.archive.cdxj import IndexWriter
from webenv.web.archive.wacz import write_datapackage
from webenv.web.archive.write import WarcWriter, warcinfo_record
from webenv.web.build.freezing import Frozen, page_line
from webenv.web.identity import ContentId
from webenv.web.manifest import FORMAT, Manifest

SOFTWARE = f"webenv {version('webenv')}"
EXTRACTOR = ", ".join(f"{name} {version(name)}" for name in ("Resiliparse", "pypdfium2"))
_PAGES_HEADER = b'{"format":"json-pages-1.0","id":"pages","title":"All pages"}\n'


class SnapshotWriter:
    """Takes `Frozen` captures in order; `finish` writes what depends on all of them."""

    def __init__(self, folder: Path, date: str) -> None:
        for name in ("archive", "indexes", "pages", "text"):
            (folder / name).mkdir(parents=True)
        self._folder = folder
        self._date = date
        self._warc = WarcWriter(folder / "archive", warcinfo_record(SOFTWARE, date))
        self._index = IndexWriter(folder / "indexes")
        self._pages = (folder / "pages" / "pages.jsonl").open("wb")
        self._pages.write(_PAGES_HEADER)
        self._views = views.ViewWriter(folder / views.NAME)
        self._content = ContentId()
        self._hosts: dict[str, int] = {}
        self.captures = self.readable = self.passages = 0
        self.unread: dict[str, int] = {}

    def add(self, frozen: Frozen) -> None:
        """Write one capture."""
        candidate = frozen.candidate
        filename, offset, length = self._warc.append(frozen.member)
        capture = Capture(
            url=candidate.url,
            timestamp=candidate.timestamp,
            status=candidate.status,
            mime=candidate.mime,
            digest=candidate.digest,
            filename=filename,
            offset=offset,
            length=length,
            redirect=candidate.redirect,
        )
        self._index.add(candidate.sort_key, capture, frozen.member)
        self._content.add(candidate.url, candidate.timestamp, candidate.status, frozen.headers, candidate.digest)
        if frozen.view is not None:
            self._views.write(frozen.view)
        self._count(frozen)

    def _count(self, frozen: Frozen) -> None:
        self.captures += 1
        self.passages += frozen.passages
        if frozen.readable:
            self.readable += 1
            self._pages.write(page_line(frozen) + b"\n")
            name = host(frozen.candidate.url)
            self._hosts[name] = self._hosts.get(name, 0) + 1
        if frozen.note:
            self.unread[frozen.note] = self.unread.get(frozen.note, 0) + 1

    def finish(self, title: str, tasks: list[Task]) -> Manifest:
        """Close everything and write tasks, `datapackage.json` and its digest."""
        self.close()
        if tasks:
            (self._folder / "tasks").mkdir()
            (self._folder / task_files.NAME).write_bytes(task_files.encode_tasks(tasks))
        manifest = Manifest(
            format=FORMAT,
            content_id=self._content.value,
            views_id=self._views.views_id,
            captures=self.captures,
            pages=self.readable,
            passages=self.passages,
            date=self._date,
            extractor=EXTRACTOR,
        )
        write_datapackage(self._folder, title or self._title(), SOFTWARE, self._date, manifest)
        return manifest

    def close(self) -> None:
        """Close all files; twice is fine."""
        for part in (self._warc, self._index, self._pages, self._views):
            part.close()

    def _title(self) -> str:
        """The hosts with the most pages."""
        hosts = sorted(self._hosts, key=lambda name: (-self._hosts[name], name))
        named = ", ".join(hosts[:3]) or "no readable page"
        return f"Snapshot of {named}" + (f" and {len(hosts) - 3} more hosts" if len(hosts) > 3 else "")

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
