"""A teacher: plays a plan around the oracle's calls, and thinks in the words of what it has read so far."""

from __future__ import annotations

from agent.oracle import planned
from agent.policy import Conversation
from agent.teacher import reading
from agent.teacher.grammar import Key, thoughts
from agent.teacher.moves import choose_hit, make_call
from agent.teacher.notes import Notes
from agent.teacher.plan import Move, Style, plan
from agent.teacher.slips import ONE_IN, with_slip
from agent.teacher.thinking import ANSWERING, think, values_of
from webenv.protocol import render
from webenv.types import Task, Turn
from webenv.web.world.dice import Dice

_BROKEN = {
    "malformed": "<tool_call>{'name': 'search', 'arguments': {'query': 'page'}}</tool_call>",
    "unknown tool": '<tool_call>{"name": "calculate", "arguments": {"expression": "1 + 1"}}</tool_call>',
}


class Teacher:
    """Plays every task that has a plan. One episode of eight goes wrong, by task and sample."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self.name = f"teacher:{style}:{thoughts().digest}"

    def act(self, conversation: Conversation) -> str:
        """The next turn of the plan.

        Raises:
            InputError: the task has no plan.
        """
        task = planned(conversation)
        key: Key = ("teacher", self._style, conversation.seed, task.task_id, conversation.sample)
        moves = moves_of(task, self._style, key)
        move = moves[min(len(conversation.steps), len(moves) - 1)]
        return self._turn(Notes(conversation, moves), move, key)

    def _turn(self, notes: Notes, move: Move, key: Key) -> str:
        values, is_long = values_of(notes, move, choose_hit(notes, key)), self._style == "long"
        if move.kind in _BROKEN:
            return f"<think>{think(notes, move.kind, values, key, is_long)}</think>\n{_BROKEN[move.kind]}"
        if move.kind in ANSWERING:
            thought = think(notes, move.kind, values, key, is_long)
            return render(Turn(thought=thought, answer=_answer(notes, move, key)))
        kind, call = make_call(notes, move, values, key)
        thought = think(notes, notes.task.oracle[move.call].name if kind == "oracle" else kind, values, key, is_long)
        return render(Turn(thought=thought, call=call))


def moves_of(task: Task, style: Style, key: Key) -> list[Move]:
    """The moves of an episode, with what goes wrong in it."""
    moves = plan(task, style, Dice(*key, "plan"))
    return with_slip(moves, Dice(*key, "slip")) if Dice(*key, "goes wrong").below(ONE_IN) == 0 else moves


def _answer(notes: Notes, move: Move, key: Key) -> str:
    right = notes.task.answer
    if move.kind == "answer":
        return right
    wrong = reading.wrong_answer(notes.task, notes.question, notes.last, Dice(*key, "wrong answer")) or "unknown"
    return f"{right} or {wrong}" if move.kind == "hedge" else wrong
