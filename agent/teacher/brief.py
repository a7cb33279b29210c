"""A *brief* teacher: few words a turn, for models of a few million parameters to learn from.

It searches for what the question names, opens the hit that leads on, follows links by their numbers, and notes on the
way what each page said. It is careless: at four places of ten it first does what a better agent would not do.

With long thoughts it also says again all that it has found out, and what the hits are that it chooses from.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.oracle import planned
from agent.policy import Conversation
from agent.teacher import reading
from agent.teacher.grammar import Key
from agent.teacher.jotting import jot, jot_link, named, retold, summary
from agent.teacher.trail import Trail
from webenv.protocol import render
from webenv.types import ToolCall, Turn
from webenv.web.world.dice import Dice

VERSION = 7
"""Changes with anything that changes what is written; part of the name, as a digest is of other teachers'."""
CARELESS = 40
"""Of a hundred places of its way, those where something goes wrong before it goes on (our choice)."""
HASTY = 50
"""Of a hundred of these where an answer could be guessed, those where it is (our choice)."""
_GIVE_UP = Turn(thought="lost", answer="unknown")
_BROKEN = "<think>look up</think>\n<tool_call>{'name': 'search'}</tool_call>"


class BriefTeacher:
    """Plays every task that has a plan."""

    def __init__(self, has_long_thoughts: bool = False) -> None:
        self._has_long_thoughts = has_long_thoughts
        self.name = f"teacher:{'brief-long' if has_long_thoughts else 'brief'}:{VERSION}"

    def act(self, conversation: Conversation) -> str:
        """The next turn.

        Raises:
            InputError: the task has no plan.
        """
        task = planned(conversation)
        trail = Trail(conversation)
        slip = _slip(trail, ("brief", conversation.seed, task.task_id, conversation.sample))
        if slip:
            return slip
        turn = _next(trail)
        return render(_at_length(turn, trail) if self._has_long_thoughts else turn)


def _next(trail: Trail) -> Turn:
    """What a careful agent does."""
    call = trail.next_call
    if call is None:
        return Turn(thought=summary(trail), answer=trail.task.answer)
    if call.name == "search":
        return _search(jot(trail, "look up"), named(trail))
    if call.name == "click" and trail.is_on_way:
        number = call.arguments["link"]
        return _follow(trail, number) if number in reading.links(trail.page) else _GIVE_UP
    return _open_hit(trail, trail.way_url if call.name == "click" else call.arguments["url"][0])


def _at_length(turn: Turn, trail: Trail) -> Turn:
    """A turn that begins with what is known."""
    return msgspec.structs.replace(turn, thought="; ".join([*retold(trail), turn.thought]))


def _open_hit(trail: Trail, url: str) -> Turn:
    """Open a page from the hits; search for it with more words, once, where they do not show it."""
    hit = next((hit for hit in trail.hits if hit.url == url), None)
    if hit:
        return _click(jot(trail, "open"), hit.number)
    query = trail.way_title or str(trail.last_search.arguments["query"][0])
    return _GIVE_UP if query in trail.searched else _search(jot(trail, "look again"), query)


def _slip(trail: Trail, key: Key) -> str:
    """A careless turn, at some places before what comes next is done; else empty."""
    dice = Dice(*key, "slip", trail.place)
    if trail.turns_here or not dice.chance(CARELESS):
        return ""
    if trail.place > 1 and dice.chance(HASTY):
        wrong = reading.wrong_answer(trail.task, trail.task.question, trail.page, dice)
        if wrong:
            return render(Turn(thought="guess", answer=wrong))
    return dice.pick(list(_detours(trail, dice)))


def _detours(trail: Trail, dice: Dice) -> Iterator[str]:
    """All that costs a turn now."""
    yield _BROKEN
    last = trail.calls[-1] if trail.steps else None
    if last and last.name == "search":
        yield render(Turn(thought=jot(trail, "look up"), call=last))
    call = trail.next_call
    if call and call.name == "visit":
        others = [hit.number for hit in trail.hits if hit.url != call.arguments["url"][0]]
        if others:
            yield render(_click(jot(trail, "open"), dice.pick(others)))
    if call and call.name == "click" and trail.is_on_way:
        links = [number for number in reading.links(trail.page) if number != call.arguments["link"]]
        if links:
            yield render(_follow(trail, dice.pick(links)))


def _search(thought: str, query: str) -> Turn:
    return Turn(thought=thought, call=ToolCall(name="search", arguments={"query": query}))


def _follow(trail: Trail, number: int) -> Turn:
    return _click(jot_link(trail, number), number)


def _click(thought: str, number: int) -> Turn:
    return Turn(thought=thought, call=ToolCall(name="click", arguments={"link": number}))
