"""Rollouts of a local model: the engine beside TRL's `GRPOTrainer` with `environment_factory`, same model, same turns.

The model computes everything and then writes what a script says, so that both sides play the same episodes over the
same web: a turn is 30 tokens with a visit to two pages. One thread, one process, in turn.
The floor is the model itself: the share of the engine's time that is spent in forward passes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from harness import WORK, interleaved, publish
from scripted import Scripted, articles, config, script, starts, tokenizer
from trl import GRPOConfig, GRPOTrainer

from agent.chat import messages
from agent.episode import Episode
from agent.hf import make_engine
from agent.policy import Conversation, PolicySettings
from training.trl_environment import TRLEnvironment, earned
from webenv.env import WebEnv
from webenv.types import Task
from webenv.web.snapshot import Snapshot

TURNS = (4, 8, 12)
TASKS, SAMPLES, PAGES = 2, 4, 2
REPEATS = 3


class Timed(GRPOTrainer):
    """Counts the seconds of its rollouts."""

    seconds = 0.0

    def _generate(self, *arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        generated = super()._generate(*arguments, **named)
        self.seconds += time.perf_counter() - start
        return generated


class Watched(Episode):
    """Counts the seconds of its environment."""

    seconds = 0.0

    def respond(self, turn: str) -> str | None:
        start = time.perf_counter()
        said = super().respond(turn)
        Watched.seconds += time.perf_counter() - start
        return said


class Stage:
    """A world, a tokenizer that was trained on it, tasks, and a model that plays them in a number of turns."""

    def __init__(self, world: Path, turns: int) -> None:
        self.world, self.web = world, Snapshot.open(world)
        self.tasks = [
            Task(task_id=f"t{number}", question=f"What is said of number {number}?", answer="x")
            for number in range(TASKS)
        ]
        pages = articles(self.web)
        self.tokenizer = tokenizer([page.text for page in pages])
        self.chains = script(self.tokenizer, [page.url for page in pages], turns, PAGES)
        torch.manual_seed(0)
        self.model = Scripted(config(self.tokenizer, 224, 6)).eval()
        settings = PolicySettings(temperature=1.0, top_p=1.0, max_new_tokens=64, slots=TASKS * SAMPLES)
        self.engine = make_engine(self.model, self.tokenizer, settings, "bench")
        self.model.direct(self.chains, self.starts())
        self.tokens = TASKS * SAMPLES * sum(map(len, self.chains))
        """Written in one round, by the script."""

    def starts(self) -> list[int]:
        """Where the turns of an episode begin."""
        env = WebEnv(self.web, self.tasks[:1])
        return starts(self.engine.chat, self.chains, env, self.tasks[0])

    def engine_round(self) -> float:
        """Tokens a second of the engine."""
        episodes = (
            Watched(WebEnv(self.web, [task]), task, "engine", 0, sample)
            for task in self.tasks
            for sample in range(SAMPLES)
        )
        start = time.perf_counter()
        played = [ended.talk.trajectory() for ended in self.engine.run(episodes)]
        seconds = time.perf_counter() - start
        assert all(each.reward.total == 1 and len(each.steps) == len(self.chains) for each in played)
        return self.tokens / seconds

    def trl_round(self, folder: Path) -> float:
        """Tokens a second of TRL's tool loop; the step of training that follows is not counted."""
        asked = Conversation(self.tasks[0], "", [], "2025-06-01", 0, 0)
        rows = [{"prompt": messages(asked), "task_id": task.task_id} for task in self.tasks]
        config = GRPOConfig(
            output_dir=str(folder),
            per_device_train_batch_size=TASKS * SAMPLES,
            num_generations=SAMPLES,
            max_completion_length=len(self.chains) * 1_000,
            max_steps=1,
            learning_rate=0.0,
            report_to="none",
            use_cpu=True,
            bf16=False,
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
            temperature=1.0,
        )
        trainer = Timed(
            self.model,
            reward_funcs=[self._checked],
            args=config,
            train_dataset=Dataset.from_list(rows),
            processing_class=self.tokenizer,
            environment_factory=partial(TRLEnvironment, self.world, self.tasks),
        )
        trainer.train()
        self.model.eval()
        return self.tokens / trainer.seconds

    def _checked(self, completions: list[Any], environments: list[TRLEnvironment], **rest: Any) -> list[float]:
        rewards = earned(completions, environments)
        replies = [sum(message["role"] == "assistant" for message in completion) for completion in completions]
        assert (set(rewards), set(replies)) == ({1.0}, {len(self.chains)})
        return rewards


def main() -> None:
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    world = WORK / "rollout-world"
    if not world.exists():
        command = [
            sys.executable,
            "-m",
            "webenv.cli",
            "generate-world",
            "--seed",
            "1",
            "--pages",
            "300",
            "--out",
            world,
        ]
        subprocess.run(list(map(str, command)), check=True)
    results: dict[str, dict[str, float]] = {}
    notes: dict[str, object] = {"rows": TASKS * SAMPLES}
    for turns in TURNS:
        stage = Stage(world, turns)
        stage.engine_round()
        forward, spent, waited = stage.engine.forward.seconds, stage.engine.seconds, Watched.seconds
        runs = {"engine": stage.engine_round, "trl": partial(stage.trl_round, WORK / "trl")}
        measured = interleaved(runs, REPEATS)
        forward, spent = stage.engine.forward.seconds - forward, stage.engine.seconds - spent
        results |= {f"{name}, {turns} turns": values for name, values in measured.items()}
        notes[f"ratio at {turns} turns"] = round(measured["engine"]["median"] / measured["trl"]["median"], 2)
        notes[f"share of forward passes at {turns} turns"] = round(forward / spent, 3)
        notes[f"share of the environment at {turns} turns"] = round((Watched.seconds - waited) / spent, 4)
        notes[f"tokens of an episode at {turns} turns"] = stage.starts()[-1]
    notes["parameters"] = sum(each.numel() for each in stage.model.parameters())
    publish("rollouts", "written tokens/s", results, notes)
    shutil.rmtree(WORK / "trl", ignore_errors=True)


if __name__ == "__main__":
    main()
