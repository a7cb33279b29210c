"""`webenv import-benchmark`."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.benchmarks.loaded import Loaded

NAMES = ("gaia", "webwalkerqa", "browsecomp")
"""The benchmarks that can be imported; each is a module of `training.benchmarks` with a function `load`."""


@click.command(name="import-benchmark")
@click.argument("name", type=click.Choice(NAMES))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Task file to write (JSON lines).")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def import_benchmark(name: str, file: Path, out: Path, overwrite: bool, as_json: bool) -> None:
    """Make a task file of a public benchmark's own file, which you bring.

    GAIA: metadata.parquet, metadata.jsonl, or a JSON array. WebWalkerQA: JSON lines or an array, in any of its three
    spellings. BrowseComp: the encrypted CSV file. No network is used, and no question is part of webenv.

    \b
    Examples:
      webenv import-benchmark gaia metadata.parquet --out gaia.jsonl
      webenv import-benchmark browsecomp browse_comp_test_set.csv --out browsecomp.jsonl
      webenv answerable my-web gaia.jsonl
    """
    import msgspec

    from webenv.web import publish
    from webenv.web.tasks import write_tasks

    publish.check_file(out, overwrite)
    loaded: Loaded = importlib.import_module(f"training.benchmarks.{name}").load(file)
    write_tasks(out, list(loaded.tasks))
    summary = _summarise(loaded)
    if as_json:
        click.echo(msgspec.json.encode(summary).decode())
    else:
        _print(summary, out)


def _summarise(loaded: Loaded) -> dict[str, dict[str, int]]:
    """Tasks by template, rows left out by reason, and tasks whose own answer the rule judge never accepts."""
    from webenv.reward import judge

    return {
        "tasks": _counts(task.template for task in loaded.tasks),
        "left_out": _counts(each.reason for each in loaded.left_out),
        "not_for_rules": _counts(task.template for task in loaded.tasks if not judge(task, task.answer)),
    }


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _print(summary: dict[str, dict[str, int]], out: Path) -> None:
    said = ", ".join(f"{count:,} {template}" for template, count in summary["tasks"].items())
    click.echo(f"{out}: {sum(summary['tasks'].values()):,} questions ({said})")
    for reason, count in summary["left_out"].items():
        click.echo(f"left out: {count:,}, {reason}")
    if long := sum(summary["not_for_rules"].values()):
        click.echo(f"{long:,} answers are too long for the rule judge, which counts no answer to them as right")
