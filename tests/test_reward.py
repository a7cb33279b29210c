"""What counts as a right answer, and what an episode earns."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webenv.reward import MAX_ANSWER_CHARS, judge, normalise, score
from webenv.types import Invalid, Task, ToolCall, Turn

AnswerType = Literal["text", "number", "date", "code"]


def task(answer: str, answer_type: AnswerType = "text", *aliases: str, question: str = "?") -> Task:
    return Task(task_id="t", question=question, answer=answer, answer_type=answer_type, aliases=aliases)


RIGHT: list[tuple[AnswerType, str, str]] = [
    ("text", "Fred Howard Park", "fred howard park."),
    ("text", "The Gulf of Mexico", "“Gulf of Mexico”"),
    ("text", "U.S.", "US"),
    ("text", "Tarpon Springs", "The final answer is: Tarpon Springs."),
    ("text", "ﬁsh", "FISH"),
    ("text", "Saint-Malo", "saint malo"),
    ("text", "3.5", "3.5"),
    ("code", "34689", "34689"),
    ("code", "34689", "The answer is 34689."),
    ("code", "34689", "The ZIP code is **34689** (Florida)"),
    ("code", "34689", "34 689"),
    ("code", "01234", "01234"),
    ("code", "AB-1234", "ab1234"),
    ("code", "AB-1234", "AB 1234"),
    ("number", "1234567", "1,234,567"),
    ("number", "1234567", "1.234567 million"),
    ("number", "-5", "−5"),
    ("number", "-5", "minus 5"),
    ("number", "5 km", "5 kilometres"),
    ("number", "$5", "5 dollars"),
    ("number", "12 km", "12"),
    ("number", "12 km", "about 12.0 km"),
    ("number", "45%", "45 per cent"),
    ("number", "$5 million", "$5,000,000"),
    ("number", "3", "There are 3."),
    ("date", "2018-06-14", "14 June 2018"),
    ("date", "2018-06-14", "June 14th, 2018"),
    ("date", "2018-06-14", "on 14 Jun. 2018"),
    ("date", "2018-06", "June 2018"),
    ("date", "2018", "In 2018."),
    ("text", "कि", "कि।"),
    ("text", "the Gulf of Mexico", "The answer is the Gulf of Mexico"),
    ("code", "3.11", "Python 3.11."),
    ("code", "C++", "c++"),
    ("date", "2021-09-04", "2021‑09‑04"),
    ("number", "12345678901234567890123456789012", "12345678901234567890123456789012"),
    ("date", "2021-09-04", "2021-09-04T10:00:00Z"),
    ("date", "2021-09-04", "4-Sep-2021"),
    ("date", "2021-09-04", "4 September\n2021"),
]

WRONG: list[tuple[AnswerType, str, str]] = [
    ("text", "Fred Howard Park", "Fred Howard Park or Anclote Park"),
    ("text", "Pinellas", "Pinellas County"),
    ("text", "C#", "C"),
    ("text", "3.5", "35"),
    ("text", "yes", ""),
    ("code", "34689", "34689 or 33701"),
    ("code", "34689", "34689/33701"),
    ("code", "34689", "34688, 34689, 34690"),
    ("code", "34689", "34689-1234"),
    ("code", "34689", "034689"),
    ("code", "01234", "1234"),
    ("code", "AB-1234", "CD 1234"),
    ("code", "34689", "34689 " + "x" * MAX_ANSWER_CHARS),
    ("number", "12 km", "12 miles"),
    ("number", "12", "12 or 13"),
    ("number", "12", "10-12"),
    ("number", "3", "3,000"),
    ("number", "3", "3e5"),
    ("number", "3", "0x3"),
    ("number", "3", "3 million"),
    ("number", "1", "1,5"),
    ("number", "5", "-5"),
    ("number", "35", "3.5"),
    ("number", "$5", "€5"),
    ("number", "3.5", "3.5.1"),
    ("date", "2018-06-14", "June 2018"),
    ("date", "2018-06-14", "2018-06-14 or 2018-06-15"),
    ("date", "2018-06-14", "14-15 June 2018"),
    ("date", "2018-06-07", "06/07/2018"),
    ("date", "2018", "June 2018"),
    ("date", "2018", "2018 or 2019"),
    ("date", "2018", "06/07/2018"),
    ("text", "Vitamin", "Vitamin A"),
    ("text", "कि", "का"),
    ("text", "105", "10⁵"),
    ("text", "5", "-5"),
    ("code", "---", "!!!"),
    ("code", "C", "C++"),
    ("code", "3.11", "311"),
    ("number", "3", "3 hours"),
    ("number", "3", "3 and a half"),
    ("number", "5", "5 or thirty"),
    ("number", "7", "seventy seven"),
    ("number", "15", "15k"),
    ("number", "15", "15 millions"),
    ("number", "15", "15-thousand"),
    ("number", "15", "not fifteen"),
    ("number", "15", "more than about 15"),
    ("number", "15", ">15"),
    ("number", "15", "15 BC"),
    ("number", "2010", "2010s"),
    ("code", "34689", "not 34689"),
    ("number", "3", "3 hundred"),
    ("number", "3", "3k"),
    ("number", "3", "minus 3"),
    ("number", "3", "–3"),
    ("number", "3", "more than 3"),
    ("number", "5", "5 or .6"),
    ("number", "5", "5 or 1.2.3"),
    ("number", "5", "5 or 6,7"),
    ("number", "10", "10²"),
    ("number", "12345678901234567890123456789012", "12345678901234567890123456789013"),
    ("date", "2021", "-2021"),
    ("date", "2021", "2021 BC"),
    ("date", "2021", "before 2021"),
]


@pytest.mark.parametrize(("answer_type", "accepted", "answer"), RIGHT)
def test_right_answers(answer_type: AnswerType, accepted: str, answer: str) -> None:
    assert judge(task(accepted, answer_type), answer)
    assert judge(task("something else", answer_type, accepted), answer)


@pytest.mark.parametrize(("answer_type", "accepted", "answer"), WRONG)
def test_wrong_answers(answer_type: AnswerType, accepted: str, answer: str) -> None:
    assert not judge(task(accepted, answer_type), answer)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How many minutes longer is it?", "3 min", "3 hrs"),
        ("How many picnic shelters are there?", "There are three picnic shelters.", "three benches"),
        ("What does it cost in dollars?", "$3", "€3"),
        ("How many visitors came to Washington?", "about 3 visitors", "3 tons"),
    ],
)
def test_the_question_names_the_unit(question: str, right: str, wrong: str) -> None:
    assert judge(task("3", "number", question=question), right)
    assert not judge(task("3", "number", question=question), wrong)


def test_an_alias_in_words_serves_a_number() -> None:
    assert judge(task("3", "number", "three"), "Three.")


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", " ", "_"]))
def test_a_number_reads_the_same_however_it_is_grouped(value: int, separator: str) -> None:
    grouped = f"{value:,}".replace(",", separator)
    assert judge(task(str(value), "number"), grouped) == (separator != "_" or abs(value) < 1_000)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_reads_the_same_however_it_is_spelled(day: date) -> None:
    for spelled in (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%Y/%m/%d}"):
        assert judge(task(day.isoformat(), "date"), spelled)


@given(st.sampled_from(["text", "number", "date", "code"]), st.text(max_size=40), st.text(max_size=40))
def test_an_answer_that_is_the_accepted_one_is_right_and_judging_never_raises(
    answer_type: AnswerType, accepted: str, answer: str
) -> None:
    judge(task(accepted, answer_type), answer)
    assert judge(task(accepted, answer_type), accepted)
    assert normalise(task(accepted, answer_type), answer)


@pytest.mark.parametrize(("answer_type", "accepted", "answer"), WRONG)
def test_a_wrong_answer_never_votes_with_the_right_one(answer_type: AnswerType, accepted: str, answer: str) -> None:
    asked = task(accepted, answer_type)
    assert normalise(asked, accepted) != normalise(asked, answer)


@pytest.mark.parametrize(
    ("answer_type", "question", "answers"),
    [
        ("text", "Who?", ["Palm Beach", "palm beach.", "The answer is Palm Beach"]),
        ("number", "How many minutes?", ["3", "3 minutes", "three", "about 3 min", "3.0"]),
        ("number", "How far?", ["12 km", "12 kilometres", "It is 12 km."]),
        ("date", "When?", ["2021-05-06", "6 May 2021", "on May 6, 2021"]),
        ("code", "Which ZIP code?", ["34689", "The ZIP code is 34689.", "ZIP 34689", "the answer is 34689"]),
        ("code", "Which number plate?", ["AB-1234", "AB 1234", "ab1234"]),
    ],
)
def test_answers_that_say_the_same_vote_together(answer_type: AnswerType, question: str, answers: list[str]) -> None:
    asked = task("not looked at", answer_type, question=question)
    assert len({normalise(asked, answer) for answer in answers}) == 1


def test_long_answers_vote_too() -> None:
    long = "a" * (MAX_ANSWER_CHARS + 1)
    assert normalise(task("a"), long) == normalise(task("b"), long)
    assert normalise(task("a"), long) != normalise(task("a"), long + "b")


CALL = Turn(thought="a", call=ToolCall(name="search"), well_formed=True)
ILL_FORMED = Turn(call=ToolCall(name="search"))
INVALID = Turn(invalid=Invalid(kind="unknown_tool", message=""), well_formed=True)
RIGHT_ANSWER = Turn(answer="yes", well_formed=True)
WRONG_ANSWER = Turn(answer="no", well_formed=True)


@pytest.mark.parametrize(
    ("turns", "parts"),
    [
        ([CALL, RIGHT_ANSWER], (1.0, 1.0, 1.0)),
        ([CALL, WRONG_ANSWER], (1.0, 0.0, 0.1)),
        ([ILL_FORMED, RIGHT_ANSWER], (0.0, 1.0, 0.9)),
        ([INVALID, RIGHT_ANSWER], (0.0, 1.0, 0.9)),
        ([CALL, Turn(answer="yes")], (0.0, 1.0, 0.9)),
        ([ILL_FORMED, WRONG_ANSWER], (0.0, 0.0, 0.0)),
        ([CALL, CALL], (0.0, 0.0, 0.0)),
        ([], (0.0, 0.0, 0.0)),
    ],
)
def test_the_reward_has_a_part_for_form_and_a_part_for_the_answer(
    turns: list[Turn], parts: tuple[float, float, float]
) -> None:
    earned = score(task("yes"), turns)
    assert (earned.format, earned.answer, earned.total) == parts
