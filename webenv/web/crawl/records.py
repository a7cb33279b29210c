"""What a crawl is told and what it tells. All of it travels as JSON between the caller and the worker process."""

from __future__ import annotations

from typing import Literal

from webenv.types import Record
from webenv.web.wire.records import WireSettings

Scope = Literal["host", "prefix"]
"""`host`: the hosts of the seeds, any scheme. `prefix`: the folders of the seeds, as `http://a.example/docs/`."""


class CrawlSettings(WireSettings):
    """What a crawl may be told. The defaults are our choice where nothing is cited."""

    scope: Scope = "host"
    max_pages: int = 10_000
    """Most pages to ask for, redirects included. What robots.txt forbids and page requisites do not count."""
    max_depth: int = 20
    """Most links between a seed and a page; redirects are no links."""


class CrawlProgress(Record, tag="progress"):
    """How far a crawl is; what an earlier, interrupted run recorded is included."""

    pages: int
    """Pages recorded."""
    queued: int
    """Pages known and still to be fetched."""
    errors: int
    """URLs without an answer."""
    bytes: int
    """Bytes recorded, compressed."""


class HostReport(Record):
    """What came from one host."""

    pages: int = 0
    """Pages recorded, whatever their status, redirects included."""
    requisites: int = 0
    """Images, style sheets and scripts recorded."""
    redirects: int = 0
    not_ok: int = 0
    """Pages with a status of 400 or above."""
    errors: int = 0
    """URLs without an answer."""
    disallowed: int = 0
    """URLs that robots.txt forbids."""
    bytes: int = 0
    """Bytes of bodies, as they came."""


class CrawlReport(Record, tag="report"):
    """What a finished crawl holds, earlier runs included."""

    pages: int
    bytes: int
    """Size of the WARC file."""
    hosts: dict[str, HostReport]
    errors: dict[str, int]
    """URLs without an answer, by the reason."""
    lost_seeds: dict[str, str]
    """Seeds that gave nothing, with the reason."""
    complete: bool
    """False if `max_pages` ended the crawl."""


class CrawlFailure(Record, tag="failure"):
    """Why a worker gave up."""

    message: str


class Plan(Record):
    """What a worker process does."""

    seeds: tuple[str, ...]
    """Canonical URLs."""
    out: str
    settings: CrawlSettings
