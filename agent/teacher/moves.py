"""The tool call of a move. Every one can be carried out: where a move finds nothing to work on, it searches instead."""

from __future__ import annotations

from collections.abc import Mapping

from agent import observations
from agent.teacher.grammar import Key, thoughts
from agent.teacher.notes import Notes, addresses, queries
from agent.teacher.plan import Kind, Move
from webenv.types import ToolCall
from webenv.web.world.dice import Dice

_ATTEMPTS = 12
"""Wordings that are tried until one is new (our choice)."""


def choose_hit(notes: Notes, key: Key) -> observations.Hit | None:
    """A hit to go astray with, or to compare with: often the first; None if there is none."""
    found, dice = notes.fresh_hits(), Dice(*key, "hit", len(notes.steps))
    return (found[0] if dice.chance(60) else dice.pick(found)) if found else None


def make_call(notes: Notes, move: Move, values: Mapping[str, str], key: Key) -> tuple[Kind, ToolCall]:
    """The call, and the kind of move that it became."""
    dice = Dice(*key, "call", len(notes.steps))
    if move.kind == "oracle":
        return move.kind, _as_planned(notes, notes.task.oracle[move.call], dice)
    if move.kind == "again":
        return move.kind, next(call for call in reversed(notes.calls) if call and call.name == "search")
    if move.kind in ("stray", "compare") and (hit := choose_hit(notes, key)):
        return move.kind, _open(notes, hit, dice)
    if move.kind == "misclick" and (others := _other_links(notes, move)):
        return move.kind, ToolCall(name="click", arguments={"link": dice.pick(others)})
    if move.kind == "find" and (text := _words_to_find(notes, values)):
        return move.kind, ToolCall(name="find", arguments={"text": text})
    if move.kind in ("back", "review", "find", "misclick") and notes.way_url:
        return "back" if move.kind == "back" else "review", _visit_again(notes, values, key)
    return _search(notes, move, values, key)


def _as_planned(notes: Notes, call: ToolCall, dice: Dice) -> ToolCall:
    """A call of the oracle; where it visits a hit that was just shown, every other time by its number."""
    if call.name == "visit" and set(call.arguments) == {"url"} and len(addresses(call)) == 1:
        hit = next((hit for hit in observations.hits(notes.last) if hit.url == addresses(call)[0]), None)
        return _open(notes, hit, dice) if hit else call
    return call


def _open(notes: Notes, hit: observations.Hit, dice: Dice) -> ToolCall:
    """Open a hit, by its number if that was just shown for a single query, or by its address."""
    shown = notes.calls[-1] if hit in observations.hits(notes.last) else None
    if shown is not None and len(queries(shown)) == 1 and dice.chance(50):
        return ToolCall(name="click", arguments={"link": hit.number})
    return ToolCall(name="visit", arguments={"url": [hit.url]})


def _visit_again(notes: Notes, values: Mapping[str, str], key: Key) -> ToolCall:
    """The page of the way once more, with a goal that was not asked of it before if there is one."""
    goals = _wordings("goal", values, key, len(notes.steps))
    calls = [ToolCall(name="visit", arguments={"url": [notes.way_url], "goal": goal}) for goal in goals]
    return next((call for call in calls if call not in notes.calls), calls[0])


def _search(notes: Notes, move: Move, values: Mapping[str, str], key: Key) -> tuple[Kind, ToolCall]:
    kind: Kind = "cross" if move.kind in ("cross", "recall") and values.get("key") else "poor"
    rule = f"{kind} query"
    for query in _wordings(rule, values, key, len(notes.steps)):
        call = ToolCall(name="search", arguments={"query": [query]})
        if call not in notes.calls:
            break
    return "recall" if move.kind == "recall" else kind, call


def _wordings(rule: str, values: Mapping[str, str], key: Key, step: int) -> list[str]:
    written = [thoughts().write(rule, values, key, step + attempt) for attempt in range(_ATTEMPTS)]
    return [text[:500] for text in written if text] or [values["question"][:500]]


def _other_links(notes: Notes, move: Move) -> list[int]:
    """Links of the page on the way, if a click would follow one of them, but the one that leads on."""
    wanted = notes.task.oracle[move.call].arguments.get("link") if move.call < len(notes.task.oracle) else 0
    return [number for number in notes.links() if number != wanted]


def _words_to_find(notes: Notes, values: Mapping[str, str]) -> str:
    """What was just read, once more where it stands; else a word of the question; empty if both were looked for."""
    options = (values.get("key", ""), values.get("wanted", ""), *values.get("topic", "").split())
    looked_for = [call for call in (*notes.calls, *notes.task.oracle) if call and call.name == "find"]
    tried = {str(call.arguments.get("text")).casefold() for call in looked_for}
    return next((each[:200] for each in options if each and each[:200].casefold() not in tried), "")
