"""`webenv dapo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.commands.training import print_plan, quiet, training_options, updates_bar

if TYPE_CHECKING:
    from training.dapo.learn import Prepared


@click.command()
@click.argument("experiment", type=click.Path(path_type=Path))
@training_options
def dapo(experiment: Path, changes: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Let a model learn from its own episodes: groups of rollouts, chosen by their answers, trained on with DAPO.

    EXPERIMENT is a TOML file; [dapo] passes through to trl.GRPOConfig, [env] and [policy] say how episodes are played,
    [sampling] and [curriculum] which are trained on. A run that was stopped goes on when the command is run again, and
    ends with the same weights. Every round is a trajectory file in the run folder, for `webenv show` and `report`;
    metrics.jsonl has a line for each update, and learning.png shows them at the end.

    \b
    Examples:
      webenv dapo nemo.toml --dry-run
      webenv dapo nemo.toml --set dapo.learning_rate=1e-5 --set 'sampling.rule="band"'
      webenv dapo nemo.toml --set 'dapo.report_to="tensorboard"'
      torchrun --nproc_per_node 2 -m webenv.cli dapo nemo.toml
    """
    from training.experiment import read_experiment

    with quiet():
        from training.dapo.learn import prepare, train
        from webenv.commands.reading import print_json

        ready = prepare(read_experiment(experiment, changes))
        if ready.is_main and as_json:
            print_json(ready.plan)
        elif ready.is_main:
            _print(ready)
        if dry_run:
            return
        names = ("episodes/answer", "groups/kept", "loss", "grad_norm")
        with updates_bar(ready.plan.updates, ready.plan.resumes_at, ready.is_main, names) as update:
            train(ready, update)
        if ready.is_main and not as_json:
            click.echo(f"{ready.run.model}: trained; play it with --policy hf:{ready.run.model}")


def _print(ready: Prepared) -> None:
    plan, sampling = ready.plan, ready.experiment.sampling
    rows = [
        ("tasks", f"{plan.tasks:,}"),
        ("rounds", f"{plan.rounds:,} of {plan.groups:,} groups of {plan.group_size:,} episodes"),
        ("groups", f"rule {sampling.rule}; at most {sampling.most_draws:g} drawn for each that is wanted"),
        ("updates", f"{plan.updates:,}; processes: {ready.made.processes}"),
    ]
    print_plan(ready, rows, plan.resumes_at, plan.changed)
