"""A frozen web for people who use TRL alone: `GRPOTrainer(..., environment_factory=..., reward_funcs=[earned])`.

    from functools import partial
    from training.trl_environment import TRLEnvironment, earned

    factory = partial(TRLEnvironment, "snapshots/nemo")
    trainer = GRPOTrainer(..., environment_factory=factory, reward_funcs=[earned])

Each row of the training set needs a `prompt` and a `task_id`. TRL offers the public methods as tools, plays its own
tool loop, and ends an episode with a reply that calls no tool; that reply's `<answer>` counts. What the web does is
what it does in `WebEnv`. TRL shows a tool's exception to the policy; here a broken machine stops the training instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from webenv import protocol
from webenv.env import WebEnv
from webenv.types import Task, ToolCall, Turn


class TRLEnvironment:
    """One episode at a time; TRL makes an instance for each rollout of a batch, and uses it again."""

    def __init__(self, snapshot: str | Path, tasks: str | Path | Sequence[Task] | None = None, **settings: Any) -> None:
        """As `WebEnv`."""
        self._env = WebEnv(snapshot, tasks, **settings)
        self._failure: Exception | None = None
        self._is_over = False

    def reset(self, task_id: str, **_: Any) -> str:
        """Begin the task of a row; the question, which TRL appends to the prompt."""
        question, _info = self._env.reset(seed=0, options={"task_id": task_id})
        self._failure, self._is_over = None, False
        return f"\n{question}"

    def search(self, query: list[str]) -> str:
        """
        Search the web. Gives the best pages for each query, with title, address, date and a snippet.

        Args:
            query: Up to three queries.

        Returns:
            The hits.
        """
        return self._call("search", query=query)

    def visit(self, url: str, goal: str = "") -> str:
        """
        Visit a webpage. With a goal: the evidence for it and a summary. Without one: its text with numbered links.

        Args:
            url: The address of the page.
            goal: What to find out from the page.

        Returns:
            What the page says.
        """
        return self._call("visit", url=url, **({"goal": goal} if goal else {}))

    def click(self, link: int) -> str:
        """
        Follow a link of the open page, or open a hit of the last search.

        Args:
            link: The number of the link or hit.

        Returns:
            What the page behind it says.
        """
        return self._call("click", link=link)

    def find(self, text: str) -> str:
        """
        Find words in the page that was visited last.

        Args:
            text: The words.

        Returns:
            The places where they stand.
        """
        return self._call("find", text=text)

    def _call(self, name: str, **arguments: Any) -> str:
        if self._is_over:
            return protocol.unwrap(protocol.LAST_CALL)
        try:
            turn = protocol.render(Turn(call=ToolCall(name=name, arguments=arguments)))
        except ValueError:
            return f"Error: Bad arguments for {name}. They must be JSON."
        return protocol.unwrap(self._step(turn)[0])

    def _step(self, turn: str) -> tuple[str, float]:
        try:
            observation, reward, terminated, truncated, _ = self._env.step(turn)
        except Exception as error:
            self._failure = error
            raise
        self._is_over = terminated or truncated
        return observation, reward

    def _earned(self, reply: str) -> float:
        """The reward for the last reply; raises what a tool failed with."""
        if self._failure is not None:
            raise self._failure
        answer = protocol.parse(reply).answer
        if answer is None or self._is_over:
            return 0.0
        return self._step(protocol.render(Turn(answer=answer)))[1]


def earned(completions: list[list[dict[str, Any]]], environments: list[TRLEnvironment], **_: Any) -> list[float]:
    """The rewards of a batch, for `reward_funcs`; raises what a tool failed with: a broken index must not train."""
    return [
        environment._earned(completion[-1].get("content") or "")
        for completion, environment in zip(completions, environments, strict=True)
    ]
