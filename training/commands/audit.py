"""`webenv audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from training.synthesis.audit import Check
    from webenv.types import Task


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", type=click.Path(path_type=Path), help="Task file; by default the snapshot's own tasks.")
@click.option(
    "--limit", default=1_000, show_default=True, type=click.IntRange(1), help="Tasks to look at, evenly spread."
)
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.pass_context
def audit(ctx: click.Context, snapshot: Path, tasks: Path | None, limit: int, as_json: bool) -> None:
    """Check a question set for what gives answers away, and that it can be solved. Exit code 1 if a check fails.

    \b
    Example:
      webenv audit worlds/one --tasks crawlqa.jsonl
    """
    from agent.oracle import Oracle
    from agent.rollout import run_episode
    from training.synthesis.audit import audit as check
    from training.synthesis.audit import staircase
    from webenv.env import WebEnv
    from webenv.errors import InputError
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import read_tasks

    web = Snapshot.open(snapshot)
    found = read_tasks(tasks) if tasks else web.tasks()
    if not found:
        raise InputError(f"{snapshot}: the snapshot has no tasks of its own; name a task file with --tasks")
    chosen = [found[place * len(found) // limit] for place in range(limit)] if len(found) > limit else found
    env, oracle = WebEnv(web, chosen), Oracle()

    def solved(task: Task) -> bool:
        return bool(task.oracle) and run_episode(env, oracle, task, seed=0, sample=0).reward.total == 1.0

    checks, steps = check(web, chosen, solved), staircase(web, chosen)
    if as_json:
        click.echo(msgspec.json.encode({"tasks": len(chosen), "checks": checks, "staircase": steps}).decode())
    else:
        _print(checks, steps, f"{len(chosen):,} of {len(found):,} tasks on {snapshot}")
    ctx.exit(0 if all(each.passed for each in checks) else 1)


def _print(checks: list[Check], steps: dict[int, float], title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in ("check", "tasks", "bound", "", "what it means"):
        table.add_column(column, overflow="fold")
    for each in checks:
        share, bound = (
            f"{each.count:,}/{each.of:,} {each.share:.1%}",
            f"{'≤' if each.at_most else '≥'} {each.bound:.0%}",
        )
        table.add_row(each.name, share, bound, "ok" if each.passed else "FAILS", each.meaning)
    console = Console()
    console.print(table)
    console.print("Answer seen after reading the first n pages of the way (counts and comparisons never show one):")
    console.print("  " + ", ".join(f"{pages}: {share:.0%}" for pages, share in steps.items()))
    for each in checks:
        if not each.passed:
            console.print(f"{each.name}: for example {', '.join(each.worst)}")
