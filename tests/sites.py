"""Servers on 127.0.0.1 for crawls: pages by path, and every way in which a server can be difficult."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from webenv.web.archive.http import Response, parse_response
from webenv.web.archive.records import RawRecord
from webenv.web.archive.scan import scan

Answer = tuple[int, dict[str, str], bytes]
Route = Answer | Callable[[BaseHTTPRequestHandler], None]


def page(*links: str, more: str = "") -> Answer:
    """An HTML page with links."""
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return 200, {"Content-Type": "text/html"}, f"<!doctype html><title>A page</title>{more}{anchors}".encode()


def text(body: str, status: int = 200) -> Answer:
    """Plain text, such as a robots.txt."""
    return status, {"Content-Type": "text/plain"}, body.encode()


def moved(location: str) -> Answer:
    """A redirect."""
    return 302, {"Location": location}, b""


class Site:
    """A running server: its address, what it answers, and what it was asked."""

    def __init__(self, routes: dict[str, Route], otherwise: Callable[[str], Answer] | None) -> None:
        self.routes = routes
        self.otherwise = otherwise or (lambda path: text("nothing here", 404))
        self.asked: list[str] = []
        self.times: list[float] = []
        self.headers: list[dict[str, str]] = []
        self.address = ""

    def url(self, path: str = "/") -> str:
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.times.append(time.monotonic())
        self.site.asked.append(self.path)
        self.site.headers.append(dict(self.headers))
        route = self.site.routes.get(self.path) or self.site.otherwise(self.path)
        if callable(route):
            return route(self)
        status, headers, body = route
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def site(routes: dict[str, Route], otherwise: Callable[[str], Answer] | None = None) -> Iterator[Site]:
    """Serve pages by path while the block runs; `otherwise` answers every other path (default: 404)."""
    running = Site(routes, otherwise)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": running}))
    running.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def records(path: Path) -> list[RawRecord]:
    """Every record of a WARC file; all must be sound."""
    found = list(scan(path))
    sound = [record for record in found if isinstance(record, RawRecord)]
    assert len(sound) == len(found), found
    return sound


def captures(path: Path) -> dict[str, Response]:
    """The responses of a WARC file by path and query; each URL must be there once."""
    found = [
        ("/" + record.get("WARC-Target-URI").split("/", 3)[3], parse_response(record))
        for record in records(path)
        if record.type == "response"
    ]
    by_path = dict(found)
    assert len(by_path) == len(found), sorted(name for name, _ in found)
    return by_path
