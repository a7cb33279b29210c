"""`webenv dapo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.dapo.learn import Prepared


@click.command()
@click.argument("experiment", type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Say a key otherwise; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Check everything and print the plan; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def dapo(experiment: Path, changes: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Let a model learn from its own episodes: groups of rollouts, chosen by their answers, trained on with DAPO.

    EXPERIMENT is a TOML file; [dapo] passes through to trl.GRPOConfig, [env] and [policy] say how episodes are played,
    [sampling] and [curriculum] which are trained on. A run that was stopped goes on when the command is run again, and
    ends with the same weights. Every round is a trajectory file in the run folder, for `webenv show` and `report`.

    \b
    Examples:
      webenv dapo nemo.toml --dry-run
      webenv dapo nemo.toml --set dapo.learning_rate=1e-5 --set 'sampling.rule="band"'
    """
    from training.commands.training import quiet, updates_bar
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
    from rich.console import Console
    from rich.table import Table

    plan, made, sampling = ready.plan, ready.made, ready.experiment.sampling
    table = Table(title=f"{ready.experiment.name} -> {ready.run.folder}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("snapshot", made.inputs.content_id)
    table.add_row("model", f"{ready.experiment.model} ({made.inputs.model})")
    table.add_row("tasks", f"{plan.tasks:,}")
    table.add_row("rounds", f"{plan.rounds:,} of {plan.groups:,} groups of {plan.group_size:,} episodes")
    table.add_row("groups", f"rule {sampling.rule}; at most {sampling.most_draws:g} drawn for each that is wanted")
    table.add_row("updates", f"{plan.updates:,}; processes: {made.processes}")
    if plan.is_trained:
        table.add_row("state", "trained already: there is nothing to do")
    elif plan.resumes_at:
        table.add_row("state", f"goes on after update {plan.resumes_at:,}")
    for each in plan.changed:
        table.add_row("changed", f"{each}: the run may end with other weights")
    Console().print(table)
