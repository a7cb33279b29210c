"""The *notes* of a teacher: what it takes from the conversation so far, and may therefore speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from agent import observations
from agent.policy import Conversation
from agent.teacher import reading
from agent.teacher.plan import Move
from webenv import protocol
from webenv.types import ToolCall

_ASKED = re.compile(
    r"(?:(?:what|who) (?:is|are|was|were) |in (?=what|which))?(.+?)"
    r"(?: (?:of(?! the two)|that|by|from|for|with|does|do|did|is|are|was|were|can|in which)\b|[:?,]|$)",
    re.IGNORECASE,
)
"""What a question asks for: its words up to the first that says of what, or a verb."""
PLAIN_WORDS = {"who": "the person", "where": "the place", "when": "the time", "why": "the reason", "how": "how"}
"""What a question word alone asks for."""
_AGAIN = re.compile(r"\A<tool_response>\nThis call was made in turn (\d{1,6}) already")
_COMMON = frozenset(
    "a about an and are as at by did do does each for from had has have how in is it its many much of on or that the "
    "their them they this to two was were what when where which who whom whose why with".split()
)


class Fact(NamedTuple):
    """What a page on the way says: the name or value that leads on, and the sentence that says it."""

    key: str
    quote: str


class Notes:
    """Everything read and done in an episode, in the light of its plan."""

    def __init__(self, conversation: Conversation, moves: Sequence[Move]) -> None:
        self.task, self.question = conversation.task, conversation.question
        self.steps, self.moves = list(_in_full(conversation.steps)), moves[: len(conversation.steps)]
        self.calls = [protocol.parse(turn).call for turn, _ in self.steps]

    @cached_property
    def seen(self) -> str:
        """The question and all observations."""
        return "\n".join((self.question, *(observation for _, observation in self.steps)))

    @property
    def last(self) -> str:
        """The last observation; empty before the first turn."""
        return self.steps[-1][1] if self.steps else ""

    @cached_property
    def focus(self) -> str:
        """What the question asks for, without of what."""
        match = _ASKED.match(self.question.strip())
        words = (match[1] if match else self.question).split()[:8]
        if words and words[0] in _QUESTION_WORDS:
            words[0] = words[0].lower()
        return PLAIN_WORDS.get(words[0], words[0]) if len(words) == 1 else " ".join(words)

    @cached_property
    def topic(self) -> str:
        """Words of the question that are neither common nor of the name in it."""
        words = re.findall(r"[^\W\d_]+", self.question.replace(self.wanted or " ", " "))
        return " ".join([word for word in words if word.islower() and word not in _COMMON][:5])

    @cached_property
    def wanted(self) -> str:
        """The thing that the question names: what is searched for first, or its longest proper name."""
        searched = [run for query in queries(self.task.oracle[0]) for run in _runs(query.split())]
        named = [run for run in searched if run[0].isupper() and _stands_in(run, self.question)]
        found = [name for name in reading.names(self.question) if name.split()[0] not in _QUESTION_WORDS]
        return max(named, key=len, default=found[0] if found else "")

    def target(self, place: int) -> str:
        """What a call of the oracle is about, as far as it was read already; else empty."""
        if place >= len(self.task.oracle):
            return ""
        call = self.task.oracle[place]
        if call.name == "search":
            return self.seen_words(call)
        if call.name == "click":
            return reading.label(self._observation_before(place), _number(call))
        if call.name == "visit":
            urls = addresses(call)
            titles = [
                hit.title for _, observation in self.steps for hit in observations.hits(observation) if hit.url in urls
            ]
            return titles[0] if titles else self.target(place - 1) if place else ""
        text = str(call.arguments.get("text", ""))
        return text if text in self.seen else ""

    def seen_words(self, call: ToolCall) -> str:
        """The longest run of words of a query that was read already."""
        runs = [run for query in queries(call) for run in _runs(query.split())]
        return next((run for run in sorted(runs, key=len, reverse=True) if self.has_read(run)), "")

    def has_read(self, words: str) -> bool:
        """Whether words stand in the question or an observation as they are."""
        return _stands_in(words, self.seen)

    @cached_property
    def facts(self) -> list[Fact]:
        """What the calls of the oracle gave so far, none twice."""
        found: dict[str, Fact] = {}
        for move, (_, observation) in zip(self.moves, self.steps, strict=True):
            if move.kind == "oracle" and self.task.oracle[move.call].name != "search":
                fact = self._fact(move.call, observation)
                found.setdefault(fact.quote, fact)
        return [fact for fact in found.values() if fact.quote]

    def fact_of_last(self) -> Fact:
        """What the last observation adds: the key of the page on the way if it says it."""
        return self._fact(self.way, self.last)

    @property
    def way(self) -> int:
        """The last call of the oracle that opened a page; -1 if none did."""
        places = [m.call for m in self.moves if m.kind == "oracle" and self.task.oracle[m.call].name in _OPENING]
        return places[-1] if places else -1

    @cached_property
    def way_url(self) -> str:
        """The page that the oracle has open; empty if it has none."""
        made = [step for step, move in enumerate(self.moves) if move.kind == "oracle" and move.call == self.way]
        return observations.opened(self.calls[made[-1]], self.steps[made[-1]][1]) if made else ""

    @cached_property
    def way_title(self) -> str:
        """The title of that page, as it or a search showed it; empty if neither did."""
        for call, (_, said) in zip(self.calls, self.steps, strict=True):
            if observations.page_title(said) and observations.opened(call, said) == self.way_url:
                return observations.page_title(said)
        shown = (hit for _, said in self.steps for hit in observations.hits(said))
        return next((hit.title for hit in shown if hit.url == self.way_url), "")

    @cached_property
    def opened(self) -> set[str]:
        """Every page that was opened."""
        pages = (observations.opened(call, said) for call, (_, said) in zip(self.calls, self.steps, strict=True))
        return {page for page in pages if page}

    def links(self) -> list[int]:
        """The links of the page on the way; none if another page or a search was shown since."""
        for call, (_, said) in zip(reversed(self.calls), reversed(self.steps), strict=True):
            page = observations.opened(call, said)
            if page or (call is not None and call.name == "search"):
                break
        else:
            return []
        return reading.links(self._observation_before(len(self.task.oracle))) if page == self.way_url else []

    def fresh_hits(self) -> list[observations.Hit]:
        """Hits of the last search that were not opened and are not on the way."""
        needed = {url for call in self.task.oracle for url in addresses(call)} | self.opened
        needed |= {item.url for item in self.task.evidence}
        named = {self.wanted, *(self.target(place) for place in range(self.way + 1, len(self.task.oracle)))}
        shown = next((found for _, said in reversed(self.steps) if (found := observations.hits(said))), [])
        return [hit for hit in shown if hit.url not in needed and hit.title not in named]

    def _fact(self, place: int, observation: str) -> Fact:
        key = self._key(place, observation)
        return Fact(key, reading.quotation(observation, key, self.task.evidence, self.question))

    @cached_property
    def written_answer(self) -> str:
        """The answer, if the evidence says it; empty if it has to be counted or worked out."""
        worked_out = self.task.template.startswith(("count", "comparison"))
        says = any(_stands_in(self.task.answer, reading.plain(item.text)) for item in self.task.evidence)
        return self.task.answer if not worked_out and (says or self.task.answer_type == "text") else ""

    def _key(self, place: int, observation: str) -> str:
        """What the next call takes from an observation; empty if that is not in it."""
        following = self.task.oracle[place + 1] if place + 1 < len(self.task.oracle) else None
        if following is None:
            key = self.written_answer
        elif following.name == "click":
            key = reading.label(self._observation_before(place + 1), _number(following))
        elif following.name == "search":
            runs = [run for query in queries(following) for run in _runs(query.split())]
            new = [run for run in runs if run not in self.question and run[0].isupper() and run in observation]
            key = max(new, key=len, default="")
        else:
            key = ""
        return key if 0 < len(key.split()) <= _KEY_WORDS and _stands_in(key, observation) else ""

    def _observation_before(self, place: int) -> str:
        """What was read when the oracle opened the page on which a call works."""
        made = [step for step, move in enumerate(self.moves) if move.kind == "oracle" and move.call < place]
        opening = [step for step in made if self.task.oracle[self.moves[step].call].name in _OPENING]
        return self.steps[opening[-1]][1] if opening else ""


_KEY_WORDS = 8
"""Longest name or value that is spoken of (our choice)."""
_RUN_WORDS = 12
"""Words of a query that are looked at (our choice)."""
_OPENING = ("visit", "click")
_QUESTION_WORDS = frozenset(
    "What Which Who Whom Whose When Where Why How In On At Of By For To From With As The A An Is Are Was Did".split()
)


def _in_full(steps: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The steps; where an observation only says in which turn it came before, it is that one."""
    for turn, observation in steps:
        again = _AGAIN.match(observation)
        first = int(again[1]) - 1 if again else len(steps)
        yield turn, steps[first][1] if first < len(steps) else observation


def queries(call: ToolCall) -> list[str]:
    """The queries of a search."""
    return _listed(call.arguments.get("query"))


def addresses(call: ToolCall) -> list[str]:
    """The addresses of a visit."""
    return _listed(call.arguments.get("url"))


def _stands_in(words: str, text: str) -> bool:
    return words in text and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _number(call: ToolCall) -> int:
    number = call.arguments.get("link", 0)
    return int(number) if isinstance(number, int | str) and str(number).isdecimal() else 0


def _runs(words: list[str]) -> Iterator[str]:
    """All runs of the first words."""
    ends = range(1, min(len(words), _RUN_WORDS) + 1)
    return (" ".join(words[start:end]) for end in ends for start in range(end))
