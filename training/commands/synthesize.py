"""`webenv synthesize`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.synthesis.proof import Prover
    from webenv.types import Task


class _Steps(click.ParamType[tuple[int, int]]):
    """A range of numbers, `3..15`."""

    name = "range"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Lowest and highest; fails on anything else."""
        low, dots, high = str(value).partition("..")
        if not low.isdecimal() or (dots and not high.isdecimal()) or not 2 <= int(low) <= int(high or low) <= 15:
            self.fail(f"{value!r} is not a range from 2 to 15 such as 3..15", param, ctx)
        return int(low), int(high or low)


@click.group()
def synthesize() -> None:
    """Write questions over a generated world, each with the proof that its snapshot answers it."""


@synthesize.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Task file to write (JSON lines).")
@click.option("--count", default=1_000, show_default=True, type=click.IntRange(1), help="Questions.")
@click.option("--easy", is_flag=True, help="One fact of a named thing each: what e2hqa starts from.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Other seed, other questions.")
@click.option("--root", default="", metavar="URL", help="Page where walks begin; by default, front pages.")
@click.option("--llm", default="", metavar="URL#MODEL", help="Have a model behind an OpenAI-compatible URL write them.")
@click.option(
    "--parallel", default=4, show_default=True, type=click.IntRange(1, 256), help="Requests to the model at a time."
)
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
def crawlqa(
    snapshot: Path, out: Path, count: int, easy: bool, seed: int, root: str, llm: str, parallel: int, overwrite: bool
) -> None:
    """Ask across linked pages: multi-hop, count, intersection and comparison, in turn.

    On a generated world its graph says what can be asked. On any other snapshot, walks over its links read pages; what
    these state in fields, lists and tables is asked, up to the count, or a language model writes questions over them
    that are checked against the pages. Its key is the environment variable OPENAI_API_KEY; its answers are kept in
    OUT.answers, so that a run which was stopped goes on without asking twice.

    \b
    Examples:
      webenv synthesize crawlqa worlds/one --count 60000 --out crawlqa.jsonl
      webenv synthesize crawlqa worlds/one --easy --count 500 --out easy.jsonl
      webenv synthesize crawlqa snapshots/nemo --count 80 --out nemo.jsonl
      webenv synthesize crawlqa my-web --llm http://127.0.0.1:8000/v1#qwen3 --count 500 --out written.jsonl
    """
    from training.commands.walking import write_extracted, write_with_model
    from training.synthesis.crawlqa import TYPES, CrawlQA
    from webenv.web.snapshot import Snapshot
    from webenv.web.world import read_world

    web = Snapshot.open(snapshot)
    if llm or root or read_world(web) is None:
        if easy:
            raise click.UsageError("easy questions are made of the graph of a generated world alone")
        if llm:
            return write_with_model(web, out, count, seed, root, llm, parallel, overwrite)
        return write_extracted(web, out, count, seed, root, overwrite)
    writer = CrawlQA(_prover(snapshot), seed, ("single",) if easy else TYPES)
    _write(out, writer.all(count), count, overwrite)
    return None


@synthesize.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", required=True, type=click.Path(path_type=Path), help="Easy questions of the same world.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Task file to write (JSON lines).")
@click.option("--steps", default="3..15", show_default=True, type=_Steps(), help="Pages to read one after the other.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Other seed, other ways.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
def e2hqa(snapshot: Path, tasks: Path, out: Path, steps: tuple[int, int], seed: int, overwrite: bool) -> None:
    """Make easy questions hard: replace what is named by a phrase about something else, again and again.

    The numbers of steps take turns. Where no way of that length leads to a question, it gets the longest that does.

    \b
    Example:
      webenv synthesize e2hqa worlds/one --tasks easy.jsonl --steps 3..15 --out e2hqa.jsonl
    """
    from training.synthesis.e2hqa import E2HQA
    from webenv.web.tasks import read_tasks

    easy = read_tasks(tasks)
    writer = E2HQA(_prover(snapshot), seed)
    low, high = steps

    def harder() -> Iterator[Task]:
        for number, task in enumerate(easy):
            wanted = low + number % (high - low + 1)
            tried = (writer.rewrite(task, length) for length in range(wanted, low - 1, -1))
            if found := next((each for each in tried if each), None):
                yield found

    written = _write(out, harder(), len(easy), overwrite)
    if written < len(easy):
        click.echo(f"{len(easy) - written:,} easy questions have no way of {low} steps and were left out")


def _prover(snapshot: Path) -> Prover:
    from training.synthesis.proof import Prover
    from webenv.errors import InputError
    from webenv.web.snapshot import Snapshot
    from webenv.web.world import read_world

    web = Snapshot.open(snapshot)
    graph = read_world(web)
    if graph is None:
        raise InputError(f"{snapshot}: not a generated world; make one with: webenv generate-world --out DIR")
    return Prover(web, graph)


def _write(out: Path, tasks: Iterable[Task], total: int, overwrite: bool) -> int:
    """Write a task file, which appears when it is complete, and say what is in it; how many tasks there are."""
    from webenv.commands.progress import counted
    from webenv.web import publish
    from webenv.web.tasks import encode_tasks

    publish.check_file(out, overwrite)
    kinds: Counter[str] = Counter()
    part = out.with_name(out.name + ".part")
    with part.open("wb") as file, counted("Writing") as show:
        for number, task in enumerate(tasks, 1):
            file.write(encode_tasks([task]))
            kinds[task.template.partition(":")[0]] += 1
            if number % 100 == 0 or number == total:
                show(number, total)
    part.replace(out)
    said = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    click.echo(f"{out}: {sum(kinds.values()):,} questions ({said})")
    return sum(kinds.values())
