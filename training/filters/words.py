"""Words, names and numbers of a text, as the filters compare them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_NUMBER = re.compile(r"\d{1,3}(?:[,.']\d{3})+(?!\d)|\d+")
_SEPARATOR = re.compile(r"\D")
_NAME = re.compile(r"(?<!\w)[^\W\d_a-z]\w*")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:;…\n]|[\"'“”‘’«»()*#>-])\s*\Z")
_ENDING = re.compile(r"(?<=\w\w\w)(?:ing|ed|es|s)\Z")
_NO_NAMES = frozenset(
    "i january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday url urls ok".split()
)
"""Capitalised words that name no thing that must have been read."""
COMMON = frozenset(
    "a about all an and any are as at be by can could did do does each find for from get give had has have how i if in "
    "information into is it its list many me more most much my need of on or our page search show so some such tell "
    "than that the their them then there these they this to was we were what when where whether which who whom whose "
    "why will with would you your".split()
)
"""Words that say nothing of a goal."""
MIN_DIGITS = 3
"""Shorter numbers may be counts of one's own (our choice)."""


def words(text: str) -> list[str]:
    """All words, without case; each character of a script that has no spaces."""
    return _WORD.findall(text.casefold())


def content(text: str) -> set[str]:
    """The words that say something, without their endings."""
    return {_ENDING.sub("", word) for word in words(text) if word not in COMMON}


def numbers(text: str) -> Iterator[str]:
    """The digits of every number, without separators."""
    return (_SEPARATOR.sub("", match[0]) for match in _NUMBER.finditer(text))


def names(text: str) -> Iterator[str]:
    """Capitalised words that do not begin a sentence, without case."""
    for match in _NAME.finditer(text):
        word = match[0].casefold()
        if (
            match[0][0].isupper()
            and word not in _NO_NAMES
            and not _SENTENCE_START.search(text, max(0, match.start() - 4), match.start())
        ):
            yield word
