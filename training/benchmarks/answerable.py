"""How far a snapshot can answer a question: a verdict by declared rules, the same on every machine.

A snapshot *can answer* a question if its verdict is one of the first two:

evidence                 every page that the task names is there and says its words; where the task names pages alone,
                         as WebWalkerQA does, the answer stands on them
answer on a page         no page that the task names is missing, and the answer stands on a page that search finds
evidence pages only      every page that the task names is there, but not the words, and the answer is nowhere found
answer without evidence  the answer stands on a page that search finds, but a page that the task names is missing
no                       neither pages nor answer

What it means to stand on a page is said in `training.benchmarks.standing`. Search is asked for the question, the answer
and both, and the first `HITS` pages of each are read. A page with an error status is a missing one. "Answer on a page"
is a sign, no proof: the page may say the answer about something else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

from training.benchmarks.standing import Reading, stands_across, stands_in
from webenv.types import Page, Record, Task, Web
from webenv.web.tasks import unproved

HITS = 10
"""Pages that are read of each search (our choice)."""
_KEPT = 64
"""Pages kept in memory."""

Verdict = Literal["evidence", "answer on a page", "evidence pages only", "answer without evidence", "no"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ANSWERABLE: tuple[Verdict, ...] = ("evidence", "answer on a page")


class Finding(Record):
    """How far a snapshot can answer one task."""

    task_id: str
    verdict: Verdict
    page: str = ""
    """The first page found with the answer; empty if none was, or if the words of the evidence say enough."""
    problems: tuple[str, ...] = ()
    """What is wrong with the pages that the task names."""

    @property
    def answerable(self) -> bool:
        """Whether the snapshot can answer the question."""
        return self.verdict in ANSWERABLE


class Examiner:
    """Looks for answers in one web."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._read = lru_cache(_KEPT)(self._read_anew)

    def examine(self, task: Task) -> Finding:
        """The verdict on one task."""
        missing = self._missing(task)
        problems = (*missing, *unproved(task, self._web))
        named = [reading for item in task.evidence if (reading := self._read(item.url))]
        if named and not problems:
            if all(item.text for item in task.evidence):
                return Finding(task_id=task.task_id, verdict="evidence")
            if stands_across(task, named):
                page = next((item.url for item in task.evidence if self._says(item.url, task)), "")
                return Finding(task_id=task.task_id, verdict="evidence", page=page)
        page, whole = self._search(task), len(named) == len(task.evidence)
        verdict: Verdict = "answer on a page" if whole else "answer without evidence"
        if not page:
            verdict = "evidence pages only" if named and whole else "no"
        return Finding(task_id=task.task_id, verdict=verdict, page=page, problems=problems)

    def _missing(self, task: Task) -> list[str]:
        """The pages that are there, but with an error status."""
        pages = {item.url: self._web.fetch(item.url) for item in task.evidence}
        wrong = {url: page.status for url, page in pages.items() if isinstance(page, Page) and page.status >= 400}
        return [f"{task.task_id}: {url}: answers with status {status}" for url, status in wrong.items()]

    def _search(self, task: Task) -> str:
        """The first page with the answer among those that search finds, else an empty text."""
        seen: set[str] = set()
        for query in (task.question, task.answer, f"{task.question} {task.answer}"):
            for hit in self._web.search(query, HITS):
                if hit.url not in seen and self._says(hit.url, task):
                    return hit.url
                seen.add(hit.url)
        return ""

    def _says(self, url: str, task: Task) -> bool:
        page = self._read(url)
        return page is not None and stands_in(task, page)

    def _read_anew(self, url: str) -> Reading | None:
        page = self._web.fetch(url)
        return Reading.of(page) if isinstance(page, Page) and page.status < 400 else None
