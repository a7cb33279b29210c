"""The experiment files in `examples/`: a wrong key, value or size is found without a GPU and without the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from tests.training.small import make_episodes, make_reader
from training.experiment import check_tables
from training.studies.files import read_study
from webenv.cli import main

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("trl")]

EXAMPLES = sorted((ROOT / "examples").glob("qwen3-*.toml"))


@pytest.fixture(scope="module")
def paths(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stands in for what an example names: a model without weights, a web, episodes and tasks."""
    folder = tmp_path_factory.mktemp("examples")
    episodes = make_episodes(nemo, folder / "episodes.jsonl")
    model = make_reader(nemo, episodes, folder / "model")
    (model / "model.safetensors").unlink()
    tasks = nemo / "tasks" / "tasks.jsonl"
    return {"model": model, "snapshot": nemo, "tasks": tasks, "trajectories": [episodes], "out": folder / "out"}


def check(example: Path, paths: dict[str, Any], *changes: str) -> Result:
    said = [f"{key}={json.dumps(value, default=str)}" for key, value in paths.items()]
    options = [part for change in (*said, *changes) for part in ("--set", change)]
    return CliRunner().invoke(main, [example.stem.rpartition("-")[2], str(example), "--dry-run", "--json", *options])


def test_the_study_with_a_language_model_can_be_read() -> None:
    study = read_study(str(ROOT / "examples" / "smollm2.toml"))
    trained = [study.setup_of(arm) for arm in study.arms]
    assert {Path(setup.base) for setup in trained} == {ROOT / "runs" / "smollm2-base"}
    for setup in trained:
        check_tables("smollm2.toml", {"sft": setup.sft, "dapo": setup.dapo})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_can_be_run(example: Path, paths: dict[str, Any]) -> None:
    room = ["policy.max_new_tokens=40"] if "dapo" in example.stem else []
    result = check(example, paths, *room)
    assert result.exit_code == 0, result.output
    plan = json.loads(result.stdout)
    assert plan["updates"] > 0
    assert plan["resumes_at"] == 0
    assert not paths["out"].exists()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_wrong_key_of_an_example_is_found(example: Path, paths: dict[str, Any]) -> None:
    table = example.stem.rpartition("-")[2]
    for change, message in (
        (f"{table}.learning_rte=1e-6", "did you mean `learning_rate`?"),
        (f'{table}.lr_scheduler_type="cosin"', f"TRL refuses [{table}]"),
        ("polcy.slots=3", "did you mean `policy`?"),
        ("sampling.most_draws=0", "at `$.sampling.most_draws`"),
    ):
        result = check(example, paths, change)
        assert result.exit_code == 1
        assert message in " ".join(result.output.split()), result.output
