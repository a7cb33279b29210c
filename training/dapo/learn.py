"""Reinforcement learning from an experiment file: tasks to a trained model.

The same experiment on the same machine ends with the same weights, whether the run was stopped in between or not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from transformers import PrinterCallback, set_seed

from agent.chat import messages
from agent.episode import Episode, today
from agent.hf import Reading, load_reading, make_engine, weights_digest
from agent.policy import Conversation
from tools.toolbox import DEFAULT_TOOLS, Toolbox
from training import checkpoints, lasting
from training.arguments import lora_config
from training.dapo.arguments import DAPOArguments
from training.dapo.curriculum import Curriculum
from training.dapo.rollouts import Rollouts
from training.dapo.trainer import GroupTrainer
from training.experiment import Experiment
from training.lasting import OnUpdate, Ready
from training.plan import threads_of
from training.run import Inputs, Made, Run, identity, made
from training.saving import load_trainable
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.types import Record, Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks, read_tasks, unproved


class Plan(Record):
    """What a training is going to do."""

    tasks: int
    groups: int
    """Wanted in each round, of all processes."""
    group_size: int
    rounds: int
    updates: int
    resumes_at: int
    is_trained: bool
    changed: tuple[str, ...]


@dataclass
class Prepared(Ready):
    """Everything that a training needs, checked."""

    experiment: Experiment
    arguments: DAPOArguments
    web: Snapshot
    tasks: dict[str, Task]
    made: Made
    run: Run
    plan: Plan


def prepare(experiment: Experiment) -> Prepared:
    """Read and check what an experiment names; nothing is written, and no weights are loaded.

    Raises:
        InputError: something cannot be used; the message says what.
        SnapshotError: the snapshot is damaged.
        PolicyError: the model's tokenizer cannot be used.
    """
    run = Run(Path(experiment.out))
    arguments = DAPOArguments(experiment, str(run.checkpoints))
    lora_config(experiment)
    experiment.drift.check(experiment.env)
    reading = load_reading(Path(experiment.model))
    web = Snapshot.open(experiment.snapshot)
    tasks = read_tasks(Path(experiment.tasks)) if experiment.tasks else web.tasks()
    if not tasks:
        raise InputError(f"{experiment.snapshot}: the snapshot has no tasks of its own; name a file with `tasks`")
    if problems := unproved(tasks[0], web):
        raise InputError(f"the tasks are not of this snapshot: {problems[0]}")
    trl = arguments.trl
    if len(tasks) < trl.world_size:
        raise InputError(
            f"{len(tasks)} tasks are not enough for {trl.world_size} processes, each with tasks of its own"
        )
    _check_room(experiment, reading, web, tasks)
    inputs = Inputs(
        model=weights_digest(Path(experiment.model)),
        content_id=web.content_id,
        views_id=web.views_id,
        tasks="sha256:" + hashlib.sha256(encode_tasks(tasks)).hexdigest(),
    )
    record = made("dapo", experiment, inputs, trl.world_size, threads_of(experiment))
    changed = run.check(record)
    whole = checkpoints.find(run.checkpoints, identity(record))
    plan = Plan(
        tasks=len(tasks),
        groups=arguments.groups * trl.world_size,
        group_size=arguments.group_size,
        rounds=arguments.rounds,
        updates=trl.max_steps,
        resumes_at=checkpoints.step_of(whole[-1]) if whole else 0,
        is_trained=run.model.exists(),
        changed=tuple(changed),
    )
    return Prepared(experiment, arguments, web, {task.task_id: task for task in tasks}, record, run, plan)


def _check_room(experiment: Experiment, reading: Reading, web: Snapshot, tasks: list[Task]) -> None:
    """Raises `InputError` if a question does not fit into the model with its turns: it would stop the training."""
    tools = Toolbox(DEFAULT_TOOLS).schemas()
    room = reading.context - 3 * experiment.policy.max_new_tokens
    for task in tasks:
        asked = messages(Conversation(task, task.question, tools, today(web), experiment.seed, 0))
        if (length := len(reading.chat.prompt(asked))) > room:
            raise InputError(
                f"task {task.task_id}: its prompt has {length:,} tokens; with {experiment.policy.max_new_tokens:,} "
                f"a turn the model has room for {max(0, room):,}; lower policy.max_new_tokens or leave the task out"
            )


def train(ready: Prepared, on_update: OnUpdate = lambda update, updates, metrics: None) -> None:
    """Train, or go on; raises as `training.lasting.train`."""
    lasting.train(ready, lambda: make_trainer(ready, on_update))


def make_trainer(ready: Prepared, on_update: OnUpdate) -> GroupTrainer:
    """The trainer, with the model loaded; raises as `training.lasting.train` says."""
    experiment, arguments = ready.experiment, ready.arguments
    set_seed(experiment.seed)
    model, tokenizer = load_trainable(experiment)
    model.to(arguments.trl.device)
    threads = torch.get_num_threads()
    engine = make_engine(model, tokenizer, experiment.policy, "before training")
    torch.set_num_threads(threads)
    part = list(ready.tasks)[arguments.trl.process_index :: arguments.trl.world_size]
    curriculum = Curriculum(part, experiment.curriculum, experiment.seed)
    size = arguments.group_size
    rollouts = Rollouts(engine, partial(_begin, ready), curriculum, experiment.sampling, size)
    rows = arguments.groups * arguments.trl.world_size * arguments.rounds
    try:
        trainer = GroupTrainer(
            rollouts=rollouts,
            sampling=experiment.sampling,
            groups=arguments.groups,
            snapshot=experiment.snapshot,
            run=ready.run,
            made=ready.made,
            kept=arguments.kept,
            on_update=on_update,
            model=model,
            args=arguments.trl,
            train_dataset=Dataset.from_list([{"prompt": "drawn by the curriculum"}] * rows),
            processing_class=tokenizer,
            peft_config=lora_config(experiment),
        )
    except (ValueError, TypeError, ImportError, RuntimeError) as error:
        raise InputError(f"TRL refuses this experiment: {error}") from error
    trainer.remove_callback(PrinterCallback)
    return trainer


def _begin(ready: Prepared, version: str, task_id: str, sample: int) -> Episode:
    task, experiment = ready.tasks[task_id], ready.experiment
    group = sample // ready.arguments.group_size
    settings = experiment.drift.drawn(experiment.env, experiment.seed, version, task_id, group)
    env = WebEnv(ready.web, [task], **msgspec.structs.asdict(settings))
    return Episode(env, task, f"dapo:{identity(ready.made)[7:23]}, {version}", experiment.seed, sample)
