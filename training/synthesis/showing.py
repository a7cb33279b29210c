"""Where answers show: in the question, in what a search for it finds, on pages of the way."""

from __future__ import annotations

from training.synthesis.proof import HITS
from webenv.reward import judge
from webenv.types import Page, Task
from webenv.web.snapshot import Snapshot


def pages(task: Task) -> list[str]:
    """The pages that a task needs, in order."""
    return list(dict.fromkeys(item.url for item in task.evidence))


def in_question(task: Task) -> bool:
    """Whether the answer stands in the question; a comparison names what it compares."""
    return task.answer.casefold() in task.question.casefold() and not _nowhere(task)


def on_fewer_pages(task: Task) -> bool:
    """Whether the evidence is on fewer pages than the task says must be read."""
    return len(pages(task)) < task.hops


def in_snippet(web: Snapshot, task: Task) -> bool:
    """Whether the question, typed as a query, shows the answer among its hits."""
    return any(_stands_in(task, hit.snippet) for hit in web.search(task.question, HITS))


def on_first_hit(web: Snapshot, task: Task) -> bool:
    """Whether the first hit for the question holds the answer."""
    hits = web.search(task.question, 1)
    return bool(hits) and _says(web, hits[0].url, task)


def staircase(web: Snapshot, tasks: list[Task]) -> dict[int, float]:
    """For each number of pages read in order, the share of tasks whose answer stands on one of them."""
    deepest = max((len(pages(task)) for task in tasks), default=0)
    shares = {}
    for read in range(1, deepest + 1):
        seen = sum(any(_says(web, url, task) for url in pages(task)[:read]) for task in tasks)
        shares[read] = seen / len(tasks)
    return shares


def _says(web: Snapshot, url: str, task: Task) -> bool:
    page = web.fetch(url)
    return isinstance(page, Page) and _stands_in(task, page.text)


def _stands_in(task: Task, text: str) -> bool:
    """Whether a text holds the answer: a short one only as a word of its own."""
    if _nowhere(task):
        return False
    if len(task.answer) < 4:
        return any(judge(task, word) for word in text.split())
    return task.answer in text


def _nowhere(task: Task) -> bool:
    """Whether the answer is written nowhere as such: a count, and which of two."""
    return task.template.startswith(("count", "comparison"))
