"""Robots.txt (RFC 9309) and retries, as Scrapy downloader middlewares.

Scrapy's own robots.txt middleware lets a crawl through when robots.txt cannot be had and does not apply Crawl-delay.
"""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response as ScrapyResponse

from webenv.web.address import canonical, host
from webenv.web.archive.http import Response
from webenv.web.wire.failures import NETWORK_ERRORS, RETRIED, reason_of, retry_after
from webenv.web.wire.robots import MAX_ROBOTS_REDIRECTS, Rules, rules_of

MAX_RETRY_AFTER_S = 120
"""A host that asks for a longer Retry-After is not tried again (our choice)."""


class RobotsMiddleware:
    """Lets a request through if the robots.txt of its origin allows it; each is fetched once, and recorded."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises `IgnoreRequest` with the reason if the URL is forbidden."""
        if request.meta.get("robots"):
            return
        url = request.meta["url"]
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._learn(origin))
        refusal = (await self._rules[origin]).against(url)
        if refusal:
            raise IgnoreRequest(refusal)

    async def _learn(self, origin: str) -> Rules:
        url = f"{origin}/robots.txt"
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            try:
                response = await self._response(url)
            except NETWORK_ERRORS as error:
                return Rules(refusal=f"robots.txt cannot be had: {reason_of(error)}")
            if not 300 <= response.status < 400:
                return self._judge(response, origin)
            url = canonical(response.get("Location"), url) or ""
            if not url:
                break
        return Rules()  # too many redirects: as if there were none

    async def _response(self, url: str) -> Response:
        """The robots.txt as recorded, or fetched and recorded."""
        recording = self._crawler.spider.recording
        if url not in recording:
            meta = {"url": url, "robots": True, "download_slot": host(url)}
            request = Request(url, meta=meta, dont_filter=True)
            answer = await self._crawler.engine.download_async(request)
            recording.append(answer.request.meta["exchange"])
        response: Response = recording.response(url)
        return response

    def _judge(self, response: Response, origin: str) -> Rules:
        rules = rules_of(response)
        self._slow_down(host(origin + "/"), rules.delay_s)
        return rules

    def _slow_down(self, slot: str, delay: float) -> None:
        """Apply a Crawl-delay to a host, if it is longer than ours."""
        downloader = self._crawler.engine.downloader
        if delay <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        downloader.per_slot_settings[slot] = {"delay": delay, "concurrency": 1}
        if slot in downloader.slots:
            downloader.slots[slot].delay, downloader.slots[slot].concurrency = delay, 1


class RetryMiddleware:
    """Tries again after network errors and passing server errors, not before Retry-After (RFC 9110, 10.2.3)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: ScrapyResponse) -> ScrapyResponse | Request:
        """The response, or the request again."""
        if response.status not in RETRIED:
            return response
        wait = retry_after(request.meta["exchange"].response.get("Retry-After"))
        if wait > MAX_RETRY_AFTER_S:
            return response
        again = self._again(request, str(response.status))
        if again:
            await asyncio.sleep(wait)
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again, if the error may pass."""
        return self._again(request, reason_of(exception)) if isinstance(exception, NETWORK_ERRORS) else None

    def _again(self, request: Request, reason: str) -> Request | None:
        return get_retry_request(request, spider=self._crawler.spider, reason=reason)
