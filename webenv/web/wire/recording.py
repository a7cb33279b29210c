"""The WARC file while it grows: pairs of request and response, and resources, each record one gzip member.

Records are on their way to the disk at once. After a kill, the file is cut back to the last response that reads whole,
and answers for what it already holds.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from webenv.errors import CrawlError
from webenv.web.archive.http import Response, parse_response
from webenv.web.archive.records import BadRecord, Fault, Place, RawRecord, field, parse_fields
from webenv.web.archive.scan import read_record, scan
from webenv.web.archive.write import gzip_member, iso_date
from webenv.web.publish import sync
from webenv.web.wire.records import Exchange

Fields = list[tuple[str, str]]


class Recording:
    """A WARC 1.1 file that is appended to, and known by URL."""

    def __init__(self, path: Path, about: Fields, timestamp: str) -> None:
        """Open a recording, or begin it with a warcinfo record that holds `about`.

        Raises:
            CrawlError: the file is a recording of something else, as `seeds`, `scope` or `date` tell.
        """
        self.path = path
        self._places: dict[str, Place] = {}
        self._pair = -1
        self.begun = timestamp
        """When the recording was begun, 14 digits."""
        whole = self._read(about) if path.exists() else 0
        self._file = path.open("ab", buffering=0)
        self._cut(whole)
        if not whole:
            self._write("warcinfo", "", timestamp, _lines(about), "application/warc-fields", [])

    @property
    def size(self) -> int:
        """Bytes."""
        return self._file.tell()

    def __contains__(self, url: str) -> bool:
        return url in self._places

    def response(self, url: str) -> Response:
        """The recorded response to a URL."""
        record = read_record(self._places[url])
        if isinstance(record, BadRecord):
            raise CrawlError(f"{self.path} offset {record.offset}: {record.kind}; something else changed this file")
        return parse_response(record)

    def place(self, url: str) -> Place:
        """Where the recorded response to a URL lies."""
        return self._places[url]

    def append(self, exchange: Exchange) -> None:
        """Record an exchange: the request, then the response it is tied to."""
        self._pair = self.size
        response = exchange.response
        head = f"HTTP/1.1 {response.status} {response.reason}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in response.headers)
        block = head.encode("latin-1") + b"\r\n" + response.body
        fields = [("WARC-IP-Address", exchange.address), ("WARC-Truncated", "length" if exchange.truncated else "")]
        if not exchange.truncated:
            fields.append(("WARC-Payload-Digest", _digest(response.body)))
        identity = _identity("response", exchange.url, exchange.timestamp, block)
        about = (exchange.url, exchange.timestamp)
        self._write(
            "request",
            *about,
            exchange.request,
            "application/http;msgtype=request",
            [("WARC-Concurrent-To", identity)],
        )
        self._record("response", *about, block, "application/http;msgtype=response", fields)

    def add(self, uri: str, timestamp: str, body: bytes, content_type: str) -> None:
        """Record a resource that came over no wire."""
        self._record("resource", uri, timestamp, body, content_type, [("WARC-Payload-Digest", _digest(body))])

    def retract(self, url: str) -> None:
        """Take back an exchange; one that was not recorded just now stays in the file, and is forgotten."""
        place = self._places.pop(url)
        if 0 <= self._pair < place.offset and place.offset + place.length == self.size:
            self._cut(self._pair)

    def _cut(self, end: int) -> None:
        self._file.truncate(end)
        self._file.seek(end)

    def close(self) -> None:
        """Close the file with everything on disk."""
        os.fsync(self._file.fileno())
        self._file.close()
        sync(self.path.parent)

    def _read(self, about: Fields) -> int:
        """Learn what the file holds; how many of its bytes can be kept."""
        whole = 0
        for record in scan(self.path):
            if isinstance(record, BadRecord):
                break
            if record.type == "warcinfo":
                self._check(record, about)
                self.begun = "".join(filter(str.isdigit, record.get("WARC-Date")))
            elif record.type in ("response", "resource"):
                try:
                    parse_response(record)
                except Fault:
                    break
                self._places[record.get("WARC-Target-URI")] = record.place
            else:
                continue  # a request counts when its response is there too
            whole = record.place.offset + record.place.length
        return whole

    def _check(self, record: RawRecord, about: Fields) -> None:
        recorded = parse_fields(record.block.strip())
        for name in ("seeds", "scope", "date"):
            was, now = field(recorded, name), field(tuple(about), name)
            if was != now:
                raise CrawlError(
                    f"{self.path} holds an unfinished crawl with {name} {was!r}, not {now!r}; "
                    f"finish that one, choose another --out, or remove {self.path.parent}"
                )

    def _record(self, kind: str, url: str, timestamp: str, block: bytes, content_type: str, more: Fields) -> None:
        """Write a record that answers for a URL from now on."""
        start = self.size
        self._write(kind, url, timestamp, block, content_type, more)
        length = self.size - start
        self._places[url] = Place(
            file=str(self.path), member="", offset=start, length=length, gzipped=True, dialect="warc"
        )

    def _write(self, kind: str, url: str, timestamp: str, block: bytes, content_type: str, more: Fields) -> None:
        fields = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", _identity(kind, url, timestamp, block)),
            ("WARC-Date", iso_date(timestamp)),
            ("WARC-Target-URI", url),
            *more,
            ("WARC-Block-Digest", _digest(block)),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
        member = gzip_member(b"WARC/1.1\r\n" + _lines(fields) + b"\r\n" + block + b"\r\n\r\n")
        start = self.size
        if self._file.write(member) != len(member):
            self._cut(start)
            raise CrawlError(f"{self.path}: a record could not be written whole; is the disk full?")


def _lines(fields: Fields) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value).encode()


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _identity(kind: str, url: str, timestamp: str, block: bytes) -> str:
    """A record id that the same content always has (UUID version 5, RFC 9562 section 5.5)."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {url} {timestamp} {_digest(block)}')}>"
