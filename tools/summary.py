"""What a page says about a goal: the evidence, word for word, and a short summary.

The default is *extractive*: it picks sentences of the page by the words they share with the goal, rare words
counting more (inverse document frequency, Sparck Jones 1972, over the sentences of this one page). It is
deterministic and needs no model. A language model can take its place (`tools.openai`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from webenv.types import Page, Record

EVIDENCE_CHARS = 2_000
"""Longest evidence, in characters (our choice)."""
SUMMARY_SENTENCES = 3
"""Sentences of a summary (our choice)."""
SENTENCE_CHARS = 400
"""Longer sentences and lines are cut up (our choice)."""
LABEL_CHARS = 30
"""A sentence this short is taken for a label, and the summary says its value with it (our choice)."""
READ_CHARS = 500_000
"""What comes after so many characters of a page is not read (our choice)."""
_CACHED_CHARS = 65_536  # longer texts are worked out each time, which bounds the memory of the cache
_LENT = 0.4  # share of its score that a sentence lends to the next: facts often follow their heading
_BARE_LINK = 0.5  # what counts of the score of a line that is nothing but a link: it says no fact itself

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_PIECE = re.compile(rf"\S.{{0,{SENTENCE_CHARS - 2}}}(?=\s|$)|\S.{{0,{SENTENCE_CHARS - 1}}}")
_ONLY_LINK = re.compile(r"[^\[\]]*\[\d+\]")
_LINK_MARK = re.compile(r"\[\d+\]")
_SUFFIX = re.compile(r"(?<=\w\w\w)(?:ing|ed|es|s)$")
_COMMON = frozenset(
    _WORD.findall("""
a about an and any are as at be been by can could did do does find for from get give had has have how i if in
information into is it its many me more most much my need of on or our page s said say show so some tell than
that the their them then there these they this to was we were what when where which who whose why will with
would you your
""")
)


class Summary(Record):
    """What a page says about a goal."""

    evidence: str
    summary: str


class Summariser(Protocol):
    """Reads a page for a goal. The same page and goal always give the same summary."""

    def summarise(self, page: Page, goal: str) -> Summary:
        """Evidence and summary. Raises `WebenvError` if it cannot be asked; never invents an empty answer."""
        ...


class ExtractiveSummariser(Record):
    """Picks the sentences of the page that share the rarest words with the goal."""

    def summarise(self, page: Page, goal: str) -> Summary:
        """Evidence in the order of the page, with its link numbers; the best sentences as summary."""
        extract = _remembered if len(page.text) <= _CACHED_CHARS else _extract
        return extract(page.text, goal)


def _extract(text: str, goal: str) -> Summary:
    sentences = list(_sentences(text[:READ_CHARS]))
    scores = _scores(sentences, goal)
    order = sorted((place for place, score in enumerate(scores) if score), key=lambda place: -scores[place])
    if not order:
        return Summary(
            evidence=_join(sentences, _fitting(sentences, range(len(sentences)))),
            summary="The page does not mention the goal in these words; this is how it begins.",
        )
    chosen = _fitting(sentences, order)
    best = set(chosen[:SUMMARY_SENTENCES])
    best |= {place + 1 for place in best if len(sentences[place]) <= LABEL_CHARS and place + 1 < len(sentences)}
    summary = " ".join(_LINK_MARK.sub("", sentences[place]) for place in sorted(best))
    return Summary(evidence=_join(sentences, chosen), summary=summary)


_remembered = lru_cache(maxsize=512)(_extract)


def _sentences(text: str) -> Iterator[str]:
    for end in (".", "!", "?"):
        text = text.replace(f"{end} ", f"{end}\n")
    for line in text.replace("。", "。\n").splitlines():
        sentence = line.strip()
        if len(sentence) > SENTENCE_CHARS:
            yield from _PIECE.findall(sentence)
        elif sentence:
            yield sentence


def _scores(sentences: Sequence[str], goal: str) -> list[float]:
    """How well each sentence fits the goal; it lends a part of that to the sentence after it."""
    mentions = _goal_pattern(goal).findall
    found = enumerate(mentions(sentence.casefold()) for sentence in sentences)
    shared = {place: set(words) for place, words in found if words}
    seen_in = Counter(word for words in shared.values() for word in words)
    weight = {word: math.log1p(len(sentences) / count) for word, count in seen_in.items()}
    scores = [0.0] * (len(sentences) + 1)
    for place, words in shared.items():
        own = math.fsum(weight[word] for word in words)
        own *= _BARE_LINK if _ONLY_LINK.fullmatch(sentences[place]) else 1
        scores[place] += own
        scores[place + 1] += own * _LENT
    return scores[: len(sentences)]


def _goal_pattern(goal: str) -> re.Pattern[str]:
    """Finds the words of the goal, without the common ones, also where they end otherwise."""
    words = _WORD.findall(goal.casefold())
    stems = {_SUFFIX.sub("", word) for word in words if word not in _COMMON} or set(words)
    return re.compile("|".join(map(_stem_pattern, sorted(stems, key=lambda stem: (-len(stem), stem)))) or "(?!)")


def _stem_pattern(stem: str) -> str:
    if re.match(f"[{_CJK}]", stem):
        return stem  # written without spaces, so there are no edges of words
    ending = r"\w{0,4}" if len(stem) > 3 else "s?"
    return rf"\b{stem}(?={ending}\b)"


def _fitting(sentences: Sequence[str], order: Sequence[int]) -> list[int]:
    """The first places of `order` whose sentences fit into the evidence together, none twice."""
    chosen: list[int] = []
    said: set[str] = set()
    left = EVIDENCE_CHARS
    for place in order:
        if sentences[place] in said:
            continue
        said.add(sentences[place])
        left -= len(sentences[place]) + 3
        if left < 0:
            break
        chosen.append(place)
    return chosen


def _join(sentences: Sequence[str], chosen: Sequence[int]) -> str:
    """The chosen sentences in the order of the page; `…` where something was left out between them."""
    parts: list[str] = []
    last = -1
    for place in sorted(chosen):
        parts += ["…"] if place > last + 1 else []
        parts.append(sentences[place])
        last = place
    return "\n".join(parts)
