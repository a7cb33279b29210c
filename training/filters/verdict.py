"""What a filter says of a trajectory that it drops."""

from __future__ import annotations

from typing import Literal

from webenv.types import Record, Trajectory

Stage = Literal["validity", "correctness", "quality"]
STAGES: tuple[Stage, ...] = ("validity", "correctness", "quality")


class Verdict(Record):
    """Why a trajectory is dropped."""

    stage: Stage
    reason: str
    """One of a few for each stage; what is counted."""
    detail: str
    """What is wrong with this one."""


class Dropped(Record):
    """A line of the file of dropped trajectories."""

    stage: Stage
    reason: str
    detail: str
    trajectory: Trajectory
