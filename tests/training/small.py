"""Short episodes and a tiny model that reads them in few tokens, for tests of training."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.episode import Episode
from agent.rollout import RolloutSettings, rollout
from agent.trajectories import read_trajectories
from tests.agent.tiny import make_model
from webenv.env import WebEnv
from webenv.types import EnvSettings

SHORT = EnvSettings(page_chars=100, k=1)


def make_episodes(nemo: Path, out: Path, policy: str = "oracle", limit: int = 6) -> Path:
    """Episodes of the first tasks that read little."""
    rollout(str(nemo), out, RolloutSettings(policy=policy, limit=limit, env=SHORT))
    return out


def make_reader(nemo: Path, episodes: Path, path: Path, **options: Any) -> Path:
    """A tiny model that has words for what is said in the episodes."""
    played = list(read_trajectories(episodes))
    env = WebEnv(nemo)
    first = Episode(env, env.tasks[played[0].task.task_id], "oracle", 0, 0)
    texts = [step.action + step.observation for each in played for step in each.steps]
    return make_model(path, texts=[message["content"] for message in first.messages()] * 5 + texts, **options)


def make_experiment(path: Path, sft: Mapping[str, Any] | None = None, **keys: Any) -> Path:
    """An experiment file; `sft` and further tables by name."""
    tables = {name: value for name, value in keys.items() if isinstance(value, dict)} | {"sft": sft or {}}
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items() if name not in tables]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    path.write_text("\n".join(lines) + "\n")
    return path
