"""When an answer stands in a text, and when it does so by chance only."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.benchmarks.standing import Reading, stands_across, stands_in
from webenv.types import Link, Page, Task

AnswerType = Literal["text", "number", "date", "code"]


def task(answer: str, answer_type: AnswerType = "text", question: str = "?", aliases: tuple[str, ...] = ()) -> Task:
    return Task(task_id="t", question=question, answer=answer, answer_type=answer_type, aliases=aliases)


STANDS: list[tuple[AnswerType, str, str]] = [
    ("text", "Grey Heron", "In the river a grey heron, seen at dawn."),
    ("text", "The Grey Heron", "a grey\nheron"),
    ("text", "Saint-Malo", "the walls of Saint Malo."),
    ("text", "Café Müller", "at CAFÉ MÜLLER!"),
    ("text", "C++ compiler", "a c++ compiler"),
    ("text", "白沙河", "苍鹭在白沙河边。"),
    ("text", "Heron", "位于Heron的河"),
    ("text", "서울", "서울에서"),
    ("number", "12345", "about 12,345 reeds"),
    ("number", "12,345", "12 345 reeds"),
    ("number", "1.5 million", "1,500,000 reeds"),
    ("number", "-20000", "at −20000 m"),
    ("date", "14 June 2018", "on 2018-06-14 the"),
    ("date", "2018-06-14", "June 14th, 2018, and 3 reeds"),
    ("code", "AB-1234", "no. ab 1234."),
    ("code", "34689", "Florida 34689"),
]
STANDS_NOT: list[tuple[AnswerType, str, str]] = [
    ("text", "Grey Heron", "greyheron, grey herons, grey the heron"),
    ("text", "heron", "the herons, a heronry"),
    ("text", "C++ compiler", "a c compiler"),
    ("text", "", "anything"),
    ("text", " ", "anything"),
    ("number", "12345", "112345 and 12345.5 and 12,3456"),
    ("number", "20000", "-20000"),
    ("date", "14 June 2018", "on 15 June 2018, or June 2018"),
    ("code", "34689", "134689"),
]


@pytest.mark.parametrize(("answer_type", "answer", "text"), STANDS)
def test_an_answer_stands(answer_type: AnswerType, answer: str, text: str) -> None:
    assert stands_in(task(answer, answer_type), Reading(text))


@pytest.mark.parametrize(("answer_type", "answer", "text"), STANDS_NOT)
def test_an_answer_does_not_stand(answer_type: AnswerType, answer: str, text: str) -> None:
    assert not stands_in(task(answer, answer_type), Reading(text))


@pytest.mark.parametrize(
    ("answer_type", "answer"),
    [
        ("number", "3"),
        ("number", "3 reeds"),
        ("number", "2018"),
        ("number", "seven"),
        ("number", "3.25"),
        ("date", "June 2018"),
        ("text", "Ox"),
        ("text", "鹭"),
        ("text", "yes"),
        ("text", "True"),
        ("text", "1,98"),
        ("code", "A3"),
    ],
)
def test_a_weak_answer_must_stand_near_the_question(answer_type: AnswerType, answer: str) -> None:
    """Not anywhere on a page, not even on a page about the question."""
    asked = task(answer, answer_type, "How does the miller count reeds beside the weir of Aldmoor?")
    says = {"seven": "7"}.get(answer, answer)
    assert not stands_in(asked, Reading(f"Prices: {says}. Opening: {says}."))
    assert not stands_in(
        asked, Reading(f"The miller counts reeds beside the weir of Aldmoor.\nOn sale: {says}", "Mills")
    )
    assert stands_in(asked, Reading(f"Beside the weir the miller of Aldmoor counts: {says} of them."))
    assert stands_in(asked, Reading(f"Reeds beside the weir: {says}", "The miller of Aldmoor"))
    assert not stands_in(asked, Reading(f"Nothing but {says}", "The miller counts reeds beside the weir of Aldmoor"))


def test_a_wall_of_text_is_no_sentence() -> None:
    asked = task("3", "number", "How many reeds does the miller of Aldmoor count?")
    near = "the miller of Aldmoor counts reeds: 3"
    assert stands_in(asked, Reading(near))
    assert not stands_in(asked, Reading(near + " and" * 300))


def test_link_numbers_are_no_part_of_a_page() -> None:
    page = Page(
        url="http://a.example/",
        requested_url="http://a.example/",
        title="The miller of Aldmoor",
        date="",
        text="Grey[3] heron[12345] counts reeds",
        links=(Link(label="Grey", url="http://b.example/"),),
        status=200,
        mime="text/html",
        timestamp="20200101000000",
        digest="",
    )
    reading = Reading.of(page)
    assert stands_in(task("grey heron"), reading)
    assert not stands_in(task("12345", "number"), reading)
    assert not stands_in(task("3", "number", "How many reeds does the miller of Aldmoor count?"), reading)


def test_an_alias_counts_like_the_answer() -> None:
    assert stands_in(task("Ardea cinerea", aliases=("grey heron",)), Reading("A grey heron."))


def test_a_long_answer_stands_in_parts() -> None:
    answer = "The gate opens on 3 May 2031, and it is found at Lower Heron Street 9, beside the old mill."
    asked = task(answer, question="When does the gate open and where is it found?")
    opening, place = Reading("Opening: May 3, 2031"), Reading("Lower Heron Street 9, by the old mill, beside the weir")
    assert not stands_in(asked, opening)
    assert not stands_in(asked, place)
    assert stands_across(asked, [opening, place])
    assert not stands_across(asked, [Reading("Opening: May 4, 2031"), place])
    assert stands_in(asked, Reading(opening.text + "\n" + place.text))
    assert not stands_across(task(question=answer, answer=answer), [Reading("reeds")])
    assert not stands_across(asked, [])


def test_a_long_chinese_answer_stands_in_parts() -> None:
    asked = task("会议将于2031年5月3日在白沙河旁的老磨坊举行", question="会议何时何地举行?")
    assert stands_in(asked, Reading("地点: 白沙河旁的老磨坊, 时间: 会议将于2031年5月3日举行"))
    assert not stands_in(asked, Reading("地点: 白沙河旁的老磨坊, 时间: 会议将于2031年5月4日举行"))


WORDS = st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=9), min_size=2, max_size=6)


@given(WORDS, WORDS, WORDS)
def test_words_stand_among_other_words(before: list[str], answer: list[str], after: list[str]) -> None:
    text = " ".join(("x", *before, *answer, *after))
    asked = task(" ".join(("zz", *answer)))
    assert not stands_in(asked, Reading(text))
    assert stands_in(asked, Reading(" ".join(("x", *before, "Zz,", *answer, *after))))


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["text", "number", "date", "code"]))
def test_no_text_raises(answer: str, text: str, answer_type: AnswerType) -> None:
    assert stands_in(task(answer, answer_type), Reading(text)) in (True, False)
