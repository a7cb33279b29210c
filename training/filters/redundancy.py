"""Idle turns: calls that can tell nothing new.

A search or a look into the open page that was made before is idle, and so is a page opened again with no new goal.
Going back to a page after another one is not, a few times.
"""

from __future__ import annotations

from collections import Counter

from agent.observations import opened
from webenv.types import Step, ToolCall, Trajectory, Turn
from webenv.values import tidy
from webenv.web.address import canonical

MOST_RETURNS = 2
"""How often one may go back to a page with no new goal (our choice)."""

_Key = tuple[str, ...]


def idle_turn(trajectory: Trajectory, turns: list[Turn]) -> str:
    """The first idle turn, and why; empty if there is none."""
    seen: Counter[_Key] = Counter()
    page = ""
    for number, (turn, step) in enumerate(zip(turns, trajectory.steps, strict=True), 1):
        if turn.call is None:
            continue
        keys = _keys(turn.call, step, page)
        if all(_is_idle(key, seen[key], page) for key in keys):
            return f"turn {number}: {' '.join(filter(None, keys[0]))[:200]!r} again"
        seen.update(keys)
        page = _address(opened(turn.call, step.observation)) or page
    return ""


def _is_idle(key: _Key, times: int, page: str) -> bool:
    if key[0] != "visit" or key[2]:
        return times > 0
    return times > MOST_RETURNS or (times > 0 and key[1] == page)


def _keys(call: ToolCall, step: Step, page: str) -> list[_Key]:
    """What a call asks, one key for each of its queries or pages."""
    given = call.arguments
    if call.name == "visit":
        urls = given["url"] if isinstance(given["url"], list) else [given["url"]]
        part = "" if given.get("page") is None else f"page {given['page']}"
        goal = "" if part else tidy(str(given.get("goal") or ""))
        return [("visit", _address(url), goal, part) for url in urls]
    if call.name == "click":
        return [("visit", _address(opened(call, step.observation)) or f"{page} link {given['link']}", "", "")]
    if call.name == "search":
        queries = given["query"] if isinstance(given["query"], list) else [given["query"]]
        return [("search", tidy(query), str(given.get("year") or "")) for query in queries]
    return [("find", tidy(str(given.get("text"))), page)]


def _address(url: str) -> str:
    return canonical(url) or url
