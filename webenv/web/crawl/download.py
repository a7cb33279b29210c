"""One HTTP exchange, recorded as it went over the wire.

Scrapy's own handlers change the case of header names and drop the reason phrase, and some drop headers. This one keeps
the head as it came and the body in its content coding; the transfer coding alone is undone (httpx's transport does
that), so that every reading of "payload" gives the same digest.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import httpx
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response as ScrapyResponse

from webenv.web.address import host
from webenv.web.archive.http import Response
from webenv.web.crawl.recording import Exchange

_WHOLE = 10
"""A whole response may take this many times as long as one silence (our choice)."""


class ExchangeHandler(BaseDownloadHandler):  # type: ignore[misc]
    """Fetches `request.meta["url"]` and puts an `Exchange` into `request.meta["exchange"]`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._settings = crawler.spider.plan.settings
        proxy = self._settings.proxy or None
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._transport = httpx.AsyncHTTPTransport(proxy=proxy, limits=limits)

    async def download_request(self, request: Request) -> ScrapyResponse:
        """The response; raises `httpx.TransportError` or `TimeoutError` if there is none."""
        timestamp = self._settings.date or time.strftime("%Y%m%d%H%M%S", time.gmtime())
        async with asyncio.timeout(_WHOLE * self._settings.timeout_s):
            exchange = await self._exchange(request.meta["url"], timestamp)
        request.meta["exchange"] = exchange
        return ScrapyResponse(request.url, status=exchange.response.status)

    async def _exchange(self, url: str, timestamp: str) -> Exchange:
        sent = self._request(url)
        received = await self._transport.handle_async_request(sent)
        async with aclosing(received):
            body, truncated = await self._body(received)
        response = Response(
            status=received.status_code,
            reason=received.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=tuple(_text(name, value) for name, value in received.headers.raw if not _is_transfer(name)),
            body=body,
        )
        head = f"GET {_path(url)} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in (_text(*field) for field in sent.headers.raw))
        return Exchange(
            url=url,
            timestamp=timestamp,
            request=head.encode("latin-1") + b"\r\n",
            response=response,
            address="" if self._settings.proxy else _address(received),
            truncated=truncated,
        )

    def _request(self, url: str) -> httpx.Request:
        headers = {
            "Host": host(url),
            "User-Agent": self._settings.user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": "gzip, deflate, br",
        }
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._settings.timeout_s)
        extensions: dict[str, object] = {"timeout": timeouts}
        if not self._settings.proxy:
            extensions["target"] = _path(url).encode()  # the URL as it stands; httpx would encode it anew
        elif url.startswith("http:"):
            extensions["target"] = url.encode()
        return httpx.Request("GET", url, headers=headers, extensions=extensions)

    async def _body(self, received: httpx.Response) -> tuple[bytes, bool]:
        """The body, content coding kept, and whether it was cut."""
        assert isinstance(received.stream, httpx.AsyncByteStream)
        body, most = bytearray(), self._settings.max_body_bytes
        async for chunk in received.stream:
            body += chunk
            if len(body) > most:
                return bytes(body[:most]), True
        return bytes(body), False

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _text(name: bytes, value: bytes) -> tuple[str, str]:
    return name.decode("latin-1"), value.decode("latin-1")


def _is_transfer(name: bytes) -> bool:
    return name.lower() == b"transfer-encoding"


def _address(received: httpx.Response) -> str:
    stream = received.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream else None
    return str(peer[0]) if peer else ""
