"""A tiny model that answers four questions of the Nemo sites at once, rightly about every other time."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.rollout import RolloutSettings, rollout
from tests.agent.tiny import make_model
from tests.training.small import make_experiment
from webenv.cli import main
from webenv.web.tasks import encode_tasks, read_tasks

QUESTION = (
    "{% for message in messages %}{% if message.role == 'user' %}{{ message.content.split('User: ')[-1] }}"
    "{% elif message.role == 'assistant' %}{{ message.content }}<|im_end|>{% endif %}{% endfor %}"
)
"""Reads the question alone, so that rows are short."""
TURN = "<think>ok</think>\n<answer>{}</answer>"

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def answering(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `tasks.jsonl` and the model `sft/model`."""
    folder = tmp_path_factory.mktemp("answering")
    tasks = read_tasks(nemo / "tasks" / "tasks.jsonl")[:4]
    (folder / "tasks.jsonl").write_bytes(encode_tasks(tasks))
    for name in ("right", "wrong"):
        said = {task.task_id: [TURN.format(task.answer if name == "right" else "no idea")] for task in tasks}
        (folder / f"{name}.json").write_text(json.dumps(said))
        settings = RolloutSettings(policy=f"scripted:{folder / name}.json", tasks=str(folder / "tasks.jsonl"))
        rollout(str(nemo), folder / f"{name}.jsonl", settings)
    texts = [f"{TURN.format(task.answer)} no idea {task.question}" for task in tasks] * 5
    sft = {
        "max_steps": 80,
        "learning_rate": 1e-2,
        "per_device_train_batch_size": 8,
        "gradient_accumulation_steps": 1,
        "gradient_checkpointing": False,
        "warmup_steps": 0,
        "lr_scheduler_type": "constant",
    }
    experiment = make_experiment(
        folder / "sft.toml",
        sft=sft,
        name="answering",
        model=str(make_model(folder / "model", template=QUESTION, texts=texts)),
        snapshot=str(nemo),
        trajectories=[str(folder / "right.jsonl"), str(folder / "wrong.jsonl")],
        out=str(folder / "sft"),
        threads=1,
    )
    result = CliRunner().invoke(main, ["sft", str(experiment)])
    assert result.exit_code == 0, result.output
    return folder


def make(nemo: Path, answering: Path, folder: Path, out: str = "run", **keys: Any) -> Path:
    """Writes an experiment for the tiny model into a folder; `dapo` and other tables, and keys, by name."""
    small = {
        "max_steps": 8,
        "learning_rate": 5e-3,
        "num_generations": 8,
        "per_device_train_batch_size": 8,
        "gradient_accumulation_steps": 2,
        "steps_per_generation": 4,
    }
    base = {
        "name": "answers",
        "model": str(answering / "sft" / "model"),
        "snapshot": str(nemo),
        "tasks": str(answering / "tasks.jsonl"),
        "out": str(folder / out),
        "threads": 1,
        "policy": {"max_new_tokens": 40},
        "env": {"max_turns": 2},
        "curriculum": {"is_on": False},
    }
    return make_experiment(folder / f"{out}.toml", **base | keys | {"dapo": small | keys.get("dapo", {})})


@pytest.fixture
def write(nemo: Path, answering: Path, tmp_path: Path) -> Write:
    """Writes experiments into the test's folder."""
    return partial(make, nemo, answering, tmp_path)
