"""What a site looks like from afar: its front pages, what its pages call themselves, and which links are navigation.

*Navigation* are links that stand on at least half of a host's pages. Of a large snapshot a bounded number of pages is
looked at, evenly spread, so that what is said here is true of those.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from urllib.parse import urlsplit

from webenv.errors import InputError
from webenv.types import Missing, Page
from webenv.web.snapshot import Snapshot

MAX_PAGES = 20_000
"""Pages that are looked at (our choice)."""
_NAVIGATION_SHARE, _SUFFIX_SHARE = 0.5, 0.5
"""Share of a host's pages with a link, or an end of a title, from which it belongs to the site (our choice)."""
_ROOTS_PER_HOST = 3
"""Front pages of one host that walks begin at (our choice)."""
_PAGES_KEPT = 512
"""Pages that are not fetched again (our choice)."""
_FRONT = re.compile(r"(?:.*/)?(?:index\.\w+|default\.\w+|main_page)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s+[|—–·»:-]+\s+")


class Survey:
    """What was seen of a snapshot."""

    def __init__(self, web: Snapshot) -> None:
        self.web = web
        self.page = lru_cache(_PAGES_KEPT)(self._fetch)
        readable = [each.url for each in web.captures() if each.status == 200 and each.mime in _READ]
        self._inside = frozenset(readable)
        self._by_host: dict[str, list[str]] = defaultdict(list)
        self._linked: dict[str, Counter[str]] = defaultdict(Counter)
        """By host: how many of its pages link to an address."""
        self._titles: dict[str, str] = {}
        self._suffixes: dict[str, Counter[str]] = defaultdict(Counter)
        for place in range(min(len(readable), MAX_PAGES)):
            self._look_at(readable[place * len(readable) // min(len(readable), MAX_PAGES)])
        self._names = self._name_all()

    def _look_at(self, url: str) -> None:
        page = self.web.store.page(url)
        if page is None:
            return
        host, title = host_of(url), " ".join(page.title.split())
        self._by_host[host].append(url)
        self._titles[url] = title
        if len(parts := _SEPARATORS.split(title)) > 1:
            self._suffixes[host][parts[-1]] += 1
        targets = {link.url for link in page.text_and_links()[1]} & self._inside
        self._linked[host].update(targets)

    def _name_all(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for url in self._titles:
            names[self.name(url).casefold()].add(url)
        return names

    def site_of(self, url: str) -> str:
        """The name of the site that a page belongs to."""
        return self.site(host_of(url))

    def site(self, host: str) -> str:
        """What the pages of a host call their site in their titles; the host if they do not."""
        if found := self._suffixes[host].most_common(1):
            suffix, count = found[0]
            if count > max(1, len(self._by_host[host]) * _SUFFIX_SHARE):
                return suffix
        return host

    def name(self, url: str) -> str:
        """The title of a page without the name of its site; empty if it has none."""
        title, site = self._titles.get(url, ""), self.site(host_of(url))
        for cut in _SEPARATORS.finditer(title):
            if title[cut.end() :] == site:
                return title[: cut.start()]
        return title

    def named(self, name: str) -> str | None:
        """The only page of that name, in any case; None if there is none, or another."""
        urls = self._names.get(name.casefold(), set())
        return next(iter(urls)) if len(urls) == 1 else None

    def is_menu(self, url: str, link: str) -> bool:
        """Whether a link stands on so many pages of a page's host that it says nothing about one of them."""
        host = host_of(url)
        return self._linked[host][link] > max(2, len(self._by_host[host]) * _NAVIGATION_SHARE)

    def sample(self, host: str, count: int) -> list[str]:
        """Up to so many pages of a host, evenly spread."""
        pages = self._by_host[host]
        return [pages[place * len(pages) // count] for place in range(count)] if len(pages) > count else pages

    def roots(self, wanted: str = "") -> list[str]:
        """Where walks begin: the front pages with most links to them, or the one page that is wanted.

        Raises:
            InputError: the page that is wanted is not in the snapshot, or no front page can be read.
        """
        if wanted:
            page = self.web.fetch(wanted)
            reason = page.reason if isinstance(page, Missing) else "has no text"
            if not (found := self.page(wanted)):
                raise InputError(f"{wanted}: {reason}; name a readable page of {self.web.path} with --root")
            return [found.url]
        roots = [url for host in sorted(self._by_host) for url in self._front_pages(host) if self.page(url)]
        if not roots:
            raise InputError(f"{self.web.path}: has no front page that can be read; name a page with --root URL")
        return roots

    def _front_pages(self, host: str) -> list[str]:
        def order(url: str) -> tuple[bool, int, int, str]:
            path = urlsplit(url).path
            return _FRONT.fullmatch(path) is None, -self._linked[host][url], path.count("/"), url

        pages = sorted(self._by_host[host], key=order)
        fronts = [url for url in pages if _FRONT.fullmatch(urlsplit(url).path)]
        return fronts[:_ROOTS_PER_HOST] or pages[:1]

    def _fetch(self, url: str) -> Page | None:
        """The readable page at an address, redirects followed."""
        page = self.web.fetch(url)
        return page if isinstance(page, Page) and page.status == 200 and page.text.strip() else None


_READ = frozenset({"text/html", "application/xhtml+xml"})


def host_of(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).netloc
