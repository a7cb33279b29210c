"""Supervised fine-tuning: rows to a trained model (WebDancer, arXiv 2505.22648, section 3.1).

The same experiment on the same machine ends with the same weights, whether the run was stopped in between or not.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from transformers import AutoModelForCausalLM, PrinterCallback, set_seed

from agent.hf import load_reading
from training import checkpoints
from training.arguments import lora_config
from training.plan import Prepared
from training.rows import Row
from training.run import identity
from training.trainer import NO_LOSS, OnUpdate, RowTrainer, cut_metrics
from webenv.errors import InputError, PolicyError, TrainingError
from webenv.web import publish


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
    whole = checkpoints.find(ready.run.checkpoints, identity(ready.made))
    trainer = make_trainer(ready, on_update)
    if ready.is_main:
        checkpoints.tidy(ready.run.checkpoints, identity(ready.made), 0)
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
    tokenizer = load_reading(Path(path)).tokenizer
    try:
        trainer = RowTrainer(
            batches=ready.batches,
            run=ready.run,
            made=ready.made,
            kept=ready.arguments.kept,
            on_update=on_update,
            model=model,
            args=ready.arguments.trl,
            train_dataset=_dataset(ready.rows),
            processing_class=tokenizer,
            peft_config=lora_config(ready.experiment),
        )
    except (ValueError, TypeError, ImportError, RuntimeError) as error:
        raise InputError(f"TRL refuses this experiment: {error}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


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
            load_reading(Path(ready.experiment.model)).tokenizer.save_pretrained(part)
            publish.publish(part, ready.run.model)
    except Exception as error:  # torch and safetensors raise whatever they like when a disk is full
        raise TrainingError(
            f"{part}: the trained model could not be written: {error}; make room and run the same command again"
        ) from error
