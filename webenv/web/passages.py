"""Text cut into passages to search, and the few words of a passage to show for a query. Pure functions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

PASSAGE_WORDS = 120
"""Most words in a passage (our choice: about half of what fits the 512-token windows of dense retrievers)."""
PASSAGE_CHARS = 1_200
"""Most characters in a passage, for scripts without spaces and for text without words (our choice)."""
SNIPPET_CHARS = 300
"""Most characters in a snippet, without its ellipses (our choice)."""

_SENTENCE_END = re.compile(r"(?<=[.!?]) |(?<=[。！？])")
_QUERY_WORD = re.compile(r"\w{2,}")
_ENDING = re.compile(r"(?<=\w{4})(?:ing|ed|es|e|s)$")
"""Cut off query words, so that a snippet for `released` shows `release`; search itself has Lucene's Porter stems."""
_MAX_QUERY_CHARS = 1_000
_MAX_QUERY_WORDS = 32
_LEAD_CHARS = SNIPPET_CHARS // 3
"""Characters that a snippet shows before a query word."""
_ELLIPSIS = "…"
_STOP_WORDS = frozenset((
    "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no",
    "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they",
    "this", "to", "was", "will", "with",
))  # fmt: skip
"""Words that Lucene's English analyzer drops."""


def cut(text: str) -> tuple[str, ...]:
    """Passages of `text` in order, each one line of words parted by single spaces.

    Whole lines of `text` go together while they fit; longer lines are cut at sentence ends, else between words.
    """
    passages: list[str] = []
    current: list[str] = []
    words = chars = 0
    for piece in _pieces(text):
        count = piece.count(" ") + 1
        if current and (words + count > PASSAGE_WORDS or chars + len(piece) > PASSAGE_CHARS):
            passages.append(" ".join(current))
            current, words, chars = [], 0, 0
        current.append(piece)
        words += count
        chars += len(piece) + 1
    if current:
        passages.append(" ".join(current))
    return tuple(passages)


def _pieces(text: str) -> Iterator[str]:
    """Lines, or parts of long lines, that each fit a passage; none is empty."""
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if not _fits(line):
            yield from _packed(_SENTENCE_END.split(line))
        elif line:
            yield line


def _packed(sentences: Iterable[str]) -> Iterator[str]:
    """Neighbouring sentences together while they fit; one that does not fit alone is cut between words."""
    current = ""
    for sentence in sentences:
        joined = f"{current} {sentence}" if current else sentence
        if _fits(joined):
            current = joined
            continue
        if current:
            yield current
        *whole, current = [sentence] if _fits(sentence) else _windows(sentence)
        yield from whole
    if current:
        yield current


def _fits(text: str) -> bool:
    return len(text) <= PASSAGE_CHARS and text.count(" ") < PASSAGE_WORDS


def _windows(sentence: str) -> list[str]:
    """Consecutive runs of words that fit; a word longer than a passage is cut anywhere."""
    windows, words = [""], 0
    for word in sentence.split():
        for start in range(0, len(word), PASSAGE_CHARS):
            part = word[start : start + PASSAGE_CHARS]
            if words == PASSAGE_WORDS or len(windows[-1]) + len(part) >= PASSAGE_CHARS:
                windows.append("")
                words = 0
            windows[-1] = f"{windows[-1]} {part}" if windows[-1] else part
            words += 1
    return [window for window in windows if window]


def snippet(passage: str, query: str) -> str:
    """The stretch of a passage where the most query words stand for the first time, cut between words.

    At most `SNIPPET_CHARS` characters, and an ellipsis at each end that was cut.
    """
    last = len(passage) - SNIPPET_CHARS
    if last <= 0:
        return passage
    lowered = passage.lower()
    places = sorted([place for word in _query_words(query) if (place := lowered.find(word)) >= 0])
    start, most = 0, 0
    for number, place in enumerate(places):
        inside = bisect_left(places, place + SNIPPET_CHARS - _LEAD_CHARS) - number
        if inside > most:
            start, most = min(max(0, place - _LEAD_CHARS), last), inside
    end = start + SNIPPET_CHARS
    before, after = "", ""
    if start:
        start, before = passage.find(" ", start - 1, end) + 1 or start, _ELLIPSIS
    if end < len(passage):
        space = passage.rfind(" ", start, end + 1)
        end, after = space if space > start else end, _ELLIPSIS
    return before + passage[start:end] + after


@lru_cache(maxsize=64)
def _query_words(query: str) -> tuple[str, ...]:
    words = (word for word in _QUERY_WORD.findall(query[:_MAX_QUERY_CHARS].lower()) if word not in _STOP_WORDS)
    return tuple(dict.fromkeys(_ENDING.sub("", word) for word in words))[:_MAX_QUERY_WORDS]
