"""*Stumbling*: turns that do nothing, so that the model learns to go on after its own.

A small model loses its way in a turn now and then: it says one syllable for ever, or ends its thought with the mark of
something else. If it never read what the environment says then, the next turn goes astray too. So some turns of the
teacher are spoilt; the environment answers, and the teacher goes on. What is spoilt is read, never learnt.
"""

from __future__ import annotations

from itertools import takewhile

from agent import observations
from agent.policy import Conversation, Policy
from webenv import protocol
from webenv.protocol import render
from webenv.types import ToolCall, Turn
from webenv.web.world.dice import Dice

STUMBLING, AGAIN = 12, 45
"""Of a hundred turns those before which one is spoilt, and of a hundred spoilt ones those that another follows (our
choice)."""
MOST = 3
"""Spoilt turns in a row (our choice)."""
LONGEST = 34
"""Times that a word comes again at most: a turn has about forty tokens (our choice)."""
MISPLACED = 25
"""Of a hundred spoilt turns those that call for what is not there, or was there before (our choice)."""
_ENDS = ("</think>", "</answer>", '"}}</tool_call>', "}}</tool_call>", "")


class Stumbling:
    """Plays as another policy does, but for some turns before its own."""

    def __init__(self, policy: Policy) -> None:
        self.name = policy.name
        self._policy = policy

    def act(self, conversation: Conversation) -> str:
        """The next turn; raises as the other policy does."""
        steps, meant = conversation.steps, self._policy.act(conversation)
        dice = Dice("stumble", conversation.seed, conversation.task.task_id, conversation.sample, len(steps))
        before = _stumbles(steps)
        if before == MOST or not dice.chance(AGAIN if before else STUMBLING):
            return meant
        turn = protocol.parse(meant)
        return _misplaced(turn.thought, steps, dice) if dice.chance(MISPLACED) else _broken_off(turn.thought, dice)


def is_stumble(action: str, observation: str) -> bool:
    """Whether a turn did nothing, in a way that the brief teacher's own slips do not."""
    turn = protocol.parse(action)
    if turn.call:
        return turn.call.name == "click" and not observations.opened(None, observation)
    return bool(turn.invalid and turn.invalid.kind == "no_action")


def _stumbles(steps: list[tuple[str, str]]) -> int:
    """How many turns at the end were spoilt."""
    return sum(1 for _ in takewhile(lambda step: is_stumble(*step), reversed(steps)))


def _misplaced(thought: str, steps: list[tuple[str, str]], dice: Dice) -> str:
    """A link that is not there, or the last call again."""
    last = protocol.parse(steps[-1][0]).call if steps else None
    if last and last.name == "click" and dice.chance(50):
        return render(Turn(thought=thought, call=last))
    return render(Turn(thought=thought, call=ToolCall(name="click", arguments={"link": dice.between(40, 99)})))


def _broken_off(thought: str, dice: Dice) -> str:
    """A turn without an action that begins with some of a thought."""
    words = thought.split(" ")
    said = " ".join(words[: dice.between(1, len(words))])
    if dice.chance(50):
        return f"<think>{said}{dice.pick(_ENDS)}"
    word = dice.pick(words)
    again = dice.pick((f" {word}", f" {word}", word[-3:], word[-1:]))
    return f"<think>{said}{again * dice.between(3, LONGEST)}{dice.pick(('', '', *_ENDS))}"
