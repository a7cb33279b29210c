"""What a question set gives away, and whether it can be solved: checks with thresholds, before anything is trained.

The risks are those of FORT (arXiv 2606.12087): evidence on one page, a clue that gives the answer alone, answers in
plain sight, answers that can be guessed. Each check is a share of tasks with a bound (our choice, all of them).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from training.synthesis.proof import HITS
from webenv.reward import judge
from webenv.types import Page, Record, Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import unproved


class Check(Record):
    """One check over a question set."""

    name: str
    meaning: str
    count: int
    """Tasks of which it is true."""
    of: int
    bound: float
    at_most: bool
    """Whether the share must not exceed the bound, or must reach it."""
    worst: tuple[str, ...]
    """The first task ids on the wrong side."""

    @property
    def share(self) -> float:
        """The share of tasks of which it is true."""
        return self.count / self.of if self.of else 0.0

    @property
    def passed(self) -> bool:
        """Whether the share keeps its bound; a check of nothing passes."""
        return not self.of or (self.share <= self.bound if self.at_most else self.share >= self.bound)


def audit(web: Snapshot, tasks: list[Task], solved: Callable[[Task], bool]) -> list[Check]:
    """Every check; `solved` plays one episode of the oracle."""
    hard = [task for task in tasks if len(_pages(task)) > 1]
    guesses = {task.task_id for task in _majority(tasks)}
    return [
        _least("proved", "all evidence stands on its pages, word for word", tasks, partial(_proved, web)),
        _least("solved", "the oracle answers rightly within the budget", tasks, solved),
        _least("findable", f"each search of the oracle has its page in {HITS} hits", tasks, partial(_findable, web)),
        _most("answer in question", "the answer stands in the question", tasks, _in_question, 0.0),
        _most("one page", "evidence on fewer pages than the hops say", tasks, _on_fewer_pages, 0.0),
        _most("in a snippet", "the question as query shows the answer", hard, partial(_in_snippet, web), 0.05),
        _most("first hit", "the first hit for the question holds the answer", hard, partial(_first_hit, web), 0.15),
        _most(
            "majority guess", "the most frequent answer of its type", tasks, lambda task: task.task_id in guesses, 0.1
        ),
    ]


def staircase(web: Snapshot, tasks: list[Task]) -> dict[int, float]:
    """For each number of pages read in order, the share of tasks whose answer stands on one of them."""
    deepest = max((len(_pages(task)) for task in tasks), default=0)
    shares = {}
    for read in range(1, deepest + 1):
        seen = sum(any(_says(web, url, task) for url in _pages(task)[:read]) for task in tasks)
        shares[read] = seen / len(tasks)
    return shares


def _least(name: str, meaning: str, tasks: list[Task], holds: Callable[[Task], bool]) -> Check:
    return _check(name, meaning, tasks, [task for task in tasks if not holds(task)], 1.0, at_most=False)


def _most(name: str, meaning: str, tasks: list[Task], holds: Callable[[Task], bool], bound: float) -> Check:
    return _check(name, meaning, tasks, [task for task in tasks if holds(task)], bound, at_most=True)


def _check(name: str, meaning: str, tasks: list[Task], wrong: Iterable[Task], bound: float, at_most: bool) -> Check:
    ids = [task.task_id for task in wrong]
    count = len(ids) if at_most else len(tasks) - len(ids)
    return Check(
        name=name, meaning=meaning, count=count, of=len(tasks), bound=bound, at_most=at_most, worst=tuple(ids[:5])
    )


def _majority(tasks: list[Task]) -> list[Task]:
    """The tasks that somebody solves who always gives the most frequent answer of a type."""
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for task in tasks:
        answers[task.answer_type][task.answer] += 1
    frequent = {kind: counts.most_common(1)[0] for kind, counts in answers.items()}
    return [
        task for task in tasks if frequent[task.answer_type][0] == task.answer and frequent[task.answer_type][1] > 1
    ]


def _pages(task: Task) -> list[str]:
    return list(dict.fromkeys(item.url for item in task.evidence))


def _proved(web: Snapshot, task: Task) -> bool:
    captures = {item.url: web.capture(item.url) for item in task.evidence if item.digest}
    same = all(item.digest == getattr(captures[item.url], "digest", "") for item in task.evidence if item.digest)
    return bool(task.evidence) and same and not unproved(task, web)


def _findable(web: Snapshot, task: Task) -> bool:
    """Each search is followed by a visit to one of its hits."""
    for call, following in zip(task.oracle, task.oracle[1:], strict=False):
        if call.name == "search" and following.name == "visit":
            queries = call.arguments["query"]
            hits = {hit.url for query in queries for hit in web.search(query, HITS)}
            if not hits & set(following.arguments["url"]):
                return False
    return True


def _in_question(task: Task) -> bool:
    return task.answer.casefold() in task.question.casefold() and not task.template.startswith(("count", "comparison"))


def _on_fewer_pages(task: Task) -> bool:
    return len(_pages(task)) < task.hops


def _in_snippet(web: Snapshot, task: Task) -> bool:
    hits = web.search(task.question, HITS)
    return any(_stands_in(task, hit.snippet) for hit in hits)


def _first_hit(web: Snapshot, task: Task) -> bool:
    hits = web.search(task.question, 1)
    return bool(hits) and _says(web, hits[0].url, task)


def _says(web: Snapshot, url: str, task: Task) -> bool:
    page = web.fetch(url)
    return isinstance(page, Page) and _stands_in(task, page.text)


def _stands_in(task: Task, text: str) -> bool:
    """Whether a text holds the answer: a short number only as a word of its own, and a count is nowhere written."""
    if task.template.startswith(("count", "comparison")):
        return False
    if len(task.answer) < 4:
        return any(judge(task, word) for word in text.split())
    return task.answer in text
