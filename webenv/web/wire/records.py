"""What one exchange is, and what is told to whoever makes one."""

from __future__ import annotations

import re
import time
from datetime import datetime

from webenv.errors import InputError
from webenv.types import Record
from webenv.web.archive.http import Response

USER_AGENT = "webenv/0.1 (web archiving; obeys robots.txt as webenv)"
_PROXY = re.compile(r"https?://[^/\s]+/?")


class WireSettings(Record):
    """What every fetching from servers may be told. The defaults are our choice."""

    delay_s: float = 1.0
    """Seconds between two requests to one host; a longer Crawl-delay in robots.txt wins."""
    proxy: str = ""
    """Address of an HTTP proxy; empty for none. The environment is not asked."""
    date: str = ""
    """14 digits to write as the date of every record; empty for the clock. An unchanged site then gives the same
    captures on every day: meant for fixtures."""
    user_agent: str = USER_AGENT
    timeout_s: float = 30.0
    """Seconds without a byte after which a server is given up."""
    max_body_bytes: int = 16 << 20
    """A longer body is cut there, and its record says so (`WARC-Truncated: length`)."""
    retries: int = 2
    """Further tries after a network error, 429, 500, 502, 503 or 504; only the last answer is recorded."""

    def check(self) -> None:
        """Raise InputError if the date or the proxy cannot be used."""
        if self.date and not _is_timestamp(self.date):
            raise InputError(f"date {self.date!r}: expected 14 digits, such as 20240601000000")
        if self.proxy and not _PROXY.fullmatch(self.proxy):
            raise InputError(f"proxy {self.proxy!r}: expected http://host:port")

    def now(self) -> str:
        """The date of a record that is made now, 14 digits."""
        return self.date or time.strftime("%Y%m%d%H%M%S", time.gmtime())


class Exchange(Record):
    """One request and its response."""

    url: str
    timestamp: str
    """When the request was sent, 14 digits."""
    request: bytes
    """The request head, as the server of the URL would get it."""
    response: Response
    address: str = ""
    """IP address of the server; empty behind a proxy."""
    truncated: bool = False
    """The body was cut because it is too long."""


def _is_timestamp(text: str) -> bool:
    try:
        return bool(re.fullmatch("[0-9]{14}", text) and datetime.strptime(text, "%Y%m%d%H%M%S"))
    except ValueError:
        return False
