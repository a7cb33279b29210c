"""Supervised fine-tuning: rows to a trained model (WebDancer, arXiv 2505.22648, section 3.1).

The same experiment on the same machine ends with the same weights, whether the run was stopped in between or not.
"""

from __future__ import annotations

import numpy as np
from datasets import Dataset  # type: ignore[import-untyped]
from transformers import PrinterCallback, set_seed

from training import lasting
from training.arguments import lora_config
from training.lasting import OnUpdate
from training.plan import Prepared
from training.rows import Row
from training.saving import load_trainable
from training.trainer import NO_LOSS, RowTrainer
from webenv.errors import InputError


def train(ready: Prepared, on_update: OnUpdate = lambda update, updates, metrics: None) -> None:
    """Train, or go on; raises as `training.lasting.train`."""
    lasting.train(ready, lambda: make_trainer(ready, on_update))


def make_trainer(ready: Prepared, on_update: OnUpdate = lambda update, updates, metrics: None) -> RowTrainer:
    """The trainer, with the model loaded.

    Raises:
        InputError: TRL refuses a setting.
        PolicyError: the model cannot be loaded.
    """
    set_seed(ready.experiment.seed)
    model, tokenizer = load_trainable(ready.experiment)
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
