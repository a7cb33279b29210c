"""What a robots.txt says (RFC 9309): rules, or one word for everything."""

from __future__ import annotations

from typing import NamedTuple

from protego import Protego

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


class Rules(NamedTuple):
    """What one robots.txt says."""

    parsed: Protego | None = None
    refusal: str = ""
    """Why nothing may be fetched; empty if the rules decide, or everything may."""
    delay_s: float = 0.0
    """Its Crawl-delay."""

    def against(self, url: str) -> str:
        """Why a URL may not be fetched; empty if it may."""
        if self.refusal:
            return self.refusal
        return "disallowed by robots.txt" if self.parsed and not self.parsed.can_fetch(url, ROBOTS_NAME) else ""


def rules_of(response: Response, most_delay_s: float = MAX_CRAWL_DELAY_S) -> Rules:
    """The rules in an answer that is no redirect; a longer Crawl-delay than `most_delay_s` is a refusal."""
    if response.status >= 500 or response.status == 429:
        return Rules(refusal=f"robots.txt cannot be had: status {response.status}")
    if response.status >= 400:
        return Rules()
    try:
        text = decode_body(response).body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    except Fault as fault:
        return Rules(refusal=f"robots.txt cannot be read: {fault.detail}")
    parsed = Protego.parse(text)
    delay = parsed.crawl_delay(ROBOTS_NAME) or 0.0
    if not 0 <= delay <= most_delay_s:
        return Rules(refusal=f"robots.txt asks for {delay:g} s between requests, more than {most_delay_s:g} s")
    return Rules(parsed, delay_s=delay)
