"""A study as a TOML file says it; the shipped ones lie beside this module.

    title = "SFT, then DAPO"
    question = "Does reinforcement learning add to imitation?"
    seeds = [1, 2, 3]

    [setup]                              # what all arms have in common
    base = "models/tiny"                 # relative to the file
    [setup.learn]                        # questions that the teacher is asked; [setup.practice], [setup.test]
    world = 101
    count = 300
    [setup.sft]                          # trl.SFTConfig, by its own names; [setup.dapo] is trl.GRPOConfig
    max_steps = 100

    [[arms]]
    label = "SFT"
    train = ["sft"]
    [[arms]]
    label = "SFT, unfiltered"
    train = ["sft"]
    against = "SFT"
    change.cold.filtered = false         # any key of the setup

`extends = "quickstart"` takes everything from another study that the file does not say itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from training.experiment import merged, parse
from training.studies.settings import Study
from webenv.errors import InputError, NotFound

SHIPPED = Path(__file__).parent
_MOST_EXTENDED = 8


def shipped() -> dict[str, Path]:
    """The files of the studies that come with this project, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def read_study(name: str, changes: Sequence[str] = (), base: str = "") -> Study:
    """The study of that name, or in that TOML file.

    Args:
        name: Of a shipped study, or a path that ends with `.toml`.
        changes: `KEY=VALUE` each, as a line of the file would say it: `setup.dapo.max_steps=8`.
        base: Folder of a model to begin with, in place of what the file says.

    Raises:
        NotFound: there is no such study.
        InputError: it is no TOML, a key is not known, a value is of the wrong kind, or arms do not fit together.
    """
    path = Path(name) if name.endswith(".toml") else shipped().get(name)
    if path is None:
        near = get_close_matches(name, shipped(), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise NotFound(f"no study {name!r}; there are: {', '.join(shipped())}, or a file that ends with .toml{hint}")
    said = _read(path, 0)
    for change in changes:
        said = merged(said, parse(change.encode(), f"--set {change}: a text needs quotes, 'title=\"mine\"'"))
    if base:
        said = merged(said, {"setup": {"base": str(Path(base).absolute())}})
    try:
        study = msgspec.convert(said | {"name": path.stem}, Study)
        for arm in study.arms:
            study.setup_of(arm)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}") from None
    _check(path, study)
    return study


def _read(path: Path, depth: int) -> dict[str, Any]:
    """What a file says, over what the study says that it extends; paths in it are relative to it."""
    if not path.is_file():
        raise NotFound(f"{path}: no such study file")
    said = parse(path.read_bytes(), str(path))
    setup = said.get("setup")
    if isinstance(setup, dict) and isinstance(setup.get("base"), str):
        setup["base"] = str((path.absolute().parent / setup["base"]).resolve())
    other = said.pop("extends", "")
    if not other:
        return said
    if not isinstance(other, str) or depth == _MOST_EXTENDED:
        raise InputError(f"{path}: `extends` names one other study, which extends no study that extends it")
    below = path.parent / other if other.endswith(".toml") else shipped().get(other)
    if below is None:
        raise NotFound(f"{path}: extends {other!r}, which is no study; there are: {', '.join(shipped())}")
    return merged(_read(below, depth + 1), said)


def _check(path: Path, study: Study) -> None:
    """Raises `InputError` if the arms do not fit together."""
    labels = [arm.label for arm in study.arms]
    if len(set(labels)) < len(labels) or len(set(study.seeds)) < len(study.seeds):
        raise InputError(f"{path}: each arm has a label of its own, and each seed comes once")
    for arm in study.arms:
        if arm.against and arm.against not in labels:
            raise InputError(f"{path}: {arm.label!r} is compared with {arm.against!r}, which is no arm")
    tests: list[Mapping[str, Any]] = [msgspec.to_builtins(study.setup_of(arm).test) for arm in study.arms]
    if any(test != tests[0] for test in tests):
        raise InputError(f"{path}: all arms must be tested on the same questions; setup.test differs")
    if study.k > min(study.setup_of(arm).play.samples for arm in study.arms):
        raise InputError(f"{path}: k is {study.k}, but play.samples is less")
