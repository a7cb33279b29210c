"""A *plan*: what a training is going to do, known before any weights are loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.hf import load_reading, weights_digest
from training import checkpoints
from training.arguments import SFTArguments, lora_config
from training.batches import Batches, BatchShape
from training.experiment import Experiment
from training.lasting import Ready
from training.rows import TOO_LONG, UNWRITABLE, Row, RowMaker, read_rows
from training.run import Inputs, Made, Run, identity, made
from webenv.errors import InputError
from webenv.types import Record
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
    max_length: int
    """Longer rows are left out: sft.max_length, or what the model can read if that is less."""
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
class Prepared(Ready):
    """Everything that a training needs, checked."""

    experiment: Experiment
    arguments: SFTArguments
    rows: list[Row]
    batches: Batches
    made: Made
    run: Run
    plan: Plan


_REMEDIES = {
    TOO_LONG: "raise `max_length` in [sft], as far as the model reads",
    UNWRITABLE: "take a model that writes any text, or episodes in words that this one knows, as teacher:brief's are",
}


def _nothing_left(left_out: dict[str, int]) -> str:
    counts = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items()) or "the files hold none"
    return "; ".join((f"no episode is left to learn from: {counts}", *(_REMEDIES[reason] for reason in left_out)))


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
    lora_config(experiment)
    chat, _, context = load_reading(Path(experiment.model))
    max_length = min(arguments.max_length, context)
    web = Snapshot.open(experiment.snapshot)
    files = [Path(each) for each in experiment.trajectories]
    rows, left_out = read_rows(files, RowMaker(web, chat), max_length, on_row)
    if not rows:
        raise InputError(_nothing_left(left_out))
    inputs = Inputs(
        model=weights_digest(Path(experiment.model)),
        content_id=web.content_id,
        views_id=web.views_id,
        trajectories=tuple(map(_digest, files)),
    )
    trl = arguments.trl
    record = made("sft", experiment, inputs, trl.world_size, threads_of(experiment))
    shape = BatchShape(
        rows=trl.per_device_train_batch_size, steps=trl.gradient_accumulation_steps, processes=trl.world_size
    )
    batches = Batches([len(row.tokens) for row in rows], shape, experiment.seed)
    changed = run.check(record)
    whole = checkpoints.find(run.checkpoints, identity(record))
    plan = Plan(
        rows=len(rows),
        tokens=sum(len(row.tokens) for row in rows),
        written=sum(int(row.wrote.sum()) for row in rows),
        longest=max(len(row.tokens) for row in rows),
        max_length=max_length,
        left_out=left_out,
        global_batch=shape.total,
        updates=arguments.updates(batches.updates),
        padding=round(batches.padding(), 4),
        changed=tuple(changed),
        resumes_at=checkpoints.step_of(whole[-1]) if whole else 0,
        is_trained=run.model.exists(),
    )
    return Prepared(experiment, arguments, rows, batches, record, run, plan)


def threads_of(experiment: Experiment) -> int:
    """Threads of each process: what the file says, or its share of the cores."""
    cores = len(os.sched_getaffinity(0)) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return experiment.threads or max(1, cores)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
