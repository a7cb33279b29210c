"""Where a response leads: its redirect, the pages that it links to, and what it needs to look right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any, NamedTuple

from webenv.web.address import canonical
from webenv.web.archive.http import Response, decode_body
from webenv.web.archive.records import Fault
from webenv.web.markup import MAX_LINKS, MAX_MARKUP_CHARS, decode

MAX_REQUISITES = 500
"""Images, style sheets and scripts of one page that are fetched (our choice)."""
_PAGES = (("a[href], area[href]", "href"), ("iframe[src], frame[src]", "src"))
_REQUISITES = (('link[rel~="stylesheet"][href], link[rel~="icon"][href]', "href"), ("img[src], script[src]", "src"))
_REFRESH = re.compile(r"\s*[\d.]+\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)


class Leads(NamedTuple):
    """Canonical URLs, each once, in the order of the page."""

    redirect: str = ""
    pages: tuple[str, ...] = ()
    requisites: tuple[str, ...] = ()


def leads_of(response: Response, url: str) -> Leads:
    """What a response at `url` leads to; nothing if it is not HTML, is an error, or cannot be read."""
    if 300 <= response.status < 400:
        location = response.get("Location")
        return Leads(redirect=(location and canonical(location, url)) or "")
    if response.status != 200 or response.mime not in ("text/html", "application/xhtml+xml"):
        return Leads()
    try:
        body = decode_body(response).body
    except Fault:
        return Leads()
    return _html_leads(decode(body, _charset(response)), url)


def _charset(response: Response) -> str:
    message = Message()
    message["Content-Type"] = response.get("Content-Type")
    return message.get_content_charset("")


def _html_leads(markup: str, url: str) -> Leads:
    from resiliparse.parse.html import HTMLTree

    document: Any = HTMLTree.parse(markup[:MAX_MARKUP_CHARS]).document
    if document is None:
        return Leads()
    bases = list(_values(document, "base[href]", "href"))
    base = (bases and canonical(bases[0], url)) or url
    linked = [value for selector, name in _PAGES for value in _values(document, selector, name)]
    refreshes = map(_REFRESH.match, _values(document, "meta[http-equiv=refresh]", "content"))
    linked += [found[1] for found in refreshes if found]
    needed = [value for selector, name in _REQUISITES for value in _values(document, selector, name)]
    return Leads("", _targets(linked, base, MAX_LINKS), _targets(needed, base, MAX_REQUISITES))


def _values(document: Any, selector: str, name: str) -> Iterator[str]:
    """The values of an attribute. `.values()` runs the selector once; iterating would run it again for every item."""
    return (value.strip() for node in document.query_selector_all(selector).values() if (value := node.getattr(name)))


def _targets(addresses: list[str], base: str, most: int) -> tuple[str, ...]:
    targets = (canonical(address, base) for address in addresses)
    return tuple(dict.fromkeys(target for target in targets if target))[:most]
