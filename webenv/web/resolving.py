"""How a URL becomes a page, whatever web it is looked up in: redirects are followed, and a dead end is an answer."""

from __future__ import annotations

from collections.abc import Callable

from webenv.types import Match, Missing, MissingReason, Page
from webenv.web.address import canonical
from webenv.web.store import StoredPage

MAX_REDIRECTS = 20
"""Hops before a chain counts as a loop, as browsers count."""

Lookup = Callable[[str], tuple[StoredPage | MissingReason, Match]]
"""What is at a canonical URL, or why nothing is, and by which rule it was found."""


def resolve(url: str, lookup: Lookup) -> Page | Missing:
    """The page at `url`, redirects followed, or why there is none."""
    address = canonical(url.strip())
    if address is None:
        return Missing(url=url, reason="bad-url")
    found, match = lookup(address)
    passed: list[str] = []
    while not isinstance(found, str) and found.capture.redirect:
        passed.append(found.capture.url)
        if found.capture.redirect in passed or len(passed) > MAX_REDIRECTS:
            return Missing(url=address, reason="redirect-loop")
        found, _ = lookup(found.capture.redirect)
    if isinstance(found, str):
        astray = passed and found == "not-in-snapshot"
        return Missing(url=address, reason="redirect-target-missing" if astray else found)
    return _page(found, url, tuple(passed), match)


def _page(stored: StoredPage, requested_url: str, passed: tuple[str, ...], match: Match) -> Page:
    capture = stored.capture
    text, links = stored.text_and_links()
    return Page(
        url=capture.url,
        requested_url=requested_url,
        title=stored.title,
        date=stored.date,
        text=text,
        links=links,
        status=capture.status,
        mime=capture.mime,
        timestamp=capture.timestamp,
        digest=capture.digest,
        redirects=passed,
        match=match,
        note=stored.note,
    )
