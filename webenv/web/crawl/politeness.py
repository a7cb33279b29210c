"""Robots.txt (RFC 9309) and retries, as Scrapy downloader middlewares.

Scrapy's own robots.txt middleware lets a crawl through when robots.txt cannot be had and does not apply Crawl-delay.
"""

from __future__ import annotations

import asyncio
import math
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx
from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response as ScrapyResponse

from webenv.web.address import canonical, host
from webenv.web.archive.http import Response, decode_body
from webenv.web.archive.records import Fault

ROBOTS_NAME = "webenv"
"""The product token that robots.txt files can name (RFC 9309, section 2.2.1)."""
MAX_ROBOTS_BYTES = 500 << 10
"""RFC 9309, section 2.5."""
MAX_ROBOTS_REDIRECTS = 5
"""RFC 9309, section 2.3.1.2."""
MAX_CRAWL_DELAY_S = 300
"""A host that asks for a longer Crawl-delay is taken to refuse crawling (our choice)."""
MAX_RETRY_AFTER_S = 120
"""A host that asks for a longer Retry-After is not tried again (our choice)."""
RETRIED = frozenset({429, 500, 502, 503, 504})
NETWORK_ERRORS = (httpx.TransportError, TimeoutError)


class Rules(NamedTuple):
    """What one robots.txt says: rules, or one word for everything."""

    parsed: Protego | None = None
    refusal: str = ""
    """Why nothing may be fetched; empty if the rules decide, or everything may."""


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
        rules = await self._rules[origin]
        if rules.refusal:
            raise IgnoreRequest(rules.refusal)
        if rules.parsed and not rules.parsed.can_fetch(url, ROBOTS_NAME):
            raise IgnoreRequest("disallowed by robots.txt")

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
        if response.status >= 500 or response.status == 429:
            return Rules(refusal=f"robots.txt cannot be had: status {response.status}")
        if response.status >= 400:
            return Rules()
        try:
            text = decode_body(response).body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
        except Fault as fault:
            return Rules(refusal=f"robots.txt cannot be read: {fault.detail}")
        rules = Protego.parse(text)
        delay = rules.crawl_delay(ROBOTS_NAME) or 0.0
        if not 0 <= delay <= MAX_CRAWL_DELAY_S:
            return Rules(refusal=f"robots.txt asks for {delay:g} s between requests, more than {MAX_CRAWL_DELAY_S} s")
        self._slow_down(host(origin + "/"), delay)
        return Rules(parsed=rules)

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
        wait = _retry_after(request.meta["exchange"].response.get("Retry-After"))
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


def _retry_after(header: str) -> float:
    """Seconds to wait, from a number or a date; 0 if there is none."""
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time()) if header else 0.0
    except (ValueError, OverflowError):
        return math.inf


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in a few words that many errors share."""
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return "timed out"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.ProxyError):
        return "refused by the proxy"
    return f"broken answer ({type(error).__name__})"
