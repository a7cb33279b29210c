"""A folder of sites as a server on this machine: many hosts, offline, the same bytes every time.

    FOLDER/<host>/<path>       what http://<host>/<path> answers; `index.html` for a folder
    FOLDER/<host>/_redirects   lines `FROM TO STATUS` for paths that are no file (Netlify's convention)
    FOLDER/index.html          if it is there, FOLDER is one site, and every host shows it

The host is taken from the absolute address that a client sends to its HTTP proxy, else from the `Host` header
(RFC 9112, section 3.2), so the server's own address serves as `--proxy` for crawlers and browsers. Answers have no
`Date`, `Server` or `Last-Modified`: nothing in them depends on the day or on how the files were checked out.
"""

from __future__ import annotations

import mimetypes
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit

from webenv.errors import InputError, NotFound

IDLE_S = 30
"""Seconds after which a silent connection is closed (our choice)."""
_HOST = re.compile(r"(?!\.)[a-z0-9._-]{1,255}")
_TYPES = mimetypes.MimeTypes()
"""Python's own table: what the machine has in /etc/mime.types plays no part."""


class Answer(NamedTuple):
    """What is sent for one request: a file, or a short text."""

    status: HTTPStatus
    headers: dict[str, str]
    file: Path | None = None


@contextmanager
def serve(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve `folder` on 127.0.0.1 while the block runs; gives the address, `http://127.0.0.1:PORT`.

    Port 0 takes any free one.

    Raises:
        NotFound: `folder` is not there.
        InputError: it holds no site, or the port is taken.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder}: no such folder")
    if not (folder / "index.html").exists() and not hosts(folder):
        raise InputError(f"{folder}: holds no site; expected a folder named after a host, or an index.html")
    try:
        server = _Server(folder, port)
    except OSError as error:
        raise InputError(f"port {port} of 127.0.0.1: {error.strerror}; choose another --port") from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hosts(folder: Path) -> list[str]:
    """The hosts that a folder of sites has, sorted."""
    return sorted(site.name for site in folder.iterdir() if site.is_dir() and _HOST.fullmatch(site.name))


def answer(folder: Path, host: str, path: str) -> Answer:
    """What `folder` answers to GET of `path` (percent-encoded, query removed) on `host`."""
    site = _site(folder, host)
    if site is None:
        return Answer(HTTPStatus.BAD_GATEWAY, {})
    file = _inside(site, unquote(path, errors="surrogateescape"))
    if file and file.is_dir():
        if not path.endswith("/"):
            return Answer(HTTPStatus.MOVED_PERMANENTLY, {"Location": path + "/"})
        file = _inside(site, f"{file.relative_to(site)}/index.html")
    elif path.endswith("/"):
        file = None
    if file and file.is_file() and file.name != "_redirects":
        return Answer(HTTPStatus.OK, {"Content-Type": _content_type(file)}, file)
    return _redirect(site / "_redirects", path) or Answer(HTTPStatus.NOT_FOUND, {})


def _site(folder: Path, host: str) -> Path | None:
    """The folder of a host. It may be a link to elsewhere, since whoever named it chose that."""
    if (folder / "index.html").exists():
        return folder.resolve()
    site = folder / host
    return site.resolve() if _HOST.fullmatch(host) and site.is_dir() else None


def _inside(site: Path, path: str) -> Path | None:
    """The file or folder at a path of a site, unless it is not there or leads out of the site."""
    try:
        file = (site / path.lstrip("/")).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # not there, a null byte, links in a circle
        return None
    return file if file.is_relative_to(site) else None


def _content_type(file: Path) -> str:
    kind, coding = _TYPES.guess_type(file.name)
    return kind if kind and not coding else "application/octet-stream"


def _redirect(rules: Path, path: str) -> Answer | None:
    if not rules.is_file():
        return None
    for line in rules.read_text("utf-8").splitlines():
        parts = line.split("#")[0].split()
        if len(parts) in (2, 3) and parts[0] == path:
            status = HTTPStatus(int(parts[2])) if len(parts) == 3 else HTTPStatus.MOVED_PERMANENTLY
            return Answer(status, {"Location": parts[1]})
    return None


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: _Server
    wfile: BinaryIO  # type: ignore[assignment]

    def do_GET(self) -> None:
        through_proxy = self.path.startswith("http://")
        try:
            url = urlsplit(self.path if through_proxy else f"http://{self.headers.get('Host', '')}{self.path}")
        except ValueError:
            return self._send(Answer(HTTPStatus.BAD_REQUEST, {}))
        return self._send(answer(self.server.folder, url.hostname or "", url.path or "/"))

    do_HEAD = do_GET

    def _send(self, answer: Answer) -> None:
        text = b"" if answer.file else f"{answer.status.value} {answer.status.phrase}\n".encode()
        length = answer.file.stat().st_size if answer.file else len(text)
        self.send_response_only(answer.status)
        for name, value in {"Content-Type": "text/plain", **answer.headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.file is None:
            self.wfile.write(text)
            return
        with answer.file.open("rb") as file:
            shutil.copyfileobj(file, self.wfile)

    def send_response(self, code: int, message: str | None = None) -> None:
        """The status line alone: the base class would add the day and its version to errors."""
        self.send_response_only(code, message)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
