"""A *run folder*: what a training made, and what made it.

experiment.json   the experiment as it was understood, what its paths held, versions and machine
metrics.jsonl     one line for each update that was logged
checkpoints/      what the run goes on from
rollouts/         the episodes of each round of reinforcement learning, as trajectory files
learning.png      the curves of reinforcement learning, once it has ended
model/            the trained model, once it is trained
bad-batch.json    the batch whose loss was not a number, if there was one
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from training.experiment import Experiment
from webenv.errors import InputError, TrainingError
from webenv.types import Record
from webenv.web import publish

_NOT_DECISIVE = ("model", "snapshot", "out", "trajectories", "tasks", "threads")
"""Paths, whose contents are compared instead, and what the machine decides."""
_PACKAGES = ("webenv", "torch", "transformers", "trl", "accelerate", "peft")


class Inputs(Record):
    """What the paths of an experiment held."""

    model: str
    """Digest of the model's files."""
    content_id: str
    views_id: str
    trajectories: tuple[str, ...] = ()
    """Digest of each file."""
    tasks: str = ""
    """Digest of the tasks that are played."""


class Made(Record):
    """`experiment.json`."""

    command: str
    experiment: Experiment
    inputs: Inputs
    processes: int
    threads: int
    versions: dict[str, str]


def made(command: str, experiment: Experiment, inputs: Inputs, processes: int, threads: int) -> Made:
    """The record of a run that begins now."""
    versions = {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}
    return Made(
        command=command,
        experiment=experiment,
        inputs=inputs,
        processes=processes,
        threads=threads,
        versions=versions,
    )


def identity(made: Made) -> str:
    """A digest of what the trained weights depend on: equal where a run may go on from another's checkpoint."""
    decisive = _decisive(msgspec.to_builtins(made))
    return "sha256:" + hashlib.sha256(msgspec.json.encode(decisive, order="deterministic")).hexdigest()


class Run:
    """A run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoints, self.model = folder / "checkpoints", folder / "model"
        self.rollouts = folder / "rollouts"
        self.metrics, self.bad_batch = folder / "metrics.jsonl", folder / "bad-batch.json"
        self.curves = folder / "learning.png"
        self._record = folder / "experiment.json"

    def check(self, made: Made) -> list[str]:
        """Whether a run can begin here or go on; what about the machine is not what it was.

        Raises:
            InputError: the folder holds something else, or the run of another experiment.
        """
        if not self._record.exists():
            if self.folder.exists() and (not self.folder.is_dir() or any(self._others())):
                raise InputError(f"{self.folder}: holds something that is not a run; choose another `out`")
            return []
        try:
            before = msgspec.json.decode(self._record.read_bytes())
        except msgspec.MsgspecError as error:
            raise InputError(f"{self._record}: cannot be read: {error}; choose another `out`") from None
        now = msgspec.json.decode(msgspec.json.encode(made))
        for key, old, new in _differences(_decisive(before), _decisive(now)):
            raise InputError(
                f"{self.folder}: is the run of another experiment: {key} was {old!r} and is {new!r}; "
                f"choose another `out`, or delete the folder to begin anew"
            )
        return [f"{key} was {old}, is {new}" for key, old, new in _differences(_machine(before), _machine(now))]

    @contextmanager
    def begin(self, made: Made) -> Iterator[None]:
        """Hold the folder, and say in it what makes this run.

        Raises:
            TrainingError: another process holds it.
            InputError: as `check`.
        """
        self.check(made)
        with publish.exclusive(self.folder, f"{self.folder}: another process is training here", TrainingError):
            self.check(made)
            if not self._record.exists():
                part = self._record.with_suffix(".part")
                part.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
                publish.sync(part)
                part.replace(self._record)
            yield

    def _others(self) -> Iterator[Path]:
        return (path for path in self.folder.iterdir() if path.name not in ("lock", "experiment.part"))


def _decisive(made: dict[str, Any]) -> dict[str, Any]:
    """What the trained weights depend on."""
    experiment = {key: value for key, value in made.get("experiment", {}).items() if key not in _NOT_DECISIVE}
    flat = _flat({key: made.get(key) for key in ("command", "inputs", "processes")})
    return flat | _flat(experiment)


def _machine(made: dict[str, Any]) -> dict[str, Any]:
    return _flat({key: made.get(key) for key in ("threads", "versions")})


def _flat(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return flat


def _differences(one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            yield key, one.get(key), other.get(key)
