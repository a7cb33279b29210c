"""A view of a conversation without former thoughts.

WebDancer samples its long chains of thought so (arXiv 2505.22648, section 2.2): a reasoning model reads what was done and
seen, thinks anew at each step, and each step's reasoning is kept as the thought of that step.
"""

from __future__ import annotations

from dataclasses import replace

from agent.policy import Conversation, Policy
from webenv.protocol import without_thought


class WithoutThoughts:
    """A policy that reads its former turns without their thoughts. It is asked turn by turn, from the whole text."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.name = f"{policy.name}, former thoughts hidden"

    def act(self, conversation: Conversation) -> str:
        """The next turn; raises what the policy raises."""
        steps = [(without_thought(turn), observation) for turn, observation in conversation.steps]
        return self._policy.act(replace(conversation, steps=steps))
