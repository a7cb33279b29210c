"""A summariser that asks a language model over the OpenAI chat completions API, each question once.

Its answers are kept on disk (`webenv.completions`), so that an episode replays without the model. A server that fails
raises: a fault of the machine must never become an observation.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import msgspec

from tools.summary import ExtractiveSummariser, Summary
from webenv.completions import Completions
from webenv.types import Page, Record

MAX_PAGE_CHARS = 100_000
"""Longer pages are cut before they are sent (our choice)."""


class OpenAISummariser(Record):
    """Asks a model at temperature 0.

    An answer that is not the JSON asked for falls back on `ExtractiveSummariser`, the same way each time.
    """

    completions: Completions

    def summarise(self, page: Page, goal: str) -> Summary:
        """Evidence and summary in the words of the model.

        Raises:
            WebenvError: the server cannot be reached, fails, or does not speak the API.
        """
        values = {"{goal}": goal, "{title}": page.title, "{text}": page.text[:MAX_PAGE_CHARS]}
        prompt = "".join(values.get(part, part) for part in _prompt_parts())
        answer = self.completions.ask([{"role": "user", "content": prompt}]).text
        return _read_answer(answer) or ExtractiveSummariser().summarise(page, goal)


class _Answer(msgspec.Struct):
    evidence: str
    summary: str
    rational: str = ""


@lru_cache(maxsize=1)
def _prompt_parts() -> list[str]:
    """The prompt, cut at its three fields, so that a page that holds `{goal}` is not filled in."""
    import re

    template = files("tools").joinpath("prompts/summarise.md").read_text("utf-8")
    return re.split(r"(\{goal\}|\{title\}|\{text\})", template)


def _read_answer(answer: str) -> Summary | None:
    """The summary in an answer, which may stand in a Markdown fence; None if it is not the JSON asked for."""
    text = answer.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        read = msgspec.json.decode(text, type=_Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return Summary(evidence=read.evidence, summary=read.summary)
