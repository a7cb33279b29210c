"""A view of a conversation without former thoughts.

WebDancer samples its long chains of thought so (arXiv 2505.22648, section 2.2): a reasoning model reads what was done
and seen, thinks anew at each step, and each step's reasoning is kept as the thought of that step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.openai import OpenAI
from agent.policy import Conversation, Policy
from webenv.protocol import without_thought
from webenv.types import Trajectory

if TYPE_CHECKING:
    from agent.episode import Episode


def hide_thoughts(policy: Policy) -> Policy:
    """The policy, reading its former turns without their thoughts; a server is still asked for many at a time."""
    return _Served(policy) if isinstance(policy, OpenAI) else WithoutThoughts(policy)


class WithoutThoughts:
    """A policy that reads its former turns without their thoughts, and is asked turn by turn, from the whole text."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.name = f"{policy.name}, former thoughts hidden"

    def act(self, conversation: Conversation) -> str:
        """The next turn; raises what the policy raises."""
        steps = [(without_thought(turn), observation) for turn, observation in conversation.steps]
        return self._policy.act(replace(conversation, steps=steps))


class _Served(WithoutThoughts):
    def __init__(self, policy: OpenAI) -> None:
        super().__init__(policy)
        self._slots = policy.slots

    def lead(self, episodes: Iterable[Episode]) -> Iterator[Trajectory]:
        from agent.episode import play_at_once

        return play_at_once(self, episodes, self._slots)
