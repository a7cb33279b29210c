"""The four sides of `bench_training.py`, each run in a process of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from datasets import Dataset
from training_material import PAGE_CHARS, TASKS, WORLD, Chancy, Size, direct
from transformers import AutoModelForCausalLM, TrainerCallback
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from agent.chat import messages
from agent.episode import Episode
from agent.hf import load_reading
from agent.policy import Conversation
from training.experiment import Experiment, read_experiment
from training.saving import load_trainable
from training.trl_environment import TRLEnvironment, earned

PLAIN: dict[str, Any] = {
    "use_cpu": True, "bf16": False, "report_to": "none", "save_strategy": "no", "disable_tqdm": True,
}  # fmt: skip
"""What both trainers of TRL are told: nothing but training is timed."""


class Clock(TrainerCallback):  # type: ignore[misc]
    """From the beginning of the first update to the end of the last: nothing is loaded or saved in between."""

    first = last = 0.0

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self.first = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.last = time.perf_counter()

    @property
    def seconds(self) -> float:
        return self.last - self.first


class Stopwatch:
    """Seconds spent in functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def counted(trainer: Any) -> dict[str, int]:
    """Counts the tokens that a trainer computes, and those of them that are none of padding."""
    seen, compute = {"all": 0, "real": 0}, trainer.compute_loss

    def count(model: Any, inputs: Any, *rest: Any, **named: Any) -> Any:
        seen["all"] += inputs["input_ids"].numel()
        seen["real"] += int(inputs["attention_mask"].sum())
        return compute(model, inputs, *rest, **named)

    trainer.compute_loss = count
    return seen


def sft_webenv(size: Size) -> dict[str, float]:
    from training.plan import prepare as plan
    from training.sft import make_trainer

    ready = plan(_fresh(size, "sft"))
    ready.run.folder.mkdir()
    return _sft(make_trainer(ready))


def sft_trl(size: Size) -> dict[str, float]:
    from training.plan import prepare as plan

    ready = plan(_fresh(size, "sft"))
    reading = load_reading(size.folder / "model")
    said = SFTConfig(
        output_dir=str(size.folder / "trl"),
        max_steps=size.updates,
        per_device_train_batch_size=size.rows,
        gradient_accumulation_steps=size.steps,
        max_length=None,
        **PLAIN,
    )
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(size.folder / "model", dtype=torch.float32),
        args=said,
        train_dataset=Dataset.from_dict({"input_ids": [row.tokens.tolist() for row in ready.rows]}),
        processing_class=reading.tokenizer,
    )
    return _sft(trainer)


def _fresh(size: Size, name: str) -> Experiment:
    """An experiment whose run folder is empty."""
    shutil.rmtree(size.folder / name, ignore_errors=True)
    return read_experiment(size.folder / f"{name}.toml")


def _sft(trainer: Any) -> dict[str, float]:
    trainer.args.save_strategy = "no"
    clock, seen = Clock(), counted(trainer)
    trainer.add_callback(clock)
    trainer.train()
    return {"real tokens/s": seen["real"] / clock.seconds, "% padding": 100 * (1 - seen["real"] / seen["all"])}


def dapo_webenv(size: Size) -> dict[str, float]:
    from training.dapo import learn

    def load(experiment: Experiment) -> tuple[Any, Any]:
        model, words = load_trainable(experiment)
        model.__class__ = Chancy  # before TRL puts a forward of its own around the model's
        return model, words

    learn.load_trainable = load
    ready = learn.prepare(_fresh(size, "dapo"))
    ready.run.folder.mkdir()
    trainer = learn.make_trainer(ready, lambda update, updates, metrics: None)
    trainer.args.save_strategy = "no"
    direct(trainer.model, size)
    rollouts, environment = Stopwatch(), Stopwatch()
    trainer.roll = rollouts.around(trainer.roll)
    Episode.respond = environment.around(Episode.respond)  # type: ignore[method-assign]
    useful, drawn = [], []

    def count(batch: Any) -> None:
        useful.append(batch.counts.get("kept", 0))
        drawn.append(len(batch.drawn))

    trainer._count = count
    return _dapo(trainer, rollouts, environment, useful, drawn)


def dapo_trl(size: Size) -> dict[str, float]:
    rows = [
        {"prompt": messages(Conversation(task, "", [], "2025-06-01", 0, 0)), "task_id": task.task_id} for task in TASKS
    ]
    said = GRPOConfig(
        output_dir=str(size.folder / "trl"),
        per_device_train_batch_size=size.group,
        gradient_accumulation_steps=size.groups,
        num_generations=size.group,
        max_completion_length=size.turns * 1_500,
        max_steps=size.rounds,
        learning_rate=1e-6,
        epsilon_high=0.28,
        temperature=1.0,
        gradient_checkpointing=False,
        **PLAIN,
    )
    useful, drawn = [], []

    def reward(completions: list[Any], environments: list[TRLEnvironment], **rest: Any) -> list[float]:
        found = earned(completions, environments)
        groups = [found[start : start + size.group] for start in range(0, len(found), size.group)]
        drawn.append(len(groups))
        useful.append(sum(min(group) < max(group) for group in groups))
        replies = [sum(message["role"] == "assistant" for message in completion) for completion in completions]
        assert set(replies) == {size.turns}, replies
        return found

    reading = load_reading(size.folder / "model")
    model = AutoModelForCausalLM.from_pretrained(size.folder / "model", dtype=torch.float32)
    trainer = GRPOTrainer(
        direct(model, size),
        reward_funcs=[reward],
        args=said,
        train_dataset=Dataset.from_list(rows),
        processing_class=reading.tokenizer,
        environment_factory=partial(TRLEnvironment, WORLD, TASKS, page_chars=PAGE_CHARS),
    )
    rollouts, environment = Stopwatch(), Stopwatch()
    trainer._generate = rollouts.around(trainer._generate)
    TRLEnvironment._step = environment.around(TRLEnvironment._step)  # type: ignore[method-assign]
    return _dapo(trainer, rollouts, environment, useful, drawn)


def _dapo(trainer: Any, rollouts: Stopwatch, environment: Stopwatch, useful: list[int], drawn: list[int]) -> Any:
    clock, learning = Clock(), Stopwatch()
    trainer.compute_loss, trainer.accelerator.backward = (
        learning.around(trainer.compute_loss),
        learning.around(trainer.accelerator.backward),
    )
    trainer.add_callback(clock)
    trainer.train()
    samples = trainer.args.num_generations
    return {
        "seconds": clock.seconds,
        "useful groups": sum(useful),
        "groups drawn": sum(drawn),
        "seconds a useful group": clock.seconds / max(1, sum(useful)),
        "minutes a task of 16 samples": clock.seconds / sum(drawn) * 16 / samples / 60,
        "% of the time in rollouts": 100 * rollouts.seconds / clock.seconds,
        "% in the environment, as a part of them": 100 * environment.seconds / clock.seconds,
        "% in forward and backward": 100 * learning.seconds / clock.seconds,
    }


SIDES = {"sft webenv": sft_webenv, "sft trl": sft_trl, "dapo webenv": dapo_webenv, "dapo trl": dapo_trl}
