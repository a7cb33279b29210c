"""What every question over real pages must stand: a trail leads to its evidence, no search gives its answer away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal

from training.synthesis.proof import HITS
from training.synthesis.survey import Survey
from training.synthesis.trails import Trail
from webenv.reward import judge
from webenv.types import Evidence, Task, ToolCall

_GUESSED = 0.08
"""Largest share of questions that are right for somebody who always gives the most frequent answer of its type: below
the bound of the audit, which looks at a part of a large set (our choice)."""


class Answers:
    """How often each answer was given, so that none comes so often that guessing it pays."""

    def __init__(self) -> None:
        self.written = 0
        self._times: dict[str, Counter[str]] = defaultdict(Counter)
        self._most: Counter[str] = Counter()

    def too_often(self, task: Task) -> bool:
        """Whether one more of this answer would be too many."""
        times = self._times[task.answer_type][task.answer.casefold()] + 1
        most = self._most | Counter({task.answer_type: times})
        return times > 1 and sum(each for each in most.values() if each > 1) > _GUESSED * (self.written + 1)

    def add(self, task: Task) -> None:
        """Count a task that is written."""
        self._times[task.answer_type][task.answer.casefold()] += 1
        times = self._times[task.answer_type][task.answer.casefold()]
        self._most[task.answer_type] = max(self._most[task.answer_type], times)
        self.written += 1


def trail(survey: Survey, evidence: Iterable[tuple[Evidence, str]]) -> tuple[ToolCall, ...] | None:
    """The calls that read all evidence, each with the link to its page or nothing; None if no way leads there."""
    found = Trail(survey)
    return tuple(found.calls) if all(found.read(item, link) for item, link in evidence) else None


def shown(survey: Survey, task: Task) -> Literal["snippet", "near", "far"]:
    """Where a search for the question shows the answer: in a snippet, on the first page that is found, nowhere.

    A count stands nowhere, and a comparison has two things to choose from.
    """
    if task.template.startswith(("count", "comparison")):
        return "far"
    hits = survey.web.search(task.question, HITS)
    page = survey.page(hits[0].url) if hits else None
    if any(_says(task, hit.snippet) for hit in hits):
        return "snippet"
    return "near" if page and _says(task, page.text) else "far"


def day(survey: Survey) -> str:
    """The day of the snapshot, ISO 8601."""
    date = survey.web.manifest.date
    return f"{date[:4]}-{date[4:6]}-{date[6:8]}"


def _says(task: Task, text: str) -> bool:
    if len(task.answer) < 4:
        return any(judge(task, word) for word in text.split())
    return task.answer.casefold() in text.casefold()
