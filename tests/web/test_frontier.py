"""Which URL comes next: every web, in every order of answers, is walked breadth first and the same way."""

from __future__ import annotations

import random
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webenv.web.archive.http import Response
from webenv.web.crawl.frontier import MAX_REDIRECTS, Frontier
from webenv.web.crawl.leads import Leads, leads_of
from webenv.web.crawl.records import CrawlSettings

Links = dict[int, list[int]]
WEBS = st.dictionaries(st.integers(0, 30), st.lists(st.integers(0, 30), max_size=6), max_size=31)


def _url(number: int) -> str:
    return f"http://a.example/{number}"


def _walk(
    web: Links, settings: CrawlSettings, order: random.Random, forbidden: frozenset[int]
) -> list[tuple[str, int]]:
    """All visits, in order, with their depth; each batch is answered in a random order."""
    frontier = Frontier((_url(0),), settings)
    walked = []
    while batch := frontier.take():
        walked += [(visit.url, visit.depth) for visit in batch]
        for visit in order.sample(batch, len(batch)):
            number = int(visit.url.rsplit("/", 1)[1])
            links = tuple(_url(target) for target in web.get(number, []))
            frontier.settle(visit, None if number in forbidden else Leads(pages=links))
    return walked


def _distances(web: Links, forbidden: frozenset[int]) -> dict[str, int]:
    distances = {_url(0): 0}
    waiting = deque([0])
    while waiting:
        number = waiting.popleft()
        for target in web.get(number, []) if number not in forbidden else []:
            if _url(target) not in distances:
                distances[_url(target)] = distances[_url(number)] + 1
                waiting.append(target)
    return distances


@given(
    WEBS, st.integers(0, 6), st.integers(1, 40), st.frozensets(st.integers(0, 30)), st.randoms(use_true_random=False)
)
def test_breadth_first_whatever_answers_first(
    web: Links, max_depth: int, max_pages: int, forbidden: frozenset[int], order: random.Random
) -> None:
    settings = CrawlSettings(max_depth=max_depth, max_pages=max_pages)
    walked = _walk(web, settings, order, forbidden)
    assert walked == _walk(web, settings, random.Random(0), forbidden)
    assert len(dict(walked)) == len(walked)
    distances = _distances(web, forbidden)
    assert all(distances[url] == depth <= max_depth for url, depth in walked)
    assert [depth for _, depth in walked] == sorted(depth for _, depth in walked)
    fetched = [url for url, _ in walked if int(url.rsplit("/", 1)[1]) not in forbidden]
    assert len(fetched) <= max_pages
    if len(fetched) < max_pages:
        assert {url for url, depth in distances.items() if depth <= max_depth} == {url for url, _ in walked}


def _last(leads: dict[str, Leads], seed: str, **changed: object) -> list[str]:
    frontier = Frontier((seed,), CrawlSettings(**changed))  # type: ignore[arg-type]
    visited = []
    while batch := frontier.take():
        for visit in batch:
            visited.append(visit.url)
            frontier.settle(visit, leads.get(visit.url, Leads()))
    return visited


@pytest.mark.parametrize(
    ("url", "scope", "is_in"),
    [
        ("http://a.example/x", "host", True),
        ("https://a.example/x", "host", True),
        ("http://a.example:8080/x", "host", False),
        ("http://www.a.example/x", "host", False),
        ("http://a.example/docs/guide/x", "prefix", True),
        ("https://a.example/docs/guide/deeper/x?q=/", "prefix", True),
        ("http://a.example/docs/guide", "prefix", False),
        ("http://a.example/docs/guide2/x", "prefix", False),
        ("http://a.example/x?/docs/guide/", "prefix", False),
    ],
)
def test_scope(url: str, scope: str, is_in: bool) -> None:
    seed = "http://a.example/docs/guide/index.html?v=/1/"
    assert (url in _last({seed: Leads(pages=(url,))}, seed, scope=scope)) is is_in


def test_redirects_are_no_links_and_end() -> None:
    hops = {_url(number): Leads(redirect=_url(number + 1)) for number in range(100)}
    assert _last(hops, _url(0), max_depth=0) == [_url(number) for number in range(MAX_REDIRECTS + 1)]
    round_trip = {_url(0): Leads(redirect=_url(1)), _url(1): Leads(redirect=_url(0))}
    assert _last(round_trip, _url(0)) == [_url(0), _url(1)]


def test_requisites_cost_no_pages() -> None:
    leads = {_url(0): Leads(pages=(_url(1), _url(2)), requisites=(_url(8), _url(9)))}
    assert _last(leads, _url(0), max_pages=2) == [_url(0), _url(1), _url(8), _url(9)]
    assert _last(leads, _url(0), max_pages=1) == [_url(0), _url(8), _url(9)]


def test_leads_of_a_page() -> None:
    body = """<base href="/base/"><meta http-equiv="Refresh" content="5; URL='next'">
    <a href=" one#part ">1</a><a href="one">again</a><a href="javascript:x()">2</a><a href="//b.example/x">3</a>
    <map><area href="area"></map><iframe src="about:blank"></iframe><iframe src="frame"></iframe><a href="http://[">4</a>
    <img src="i.png"><img src="data:image/png;base64,AA"><script src="s.js"></script>
    <link rel="shortcut icon" href="f.ico"><link rel="stylesheet" href="c.css"><link rel="next" href="n">"""
    response = Response(status=200, headers=(("Content-Type", "Text/HTML; charset=utf-8"),), body=body.encode())
    assert leads_of(response, "http://a.example/docs/") == Leads(
        pages=tuple(f"http://{path}" for path in (
            "a.example/base/one", "b.example/x", "a.example/base/area", "a.example/base/frame", "a.example/base/next"
        )),
        requisites=tuple(f"http://a.example/base/{name}" for name in ("f.ico", "c.css", "i.png", "s.js")),
    )  # fmt: skip


@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/html; charset=utf-16", "text/html; charset=\xff"]))
def test_no_body_raises(body: bytes, content_type: str) -> None:
    response = Response(status=200, headers=(("Content-Type", content_type), ("Content-Encoding", "gzip")), body=body)
    assert leads_of(response, "http://a.example/").redirect == ""
