"""What an observation shows: the hits of a search, or the page that was opened."""

from __future__ import annotations

import re
from typing import NamedTuple

from webenv import protocol
from webenv.types import ToolCall

_HIT = re.compile(r"^(?P<number>\d{1,4})\. \[(?P<title>[^\n]*)\]\((?P<url>https?://[^\s]+)\)$", re.MULTILINE)
_HEAD = re.compile(r"\A<tool_response>\nTitle: (?P<title>[^\n]*)\nURL: (?P<url>\S+)\n")
_SITE = re.compile(r" (?:\||[-–—]) [^|]*$")


class Hit(NamedTuple):
    """One search result."""

    title: str
    url: str
    number: int


def hits(observation: str) -> list[Hit]:
    """The search results that an observation shows."""
    return [
        Hit(short_title(match["title"]), match["url"], int(match["number"])) for match in _HIT.finditer(observation)
    ]


def short_title(title: str) -> str:
    """A title without the name of its site."""
    return _SITE.sub("", title).strip() or title.strip()


def page_title(observation: str) -> str:
    """The title of the page that an observation shows; empty if it shows none."""
    head = _HEAD.match(observation)
    return short_title(head["title"]) if head else ""


def opened(call: ToolCall | None, observation: str) -> str:
    """The address of the page that a call opened; empty if it opened none."""
    head = _HEAD.match(observation)
    if head:
        return head["url"]
    if call is not None and call.name == "visit":
        urls = call.arguments.get("url")
        return urls[-1] if isinstance(urls, list) and urls else str(urls or "")
    return ""


def body(observation: str) -> str:
    """What an observation shows of a page, without the lines that name it."""
    text = protocol.unwrap(observation)
    return text.partition("\n\n")[2] if _HEAD.match(observation) else text
