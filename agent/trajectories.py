"""Trajectory files: JSON lines of `Trajectory`, each with a digest over everything that an episode is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from webenv.errors import InputError, NotFound
from webenv.types import Record, Trajectory

_decoder = msgspec.json.Decoder(Trajectory)


def digest(trajectory: Trajectory) -> str:
    """`sha256:` over the canonical JSON of all fields but `snapshot` (where it lay) and `digest` itself."""
    bare = msgspec.structs.replace(trajectory, snapshot="", digest="")
    return "sha256:" + hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def encode(trajectory: Trajectory) -> bytes:
    """One line of a trajectory file, without its line end."""
    return msgspec.json.encode(trajectory, order="deterministic")


def decode(line: bytes) -> Trajectory:
    """The trajectory in a line.

    Raises:
        ValueError: it is none.
    """
    return _decoder.decode(line)


def count(path: Path) -> int:
    """How many lines a trajectory file has; 0 if it is not there."""
    if not path.is_file():
        return 0
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def read_trajectories(path: Path) -> Iterator[Trajectory]:
    """Every trajectory of a file.

    Raises:
        NotFound: there is no such file.
        InputError: a line is not a trajectory; the message names it.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such trajectory file; run: webenv rollout SNAPSHOT --policy POLICY --out {path}")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                read = decode(line)
            except ValueError as error:
                raise InputError(f"{path}: line {number}: not a trajectory: {error}") from error
            if not read.steps:
                raise InputError(f"{path}: line {number}: not a trajectory: it has no step")
            yield read


class RolloutSummary(Record):
    """Counts over a trajectory file."""

    episodes: int
    right: int
    """Episodes with an answer score of 1."""
    well_formed: int
    """Episodes with a format score of 1."""
    truncated: int
    turns: int
    """Of all episodes together."""
    invalid: dict[str, int]
    """Kind of invalid turn to how often it came."""


def summarise(path: Path) -> RolloutSummary:
    """Count over every trajectory of a file; raises as `read_trajectories` does."""
    totals: Counter[str] = Counter()
    invalid: Counter[str] = Counter()
    for played in read_trajectories(path):
        totals["episodes"] += 1
        totals["right"] += played.reward.answer == 1
        totals["well_formed"] += played.reward.format == 1
        totals["truncated"] += played.steps[-1].truncated
        totals["turns"] += len(played.steps)
        invalid.update(step.invalid for step in played.steps if step.invalid)
    names = ("episodes", "right", "well_formed", "truncated", "turns")
    return RolloutSummary(invalid=dict(sorted(invalid.items())), **{name: totals[name] for name in names})
