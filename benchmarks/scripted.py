"""A model that computes everything and then writes what a script says, so that different engines play the same.

A turn is 30 tokens: a thought, and a visit to the next pages or, at the end, the answer.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM
from trl.chat_template_utils import qwen3_chat_template

from agent.engine.format import ChatFormat
from agent.episode import Episode
from webenv.env import WebEnv
from webenv.types import Page, Task
from webenv.web.snapshot import Snapshot

THOUGHT = 26
"""Tokens of a turn's thought."""


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


def articles(web: Snapshot) -> list[Page]:
    """The pages of the encyclopedia in a generated world."""
    found = (web.fetch(capture.url) for capture in web.captures())
    return [page for page in found if isinstance(page, Page) and "/wiki/" in page.url]


def script(tokenizer: PreTrainedTokenizerFast, urls: list[str], turns: int, pages: int) -> list[list[int]]:
    """The tokens of each turn, which the tokenizer learns: visits to so many pages, then the answer `x`."""
    calls = [
        json.dumps({"name": "visit", "arguments": {"url": urls[start : start + pages]}})
        for start in range(0, pages * (turns - 1), pages)
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
    tokenizer.add_tokens(list(dict.fromkeys(piece for script in scripts for piece in script)))
    return [tokenizer.convert_tokens_to_ids(script) for script in scripts]


def starts(chat: ChatFormat, chains: list[list[int]], env: WebEnv, task: Task) -> list[int]:
    """Where the turns of an episode begin."""
    episode = Episode(env, task, "script", 0, 0)
    found = [len(chat.prompt(episode.messages()))]
    for chain in chains[:-1]:
        said = episode.respond(chat.text(chain))
        assert said
        found.append(found[-1] + len(chain) + len(chat.reply(chain, chat.heard(said))))
    return found


def config(tokenizer: PreTrainedTokenizerFast, width: int, layers: int) -> Qwen3Config:
    """A Qwen3 with heads of a quarter of its width."""
    return Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=width // 4,
        max_position_embeddings=32_768,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )


def tokenizer(texts: list[str], size: int = 4_000) -> PreTrainedTokenizerFast:
    """Byte pairs of some texts, with the template of Qwen3."""
    words = Tokenizer(models.BPE())
    words.pre_tokenizer, words.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learner = trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=alphabet)
    words.train_from_iterator(texts, learner)
    made = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    made.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    made.chat_template = qwen3_chat_template
    return made
