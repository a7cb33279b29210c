"""TRL's `GRPOTrainer` around the rollouts: token-level loss over what the policy wrote, clip-higher, no KL.

Equations 3 to 5 of WebDancer (arXiv 2505.22648, section 3.2). TRL asks for a round of episodes when the last is used
up; it gets groups that were chosen, with masks that say what trains.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import torch
from trl import GRPOTrainer  # type: ignore[attr-defined]

from agent import trajectories
from training.dapo.curriculum import State
from training.dapo.groups import DynamicSampling, is_truncated, written
from training.dapo.padding import ALIKE, laid_back, stretches
from training.dapo.ratios import Ratios
from training.dapo.rollouts import Batch, Rollouts, rows
from training.lasting import Lasting
from training.metrics import read_metrics, room_for
from training.plots import draw_learning
from webenv.web import publish

_BY_EOS = {"completions/clipped_ratio"} | {f"completions/{each}_terminated_length" for each in ("mean", "min", "max")}
"""Metrics of TRL that take an episode for cut unless EOS is its last token; `episodes/truncated` says what was cut."""


class GroupTrainer(Lasting, GRPOTrainer):
    """Trains on groups that were chosen by their answers."""

    def __init__(
        self, *, rollouts: Rollouts, sampling: DynamicSampling, groups: int, snapshot: str, **rest: Any
    ) -> None:
        """`groups` is how many groups one process asks for in a round; `snapshot`, where they are played."""
        super().__init__(rollout_func=lambda prompts, trainer: trainer.roll(), reward_funcs=[_earned], **rest)
        self._rollouts, self._sampling, self._groups, self._snapshot = rollouts, sampling, groups, snapshot
        self._trained_on: list[str] = []
        self._ratios = Ratios()
        self._teaches = True

    def go_on(self, checkpoint: Path | None, updates: int) -> None:
        """As `Lasting`; then the curves are drawn. Raises `TrainingError` if they cannot be written."""
        super().go_on(checkpoint, updates)
        if self.args.should_save:
            run = self._lasting_run
            with room_for(run.curves):
                draw_learning(
                    read_metrics(run.metrics), f"{self.args.run_name}: {updates:,} updates of DAPO", run.curves
                )

    def training_step(self, *arguments: Any, **named: Any) -> Any:
        """As `Lasting`; a round in which no group was kept leaves the weights as they are, whatever came before it."""
        loss = super().training_step(*arguments, **named)
        if not self._teaches:
            self.model.zero_grad(set_to_none=True)  # with gradients of zero, the optimizer would go on by its momentum
        return loss

    def log(self, logs: dict[str, Any], start_time: float | None = None) -> None:
        """As TRL does, with the off-policy ratio; without what it says of episodes by whether they end with EOS."""
        for name in _BY_EOS:
            self._metrics["train"].pop(name, None)
        super().log(logs | self._ratios.take(self.accelerator) if "loss" in logs else logs, start_time)

    def _get_per_token_logps_and_entropies(
        self, model: Any, input_ids: Any, attention_mask: Any, logits_to_keep: int, batch_size: int = 0, **named: Any
    ) -> Any:
        """As TRL does, but reads little padding; and keeps the log probabilities for `_compute_loss`."""
        score = super()._get_per_token_logps_and_entropies
        prompt = input_ids.shape[1] - logits_to_keep

        def read(rows: torch.Tensor, columns: slice) -> Any:
            return score(model, input_ids[rows, columns], attention_mask[rows, columns], columns.stop - prompt, **named)

        alike = ALIKE if self.accelerator.num_processes == 1 else 0.0  # elsewhere reading is a collective operation
        parts = list(stretches(attention_mask, batch_size or len(input_ids), alike))
        logps, entropies, losses = zip(*(read(*part) for part in parts), strict=True)
        scored = laid_back(parts, logps, logits_to_keep)
        self._now = scored.detach()
        return (
            scored,
            None if entropies[0] is None else laid_back(parts, entropies, logits_to_keep),
            None if losses[0] is None else torch.stack(losses).mean(),
        )

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> Any:
        loss = super()._compute_loss(model, inputs)  # type: ignore[no-untyped-call]
        trains = inputs["completion_mask"] * inputs["tool_mask"]
        self._ratios.add(self._now, inputs.get("old_per_token_logps", self._now), trains)
        return loss

    def roll(self) -> dict[str, Any]:
        """A round of episodes under the weights of now."""
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # sums over two threads are not the same sums
        self.model.eval()
        batch = self._rollouts.fill(self._groups, f"update {self.state.global_step}")
        self.model.train()
        torch.set_num_threads(threads)
        self._keep(batch)
        self._count(batch)
        return {"logprobs": None} | rows(batch, self._sampling)

    def save_state(self, checkpoint: Path) -> None:
        """What decides which tasks are drawn next."""
        self._state_in(checkpoint).write_bytes(msgspec.json.encode(self._rollouts.curriculum.state))

    def load_state(self, checkpoint: Path) -> None:
        """As it was."""
        state = msgspec.json.decode(self._state_in(checkpoint).read_bytes(), type=State)
        self._rollouts.curriculum.restore(state)

    def _state_in(self, checkpoint: Path) -> Path:
        """Each process draws from tasks of its own."""
        return checkpoint / f"curriculum-{self.args.process_index}.json"

    def trained_on(self) -> list[str]:
        """The trajectory files of the round."""
        return self._trained_on

    def _keep(self, batch: Batch) -> None:
        """Write every episode that was drawn into the file of its round; raises `TrainingError` if there is no room."""
        folder = self._lasting_run.rollouts
        out = folder / f"update-{self.state.global_step:06d}-process-{self.args.process_index}.jsonl"
        part = out.with_name(out.name + ".part")
        played = (each for group in batch.drawn for each in group.played)
        lines = (trajectories.encode(msgspec.structs.replace(each, snapshot=self._snapshot)) for each in played)
        with room_for(out):
            folder.mkdir(exist_ok=True)
            part.write_bytes(b"".join(line + b"\n" for line in lines))
            publish.sync(part)
            part.replace(out)
        self._trained_on = [str(out)]

    def _count(self, batch: Batch) -> None:
        """Count over all processes."""
        played = [each for group in batch.drawn for each in group.played]
        steps = [step for each in played for step in each.steps]
        sums = {
            "groups/drawn": len(batch.drawn),
            "groups/filled up": sum(group.is_copy for group in batch.groups),
            **{
                f"groups/{name}": batch.counts.get(name, 0)
                for name in ("kept", "all wrong", "all right", "out of band")
            },
            "tasks/retired": self._rollouts.curriculum.retired,
            "episodes/answer": sum(each.reward.answer for each in played),
            "episodes/format": sum(each.reward.format for each in played),
            "episodes/truncated": sum(map(is_truncated, played)),
            "episodes/turns": len(steps),
            "episodes/invalid turns": sum(step.invalid is not None for step in steps),
            "episodes/written tokens": sum(map(written, played)),
        }
        mine = torch.tensor([*sums.values(), len(played), len(steps)], dtype=torch.float64, device=self.args.device)
        *values, episodes, turns = self.accelerator.reduce(mine, reduction="sum").tolist()
        self._teaches = values[list(sums).index("groups/kept")] > 0
        for name, value in zip(sums, values, strict=True):
            of = turns if name == "episodes/invalid turns" else episodes if name.startswith("episodes/") else 1
            self._metrics["train"][name].append(value / of)


def _earned(completions: list[Any], earned: list[float], **_: Any) -> list[float]:
    """The rewards that the rollouts came with."""
    return earned
