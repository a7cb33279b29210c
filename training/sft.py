"""Supervised fine-tuning: episodes to rows, rows to a trained model (WebDancer, arXiv 2505.22648, section 3.1).

`prepare` reads and checks everything that an experiment names, and loads no weights; `train` trains, or goes on where
a run was stopped. The same experiment on the same machine ends with the same weights, stopped or not.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from transformers import AutoModelForCausalLM, PrinterCallback, set_seed

from agent.hf import load_format, weights_digest
from training import checkpoints
from training.arguments import SFTArguments
from training.batches import Batches, BatchShape
from training.experiment import Experiment
from training.rows import Row, RowMaker, read_rows
from training.run import Inputs, Made, Run, made
from training.trainer import NO_LOSS, OnUpdate, RowTrainer, cut_metrics
from webenv.errors import InputError, PolicyError, TrainingError
from webenv.types import Record
from webenv.web import publish
from webenv.web.snapshot import Snapshot


class Plan(Record):
    """What a training is going to do."""

    rows: int
    tokens: int
    """Of all rows."""
    written: int
    """Tokens that the model wrote, or is to write: what the loss is about."""
    longest: int
    """Tokens of the longest row."""
    left_out: dict[str, int]
    """Why episodes were left out, and how many."""
    global_batch: int
    """Rows of one update."""
    updates: int
    padding: float
    """Share of what is computed in the first epoch that is padding."""
    resumes_at: int
    """Updates that were made already."""
    is_trained: bool
    changed: tuple[str, ...]
    """What about the machine is not what it was when the run began: it may end with other weights."""


@dataclass
class Prepared:
    """Everything that a training needs, checked."""

    experiment: Experiment
    arguments: SFTArguments
    rows: list[Row]
    batches: Batches
    made: Made
    run: Run
    plan: Plan

    @property
    def is_main(self) -> bool:
        """Whether this process is the one that writes."""
        return bool(self.arguments.trl.should_save)


def prepare(experiment: Experiment, on_row: Callable[[int], None] = lambda count: None) -> Prepared:
    """Read and check what an experiment names; nothing is written, and no weights are loaded.

    Raises:
        InputError: something cannot be used; the message says what.
        SnapshotError: the snapshot is damaged.
        PolicyError: the model's tokenizer cannot be used.
    """
    if not experiment.trajectories:
        raise InputError("`trajectories` names no file; there is nothing to learn from")
    run = Run(Path(experiment.out))
    arguments = SFTArguments(experiment, str(run.checkpoints))
    chat, _ = load_format(Path(experiment.model))
    web = Snapshot.open(experiment.snapshot)
    files = [Path(each) for each in experiment.trajectories]
    rows, left_out = read_rows(files, RowMaker(web, chat), arguments.max_length, on_row)
    if not rows:
        raise InputError(f"no episode is left to learn from; left out were: {left_out}")
    inputs = Inputs(
        model=weights_digest(Path(experiment.model)),
        content_id=web.content_id,
        views_id=web.views_id,
        trajectories=tuple(map(_digest, files)),
    )
    trl = arguments.trl
    record = made("sft", experiment, inputs, trl.world_size, _threads(experiment))
    shape = BatchShape(
        rows=trl.per_device_train_batch_size, steps=trl.gradient_accumulation_steps, processes=trl.world_size
    )
    batches = Batches([len(row.tokens) for row in rows], shape, experiment.seed)
    whole = checkpoints.find(run.checkpoints)
    plan = Plan(
        rows=len(rows),
        tokens=sum(len(row.tokens) for row in rows),
        written=sum(int(row.wrote.sum()) for row in rows),
        longest=max(len(row.tokens) for row in rows),
        left_out=left_out,
        global_batch=shape.total,
        updates=arguments.updates(batches.updates),
        padding=round(batches.padding(), 4),
        changed=tuple(run.check(record)),
        resumes_at=checkpoints.step_of(whole[-1]) if whole else 0,
        is_trained=run.model.exists(),
    )
    return Prepared(experiment, arguments, rows, batches, record, run, plan)


def train(ready: Prepared, on_update: OnUpdate = lambda update, updates, metrics: None) -> None:
    """Train, or go on where the run was stopped; the model appears in the run folder when it is trained.

    Raises:
        InputError: the run folder belongs to another experiment, or TRL refuses a setting.
        PolicyError: the model cannot be loaded.
        TrainingError: the training cannot go on, or another process is at it.
    """
    if ready.plan.is_trained:
        return
    if ready.is_main:
        with ready.run.begin(ready.made):
            _train(ready, on_update)
    else:
        _train(ready, on_update)


def _train(ready: Prepared, on_update: OnUpdate) -> None:
    torch.set_num_threads(ready.made.threads)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # a third of the time
    whole = checkpoints.find(ready.run.checkpoints)
    trainer = make_trainer(ready, on_update)
    if ready.is_main:
        checkpoints.tidy(ready.run.checkpoints, 0)
        cut_metrics(ready.run.metrics, checkpoints.step_of(whole[-1]) if whole else 0)
    trainer.accelerator.wait_for_everyone()
    trainer.go_on(whole[-1] if whole else None, ready.plan.updates)
    _save(trainer, ready)
    trainer.accelerator.wait_for_everyone()


def make_trainer(ready: Prepared, on_update: OnUpdate = lambda update, updates, metrics: None) -> RowTrainer:
    """The trainer, with the model loaded.

    Raises:
        InputError: TRL refuses a setting.
        PolicyError: the model cannot be loaded.
    """
    set_seed(ready.experiment.seed)
    path = ready.experiment.model
    try:
        model = AutoModelForCausalLM.from_pretrained(
            path, local_files_only=True, dtype=torch.float32, attn_implementation="sdpa"
        )
    except Exception as error:  # transformers raises whatever it likes
        raise PolicyError(f"{path}: transformers cannot load this model: {error}") from error
    _, tokenizer = load_format(Path(path))  # of its own: TRL changes it
    try:
        trainer = RowTrainer(
            batches=ready.batches,
            run=ready.run,
            kept=ready.arguments.kept,
            on_update=on_update,
            model=model,
            args=ready.arguments.trl,
            train_dataset=_dataset(ready.rows),
            processing_class=tokenizer,
            peft_config=_lora(ready.experiment),
        )
    except (ValueError, TypeError, ImportError, RuntimeError) as error:
        raise InputError(f"TRL refuses this experiment: {error}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


def _lora(experiment: Experiment) -> Any:
    if experiment.lora is None:
        return None
    from peft import LoraConfig

    return LoraConfig(**{"task_type": "CAUSAL_LM"} | experiment.lora)


def _dataset(rows: list[Row]) -> Dataset:
    """The rows as `SFTTrainer` takes them, and an empty one at the end."""
    empty = Row(np.zeros(1, np.int32), np.zeros(1, np.bool_))
    rows = [*rows, empty]
    labels = [np.where(row.wrote, row.tokens, np.int32(NO_LOSS)) for row in rows]
    return Dataset.from_dict({"input_ids": [row.tokens for row in rows], "labels": labels})


def _save(trainer: RowTrainer, ready: Prepared) -> None:
    """Put the trained model into the run folder, whole, with its own tokenizer; adapters are merged in."""
    part = ready.run.folder / "model.part"
    if ready.is_main:
        shutil.rmtree(part, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    try:
        if ready.experiment.lora is None:
            trainer.save_model(str(part))
        elif ready.is_main:
            trainer.accelerator.unwrap_model(trainer.model).merge_and_unload().save_pretrained(part)
        if ready.is_main:
            (part / "training_args.bin").unlink(missing_ok=True)
            load_format(Path(ready.experiment.model))[1].save_pretrained(part)
            publish.publish(part, ready.run.model)
    except Exception as error:  # torch and safetensors raise whatever they like when a disk is full
        raise TrainingError(
            f"{part}: the trained model could not be written: {error}; make room and run the same command again"
        ) from error


def _threads(experiment: Experiment) -> int:
    cores = len(os.sched_getaffinity(0)) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return experiment.threads or max(1, cores)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
