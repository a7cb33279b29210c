"""Scrapy's download handler: fetches with `webenv.web.wire.exchange`, since Scrapy's own handlers change heads."""

from __future__ import annotations

import httpx
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response as ScrapyResponse

from webenv.web.wire.exchange import exchange

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
        settings = self._settings
        made = await exchange(self._transport, request.meta["url"], settings, _WHOLE * settings.timeout_s)
        request.meta["exchange"] = made
        return ScrapyResponse(request.url, status=made.response.status)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()
