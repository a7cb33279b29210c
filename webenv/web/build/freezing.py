"""The second pass of a build: a chosen capture in, its canonical record and its view out. Runs in a worker process."""

from __future__ import annotations

import resource
import uuid
from multiprocessing.sharedctypes import Synchronized

import msgspec

from webenv.types import Record, View
from webenv.web import recorded
from webenv.web.archive.http import Response, decode_body, parse_response
from webenv.web.archive.records import BadRecord, Fault
from webenv.web.archive.scan import read_record
from webenv.web.archive.write import response_record
from webenv.web.build.report import BadEntry
from webenv.web.build.scanning import bad_entry, share_counter
from webenv.web.build.staging import Candidate
from webenv.web.extract import extract
from webenv.web.views import encode_view

WORKER_BYTES = 4 << 30
"""Address space of one worker (our choice): a page that needs more is kept without text."""


class Frozen(Record):
    """Everything that the builder writes down for one capture."""

    candidate: Candidate
    member: bytes
    """The WARC record as one gzip member."""
    headers: tuple[tuple[str, str], ...]
    view: bytes | None
    """Encoded view; None for a redirect."""
    title: str
    passages: int
    readable: bool
    """Status 200 and something to search: a page, not a part of one."""
    note: str


def prepare_worker(counter: Synchronized[int]) -> None:
    """Bound the memory of this worker process."""
    share_counter(counter)
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))


def freeze_all(candidates: list[Candidate]) -> list[Frozen | BadEntry]:
    """Freeze several captures, each on its own."""
    return [freeze(candidate) for candidate in candidates]


def freeze(candidate: Candidate, give_up: str = "") -> Frozen | BadEntry:
    """Freeze one capture; with `give_up`, keep it without text and note that reason."""
    record = read_record(candidate.place)
    if isinstance(record, BadRecord):
        return bad_entry(record)
    try:
        response = parse_response(record)
        view = _view(candidate, response, give_up)
        member = response_record(candidate.url, candidate.timestamp, response)
    except Fault as error:
        place = candidate.place
        return BadEntry(kind=error.kind, file=place.file, member=place.member, offset=place.offset, detail=error.detail)
    return Frozen(
        candidate=candidate,
        member=member,
        headers=response.headers,
        view=encode_view(view) if view else None,
        title=view.title if view else "",
        passages=len(view.passages) if view else 0,
        readable=bool(view and view.passages),
        note=view.note if view else "",
    )


def _view(candidate: Candidate, response: Response, give_up: str) -> View | None:
    """The view of a capture; None for a redirect, which nobody reads."""
    if candidate.redirect:
        return None
    if give_up:
        return View(url=candidate.url, note=give_up)
    if recorded.is_name(candidate.url):
        return View(url=candidate.url)
    decoded = decode_body(response)
    try:
        view = extract(
            decoded.body,
            content_type=response.get("Content-Type"),
            url=candidate.url,
            timestamp=candidate.timestamp,
            last_modified=response.get("Last-Modified"),
        )
    except MemoryError:
        return View(url=candidate.url, note="no text: the page needs too much memory")
    note = "; ".join(note for note in (decoded.note, view.note) if note)
    is_page = candidate.status == 200 and not candidate.url.endswith("/robots.txt")
    passages = view.passages if is_page else ()
    return msgspec.structs.replace(view, note=note, passages=passages)


def page_line(frozen: Frozen) -> bytes:
    """The line of `pages/pages.jsonl` (WACZ 1.1.1, section 5.2.3)."""
    candidate = frozen.candidate
    t = candidate.timestamp
    return msgspec.json.encode(
        {
            "id": uuid.uuid5(uuid.NAMESPACE_URL, candidate.url).hex,
            "url": candidate.url,
            "ts": f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z",
            "title": frozen.title,
        }
    )
