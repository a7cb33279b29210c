"""Experiment files: a misspelt key fails with its place; TRL's names pass through; overrides; paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.small import make_experiment
from training.experiment import read_experiment
from webenv.errors import InputError, NotFound

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("trl")]  # TRL and peft warn of themselves

PATHS = {"model": "models/m", "snapshot": "../s", "out": "/abs/out", "trajectories": ["a.jsonl"]}


def test_a_file_with_everything(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = make_experiment(tmp_path / "sub" / "e.toml", {"learning_rate": 1e-5}, name="n", seed=3, **PATHS)
    said = read_experiment(path, ["sft.num_train_epochs=2", "dapo.learning_rate=1e-6", 'name="other"', "lora.r=4"])
    assert (said.name, said.seed, said.threads) == ("other", 3, 0)
    assert said.sft == {"learning_rate": 1e-5, "num_train_epochs": 2}
    assert said.dapo == {"learning_rate": 1e-6}
    assert said.lora == {"r": 4}
    assert Path(said.model) == tmp_path / "sub" / "models" / "m"
    assert Path(said.snapshot).resolve() == tmp_path / "s"
    assert said.out == "/abs/out"
    assert said.trajectories == (str(tmp_path / "sub" / "a.jsonl"),)


def test_the_policy_writes_at_temperature_1_whatever_else_is_said_of_it(tmp_path: Path) -> None:
    path = make_experiment(tmp_path / "e.toml", name="n", **PATHS)
    for changes in ([], ["policy.max_new_tokens=40"]):
        said = read_experiment(path, changes).policy
        assert (said.temperature, said.top_p) == (1.0, 1.0)
    assert read_experiment(path, ["policy.temperature=0.7"]).policy.temperature == 0.7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("policy.temperature=0", r"Expected `float` > 0.0 - at `\$.policy.temperature`"),
        ("trajectorys=[]", r"unknown field `trajectorys`; did you mean `trajectories`"),
        ("sft.learning_rat=1", r"trl.SFTConfig has no parameter `learning_rat` - at `\$.sft`; .* `learning_rate`"),
        ("dapo.epsilon_hihg=0.3", r"trl.GRPOConfig has no parameter `epsilon_hihg` - at `\$.dapo`; .* `epsilon_high`"),
        ("lora.ranks=8", r"peft.LoraConfig has no parameter `ranks` - at `\$.lora`"),
        ('sft.output_dir="x"', r"sft.output_dir: leave it out; `out` names the run folder"),
        ("dapo.seed=1", r"dapo.seed: leave it out; `seed` stands at the top"),
        ('seed="three"', r"Expected `int`, got `str` - at `\$.seed`"),
        ("seed=-1", r"Expected `int` >= 0 - at `\$.seed`"),
        ("trajectories=[1]", r"Expected `str`, got `int` - at `\$.trajectories\[0\]`"),
        ("lora=7", r"at `\$.lora`"),
        ("name=mine", r"--set name=mine: a text needs quotes"),
        ("name", r"--set name: .* not TOML"),
    ],
)
def test_what_nobody_knows_is_an_error_with_its_place(tmp_path: Path, change: str, message: str) -> None:
    path = make_experiment(tmp_path / "e.toml", name="n", **PATHS)
    with pytest.raises(InputError, match=message):
        read_experiment(path, [change])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such experiment file"):
        read_experiment(tmp_path / "none.toml")
    (tmp_path / "e.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(InputError, match="not TOML"):
        read_experiment(tmp_path / "e.toml")
    (tmp_path / "e.toml").write_text('name = "n"\n')
    with pytest.raises(InputError, match="missing required field `model`"):
        read_experiment(tmp_path / "e.toml")
