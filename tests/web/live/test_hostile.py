"""Hostile servers: whatever they do is an answer in bounded time and memory, and the recording is kept."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sites import Route, moved, page, records, site, text
from tests.web.live.reading import FAST, frozen, reading
from webenv.types import Missing, Page
from webenv.web.live.web import NAME
from webenv.web.serve import serve

SMALL = msgspec.structs.replace(FAST, max_body_bytes=1 << 20, timeout_s=2, whole_s=4)
STRICT = msgspec.structs.replace(FAST, allow_private=False)


def _endless(handler: BaseHTTPRequestHandler) -> None:
    """10 GB, as fast as they are taken."""
    handler.send_response_only(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", str(10 << 30))
    handler.end_headers()
    with suppress(OSError):
        for _ in range((10 << 30) >> 16):
            handler.wfile.write(b"heron " * 10_923)


def _slowly(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for a minute: never silent for long."""
    handler.send_response_only(200)
    handler.send_header("Content-Length", "600")
    handler.end_headers()
    with suppress(OSError):
        for _ in range(600):
            handler.wfile.write(b"x")
            time.sleep(0.1)


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def _continues(handler: BaseHTTPRequestHandler) -> None:
    """Interim responses without end."""
    with suppress(OSError):
        for _ in range(600):
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)


def _long_head(handler: BaseHTTPRequestHandler) -> None:
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(50_000)))


def _garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n")
    handler.close_connection = True


def _short(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    handler.close_connection = True


def _many_fields(handler: BaseHTTPRequestHandler) -> None:
    """More header fields than a snapshot keeps."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2_000 + b"Content-Length: 2\r\n\r\nhi")


DEEP = b"<div>" * 20_000 + b"<p>bottom"


def hostile() -> dict[str, tuple[Route, str]]:
    """Routes, and why they cannot be read."""
    bomb = gzip.compress(b"\0" * (65 << 20))
    return {
        "/slowly": (_slowly, "timed-out"),
        "/silent": (_silent, "timed-out"),
        "/continues": (_continues, "timed-out"),
        "/long-head": (_long_head, "broken-answer"),
        "/garbage": (_garbage, "broken-answer"),
        "/short": (_short, "broken-answer"),
        "/many-fields": (_many_fields, "broken-answer"),
        "/bomb": ((200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, bomb), "broken-answer"),
        "/bombs": (
            (200, {"Content-Type": "a/b", "Content-Encoding": "gzip, gzip"}, gzip.compress(bomb)),
            "broken-answer",
        ),
    }


def test_what_hostile_servers_do_is_an_answer_and_is_recorded(tmp_path: Path) -> None:
    bad = hostile()
    routes: dict[str, Route] = {path: route for path, (route, _) in bad.items()}
    routes |= {"/": page(), "/endless": _endless, "/deep": (200, {"Content-Type": "text/html"}, DEEP)}
    with site(routes) as running, reading(tmp_path / "rec", settings=SMALL) as live:
        urls = [running.url(path) for path in routes]
        said = [live.fetch(url) for url in urls]
        assert (tmp_path / "rec" / NAME).stat().st_size < 1 << 20
    for path, found in zip(routes, said, strict=True):
        reason = found.reason if isinstance(found, Missing) else ""
        assert reason == bad.get(path, (None, ""))[1], path
    endless = said[list(routes).index("/endless")]
    assert isinstance(endless, Page)
    assert endless.note.startswith("cut in the archive (length)")
    web = frozen(tmp_path / "rec")  # none of it counts as broken
    assert [web.fetch(url) for url in urls] == said


def test_redirects_without_end(tmp_path: Path) -> None:
    numbers = count()
    with site({}, lambda path: moved(f"/{next(numbers)}") if path != "/robots.txt" else text("", 404)) as running:
        with reading(tmp_path / "rec") as live:
            said = live.fetch(running.url("/start"))
        assert isinstance(said, Missing)
        assert said.reason == "redirect-loop"
        assert len(running.asked) == 22  # robots.txt and 21 hops
    assert frozen(tmp_path / "rec").fetch(running.url("/start")) == said


def test_addresses_that_are_too_long(tmp_path: Path) -> None:
    """8,000 characters that make 72,000 when they are encoded."""
    long = "字" * 8_000
    with site({"/": moved("/x" * 4_000)}) as running, reading(tmp_path / "rec") as live:
        urls = [running.url("/" + long), running.url("/")]
        said = [live.fetch(url) for url in urls]
    assert isinstance(said[0], Missing)
    assert said[0].reason == "bad-url"
    assert isinstance(said[1], Page)
    web = frozen(tmp_path / "rec")
    assert [web.fetch(url) for url in urls] == said


def test_a_chain_of_slow_redirects_ends_in_time(tmp_path: Path) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        handler.send_response_only(302)
        handler.send_header("Location", handler.path + "x")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    settings = msgspec.structs.replace(FAST, visit_s=1.0)
    with site({f"/{'x' * n}": slow for n in range(30)}) as running:
        with reading(tmp_path / "rec", settings=settings) as live:
            said = live.fetch(running.url("/"))
        assert isinstance(said, Missing)
        assert said.reason == "timed-out"
        assert len(running.asked) < 8
    assert frozen(tmp_path / "rec").fetch(running.url("/")) == said


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_private_addresses_are_refused_however_they_are_written(tmp_path: Path, host: str) -> None:
    with site({"/": page()}) as running, reading(tmp_path / "rec", settings=STRICT) as live:
        url = running.url().replace("127.0.0.1", host)
        assert live.fetch(url) == Missing(url=_canonical(url), reason="private-address")
        assert running.asked == []


def _canonical(url: str) -> str:
    from webenv.web.address import canonical

    return canonical(url) or ""


def test_a_redirect_to_a_private_address_is_refused(tmp_path: Path) -> None:
    """Through a proxy, which stands for the public web."""
    sites = tmp_path / "sites" / "public.example"
    sites.mkdir(parents=True)
    with site({"/secret": text("the secret")}) as inside:
        (sites / "_redirects").write_text(f"/in {inside.url('/secret')}\n/meta http://169.254.169.254/latest\n")
        with serve(tmp_path / "sites") as proxy:
            settings = msgspec.structs.replace(STRICT, proxy=proxy)
            with reading(tmp_path / "rec", settings=settings) as live:
                said = [live.fetch(f"http://public.example/{path}") for path in ("in", "meta")]
        assert [each.reason for each in said if isinstance(each, Missing)] == ["private-address"] * 2
        assert inside.asked == []


def test_a_name_that_resolves_to_a_private_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with site({"/": page()}) as running, reading(tmp_path / "rec", settings=STRICT) as live:
        port = int(running.address.rpartition(":")[2])
        monkeypatch.setattr(socket, "getaddrinfo", _resolver(iter(["127.0.0.1"] * 9)))
        said = live.fetch(f"http://rebinds.example:{port}/")
        assert isinstance(said, Missing)
        assert said.reason == "private-address"
        assert running.asked == []


def test_a_connection_goes_to_the_address_that_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to another address each time: who asked a second time would reach nobody."""
    with site({"/": page(more="<p>hello</p>"), "/robots.txt": text("")}) as running, reading(tmp_path / "rec") as live:
        port = int(running.address.rpartition(":")[2])
        resolved = iter(["127.0.0.1", "127.0.0.1", "127.0.0.9"])
        monkeypatch.setattr(socket, "getaddrinfo", _resolver(resolved))
        assert isinstance(live.fetch(f"http://rebinds.example:{port}/"), Page)
        assert [headers["Host"] for headers in running.headers] == [f"rebinds.example:{port}"] * 2
        assert next(resolved) == "127.0.0.9"  # it was asked once for each request


def _resolver(answers: Any) -> Any:
    def getaddrinfo(name: object, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    return getaddrinfo


def test_a_page_that_kills_its_reader_is_read_again(tmp_path: Path) -> None:
    with site({"/1": page(more="one"), "/2": page(more="two")}) as running, reading(tmp_path / "rec") as live:
        first = live.fetch(running.url("/1"))
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        for child in children:
            if b"webenv.web.live.reader" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        second = live.fetch(running.url("/2"))
    web = frozen(tmp_path / "rec")
    assert [web.fetch(running.url(path)) for path in ("/1", "/2")] == [first, second]
    assert all(isinstance(each, Page) and not each.note for each in (first, second))


def test_a_torn_recording_is_cut_back_and_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "rec" / NAME
    with site({"/1": page(), "/2": page()}) as running:
        with reading(tmp_path / "rec") as live:
            first = live.fetch(running.url("/1"))
            whole = file.stat().st_size
            live.fetch(running.url("/2"))
        with file.open("r+b") as torn:
            torn.truncate(file.stat().st_size - 7)
        with reading(tmp_path / "rec") as live:
            assert file.stat().st_size == whole
            assert live.fetch(running.url("/1")) == first
            second = live.fetch(running.url("/2"))
        assert running.asked == ["/robots.txt", "/1", "/2", "/2"]
    assert records(file)
    web = frozen(tmp_path / "rec")
    assert [web.fetch(running.url(path)) for path in ("/1", "/2")] == [first, second]


def test_a_server_that_fails_is_tried_again(tmp_path: Path) -> None:
    answers = iter([(503, {"Retry-After": "0"}, b"later"), page(more="<p>now</p>")])
    settings = msgspec.structs.replace(FAST, retries=1)
    with (
        site({"/robots.txt": text("")}, lambda path: next(answers)) as running,
        reading(tmp_path / "rec", settings=settings) as live,
    ):
        said = live.fetch(running.url("/"))
    assert isinstance(said, Page)
    assert said.status == 200


def test_pauses_are_kept(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(FAST, delay_s=0.2)
    routes: dict[str, Route] = {"/robots.txt": text("User-agent: *\nCrawl-delay: 0.4\n"), "/1": page(), "/2": page()}
    with site(routes) as running, reading(tmp_path / "rec", settings=settings) as live:
        live.fetch(running.url("/1"))
        live.fetch(running.url("/2"))
        between = [later - earlier for earlier, later in zip(running.times, running.times[1:], strict=False)]
        assert len(between) == 2
        assert min(between) > 0.35
