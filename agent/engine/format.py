"""Text to tokens and back: the prompt, what is read between two turns, and where a turn ends.

What a model wrote is never decoded and encoded again: a dialogue is the tokens of its prompt, then by turns those that
were drawn and those of what was read. Any chat template serves that writes what an assistant says as it stands; the
words between two turns are found by rendering a conversation of marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webenv.errors import PolicyError

Message = dict[str, str]
"""`role` and `content`."""

STOPS = ("</tool_call>", "</answer>", "<tool_response>")
"""A turn ends with the first of these, or with a token that ends a message."""
_MARKS = ("⟦asked⟧", "⟦said⟧", "⟦read⟧")
_THINK = "<think>"
_TAIL = 24
"""Tokens in which a stop is looked for (our choice): more than the letters of the longest."""


class ChatFormat:
    """How one model reads and writes conversations."""

    def __init__(self, tokenizer: Any, ends: set[int]) -> None:
        """`ends` are the tokens with which the model ends a message.

        Raises:
            PolicyError: the chat template does not repeat what was said.
        """
        self._tokenizer = tokenizer
        added = (str(token) for token in tokenizer.added_tokens_decoder.values() if token.special)
        self._steering = sorted({token for token in (*tokenizer.all_special_tokens, *added) if len(token) > 1})
        between, after = self._around()
        self._between, self._after = self._encode(between), self._encode(after)
        self._opened = _THINK if after.rstrip().endswith(_THINK) else ""
        self.ends = ends | (set(self._between[:1]) & set(tokenizer.all_special_ids))
        pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        self._closing = frozenset(number for number, piece in enumerate(pieces) if piece and ">" in piece)

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of a conversation, up to where the model begins to write."""
        defused = [{"role": each["role"], "content": self._defused(each["content"])} for each in messages]
        return self._encode(self._render(defused))

    def turn(self, text: str) -> list[int]:
        """The tokens of a turn that somebody else wrote, and the one that ends a message if the template has one."""
        return [*self._encode(text.removeprefix(self._opened)), *(set(self._between[:1]) & self.ends)]

    def heard(self, observation: str) -> list[int]:
        """The tokens of what a tool said, by themselves."""
        return self._encode(self._defused(observation))

    def reply(self, turn: Sequence[int], heard: Sequence[int]) -> list[int]:
        """What the model reads after its turn: the end of its message, what it hears, the beginning of its next."""
        ended = list(turn[-1:]) == self._between[:1]
        between = self._between[1:] if ended else self._between
        return [*between, *heard, *self._after]

    @property
    def frame(self) -> int:
        """Tokens of a reply that hears nothing, at most."""
        return len(self._between) + len(self._after)

    def text(self, turn: Sequence[int]) -> str:
        """What a turn says."""
        said: str = self._tokenizer.decode(turn, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return self._opened + said

    def is_over(self, turn: Sequence[int]) -> bool:
        """Whether a turn ends with its last token."""
        if turn[-1] in self.ends:
            return True
        if turn[-1] not in self._closing:
            return False
        tail = self._tokenizer.decode(turn[-_TAIL:], clean_up_tokenization_spaces=False)
        return any(stop in tail for stop in STOPS)

    def _around(self) -> tuple[str, str]:
        """What stands between a turn and what is heard, and between that and the next turn."""
        _, said, heard = _MARKS
        roles = ("user", "assistant", "user")
        text = self._render([{"role": role, "content": mark} for role, mark in zip(roles, _MARKS, strict=True)])
        if [text.count(mark) for mark in _MARKS] != [1, 1, 1] or text.index(said) > text.index(heard):
            raise PolicyError("the chat template of this model does not repeat each message once and in order")
        between, _, after = text.partition(said)[2].partition(heard)
        return between, after

    def _render(self, messages: Sequence[Message]) -> str:
        if not self._tokenizer.chat_template:
            return "".join(f"{each['role']}: {each['content']}\n" for each in messages) + "assistant: "
        text: str = self._tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)
        return text

    def _encode(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    def _defused(self, text: str) -> str:
        """A text in which nothing can pass for a token that steers this model, such as the end of a message."""
        for token in self._steering:
            text = text.replace(token, f"{token[0]} {token[1:]}")
        return text


def context_of(config: Any) -> int:
    """Tokens of the longest text that a model can read, by its configuration."""
    return getattr(config, "max_position_embeddings", 0) or 2**31
