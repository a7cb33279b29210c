"""`webenv sample`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from agent.commands.options import complete_policy, model_options
from webenv.types import EnvSettings

_ENV = EnvSettings()


@click.command()
@click.argument("snapshot")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Trajectory file (JSON lines).")
@click.option("--tasks", default="", help="Task file; by default the snapshot's own tasks.")
@click.option("--style", default="short", show_default=True, type=click.Choice(["short", "long"]), help="See above.")
@click.option("--teacher", shell_complete=complete_policy, help="Policy that plays; by default teacher:STYLE.")
@click.option(
    "--attempts", default=5, show_default=True, type=click.IntRange(1), help="At most so many of a task (WebDancer: 5)."
)
@click.option("--all-attempts", is_flag=True, help="Go on with a task after an attempt that is right.")
@click.option("--limit", default=0, type=click.IntRange(0), help="Play the first N tasks only.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of everything random.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes.")
@click.option("--max-turns", default=_ENV.max_turns, show_default=True, type=click.IntRange(2))
@model_options
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def sample(
    snapshot: str,
    out: Path,
    tasks: str,
    style: str,
    teacher: str | None,
    attempts: int,
    all_attempts: bool,
    limit: int,
    seed: int,
    workers: int,
    max_turns: int,
    overwrite: bool,
    as_json: bool,
    **model: Any,
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
    from agent.policy import PolicySettings
    from agent.rollout import RolloutSettings, rollout
    from agent.trajectories import summarise

    settings = RolloutSettings(
        policy=teacher or f"teacher:{style}",
        tasks=tasks,
        limit=limit,
        samples=attempts,
        seed=seed,
        workers=workers,
        env=EnvSettings(max_turns=max_turns),
        model=PolicySettings(**model),
        overwrite=overwrite,
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
