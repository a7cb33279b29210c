"""The wire format: text on one side, `Turn` on the other (WebDancer, arXiv 2505.22648, section 2.2).

A *turn* is what the policy writes; its one right form is

    <think>reasoning</think>
    <tool_call>{"name": "search", "arguments": {"query": "clownfish in Florida"}}</tool_call>

or `<answer>words</answer>` in place of the tool call, with nothing but white space around the parts. A *tool
response* is what the policy reads. `parse` understands what it can and reports whether the form was right; it
never raises, and takes time linear in the text.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from webenv.types import Invalid, InvalidKind, ToolCall, Turn

MAX_JSON_CHARS = 32_768
"""Longest tool call that is read (our choice)."""
MAX_JSON_DEPTH = 16
"""Deepest nesting of a tool call (our choice)."""

MAX_DIGITS = 100
"""Longest whole number in a tool call (our choice)."""

EXAMPLE = (
    "<think>what to do and why</think>\n"
    '<tool_call>{"name": "search", "arguments": {"query": "words to look for"}}</tool_call>\n'
    "or, to finish:\n<think>why this is the answer</think>\n<answer>the answer alone</answer>"
)
"""The right form, as `error_response` shows it."""

LAST_CALL = "(One turn is left: answer now.)"
"""Said before the last turn of a budget."""

_WIRE_TAG = re.compile(r"<(?=/?(?:think|tool_call|tool_response|answer|tools)\b|\|)", re.IGNORECASE)
_OPEN, _CLOSE = "<tool_response>\n", "\n</tool_response>"
_BAD_JSON = 'Error: Tool call is not a valid JSON. Tool call must contain a valid "name" and "arguments" field.'
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_NESTING = {"[": 1, "{": 1, "]": -1, "}": -1}


def parse(text: str) -> Turn:
    """Read one turn of the policy.

    The thought ends at the first `</think>`. Of what follows, up to a `<tool_response>` that the policy made
    up, the first action whose tag is closed counts. `Turn.well_formed` says that the text is only that.
    """
    text = writable(text)
    if not text.strip():
        return _invalid("empty", "Error: The turn is empty.")
    head, closed, rest = text.partition("</think>") if "</think>" in text else ("", "", text)
    rest, _, made_up = rest.partition("<tool_response>")
    tag, before, body, after = _first_action(rest)
    thought = (head if closed else before).strip().removeprefix("<think>").strip()
    if not tag:
        return _invalid("no_action", _why_no_action(rest), thought)
    framed = closed and text.lstrip().startswith("<think>") and not (before + after + made_up).strip()
    well_formed = bool(framed) and not _WIRE_TAG.search(thought)
    if tag == "answer":
        answer = body.strip()
        return Turn(thought=thought, answer=answer, well_formed=well_formed and not _WIRE_TAG.search(answer))
    try:
        return Turn(thought=thought, call=_read_call(body), well_formed=well_formed)
    except _Refused as refused:
        return _invalid("bad_json", f"{_BAD_JSON} {refused}", thought)


def writable(text: str) -> str:
    """`text` with `?` for each half of a surrogate pair that stands alone: no file can hold one."""
    return text.encode("utf-8", "replace").decode()


def render(turn: Turn) -> str:
    """Write a turn in its one right form; `parse` reads it back.

    Wire tags inside the thought or the answer are defused like those of a page.

    Raises:
        ValueError: the turn holds neither a tool call nor an answer, or its arguments are not JSON.
    """
    thought = f"<think>{neutralise(turn.thought)}</think>\n"
    if turn.call is not None:
        call = {"name": turn.call.name, "arguments": turn.call.arguments}
        body = json.dumps(call, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
        return f"{thought}<tool_call>{body}</tool_call>"
    if turn.answer is not None:
        return f"{thought}<answer>{neutralise(turn.answer)}</answer>"
    raise ValueError("a turn without tool call and answer has no right form")


def without_thought(text: str) -> str:
    """A turn from its action on; a text without `</think>` stays as it is."""
    return text.partition("</think>")[2].lstrip() if "</think>" in text else text


def tool_response(text: str) -> str:
    """Wrap what a tool said for the policy to read."""
    return _OPEN + neutralise(text) + _CLOSE


def error_response(invalid: Invalid) -> str:
    """Tell the policy what was wrong with its turn, and what a right one looks like."""
    return f"{_OPEN}{neutralise(invalid.message)} A turn reads:\n{EXAMPLE}{_CLOSE}"


def with_last_call(observation: str) -> str:
    """A tool response that says, at its end, that one turn is left."""
    return f"{observation.removesuffix(_CLOSE)}\n\n{LAST_CALL}{_CLOSE}"


def unwrap(observation: str) -> str:
    """What stands inside a tool response; other text unchanged."""
    return observation.removeprefix(_OPEN).removesuffix(_CLOSE)


def neutralise(text: str) -> str:
    """Defuse wire tags and chat tokens such as `<|im_end|>`: their `<` becomes `‹`; the length stays.

    What a page says can then never pass for a turn or a tool response. Chat tokens of other shapes, such as
    `</s>`, are the business of whoever knows the tokenizer (`agent.hf`).
    """
    return _WIRE_TAG.sub("‹", text)


def _first_action(text: str) -> tuple[str, str, str, str]:
    """Tag, text before, body and text after of the first closed action; else no tag and the whole text."""
    found = []
    for tag in ("tool_call", "answer"):
        start = text.find(f"<{tag}>")
        end = text.find(f"</{tag}>", start)
        if start >= 0 and end >= 0:
            found.append((start, end, tag))
    if not found:
        return "", text, "", ""
    start, end, tag = min(found)
    return tag, text[:start], text[start + len(tag) + 2 : end], text[end + len(tag) + 3 :]


def _why_no_action(rest: str) -> str:
    for tag in ("tool_call", "answer"):
        if f"<{tag}>" in rest:
            return f"Error: <{tag}> is not closed by </{tag}>."
    return "Error: The turn holds neither a tool call nor an answer after its thought."


def _read_call(body: str) -> ToolCall:
    """The tool call in a JSON text (RFC 8259); our own messages, so that they never change with a library."""
    if len(body) > MAX_JSON_CHARS:
        raise _Refused(f"It is longer than {MAX_JSON_CHARS} characters.")
    _check_depth(body)
    try:
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        raise _Refused("It cannot be read as JSON.") from None
    if not isinstance(value, dict) or value.keys() != {"name", "arguments"}:
        raise _Refused('It must be an object with the two keys "name" and "arguments".')
    if not isinstance(value["name"], str) or not isinstance(value["arguments"], dict):
        raise _Refused('"name" must be a string and "arguments" an object.')
    return ToolCall(name=value["name"], arguments=value["arguments"])


def _check_depth(body: str) -> None:
    """Done before reading, because where the reader gives up depends on the depth of the caller's stack."""
    depth = 0
    for token in _JSON_TOKEN.finditer(body):
        depth += _NESTING.get(token[0], 0)
        if depth > MAX_JSON_DEPTH:
            raise _Refused(f"It is nested more than {MAX_JSON_DEPTH} deep.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that comes twice: readers of JSON differ in which one they keep (RFC 8259, section 4)."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused("A key comes twice in one object.")
    return members


def _integer(digits: str) -> int:
    """Python's own limit can be set from outside; ours cannot."""
    if len(digits) > MAX_DIGITS:
        raise _Refused(f"A number has more than {MAX_DIGITS} digits.")
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not JSON.")


class _Refused(Exception):
    """Why a tool call cannot be read."""


def _invalid(kind: InvalidKind, message: str, thought: str = "") -> Turn:
    return Turn(thought=thought, invalid=Invalid(kind=kind, message=message))
