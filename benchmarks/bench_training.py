"""Training: SFT beside TRL's `SFTTrainer`, DAPO beside its `GRPOTrainer` with `environment_factory`.

Same model, same data, same sizes of batches; each side in a process of its own, in turn, with one thread.
The model of DAPO computes everything and then writes what a script says (`scripted.py`), but its answer is right at
random, so that about half of all groups teach nothing: TRL trains on all, and what counts is a *useful* group.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import torch
from datasets import Dataset
from harness import WORK, publish, summary
from scripted import Scripted, articles, config, script, starts, tokenizer
from transformers import AutoModelForCausalLM, Qwen3ForCausalLM, TrainerCallback
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from agent.chat import messages
from agent.episode import Episode
from agent.hf import load_reading
from agent.policy import Conversation
from training.experiment import Experiment, read_experiment
from training.saving import load_trainable
from training.trl_environment import TRLEnvironment, earned
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks

SIDES = ("sft webenv", "sft trl", "dapo webenv", "dapo trl")
SEED_MINUTES = 3.0
"""What a task of 16 samples takes in what this project began with."""
PAGES = 2
RIGHT = {16: 0.955, 4: 0.85}
"""Chance of a right answer for a size of groups, so that about half of them are neither all right nor all wrong."""
TASKS = [Task(task_id=f"t{number}", question=f"What is said of number {number}?", answer="x") for number in range(64)]
WRONG = "\n</think>\n\n<answer>y"


class Size:
    """How much is measured."""

    def __init__(self, small: bool) -> None:
        self.group, self.groups, self.rounds = (4, 2, 1) if small else (16, 2, 2)
        self.updates, self.tasks, self.repeats = (2, 4, 1) if small else (6, 48, 3)
        self.rows, self.steps = (2, 1) if small else (4, 4)
        """Of SFT: rows of a small batch, small batches of an update."""
        self.turns, self.width, self.layers = (2, 64, 2) if small else (4, 192, 5)
        self.folder = WORK / ("training-small" if small else "training")


class Chancy(Scripted):
    """Follows the script, but answers wrongly now and then."""

    def waver(self, right: int, wrong: int, after: int, chance: float) -> None:
        """`right` becomes `wrong`, which has the same token after it, unless it is drawn with this chance."""
        self.right, self.wrong, self.odds = right, wrong, math.log((1 - chance) / chance)
        self.follow[wrong] = after

    def forward(self, input_ids: Any = None, position_ids: Any = None, **rest: Any) -> Any:
        output = super().forward(input_ids=input_ids, position_ids=position_ids, **rest)
        if position_ids is not None and self.follow is not None:
            answers = output.logits[:, -1, self.right] > 0
            output.logits[answers, -1, self.wrong] = 1e4 + self.odds
        return output


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


def prepare(size: Size) -> None:
    """A world, episodes of a teacher in it, and the models; made once."""
    world, folder = WORK / "rollout-world", size.folder
    if (folder / "dapo.toml").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not world.exists():
        run("generate-world", "--seed", 1, "--pages", 300, "--out", world)
    run("synthesize", "crawlqa", world, "--count", size.tasks, "--out", folder / "asked.jsonl")
    teacher = ("--policy", "teacher:short", "--page-chars", 4_000)
    run("rollout", world, "--tasks", folder / "asked.jsonl", *teacher, "--out", folder / "taught.jsonl")
    pages = articles(Snapshot.open(world))
    words = tokenizer([page.text for page in pages])
    script(words, [page.url for page in pages], size.turns, PAGES)
    words.add_tokens([WRONG])
    torch.manual_seed(0)
    Qwen3ForCausalLM(config(words, size.width, size.layers)).save_pretrained(folder / "model")
    words.save_pretrained(folder / "model")
    (folder / "tasks.jsonl").write_bytes(encode_tasks(TASKS))
    common = f'model = "model"\nsnapshot = "{world}"\nthreads = 1\n'
    (folder / "sft.toml").write_text(
        f'name = "bench"\nout = "sft"\ntrajectories = ["taught.jsonl"]\n{common}[sft]\nmax_steps = {size.updates}\n'
        f"per_device_train_batch_size = {size.rows}\ngradient_accumulation_steps = {size.steps}\n"
    )
    (folder / "dapo.toml").write_text(
        f'name = "bench"\nout = "dapo"\ntasks = "tasks.jsonl"\n{common}[dapo]\nmax_steps = {size.rounds}\n'
        f"num_generations = {size.group}\nper_device_train_batch_size = {size.group}\n"
        f"steps_per_generation = {size.groups}\ngradient_accumulation_steps = {size.groups}\n"
        f"[policy]\nmax_new_tokens = 64\n[curriculum]\nis_on = false\n"
    )


def run(*arguments: object) -> None:
    command = [sys.executable, "-m", "webenv.cli", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def direct(model: Any, size: Size, world: Path) -> Any:
    """The model, as it was loaded, follows the script from now on."""
    reading, web = load_reading(size.folder / "model"), Snapshot.open(world)
    chains = script(reading.tokenizer, [page.url for page in articles(web)], size.turns, PAGES)
    model.__class__ = Chancy
    model.direct(chains, starts(reading.chat, chains, web, TASKS[0]))
    wrong = reading.tokenizer.convert_tokens_to_ids(WRONG)
    model.waver(chains[-1][-3], wrong, chains[-1][-2], RIGHT[size.group])
    return model


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
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
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

    def load(path: Path) -> tuple[Any, Any]:
        model, words = load_trainable(path)
        model.__class__ = Chancy  # before TRL puts a forward of its own around the model's
        return model, words

    learn.load_trainable = load
    ready = learn.prepare(_fresh(size, "dapo"))
    ready.run.folder.mkdir()
    trainer = learn.make_trainer(ready, lambda update, updates, metrics: None)
    trainer.args.save_strategy = "no"
    direct(trainer.model, size, Path(ready.experiment.snapshot))
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
    world = WORK / "rollout-world"
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
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
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
        direct(model, size, world),
        reward_funcs=[reward],
        args=said,
        train_dataset=Dataset.from_list(rows),
        processing_class=reading.tokenizer,
        environment_factory=partial(TRLEnvironment, world, TASKS),
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


def measure(side: str, size: Size) -> dict[str, float]:
    """One side in a process of its own; its last line says what was found."""
    command = [sys.executable, __file__, "--side", side, *(["--small"] if size.repeats == 1 else [])]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


@click.command()
@click.option("--small", is_flag=True, help="Once, with little: to see that it runs.")
@click.option("--side", type=click.Choice(SIDES), help="One side alone, in this process.")
def main(small: bool, side: str | None) -> None:
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    warnings.filterwarnings("ignore")
    size = Size(small)
    if side:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        found = globals()[side.replace(" ", "_")](size)
        found["peak megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        click.echo(json.dumps(found))
        return
    prepare(size)
    taken: dict[str, list[dict[str, float]]] = {each: [] for each in SIDES}
    for _ in range(size.repeats):
        for each in SIDES:
            taken[each].append(measure(each, size))
    results = {
        f"{side}: {name}": summary([found[name] for found in runs]) for side, runs in taken.items() for name in runs[0]
    }
    if small:
        click.echo(json.dumps({name: values["median"] for name, values in results.items()}, indent=2))
        return
    notes = _notes(results, size)
    publish("training", "as named", results, notes)


def _notes(results: dict[str, dict[str, float]], size: Size) -> dict[str, object]:
    def of(name: str) -> float:
        return results[name]["median"]

    return {
        "SFT: ours to TRL's, real tokens/s": round(of("sft webenv: real tokens/s") / of("sft trl: real tokens/s"), 2),
        "DAPO: TRL's to ours, seconds a useful group": round(
            of("dapo trl: seconds a useful group") / of("dapo webenv: seconds a useful group"), 2
        ),
        "minutes a task of 16 samples: the seed's": SEED_MINUTES,
        "group": size.group,
        "groups a round": size.groups,
        "rounds": size.rounds,
    }


if __name__ == "__main__":
    main()
