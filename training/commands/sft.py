"""`webenv sft`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.commands.training import print_plan, quiet, training_options, updates_bar

if TYPE_CHECKING:
    from training.plan import Prepared


@click.command()
@click.argument("experiment", type=click.Path(path_type=Path))
@training_options
def sft(experiment: Path, changes: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Train a model on episodes: on what was written in them, not on what was read.

    EXPERIMENT is a TOML file; [sft] passes through to trl.SFTConfig and [lora] to peft.LoraConfig. A run that was
    stopped goes on when the command is run again, and ends with the same weights.

    \b
    Examples:
      webenv sft nemo.toml --dry-run
      webenv sft nemo.toml --set sft.learning_rate=1e-5 --set 'out="runs/other"'
      torchrun --nproc_per_node 8 -m webenv.cli sft nemo.toml
    """
    from training.experiment import read_experiment

    with quiet():
        from training.plan import prepare
        from training.sft import train
        from webenv.commands.progress import counted
        from webenv.commands.reading import print_json

        with counted("Reading episodes") as show:
            ready = prepare(read_experiment(experiment, changes), lambda count: show(count, 0))
        if ready.is_main and as_json:
            print_json(ready.plan)
        elif ready.is_main:
            _print(ready)
        if dry_run:
            return
        names = ("loss", "mean_token_accuracy", "grad_norm")
        with updates_bar(ready.plan.updates, ready.plan.resumes_at, ready.is_main, names) as update:
            train(ready, update)
        if ready.is_main and not as_json:
            click.echo(f"{ready.run.model}: trained; play it with --policy hf:{ready.run.model}")


def _print(ready: Prepared) -> None:
    from training.rows import TOO_LONG

    plan = ready.plan
    rows = [("rows", f"{plan.rows:,}, the longest of {plan.longest:,} tokens")]
    for why, count in plan.left_out.items():
        rows.append(("left out", f"{count:,} {why}" + (f" ({plan.max_length:,})" if why == TOO_LONG else "")))
    rows += [
        ("tokens", f"{plan.tokens:,}, of which written {plan.written:,} ({plan.written / plan.tokens:.0%})"),
        ("padding", f"{plan.padding:.1%} of what is computed"),
        ("updates", f"{plan.updates:,} of {plan.global_batch:,} rows; processes: {ready.made.processes}"),
    ]
    print_plan(ready, rows, plan.resumes_at, plan.changed)
