"""Writes a world as WARC records: one pass, in order, with memory that does not grow with the number of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from webenv.errors import InputError, SnapshotError
from webenv.web.archive.http import Response
from webenv.web.archive.write import response_record, warcinfo_record
from webenv.web.snapshot import Snapshot
from webenv.web.world.graph import MAX_PAGES, MIN_PAGES, VERSION, Graph, WorldSettings
from webenv.web.world.pages import Pages
from webenv.web.world.sites import ENTITY_PAGES, SITES, Sites

TIMESTAMP = "20250601000000"
"""Time of every capture."""
SETTINGS_URL = "http://world.example/settings"
"""Where a snapshot of a world keeps what it was generated from; no agent can read its kind of content."""
_HTML = (("Content-Type", "text/html; charset=utf-8"),)


def generate_world(
    settings: WorldSettings, out: Path, on_progress: Callable[[int, int], None] = lambda written, total: None
) -> int:
    """Write the world into one WARC file, which appears when it is complete; how many pages it has.

    The same settings give the same captures on every machine; `on_progress` gets pages written and their number.

    Raises:
        InputError: the settings are out of range.
    """
    if not MIN_PAGES <= settings.pages <= MAX_PAGES:
        raise InputError(f"a world has from {MIN_PAGES:,} to {MAX_PAGES:,} pages, not {settings.pages:,}")
    sites = Sites(Graph(settings))
    part = out.with_name(out.name + ".part")
    written = 0
    with part.open("wb") as file:
        file.write(warcinfo_record(f"webenv world {msgspec.json.encode(settings).decode()}", TIMESTAMP))
        for url, response in _responses(sites):
            file.write(response_record(url, TIMESTAMP, response))
            if response.headers == _HTML:
                written += 1
                if written % 100 == 0:
                    on_progress(written, settings.pages)
    part.replace(out)
    on_progress(written, settings.pages)
    return written


def _responses(sites: Sites) -> Iterator[tuple[str, Response]]:
    """Every page, robots.txt and redirect of a world."""
    headers = (("Content-Type", "application/x-webenv-world"),)
    yield SETTINGS_URL, Response(status=200, headers=headers, body=msgspec.json.encode(sites.graph.settings))
    pages = Pages(sites.graph, sites)
    for key in sites.pages():
        yield pages.address(key), Response(status=200, reason="OK", headers=_HTML, body=pages.write(key))
    for site in SITES:
        headers = (("Content-Type", "text/plain"),)
        yield (
            f"{sites.front(site)}robots.txt",
            Response(status=200, reason="OK", headers=headers, body=b"User-agent: *\nDisallow:\n"),
        )
    for kind, site in ENTITY_PAGES:
        for entity in sites.graph.entities(kind):
            if former := sites.moved_from(entity, site):
                headers = (("Location", sites.of(entity, site)),)
                yield former, Response(status=301, reason="Moved Permanently", headers=headers)


def read_world(snapshot: Snapshot) -> Graph | None:
    """The graph of the world that a snapshot was made of; None if it is none.

    Raises:
        SnapshotError: it is a world of another version of the generator.
    """
    capture = snapshot.capture(SETTINGS_URL)
    if capture is None:
        return None
    try:
        settings = msgspec.json.decode(snapshot.response(capture).body, type=WorldSettings)
    except msgspec.MsgspecError as error:
        raise SnapshotError(f"{snapshot.path}: {SETTINGS_URL}: {error}; run: webenv generate-world") from error
    if settings.version != VERSION:
        raise SnapshotError(
            f"{snapshot.path}: a world of version {settings.version}, this webenv makes {VERSION}; "
            "generate it again with: webenv generate-world"
        )
    return Graph(settings)
