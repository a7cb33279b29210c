"""`webenv synthesize`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from training.synthesis.writing import Plan


class _Steps(click.ParamType[tuple[int, int]]):
    """A range of numbers, `3..15`."""

    name = "range"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Lowest and highest; fails on anything else."""
        low, dots, high = str(value).partition("..")
        if not low.isdecimal() or (dots and not high.isdecimal()) or not 2 <= int(low) <= int(high or low) <= 15:
            self.fail(f"{value!r} is not a range from 2 to 15 such as 3..15", param, ctx)
        return int(low), int(high or low)


_out = click.option("--out", required=True, type=click.Path(path_type=Path), help="Task file to write (JSON lines).")
_seed = click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="Other seed, other questions."
)
_obfuscate = click.option(
    "--obfuscate", is_flag=True, help="Describe what a question begins with instead of naming it, where that is unique."
)
_workers = click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes.")
_overwrite = click.option("--overwrite", is_flag=True, help="Replace a file that is there.")


@click.group()
def synthesize() -> None:
    """Write questions over a generated world, each with the proof that its snapshot answers it.

    The file is the same for any number of workers. A run that was stopped goes on when the command is run again.
    """


@synthesize.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@_out
@click.option("--count", default=1_000, show_default=True, type=click.IntRange(1), help="Questions.")
@click.option("--easy", is_flag=True, help="One fact of a named thing each: what e2hqa starts from.")
@_seed
@click.option("--root", default="", metavar="URL", help="Page where walks begin; by default, front pages.")
@click.option("--llm", default="", metavar="URL#MODEL", help="Have a model behind an OpenAI-compatible URL write them.")
@click.option(
    "--parallel", default=4, show_default=True, type=click.IntRange(1, 256), help="Requests to the model at a time."
)
@_obfuscate
@_workers
@_overwrite
def crawlqa(
    snapshot: Path,
    out: Path,
    count: int,
    easy: bool,
    seed: int,
    root: str,
    llm: str,
    parallel: int,
    obfuscate: bool,
    workers: int,
    overwrite: bool,
) -> None:
    """Ask across linked pages: multi-hop, count, intersection and comparison, in turn.

    On a generated world its graph says what can be asked. On any other snapshot, walks over its links read pages; what
    these state in fields, lists and tables is asked, up to the count, or a language model writes questions over them
    that are checked against the pages. Its key is the environment variable OPENAI_API_KEY; its answers are kept in
    OUT.answers, so that a run which was stopped goes on without asking twice.

    \b
    Examples:
      webenv synthesize crawlqa worlds/one --count 60000 --workers 2 --out crawlqa.jsonl
      webenv synthesize crawlqa worlds/one --easy --count 500 --out easy.jsonl
      webenv synthesize crawlqa snapshots/nemo --count 80 --out nemo.jsonl
      webenv synthesize crawlqa my-web --llm http://127.0.0.1:8000/v1#qwen3 --count 500 --out written.jsonl
    """
    from training.commands.walking import write_extracted, write_with_model
    from training.synthesis.writing import Plan
    from webenv.web.snapshot import Snapshot
    from webenv.web.world import read_world

    if easy and obfuscate:
        raise click.UsageError("easy questions name what they ask about; obfuscate what e2hqa makes of them")
    web = Snapshot.open(snapshot)
    if llm or root or read_world(web) is None:
        if easy or obfuscate:
            raise click.UsageError("easy and obfuscated questions are made of the graph of a generated world alone")
        if llm:
            return write_with_model(web, out, count, seed, root, llm, parallel, overwrite)
        return write_extracted(web, out, count, seed, root, overwrite)
    family: Literal["easy", "crawlqa"] = "easy" if easy else "crawlqa"
    plan = Plan(family=family, snapshot=str(snapshot), seed=seed, count=count, obfuscate=obfuscate)
    _write(plan, out, workers, overwrite)
    return None


@synthesize.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", required=True, type=click.Path(path_type=Path), help="Easy questions of the same world.")
@_out
@click.option("--steps", default="3..15", show_default=True, type=_Steps(), help="Pages to read one after the other.")
@_seed
@_obfuscate
@_workers
@_overwrite
def e2hqa(
    snapshot: Path,
    tasks: Path,
    out: Path,
    steps: tuple[int, int],
    seed: int,
    obfuscate: bool,
    workers: int,
    overwrite: bool,
) -> None:
    """Make easy questions hard: replace what is named by a phrase about something else, again and again.

    The numbers of steps take turns. Where no way of that length leads to a question, it gets the longest that does.

    \b
    Example:
      webenv synthesize e2hqa worlds/one --tasks easy.jsonl --steps 3..15 --out e2hqa.jsonl
    """
    from training.synthesis.writing import Plan

    plan = Plan(family="e2hqa", snapshot=str(snapshot), seed=seed, tasks=str(tasks), steps=steps, obfuscate=obfuscate)
    left_out = _write(plan, out, workers, overwrite)
    if left_out:
        click.echo(f"{left_out:,} easy questions have no way of {steps[0]} steps and were left out")


def _write(plan: Plan, out: Path, workers: int, overwrite: bool) -> int:
    """Write a task file, and say what is in it; how many tasks there might have been more."""
    from collections import Counter

    from training.synthesis.writing import write_tasks
    from webenv.commands.progress import counted
    from webenv.web.tasks import read_tasks

    with counted("Writing") as show:
        left_out = write_tasks(plan, out, workers, overwrite, show)
    kinds = Counter(task.template.partition(":")[0] for task in read_tasks(out))
    said = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    click.echo(f"{out}: {sum(kinds.values()):,} questions ({said})")
    return left_out
