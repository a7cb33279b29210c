"""A local transformers model as a policy: plain decoding, one thread, 32-bit, noise keyed by what it is for.

Every turn is decoded from the whole conversation, so an episode depends on nothing but itself. Sampling adds Gumbel
noise to the logits (the argmax then follows the softmax distribution), keyed by (seed, task, sample, turn, position).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from agent.chat import Message, messages
from agent.noise import generator
from agent.policy import Conversation, PolicySettings
from webenv.errors import NotFound, PolicyError

STOPS = ("</tool_call>", "</answer>", "<tool_response>")
"""A turn ends with the first of these."""
_LEFT_OUT = "(left out: the conversation is too long)"
_DEFAULT_CONTEXT = 4_096


class HuggingFace:
    """Loads `PATH`: a model folder as `save_pretrained` writes it, or a `.gguf` file."""

    def __init__(self, path: Path, settings: PolicySettings) -> None:
        """Raises `NotFound` if nothing is there, `PolicyError` if it cannot be loaded."""
        if not path.exists():
            raise NotFound(f"{path}: no such model; hf: takes a folder with config.json, or a .gguf file")
        self._settings = settings
        try:
            self._load(path)
        except Exception as error:  # transformers and its readers of weights raise whatever they like
            raise PolicyError(f"{path}: transformers cannot load this model: {error}") from error
        options = f"temperature={settings.temperature:g},max_new_tokens={settings.max_new_tokens}"
        self.name = f"hf:{_weights_digest(path)}?{options}"

    def _load(self, path: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        torch.set_num_threads(1)  # sums over two threads are not the same sums
        where: dict[str, Any] = {"pretrained_model_name_or_path": str(path), "local_files_only": True}
        if path.is_file():
            where |= {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
        self._torch = torch
        self._tokenizer = AutoTokenizer.from_pretrained(**where)
        self._model = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32).eval()
        self._options = {"logits_to_keep": 1} if self._model._supports_logits_to_keep() else {}
        self._context = getattr(self._model.config, "max_position_embeddings", _DEFAULT_CONTEXT)

    def act(self, conversation: Conversation) -> str:
        """Decode one turn: up to a stop string, the end of sequence, or `max_new_tokens`."""
        prompt = self._prompt(messages(conversation))
        key = (conversation.seed, conversation.task.task_id, conversation.sample, len(conversation.steps))
        with self._torch.inference_mode():
            return self._decode(prompt, key)

    def _prompt(self, said: list[Message]) -> list[int]:
        """Token ids of the conversation; the oldest observations are left out until a turn fits behind it."""
        room = self._context - self._settings.max_new_tokens
        for place in (None, *range(3, len(said) - 1, 2)):
            if place is not None:
                said[place] = {"role": "user", "content": _LEFT_OUT}
            tokens = self._encode(said)
            if len(tokens) <= room:
                return tokens
        return tokens[: room // 4] + tokens[-(room - room // 4) :] if room > 0 else tokens[-1:]

    def _encode(self, said: list[Message]) -> list[int]:
        said = [{"role": message["role"], "content": self._defused(message["content"])} for message in said]
        if self._tokenizer.chat_template:
            text = self._tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        else:
            text = "".join(f"{message['role']}: {message['content']}\n" for message in said) + "assistant: "
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    def _defused(self, text: str) -> str:
        """A text in which nothing can pass for a token that steers this model, such as the end of a message."""
        for token in self._tokenizer.all_special_tokens:
            if len(token) > 1:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def _decode(self, prompt: list[int], key: tuple[int, str, int, int]) -> str:
        tokens: list[int] = []
        past, fed, text = None, prompt, ""
        ends = self._ends()
        while len(tokens) < self._settings.max_new_tokens:
            tokens_in = self._torch.tensor([fed])
            output = self._model(input_ids=tokens_in, past_key_values=past, use_cache=True, **self._options)
            past = output.past_key_values
            token = self._choose(output.logits[0, -1], key, len(tokens))
            if token in ends:
                break
            tokens.append(token)
            fed = [token]
            text = self._tokenizer.decode(tokens, skip_special_tokens=True)
            if any(stop in text for stop in STOPS):
                break
        return text

    def _choose(self, logits: Any, key: tuple[int, str, int, int], position: int) -> int:
        if self._settings.temperature > 0:
            noise = generator("token", *key, position).gumbel(size=logits.shape[0])
            logits = logits.double() / self._settings.temperature + self._torch.from_numpy(noise)
        return int(logits.argmax())

    def _ends(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        known = ends if isinstance(ends, list) else [ends]
        return {end for end in (*known, self._tokenizer.eos_token_id) if end is not None}


def _weights_digest(path: Path) -> str:
    """The start of a digest over every file that decides what the model writes."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if file.is_file())
    for file in files:
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
