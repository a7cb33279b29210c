"""Proof that a snapshot answers a question: which words on which page, and the calls that lead there."""

from __future__ import annotations

from functools import lru_cache

from webenv.errors import InputError
from webenv.types import Evidence, Page, ToolCall, Web
from webenv.web.world import Graph
from webenv.web.world.labels import TITLES
from webenv.web.world.schema import RELATIONS, Entity, Site
from webenv.web.world.sites import HOME, Sites

HITS = 10
"""Hits of a search that are looked at (WebDancer, section 2.2)."""
SPAN_CHARS = 200
"""Longest evidence text (our choice)."""

_PAGES_KEPT, _QUERIES_KEPT = 1_024, 65_536
"""Pages, and queries that find a page, which are not looked up again (our choice)."""

Stop = tuple[Entity, Site]
"""A page to read: the thing, and the site that has the page."""


class Prover:
    """Reads proofs out of the pages of a generated world."""

    def __init__(self, web: Web, graph: Graph) -> None:
        self.web, self.graph, self.sites = web, graph, Sites(graph)
        self._page = lru_cache(_PAGES_KEPT)(self._fetch)
        self._query = lru_cache(_QUERIES_KEPT)(self._find)

    def relation(self, source: Entity, relation: str, target: Entity) -> Evidence:
        """The words that state a relation, or the entry of the list that does."""
        about = RELATIONS[relation]
        page, value = (target, source) if about.listed else (source, target)
        return self._evidence(page, about.site, self.graph.name(value), relation)

    def attribute(self, entity: Entity, attribute: str, site: Site) -> Evidence:
        """The words that state an attribute."""
        return self._evidence(entity, site, self.graph.shown(attribute, entity), attribute)

    def calls(self, stops: list[Stop]) -> tuple[ToolCall, ...]:
        """Tool calls that open the pages in order: by a link where the page before has one, else by a search.

        Raises:
            InputError: a page is not in the snapshot.
        """
        calls: list[ToolCall] = []
        page: Page | None = None
        for entity, site in stops:
            for step in (HOME[entity.kind], site) if site != HOME[entity.kind] else (site,):
                url = self.sites.of(entity, step)
                if page is None or page.url != url:
                    calls += self._open(page, entity, step, url)
                    page = self._page(url)
        return tuple(calls)

    def leaks(self, question: str, answer: str, template: str) -> bool:
        """Whether the question, typed as a query, shows the answer; counts and comparisons are not written anywhere."""
        if template.startswith(("count", "comparison")):
            return False
        return any(answer in hit.snippet for hit in self.web.search(question, HITS))

    def _open(self, page: Page | None, entity: Entity, site: Site, url: str) -> list[ToolCall]:
        for number, link in enumerate(page.links if page else (), 1):
            if link.url == url:
                return [ToolCall(name="click", arguments={"link": number})]
        visit = ToolCall(name="visit", arguments={"url": [url]})
        return [ToolCall(name="search", arguments={"query": [self._query(entity, site, url)]}), visit]

    def _find(self, entity: Entity, site: Site, url: str) -> str:
        """The first of a few queries that finds the page; if none does, the last."""
        name = self.graph.name(entity)
        queries = (f"{name} {TITLES[site]}".strip(), name, self._page(url).title, f"{name} {name} {TITLES[site]}")
        for query in queries:
            if any(hit.url == url for hit in self.web.search(query, HITS)):
                break
        return query

    def _evidence(self, entity: Entity, site: Site, value: str, about: str) -> Evidence:
        page = self._page(self.sites.of(entity, site))
        for line in page.text.splitlines():
            place = line.find(value)
            if place >= 0 and value != self.graph.name(entity):
                start = max(0, min(place - SPAN_CHARS // 2, len(line) - SPAN_CHARS))
                text = line[start : start + SPAN_CHARS].strip()
                return Evidence(url=page.url, text=text, relation=about, digest=page.digest)
        raise InputError(f"{page.url}: does not say {value!r}; is this the snapshot of the world?")

    def _fetch(self, url: str) -> Page:
        page = self.web.fetch(url)
        if not isinstance(page, Page):
            raise InputError(f"{url}: {page.reason}; is this the snapshot of the world?")
        return page
