"""A conversation as chat messages: system prompt, question, turns, and tool responses as messages of the user.

The structure follows WebDancer (arXiv 2505.22648, section 2.2 and appendix E); the words are our own.
"""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template

from agent.policy import Conversation

Message = dict[str, str]


def messages(conversation: Conversation) -> list[Message]:
    """The messages of a conversation, ready for a chat template or an OpenAI-compatible server."""
    tools = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in conversation.tools)
    said = [
        {"role": "system", "content": _prompt("system", date=conversation.date)},
        {"role": "user", "content": _prompt("user", tools=tools, question=conversation.question)},
    ]
    for turn, observation in conversation.steps:
        said += [{"role": "assistant", "content": turn}, {"role": "user", "content": observation}]
    return said


def _prompt(name: str, **values: str) -> str:
    text = files("agent").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
    return Template(text).substitute(values).strip()
