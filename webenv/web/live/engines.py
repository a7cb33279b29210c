"""Who answers searches on the live web: a service that speaks Serper's JSON over HTTP, or the index of a snapshot."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime
from itertools import islice
from typing import Protocol

import msgspec

from webenv.completions.posting import Failure, send
from webenv.errors import InputError, WebenvError
from webenv.types import Hit, Record
from webenv.web.address import canonical
from webenv.web.extract import clean
from webenv.web.snapshot import Snapshot

KEY = "SERPER_API_KEY"
"""Environment variable that holds the key of the service."""
ENDPOINT = "https://google.serper.dev/search"
TRIES = 4
"""Tries for one search (our choice)."""
MAX_WAIT_S = 30.0
"""Longest pause before another try, whatever the service asks for (our choice)."""
MAX_TITLE_CHARS, MAX_SNIPPET_CHARS = 300, 1_000
"""What is kept of a hit (our choice)."""


class SearchEngine(Protocol):
    """Finds pages. A `Snapshot` is one."""

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        """The `k` best pages, best first; with `year`, only pages of that year. Raises `WebenvError` if it fails."""
        ...


class _Organic(msgspec.Struct):
    link: str
    title: str = ""
    snippet: str = ""
    date: str = ""


class _Answer(msgspec.Struct):
    organic: list[_Organic] = []


class Serper(Record):
    """A search service that speaks Serper's API: JSON in, JSON out, the key in a header."""

    endpoint: str = ENDPOINT

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        """What the service finds; results that lead to no web address are left out.

        Raises:
            InputError: there is no key.
            WebenvError: the service cannot be reached, goes on failing, or does not speak the API.
        """
        asked: dict[str, object] = {"q": query.encode("utf-8", "replace").decode(), "num": k}
        if year is not None:
            asked["tbs"] = f"cdr:1,cd_min:1/1/{year},cd_max:12/31/{year}"
        try:
            answer = msgspec.json.decode(self._insist(msgspec.json.encode(asked)), type=_Answer)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise WebenvError(f"{self.endpoint}: does not speak Serper's API: {error}") from None
        found: dict[str, _Organic] = {}
        for each in answer.organic:
            if url := canonical(each.link):
                found.setdefault(url, each)
        return [_hit(rank, url, each) for rank, (url, each) in enumerate(islice(found.items(), k), 1)]

    def _insist(self, body: bytes) -> bytes:
        """The service's answer, after as many tries as it takes and are allowed."""
        key = _key()
        headers = {"X-API-KEY": key, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        for attempt in range(1, TRIES + 1):
            try:
                return send(self.endpoint, headers, body, timeout_s=30.0)
            except Failure as error:
                failure = error
            if not failure.passing or attempt == TRIES:
                break
            time.sleep(min(MAX_WAIT_S, max(failure.wait_s, 0.25 * 2.0**attempt)))
        reason = failure.reason.replace(key, "…")
        raise WebenvError(
            f"{self.endpoint}: no search results: {reason}; check {KEY} and the service, then run this again: "
            "what is recorded is kept"
        )


def open_engine(spec: str) -> SearchEngine:
    """The engine that a specification names: `serper`, `serper:URL`, or the folder of a snapshot.

    Raises:
        InputError: there is no key for the service, or no such snapshot.
        SnapshotError: the snapshot cannot be opened.
    """
    kind, _, url = spec.partition(":")
    if kind != "serper":
        return Snapshot.open(spec)
    if url and not re.fullmatch(r"https?://[^\s@]+", url):
        raise InputError("serper: not an address such as https://google.serper.dev/search, without @")
    _key()
    return Serper(endpoint=url or ENDPOINT)


def _hit(rank: int, url: str, found: _Organic) -> Hit:
    title, snippet = (" ".join(clean(text).split()) for text in (found.title, found.snippet))
    return Hit(
        rank=rank,
        url=url,
        title=title[:MAX_TITLE_CHARS],
        date=_day(found.date),
        snippet=snippet[:MAX_SNIPPET_CHARS],
        score=0.0,
    )


def _day(text: str) -> str:
    """ISO 8601 of a day as the service writes it, `Mar 4, 2022`; empty for `2 days ago`, which names none."""
    try:
        return datetime.strptime(text, "%b %d, %Y").date().isoformat()
    except ValueError:
        return ""


def _key() -> str:
    key = os.environ.get(KEY, "").strip()
    if not re.fullmatch(r"[!-~]+", key):
        raise InputError(f"{KEY}: the key of the search service is not set, or holds a character that no key has")
    return key
