"""Which URL comes next: breadth first, a batch at a time, so that timing has no say in what is captured.

A batch holds everything that is known at one depth. Where it leads is looked at when all of it is settled, in the
order of the batch; so the same site gives the same visits in the same order, whatever answers first.
"""

from __future__ import annotations

from collections import deque

from webenv.types import Record
from webenv.web.address import host
from webenv.web.crawl.leads import Leads
from webenv.web.crawl.records import CrawlSettings, Scope

MAX_REDIRECTS = 20
"""Redirects in a row that are followed (Fetch Standard, section 4.4)."""


class Visit(Record):
    """One URL to fetch, and how it was come by."""

    url: str
    depth: int = 0
    redirects: int = 0
    seed: str = ""
    """The seed, if this is one or what it redirects to."""
    requisite: bool = False


class Frontier:
    """The URLs that were found, each visited once."""

    def __init__(self, seeds: tuple[str, ...], settings: CrawlSettings) -> None:
        self._settings = settings
        self._roots = {_root(seed, settings.scope) for seed in seeds}
        self._seen = set(seeds)
        self._here = deque(Visit(url=seed, seed=seed) for seed in seeds)
        self._below: deque[Visit] = deque()
        self._requisites: list[Visit] = []
        self._batch: list[Visit] = []
        self._settled: dict[str, Leads] = {}
        self._depth = 0
        self._budget = settings.max_pages

    @property
    def queued(self) -> int:
        """Pages that are known, not settled, and within the budget."""
        flying = sum(visit.url not in self._settled for visit in self._batch if not visit.requisite)
        return min(flying + len(self._here) + len(self._below), self._budget)

    @property
    def exhausted(self) -> bool:
        """Whether every page that was found was visited."""
        return not self._here and not self._below

    def settle(self, visit: Visit, leads: Leads | None) -> None:
        """Say where a visit of the batch leads; None if it was forbidden, which costs nothing."""
        self._settled[visit.url] = leads or Leads()
        if leads is not None and not visit.requisite:
            self._budget -= 1

    def take(self) -> list[Visit]:
        """The next batch, once all of the last one is settled; empty at the end."""
        for visit in self._batch:
            self._follow(visit, self._settled[visit.url])
        self._settled = {}
        if not self._here:
            self._here, self._below = self._below, deque()
        self._batch = [self._here.popleft() for _ in range(min(self._budget, len(self._here)))]
        self._batch += self._requisites
        self._requisites = []
        return self._batch

    def _follow(self, visit: Visit, leads: Leads) -> None:
        if leads.redirect and visit.redirects < MAX_REDIRECTS:
            if visit.seed:  # http to https, or to www: what the seed stands for is there
                self._roots.add(_root(leads.redirect, self._settings.scope))
            if self._is_new(leads.redirect):
                hop = Visit(
                    url=leads.redirect,
                    depth=visit.depth,
                    redirects=visit.redirects + 1,
                    seed=visit.seed,
                    requisite=visit.requisite,
                )
                (self._requisites if visit.requisite else self._here).append(hop)
        if visit.depth < self._settings.max_depth:
            self._below.extend(Visit(url=url, depth=visit.depth + 1) for url in leads.pages if self._is_new(url))
        needed = [url for url in leads.requisites if self._is_new(url)]
        self._requisites.extend(Visit(url=url, depth=visit.depth, requisite=True) for url in needed)

    def _is_new(self, url: str) -> bool:
        """Whether a URL is in scope and was not found before; it is found now."""
        if url in self._seen or not self._in_scope(url):
            return False
        self._seen.add(url)
        return True

    def _in_scope(self, url: str) -> bool:
        if self._settings.scope == "host":
            return host(url) in self._roots
        bare = _bare(url)
        return any(bare.startswith(root) for root in self._roots)


def _root(seed: str, scope: Scope) -> str:
    """What is in scope because of a seed: a host, or host and folder."""
    return host(seed) if scope == "host" else _bare(seed).rpartition("/")[0] + "/"


def _bare(url: str) -> str:
    """Host and path: no scheme, no query."""
    return url.partition("://")[2].partition("?")[0]
