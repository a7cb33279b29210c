"""The arguments of the SFT trainer: what an experiment says of it, and what stands where it says nothing."""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers.integrations import get_available_reporting_integrations
from trl import SFTConfig  # type: ignore[attr-defined]

from training.experiment import Experiment
from webenv.errors import InputError

DEFAULTS: dict[str, Any] = {
    "learning_rate": 5e-6,  # WebSailor (arXiv 2507.02592), as are the schedule, the weight decay and the batch of 32
    "lr_scheduler_type": "cosine_with_min_lr",
    "lr_scheduler_kwargs": {"min_lr": 1e-10},
    "weight_decay": 0.1,
    "per_device_train_batch_size": 4,  # times 8 is 32; how it is cut up is our choice
    "gradient_accumulation_steps": 8,
    "warmup_steps": 0.1,  # a share of all updates (our choice); WebSailor warms up, but does not say how long
    "num_train_epochs": 3,  # our choice
    "max_length": 32_768,  # WebSailor trains on episodes below 32K tokens
    "use_cpu": not torch.cuda.is_available(),  # without it, several processes on a CPU would not know of each other
    "bf16": False,  # our choice: all in 32 bits
    "full_determinism": True,  # our choice: only kernels that always compute the same
    "logging_steps": 1,  # our choice, as are all below
    "save_steps": 50,
    "save_total_limit": 2,
    "report_to": "none",
    "disable_tqdm": True,
}
"""What `[sft]` says unless a file says otherwise; all else is as TRL has it."""

_FIXED: dict[str, Any] = {
    "dataset_kwargs": {"skip_prepare_dataset": True},
    "remove_unused_columns": False,
    "train_sampling_strategy": "sequential",
    "packing": False,
    "padding_free": False,
    "eval_strategy": "no",
    "logging_nan_inf_filter": False,
}
"""What makes rows, batches and the loss what they are here."""


class SFTArguments:
    """What TRL is told, and what is done here instead."""

    def __init__(self, experiment: Experiment, checkpoints: str) -> None:
        """Raises `InputError` if TRL refuses a value, or it is one that must stay as it is."""
        said = DEFAULTS | experiment.sft
        if "lr_scheduler_type" in experiment.sft and "lr_scheduler_kwargs" not in experiment.sft:
            del said["lr_scheduler_kwargs"]
        if fixed := next((name for name in _FIXED if name in experiment.sft), None):
            raise InputError(f"sft.{fixed}: leave it out; it is always {_FIXED[fixed]!r} here")
        check_reports("sft", said["report_to"])
        self.max_length = _whole(said, "max_length")
        """Longer rows are left out."""
        self.kept = _whole(said, "save_total_limit")
        """Checkpoints that are kept."""
        said |= _FIXED | {"max_length": None, "save_total_limit": None, "output_dir": checkpoints}
        said |= {"seed": experiment.seed, "data_seed": experiment.seed, "run_name": experiment.name}
        try:
            self.trl = SFTConfig(**said)
        except (ValueError, TypeError, ImportError, RuntimeError) as error:
            raise InputError(f"TRL refuses [sft]: {error}") from error

    def updates(self, of_epoch: int) -> int:
        """Updates of the whole training."""
        limit: int = self.trl.max_steps
        return limit if limit > 0 else math.ceil(self.trl.num_train_epochs * of_epoch)


def lora_config(experiment: Experiment) -> Any:
    """The adapters to train, for peft; None if all weights are trained. Raises `InputError` if peft refuses a value."""
    if experiment.lora is None:
        return None
    if experiment.trained:
        raise InputError("[lora] and `trained` both say what is trained; leave one of them out")
    from peft import LoraConfig

    try:
        return LoraConfig(**{"task_type": "CAUSAL_LM"} | experiment.lora)
    except (ValueError, TypeError, ImportError) as error:
        raise InputError(f"peft refuses [lora]: {error}") from error


def check_reports(table: str, wanted: str | list[str]) -> None:
    """Raises `InputError` if `report_to` of a table names something that is not installed."""
    installed = get_available_reporting_integrations()
    for each in [wanted] if isinstance(wanted, str) else wanted:
        if each not in ("none", "all", *installed):
            have = ", ".join(installed) or "none of them"
            raise InputError(f"{table}.report_to: {each!r} is not installed; there is: {have}; or leave it out")


def _whole(said: dict[str, Any], name: str) -> int:
    value = said[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(f"sft.{name}: {value!r} is not a whole number above 0")
    return value
