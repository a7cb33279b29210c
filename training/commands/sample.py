"""`webenv sample`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from agent.commands.options import complete_policy, playing_options, rollout_settings


@click.command()
@click.argument("snapshot")
@click.option("--style", default="short", show_default=True, type=click.Choice(["short", "long"]), help="See above.")
@click.option("--teacher", shell_complete=complete_policy, help="Policy that plays; by default teacher:STYLE.")
@click.option(
    "--attempts", default=5, show_default=True, type=click.IntRange(1), help="At most so many of a task (WebDancer: 5)."
)
@click.option("--all-attempts", is_flag=True, help="Go on with a task after an attempt that is right.")
@playing_options
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def sample(
    snapshot: str,
    out: Path,
    style: str,
    teacher: str | None,
    attempts: int,
    all_attempts: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Let a teacher try each task until an attempt is right, and write down every attempt, for `webenv filter`.

    A short chain of thought reads its whole history. A long one reads what it did and saw, but not what it thought
    before (WebDancer, arXiv 2505.22648, section 2.2); the file keeps the thoughts. A task is left after its first right
    and well-formed attempt, so that easy tasks do not outweigh hard ones. The file is the same for any number of
    workers, and a run that was stopped goes on when the command is run again.

    \b
    Examples:
      webenv sample worlds/one --tasks crawlqa.jsonl --style long --workers 2 --out long.jsonl
      webenv sample worlds/one --tasks crawlqa.jsonl --teacher hf:models/big --temperature 1 --out short.jsonl
    """
    from agent.commands.rollout import episodes_bar
    from agent.rollout import rollout
    from agent.trajectories import summarise

    settings = rollout_settings(
        said,
        policy=teacher or f"teacher:{style}",
        samples=attempts,
        until_right=not all_attempts,
        hide_thoughts=style == "long",
    )
    with episodes_bar() as show:
        rollout(snapshot, out, settings, show)
    counts = {"tasks": _by_attempts(out), "attempts": msgspec.to_builtins(summarise(out))}
    if as_json:
        click.echo(msgspec.json.encode(counts).decode())
    else:
        _print(counts, out)


def _by_attempts(out: Path) -> dict[str, int]:
    """How many tasks there are, how many were right at which attempt, and how many never."""
    from agent.trajectories import read_trajectories

    first: dict[str, int] = {}
    for played in read_trajectories(out):
        first.setdefault(played.task.task_id, 0)
        if played.reward.total == 1 and not first[played.task.task_id]:
            first[played.task.task_id] = played.sample + 1
    counts = Counter(first.values())
    right = {f"right at attempt {number}": counts[number] for number in sorted(counts) if number}
    return {"tasks": len(first), **right, "never right": counts[0]}


def _print(counts: dict[str, Any], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    tasks, attempts = counts["tasks"], counts["attempts"]
    table = Table(title=str(out), title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, count in tasks.items():
        table.add_row(name, f"{count:,} ({count / tasks['tasks']:.1%})")
    table.add_row("attempts", f"{attempts['episodes']:,}")
    table.add_row("turns an attempt", f"{attempts['turns'] / attempts['episodes']:.1f}")
    Console().print(table)
