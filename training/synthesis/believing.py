"""What a language model says it asks, and whether it can be believed: strict JSON, then checks against the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from training.synthesis.checking import day, shown, trail
from training.synthesis.facts import Value
from training.synthesis.survey import Survey
from webenv.types import Evidence, Page, Record, Task
from webenv.values import quantity

MIN_QUESTION_CHARS, MAX_QUESTION_CHARS, MAX_ANSWER_CHARS = 20, 600, 120
"""Lengths of what is believed (our choice)."""
MIN_QUOTE_CHARS, MAX_QUOTE_CHARS = 3, 300
"""Lengths of a quotation (our choice)."""
MAX_JSON_CHARS, MAX_SAID = 100_000, 50
"""Longest answer that is read, and most questions in it (our choice)."""

Type = Literal["multi-hop", "count", "intersection", "comparison"]


class Refused(Exception):
    """Why something is left out, in a few words."""


class Quote(Record):
    """Words of a page of the prompt."""

    page: int
    quote: str


class Said(Record):
    """One question as a model writes it."""

    type: Type
    question: str
    answer: str
    evidence: Annotated[tuple[Quote, ...], msgspec.Meta(max_length=40)]


def read_answer(text: str) -> list[msgspec.Raw]:
    """The questions in an answer, not yet read; it may stand after a thought, and in a Markdown fence.

    Raises:
        Refused: it is not the JSON list that was asked for.
    """
    if len(text) > MAX_JSON_CHARS:
        raise Refused("answer too long")
    text = text.rpartition("</think>")[2].strip()
    text = text.removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return msgspec.json.decode(text, type=list[msgspec.Raw])[:MAX_SAID]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("answer is not a JSON list") from None


def read_said(item: msgspec.Raw) -> Said:
    """One question.

    Raises:
        Refused: it has not the form, or a type that there is not.
    """
    try:
        return msgspec.json.decode(item, type=Said)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("question without the form asked for") from None


def said_task(said: Said, pages: Sequence[Page], survey: Survey) -> Task:
    """The task that a question is, without an id.

    Raises:
        Refused: something about it is wrong.
    """
    answer, question = " ".join(said.answer.split()), " ".join(said.question.split())
    _check_lengths(question, answer, said)
    evidence = [_evidence(quote, pages) for quote in said.evidence]
    if len({item.url for item in evidence}) < 2:
        raise Refused("fewer than two pages")
    _check_answer(question, answer, said, evidence)
    calls = trail(survey, [(item, "") for item in evidence])
    if calls is None:
        raise Refused("no search or link leads to its pages")
    task = Task(
        task_id="",
        question=question,
        answer=answer,
        answer_type="number" if said.type == "count" else Value(text=answer).type,
        evidence=tuple(evidence),
        oracle=calls,
        as_of=day(survey),
        template=f"{said.type}:written",
        hops=len({item.url for item in evidence}),
    )
    if shown(survey, task) != "far":
        raise Refused("a search for it shows the answer")
    return task


def _check_lengths(question: str, answer: str, said: Said) -> None:
    if not MIN_QUESTION_CHARS <= len(question) <= MAX_QUESTION_CHARS:
        raise Refused("question too short or too long")
    if not 0 < len(answer) <= MAX_ANSWER_CHARS or not any(map(str.isalnum, answer)):
        raise Refused("answer empty or too long")
    if any(not MIN_QUOTE_CHARS <= len(quote.quote) <= MAX_QUOTE_CHARS for quote in said.evidence):
        raise Refused("quotation too short or too long")


def _evidence(quote: Quote, pages: Sequence[Page]) -> Evidence:
    if not 1 <= quote.page <= len(pages):
        raise Refused("unknown page")
    page = pages[quote.page - 1]
    if quote.quote not in page.text:
        raise Refused("quotation is not on its page")
    return Evidence(url=page.url, text=quote.quote, relation="quoted", digest=page.digest)


def _check_answer(question: str, answer: str, said: Said, evidence: Sequence[Evidence]) -> None:
    """A count is the number of quotations; any other answer stands in one, and not in the question."""
    if said.type == "count":
        number = quantity(answer, set())
        if number is None or number[0] != len({(item.url, item.text) for item in evidence}):
            raise Refused("count is not the number of quotations")
        return
    if not any(answer in item.text for item in evidence):
        raise Refused("answer is not in its quotations")
    if said.type != "comparison" and answer.casefold() in question.casefold():
        raise Refused("answer in the question")
