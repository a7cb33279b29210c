"""`webenv dapo` when something breaks: it stops and says so, the last checkpoint stays, and it can go on."""

from __future__ import annotations

import json
import math
import resource
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from transformers import TrainerCallback

from agent.trajectories import read_trajectories
from tests.training.dapo.conftest import Write, make
from training.plots import draw_learning
from webenv.cli import main
from webenv.errors import TrainingError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dapo")]


TWO_ROUNDS = {"max_steps": 4}


@pytest.fixture(scope="module")
def unbroken(nemo: Path, answering: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("unbroken")
    learn(make(nemo, answering, folder, dapo=TWO_ROUNDS))
    return folder / "run"


def learn(path: Path, disturb: Any = lambda update, trainer: None) -> None:
    """Train; `disturb` gets every update that was made, and the trainer."""
    from training import lasting
    from training.dapo.learn import make_trainer, prepare
    from training.experiment import read_experiment

    ready = prepare(read_experiment(path))
    made: list[Any] = []

    def begin() -> Any:
        made.append(make_trainer(ready, lambda update, updates, metrics: disturb(update, made[0])))
        return made[0]

    lasting.train(ready, begin)


def files(folder: Path) -> dict[str, bytes]:
    names = [folder / "metrics.jsonl", folder / "learning.png", *(folder / "model").iterdir()]
    return {path.name: path.read_bytes() for path in [*names, *(folder / "rollouts").iterdir()]}


def metrics(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize(("poisoned_after", "what"), [(3, "the loss"), (2, "a weight")])
def test_what_is_not_a_number_stops_the_run(
    write: Write, unbroken: Path, tmp_path: Path, poisoned_after: int, what: str
) -> None:
    """In the middle of a round, and before a checkpoint, which would be worth nothing."""
    path, folder = write("poisoned", dapo=TWO_ROUNDS), tmp_path / "poisoned"

    def poison(update: int, trainer: Any) -> None:
        if update == poisoned_after:
            next(trainer.model.parameters()).data.fill_(math.nan)

    update = 2 * (poisoned_after // 2) + 2 * (what == "the loss")
    with pytest.raises(TrainingError, match=f"{what} is not a number in update {update}; the rows are in .*bad-batch"):
        learn(path, poison)
    bad = json.loads((folder / "bad-batch.json").read_text())
    assert bad["update"] == update
    [file] = bad["batches"]
    assert len(list(read_trajectories(Path(file)))) >= 32
    assert not (folder / "model").exists()
    checkpoints = ["checkpoint-2"] * (what == "the loss")
    assert [each.name for each in (folder / "checkpoints").glob("checkpoint-*")] == checkpoints
    learn(path)
    assert files(folder) == files(unbroken)


class Full(TrainerCallback):
    """From the first checkpoint on, files can be no longer than so many bytes."""

    def on_save(self, *_: Any, **__: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@pytest.mark.parametrize("what", ["a checkpoint", "the episodes of a round"])
def test_a_full_disk_leaves_the_last_complete_checkpoint(
    write: Write, unbroken: Path, tmp_path: Path, what: str
) -> None:
    path, folder = write("full", dapo=TWO_ROUNDS), tmp_path / "full"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(update: int, trainer: Any) -> None:
        if update == 1 and what != "a checkpoint":
            trainer.add_callback(Full())
        if update == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))

    place = (
        r"checkpoint-4: .* the last complete one is .*-2\." if what == "a checkpoint" else "update-000002-process-0.*"
    )
    try:
        with pytest.raises(TrainingError, match=rf"{place} Make room on the disk and run the same command again"):
            learn(path, fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [each.name for each in (folder / "checkpoints").glob("checkpoint-*")] == ["checkpoint-2"]
    learn(path)
    assert files(folder) == files(unbroken)


def test_metrics_go_where_report_to_says(write: Write, tmp_path: Path) -> None:
    path = write(dapo={"max_steps": 2, "report_to": "tensorboard"})
    result = CliRunner().invoke(main, ["dapo", str(path)])
    assert result.exit_code == 0, result.output
    [events] = (tmp_path / "run" / "checkpoints" / "runs").rglob("events.out.tfevents.*")
    found = {(step, name): value for step, name, value in scalars(events)}
    for line in metrics(tmp_path / "run"):
        for name in ("loss", "ratio/max", "clip_ratio/high_mean", "groups/kept", "episodes/answer", "entropy"):
            if name in line:
                assert found[int(line["step"]), f"train/{name}"] == pytest.approx(line[name], rel=1e-6)
    assert (1, "train/groups/kept") in found


def scalars(path: Path) -> Iterator[tuple[int, str, float]]:
    """The numbers of an event file: records with a length before and a checksum around."""
    from tensorboardX.proto.event_pb2 import Event

    held = path.read_bytes()
    while held:
        (length,) = struct.unpack("<Q", held[:8])
        event = Event.FromString(held[12 : 12 + length])
        yield from ((event.step, value.tag, value.simple_value) for value in event.summary.value)
        held = held[16 + length :]


def test_what_is_not_installed_cannot_be_reported_to(write: Write) -> None:
    result = CliRunner().invoke(main, ["dapo", str(write(dapo={"report_to": "wandb"})), "--dry-run"])
    assert result.exit_code == 1
    assert "dapo.report_to: 'wandb' is not installed" in result.output


def test_curves_are_the_same_bytes_and_need_no_metric(tmp_path: Path) -> None:
    lines = [{"step": float(step), "entropy": None if step == 2 else 0.5, "ratio/max": 1.0} for step in range(1, 4)]
    for name in ("one", "other"):
        draw_learning(lines, "title", tmp_path / name)
    draw_learning([], "empty", tmp_path / "empty")
    one, other, empty = ((tmp_path / name).read_bytes() for name in ("one", "other", "empty"))
    assert one == other != empty
    assert empty.startswith(b"\x89PNG")
