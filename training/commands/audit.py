"""`webenv audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from training.synthesis.check import Check


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", type=click.Path(path_type=Path), help="Task file; by default the snapshot's own tasks.")
@click.option(
    "--limit",
    default=1_000,
    show_default=True,
    type=click.IntRange(1),
    help="Tasks to look at, drawn from all parts.",
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Task file of another split; nothing may be shared.",
)
@click.option("--closed-book", metavar="POLICY", help="Also ask this policy without tools, for example hf:PATH.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.pass_context
def audit(
    ctx: click.Context,
    snapshot: Path,
    tasks: Path | None,
    limit: int,
    against: tuple[Path, ...],
    closed_book: str | None,
    as_json: bool,
) -> None:
    """Check a question set for what gives answers away, and that it can be solved. Exit code 1 if a check fails.

    \b
    Examples:
      webenv audit worlds/one --tasks crawlqa.jsonl
      webenv audit worlds/held-out --tasks test.jsonl --against train.jsonl --against validation.jsonl
    """
    from agent.policy import load_policy
    from training.synthesis.audit import audit as check
    from training.synthesis.audit import sample
    from training.synthesis.belonging import check_belonging
    from training.synthesis.showing import staircase
    from training.synthesis.splits import shared
    from webenv.commands.progress import counted
    from webenv.errors import InputError
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import read_tasks
    from webenv.web.world import read_world

    web = Snapshot.open(snapshot)
    found = read_tasks(tasks) if tasks else web.tasks()
    if not found:
        raise InputError(f"{snapshot}: the snapshot has no tasks of its own; name a task file with --tasks")
    others = [task for path in against for task in read_tasks(path)]
    policy, graph = load_policy(closed_book) if closed_book else None, read_world(web)
    chosen = sample(found, limit)
    check_belonging(web, graph, chosen)
    checks: list[Check] = []
    with counted("Checking") as show:
        for each in check(web, graph, chosen, found, policy):
            checks.append(each)
            show(len(checks), 13 if graph else 11)
    checks += shared(found, others) if against else ()
    steps = staircase(web, chosen)
    if as_json:
        click.echo(msgspec.json.encode({"tasks": len(chosen), "checks": checks, "staircase": steps}).decode())
    else:
        _print(checks, steps, f"{len(chosen):,} of {len(found):,} tasks on {snapshot}", graph is not None)
    ctx.exit(0 if all(each.passed for each in checks) else 1)


def _print(checks: list[Check], steps: dict[int, float], title: str, is_world: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in ("check", "tasks", "bound", "", "what it means"):
        table.add_column(column, overflow="fold")
    for each in checks:
        share = f"{each.count:,}/{each.of:,} {each.share:.1%}"
        bound = f"{'≤' if each.at_most else '≥'} {each.limit:,} ({each.bound:.0%})"
        table.add_row(each.name, share, bound, "ok" if each.passed else "FAILS", each.meaning)
    console = Console()
    console.print(table)
    if not is_world:
        console.print("Not a generated world: whether answers are unique and pages necessary cannot be computed.")
    console.print("Answer seen after reading the first n pages of the way (counts and comparisons never show one):")
    console.print("  " + ", ".join(f"{pages}: {share:.0%}" for pages, share in steps.items()))
    for each in checks:
        if not each.passed:
            console.print(f"{each.name}: for example {', '.join(each.worst)}")
