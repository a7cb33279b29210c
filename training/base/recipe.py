"""The *recipe* of the tiny base: `python -m training.base.recipe OUT` trains it from nothing, in four or five hours.

A run that was stopped goes on when the command is run again. One pass over the worlds: no world is seen twice, so names
cannot be learnt by heart, and what is left to learn is to copy them from where they stand.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerFast, SmolLM3Config, SmolLM3ForCausalLM

from agent.engine.format import ChatFormat
from training.base.circuit import install, parts
from training.base.material import Material, material
from training.base.noise import littered, noisy, stuttered
from training.base.stumbling import is_stumble
from training.base.tokenizer import VOCABULARY, train_tokenizer
from training.rows import Row, encoded
from webenv.types import Step, Trajectory


class Reading(NamedTuple):
    """Worlds that are read one after the other, at a rate that falls with half a cosine."""

    worlds: int
    rate: float
    read_share: float
    """Of the tokens that were read, those that are learnt too."""
    is_drilled: bool


READINGS = (
    Reading(28, 1.5e-3, 0.25, is_drilled=False),
    Reading(28, 8e-4, 0.05, is_drilled=True),
    Reading(36, 8e-4, 0.05, is_drilled=True),
    Reading(28, 8e-4, 0.05, is_drilled=True),
    Reading(28, 8e-4, 0.05, is_drilled=True),
)
"""Each begins with the weights of the one before, rounded to bfloat16, and with a new optimiser, so that it can be run
by itself (warm restarts: Loshchilov and Hutter, arXiv 1608.03983)."""
WORLDS = sum(each.worlds for each in READINGS)
"""About 300,000 tokens each, 240,000 with drills."""
TOGETHER = 4
"""Worlds whose rows are mixed."""
WORDS_FROM = 16
"""Worlds that the tokenizer is made of."""
BATCH, LONGEST = 4_096, 2_048
"""Tokens of a batch with its padding, and of an episode."""
WARM_UP, BETAS, DECAY, CLIP = 50, (0.9, 0.98), 0.05, 1.0
CIRCUIT_SHARE = 0.15
"""Of the rate, for the weights of the copying circuit, which would else be washed out before they are needed."""
READ_WEIGHT = 0.6
"""How much a token that was read and is learnt weighs beside one that was written."""
SHAPE = {
    "vocab_size": VOCABULARY, "hidden_size": 192, "intermediate_size": 368, "num_hidden_layers": 6,
    "num_attention_heads": 3, "num_key_value_heads": 3, "max_position_embeddings": 4_096, "tie_word_embeddings": True,
    "no_rope_layers": [1, 0, 1, 0, 1, 0], "use_sliding_window": False,
}  # fmt: skip
"""All of this is our choice; what was tried besides stands in `benchmarks/LOG.md`."""


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def main(out: Path) -> None:
    """Train the tiny base into OUT; the log stands in OUT/log.jsonl."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(out)
    chat = ChatFormat(tokenizer, {tokenizer.eos_token_id})
    learner = Learner(out, tokenizer.eos_token_id, tokenizer.pad_token_id)
    while learner.worlds_read < WORLDS:
        worlds = range(learner.worlds_read, learner.worlds_read + TOGETHER)
        rows = (row for world in worlds for row in _rows(chat, material(world, learner.reading.is_drilled)))
        learner.read(list(filter(None, rows)))
    learner.save()


def _tokenizer(out: Path) -> PreTrainedTokenizerFast:
    """The tokenizer, which is made first if it is not there."""
    if not (out / "tokenizer.json").exists():
        worlds = [[text for each in material(number).episodes for text in _texts(each)] for number in range(WORDS_FROM)]
        train_tokenizer(worlds).save_pretrained(out)
    return PreTrainedTokenizerFast.from_pretrained(out)


def _texts(played: Trajectory) -> Iterator[str]:
    yield played.question
    for step in played.steps:
        yield from (step.action, step.observation)


def _rows(chat: ChatFormat, read: Material) -> Iterator[Row | None]:
    for played in read.episodes:
        yield row(chat, played.question, played.steps, played.content_id, played.task.task_id)
    for asked, steps in read.drills:
        yield row(chat, asked, steps, steps[0].observation)


def row(chat: ChatFormat, asked: str, steps: Sequence[Step], *key: str) -> Row | None:
    """A question and what was done about it as the model reads them, with noise drawn for a key; None if they hold what
    cannot be written.
    """
    written = " ".join(step.action for step in steps)
    seen = (
        msgspec.structs.replace(step, observation=littered(step.observation, written, *key, number))
        for number, step in enumerate(steps)
    )
    prompt = chat.prompt([{"role": "user", "content": f"User: {noisy(asked, *key)}"}])
    learnt = [not is_stumble(step.action, step.observation) for step in steps]
    made = encoded(chat, prompt, tuple(seen), learnt)
    return made and stuttered(made, *key)


class Learner:
    """A model that reads worlds, with all that a later run needs to go on."""

    def __init__(self, out: Path, end: int, pad: int) -> None:
        torch.manual_seed(0)
        self._out = out
        marks = {"eos_token_id": end, "pad_token_id": pad, "bos_token_id": None}
        self.model = SmolLM3ForCausalLM(SmolLM3Config(**SHAPE, **marks))
        install(self.model, torch.Generator().manual_seed(0))
        self.worlds_read = self._updates = self._tokens = 0
        self._lines: list[dict[str, float]] = []
        saved = torch.load(self._checkpoint) if self._checkpoint.exists() else {}
        if saved:
            self.model.load_state_dict(saved["model"])
            self.worlds_read, self._updates, self._tokens = saved["progress"]
            self._lines = saved["log"]
        self._begin()
        if saved and self.worlds_read > self._first:
            self._optimiser.load_state_dict(saved["optimiser"])
            self._updates_here = saved["updates_here"]

    def _begin(self) -> None:
        """Begin the reading that the next world belongs to."""
        ends = list(accumulate(each.worlds for each in READINGS))
        number = min(bisect_right(ends, self.worlds_read), len(READINGS) - 1)
        self.reading, self._first = READINGS[number], ends[number] - READINGS[number].worlds
        circuit = parts(self.model)
        rest = [each for each in self.model.parameters() if all(each is not part for part in circuit)]
        groups = [{"params": rest, "share": 1.0}, {"params": circuit, "share": CIRCUIT_SHARE}]
        self._optimiser = torch.optim.AdamW(groups, lr=self.reading.rate, betas=BETAS, weight_decay=DECAY)
        self._updates_here = 0

    def read(self, rows: list[Row]) -> None:
        """One pass over the rows of the next worlds, then a line in the log and a checkpoint."""
        torch.manual_seed(self.worlds_read)
        batches = list(_batches(rows))
        told = []
        for place, number in enumerate(torch.randperm(len(batches)).tolist()):
            done = self.worlds_read - self._first + TOGETHER * place / len(batches)
            tokens, wrote, is_text = _padded(batches[number])
            stutters = tokens == torch.nn.functional.pad(tokens, (1, 0), value=-1)[:, :-1]
            # Without this, copies of what was written would be learnt as if they had been read.
            read = is_text & ~wrote & ~stutters & (torch.rand(wrote.shape) < self.reading.read_share)
            falling = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done / self.reading.worlds))
            told.append(self._update(tokens, wrote, wrote + READ_WEIGHT * read, self.reading.rate * falling))
            self._tokens += int(is_text.sum())
        self.worlds_read += TOGETHER
        loss, right = torch.tensor(told).mean(0).tolist()
        line = {"worlds": self.worlds_read, "updates": self._updates, "tokens": self._tokens}
        self._lines.append(line | {"loss": round(loss, 4), "right": round(right, 4)})
        (self._out / "log.jsonl").write_text("".join(json.dumps(each) + "\n" for each in self._lines))
        if self.worlds_read == self._first + self.reading.worlds:
            self.model.to(torch.bfloat16).to(torch.float32)
            self._begin()
        self._save()

    @property
    def _checkpoint(self) -> Path:
        return self._out / "checkpoint.pt"

    def _update(self, tokens: Tensor, wrote: Tensor, weights: Tensor, rate: float) -> tuple[float, float]:
        """One step on tokens `[rows, n]` that weigh so much; the loss of those written, and the share that comes first.

        What weighs nothing costs no logits.
        """
        for group in self._optimiser.param_groups:
            group["lr"] = group["share"] * rate * min(1, (self._updates_here + 1) / WARM_UP)
        learnt = weights[:, 1:] > 0
        hidden = self.model.model(input_ids=tokens[:, :-1], use_cache=False).last_hidden_state
        logits = self.model.lm_head(hidden[learnt])
        following, weight, ours = tokens[:, 1:][learnt], weights[:, 1:][learnt], wrote[:, 1:][learnt]
        losses = torch.nn.functional.cross_entropy(logits, following, reduction="none")
        self._optimiser.zero_grad()
        ((losses * weight).sum() / weight.sum()).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self._optimiser.step()
        self._updates += 1
        self._updates_here += 1
        right = (logits.argmax(-1) == following)[ours].float().mean()
        return losses[ours].mean().item(), right.item()

    def save(self) -> None:
        """Write the weights, in half the bytes: bfloat16."""
        self.model.to(torch.bfloat16).save_pretrained(self._out)

    def _save(self) -> None:
        part = self._checkpoint.with_suffix(".part")
        progress = (self.worlds_read, self._updates, self._tokens)
        states = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict()}
        torch.save(states | {"progress": progress, "updates_here": self._updates_here, "log": self._lines}, part)
        part.replace(self._checkpoint)


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows of about the same length, as many as fit."""
    batch: list[Row] = []
    for each in sorted(rows, key=lambda row: len(row.tokens)):
        if len(each.tokens) > LONGEST:
            return
        if batch and len(each.tokens) * (len(batch) + 1) > BATCH:
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _padded(batch: list[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Tokens `[rows, longest]`, which of them were written, and which are no padding."""
    tokens = pad_sequence([torch.from_numpy(row.tokens).long() for row in batch], batch_first=True)
    wrote = pad_sequence([torch.from_numpy(row.wrote) for row in batch], batch_first=True)
    is_text = pad_sequence([torch.ones(len(row.tokens), dtype=torch.bool) for row in batch], batch_first=True)
    return tokens, wrote, is_text


if __name__ == "__main__":
    main()
