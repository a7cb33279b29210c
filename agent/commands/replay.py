"""`webenv replay`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from agent.replay import Replayed


@click.command()
@click.argument("trajectories", type=click.Path(path_type=Path))
@click.option("--snapshot", default="", help="Snapshot to replay on; by default the recorded one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line for each trajectory.")
@click.pass_context
def replay(ctx: click.Context, trajectories: Path, snapshot: str, workers: int, as_json: bool) -> None:
    """Play recorded trajectories again and say for each whether it is bit-equal. Exit code 1 if one is not.

    \b
    Examples:
      webenv replay oracle.jsonl
      webenv replay oracle.jsonl --snapshot copies/nemo --workers 2
    """
    from agent.replay import replay as play_again

    def show(outcome: Replayed) -> None:
        if as_json:
            click.echo(msgspec.json.encode(outcome).decode())
        else:
            verdict = "bit-equal" if outcome.equal else f"DIFFERENT: {outcome.difference}"
            click.echo(f"{outcome.number:>6}  {outcome.task_id} #{outcome.sample}  {verdict}")

    outcomes = play_again(trajectories, snapshot, workers, show)
    equal = sum(outcome.equal for outcome in outcomes)
    click.echo(f"{equal} of {len(outcomes)} trajectories are bit-equal", err=as_json)
    ctx.exit(0 if equal == len(outcomes) else 1)
