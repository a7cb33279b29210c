"""The extractive summary: word for word, the right words, always the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.summary import EVIDENCE_CHARS, SENTENCE_CHARS, ExtractiveSummariser, Summary
from webenv.types import Page

PAGE = """Home[1] Fred Howard Park[2] Contact[3]
Fred Howard Park is a seaside park in the north of Pinellas County[4]. It has a beach and 140 acres.
Opening hours are from seven in the morning to sunset. Dogs are not allowed on the beach.
Postal code
34689
The park was named after a mayor of Tarpon Springs.
"""


def summarise(text: str, goal: str) -> Summary:
    page = Page(
        url="http://parks.example/",
        requested_url="http://parks.example/",
        title="Park",
        date="",
        text=text,
        links=(),
        status=200,
        mime="text/html",
        timestamp="20240101000000",
        digest="sha256:" + "0" * 64,
    )
    return ExtractiveSummariser().summarise(page, goal)


@pytest.mark.parametrize(
    ("goal", "fact"),
    [
        (
            "When does the park open, and when does it close?",
            "Opening hours are from seven in the morning to sunset.",
        ),
        ("Find the postal code", "Postal code 34689"),
        ("who was the park named after", "The park was named after a mayor of Tarpon Springs."),
        ("dog", "Dogs are not allowed on the beach."),
    ],
)
def test_the_summary_holds_the_fact(goal: str, fact: str) -> None:
    assert fact in summarise(PAGE, goal).summary


def test_the_evidence_keeps_words_order_and_link_numbers() -> None:
    evidence = summarise(PAGE, "Pinellas County mayor").evidence
    assert evidence.splitlines() == [
        "…",
        "Fred Howard Park is a seaside park in the north of Pinellas County[4].",
        "It has a beach and 140 acres.",
        "…",
        "The park was named after a mayor of Tarpon Springs.",
    ]


def test_a_bare_link_is_worth_less_than_a_sentence() -> None:
    links = [f"Opening hours {n}[{n}]" for n in range(1, 100)]
    evidence = summarise("\n".join([*links, "The opening hours are nine to five."]), "opening hours").evidence
    assert "The opening hours are nine to five." in evidence


def test_without_a_match_the_beginning_is_shown_and_said_to_be_that() -> None:
    found = summarise(PAGE, "zebra")
    assert found.evidence.startswith("Home[1]")
    assert found.summary == "The page does not mention the goal in these words; this is how it begins."


def test_a_goal_of_common_words_alone_still_counts() -> None:
    assert "who" in summarise("Nothing.\nSomebody who was there.", "who").summary


def test_languages_without_spaces_are_searched_by_character() -> None:
    assert summarise("公園の名前です。\n郵便番号は三四六八九です。", "郵便番号").summary == "郵便番号は三四六八九です。"


@given(st.text(max_size=2_000), st.text(max_size=200))
def test_any_page_and_goal_give_bounded_words_of_the_page(text: str, goal: str) -> None:
    found = summarise(text, goal)
    assert len(found.evidence) <= EVIDENCE_CHARS
    assert all(line == "…" or line in text for line in found.evidence.split("\n"))


@pytest.mark.parametrize("unit", ["a", "a\n", " ", "[", "[1]", "word ", "a. ", "魚", "\u2028"])
def test_a_hostile_page_is_bounded(unit: str) -> None:
    found = summarise(unit * 1_000_000, "a word 魚")
    assert len(found.evidence) <= EVIDENCE_CHARS
    assert len(found.summary) <= 4 * SENTENCE_CHARS


def test_the_summary_does_not_depend_on_the_hash_seed() -> None:
    code = "from tests.tools.test_summary import *; print(summarise(PAGE * 5, 'park beach mayor dogs hours'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "mayor" in said.pop()
