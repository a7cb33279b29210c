"""Small WARC files for tests, written by warcio: an independent writer."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

AT = "2022-03-04T05:06:07Z"


def html(title: str, body: str, date: str = "") -> bytes:
    """A page as servers send it."""
    meta = f'<meta property="article:published_time" content="{date}">' if date else ""
    return f"<!doctype html><html><head><title>{title}</title>{meta}</head><body>{body}</body></html>".encode()


class Warc:
    """Writes captures into one WARC file."""

    def __init__(self, path: Path, gzip: bool = True) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=gzip)

    def page(self, url: str, title: str, body: str, *, date: str = "", status: str = "200 OK", at: str = AT) -> None:
        """An HTML page."""
        self.response(url, html(title, body, date), "text/html; charset=utf-8", status=status, at=at)

    def redirect(self, url: str, location: str, at: str = AT) -> None:
        """A 301."""
        self.response(url, b"", "text/html", status="301 Moved Permanently", headers=[("Location", location)], at=at)

    def response(
        self,
        url: str,
        body: bytes,
        mime: str,
        *,
        status: str = "200 OK",
        headers: list[tuple[str, str]] | None = None,
        at: str = AT,
    ) -> None:
        """Any response."""
        http = StatusAndHeaders(status, [("Content-Type", mime), *(headers or [])], protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict={"WARC-Date": at}
        )
        self._write(record)

    def request(self, url: str, method: str, answered_by: str) -> None:
        """The request behind a response, tied to it by its record id."""
        http = StatusAndHeaders(f"{method} / HTTP/1.1", [("Host", "x")], is_http_request=True)
        record = self._writer.create_warc_record(
            url, "request", http_headers=http, warc_headers_dict={"WARC-Date": AT, "WARC-Concurrent-To": answered_by}
        )
        self._write(record)

    def revisit(self, url: str, of: str, digest: str = "", at: str = "2022-06-01T00:00:00Z") -> None:
        """A revisit of an identical payload."""
        record = self._writer.create_revisit_record(url, digest or "sha1:" + "A" * 32, of, AT)
        if not digest:
            record.rec_headers.remove_header("WARC-Payload-Digest")
        record.rec_headers.replace_header("WARC-Date", at)
        self._write(record)

    def revisit_of_redirect(self, url: str, of: str, location: str) -> None:
        """A revisit with a head of its own: an empty body like that of another redirect, but another place."""
        http = StatusAndHeaders("301 Moved Permanently", [("Location", location)], protocol="HTTP/1.1")
        empty = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
        self._write(self._writer.create_revisit_record(url, empty, of, AT, http_headers=http))

    def raw(self, url: str, block: bytes) -> None:
        """A response record with exactly this block."""
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(block),
            warc_content_type="application/http;msgtype=response",
            warc_headers_dict={"WARC-Date": AT, "WARC-Payload-Digest": ""},
        )
        record.rec_headers.remove_header("WARC-Payload-Digest")
        self._write(record)

    def _write(self, record: ArcWarcRecord) -> None:
        self._writer.write_record(record)
        record.raw_stream.close()

    def close(self) -> None:
        """Close the file; twice is fine."""
        self._file.close()

    def __enter__(self) -> Warc:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def digest_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder that is part of the package."""
    from webenv.web.package import Folder

    package = Folder(folder)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in package.names()}
