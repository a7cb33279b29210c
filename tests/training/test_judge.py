"""The judge's replies: yes, no, or undecided, whatever they are wrapped in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model_server import Fault, serving
from training.judge import MAX_REPLY_CHARS, TRIES, load_judge, read_reply
from webenv.errors import InputError, WebenvError
from webenv.types import Task

TASK = Task(task_id="t", question="Who?", answer="Ada Lovelace", aliases=("Lovelace",))
FIELDS = """extracted_final_answer: {answer}

reasoning: {reasoning}

correct: {correct}

confidence: 90%"""


@pytest.mark.parametrize(
    "reply",
    [
        "Correct",
        "Correct.",
        "CORRECT",
        "correct: yes",
        "Correct: Yes.",
        "**Correct:** yes",
        "**correct**: yes",
        "- correct: yes",
        "> correct = true",
        "A: CORRECT",
        "The answer is correct.",
        "The answer is 5. Correct",
        "correct\n\n\nThe numbers are equal",
        '{"extracted_final_answer": "x", "correct": "yes", "confidence": 100}',
        '```json\n{"correct": true}\n```',
        "<think>is it incorrect? correct: no?</think>\ncorrect: yes",
        "confidence: 90%\ncorrect: yes",
        FIELDS.format(answer="x", reasoning="The answer is not incorrect", correct="yes"),
    ],
)
def test_replies_that_say_yes(reply: str) -> None:
    assert read_reply(reply) is True


@pytest.mark.parametrize(
    "reply",
    [
        "Incorrect",
        "incorrect.",
        "According to the labels, Incorrect",
        "Incorrect. The correct answer is 5.",
        "It is not correct.",
        "It isn't correct.",
        "correct: no",
        "**Correct:** No, they differ",
        "incorrect: yes",
        "A long comparison.\n\nIncorrect",
        '{"correct": "no"}',
        '{"correct": false}',
        FIELDS.format(answer="None", reasoning="The correct answer is another", correct="no"),
        FIELDS.format(answer="x", reasoning="it would be correct: yes, if", correct="no"),
    ],
)
def test_replies_that_say_no(reply: str) -> None:
    assert read_reply(reply) is False


@pytest.mark.parametrize(
    "reply",
    [
        "",
        " \n ",
        "yes",
        "A",
        "Correct or incorrect?",
        "correct: yes or no",
        "correct: maybe",
        "correct: yes\ncorrect: no",
        "incorrect: no match",
        "Correct. Wait, it is incorrect.",
        "Correct\nincorrect",
        "I cannot tell whether it is correct",
        "partially correct",
        "Nothing here is correct, I think",
        "extracted_final_answer: correct",
        '{"correct": "perhaps"}',
        '{"correct":',
        "correct: yes" + " " * MAX_REPLY_CHARS + "x",
    ],
)
def test_replies_that_decide_nothing(reply: str) -> None:
    assert read_reply(reply) is None


@given(st.text(max_size=200))
def test_no_reply_raises_and_words_without_a_verdict_decide_nothing(reply: str) -> None:
    decided = read_reply(reply)
    assert decided is None or "correct" in reply.casefold()


@given(st.sampled_from([True, False]), st.text(st.characters(blacklist_categories=("Cs",)), max_size=80))
def test_the_field_counts_whatever_the_answer_says(right: bool, answer: str) -> None:
    answer = " ".join(answer.split())
    reply = FIELDS.format(answer=answer, reasoning="compared", correct="yes" if right else "no")
    assert read_reply(reply) is right


def test_a_judge_is_asked_until_a_reply_decides_and_never_twice(tmp_path: Path) -> None:
    def say(request: dict[str, Any]) -> str:
        assert "Ada Lovelace or Lovelace" in request["messages"][0]["content"]
        return "correct: yes" if request["seed"] == 1 else "Hm."

    with serving(say) as server:
        judge = load_judge(f"{server.base_url}#judge", tmp_path)
        assert judge.decide(TASK, "Lovelace, Ada") is True
        assert judge.decide(TASK, "Lovelace, Ada") is True
        assert len(server.asked) == 2


def test_what_stays_undecided_is_none_and_a_broken_server_raises(tmp_path: Path) -> None:
    with serving(lambda request: "") as server:
        judge = load_judge(f"{server.base_url}#judge", tmp_path / "one")
        assert judge.decide(TASK, "Ada") is None
        assert len(server.asked) == TRIES
        server.faults.append(Fault(status=401))
        with pytest.raises(WebenvError, match="status 401"):
            judge.decide(TASK, "Charles")


@pytest.mark.parametrize("spec", ["", "model", "http://127.0.0.1:1/v1", "#model"])
def test_a_judge_that_is_not_named(spec: str) -> None:
    with pytest.raises(InputError, match="name server and model"):
        load_judge(spec)
