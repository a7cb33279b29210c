"""robots.txt is obeyed (RFC 9309), whatever it is."""

from __future__ import annotations

import gzip
import itertools
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.sites import Route, captures, moved, page, site, text
from webenv.errors import CrawlError
from webenv.web.crawl import CrawlSettings, crawl

FAST = CrawlSettings(delay_s=0, retries=0, timeout_s=1)
FORBIDS = "User-agent: *\nDisallow: /private\nAllow: /private/open\n"
ROUTES: dict[str, Route] = {
    "/": page("/private/a", "/private/open", "/public"),
    "/public": page(),
    "/private/open": page(),
}


@pytest.mark.parametrize(
    "robots",
    [
        {"/robots.txt": text(FORBIDS)},
        {"/robots.txt": text("User-agent: *\nDisallow:\n\nUser-agent: WebEnv\n" + FORBIDS.partition("\n")[2])},
        {"/robots.txt": (200, {"Content-Encoding": "gzip"}, gzip.compress(FORBIDS.encode()))},
        {"/robots.txt": moved("/elsewhere.txt"), "/elsewhere.txt": text(FORBIDS)},
        {"/robots.txt": text("\ufeff" + FORBIDS + "garbage \0 without end" * 100_000)},
    ],
    ids=["everybody", "by name", "gzip", "moved", "long"],
)
def test_what_is_forbidden_is_not_asked_for(tmp_path: Path, robots: dict[str, Route]) -> None:
    out = tmp_path / "out.warc.gz"
    with site(ROUTES | robots) as server:
        report = crawl([server.url()], out, FAST)
        assert set(server.asked) == {"/", "/public", "/private/open", *robots}
        assert server.asked.count("/robots.txt") == 1
    assert set(captures(out)) == set(server.asked)
    [counts] = report.hosts.values()
    assert (counts.pages, counts.disallowed, counts.errors) == (3, 1, 0)


@pytest.mark.parametrize(
    "robots",
    [
        {},
        {"/robots.txt": text("User-agent: *\nDisallow: /\n", 403)},
        {"/robots.txt": moved("/1"), **{f"/{n}": moved(f"/{n + 1}") for n in range(1, 9)}},
    ],
    ids=["absent", "403", "redirects without end"],
)
def test_no_robots_txt_allows_everything(tmp_path: Path, robots: dict[str, Route]) -> None:
    with site(ROUTES | robots) as server:
        report = crawl([server.url()], tmp_path / "out.warc.gz", FAST)
    assert report.pages == 4
    followed = [path for path in server.asked if path not in ("/", "/public", "/private/a", "/private/open")]
    assert followed == ["/robots.txt", "/1", "/2", "/3", "/4", "/5"][: max(1, len(robots))]


def _silent(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.mark.parametrize(
    ("robots", "why"),
    [
        (text("User-agent: *\nAllow: /\n", 500), "status 500"),
        (text("", 429), "status 429"),
        (_silent, "RemoteProtocolError"),
        (text("User-agent: *\nCrawl-delay: 86400\n"), "86400 s between requests"),
    ],
    ids=["500", "429", "no answer", "endless delay"],
)
def test_a_robots_txt_that_cannot_be_had_forbids_the_host(tmp_path: Path, robots: Route, why: str) -> None:
    with site({**ROUTES, "/robots.txt": robots}) as server:
        with pytest.raises(CrawlError, match=f"nothing was captured:\n  {server.url()}: .*{why}"):
            crawl([server.url()], tmp_path / "out.warc.gz", FAST)
        assert set(server.asked) == {"/robots.txt"}


def test_one_host_does_not_speak_for_another(tmp_path: Path) -> None:
    with site({**ROUTES, "/robots.txt": text("User-agent: *\nDisallow: /\n")}) as closed, site(ROUTES) as open_:
        report = crawl([closed.url(), open_.url()], tmp_path / "out.warc.gz", FAST)
    assert report.pages == 4
    assert report.lost_seeds == {closed.url(): "disallowed by robots.txt"}


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    robots = text("User-agent: *\nCrawl-delay: 0.3\n")
    with site({"/": page("/a", "/b", "/c"), "/robots.txt": robots}) as server:
        crawl([server.url()], tmp_path / "out.warc.gz", FAST)
    pauses = [later - earlier for earlier, later in itertools.pairwise(server.times)]
    assert len(pauses) == 4
    assert min(pauses) > 0.25
