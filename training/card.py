"""A dataset card: what a set of tasks looks like in numbers. Pure counts; `training.plots` draws them.

Lengths in *words* are runs between white space. *Tokens* are words and punctuation marks, unless a tokenizer counts.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain

from tools.paging import spans
from webenv.errors import InputError
from webenv.types import EnvSettings, Evidence, Missing, Record, Task, Web
from webenv.values import tidy

PAGE_CHARS = EnvSettings().page_chars
"""Characters of one part of a long page view, where nothing else is said."""
PLAIN = "tokens (words and punctuation marks)"
"""How tokens are counted without a tokenizer."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LISTED = re.compile(r"\s*(?:[•◦▪*-] |\d+[.)] |[^\[\]]+\[\d+\]\s*$)")
"""A line with a bullet or number, or with one link and nothing after it."""


class Lengths(Record):
    """How long the questions are, in one unit."""

    unit: str
    shortest: int
    median: float
    mean: float
    longest: int
    counts: dict[int, int]
    """Length to the questions that have it."""


class Duplicates(Record):
    """Tasks that say what others say; questions are compared without case and spacing."""

    repeated_questions: int
    """Tasks whose question stands earlier in the set."""
    contradictions: int
    """Those of them whose answer differs from the earlier one."""
    distinct_answers: int
    most_frequent_answer: int
    """Tasks that share the most frequent answer."""


class Places(Record):
    """Where the evidence stands on its pages."""

    page_chars: int
    """Characters of one part of a long page view."""
    parts: dict[str, dict[int, int]]
    """`prose`, `list` or `table` to the part of its page view (from 1) to how much evidence ends there."""
    lost: int
    """Evidence that its page does not hold, or whose page is missing."""


class Card(Record):
    """The numbers of one set of tasks. Counts by name are ordered by size, counts by number by the number."""

    tasks: int
    splits: dict[str, int]
    """`""` counts the tasks that belong to none."""
    types: dict[str, int]
    """First part of `Task.template`; `""` counts the tasks without."""
    answer_types: dict[str, int]
    hops: dict[int, int]
    evidence_pages: dict[int, int]
    """Number of different pages to the tasks that need so many."""
    places: Places | None
    """None where no snapshot was given."""
    question_chars: Lengths
    question_words: Lengths
    question_tokens: Lengths
    oracle_calls: dict[int, int]
    """Tool calls of the oracle before its answer, to the tasks that take so many; 0: nobody wrote down a way."""
    oracle_tools: dict[str, int]
    """Tool to the calls of it in all oracles together."""
    duplicates: Duplicates


def plain_tokens(text: str) -> int:
    """Words and punctuation marks of a text."""
    return sum(1 for _ in _TOKEN.finditer(text))


def describe(
    tasks: list[Task],
    web: Web | None = None,
    tokens: Callable[[str], int] = plain_tokens,
    counted: str = PLAIN,
    page_chars: int = PAGE_CHARS,
) -> Card:
    """Count a set.

    Args:
        tasks: The set.
        web: Where its evidence stands; None leaves `places` out.
        tokens: Counts the tokens of a question.
        counted: What these tokens are, in words.
        page_chars: Characters of one part of a long page view.

    Raises:
        InputError: the set holds no task.
    """
    if not tasks:
        raise InputError("a set that holds no task has no card")
    questions = [task.question for task in tasks]
    return Card(
        tasks=len(tasks),
        splits=by_size(task.split for task in tasks),
        types=by_size(kind(task) for task in tasks),
        answer_types=by_size(task.answer_type for task in tasks),
        hops=by_number(task.hops for task in tasks),
        evidence_pages=by_number(len({item.url for item in task.evidence}) for task in tasks),
        places=_places(tasks, web, page_chars) if web else None,
        question_chars=_lengths(questions, len, "characters"),
        question_words=_lengths(questions, lambda text: len(text.split()), "words"),
        question_tokens=_lengths(questions, tokens, counted),
        oracle_calls=by_number(len(task.oracle) for task in tasks),
        oracle_tools=by_size(call.name for task in tasks for call in task.oracle),
        duplicates=_duplicates(tasks),
    )


def kind(task: Task) -> str:
    """The type of a task: the first part of its template."""
    return task.template.partition(":")[0]


def by_size(names: Iterable[str]) -> dict[str, int]:
    """How often each name comes, the most frequent first."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def by_number(numbers: Iterable[int]) -> dict[int, int]:
    """How often each number comes, the smallest first."""
    return dict(sorted(Counter(numbers).items()))


def _lengths(questions: list[str], measure: Callable[[str], int], unit: str) -> Lengths:
    lengths = [measure(question) for question in questions]
    return Lengths(
        unit=unit,
        shortest=min(lengths),
        median=statistics.median(lengths),
        mean=round(statistics.fmean(lengths), 2),
        longest=max(lengths),
        counts=by_number(lengths),
    )


def _duplicates(tasks: list[Task]) -> Duplicates:
    first: dict[str, str] = {}
    repeated = contradictions = 0
    for task in tasks:
        question, answer = tidy(task.question), tidy(task.answer)
        repeated += question in first
        contradictions += first.setdefault(question, answer) != answer
    answers = Counter(tidy(task.answer) for task in tasks)
    return Duplicates(
        repeated_questions=repeated,
        contradictions=contradictions,
        distinct_answers=len(answers),
        most_frequent_answer=max(answers.values()),
    )


def _places(tasks: list[Task], web: Web, page_chars: int) -> Places:
    evidence = sorted(chain.from_iterable(task.evidence for task in tasks), key=lambda item: item.url)
    parts: dict[str, Counter[int]] = {form: Counter() for form in ("prose", "list", "table")}
    lost, url, text, ends = 0, "", "", [0]
    for item in evidence:
        if item.url != url:
            page = web.fetch(item.url)
            url, text = item.url, "" if isinstance(page, Missing) else page.text
            ends = [end for _, end in spans(text, page_chars)]
        start = text.find(item.text) if text else -1
        if start < 0:
            lost += 1
        else:
            end = start + len(item.text)
            parts[_form(text, start, item)][1 + sum(each < end for each in ends)] += 1
    return Places(
        page_chars=page_chars, parts={form: by_number(found.elements()) for form, found in parts.items()}, lost=lost
    )


def _form(text: str, start: int, item: Evidence) -> str:
    """How the page presents the evidence, judged by the line on which it ends."""
    end = start + len(item.text.rstrip())
    line = text[text.rfind("\n", 0, end) + 1 : (text + "\n").index("\n", end)]
    return "table" if "\t" in line else "list" if _LISTED.match(line) else "prose"
