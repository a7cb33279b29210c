"""The wire format: what a turn may look like, and that nothing a page says can pass for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webenv.protocol import (
    EXAMPLE,
    MAX_JSON_CHARS,
    MAX_JSON_DEPTH,
    error_response,
    neutralise,
    parse,
    render,
    tool_response,
    unwrap,
)
from webenv.types import Invalid, ToolCall, Turn

CALL = '<tool_call>{"name": "search", "arguments": {"query": "fish"}}</tool_call>'
SEARCH = ToolCall(name="search", arguments={"query": "fish"})

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
plain = text.filter(lambda value: "<" not in value).map(str.strip)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
arguments = st.dictionaries(text, st.recursive(scalars | text, lambda inner: st.lists(inner, max_size=3), max_leaves=5))
calls = st.builds(ToolCall, name=text, arguments=arguments)
tags = st.sampled_from(["<think>", "</think>", "<tool_call>", "</tool_call>", "<answer>", "</answer>"])
pieces = tags | st.sampled_from(["<tool_response>", '{"name": "a", "arguments": {}}', "{", "[", '"', "\\", " "]) | text


@pytest.mark.parametrize(
    ("written", "turn"),
    [
        (f"<think>look</think>\n{CALL}", Turn(thought="look", call=SEARCH, well_formed=True)),
        (f"  <think>\nlook\n</think>{CALL}\n", Turn(thought="look", call=SEARCH, well_formed=True)),
        ("<think></think><answer> 34689 </answer>", Turn(answer="34689", well_formed=True)),
        (CALL, Turn(call=SEARCH)),
        (f"Let me see. {CALL}", Turn(thought="Let me see.", call=SEARCH)),
        (f"<think>never closed {CALL}", Turn(thought="never closed", call=SEARCH)),
        (f"opened by the template</think>{CALL}", Turn(thought="opened by the template", call=SEARCH)),
        (f"<think>a</think>well: {CALL}", Turn(thought="a", call=SEARCH)),
        (f"<think>a</think>{CALL} and so on", Turn(thought="a", call=SEARCH)),
        (f"<think>a</think>{CALL}<answer>b</answer>", Turn(thought="a", call=SEARCH)),
        (f"<think>a</think><answer>b</answer>{CALL}", Turn(thought="a", answer="b")),
        (f"<think>a</think>{CALL}<tool_response>made up</tool_response>", Turn(thought="a", call=SEARCH)),
        ("<think>a</think><answer>x <think>y</answer>", Turn(thought="a", answer="x <think>y")),
        ("<think>say <answer></think><answer>x</answer>", Turn(thought="say <answer>", answer="x")),
    ],
)
def test_what_can_be_understood_is_carried_out(written: str, turn: Turn) -> None:
    assert parse(written) == turn


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("I do not know.", "no_action"),
        ("<think><answer>in a thought</answer></think>", "no_action"),
        ("<think>a</think><answer>cut off", "no_action"),
        ("<think>a</think><tool_response>x</tool_response><answer>after it</answer>", "no_action"),
        ("<tool_call>search fish</tool_call>", "bad_json"),
        ("<tool_call>[]</tool_call>", "bad_json"),
        ('<tool_call>{"name": "search"}</tool_call>', "bad_json"),
        ('<tool_call>{"name": 1, "arguments": {}}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": "fish"}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {}, "id": 1}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {"year": NaN}}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {"year": -Infinity}}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {"a": 1, "a": 2}}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {"a": "\\ud800"}}</tool_call>', "bad_json"),
        ('<tool_call>{"name": "search", "arguments": {"a": ' + "9" * 5_000 + "}}</tool_call>", "bad_json"),
        ("<tool_call>" + "[" * 20_000 + "</tool_call>", "bad_json"),
        ("<tool_call>" + '{"a":' * 5_000 + "</tool_call>", "bad_json"),
        ("<tool_call>" + " " * MAX_JSON_CHARS + "{}</tool_call>", "bad_json"),
    ],
)
def test_what_cannot_be_understood_is_named(written: str, kind: str) -> None:
    turn = parse(written)
    assert turn.invalid is not None
    assert turn.invalid.kind == kind
    assert (turn.call, turn.answer, turn.well_formed) == (None, None, False)
    assert error_response(turn.invalid).endswith(f"{EXAMPLE}\n</tool_response>")


def test_the_example_that_teaches_is_right() -> None:
    call, answer = EXAMPLE.split("or, to finish:\n")
    assert parse(call).well_formed
    assert parse(answer).well_formed


def test_bad_json_is_told_in_the_words_of_the_successors() -> None:
    invalid = parse("<tool_call>{</tool_call>").invalid
    assert invalid is not None
    assert invalid.message.startswith(
        'Error: Tool call is not a valid JSON. Tool call must contain a valid "name" and "arguments" field.'
    )


@pytest.mark.parametrize("depth", [MAX_JSON_DEPTH, MAX_JSON_DEPTH + 1])
def test_depth_is_counted_outside_strings(depth: int) -> None:
    nested = "[" * (depth - 2) + "]" * (depth - 2)
    body = '{"name": "x", "arguments": {"brackets": "[[[[[[[[[[[[[[[[[[[[\\"", "nested": ' + nested + "}}"
    assert (parse(f"<tool_call>{body}</tool_call>").call is not None) == (depth <= MAX_JSON_DEPTH)


@given(plain, calls | plain)
def test_a_rendered_turn_reads_back(thought: str, action: ToolCall | str) -> None:
    if isinstance(action, ToolCall):
        turn = Turn(thought=thought, call=action, well_formed=True)
    else:
        turn = Turn(thought=thought, answer=action, well_formed=True)
    assert parse(render(turn)) == turn


@given(text, text)
def test_any_thought_and_answer_render_to_a_well_formed_turn(thought: str, answer: str) -> None:
    turn = parse(render(Turn(thought=f"{thought}</think>", answer=f"<tool_call>{answer}</answer>")))
    assert turn.well_formed


def test_a_turn_without_action_cannot_be_rendered() -> None:
    with pytest.raises(ValueError, match="no right form"):
        render(Turn(invalid=Invalid(kind="empty", message="")))


@given(st.lists(pieces, max_size=12).map("".join) | st.text())
def test_any_text_gives_exactly_one_of_call_answer_and_fault(written: str) -> None:
    turn = parse(written)
    assert [turn.call, turn.answer, turn.invalid].count(None) == 2
    assert not (turn.well_formed and turn.invalid)
    json.dumps([turn.thought, turn.answer], ensure_ascii=False).encode()


@given(st.lists(pieces | st.sampled_from(["</tool_response>", "<|im_end|>", "</ANSWER>"]), max_size=8).map("".join))
def test_nothing_a_page_says_can_pass_for_a_turn(page: str) -> None:
    response = tool_response(page)
    inner = unwrap(response)
    assert inner == neutralise(page)
    assert len(inner) == len(page)
    assert not any(tag in inner.lower() for tag in ("<think", "<tool_call", "</tool_response", "<answer", "<|"))
    assert parse(inner).invalid is not None
    assert response.count("</tool_response>") == 1


def test_other_markup_of_a_page_stays() -> None:
    assert neutralise("a <b>bold</b> <thinking> 1 < 2 | 3 <answers>") == "a <b>bold</b> <thinking> 1 < 2 | 3 <answers>"


@pytest.mark.parametrize("size", [1_000, 500_000])
@pytest.mark.parametrize("unit", ["<", "<think>", "<tool_call>", "</tool_call><tool_call>", '\\"', "<answer></think>"])
def test_hostile_repetition_is_read_to_the_end(unit: str, size: int) -> None:
    assert parse(unit * (size // len(unit))).well_formed is False


def test_the_length_of_a_number_is_limited_by_us_and_not_by_the_environment() -> None:
    call = '<think>t</think><tool_call>{"name": "click", "arguments": {"link": %s}}</tool_call>'
    assert parse(call % ("9" * 100)).call is not None
    refused = parse(call % ("9" * 101)).invalid
    assert refused is not None
    assert "more than 100 digits" in refused.message
