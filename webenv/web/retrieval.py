"""How well search finds the pages that tasks need: recall and reciprocal rank of evidence pages.

A page counts as found at k if one of the task's queries has it among its k best (Manning, Raghavan and Schütze,
Introduction to Information Retrieval, section 8.4). Pages are told apart after redirects.
"""

from __future__ import annotations

from collections.abc import Callable

from webenv.types import Page, Record, Task, Web

Query = tuple[str, int | None]
"""Words, and the year asked for."""


class Found(Record):
    """What one task's queries found."""

    task_id: str
    ranks: dict[str, int | None]
    """Best rank of each evidence page, from 1; None if it is not among the k best of any query."""


class Quality(Record):
    """Retrieval quality over tasks with one way of asking."""

    asked: str
    """What the queries were."""
    tasks: int
    pages: int
    """Evidence pages that the tasks need; recall's denominator."""
    found: dict[int, int]
    """k to the evidence pages found at k; recall's numerator."""
    complete: int
    """Tasks with every evidence page found at the largest k."""
    reciprocal_rank: float
    """Mean over tasks of 1 / rank of the best evidence page."""
    per_task: tuple[Found, ...]


def question_queries(task: Task) -> list[Query]:
    """The question itself, as somebody types it who does not think."""
    return [(task.question, None)]


def oracle_queries(task: Task) -> list[Query]:
    """The queries of the task's own way to its answer."""
    queries: list[Query] = []
    for call in task.oracle:
        if call.name == "search":
            words = call.arguments["query"]
            queries += [(each, call.arguments.get("year")) for each in ([words] if isinstance(words, str) else words)]
    return queries


WAYS: dict[str, Callable[[Task], list[Query]]] = {
    "question": question_queries,
    "oracle": oracle_queries,
}


def measure(web: Web, tasks: list[Task], ks: tuple[int, ...]) -> list[Quality]:
    """The quality of each of the `WAYS` at each k, over the tasks that have evidence and ask search that way."""
    proved = [task for task in tasks if task.evidence]
    return [_quality(web, [task for task in proved if WAYS[asked](task)], ks, asked) for asked in WAYS]


def _quality(web: Web, tasks: list[Task], ks: tuple[int, ...], asked: str) -> Quality:
    found = tuple(_find(web, task, WAYS[asked](task), max(ks)) for task in tasks)
    ranks = [rank for each in found for rank in each.ranks.values()]
    best = [min((rank for rank in each.ranks.values() if rank), default=0) for each in found]
    return Quality(
        asked=asked,
        tasks=len(tasks),
        pages=len(ranks),
        found={k: sum(rank is not None and rank <= k for rank in ranks) for k in ks},
        complete=sum(None not in each.ranks.values() for each in found),
        reciprocal_rank=sum(1 / rank for rank in best if rank) / len(best) if best else 0.0,
        per_task=found,
    )


def _find(web: Web, task: Task, queries: list[Query], k: int) -> Found:
    ranks: dict[str, int | None] = {_address(web, evidence.url): None for evidence in task.evidence}
    for words, year in queries:
        for hit in web.search(words, k, year):
            if hit.url in ranks:
                ranks[hit.url] = min(hit.rank, ranks[hit.url] or hit.rank)
    return Found(task_id=task.task_id, ranks=ranks)


def _address(web: Web, url: str) -> str:
    page = web.fetch(url)
    return page.url if isinstance(page, Page) else url
