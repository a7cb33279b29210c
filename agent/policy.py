"""A *policy* reads a conversation and writes the next turn; here is its protocol, and how one is named.

oracle            follows the evidence of a task: the upper bound, and the proof that a task can be solved
oracle:patient    reads that evidence wherever it is now, and tries again: the upper bound where a web has changed
random            searches, opens, clicks and answers at random: the lower bound, and a fuzzer
teacher:STYLE     plays the oracle's plan like a researcher who thinks, strays and checks; STYLE is short, long or brief
scripted:FILE     writes the turns that a JSON file holds for each task
hf:PATH           a local transformers model: a folder, or a .gguf file
openai:URL#MODEL  a model behind an OpenAI-compatible server
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, runtime_checkable

from msgspec import Meta

from webenv.errors import InputError, PolicyError
from webenv.types import Record, Task, Trajectory

if TYPE_CHECKING:
    from agent.episode import Episode


@dataclass
class Conversation:
    """One episode as the policy sees it. `task` beyond its question is for the oracle alone."""

    task: Task
    question: str
    tools: list[dict[str, Any]]
    """The tools in the function-calling form."""
    date: str
    """Day of the snapshot, ISO 8601: the policy's today."""
    seed: int
    sample: int
    steps: list[tuple[str, str]] = field(default_factory=list)
    """(turn, observation) so far."""


class OutOfRoom(PolicyError):
    """A conversation is too long for a policy: the episode ends, and is recorded as cut."""


class Policy(Protocol):
    """Writes turns. The same conversation always gets the same turn, whatever was asked in between."""

    name: str
    """What a trajectory says of it: the kind, and a digest of everything that decides its turns."""

    def act(self, conversation: Conversation) -> str:
        """The next turn.

        Raises:
            OutOfRoom: the conversation is too long for it.
            PolicyError: the policy cannot be asked; nothing is recorded.
        """
        ...


@runtime_checkable
class Leader(Policy, Protocol):
    """A policy that leads many episodes at a time."""

    def lead(self, episodes: Iterable[Episode]) -> Iterator[Trajectory]:
        """Play episodes, taken when there is room for them, and give each when it ends.

        Raises:
            PolicyError: the policy cannot be asked; what is under way is lost.
        """
        ...


class Sampling(Record):
    """How the next token is drawn; the defaults are WebDancer's for evaluation (arXiv 2505.22648, section 4.1)."""

    temperature: Annotated[float, Meta(ge=0)] = 0.6
    """0 takes the most probable token."""
    top_p: Annotated[float, Meta(gt=0, le=1)] = 0.95
    """The most probable tokens that have this probability together."""
    top_k: Annotated[int, Meta(ge=0)] = 0
    """The most probable tokens, this many; 0 is all."""
    min_p: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """Tokens with at least this part of the probability of the most probable one."""
    repetition_penalty: Annotated[float, Meta(gt=0)] = 1.0
    """Divides the logits of what the dialogue holds already (arXiv 1909.05858); 1 is none."""


class PolicySettings(Sampling):
    """What a language model may be told; other policies ignore it."""

    max_new_tokens: Annotated[int, Meta(ge=1)] = 512
    """Tokens of one turn (our choice)."""
    slots: Annotated[int, Meta(ge=1, le=1_024)] = 16
    """Episodes at a time in each process (our choice); leaves no trace."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Of a local model's weights."""


KINDS = ("oracle", "oracle:patient", "random", "teacher:STYLE", "scripted:FILE", "hf:PATH", "openai:URL#MODEL")


def load_policy(spec: str, settings: PolicySettings | None = None) -> Policy:
    """The policy that a specification names.

    Raises:
        InputError: there is no such kind, or its file does not exist.
        PolicyError: it cannot be loaded.
    """
    kind, _, path = spec.partition(":")
    if kind == "oracle" and not path:
        from agent.oracle import Oracle

        return Oracle()
    if kind == "oracle" and path == "patient":
        from agent.patient import PatientOracle

        return PatientOracle()
    if kind == "teacher" and path in ("short", "long"):
        from agent.teacher.teacher import Teacher

        return Teacher("short" if path == "short" else "long")
    if kind == "teacher" and path in ("brief", "brief-long"):
        from agent.teacher.brief import BriefTeacher

        return BriefTeacher(has_long_thoughts=path == "brief-long")
    if kind == "random" and not path:
        from agent.wanderer import Wanderer

        return Wanderer()
    if kind == "scripted" and path:
        from agent.scripted import Scripted

        return Scripted(Path(path))
    if kind == "hf" and path:
        from agent.hf import HuggingFace

        return HuggingFace(Path(path), settings or PolicySettings())
    if kind == "openai" and path:
        from agent.openai import OpenAI

        return OpenAI(path, settings or PolicySettings())
    near = get_close_matches(kind, [known.partition(":")[0] for known in KINDS], 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise InputError(f"no policy {spec!r}; there are: {', '.join(KINDS)}{hint}")
