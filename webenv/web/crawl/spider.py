"""The Scrapy spider: takes batches from the frontier, records what comes back, and counts."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response as ScrapyResponse
from twisted.python.failure import Failure

from webenv.errors import CrawlError
from webenv.web.address import host
from webenv.web.archive.http import Response
from webenv.web.crawl.download import ExchangeHandler
from webenv.web.crawl.frontier import Frontier, Visit
from webenv.web.crawl.leads import leads_of
from webenv.web.crawl.politeness import RetryMiddleware, RobotsMiddleware
from webenv.web.crawl.records import CrawlProgress, CrawlReport, CrawlSettings, HostReport, Plan
from webenv.web.wire.failures import NETWORK_ERRORS, reason_of
from webenv.web.wire.recording import Recording

PROGRESS_S = 0.1
"""Seconds between two reports of progress."""
CONCURRENCY, CONCURRENCY_PER_HOST = 32, 8
"""Requests at once; a host that has a delay gets one at a time."""

OnProgress = Callable[[CrawlProgress], None]


async def run(plan: Plan, recording: Recording, on_progress: OnProgress) -> CrawlReport:
    """Crawl to the end and say what the recording holds now.

    Raises:
        CrawlError: the recording cannot be written.
    """
    runner = AsyncCrawlerRunner(_scrapy_settings(plan.settings))
    crawler = runner.create_crawler(ArchiveSpider)
    await runner.crawl(crawler, plan=plan, recording=recording, on_progress=on_progress)
    spider: ArchiveSpider = crawler.spider
    if spider.crash:
        raise CrawlError(f"{recording.path}: the crawl broke off: {spider.crash}") from spider.crash
    return spider.report()


def _scrapy_settings(settings: CrawlSettings) -> dict[str, object]:
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": ExchangeHandler, "https": ExchangeHandler},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {RobotsMiddleware: 100, RetryMiddleware: 200},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "CONCURRENT_ITEMS": 1,  # workers that Scrapy starts for what each callback yields: nothing here
        "CONCURRENT_REQUESTS": CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if settings.delay_s else CONCURRENCY_PER_HOST,
        "DOWNLOAD_DELAY": settings.delay_s,
        "DOWNLOAD_DELAY_JITTER": 0,
        "RETRY_TIMES": settings.retries,
    }


class ArchiveSpider(Spider):  # type: ignore[misc]
    """Visits what the frontier gives, and answers from the recording where it can."""

    name = "webenv"

    def __init__(self, plan: Plan, recording: Recording, on_progress: OnProgress) -> None:
        super().__init__()
        self.plan = plan
        self.recording = recording
        self.crash: BaseException | None = None
        self._frontier = Frontier(plan.seeds, plan.settings)
        self._on_progress = on_progress
        self._told = 0.0
        self._flying = 0
        self._landed = asyncio.Event()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._errors: Counter[str] = Counter()
        self._lost_seeds: dict[str, str] = {}

    async def start(self) -> AsyncIterator[Request]:
        """All requests, batch by batch. Called by Scrapy."""
        while batch := self._frontier.take():
            for visit in batch:
                if visit.url in self.recording:
                    self._settle(visit, self.recording.response(visit.url))
                else:
                    yield self._request(visit)
            while self._flying:
                self._landed.clear()
                await self._landed.wait()
                if self.crash:
                    raise CloseSpider("crash")

    def _request(self, visit: Visit) -> Request:
        self._flying += 1
        return Request(
            visit.url,
            callback=self._answered,
            errback=self._failed,
            meta={"url": visit.url, "visit": visit, "download_slot": host(visit.url)},
            dont_filter=True,
        )

    def _answered(self, answer: ScrapyResponse) -> None:
        exchange = answer.meta["exchange"]
        try:
            self.recording.append(exchange)
            self._settle(answer.meta["visit"], exchange.response)
        except Exception as error:
            self.crash = error
        self._land()

    def _failed(self, failure: Failure) -> None:
        error, visit = failure.value, failure.request.meta["visit"]
        forbidden = isinstance(error, IgnoreRequest)
        if isinstance(error, (CrawlError, OSError)) and not isinstance(error, NETWORK_ERRORS):
            self.crash = error  # robots.txt could not be recorded
        reason = str(error) if forbidden else reason_of(error)
        if not forbidden:
            self._errors[reason] += 1
        if visit.seed:
            self._lost_seeds[visit.seed] = reason
        self._count(visit, "disallowed" if forbidden else "errors")
        self._frontier.settle(visit, None if forbidden else leads_of(Response(status=0), visit.url))
        self._land()

    def _land(self) -> None:
        self._flying -= 1
        self._landed.set()

    def _settle(self, visit: Visit, response: Response) -> None:
        """Count a response and follow where it leads."""
        self._count(visit, "requisites" if visit.requisite else "pages")
        self._count(visit, "bytes", len(response.body))
        if not visit.requisite:
            self._count(visit, "redirects", 300 <= response.status < 400)
            self._count(visit, "not_ok", response.status >= 400)
        leads = leads_of(response, visit.url)
        self._frontier.settle(visit, leads._replace(pages=(), requisites=()) if visit.requisite else leads)

    def _count(self, visit: Visit, what: str, number: int = 1) -> None:
        self._counts[host(visit.url), what] += number
        self._tell()

    def _total(self, what: str) -> int:
        return sum(number for (_, name), number in self._counts.items() if name == what)

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= PROGRESS_S:
            self._told = now
            pages, errors, size = self._total("pages"), self._total("errors"), self.recording.size
            self._on_progress(CrawlProgress(pages=pages, queued=self._frontier.queued, errors=errors, bytes=size))

    def report(self) -> CrawlReport:
        """What was recorded, and what was not."""
        names = sorted({name for name, _ in self._counts})
        fields = HostReport.__struct_fields__
        return CrawlReport(
            pages=self._total("pages"),
            bytes=self.recording.size,
            hosts={name: HostReport(**{field: self._counts[name, field] for field in fields}) for name in names},
            errors=dict(sorted(self._errors.items())),
            lost_seeds=dict(sorted(self._lost_seeds.items())),
            complete=self._frontier.exhausted,
        )
