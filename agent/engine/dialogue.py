"""A *dialogue*: something that a model talks to, and what is known of one that is under way."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

from torch import Tensor

from agent.engine.format import Message
from agent.engine.sampling import Drawn, Key
from webenv.types import Tokens


class Dialogue(Protocol):
    """Something that a model talks to: an episode, or a single question."""

    @property
    def key(self) -> Key:
        """What its draws are for: (seed, task, sample) of an episode."""
        ...

    def messages(self) -> Sequence[Message]:
        """The conversation so far, from which the model goes on."""
        ...

    def respond(self, turn: str) -> str | None:
        """What the model hears after its turn; None ends the dialogue. Called on a thread."""
        ...


Talk = TypeVar("Talk", bound=Dialogue)


class Ended(NamedTuple, Generic[Talk]):
    """A dialogue at its end."""

    talk: Talk
    tokens: Tokens
    is_cut: bool
    """There was no room for another turn."""


@dataclass
class Slot(Generic[Talk]):
    """A dialogue under way."""

    talk: Talk
    prompt: list[int]
    turns: list[list[int]] = field(default_factory=list)
    heard: list[list[int]] = field(default_factory=list)
    logprobs: list[list[float]] = field(default_factory=list)
    drawn: int = 0
    """Tokens drawn so far, of all turns."""
    is_last: bool = False
    """The model was told that it has no room for another turn."""
    waiting: Future[tuple[str | None, list[int]]] | None = None
    held: Tensor | None = None
    """Which tokens the dialogue holds, `[V]`; kept for a repetition penalty only."""

    def begin_turn(self) -> None:
        """What is drawn from now on belongs to a new turn."""
        self.turns.append([])
        self.logprobs.append([])

    def add(self, drawn: Drawn) -> None:
        """Append a drawn token to the turn."""
        self.turns[-1].append(drawn.token)
        self.logprobs[-1].append(round(drawn.logprob, 5))
        self.drawn += 1
        if self.held is not None:
            self.held[drawn.token] = True

    def tokens(self) -> Tokens:
        """Everything that was read and drawn."""
        return Tokens(
            prompt=tuple(self.prompt),
            turns=tuple(map(tuple, self.turns)),
            heard=tuple(map(tuple, self.heard)),
            logprobs=tuple(map(tuple, self.logprobs)),
        )
