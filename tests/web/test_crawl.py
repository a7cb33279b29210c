"""Crawls of real servers: what is fetched, what is recorded, and what difficult servers cannot do."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.sites import captures, moved, page, records, site, text
from webenv.errors import InputError
from webenv.web.archive.http import decode_body
from webenv.web.crawl import CrawlProgress, CrawlSettings, crawl
from webenv.web.serve import serve

FAST = CrawlSettings(delay_s=0, retries=0, timeout_s=2)


def _set(**changed: object) -> CrawlSettings:
    return CrawlSettings(**{"delay_s": 0, "retries": 0, "timeout_s": 2, **changed})  # type: ignore[arg-type]


def _chunked(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 All Right\r\ncontent-TYPE: text/html; charset=iso-8859-1\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
        b"Set-Cookie: a=b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>ol\r\n4\r\n\xe9</p\r\n1\r\n>\r\n0\r\n\r\n"
    )


def test_everything_is_recorded_as_it_came(tmp_path: Path) -> None:
    packed = gzip.compress(page("/chunked")[2])
    routes = {
        "/": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, packed),
        "/chunked": _chunked,
        "/robots.txt": text("User-agent: *\nDisallow:\n"),
    }
    out = tmp_path / "out.warc.gz"
    with site(routes) as server:
        report = crawl([server.url()], out, FAST)
        assert all("Cookie" not in headers for headers in server.headers)
    assert (report.pages, report.complete, report.bytes) == (2, True, out.stat().st_size)
    found = captures(out)
    assert found["/"].body == packed
    assert decode_body(found["/"]).body == page("/chunked")[2]
    chunked = found["/chunked"]
    assert (chunked.status, chunked.reason, chunked.body) == (200, "All Right", b"<p>ol\xe9</p>")
    assert chunked.headers == (
        ("content-TYPE", "text/html; charset=iso-8859-1"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
        ("Set-Cookie", "a=b"),
    )
    assert found["/robots.txt"].status == 200


def test_the_file_is_standard(tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    with site({"/": page("/a"), "/a": page()}) as server:
        crawl([server.url()], out, _set(date="20240601120000"))
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(out)], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout.count("digest pass")) == (0, 7)
    with out.open("rb") as file:
        headers = [dict(record.rec_headers.headers) for record in ArchiveIterator(file)]
    assert [each["WARC-Type"] for each in headers] == ["warcinfo", *["request", "response"] * 3]
    for request, response in zip(headers[1::2], headers[2::2], strict=True):
        assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
        assert request["WARC-Target-URI"] == response["WARC-Target-URI"]
    assert {each["WARC-Date"] for each in headers} == {"2024-06-01T12:00:00Z"}
    assert len({each["WARC-Record-ID"] for each in headers}) == 7
    assert [record.block.split(b"\r\n")[0] for record in records(out) if record.type == "request"] == [
        b"GET /robots.txt HTTP/1.1",
        b"GET / HTTP/1.1",
        b"GET /a HTTP/1.1",
    ]


def test_scope_depth_and_parts(tmp_path: Path) -> None:
    routes = {
        "/docs/": page("one", "/outside", "http://elsewhere.invalid/", more='<img src="/logo.png"><img src="in.png">'),
        "/docs/one": page("two", "/docs/one#part", "mailto:a@b"),
        "/docs/two": page("three"),
        "/docs/three": page(),
        "/docs/in.png": (200, {"Content-Type": "text/html"}, b'<a href="/docs/hidden">not followed</a>'),
    }
    with site(routes) as server:
        report = crawl([server.url("/docs/")], tmp_path / "p.warc.gz", _set(scope="prefix", max_depth=2))
        assert set(captures(tmp_path / "p.warc.gz")) == {
            "/robots.txt", "/docs/", "/docs/one", "/docs/two", "/docs/in.png"
        }  # fmt: skip
        [counts] = report.hosts.values()
        assert (counts.pages, counts.requisites, counts.not_ok, report.complete) == (3, 1, 0, True)
        crawl([server.url("/docs/one")], tmp_path / "h.warc.gz", _set(max_depth=0))
        assert set(captures(tmp_path / "h.warc.gz")) == {"/robots.txt", "/docs/one"}


def test_what_the_seed_redirects_to_is_in_scope(tmp_path: Path) -> None:
    with site({"/": page("/deep"), "/deep": page()}) as target:
        port = target.address.rsplit(":", 1)[1]
        routes = {"/": moved(f"http://localhost:{port}/"), "/deep": page()}
        with site(routes) as server:
            report = crawl([server.url()], tmp_path / "out.warc.gz", FAST)
    assert {host.partition(":")[0]: counts.pages for host, counts in report.hosts.items()} == {
        "127.0.0.1": 1,
        "localhost": 2,
    }


def test_the_same_pages_whatever_answers_first(tmp_path: Path) -> None:
    def slow(path: str) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.02 * (sum(path.encode()) * pauses % 5))
        return page(*(f"{path.rstrip('/')}/{number}" for number in range(4)))

    kept = []
    for pauses in (1, 3):
        out = tmp_path / f"{pauses}.warc.gz"
        with site({"/robots.txt": text("", 404)}, slow) as server:
            report = crawl([server.url()], out, _set(max_pages=11, date="20240601120000"))
            assert (report.pages, report.complete) == (11, False)
        kept.append({(path, each.status, each.body) for path, each in captures(out).items()})
    assert kept[0] == kept[1]


def test_traps_are_bounded(tmp_path: Path) -> None:
    def trap(path: str) -> tuple[int, dict[str, str], bytes]:
        if path.startswith("/on/"):
            return moved(f"{path}x")
        return page(f"{path}?{path.count('?')}")

    routes = {
        "/robots.txt": text("", 404),
        "/": page("/loop", "/on/", "/calendar"),
        "/loop": moved("/loop2"),
        "/loop2": moved("/loop"),
    }
    with site(routes, trap) as server:
        report = crawl([server.url()], tmp_path / "out.warc.gz", _set(max_depth=5))
        asked = Counter(path.partition("?")[0].rstrip("x") for path in server.asked)
    assert asked == {"/robots.txt": 1, "/": 1, "/loop": 1, "/loop2": 1, "/on/": 21, "/calendar": 5}
    assert report.pages == 29


def test_addresses_are_asked_for_as_they_stand(tmp_path: Path) -> None:
    odd = "/a|b/%7Ec/d;e=f?q=[x]&r=a+b%20c&q=^"
    with site({"/": page(odd)}) as server:
        crawl([server.url()], tmp_path / "out.warc.gz", FAST)
        assert odd in server.asked
    assert odd in captures(tmp_path / "out.warc.gz")


def _hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)
    handler.close_connection = True


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        handler.wfile.write(b"<p>more</p>" * 1000)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    handler.close_connection = True


def _garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n")
    handler.close_connection = True


def test_difficult_servers_are_counted_outcomes(tmp_path: Path) -> None:
    bomb = gzip.compress(gzip.compress(bytes(200 << 20)))
    routes = {
        "/": page("/hang", "/endless", "/cut", "/garbage", "/bomb", "/error", "/none"),
        "/hang": _hang,
        "/endless": _endless,
        "/cut": _cut,
        "/garbage": _garbage,
        "/bomb": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"}, bomb),
        "/error": (500, {}, b"broken"),
    }
    out = tmp_path / "out.warc.gz"
    with site(routes) as server:
        report = crawl([server.url()], out, _set(timeout_s=0.7, max_body_bytes=100_000))
    found = captures(out)
    assert {path: each.status for path, each in found.items()} == {
        "/robots.txt": 404, "/": 200, "/endless": 200, "/bomb": 200, "/error": 500, "/none": 404,
    }  # fmt: skip
    assert len(found["/endless"].body) == 100_000
    assert found["/endless"].note == "cut in the archive (length)"
    assert report.errors == {"broken answer (RemoteProtocolError)": 2, "timed out": 1}
    [counts] = report.hosts.values()
    assert (counts.pages, counts.not_ok, counts.errors) == (5, 2, 3)


def test_passing_errors_are_tried_again(tmp_path: Path) -> None:
    tries: Counter[str] = Counter()

    def sometimes(handler: BaseHTTPRequestHandler) -> None:
        tries[handler.path] += 1
        if tries[handler.path] == 1:
            handler.wfile.write(b"HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        elif tries[handler.path] == 2:
            handler.close_connection = True
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    def patient(handler: BaseHTTPRequestHandler) -> None:
        tries[handler.path] += 1
        handler.wfile.write(b"HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")

    with site({"/": page("/sometimes", "/patient"), "/sometimes": sometimes, "/patient": patient}) as server:
        crawl([server.url()], tmp_path / "out.warc.gz", _set(retries=2))
    assert tries == {"/sometimes": 3, "/patient": 1}
    found = captures(tmp_path / "out.warc.gz")
    assert (found["/sometimes"].status, found["/patient"].status) == (200, 429)


def test_crawling_through_a_proxy_twice_gives_the_same_captures(tmp_path: Path) -> None:
    for host in ("a.example", "b.example"):
        folder = tmp_path / "sites" / host
        folder.mkdir(parents=True)
        (folder / "index.html").write_bytes(page("/other.html", "http://b.example/", "http://c.example/")[2])
        (folder / "other.html").write_bytes(page("/")[2])
    kept = []
    seen: list[CrawlProgress] = []
    with serve(tmp_path / "sites") as proxy:
        for name in ("1", "2"):
            out = tmp_path / f"{name}.warc.gz"
            settings = _set(proxy=proxy, date="20240601120000")
            report = crawl(["http://a.example", "http://b.example/#top"], out, settings, seen.append)
            assert {host: counts.pages for host, counts in report.hosts.items()} == {"a.example": 2, "b.example": 2}
            kept.append(sorted((record.headers, record.block) for record in records(out)))
    assert kept[0] == kept[1]
    assert all("WARC-IP-Address" not in dict(headers) for headers, _ in kept[0])
    assert seen[0].pages <= 4


@pytest.mark.parametrize(
    ("seed", "name", "changed", "message"),
    [
        ("ftp://a.example/", "out.warc.gz", {}, "not an address to crawl"),
        ("a.example", "out.warc.gz", {}, "not an address to crawl"),
        ("http://a.example/", "out.warc", {}, "ends in .warc.gz"),
        ("http://a.example/", "there.warc.gz", {}, "exists already"),
        ("http://a.example/", "out.warc.gz", {"date": "2024-06-01"}, "expected 14 digits"),
        ("http://a.example/", "out.warc.gz", {"date": "20241301000000"}, "expected 14 digits"),
        ("http://a.example/", "out.warc.gz", {"proxy": "socks5://x"}, "expected http://host:port"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, seed: str, name: str, changed: dict[str, str], message: str) -> None:
    (tmp_path / "there.warc.gz").touch()
    with pytest.raises(InputError, match=message):
        crawl([seed], tmp_path / name, _set(**changed))
    with pytest.raises(InputError, match="nothing to crawl"):
        crawl([], tmp_path / "out.warc.gz")


def test_command(tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "out.warc.gz"
    command = [sys.executable, "-m", "webenv.cli", "crawl", "--delay", "0", "--out", str(out), "--json"]
    with site({"/": page("/a"), "/a": page()}) as server:
        made = subprocess.run([*command, server.url()], capture_output=True, text=True)
        again = subprocess.run([*command, server.url()], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["pages"] == 2
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
