"""What every question over real pages must stand: a trail leads to its evidence, no search gives its answer away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from training.synthesis.proof import HITS
from training.synthesis.survey import Survey
from training.synthesis.trails import Trail
from webenv.reward import judge
from webenv.types import Evidence, Task, ToolCall

_GUESSED = {"number": 0.04, "text": 0.03, "date": 0.005, "code": 0.005}
"""Largest share of all questions that may have the same answer of a type (our choice): together they stay below the
bound of the audit for somebody who always gives the most frequent answer of its type."""
_ALIKE = 0.5
"""Share of their words that two questions with the same answer may have in common (our choice)."""


class Answers:
    """The answers that were given, so that none is guessed: not the most frequent, nor that of a like question."""

    def __init__(self) -> None:
        self.written = 0
        self._questions: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)

    def too_often(self, task: Task) -> bool:
        """Whether one more of this answer would be too many, or a question much like this one has it already."""
        before, words = self._questions[self._of(task)], _words(task)
        many = bool(before) and len(before) + 1 > _GUESSED[task.answer_type] * (self.written + 1)
        return many or any(len(words & each) > _ALIKE * len(words | each) for each in before)

    def add(self, task: Task) -> None:
        """Count a task that is written."""
        self._questions[self._of(task)].append(_words(task))
        self.written += 1

    @staticmethod
    def _of(task: Task) -> tuple[str, str]:
        return task.answer_type, task.answer.casefold()


def _words(task: Task) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", task.question.lower()))


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
