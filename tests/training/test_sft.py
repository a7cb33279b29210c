"""`webenv sft`: what the loss is about, and that a run that was stopped ends as one that was not."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from agent import trajectories
from tests.training.small import make_episodes, make_experiment, make_reader
from webenv.cli import main
from webenv.errors import InputError, TrainingError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("trl")]  # TRL and its imports warn

GRADIENT = {
    "optim": "sgd",
    "learning_rate": 1.0,
    "lr_scheduler_type": "constant",
    "warmup_steps": 0,
    "weight_decay": 0.0,
    "max_grad_norm": 0.0,
    "max_steps": 1,
}
"""One update whose difference of weights is the gradient."""


@pytest.fixture(scope="module")
def episodes(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four shortest of a few."""
    folder = tmp_path_factory.mktemp("episodes")
    made = make_episodes(nemo, folder / "all.jsonl")
    lines = sorted(made.read_bytes().splitlines(keepends=True), key=len)
    (folder / "short.jsonl").write_bytes(b"".join(lines[:4]))
    return folder / "short.jsonl"


@pytest.fixture(scope="module")
def model(nemo: Path, episodes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_reader(nemo, episodes, tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def inputs(nemo: Path, model: Path, episodes: Path) -> dict[str, Any]:
    """What every experiment names."""
    return {"model": str(model), "snapshot": str(nemo), "trajectories": [str(episodes)]}


@pytest.fixture
def write(inputs: dict[str, Any], tmp_path: Path) -> Any:
    """Writes experiment files into the test's folder."""
    return partial(experiment, tmp_path, inputs)


@pytest.fixture(scope="module")
def unbroken(inputs: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nobody disturbed."""
    from training.sft import train

    folder = tmp_path_factory.mktemp("unbroken")
    train(ready(experiment(folder, inputs)))
    return folder / "run"


def experiment(
    folder: Path, inputs: dict[str, Any], name: str = "run", sft: dict[str, Any] | None = None, **keys: Any
) -> Path:
    """Eight updates of two rows, if nothing else is said."""
    shape = {"per_device_train_batch_size": 1, "gradient_accumulation_steps": 2, "gradient_checkpointing": False}
    usual = shape | {"learning_rate": 1e-3, "num_train_epochs": 4, "save_steps": 2, "use_cpu": True}
    said = {"name": "short", "out": name, "seed": 3, "threads": 1} | inputs | keys
    return make_experiment(folder / f"{name}.toml", usual | (sft or {}), **said)


def ready(path: Path, *changes: str) -> Any:
    from training.experiment import read_experiment
    from training.plan import prepare

    return prepare(read_experiment(path, changes))


def weights(folder: Path) -> np.ndarray[Any, Any]:
    from safetensors.numpy import load_file

    held = load_file(folder / "model.safetensors")
    return np.concatenate([held[name].ravel() for name in sorted(held)])


def metrics(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def by_hand(model: Path, rows: list[Any], all_tokens: bool = False) -> tuple[float, np.ndarray[Any, Any]]:
    """Equation 2 and its gradient, from the logits of each row alone."""
    import torch
    from transformers import AutoModelForCausalLM

    ours = AutoModelForCausalLM.from_pretrained(model)
    total, count = torch.tensor(0.0), 0
    for row in rows:
        tokens = torch.tensor(row.tokens, dtype=torch.long)
        counted = torch.ones(len(tokens) - 1) if all_tokens else torch.tensor(row.wrote[1:]).float()
        logprobs = torch.log_softmax(ours(tokens[None]).logits[0, :-1], -1)
        total = total - (logprobs.gather(-1, tokens[1:, None])[:, 0] * counted).sum()
        count += int(counted.sum())
    (total / count).backward()
    gradients = {name: weight.grad for name, weight in ours.named_parameters() if weight.grad is not None}
    return float(total.detach() / count), np.concatenate(
        [gradients[name].numpy().ravel() for name in sorted(gradients)]
    )


@pytest.mark.parametrize(("rows", "small", "steps"), [(4, 2, 2), (4, 4, 1), (3, 1, 4)])
def test_an_update_is_equation_2(write: Any, model: Path, tmp_path: Path, rows: int, small: int, steps: int) -> None:
    from training.sft import train

    shape = {"per_device_train_batch_size": small, "gradient_accumulation_steps": steps}
    got = ready(write(sft=GRADIENT | shape))
    if rows < 4:
        got = ready(write(sft=GRADIENT | shape), f"sft.max_length={got.plan.longest - 1}")
    assert got.plan.rows == rows
    train(got)
    loss, gradient = by_hand(model, got.rows)
    assert metrics(tmp_path / "run")[0]["loss"] == pytest.approx(loss, rel=1e-5)
    moved = weights(model) - weights(tmp_path / "run" / "model")
    assert np.abs(gradient).max() > 1e-3
    assert np.abs(moved - gradient).max() < 1e-6
    loss_of_all, gradient_of_all = by_hand(model, got.rows, all_tokens=True)
    assert loss != pytest.approx(loss_of_all, rel=1e-5)
    assert np.abs(gradient_of_all - gradient).max() > 1e-3


@pytest.mark.parametrize("masked", [True, False])
def test_what_was_read_gives_no_loss(write: Any, tmp_path: Path, masked: bool) -> None:
    """A token after the last turn, so that nothing comes after it: what it is matters with the mask off only."""
    from training.rows import Row
    from training.sft import train

    ends = []
    for last in (5, 6):
        got = ready(write(name=f"run{last}", sft=GRADIENT))
        for number, row in enumerate(got.rows):
            tokens, wrote = row.tokens.copy(), row.wrote.copy() if masked else np.ones_like(row.wrote)
            tokens[-1], wrote[-1] = last, not masked
            got.rows[number] = Row(tokens, wrote)
        train(got)
        ends.append(weights(tmp_path / f"run{last}" / "model"))
    assert np.array_equal(*ends) == masked


def test_only_weights_that_are_named_are_trained(write: Any, model: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    from training.sft import train

    train(ready(write(trained=["model.norm.weight", "1.input_layernorm.weight"])))
    before, after = (load_file(folder / "model.safetensors") for folder in (model, tmp_path / "run" / "model"))
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"model.norm.weight", "model.layers.1.input_layernorm.weight"}


def test_two_processes_make_the_same_update(write: Any, model: Path, tmp_path: Path) -> None:
    path = write(sft=GRADIENT)
    launch = [sys.executable, "-W", "ignore", "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run([*launch, "-m", "webenv.cli", "sft", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("processes: 2") == 1
    got = ready(write(name="other"))
    loss, gradient = by_hand(model, got.rows)
    assert metrics(tmp_path / "run")[0]["loss"] == pytest.approx(loss, rel=1e-5)
    assert np.abs(weights(model) - weights(tmp_path / "run" / "model") - gradient).max() < 1e-6
    with pytest.raises(InputError, match="is the run of another experiment: processes was 2 and is 1"):
        ready(path)


def test_a_killed_run_ends_with_the_same_weights(write: Any, unbroken: Path, tmp_path: Path) -> None:
    killed, path = tmp_path / "killed", write("killed")
    command = [sys.executable, "-W", "ignore", "-m", "webenv.cli", "sft", str(path)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONHASHSEED": "7"}
    )
    while not (killed / "checkpoints" / "checkpoint-4" / "complete.json").exists():
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (killed / "model").exists()
    found = sorted(each.name for each in (killed / "checkpoints").iterdir() if each.is_dir())
    assert found[0] in ("checkpoint-2", "checkpoint-4")
    # As if it had been killed while a checkpoint was being written, and the one before had lost a file.
    torn = killed / "checkpoints" / "checkpoint-6"
    torn.mkdir(exist_ok=True)
    (torn / "complete.json").unlink(missing_ok=True)
    with (killed / "checkpoints" / "checkpoint-4" / "optimizer.pt").open("ab") as file:
        file.truncate(100)
    with (killed / "metrics.jsonl").open("ab") as file:
        file.write(b'{"step":5,"lo')
    assert CliRunner().invoke(main, ["sft", str(path)]).exit_code == 0
    assert files(killed / "model") == files(unbroken / "model")
    assert (killed / "metrics.jsonl").read_bytes() == (unbroken / "metrics.jsonl").read_bytes()
    assert [line["step"] for line in metrics(killed)] == list(range(1, 9))
    assert sorted(each.name for each in (killed / "checkpoints").iterdir() if each.is_dir()) == [
        "checkpoint-6",
        "checkpoint-8",
    ]


class Stopped(Exception):
    pass


def test_adapters_are_merged_and_resumed(write: Any, model: Path, tmp_path: Path) -> None:
    """Dropout makes the resumed run depend on torch's generator too. After update 4 an epoch ends."""
    from training.sft import train

    lora = {"r": 4, "lora_dropout": 0.2, "target_modules": ["q_proj", "v_proj"]}
    train(ready(write("whole", lora=lora)))
    path, stops = write("stopped", lora=lora), [3, 4, 6]

    def stop(update: int, updates: int, metrics: dict[str, float]) -> None:
        assert updates == 8
        if stops and update == stops[0]:
            del stops[0]
            raise Stopped

    for _ in range(3):
        with pytest.raises(Stopped):
            train(ready(path), stop)
    train(ready(path), stop)
    one, other = files(tmp_path / "whole" / "model"), files(tmp_path / "stopped" / "model")
    assert one == other
    assert set(one) == set(files(model))
    assert not np.array_equal(weights(model), weights(tmp_path / "stopped" / "model"))


def test_a_run_whose_model_was_not_written_yet(write: Any, tmp_path: Path) -> None:
    """Killed after the last checkpoint: nothing is trained again."""
    from training.sft import train

    path = write(sft={"max_steps": 3})
    train(ready(path))
    before = files(tmp_path / "run" / "model")
    for file in (tmp_path / "run" / "model").iterdir():
        file.unlink()
    (tmp_path / "run" / "model").rmdir()
    updates: list[int] = []
    train(ready(path), lambda update, total, metrics: updates.append(update))
    assert files(tmp_path / "run" / "model") == before
    assert updates == []


def test_the_trained_model_plays(write: Any, nemo: Path, tmp_path: Path) -> None:
    path = write()
    said = CliRunner().invoke(main, ["sft", str(path), "--set", "sft.max_steps=2"])
    assert said.exit_code == 0, said.output
    policy = f"hf:{tmp_path / 'run' / 'model'}"
    assert f"trained; play it with --policy {policy}" in said.output
    out = tmp_path / "played.jsonl"
    rollout = ["rollout", str(nemo), "--policy", policy, "--out", str(out), "--limit", "1", "--max-turns", "2"]
    played = CliRunner().invoke(main, [*rollout, "--max-new-tokens", "8"])
    assert played.exit_code == 0, played.output
    assert len(list(trajectories.read_trajectories(out))) == 1
    again = CliRunner().invoke(main, ["sft", str(path), "--set", "sft.max_steps=2"])
    assert "trained already" in again.output


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(write: Any, tmp_path: Path) -> None:
    path = write()
    before = set(tmp_path.iterdir())
    said = CliRunner().invoke(main, ["sft", str(path), "--dry-run", "--json"])
    assert said.exit_code == 0, said.output
    plan = json.loads(said.stdout)
    assert (plan["rows"], plan["global_batch"], plan["updates"], plan["left_out"]) == (4, 2, 8, {})
    assert 0 < plan["written"] < plan["tokens"]
    assert plan["max_length"] == 8_192  # of the model
    assert set(tmp_path.iterdir()) == before
    table = CliRunner().invoke(main, ["sft", str(path), "--dry-run", "--set", "sft.max_length=1"])
    assert table.exit_code == 1
    assert "no episode is left to learn from: 4 longer than max_length; raise `max_length`" in table.output


@pytest.mark.parametrize(("saved_every", "what"), [(1, "a weight is not a number in update 1"), (2, "in update 2")])
def test_a_loss_that_is_not_a_number_stops_the_run(write: Any, tmp_path: Path, saved_every: int, what: str) -> None:
    """And weights that are none are no checkpoint."""
    from training.sft import train

    huge = {"learning_rate": 1e30, "weight_decay": 1e10}
    path = write(sft=GRADIENT | huge | {"max_steps": 4, "save_steps": saved_every})
    with pytest.raises(TrainingError, match=rf"{what}; the rows are in .*bad-batch.json"):
        train(ready(path))
    bad = json.loads((tmp_path / "run" / "bad-batch.json").read_text())
    assert bad["update"] == saved_every
    assert not list((tmp_path / "run" / "checkpoints").glob("checkpoint-*"))
    assert all(len(batch["input_ids"]) == len(batch["labels"]) == 1 for batch in bad["batches"])
    assert not (tmp_path / "run" / "model").exists()
    assert [line["step"] for line in metrics(tmp_path / "run")] == [1]


def test_a_full_disk_leaves_the_last_complete_checkpoint(write: Any, unbroken: Path, tmp_path: Path) -> None:
    from training.checkpoints import find
    from training.run import identity
    from training.sft import train

    path, folder = write("full"), tmp_path / "full"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(update: int, updates: int, metrics: dict[str, float]) -> None:
        if update == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))

    try:
        with pytest.raises(TrainingError, match=r"checkpoint-4: .* could not be written: .* one is .*-2\. Make"):
            train(ready(path), fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [each.name for each in find(folder / "checkpoints", identity(ready(path).made))] == ["checkpoint-2"]
    assert not (folder / "checkpoints" / "checkpoint-4").exists()
    train(ready(path))
    assert files(folder / "model") == files(unbroken / "model")


def test_a_run_folder_belongs_to_one_experiment(write: Any, nemo: Path, episodes: Path, tmp_path: Path) -> None:
    from training.sft import train

    path = write(sft={"max_steps": 1})
    train(ready(path))
    other = make_reader(nemo, episodes, tmp_path / "other", seed=1)
    for change, what in (
        ("sft.learning_rate=1e-4", "sft.learning_rate was 0.001 and is 0.0001"),
        ("lora.r=2", "lora was None and is None|lora.r was None and is 2"),
        (f'model="{other}"', "inputs.model was"),
        (f'trajectories=["{episodes}", "{episodes}"]', "inputs.trajectories was"),
    ):
        with pytest.raises(InputError, match=rf"run: is the run of another experiment: ({what})"):
            ready(path, change)
    taken = tmp_path / "empty" / "checkpoints" / "checkpoint-1"
    shutil.copytree(tmp_path / "run" / "checkpoints" / "checkpoint-1", taken)
    shutil.copy(tmp_path / "run" / "experiment.json", tmp_path / "empty")
    assert ready(path, 'out="empty"').plan.resumes_at == 1
    (tmp_path / "empty" / "experiment.json").unlink()
    train(ready(write("else", sft={"max_steps": 1, "learning_rate": 0.5})))
    shutil.copytree(taken, tmp_path / "else" / "checkpoints" / "checkpoint-7")
    with pytest.raises(InputError, match="checkpoint-7: is a checkpoint of another experiment"):
        ready(write("else", sft={"max_steps": 1, "learning_rate": 0.5}))
    assert ready(path, "threads=2").plan.changed == ("threads was 1, is 2",)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.tex").write_text("Dear reader")
    with pytest.raises(InputError, match="taken: holds something that is not a run"):
        ready(path, 'out="taken"')


def test_two_trainings_do_not_share_a_folder(write: Any, tmp_path: Path) -> None:
    from training.sft import train

    got = ready(write())
    (tmp_path / "run").mkdir()
    with (tmp_path / "run" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(TrainingError, match="another process is training here"):
            train(got)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["trajectories=[]"], "`trajectories` names no file"),
        (['model="nowhere"'], "nowhere: no such model"),
        (['snapshot="nowhere"'], "nowhere"),
        (['trajectories=["none.jsonl"]'], "none.jsonl: no such trajectory file"),
        (["sft.learning_rate=1", "sft.learning_rte=1"], "did you mean `learning_rate`"),
        (["sft.packing=true"], "sft.packing: leave it out; it is always False here"),
        (["lora.task_type=3"], r"peft refuses \[lora\]"),
        (["lora.r=4", 'trained=["model.norm.weight"]'], r"\[lora\] and `trained` both say what is trained"),
        (["sft.max_length=0"], "sft.max_length: 0 is not a whole number above 0"),
        (['sft.lr_scheduler_type="cosin"'], r"TRL refuses \[sft\]: cosin is not a valid SchedulerType"),
        (['sft.report_to="wandb"'], "sft.report_to: 'wandb' is not installed"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_loaded(write: Any, changes: list[str], message: str) -> None:
    options = [part for change in changes for part in ("--set", change)]
    said = CliRunner().invoke(main, ["sft", str(write()), "--dry-run", *options])
    assert said.exit_code == 1, said.output
    assert re.search(message, said.output), said.output


def test_weights_that_cannot_be_loaded(write: Any, model: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(model, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"{")
    said = CliRunner().invoke(main, ["sft", str(write(model=str(broken)))])
    assert said.exit_code == 1
    assert "transformers cannot load this model" in said.output
    said = CliRunner().invoke(main, ["sft", str(write(name="named", trained=["nothing"]))])
    assert said.exit_code == 1
    assert "trained: no weight has a name that ends with 'nothing'; the last are" in said.output
    said = CliRunner().invoke(main, ["sft", str(write(name="lora", lora={"target_modules": ["nothing"]}))])
    assert said.exit_code == 1
    assert "TRL refuses this experiment" in said.output
