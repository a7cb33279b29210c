"""Models in and out of a training: loaded to be trained, and saved whole into the run folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from agent.hf import load_reading
from training.experiment import Experiment
from training.run import Run
from webenv.errors import InputError, PolicyError, TrainingError
from webenv.web import publish


def load_trainable(experiment: Experiment) -> tuple[Any, Any]:
    """Model, in 32 bits, with only those weights to be trained that the experiment names, and tokenizer.

    Raises:
        PolicyError: they cannot be loaded.
        InputError: the model has no such weights.
    """
    path = Path(experiment.model)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(path), local_files_only=True, dtype=torch.float32, attn_implementation="sdpa"
        )
    except Exception as error:  # transformers raises whatever it likes
        raise PolicyError(f"{path}: transformers cannot load this model: {error}") from error
    if experiment.trained:
        _leave_alone_but(model, experiment.trained)
    return model, load_reading(path).tokenizer


def _leave_alone_but(model: Any, endings: tuple[str, ...]) -> None:
    """Only weights whose names end so are trained; raises `InputError` if there are none of an ending."""
    weights = dict(model.named_parameters())
    for ending in endings:
        if not any(name.endswith(ending) for name in weights):
            known = ", ".join(list(weights)[-4:])
            raise InputError(f"trained: no weight has a name that ends with {ending!r}; the last are {known}")
    for name, weight in weights.items():
        weight.requires_grad_(name.endswith(endings))


def save_trained(trainer: Any, experiment: Experiment, run: Run, is_main: bool) -> None:
    """Put the trained model into the run folder, whole, with its own tokenizer; adapters are merged in.

    Raises:
        TrainingError: it could not be written; what was trained is in the last checkpoint.
    """
    part = run.folder / "model.part"
    if is_main:
        shutil.rmtree(part, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    try:
        if experiment.lora is None:
            trainer.save_model(str(part))
        elif is_main:
            trainer.accelerator.unwrap_model(trainer.model).merge_and_unload().save_pretrained(part)
        if is_main:
            (part / "training_args.bin").unlink(missing_ok=True)
            load_reading(Path(experiment.model)).tokenizer.save_pretrained(part)
            publish.publish(part, run.model)
    except Exception as error:  # torch and safetensors raise whatever they like when a disk is full
        raise TrainingError(
            f"{part}: the trained model could not be written: {error}; make room and run the same command again"
        ) from error
