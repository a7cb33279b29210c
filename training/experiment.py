"""An *experiment*: one TOML file that says everything about a training.

    name = "nemo-sft"
    model = "models/tiny"                # paths are relative to the file
    snapshot = "snapshots/nemo"
    trajectories = ["oracle.jsonl"]
    out = "runs/nemo-sft"
    seed = 7
    trained = ["model.norm.weight"]      # only weights whose names end so; without it all

    [sft]                                # trl.SFTConfig, by its own names
    learning_rate = 5e-6

    [dapo]                               # trl.GRPOConfig, by its own names
    num_generations = 16

    [drift]                              # webs that it learns on; also [env], [policy], [sampling], [curriculum]
    among = ["", "redesign:0.5"]

    [lora]                               # peft.LoraConfig, by its own names; without it all weights are trained
    r = 16

A key that nobody knows is an error, with its place, before anything is loaded.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agent.policy import PolicySettings
from training.dapo.changing import DriftDistribution
from training.dapo.curriculum import CurriculumSettings
from training.dapo.groups import DynamicSampling
from webenv.errors import InputError, NotFound
from webenv.types import EnvSettings, Record

_PASSED_THROUGH = {"sft": ("trl", "SFTConfig"), "dapo": ("trl", "GRPOConfig"), "lora": ("peft", "LoraConfig")}
"""Tables whose names belong to a class of another library."""
OURS = {
    "output_dir": "`out` names the run folder",
    "run_name": "`name` is the name of the run",
    "seed": "`seed` stands at the top of the file",
    "data_seed": "`seed` stands at the top of the file",
    "resume_from_checkpoint": "a run that was stopped goes on when the command is run again",
    "logging_nan_inf_filter": "a loss that is not a number stops the run",
}
"""Names of trainers that an experiment says in another way."""


class Writing(PolicySettings):
    """How the policy writes while it learns: temperature and top-p are 1 if nothing is said (WebDancer, 3.2)."""

    temperature: Annotated[float, Meta(gt=0)] = 1.0
    top_p: Annotated[float, Meta(gt=0, le=1)] = 1.0


class Experiment(Record):
    """What a training is told. Tables that pass through are checked for their names only."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    model: str
    """Folder of the model that is trained, as `save_pretrained` writes it."""
    snapshot: str
    out: str
    """Run folder: made by the training, and what makes it go on."""
    trajectories: tuple[str, ...] = ()
    """Episodes to learn from."""
    seed: Annotated[int, Meta(ge=0, lt=2**32)] = 0
    threads: Annotated[int, Meta(ge=0, le=4_096)] = 0
    """Threads of each process on a CPU; 0 shares the cores out among the processes."""
    tasks: str = ""
    """Task file to play, for reinforcement learning; by default the snapshot's own tasks."""
    env: EnvSettings = EnvSettings()
    drift: DriftDistribution = DriftDistribution()
    policy: Writing = Writing()
    sampling: DynamicSampling = DynamicSampling()
    curriculum: CurriculumSettings = CurriculumSettings()
    sft: dict[str, Any] = msgspec.field(default_factory=dict)
    dapo: dict[str, Any] = msgspec.field(default_factory=dict)
    lora: dict[str, Any] | None = None
    trained: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    """Only weights whose names end so are trained, such as `model.norm.weight`; all if there are none."""


def read_experiment(path: Path, changes: Sequence[str] = ()) -> Experiment:
    """The experiment in a file, with absolute paths.

    Args:
        path: A TOML file.
        changes: `KEY=VALUE` each, as a line of the file would say it: `dapo.learning_rate=1e-6`.

    Raises:
        NotFound: there is no such file.
        InputError: it is no TOML, a key is not known, or a value is of the wrong kind.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such experiment file")
    said = parse(path.read_bytes(), str(path))
    for change in changes:
        said = merged(said, parse(change.encode(), f"--set {change}: a text needs quotes, 'name=\"mine\"'"))
    try:
        experiment = msgspec.convert(said, Experiment)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}{_hint(said)}") from None
    check_tables(path, {table: getattr(experiment, table) or {} for table in _PASSED_THROUGH})
    folder = path.absolute().parent
    return msgspec.structs.replace(
        experiment,
        **{key: str(folder / getattr(experiment, key)) for key in ("model", "snapshot", "out")},
        trajectories=tuple(str(folder / each) for each in experiment.trajectories),
        tasks=str(folder / experiment.tasks) if experiment.tasks else "",
    )


def check_tables(place: object, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises `InputError`, which names the place, if a table has a name that the library behind it does not know."""
    for table, given in tables.items():
        if given:
            module, name = _PASSED_THROUGH[table]
            _check_names(place, table, given, f"{module}.{name}", _fields(module, name))


def parse(text: bytes, place: str) -> dict[str, Any]:
    """What a TOML text says; raises `InputError`, which names the place, if it is none."""
    try:
        return tomllib.loads(text.decode())
    except ValueError as error:
        raise InputError(f"{place}: not TOML: {error}") from None


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """`one` with what `other` says; tables are merged key by key."""
    both = dict(one)
    for key, value in other.items():
        old = both.get(key)
        both[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def _hint(said: Mapping[str, Any]) -> str:
    known = Experiment.__struct_fields__
    near = (get_close_matches(key, known, 1) for key in said if key not in known)
    found = next((match[0] for match in near if match), "")
    return f"; did you mean `{found}`?" if found else ""


def _fields(module: str, name: str) -> list[str]:
    return [field.name for field in dataclasses.fields(getattr(import_module(module), name)) if field.init]


def _check_names(path: object, table: str, given: Mapping[str, Any], owner: str, known: Sequence[str]) -> None:
    for key in given:
        if table != "lora" and key in OURS:
            raise InputError(f"{path}: {table}.{key}: leave it out; {OURS[key]}")
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise InputError(f"{path}: {owner} has no parameter `{key}` - at `$.{table}`{hint}")
