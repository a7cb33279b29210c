"""A *row*: the tokens of one episode as a model reads them, and which of them the model wrote.

An episode of a local model carries its tokens, and they are used as they are: encoding text again may cut words
elsewhere than the model did. An episode that somebody else played is encoded turn by turn, as the engine encodes what
it reads; the model then also learns to write the token that ends a message. A row that is too long is left out, never
cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent import trajectories
from agent.chat import messages
from agent.engine.format import ChatFormat
from agent.episode import today
from agent.policy import Conversation
from tools.toolbox import DEFAULT_TOOLS, Toolbox
from webenv import protocol
from webenv.errors import InputError
from webenv.types import Step, Trajectory
from webenv.web.snapshot import Snapshot

TOO_LONG = "longer than max_length"
UNWRITABLE = "not writable with this tokenizer"


class Row(NamedTuple):
    """One episode, for example `tokens = P P P T T O O T`, `wrote = 0 0 0 1 1 0 0 1` (prompt, turns, observation)."""

    tokens: NDArray[np.int32]
    """`[n]`"""
    wrote: NDArray[np.bool_]
    """`[n]`: the tokens that the model wrote."""


class RowMaker:
    """Makes the rows of one model from episodes on one snapshot."""

    def __init__(self, web: Snapshot, chat: ChatFormat) -> None:
        self._web, self._chat = web, chat
        self._tools, self._date = Toolbox(DEFAULT_TOOLS).schemas(), today(web)

    def row(self, played: Trajectory) -> Row | None:
        """The row of an episode; None if a turn says what this model cannot write.

        Raises:
            InputError: it is damaged, or was played on another snapshot, or by a model that reads otherwise.
        """
        self._check(played)
        conversation = Conversation(played.task, played.question, self._tools, self._date, played.seed, played.sample)
        prompt = self._chat.prompt(messages(conversation))
        if played.tokens is None:
            return encoded(self._chat, prompt, played.steps)
        turns, heard = played.tokens.turns, played.tokens.heard
        said = [protocol.writable(self._chat.text(turn)) for turn in turns]
        if tuple(prompt) != played.tokens.prompt or said != [step.action for step in played.steps]:
            raise InputError(
                "its tokens were written by a model with another tokenizer or chat template; "
                "take the field `tokens` out of the file to train on what they say"
            )
        return _row(prompt, turns, heard)

    def _check(self, played: Trajectory) -> None:
        if trajectories.digest(played) != played.digest:
            raise InputError("its digest is not that of what it says: the file was changed or damaged")
        ours, theirs = (self._web.content_id, self._web.views_id), (played.content_id, played.views_id)
        if ours != theirs:
            raise InputError(
                f"was played on the snapshot {' / '.join(theirs)}, but {self._web.path} is {' / '.join(ours)}; "
                f"name the snapshot that it was played on"
            )


def encoded(
    chat: ChatFormat, prompt: Sequence[int], steps: Sequence[Step], learnt: Sequence[bool] | None = None
) -> Row | None:
    """The row of an episode that somebody else played; None if a turn says what this model cannot write.

    Turns that are not `learnt`, one flag a step, count as read.
    """
    turns = [chat.turn(step.action) for step in steps]
    if any(chat.text(turn) != step.action for turn, step in zip(turns, steps, strict=True)):
        return None
    heard = [chat.reply(turn, chat.heard(step.observation)) for turn, step in zip(turns[:-1], steps[:-1], strict=True)]
    return _row(prompt, turns, heard, learnt)


def read_rows(
    paths: Sequence[Path], maker: RowMaker, max_length: int, on_row: Callable[[int], None] = lambda count: None
) -> tuple[list[Row], dict[str, int]]:
    """The rows of trajectory files in the order of the files, and why how many episodes were left out.

    Raises:
        NotFound: a file does not exist.
        InputError: a line is not a trajectory, or `RowMaker.row` refuses it; the message names the line.
    """
    rows: list[Row] = []
    left_out: Counter[str] = Counter()
    for count, (place, played) in enumerate(_read(paths), 1):
        try:
            row = maker.row(played)
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
        if row is None:
            left_out[UNWRITABLE] += 1
        elif len(row.tokens) > max_length:
            left_out[TOO_LONG] += 1
        else:
            rows.append(row)
        on_row(count)
    return rows, dict(left_out)


def _read(paths: Sequence[Path]) -> Iterator[tuple[str, Trajectory]]:
    for path in paths:
        for number, played in enumerate(trajectories.read_trajectories(path), 1):
            yield f"{path}: line {number}", played


def _row(
    prompt: Sequence[int],
    turns: Sequence[Sequence[int]],
    heard: Sequence[Sequence[int]],
    learnt: Sequence[bool] | None = None,
) -> Row:
    tokens, wrote = list(prompt), [False] * len(prompt)
    for number, turn in enumerate(turns):
        after = heard[number] if number < len(heard) else ()
        tokens += [*turn, *after]
        wrote += [learnt is None or learnt[number]] * len(turn) + [False] * len(after)
    return Row(tokens=np.array(tokens, np.int32), wrote=np.array(wrote))
