"""What a URL is: its one canonical spelling, its SURT sort key, and the order in which near misses are tried.

The canonical URL is what a browser would send (WHATWG URL Standard), without the fragment. Nothing is guessed:
query parameters keep their order and none is dropped, so two pages never share a canonical URL by accident.
The SURT key (Sort-friendly URI Reordering Transform) is lossy and serves the CDXJ index alone.
"""

from __future__ import annotations

from functools import lru_cache

import ada_url

from webenv.types import Match

MAX_URL_CHARS = 8_192
"""Longer addresses are refused: twice the 4,096 that RFC 9110 section 4.1 asks every party to support, and more."""


@lru_cache(maxsize=65_536)
def canonical(url: str, base: str | None = None) -> str | None:
    """The canonical URL of `url`, resolved against `base`; None unless it is a usable http(s) address."""
    if len(url) > MAX_URL_CHARS:
        return None
    try:
        parsed = ada_url.URL(url, base) if base else ada_url.URL(url)
    except (ValueError, UnicodeError):
        return None
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return None
    parsed.hash = ""
    parsed.username = parsed.password = ""
    href: str = parsed.href.removesuffix("#")
    return href if len(href) <= MAX_URL_CHARS else None


@lru_cache(maxsize=65_536)
def sort_key(url: str) -> str:
    """The SURT key of a canonical URL, as CDXJ wants it: `com,example)/path?query`."""
    import surt

    return str(surt.surt(url))


def host(url: str) -> str:
    """Host and port of a canonical URL."""
    return url.split("/", 3)[2]


def variants(url: str) -> list[tuple[str, Match]]:
    """The addresses to look up for a canonical URL, in order, each with the name of the rule.

    Exact; the other scheme; the trailing slash added or removed; both. Fragment and default port are gone already.
    """
    other = "http" + url[5:] if url.startswith("https:") else "https" + url[4:]
    tried: list[tuple[str, Match]] = [(url, "exact"), (other, "scheme")]
    slashed = _toggle_slash(url)
    if slashed:
        tried += [(slashed, "slash"), (_toggle_slash(other) or other, "scheme+slash")]
    return tried


def _toggle_slash(url: str) -> str | None:
    path, mark, query = url.partition("?")
    if path.count("/") == 3 and path.endswith("/"):
        return None  # the root has no other spelling
    path = path[:-1] if path.endswith("/") else path + "/"
    return path + mark + query
