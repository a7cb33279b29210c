"""`crawl`: checks what it is given, and runs the crawl in a process of its own.

A process of its own, because a page that crashes a parser must not take the caller with it, and because Scrapy wants
an event loop for itself. It ends when the caller does, however that ends: it watches its standard input.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from webenv.errors import CrawlError, InputError
from webenv.web.address import canonical
from webenv.web.crawl.records import CrawlFailure, CrawlProgress, CrawlReport, CrawlSettings, Plan

_EVENTS = msgspec.json.Decoder(CrawlProgress | CrawlReport | CrawlFailure)
_WORKER = (sys.executable, "-P", "-m", "webenv.web.crawl.worker")  # -P: nothing is imported from the current folder


def crawl(
    seeds: list[str],
    out: Path,
    settings: CrawlSettings | None = None,
    on_progress: Callable[[CrawlProgress], None] = lambda now: None,
) -> CrawlReport:
    """Crawl from `seeds`, breadth first, and record everything in `out`, a `.warc.gz` file (WARC 1.1).

    `out` appears when the crawl is complete. Until then the recording lies in the folder `OUT.crawl`; a crawl that was
    interrupted or killed is continued by the same call, and fetches nothing twice but what it was just fetching.
    Which pages are captured depends on the sites and the settings, not on timing.

    Raises:
        InputError: a seed, a setting or `out` cannot be used.
        CrawlError: nothing was captured, another crawl of `out` runs, or this one was cut off.
    """
    plan = _plan(seeds, out, settings or CrawlSettings())
    process = subprocess.Popen(_WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
    assert process.stdin
    assert process.stdout
    with process:
        try:
            with suppress(BrokenPipeError):  # it died at once; then it has nothing to say either
                process.stdin.write(msgspec.json.encode(plan) + b"\n")
                process.stdin.flush()
            report = _follow(process.stdout, on_progress)
        finally:
            process.kill()
    if report is None:
        raise CrawlError(f"the crawl of {out} was cut off; run it again to go on from what is recorded")
    return report


def _follow(events: Iterable[bytes], on_progress: Callable[[CrawlProgress], None]) -> CrawlReport | None:
    """Pass progress on until the worker reports; None if it ends without a word."""
    for line in events:
        event = _EVENTS.decode(line)
        if isinstance(event, CrawlReport):
            return event
        if isinstance(event, CrawlFailure):
            raise CrawlError(event.message)
        on_progress(event)
    return None


def _plan(seeds: list[str], out: Path, settings: CrawlSettings) -> Plan:
    urls = [canonical(seed) for seed in seeds]
    for given, url in zip(seeds, urls, strict=True):
        if url is None:
            raise InputError(f"{given}: not an address to crawl; expected http://host/path or https://host/path")
    if not urls:
        raise InputError("nothing to crawl; name at least one http(s):// address")
    if not out.name.endswith(".warc.gz"):
        raise InputError(f"{out}: the name of a recording ends in .warc.gz")
    if out.exists():
        raise InputError(f"{out}: exists already; choose another --out, or remove it")
    settings.check()
    seeds = list(dict.fromkeys(url for url in urls if url))
    return Plan(seeds=tuple(seeds), out=str(out.absolute()), settings=settings)
