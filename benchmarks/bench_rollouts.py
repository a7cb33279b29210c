"""Rollouts of a local model: the engine beside TRL's `GRPOTrainer` with `environment_factory`, same model, same turns.

The model computes everything and then writes what a script says, so that both sides play the same episodes over the
same web: a turn is 30 tokens with a visit to two pages. One thread, one process, in turn.
The floor is the model itself: the share of the engine's time that is spent in forward passes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import warnings
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from harness import WORK, interleaved, publish
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM
from trl import GRPOConfig, GRPOTrainer
from trl.chat_template_utils import qwen3_chat_template

from agent.chat import messages
from agent.episode import Episode
from agent.hf import make_engine
from agent.policy import Conversation, PolicySettings
from training.trl_environment import TRLEnvironment, earned
from webenv.env import WebEnv
from webenv.types import Page, Task
from webenv.web.snapshot import Snapshot

TURNS = (4, 8, 12)
TASKS, SAMPLES, THOUGHT, PAGES = 2, 4, 26, 2
REPEATS = 3


class Scripted(Qwen3ForCausalLM):
    """Computes everything, then writes what the script says: a token follows from the last one, or from its place."""

    follow: Any = None

    def direct(self, chains: list[list[int]], starts: list[int]) -> None:
        """One chain of tokens for each turn, and the place at which each turn begins, more or less."""
        self.follow = torch.full((self.config.vocab_size,), -1)
        for chain in chains:
            self.follow[torch.tensor(chain[:-1])] = torch.tensor(chain[1:])
        self.firsts = torch.tensor([chain[0] for chain in chains])
        self.bounds = torch.tensor([sum(both) // 2 for both in pairwise(starts)])

    def forward(self, input_ids: Any = None, position_ids: Any = None, **rest: Any) -> Any:
        output = super().forward(input_ids=input_ids, position_ids=position_ids, **rest)
        if position_ids is not None and self.follow is not None:
            following = self.follow[input_ids[:, -1]]
            begun = self.firsts[torch.bucketize(position_ids[:, -1], self.bounds)]
            output.logits[:, -1] = -1e4
            output.logits[torch.arange(len(input_ids)), -1, torch.where(following < 0, begun, following)] = 1e4
        return output


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
        found = (self.web.fetch(capture.url) for capture in self.web.captures())
        pages = [page for page in found if isinstance(page, Page) and "/wiki/" in page.url]
        self.tokenizer = _tokenizer([page.text for page in pages])
        calls = [
            json.dumps({"name": "visit", "arguments": {"url": [page.url for page in pages[start : start + PAGES]]}})
            for start in range(0, PAGES * (turns - 1), PAGES)
        ]
        acts = [(f"<tool_call>\n{call}\n", "</tool_call>") for call in calls] + [("<answer>x", "</answer>")]
        scripts = [
            [
                f"<think>\nfirst{turn}",
                *(f" word{turn}.{number}" for number in range(THOUGHT)),
                f"\n</think>\n\n{act}",
                close,
                "<|im_end|>",
            ]
            for turn, (act, close) in enumerate(acts)
        ]
        self.tokenizer.add_tokens(list(dict.fromkeys(piece for script in scripts for piece in script)))
        self.chains = [self.tokenizer.convert_tokens_to_ids(script) for script in scripts]
        config = Qwen3Config(
            vocab_size=len(self.tokenizer),
            hidden_size=224,
            intermediate_size=672,
            num_hidden_layers=6,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=56,
            max_position_embeddings=32_768,
            eos_token_id=self.tokenizer.eos_token_id,
            pad_token_id=self.tokenizer.pad_token_id,
            bos_token_id=None,
        )
        torch.manual_seed(0)
        self.model = Scripted(config).eval()
        settings = PolicySettings(temperature=1.0, top_p=1.0, max_new_tokens=64, slots=TASKS * SAMPLES)
        self.engine = make_engine(self.model, self.tokenizer, settings, "bench")
        self.model.direct(self.chains, self._starts())
        self.tokens = TASKS * SAMPLES * sum(map(len, self.chains))
        """Written in one round, by the script."""

    def _starts(self) -> list[int]:
        """Where the turns of an episode begin."""
        chat, env = self.engine.chat, WebEnv(self.web, self.tasks)
        episode = Episode(env, self.tasks[0], "script", 0, 0)
        starts = [len(chat.prompt(episode.messages()))]
        for chain in self.chains[:-1]:
            said = episode.respond(chat.text(chain))
            assert said
            starts.append(starts[-1] + len(chain) + len(chat.reply(chain, chat.heard(said))))
        return starts

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


def _tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    words = Tokenizer(models.BPE())
    words.pre_tokenizer, words.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=4_000, show_progress=False, initial_alphabet=alphabet)
    words.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    tokenizer.chat_template = qwen3_chat_template
    return tokenizer


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
        notes[f"tokens of an episode at {turns} turns"] = stage._starts()[-1]
    notes["parameters"] = sum(each.numel() for each in stage.model.parameters())
    publish("rollouts", "written tokens/s", results, notes)
    shutil.rmtree(WORK / "trl", ignore_errors=True)


if __name__ == "__main__":
    main()
