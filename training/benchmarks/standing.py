"""Whether an answer stands in a page: as whole words, or as the same number or date, but not by chance.

An answer stands in a page if the page holds it under the comparison of its type: the same words in the same order
(`webenv.reward.plain`), a number of the same value, the same date. Scripts without spaces have no whole words; there
the same characters do. Link numbers of the page view are no part of the text.

A *weak* answer is one that many pages hold by chance: a number of fewer than 5 digits, a date without a day, a text of
fewer than 4 letters. It must stand in one sentence or line that, together with the page's title, holds at least half of
the question's content words, one of them in the sentence itself.

A *long* answer, of more than 8 words, also stands if all its numbers and 4 of 5 of its content words do that the
question does not say itself. All these bounds are our choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from webenv.reward import plain
from webenv.types import Page, Task
from webenv.values import Date, dates, dates_in, numbers_in, quantity, tidy

LONG_WORDS = 8
MIN_DIGITS, MIN_LETTERS = 5, 4
MIN_NEAR, MIN_SCATTERED = 0.5, 0.8
MAX_SENTENCE_CHARS = 1_000
"""Longer lines without a full stop are no sentences; a weak answer does not stand in them."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
"""Scripts that do not part words by spaces, and Korean, which writes particles onto them."""
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUNS = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_LINK = re.compile(r"\[\d+\]")
_SENTENCES = re.compile(r"\n+|(?<=[.!?])\s+|(?<=[。！？])")
_EMPTY = frozenset(
    "about also been both does from have here into many more most much name only other some such than that their them "
    "then there these they this those very were what when where which while whom whose will with would your".split()
)
_ANYWHERE = frozenset({"none", "true", "false"})


class Reading:
    """A text in which answers are looked for, with what has been read out of it so far."""

    def __init__(self, text: str, title: str = "") -> None:
        self.text, self.title = text, title

    @classmethod
    def of(cls, page: Page) -> Reading:
        """The text of a page without its link numbers."""
        return cls(_LINK.sub("", page.text), page.title)

    @cached_property
    def plain(self) -> str:
        """The text as texts are compared."""
        return plain(self.text)

    @cached_property
    def numbers(self) -> set[object]:
        """The values of its numbers."""
        return set(numbers_in(self.text))

    @cached_property
    def dates(self) -> set[Date]:
        """Its dates."""
        return dates_in(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its content words."""
        return content_words(self.text)

    def sentences(self) -> Iterable[Reading]:
        """Its sentences and lines, one by one."""
        for sentence in _SENTENCES.split(self.text):
            if 0 < len(sentence) <= MAX_SENTENCE_CHARS:
                yield Reading(sentence, self.title)


def stands_in(task: Task, page: Reading) -> bool:
    """Whether a task's answer, or another spelling of it, stands in a page."""
    return any(_stands(task, spelling, page) for spelling in (task.answer, *task.aliases) if spelling.strip())


def stands_across(task: Task, pages: list[Reading]) -> bool:
    """Whether the answer stands in one of several pages that belong together, or is long and stands across them."""
    if any(stands_in(task, page) for page in pages):
        return True
    seen = frozenset().union(*(page.words for page in pages))
    return any(_is_long(spelling) and _scattered(task, spelling, seen) for spelling in (task.answer, *task.aliases))


def content_words(text: str) -> frozenset[str]:
    """The words that say what a text is about; of scripts without spaces, all pairs of characters."""
    return frozenset(word for word in _words(text) if _has_content(word))


def _words(text: str) -> list[str]:
    words: list[str] = []
    for run in _RUNS.findall(tidy(text)):
        paired = len(run) > 2 and _IS_UNSPACED.match(run)
        words += [run[place : place + 2] for place in range(len(run) - 1)] if paired else [run]
    return words


def _has_content(word: str) -> bool:
    if _IS_UNSPACED.match(word) or re.search(r"\d", word):
        return True
    return len(word) >= MIN_LETTERS and word not in _EMPTY


def _stands(task: Task, answer: str, page: Reading) -> bool:
    if _is_long(answer):
        return _holds(page.plain, plain(answer)) or _scattered(task, answer, page.words)
    if not _says(task, answer, page):
        return False
    if not _is_weak(task, answer):
        return True
    asked = content_words(task.question) - content_words(answer)
    return any(_is_near(asked, each) and _says(task, answer, each) for each in page.sentences())


def _says(task: Task, answer: str, page: Reading) -> bool:
    number = quantity(answer, set()) if task.answer_type == "number" else None
    if number:
        return number[0] in page.numbers
    if task.answer_type == "date" and (wanted := dates(answer)):
        return wanted <= page.dates
    return _holds(page.plain, plain(answer))


def _holds(text: str, wanted: str) -> bool:
    """Whether a plain text holds plain words as whole words."""
    if wanted not in text:
        return False
    left = "" if _IS_UNSPACED.match(wanted[0]) else f"(?:^|[ {_UNSPACED}])"
    right = "" if _IS_UNSPACED.match(wanted[-1]) else f"(?:$|[ {_UNSPACED}])"
    return re.search(left + re.escape(wanted) + right, text) is not None


def _is_long(answer: str) -> bool:
    return len(_words(answer)) > LONG_WORDS


def _is_weak(task: Task, answer: str) -> bool:
    if task.answer_type == "date" and (found := dates(answer)):
        return any(not day for _, _, day in found)
    number = quantity(answer, set()) if task.answer_type == "number" else None
    text = str(number[0].numerator) if number and number[0].denominator == 1 else plain(answer)
    if number or not any(letter.isalpha() for letter in text):
        return sum(letter.isdecimal() for letter in text) < MIN_DIGITS
    weight = sum(1 + bool(_IS_UNSPACED.match(letter)) for letter in text if letter.isalnum())
    return weight < MIN_LETTERS or text in _ANYWHERE


def _is_near(asked: frozenset[str], sentence: Reading) -> bool:
    here = asked & sentence.words
    both = here | (asked & content_words(sentence.title))
    return bool(here) and len(both) >= MIN_NEAR * len(asked)


def _scattered(task: Task, answer: str, seen: frozenset[str]) -> bool:
    wanted = content_words(answer) - content_words(task.question)
    with_digits = {word for word in wanted if re.search(r"\d", word)}
    return bool(wanted) and with_digits <= seen and len(wanted & seen) >= MIN_SCATTERED * len(wanted)
