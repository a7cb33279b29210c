"""The arguments of the DAPO trainer: what an experiment says of it, and what stands where it says nothing."""

from __future__ import annotations

from typing import Any

import torch
from trl import GRPOConfig  # type: ignore[attr-defined]

from training.arguments import check_reports
from training.experiment import Experiment
from webenv.errors import InputError

DEFAULTS: dict[str, Any] = {
    "learning_rate": 1e-6,  # WebSailor (arXiv 2507.02592), as are the batch and the number of updates
    "num_generations": 16,  # WebDancer (arXiv 2505.22648, section 4.1)
    "per_device_train_batch_size": 16,
    "gradient_accumulation_steps": 2,
    "steps_per_generation": 8,  # 128 episodes a round, 32 an update: four updates a round
    "max_steps": 50,
    "lr_scheduler_type": "constant",  # our choice, as are the next two
    "warmup_steps": 0,
    "max_grad_norm": 1.0,
    "epsilon": 0.2,  # DAPO (arXiv 2503.14476, section 3.1), as is the next
    "epsilon_high": 0.28,
    "gradient_checkpointing": False,
    "use_cpu": not torch.cuda.is_available(),  # without it, several processes on a CPU would not know of each other
    "bf16": False,  # our choice: all in 32 bits
    "full_determinism": True,
    "logging_steps": 1,
    "save_total_limit": 2,
    "ddp_timeout": 86_400,  # one process may draw many groups while the others wait
    "report_to": "none",
    "disable_tqdm": True,
}
"""What `[dapo]` says unless a file says otherwise; all else is as TRL has it."""

_FIXED: dict[str, Any] = {
    "beta": 0.0,  # no KL term (DAPO, section 2.3)
    "loss_type": "dapo",
    "mask_truncated_completions": False,  # the environment says what is truncated; see [sampling]
    "remove_unused_columns": False,
    "shuffle_dataset": False,
    "eval_strategy": "no",
    "logging_nan_inf_filter": False,
    "log_completions": False,
}


class DAPOArguments:
    """What TRL is told."""

    def __init__(self, experiment: Experiment, checkpoints: str) -> None:
        """Raises `InputError` if TRL refuses a value, it must stay as it is, or a round does not come out even."""
        said = DEFAULTS | experiment.dapo
        if fixed := next((name for name in _FIXED if name in experiment.dapo), None):
            raise InputError(f"dapo.{fixed}: leave it out; it is always {_FIXED[fixed]!r} here")
        if "temperature" in experiment.dapo:
            raise InputError("dapo.temperature: leave it out; say policy.temperature")
        check_reports("dapo", said["report_to"])
        self.kept: int = said.pop("save_total_limit")
        """Checkpoints that are kept."""
        self.updates_of_round = _updates_of_round(said)
        """Updates between two rounds of rollouts; checkpoints fall on their ends, where a run can go on exactly."""
        every = said.setdefault("save_steps", self.updates_of_round)
        if every % self.updates_of_round:
            raise InputError(
                f"dapo.save_steps: {every} is not a multiple of the {self.updates_of_round} updates a round"
            )
        said |= _FIXED | {
            "output_dir": checkpoints,
            "save_total_limit": None,
            "seed": experiment.seed,
            "data_seed": experiment.seed,
            "run_name": experiment.name,
            "temperature": experiment.policy.temperature,
            "scale_rewards": "none" if experiment.sampling.leave_one_out else "group",
        }
        try:
            self.trl = GRPOConfig(**said)
        except (ValueError, TypeError, ImportError, RuntimeError) as error:
            raise InputError(f"TRL refuses [dapo]: {error}") from error

    @property
    def group_size(self) -> int:
        """Episodes of a group."""
        return int(self.trl.num_generations or 0)

    @property
    def groups(self) -> int:
        """Groups of one round in each process."""
        return int(self.trl.per_device_train_batch_size * self.trl.steps_per_generation) // self.group_size

    @property
    def rounds(self) -> int:
        """Rounds of rollouts in all."""
        return -(-int(self.trl.max_steps) // self.updates_of_round)


def _updates_of_round(said: dict[str, Any]) -> int:
    small = said["steps_per_generation"] * said.get("num_iterations", 1)
    updates, rest = divmod(small, said["gradient_accumulation_steps"])
    rows = said["per_device_train_batch_size"] * said["steps_per_generation"]
    if rest or not updates:
        raise InputError(
            f"dapo: a round of {small} small batches is not a whole number of updates of "
            f"{said['gradient_accumulation_steps']} (gradient_accumulation_steps)"
        )
    if rows % said["num_generations"]:
        raise InputError(f"dapo: {rows} episodes a round are not whole groups of {said['num_generations']}")
    if said["max_steps"] < 1 or said["max_steps"] % updates:
        raise InputError(f"dapo.max_steps: {said['max_steps']} is not a multiple of the {updates} updates a round")
    return int(updates)
