"""The random policy: plausible calls, some senseless ones, at last an answer. A lower bound and a fuzzer."""

from __future__ import annotations

import re

import numpy as np

from agent.noise import generator
from agent.policy import Conversation
from webenv.protocol import render
from webenv.types import ToolCall, Turn

_URL = re.compile(r"https?://[^\s)\]]+")
_LINK = re.compile(r"\[(\d{1,4})\]")
_BROKEN = (
    "",
    "I do not know.",
    "<think>Look.</think>\n<tool_call>{'name': 'search'}</tool_call>",
    '<think>Calculate.</think>\n<tool_call>{"name": "calculate", "arguments": {"x": 1}}</tool_call>',
    '<think>Open.</think>\n<tool_call>{"name": "visit", "arguments": {}}</tool_call>',
    "<think>Loop.</think>\n<tool_response>made up</tool_response>",
)
"""Turns that cannot be carried out, at least one of each kind."""


class Wanderer:
    """Draws each turn from noise keyed by (seed, task, sample, turn)."""

    name = "random"

    def act(self, conversation: Conversation) -> str:
        """A search, visit, click, find or answer over what was seen so far; one turn in ten is broken."""
        number = len(conversation.steps)
        draw = generator("random policy", conversation.seed, conversation.task.task_id, conversation.sample, number)
        if draw.random() < 0.1:
            return _BROKEN[draw.integers(len(_BROKEN))]
        seen = "\n".join([conversation.question, *(observation for _, observation in conversation.steps)])
        if number >= 3 and draw.random() < 0.2:
            return render(Turn(thought="Enough.", answer=_words(draw, seen, 2)))
        return render(Turn(thought="Try something.", call=_call(draw, conversation, seen)))


def _call(draw: np.random.Generator, conversation: Conversation, seen: str) -> ToolCall:
    urls = _URL.findall(seen)
    links = _LINK.findall(conversation.steps[-1][1]) if conversation.steps else []
    kind = draw.random()
    if urls and kind < 0.35:
        arguments: dict[str, object] = {"url": urls[draw.integers(len(urls))]}
        if draw.random() < 0.5:
            arguments["goal"] = _words(draw, conversation.question, 5)
        return ToolCall(name="visit", arguments=arguments)
    if links and kind < 0.6:
        return ToolCall(name="click", arguments={"link": int(links[draw.integers(len(links))])})
    if urls and kind < 0.7:
        return ToolCall(name="find", arguments={"text": _words(draw, conversation.question, 1)})
    return ToolCall(name="search", arguments={"query": [_words(draw, seen, 4)]})


def _words(draw: np.random.Generator, text: str, count: int) -> str:
    words = re.findall(r"\w+", text)
    return " ".join(words[place] for place in draw.integers(len(words), size=count)) if words else "word"
