"""The *recipe* of the tiny base: `python -m training.base.recipe OUT` trains it from nothing, in about an hour.

A run that was stopped goes on when the command is run again. One pass over the worlds: no world is seen twice, so names
cannot be learnt by heart, and what is left to learn is to copy them from where they stand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerFast, SmolLM3Config, SmolLM3ForCausalLM

from agent.engine.format import ChatFormat
from training.base.circuit import install, parts
from training.base.material import episodes
from training.base.noise import littered, noisy, stuttered
from training.base.tokenizer import VOCABULARY, train_tokenizer
from training.rows import Row, encoded
from webenv.types import Trajectory

WORLDS = 28
"""About 340,000 tokens each."""
TOGETHER = 4
"""Worlds whose episodes are mixed."""
WORDS_FROM = 16
"""Worlds that the tokenizer is made of."""
BATCH, LONGEST = 4_096, 2_048
"""Tokens of a batch with its padding, and of an episode."""
RATE, WARM_UP, BETAS, DECAY, CLIP = 1.5e-3, 50, (0.9, 0.98), 0.05, 1.0
CIRCUIT_SHARE = 0.15
"""Of the rate, for the weights of the copying circuit, which would else be washed out before they are needed."""
READ_SHARE, READ_WEIGHT = 0.25, 0.6
"""Share of the tokens that were read which are learnt too, and how much each weighs beside one that was written."""
SHAPE = {
    "vocab_size": VOCABULARY, "hidden_size": 192, "intermediate_size": 368, "num_hidden_layers": 6,
    "num_attention_heads": 3, "num_key_value_heads": 3, "max_position_embeddings": 4_096, "tie_word_embeddings": True,
    "no_rope_layers": [1, 0, 1, 0, 1, 0], "use_sliding_window": False,
}  # fmt: skip
"""All of this is our choice; what was tried besides stands in `benchmarks/LOG.md`."""


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--worlds", default=WORLDS, show_default=True, type=click.IntRange(1), help="Worlds to read.")
def main(out: Path, worlds: int) -> None:
    """Train the tiny base into OUT; the log stands in OUT/log.jsonl."""
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(out)
    chat = ChatFormat(tokenizer, {tokenizer.eos_token_id})
    learner = Learner(out, worlds, tokenizer.eos_token_id, tokenizer.pad_token_id)
    played: list[Trajectory] = []
    for number, each in enumerate(map(episodes, range(learner.worlds_read, worlds)), learner.worlds_read + 1):
        played += each
        if number % TOGETHER == 0 or number == worlds:
            learner.read(list(filter(None, (row(chat, one) for one in played))), number)
            played = []
    learner.save()


def _tokenizer(out: Path) -> PreTrainedTokenizerFast:
    """The tokenizer, which is made first if it is not there."""
    if not (out / "tokenizer.json").exists():
        worlds = [[text for each in episodes(number) for text in _texts(each)] for number in range(WORDS_FROM)]
        train_tokenizer(worlds).save_pretrained(out)
    return PreTrainedTokenizerFast.from_pretrained(out)


def _texts(played: Trajectory) -> Iterator[str]:
    yield played.question
    for step in played.steps:
        yield from (step.action, step.observation)


def row(chat: ChatFormat, played: Trajectory) -> Row | None:
    """An episode as the model reads it, with noise; None if it holds what cannot be written."""
    key = (played.content_id, played.task.task_id)
    question, written = noisy(played.question, *key), " ".join(step.action for step in played.steps)
    steps = (
        msgspec.structs.replace(step, observation=littered(step.observation, written, *key, number))
        for number, step in enumerate(played.steps)
    )
    prompt = chat.prompt([{"role": "user", "content": f"User: {question}"}])
    made = encoded(chat, prompt, msgspec.structs.replace(played, steps=tuple(steps)))
    return made and stuttered(made, *key)


class Learner:
    """A model that reads worlds, with all that a later run needs to go on."""

    def __init__(self, out: Path, worlds: int, end: int, pad: int) -> None:
        torch.manual_seed(0)
        self._out, self._worlds = out, worlds
        marks = {"eos_token_id": end, "pad_token_id": pad, "bos_token_id": None}
        self.model = SmolLM3ForCausalLM(SmolLM3Config(**SHAPE, **marks))
        install(self.model, torch.Generator().manual_seed(0))
        circuit = parts(self.model)
        rest = [each for each in self.model.parameters() if all(each is not part for part in circuit)]
        groups = [{"params": rest, "share": 1.0}, {"params": circuit, "share": CIRCUIT_SHARE}]
        self._optimiser = torch.optim.AdamW(groups, lr=RATE, betas=BETAS, weight_decay=DECAY)
        self.worlds_read = self._updates = self._tokens = 0
        self._lines: list[dict[str, float]] = []
        if self._checkpoint.exists():
            saved = torch.load(self._checkpoint)
            self.model.load_state_dict(saved["model"])
            self._optimiser.load_state_dict(saved["optimiser"])
            self.worlds_read, self._updates, self._tokens = saved["progress"]
            self._lines = saved["log"]

    def read(self, rows: list[Row], worlds: int) -> None:
        """One pass over the episodes of the worlds up to a number, then a line in the log and a checkpoint."""
        torch.manual_seed(self.worlds_read)
        batches = list(_batches(rows))
        told = []
        for place, number in enumerate(torch.randperm(len(batches)).tolist()):
            done = self.worlds_read + (worlds - self.worlds_read) * place / len(batches)
            tokens, wrote, is_text = _padded(batches[number])
            read = is_text & ~wrote & (torch.rand(wrote.shape) < READ_SHARE)
            rate = RATE * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done / self._worlds)))
            told.append(self._update(tokens, wrote, wrote + READ_WEIGHT * read, rate))
            self._tokens += int(is_text.sum())
        self.worlds_read = worlds
        loss, right = torch.tensor(told).mean(0).tolist()
        line = {"worlds": self.worlds_read, "updates": self._updates, "tokens": self._tokens}
        self._lines.append(line | {"loss": round(loss, 4), "right": round(right, 4)})
        (self._out / "log.jsonl").write_text("".join(json.dumps(each) + "\n" for each in self._lines))
        self._save()

    @property
    def _checkpoint(self) -> Path:
        return self._out / "checkpoint.pt"

    def _update(self, tokens: Tensor, wrote: Tensor, weights: Tensor, rate: float) -> tuple[float, float]:
        """One step on tokens `[rows, n]` that weigh so much; the loss of those written, and the share that comes first.

        What weighs nothing costs no logits.
        """
        for group in self._optimiser.param_groups:
            group["lr"] = group["share"] * rate * min(1, (self._updates + 1) / WARM_UP)
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
        right = (logits.argmax(-1) == following)[ours].float().mean()
        return losses[ours].mean().item(), right.item()

    def save(self) -> None:
        """Write the weights, in half the bytes: bfloat16."""
        self.model.to(torch.bfloat16).save_pretrained(self._out)

    def _save(self) -> None:
        part = self._checkpoint.with_suffix(".part")
        progress = (self.worlds_read, self._updates, self._tokens)
        states = {"model": self.model.state_dict(), "optimiser": self._optimiser.state_dict()}
        torch.save(states | {"progress": progress, "log": self._lines}, part)
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
