"""A summariser that asks a language model over the OpenAI chat completions API, each question once.

Answers are kept on disk under the digest of their request, so that an episode replays without the model. A
server that fails raises: a fault of the machine must never become an observation.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from tools.summary import ExtractiveSummariser, Summary
from webenv.errors import WebenvError
from webenv.types import Page, Record

MAX_PAGE_CHARS = 100_000
"""Longer pages are cut before they are sent (our choice)."""
TIMEOUT_S = 300.0
"""Longest wait for an answer, in seconds (our choice)."""


class OpenAISummariser(Record):
    """Asks `model` at `base_url` (for example `http://127.0.0.1:8000/v1`) at temperature 0.

    An answer that is not the JSON asked for falls back on `ExtractiveSummariser`, the same way each time. The
    key for the server, if it wants one, is read from the environment variable OPENAI_API_KEY.
    """

    base_url: str
    model: str
    cache_dir: Path

    def summarise(self, page: Page, goal: str) -> Summary:
        """Evidence and summary in the words of the model.

        Raises:
            WebenvError: the server cannot be reached, fails, or does not speak the API.
        """
        request = self._request(page, goal)
        cached = self.cache_dir / f"{hashlib.sha256(request).hexdigest()}.txt"
        if cached.is_file():
            answer = cached.read_text("utf-8")
        else:
            answer = self._ask(request)
            _write_atomically(cached, answer)
        return _read_answer(answer) or ExtractiveSummariser().summarise(page, goal)

    def _request(self, page: Page, goal: str) -> bytes:
        values = {"{goal}": goal, "{title}": page.title, "{text}": page.text[:MAX_PAGE_CHARS]}
        prompt = "".join(values.get(part, part) for part in _prompt_parts())
        messages = [{"role": "user", "content": prompt}]
        return msgspec.json.encode({"model": self.model, "messages": messages, "temperature": 0})

    def _ask(self, request: bytes) -> str:
        import httpx

        url = f"{self.base_url.rstrip('/')}/chat/completions"
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("OPENAI_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        try:
            response = httpx.post(url, content=request, headers=headers, timeout=TIMEOUT_S)
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=_Completion).choices[0].message.content
        except (httpx.HTTPError, msgspec.MsgspecError, IndexError, UnicodeDecodeError) as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            raise WebenvError(
                f"{url}: summariser {self.model!r} failed: {reason}; "
                "start the server, or leave out the summariser to use the extractive one"
            ) from error


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


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


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
