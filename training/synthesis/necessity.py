"""Whether every page of a way is needed: without it, nothing that a search finds may state what it states.

A page that declares another one as its canonical address is a copy of that page and goes with it. A page counts as
stating a fact if one of its lines, or its title and its text, name both sides of it, unless another relation between
them stands there: the capital of a region also lies in it. That counts too much rather than too little.
"""

from __future__ import annotations

import re
from collections import defaultdict

from training.synthesis.proof import HITS
from training.synthesis.solve import Fact, Solver
from webenv.types import Page, Task
from webenv.web.retrieval import oracle_queries, question_queries
from webenv.web.snapshot import Snapshot
from webenv.web.world import Graph
from webenv.web.world.schema import RELATIONS
from webenv.web.world.sites import Sites

_CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]+)"')


class Necessity:
    """Looks for second places of facts in the snapshot of a world."""

    def __init__(self, web: Snapshot, graph: Graph) -> None:
        self._web, self._graph, self._solver, self._sites = web, graph, Solver(graph), Sites(graph)

    def holds(self, task: Task) -> bool:
        """Whether no search of the oracle or for the question finds a fact of the task elsewhere than on its page."""
        facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._solver.facts(task.triplets):
            facts[self._sites.of(fact.page, fact.site)].append(fact)
        queries = {words for words, _ in (*oracle_queries(task), *question_queries(task))}
        # a page that is taken away makes room for one more, as does its copy
        hits = {hit.url for words in queries for hit in self._web.search(words, HITS + 2)}
        return not any(self._elsewhere(url, stated, hits) for url, stated in facts.items())

    def _elsewhere(self, url: str, facts: list[Fact], hits: set[str]) -> bool:
        """Whether one of the hits states what a page states, and is not that page nor a copy of it."""
        pages = (self._web.fetch(hit) for hit in sorted(hits - {url}))
        return any(
            isinstance(page, Page)
            and any(self._names_both(page, fact) and not self._explained(page, fact) for fact in facts)
            and self._original(page) != url
            for page in pages
        )

    def _names_both(self, page: Page, fact: Fact) -> bool:
        value = fact.value if isinstance(fact.value, str) else self._graph.name(fact.value)
        one, other = (
            re.compile(rf"(?<![\w,.]){re.escape(side)}(?![\w,])") for side in (self._graph.name(fact.of), value)
        )
        if (one.search(page.title) and other.search(page.text)) or (other.search(page.title) and one.search(page.text)):
            return True
        return any(one.search(line) and other.search(line) for line in page.text.splitlines())

    def _explained(self, page: Page, fact: Fact) -> bool:
        """Whether the page names both sides because another relation between them stands there."""
        if isinstance(fact.value, str):
            return False
        for relation in RELATIONS.values():
            for source, target in ((fact.of, fact.value), (fact.value, fact.of)):
                if (relation.source, relation.target) == (source.kind, target.kind) and relation.name != fact.about:
                    stated_on = self._sites.of(target if relation.listed else source, relation.site)
                    if stated_on == page.url and target in self._graph.targets(relation, source):
                        return True
        return False

    def _original(self, page: Page) -> str:
        """The address that a page declares as its own."""
        capture = self._web.capture(page.url)
        found = _CANONICAL.search(self._web.response(capture).body) if capture else None
        return found[1].decode() if found else page.url


def _alone(words: str) -> re.Pattern[str]:
    """Finds words that are no part of others, nor of a longer number."""
    return re.compile(rf"(?<![\w,.]){re.escape(words)}(?![\w,])")
