"""robots.txt is obeyed (RFC 9309), whatever it is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.sites import Route, Site, moved, page, records, site, text
from webenv.errors import CrawlError
from webenv.web.crawl import CrawlReport, CrawlSettings, crawl

FAST = CrawlSettings(delay_s=0, retries=0, timeout_s=1)
FORBIDS = "User-agent: *\nDisallow: /private\nAllow: /private/open\n"
ROUTES: dict[str, Route] = {
    "/": page("/private/a", "/private/open", "/public"),
    "/public": page(),
    "/private/open": page(),
}
PAGES = {"/", "/public", "/private/open", "/private/a"}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def _crawl(stack: ExitStack, out: Path, *robots: dict[str, Route]) -> tuple[list[Site], CrawlReport]:
    """One crawl of as many servers as there are ways to answer for robots.txt; the first allows everything."""
    servers = [stack.enter_context(site(ROUTES | routes)) for routes in ({}, *robots)]
    return servers[1:], crawl([server.url() for server in servers], out, FAST)


def test_what_is_forbidden_is_not_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    everybody: dict[str, Route] = {"/robots.txt": text(FORBIDS)}
    by_name: dict[str, Route] = {"/robots.txt": text(f"User-agent: *\nDisallow:\n\n{FORBIDS.replace('*', 'WebEnv')}")}
    packed: dict[str, Route] = {"/robots.txt": (200, {"Content-Encoding": "gzip"}, gzip.compress(FORBIDS.encode()))}
    elsewhere: dict[str, Route] = {"/robots.txt": moved("/elsewhere.txt"), "/elsewhere.txt": text(FORBIDS)}
    garbage: dict[str, Route] = {"/robots.txt": text("\ufeff" + FORBIDS + "garbage \0 without end" * 100_000)}
    variants = (everybody, by_name, packed, elsewhere, garbage)
    servers, report = _crawl(stack, tmp_path / "out.warc.gz", *variants)
    recorded = {record.get("WARC-Target-URI") for record in records(tmp_path / "out.warc.gz")}
    for server, routes in zip(servers, variants, strict=True):
        assert sorted(server.asked) == sorted({*PAGES - {"/private/a"}, *routes})
        assert {server.url(path) for path in server.asked} <= recorded
        counts = report.hosts[server.address.removeprefix("http://")]
        assert (counts.pages, counts.disallowed, counts.errors) == (3, 1, 0)


def test_no_robots_txt_allows_everything(stack: ExitStack, tmp_path: Path) -> None:
    absent: dict[str, Route] = {}
    refused: dict[str, Route] = {"/robots.txt": text("User-agent: *\nDisallow: /\n", 403)}
    endless: dict[str, Route] = {"/robots.txt": moved("/1"), **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 9)}}
    servers, _ = _crawl(stack, tmp_path / "out.warc.gz", absent, refused, endless)
    for server in servers:
        assert set(server.asked) > PAGES
    assert [path for path in servers[2].asked if path not in PAGES] == ["/robots.txt", "/1", "/2", "/3", "/4", "/5"]


def _silent(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def test_a_robots_txt_that_cannot_be_had_forbids_the_host(stack: ExitStack, tmp_path: Path) -> None:
    variants: dict[str, Route] = {
        "robots.txt cannot be had: status 500": text("User-agent: *\nAllow: /\n", 500),
        "robots.txt cannot be had: status 429": text("", 429),
        "robots.txt cannot be had: broken answer (RemoteProtocolError)": _silent,
        "robots.txt asks for 86400 s between requests, more than 300 s": text("User-agent: *\nCrawl-delay: 86400\n"),
        "disallowed by robots.txt": text("User-agent: *\nDisallow: /\n"),
    }
    servers, report = _crawl(
        stack, tmp_path / "out.warc.gz", *({"/robots.txt": robots} for robots in variants.values())
    )
    assert report.lost_seeds == {server.url(): why for server, why in zip(servers, variants, strict=True)}
    assert [server.asked for server in servers] == [["/robots.txt"]] * len(variants)
    assert report.pages == 4, "the one host that allows everything"


def test_nothing_captured_is_an_error(tmp_path: Path) -> None:
    with site({**ROUTES, "/robots.txt": text("User-agent: *\nDisallow: /\n")}) as closed:
        message = (
            rf"nothing was captured:\n.*:1/: robots.txt cannot be had: no connection\n.*{closed.url()}: disallowed"
        )
        with pytest.raises(CrawlError, match=message):
            crawl([closed.url(), "http://127.0.0.1:1/"], tmp_path / "out.warc.gz", FAST)
    assert list(tmp_path.iterdir()) == []


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    robots = text("User-agent: *\nCrawl-delay: 0.3\n")
    with site({"/": page("/a", "/b", "/c"), "/robots.txt": robots}) as server:
        crawl([server.url()], tmp_path / "out.warc.gz", FAST)
    assert len(server.times) == 5
    assert server.times[-1] - server.times[0] > 0.6  # half of what was asked for: a slow machine only adds to it
