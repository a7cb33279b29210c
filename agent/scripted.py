"""A policy that writes the turns of a file: for tests, for repeating a bug, for comparing loops."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from agent.policy import Conversation
from webenv.errors import InputError, NotFound
from webenv.protocol import render
from webenv.types import Turn

_decoder = msgspec.json.Decoder(dict[str, list[str]])


class Scripted:
    """Reads a JSON object: task id, or `*` for all others, to a list of turns; after the last it gives up."""

    def __init__(self, path: Path) -> None:
        """Raises `NotFound` or `InputError` if the file is absent or is not such an object."""
        if not path.is_file():
            raise NotFound(f"{path}: no such script of turns")
        raw = path.read_bytes()
        try:
            self._turns = _decoder.decode(raw)
        except msgspec.MsgspecError as error:
            raise InputError(f"{path}: expected an object of task ids to lists of turns: {error}") from error
        self.name = f"scripted:{hashlib.sha256(raw).hexdigest()[:16]}"

    def act(self, conversation: Conversation) -> str:
        """The next turn of the script."""
        turns = self._turns.get(conversation.task.task_id, self._turns.get("*", []))
        number = len(conversation.steps)
        return turns[number] if number < len(turns) else render(Turn(thought="The script ends.", answer="unknown"))
