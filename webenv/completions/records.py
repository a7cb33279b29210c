"""What a model is asked, and what it says."""

from __future__ import annotations

from webenv.types import Record

Message = dict[str, str]
"""`{"role": ..., "content": ...}`."""


class Completion(Record):
    """What a model said."""

    text: str
    finish_reason: str = ""
    """`stop`, `length` or what else the server says."""
    tokens: int = 0
    """Tokens of the text; 0 if the server does not count."""


class Request(Record, omit_defaults=True):
    """One thing to ask; where something is left out, the server decides."""

    messages: tuple[Message, ...]
    temperature: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    """Another seed is another request, with an answer of its own."""
