"""What all trainers here have in common: checkpoints that are whole or do not count, metrics, no broken update.

`Lasting` stands before a trainer of TRL in the bases of a class.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch
from transformers import TrainerCallback

from training import checkpoints
from training.experiment import Experiment
from training.metrics import add_metrics, cut_metrics
from training.run import Made, Run, identity
from training.saving import save_trained
from webenv.errors import TrainingError

OnUpdate = Callable[[int, int, dict[str, float]], None]
"""Gets the updates so far, how many there will be, and the last metrics."""


class Ready:
    """A training that was checked and may begin."""

    experiment: Experiment
    arguments: Any
    """What TRL is told: `trl`."""
    made: Made
    run: Run
    plan: Any
    """What it is going to do: `updates`, `is_trained`."""

    @property
    def is_main(self) -> bool:
        """Whether this process is the one that writes."""
        return bool(self.arguments.trl.should_save)

    @property
    def is_trained(self) -> bool:
        """Whether the run has ended already."""
        return bool(self.plan.is_trained)

    @property
    def updates(self) -> int:
        """Updates in all."""
        return int(self.plan.updates)


def train(ready: Ready, make_trainer: Callable[[], Lasting]) -> None:
    """Train, or go on where the run was stopped; the model appears in the run folder when it is trained.

    The same experiment on the same machine ends with the same weights, whether the run was stopped in between or not.

    Raises:
        InputError: the run folder belongs to another experiment, or TRL refuses a setting.
        PolicyError: the model cannot be loaded.
        TrainingError: the training cannot go on, or another process is at it.
    """
    if ready.is_trained:
        return
    if ready.is_main:
        with ready.run.begin(ready.made):
            _train(ready, make_trainer)
    else:
        _train(ready, make_trainer)


def _train(ready: Ready, make_trainer: Callable[[], Lasting]) -> None:
    torch.set_num_threads(ready.made.threads)
    folder, run = ready.run.checkpoints, identity(ready.made)
    whole = checkpoints.find(folder, run)
    trainer = make_trainer()
    if ready.is_main:
        checkpoints.tidy(folder, run, 0)
        cut_metrics(ready.run.metrics, checkpoints.step_of(whole[-1]) if whole else 0)
    trainer.accelerator.wait_for_everyone()
    trainer.go_on(whole[-1] if whole else None, ready.updates)
    save_trained(trainer, ready.experiment, ready.run, ready.is_main)
    trainer.accelerator.wait_for_everyone()


_NOT_REPEATABLE = ("num_tokens", "total_flos", "step_time")
"""Metrics that depend on the last start, or on the clock."""


class Lasting:
    """Survives a kill, a full disk and a loss that is not a number."""

    args: Any
    state: Any
    accelerator: Any

    def __init__(self, *, run: Run, made: Made, kept: int, on_update: OnUpdate, **rest: Any) -> None:
        super().__init__(**rest)
        # Determinism fills memory that is handed out; nothing here reads it before it writes.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        self._lasting_run, self._kept, self._identity = run, kept, identity(made)
        self.add_callback(_Watch(self, run.metrics, on_update))  # type: ignore[attr-defined]

    def go_on(self, checkpoint: Path | None, updates: int) -> None:
        """Train from a checkpoint, or from the beginning; `updates` is how many there are in all."""
        if checkpoint:
            self.load_state(checkpoint)
        if checkpoint and checkpoints.step_of(checkpoint) >= updates:
            self._load_from_checkpoint(str(checkpoint))  # type: ignore[attr-defined]  # `train` would do one more
        else:
            self.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)  # type: ignore[attr-defined]

    def save_state(self, checkpoint: Path) -> None:
        """Write what else this process needs to go on; nothing by itself."""

    def load_state(self, checkpoint: Path) -> None:
        """Read what `save_state` wrote."""

    def trained_on(self) -> Any:
        """What the update under way is made of, as JSON can say it."""
        return []

    def training_step(self, model: Any, inputs: Any, *rest: Any, **named: Any) -> Any:
        """One small batch, forward and backward; raises `TrainingError` if its loss is not a number."""
        loss = super().training_step(model, inputs, *rest, **named)  # type: ignore[misc]
        if not torch.isfinite(loss):
            self.stop("the loss is not a number")
        return loss

    def begin_update(self) -> None:
        """Called before the first small batch of an update."""

    def stop(self, why: str, update: int = 0) -> None:
        """Save what an update, by default the one under way, is made of and raise `TrainingError`."""
        update, run = update or self.state.global_step + 1, self._lasting_run
        said = {"update": update, "process": self.args.process_index, "batches": self.trained_on()}
        number = self.args.process_index
        out = run.bad_batch.with_stem(f"{run.bad_batch.stem}-{number}") if number else run.bad_batch
        out.write_bytes(msgspec.json.encode(said))
        raise TrainingError(
            f"{why} in update {update}; the rows are in {out}; nothing was learned from them. "
            f"Look at them, or lower the learning_rate, and choose another `out`"
        )

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """As the trainers do, then say that it is complete, and only then let go of older ones."""
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        if not all(torch.isfinite(weight).all() for weight in model.parameters()):
            self.stop("a weight is not a number", self.state.global_step)
        try:
            super()._save_checkpoint(model, trial)  # type: ignore[misc]
            self.accelerator.wait_for_everyone()
            self.save_state(folder)
            self.accelerator.wait_for_everyone()
            if self.args.should_save:
                checkpoints.complete(folder, self._identity)
        except Exception as error:  # torch and safetensors raise whatever they like when a disk is full
            shutil.rmtree(folder, ignore_errors=True)
            whole = checkpoints.find(folder.parent, self._identity)
            last = f"the last complete one is {whole[-1]}" if whole else "there is none before it"
            raise TrainingError(
                f"{folder}: the checkpoint could not be written: {error}; {last}. "
                f"Make room on the disk and run the same command again"
            ) from error
        if self.args.should_save:
            checkpoints.tidy(folder.parent, self._identity, self._kept)
        self.accelerator.wait_for_everyone()


class _Watch(TrainerCallback):  # type: ignore[misc]
    """Stops before a broken update, writes metrics."""

    def __init__(self, trainer: Lasting, metrics: Path, on_update: OnUpdate) -> None:
        self._trainer, self._metrics, self._on_update = trainer, metrics, on_update
        self._last: dict[str, float] = {}

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._trainer.begin_update()

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, model: Any, **_: Any) -> None:
        if args.fp16:
            return  # the scaler of gradients meets overflows and skips them
        gradients = (weight.grad for weight in model.parameters() if weight.grad is not None)
        if not all(torch.isfinite(gradient).all() for gradient in gradients):
            self._trainer.stop("a gradient is not a number")

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        if "loss" not in logs or not state.is_world_process_zero:
            return
        self._last = {name: value for name, value in logs.items() if name not in _NOT_REPEATABLE}
        add_metrics(self._metrics, state.global_step, self._last)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._on_update(state.global_step, state.max_steps, self._last)
