"""A local transformers model as a policy: it leads many episodes at a time through the engine."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from agent.chat import Message, messages
from agent.policy import Conversation, PolicySettings
from webenv.errors import NotFound, PolicyError
from webenv.types import Trajectory

if TYPE_CHECKING:
    from agent.engine.engine import Engine
    from agent.engine.format import ChatFormat
    from agent.engine.sampling import Key
    from agent.episode import Episode


_NOT_OF_THE_MODEL = (".md", ".jsonl")
"""Ends of the names of cards and logs, which may stand beside weights."""


class HuggingFace:
    """Loads `PATH`: a model folder as `save_pretrained` writes it, or a `.gguf` file."""

    def __init__(self, path: Path, settings: PolicySettings) -> None:
        """Raises `NotFound` if nothing is there, `PolicyError` if it cannot be loaded or run."""
        if not path.exists():
            raise NotFound(f"{path}: no such model; hf: takes a folder with config.json, or a .gguf file")
        version = weights_digest(path)
        try:
            model, tokenizer = load(path, settings.dtype)
        except Exception as error:  # transformers and its readers of weights raise whatever they like
            raise PolicyError(f"{path}: transformers cannot load this model: {error}") from error
        self.engine = make_engine(model, tokenizer, settings, version)
        self.name = f"hf:{version}?{_options(settings)}"
        if not self.engine.is_bitwise:
            warnings.warn(
                "this machine computes a row differently beside others: turns depend on --slots; replay still holds",
                RuntimeWarning,
                stacklevel=2,
            )

    def act(self, conversation: Conversation) -> str:
        """One turn, from the whole conversation."""
        question = _OneTurn(conversation)
        next(self.engine.run([question]))
        return question.turn

    def lead(self, episodes: Iterable[Episode]) -> Iterator[Trajectory]:
        """Play many episodes at a time; what a turn said is never read again."""
        for episode, tokens, is_cut in self.engine.run(episodes):
            yield episode.trajectory("context" if is_cut else "", tokens)


class _OneTurn:
    """A dialogue that ends with the first turn."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.turn = ""

    @property
    def key(self) -> Key:
        asked = self._conversation
        return asked.seed, asked.task.task_id, asked.sample, f"turn {len(asked.steps)}"

    def messages(self) -> list[Message]:
        return messages(self._conversation)

    def respond(self, turn: str) -> None:
        self.turn = turn


def load(path: Path, dtype: str) -> tuple[Any, Any]:
    """Model and tokenizer, on a GPU if there is one; raises whatever transformers does."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.set_num_threads(1)  # sums over two threads are not the same sums; more episodes at a time use more processes
    where: dict[str, Any] = {"pretrained_model_name_or_path": str(path), "local_files_only": True}
    if path.is_file():
        where |= {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    model = AutoModelForCausalLM.from_pretrained(**where, dtype=getattr(torch, dtype), attn_implementation="sdpa")
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval(), tokenizer


def make_engine(model: Any, tokenizer: Any, settings: PolicySettings, version: str) -> Engine:
    """The engine for a loaded model; raises `PolicyError` if it cannot be run."""
    from agent.engine.engine import Engine
    from agent.engine.format import ChatFormat

    return Engine(model, ChatFormat(tokenizer, _ends(model.generation_config, tokenizer)), settings, version)


class Reading(NamedTuple):
    """How a model reads and writes."""

    chat: ChatFormat
    tokenizer: Any
    context: int
    """Tokens of the longest text that it can read."""


def load_reading(path: Path) -> Reading:
    """How the model in a folder reads and writes; the weights are not loaded.

    Raises:
        NotFound: nothing is there.
        PolicyError: transformers cannot load it, or its chat template does not serve.
    """
    from transformers import AutoConfig, AutoTokenizer, GenerationConfig

    from agent.engine.format import ChatFormat, context_of

    if not (path / "config.json").is_file():
        raise NotFound(f"{path}: no such model; a folder with config.json, as save_pretrained writes it, is wanted")
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        config = AutoConfig.from_pretrained(path, local_files_only=True)
        generation = GenerationConfig.from_model_config(config)
        if (path / "generation_config.json").is_file():
            generation = GenerationConfig.from_pretrained(path, local_files_only=True)
    except Exception as error:  # transformers raises whatever it likes
        raise PolicyError(f"{path}: transformers cannot load this model: {error}") from error
    return Reading(ChatFormat(tokenizer, _ends(generation, tokenizer)), tokenizer, context_of(config))


def _ends(generation: Any, tokenizer: Any) -> set[int]:
    """The tokens with which a model ends a message."""
    known = generation.eos_token_id
    return {*(known if isinstance(known, list) else [known]), tokenizer.eos_token_id} - {None}


def _options(settings: PolicySettings) -> str:
    """All settings that decide what is written."""
    said = msgspec.structs.asdict(settings)
    return ",".join(f"{name}={value}" for name, value in said.items() if name != "slots")


def weights_digest(path: Path) -> str:
    """The start of a digest over every file that may decide what the model writes: cards and logs do not."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if file.is_file())
    for file in files:
        if file.suffix in _NOT_OF_THE_MODEL:
            continue
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
