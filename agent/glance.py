"""A trajectory at a glance: the numbers and turns that people look at, for a terminal and for a report.

A *sighting* says how near an episode came to a piece of evidence: its page listed, its page opened, its words read.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Literal

from webenv.protocol import neutralise, parse, unwrap
from webenv.types import Record, RewardBreakdown, Step, ToolCall, Trajectory

Ending = Literal["answer", "out of turns", "out of characters", "out of context", "unfinished"]

_CLIP = 400
"""Longest question or answer in a table (our choice)."""
_OPENING = ("visit", "click")


class Glance(Record):
    """One episode as a row of a table."""

    number: int
    """Place in its file, or among all files of a report; from 1."""
    file: str
    task_id: str
    question: str
    expected: str
    given: str
    """The answer of the policy; empty if there was none."""
    type: str
    sample: int
    policy: str
    turns: int
    tools: dict[str, int]
    """Tool to its calls that could run."""
    invalid: dict[str, int]
    reward: RewardBreakdown
    ended: Ending
    chars_written: int
    """Of all turns."""
    chars_read: int
    """Of all observations."""
    tokens_written: int | None
    """Of all turns, as the model counted them; None if it noted nothing."""
    tokens_read: int | None
    """Of the prompt and all observations."""


class Sighting(Record):
    """A piece of evidence, and the first turn (from 1) at which an episode came so near; None: never."""

    url: str
    text: str
    relation: str
    listed: int | None
    """Its address stands in an observation."""
    opened: int | None
    """Its page was opened."""
    read: int | None
    """Its words stand in an observation."""


class TurnView(Record):
    """One turn, taken apart."""

    thought: str
    tool: str
    arguments: list[tuple[str, str]]
    answer: str | None
    invalid: str | None
    raw: str
    """The whole turn as it was written, where its form was wrong; else empty."""
    chars: int
    tokens: int | None
    observation: str
    """Without the tags around it."""


def glance(trajectory: Trajectory, number: int, file: str = "") -> Glance:
    """The row of an episode."""
    steps, tokens = trajectory.steps, trajectory.tokens
    return Glance(
        number=number,
        file=file,
        task_id=trajectory.task.task_id,
        question=_clipped(trajectory.question),
        expected=_clipped(trajectory.task.answer),
        given=_clipped(parse(steps[-1].action).answer or ""),
        type=trajectory.task.template.partition(":")[0],
        sample=trajectory.sample,
        policy=trajectory.policy,
        turns=len(steps),
        tools=_counts(step.tool for step in steps if step.tool and not step.invalid),
        invalid=_counts(step.invalid for step in steps if step.invalid),
        reward=trajectory.reward,
        ended=ending(trajectory),
        chars_written=sum(len(step.action) for step in steps),
        chars_read=sum(len(step.observation) for step in steps),
        tokens_written=sum(map(len, tokens.turns)) if tokens else None,
        tokens_read=len(tokens.prompt) + sum(map(len, tokens.heard)) if tokens else None,
    )


def ending(trajectory: Trajectory) -> Ending:
    """Why an episode was over; a record that was cut off by hand is unfinished."""
    last = trajectory.steps[-1]
    if last.terminated:
        return "answer"
    if trajectory.cut:
        return "out of context"
    if not last.truncated:
        return "unfinished"
    return "out of turns" if len(trajectory.steps) >= trajectory.settings.max_turns else "out of characters"


def sightings(trajectory: Trajectory) -> list[Sighting]:
    """How near the episode came to each piece of the task's evidence."""
    steps = trajectory.steps
    opened = [step.tool in _OPENING for step in steps]
    found = []
    for item in trajectory.task.evidence:
        listed = [item.url in step.observation for step in steps]
        words = neutralise(item.text)
        found.append(
            Sighting(
                url=item.url,
                text=item.text,
                relation=item.relation,
                listed=_first(listed),
                opened=_first([a and b for a, b in zip(listed, opened, strict=True)]),
                read=_first([bool(words) and words in step.observation for step in steps]),
            )
        )
    return found


def turn_views(trajectory: Trajectory) -> list[TurnView]:
    """Every turn, taken apart."""
    tokens: list[int | None] = [len(each) for each in trajectory.tokens.turns] if trajectory.tokens else []
    tokens += [None] * (len(trajectory.steps) - len(tokens))
    return [_view(step, count) for step, count in zip(trajectory.steps, tokens, strict=False)]


def _view(step: Step, tokens: int | None) -> TurnView:
    turn = parse(step.action)
    return TurnView(
        thought=turn.thought,
        tool=turn.call.name if turn.call else "",
        arguments=_arguments(turn.call) if turn.call else [],
        answer=turn.answer,
        invalid=step.invalid,
        raw="" if turn.well_formed else step.action,
        chars=len(step.action),
        tokens=tokens,
        observation=unwrap(step.observation),
    )


def _arguments(call: ToolCall) -> list[tuple[str, str]]:
    """Each argument and its value as people read it: a text as it is, a list of one as that one, the rest as JSON."""
    return [(name, _value(value)) for name, value in call.arguments.items()]


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _counts(names: Any) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _first(seen: list[bool]) -> int | None:
    return seen.index(True) + 1 if True in seen else None


def _clipped(text: str) -> str:
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"
