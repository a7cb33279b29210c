"""Equations 3 to 5 of WebDancer, by hand: advantages, ratios, clipping, and which tokens count."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.dapo.conftest import Write
from webenv.types import EnvSettings, RewardBreakdown, Step, Task, Tokens, Trajectory

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dapo")]

ONE_ROUND = {
    "optim": "sgd",
    "learning_rate": 0.5,
    "weight_decay": 0.0,
    "max_grad_norm": 0.0,
    "num_generations": 4,
    "per_device_train_batch_size": 4,
    "steps_per_generation": 3,
    "gradient_accumulation_steps": 3,
    "num_iterations": 2,
    "max_steps": 2,
}
"""Three groups of four, learned from twice: the first update moves the weights by the gradient, the second clips."""
PROMPT = (70, 71, 72)
OBSERVED = (80, 81, 82)
SCORES = {"mixed": (1, 0, 0, 1), "one": (0, 1, 0, 0), "none": (0, 0, 0, 0)}
"""Which answers of three groups are right; in each, every other episode is well-formed."""


def episode(task: str, sample: int, turns: tuple[tuple[int, ...], ...], is_cut: bool = False) -> Trajectory:
    """Written are `turns`, and after each of them something is read; the last of it, if a budget ends the episode."""
    answer, form = SCORES[task][sample], sample % 2
    return Trajectory(
        content_id="",
        views_id="",
        task=Task(task_id=task, question="q", answer="a"),
        settings=EnvSettings(),
        policy="p",
        seed=0,
        sample=sample,
        question="q",
        steps=(Step(action="a", observation="", reward=0.0, terminated=not is_cut, truncated=is_cut),),
        reward=RewardBreakdown(format=form, answer=answer, total=0.1 * form + 0.9 * answer),
        tokens=Tokens(
            prompt=PROMPT,
            turns=turns,
            heard=(OBSERVED,) * (len(turns) - 1 + is_cut),
            logprobs=tuple((0.0,) * len(turn) for turn in turns),
        ),
    )


def groups() -> dict[str, list[Trajectory]]:
    """Turns of different lengths, so that means over tokens are not means over episodes."""
    return {
        task: [
            episode(task, sample, ((90 + number, *range(100, 103 + sample)), (110 + sample,) * (number + 1)))
            for sample in range(4)
        ]
        for number, task in enumerate(SCORES)
    }


@pytest.fixture
def begin(write: Write, answering: Path) -> Write:
    """Writes an experiment of one round for the model that has not learned yet: what is unlikely moves it too far."""
    return partial(write, model=str(answering / "model"), dapo=ONE_ROUND)


def learn(path: Path, *rounds: dict[str, list[Trajectory]]) -> Any:
    """A run whose rounds are these groups."""
    from training import lasting
    from training.dapo.groups import verdict
    from training.dapo.learn import make_trainer, prepare
    from training.dapo.rollouts import Batch, Group, Rollouts
    from training.experiment import read_experiment

    class Given(Rollouts):
        def fill(self, wanted: int, version: str) -> Batch:
            drawn = [
                Group(task, tuple(each), verdict([one.reward.answer for one in each], self._sampling))
                for task, each in rounds[int(version.removeprefix("update ")) // 2].items()
            ]
            return Batch(drawn, drawn)

    ready = prepare(read_experiment(path))

    def make() -> Any:
        trainer = make_trainer(ready, lambda update, updates, metrics: None)
        trainer._rollouts.__class__ = Given
        return trainer

    lasting.train(ready, make)
    return ready


def weights(model: Path) -> np.ndarray[Any, Any]:
    from safetensors.numpy import load_file

    held = load_file(model / "model.safetensors")
    return np.concatenate([held[name].ravel() for name in sorted(held)])


def metrics(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_bytes().splitlines()]


def logprobs(model: Any, played: Trajectory) -> Any:
    """Of the tokens that were written."""
    import torch

    assert played.tokens
    tokens, wrote = list(PROMPT), [False] * len(PROMPT)
    for turn, heard in zip(played.tokens.turns, (*played.tokens.heard, ()), strict=False):
        tokens += [*turn, *heard]
        wrote += [True] * len(turn) + [False] * len(heard)
    ids = torch.tensor(tokens)
    every = torch.log_softmax(model(ids[None]).logits[0, :-1], -1).gather(-1, ids[1:, None])[:, 0]
    return every[torch.tensor(wrote[1:])]


def by_hand(model: Path, trained: list[list[Trajectory]], leave_one_out: bool) -> tuple[Any, Any, Any, Any]:
    """Two updates: their losses, the weights after them, the ratios in the second, and what was clipped in it."""
    import torch
    from transformers import AutoModelForCausalLM

    ours = AutoModelForCausalLM.from_pretrained(model)
    parts: list[tuple[Trajectory, float, Any]] = []
    for group in trained:
        rewards = torch.tensor([each.reward.total for each in group])
        for number, each in enumerate(group):
            others = torch.cat([rewards[:number], rewards[number + 1 :]])
            alone, scaled = rewards[number] - others.mean(), (rewards[number] - rewards.mean()) / rewards.std()
            parts.append((each, float(alone if leave_one_out else scaled), logprobs(ours, each).detach()))
    count = sum(len(then) for _, _, then in parts)
    losses, ratios, low, high = [], torch.tensor([]), 0, 0
    for _ in range(2):
        ours.zero_grad()
        loss, seen, low, high = torch.tensor(0.0), [], 0, 0
        for played, advantage, then in parts:
            ratio = (logprobs(ours, played) - then).exp()
            loss = loss - torch.min(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage).sum() / count
            low += int((ratio < 0.8).sum()) if advantage < 0 else 0
            high += int((ratio > 1.28).sum()) if advantage > 0 else 0
            seen.append(ratio.detach())
        loss.backward()
        losses.append(float(loss.detach()))
        ratios = torch.cat(seen)
        with torch.no_grad():
            for weight in ours.parameters():
                weight -= 0.5 * weight.grad
    named = dict(ours.named_parameters())
    moved = np.concatenate([named[name].detach().numpy().ravel() for name in sorted(named)])
    return losses, moved, ratios, (low / count, high / count)


@pytest.mark.parametrize("leave_one_out", [False, True])
def test_two_updates_are_the_equations(begin: Write, answering: Path, tmp_path: Path, leave_one_out: bool) -> None:
    """The group without a right answer has rewards that differ, and tokens: neither counts."""
    played = groups()
    learn(begin(sampling={"leave_one_out": leave_one_out}), played)
    model = answering / "model"
    losses, after, ratios, clipped = by_hand(model, [played["mixed"], played["one"]], leave_one_out)
    assert np.abs(after - weights(model)).max() > 0.01
    assert np.abs(weights(tmp_path / "run" / "model") - after).max() < 2e-4
    first, second = metrics(tmp_path / "run")
    assert [first["loss"], second["loss"]] == pytest.approx(losses, abs=2e-4)
    assert (first["ratio/mean"], first["ratio/max"], first["clip_ratio/region_mean"]) == (1, 1, 0)
    assert second["ratio/mean"] == pytest.approx(float(ratios.mean()), rel=1e-3)
    assert second["ratio/max"] == pytest.approx(float(ratios.max()), rel=1e-3)
    assert min(clipped) > 0, "clipping was not tried"
    of_small_batches = second["clip_ratio/low_mean"], second["clip_ratio/high_mean"]  # TRL's means of means
    assert of_small_batches == pytest.approx(clipped, abs=0.02)
    everything = by_hand(model, list(played.values()), leave_one_out)[1]
    assert np.abs(everything - after).max() > 1e-3, "the group that is left out would not have mattered"


@pytest.mark.parametrize("masked", [True, False])
def test_what_was_read_gives_no_loss(begin: Write, tmp_path: Path, masked: bool) -> None:
    """The last token of an episode that was cut is one that was read: what it is matters with the mask off only."""
    ends = []
    for last in (5, 6):
        played = groups()
        cut = episode("mixed", 0, ((90, 91),), is_cut=True)
        assert cut.tokens
        read = (*OBSERVED, last)
        tokens = {"heard": (read,)} if masked else {"heard": (), "turns": ((90, 91, *read),)}
        played["mixed"][0] = replace(cut, tokens=replace(cut.tokens, **tokens))
        learn(begin(f"run{last}"), played)
        ends.append(weights(tmp_path / f"run{last}" / "model"))
    assert np.array_equal(*ends) == masked


def test_truncated_episodes_give_no_loss_if_they_are_masked(begin: Write, answering: Path, tmp_path: Path) -> None:
    """They still count in the mean of their group; their tokens do not."""
    ends = []
    for name, words in (("one", (90, 91)), ("other", (95, 96, 97, 98))):
        played = groups()
        played["mixed"][0] = episode("mixed", 0, (words,), is_cut=True)
        learn(begin(name, sampling={"mask_truncated": True}), played)
        ends.append(weights(tmp_path / name / "model"))
    assert np.abs(ends[0] - ends[1]).max() < 1e-5
    assert np.abs(ends[0] - weights(answering / "model")).max() > 0.01


def test_a_round_that_teaches_nothing_leaves_the_weights(begin: Write, tmp_path: Path) -> None:
    """Adam would go on in the direction of the round before."""
    played, adam = groups(), {"optim": "adamw_torch", "learning_rate": 1e-3}
    hopeless = {
        task: [replace(each, reward=played["none"][at].reward) for at, each in enumerate(group)]
        for task, group in played.items()
    }
    learn(begin("one", dapo=ONE_ROUND | adam), played)
    learn(begin("two", dapo=ONE_ROUND | adam | {"max_steps": 4}), played, hopeless)
    assert np.array_equal(weights(tmp_path / "one" / "model"), weights(tmp_path / "two" / "model"))
    assert [line["grad_norm"] > 0 for line in metrics(tmp_path / "two")] == [True, True, False, False]
