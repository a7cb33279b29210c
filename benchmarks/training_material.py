"""What `bench_training.py` measures on: a world, a teacher's episodes, and a model that follows a script."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import torch
from harness import WORK
from scripted import Scripted, articles, config, script, starts, tokenizer
from transformers import Qwen3ForCausalLM

from agent.chat import messages
from agent.hf import load_reading
from agent.policy import Conversation
from webenv.env import WebEnv
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks

WORLD = WORK / "rollout-world"
PAGES = 2
PAGE_CHARS = 600
"""Of a page at a time."""
RIGHT = {8: 0.917, 4: 0.85}
"""Chance of a right answer for a size of groups, so that about half of them are neither all right nor all wrong."""
TASKS = [Task(task_id=f"t{number}", question=f"What is said of number {number}?", answer="x") for number in range(64)]
WRONG = "\n</think>\n\n<answer>y"


class Size:
    """How much is measured."""

    def __init__(self, small: bool) -> None:
        self.group, self.groups, self.rounds = (4, 2, 1) if small else (8, 2, 2)
        self.repeats = 1 if small else 3
        self.updates, self.rows, self.steps = (2, 2, 1) if small else (2, 4, 1)
        """Of SFT: updates, rows of a small batch, small batches of an update."""
        self.tasks = self.updates * self.rows * self.steps
        """As many episodes as are read, so that both sides read the same ones."""
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


def prepare(size: Size) -> None:
    """A world, episodes of a teacher in it, and the models; made once."""
    folder = size.folder
    if (folder / "dapo.toml").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not WORLD.exists():
        run("generate-world", "--seed", 1, "--pages", 300, "--out", WORLD)
    run("synthesize", "crawlqa", WORLD, "--count", size.tasks, "--out", folder / "asked.jsonl")
    teacher = ("--policy", "teacher:short", "--page-chars", PAGE_CHARS)
    run("rollout", WORLD, "--tasks", folder / "asked.jsonl", *teacher, "--out", folder / "taught.jsonl")
    pages = articles(Snapshot.open(WORLD))
    asked = [message["content"] for message in messages(Conversation(TASKS[0], "", [], "2025-06-01", 0, 0))]
    words = tokenizer([*(page.text for page in pages), *(asked * 20)])  # the instructions are not spelt out
    script(words, [page.url for page in pages], size.turns, PAGES)
    words.add_tokens([WRONG])
    torch.manual_seed(0)
    Qwen3ForCausalLM(config(words, size.width, size.layers)).save_pretrained(folder / "model")
    words.save_pretrained(folder / "model")
    (folder / "tasks.jsonl").write_bytes(encode_tasks(TASKS))
    common = f'model = "model"\nsnapshot = "{WORLD}"\nthreads = 1\n'
    (folder / "sft.toml").write_text(
        f'name = "bench"\nout = "sft"\ntrajectories = ["taught.jsonl"]\n{common}[sft]\nmax_steps = {size.updates}\n'
        f"per_device_train_batch_size = {size.rows}\ngradient_accumulation_steps = {size.steps}\n"
    )
    (folder / "dapo.toml").write_text(
        f'name = "bench"\nout = "dapo"\ntasks = "tasks.jsonl"\n{common}[dapo]\nmax_steps = {size.rounds}\n'
        f"num_generations = {size.group}\nper_device_train_batch_size = {size.group}\n"
        f"steps_per_generation = {size.groups}\ngradient_accumulation_steps = {size.groups}\n"
        f"[env]\npage_chars = {PAGE_CHARS}\n[policy]\nmax_new_tokens = 64\n[curriculum]\nis_on = false\n"
    )


def run(*arguments: object) -> None:
    command = [sys.executable, "-m", "webenv.cli", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def direct(model: Any, size: Size) -> Any:
    """The model, as it was loaded, follows the script from now on."""
    reading, web = load_reading(size.folder / "model"), Snapshot.open(WORLD)
    chains = script(reading.tokenizer, [page.url for page in articles(web)], size.turns, PAGES)
    model.__class__ = Chancy
    model.direct(chains, starts(reading.chat, chains, WebEnv(web, TASKS[:1], page_chars=PAGE_CHARS), TASKS[0]))
    wrong = reading.tokenizer.convert_tokens_to_ids(WRONG)
    model.waver(chains[-1][-3], wrong, chains[-1][-2], RIGHT[size.group])
    return model
