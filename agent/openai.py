"""A model behind an OpenAI-compatible URL as a policy: many episodes at a time, each answer asked for once and kept.

`openai:URL#MODEL`, for example `openai:http://127.0.0.1:8000/v1#Qwen/Qwen3-8B` for vLLM, SGLang or llama.cpp. Every
sample and turn has a seed of its own, so samples differ; a server may still answer one request in several ways, but the
first answer stays, on disk, and a rollout that is repeated repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from agent.chat import messages
from agent.noise import generator
from agent.policy import Conversation, OutOfRoom, PolicySettings
from webenv.completions import Completions, Request, cache_folder
from webenv.errors import InputError, WebenvError
from webenv.types import Trajectory

if TYPE_CHECKING:
    from agent.episode import Episode

_STOPS = ("<tool_response>",)
_TOO_LONG = re.compile(r"status 4\d\d: .*(context|too long|too large|maximum.{0,20}(length|tokens))", re.IGNORECASE)
"""How servers say that a conversation does not fit into their model."""


class OpenAI:
    """Asks a server for every turn."""

    def __init__(self, spec: str, settings: PolicySettings) -> None:
        """Raises `InputError` if `spec` is not URL#MODEL."""
        url, _, model = spec.partition("#")
        if not url or not model:
            raise InputError(f"openai:{spec}: name server and model, such as openai:http://127.0.0.1:8000/v1#my-model")
        self._completions = Completions(base_url=url, model=model, cache_dir=cache_folder())
        self._settings, self.slots = settings, settings.slots
        said = msgspec.structs.asdict(settings)
        options = ",".join(f"{name}={value}" for name, value in said.items() if name not in ("slots", "dtype"))
        self.name = f"openai:{model}?{options}"

    def act(self, conversation: Conversation) -> str:
        """One turn."""
        try:
            return self._completions.answer(self._request(conversation)).text
        except WebenvError as error:
            if _TOO_LONG.search(str(error)):
                raise OutOfRoom(str(error)) from error
            raise

    def lead(self, episodes: Iterable[Episode]) -> Iterator[Trajectory]:
        """Play as many episodes at a time as there are slots; each when it ends."""
        from agent.episode import play_at_once

        return play_at_once(self, episodes, self.slots)

    def _request(self, conversation: Conversation) -> Request:
        asked, settings = conversation, self._settings
        draws = generator("openai", asked.seed, asked.task.task_id, asked.sample, len(asked.steps))
        return Request(
            messages=tuple(messages(asked)),
            temperature=settings.temperature,
            max_tokens=settings.max_new_tokens,
            top_p=settings.top_p,
            top_k=settings.top_k or None,
            min_p=settings.min_p or None,
            repetition_penalty=settings.repetition_penalty if settings.repetition_penalty != 1 else None,
            stop=_STOPS,
            seed=int(draws.integers(2**31)),
        )
