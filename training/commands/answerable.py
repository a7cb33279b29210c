"""`webenv answerable`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from training.benchmarks.answerable import Finding, Verdict
    from webenv.types import Task

_EXAMPLES = 3
_MEANINGS: dict[Verdict, str] = {
    "evidence": "the pages it names say what they must",
    "answer on a page": "search finds the answer: a sign, no proof",
    "evidence pages only": "the pages are there, the answer is not",
    "answer without evidence": "the answer is there, a page is missing",
    "no": "neither the pages nor the answer",
}


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.argument("tasks", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Task file to write: the answerable questions.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the verdict on each task.")
def answerable(snapshot: Path, tasks: Path, out: Path | None, overwrite: bool, as_json: bool) -> None:
    """Say how many questions of a task file a snapshot can answer.

    It can if every page that the task names is there and says its words (or, where it names pages alone, the answer
    stands on them); or if no named page is missing and search finds a page with the answer. A short answer such as 3
    counts only in a sentence about the question.

    \b
    Examples:
      webenv answerable snapshots/nemo snapshots/nemo/tasks/tasks.jsonl
      webenv answerable my-web gaia.jsonl --out gaia-here.jsonl
      webenv answerable my-web gaia.jsonl --json | jq '.findings[] | select(.verdict == "no") | .task_id'
    """
    from training.benchmarks.answerable import ANSWERABLE, Examiner
    from webenv.commands.progress import counted
    from webenv.web import publish
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import write_tasks

    if out:
        publish.check_file(out, overwrite)
    asked = _read(tasks)
    examiner = Examiner(Snapshot.open(snapshot))
    findings: list[Finding] = []
    with counted("Looking") as show:
        for number, task in enumerate(asked, 1):
            findings.append(examiner.examine(task))
            show(number, len(asked))
    if out:
        write_tasks(out, [task for task, found in zip(asked, findings, strict=True) if found.answerable])
    count = sum(found.answerable for found in findings)
    if as_json:
        counts = {verdict: sum(found.verdict == verdict for found in findings) for verdict in _MEANINGS}
        said = {"tasks": len(asked), "answerable": count, "verdicts": counts, "findings": findings}
        click.echo(msgspec.json.encode(said).decode())
    else:
        title = f"{count:,} of {len(asked):,} questions ({count / len(asked):.1%}) can be answered from {snapshot}"
        _print(findings, title, ANSWERABLE)


def _read(path: Path) -> list[Task]:
    from webenv.errors import InputError, NotFound
    from webenv.web.tasks import read_tasks

    try:
        tasks = read_tasks(path)
    except NotFound:
        raise
    except InputError as error:
        raise InputError(
            f"{error}; a benchmark's own file becomes a task file with: webenv import-benchmark"
        ) from error
    if not tasks:
        raise InputError(f"{path}: has no tasks")
    return tasks


def _print(findings: list[Finding], title: str, good: tuple[Verdict, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    for column in ("verdict", "questions", "share"):
        table.add_column(column, no_wrap=True, justify="left" if column == "verdict" else "right")
    table.add_column("what it means")
    for verdict, meaning in _MEANINGS.items():
        count = sum(found.verdict == verdict for found in findings)
        style = "green" if verdict in good else ""
        table.add_row(verdict, f"{count:,}", f"{count / len(findings):.1%}", meaning, style=style)
    console = Console(highlight=False)
    console.print(table)
    for verdict in _MEANINGS:
        ids = [found.task_id for found in findings if found.verdict == verdict]
        if ids:
            console.print(Text(f"{verdict}: for example {', '.join(ids[:_EXAMPLES])}"), soft_wrap=True)
