"""The part of `webenv synthesize crawlqa` that works on any snapshot: pages that walks read instead of a graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webenv.errors import InputError

if TYPE_CHECKING:
    from training.synthesis.written import Written
    from webenv.types import Task
    from webenv.web.snapshot import Snapshot


def write_extracted(web: Snapshot, out: Path, count: int, seed: int, root: str, overwrite: bool) -> None:
    """Questions over what the pages state, without a language model."""
    from training.synthesis.extracted import Extracted
    from webenv.web import publish

    publish.check_file(out, overwrite)
    written = _write(out, Extracted(web, seed, root).all(count), count)
    if written < count:
        click.echo(
            f"the pages state nothing more to ask about; another --seed takes other ways ({count:,} were wanted)"
        )


def write_with_model(
    web: Snapshot, out: Path, count: int, seed: int, root: str, llm: str, parallel: int, overwrite: bool
) -> None:
    """Questions that a language model writes; its answers are kept beside the task file."""
    from training.synthesis.written import Written
    from webenv.completions import Completions
    from webenv.web import publish

    base_url, _, model = llm.rpartition("#")
    if not base_url or not model:
        raise click.BadParameter("name server and model, as in http://127.0.0.1:8000/v1#qwen3", param_hint="--llm")
    publish.check_file(out, overwrite)
    answers = out.with_name(out.name + ".answers")
    writer = Written(web, Completions(base_url=base_url, model=model, cache_dir=answers), seed, root, parallel)
    try:
        written = _write(out, writer.all(count), count)
    finally:
        _print_left_out(writer)
    if written < count:
        click.echo(f"the model has nothing more to ask that can be checked ({count:,} were wanted)")


def _write(out: Path, tasks: Iterable[Task], total: int) -> int:
    """Write a task file, which appears when it is complete; tasks written before a failure stay in its `.part`."""
    from webenv.commands.progress import counted
    from webenv.web.tasks import encode_tasks

    kinds: Counter[str] = Counter()
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file, counted("Writing") as show:
            for number, task in enumerate(tasks, 1):
                file.write(encode_tasks([task]))
                file.flush()
                kinds[task.template.partition(":")[0]] += 1
                show(number, total)
    finally:
        if not kinds:
            part.unlink(missing_ok=True)
    if not kinds:
        raise InputError(
            f"{out}: no question was found: what the walks read leads nowhere that can be checked; begin elsewhere: "
            "--root URL, or have another writer: --llm URL#MODEL"
        )
    part.replace(out)
    said = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    click.echo(f"{out}: {sum(kinds.values()):,} questions ({said})")
    return sum(kinds.values())


def _print_left_out(writer: Written) -> None:
    from rich.console import Console
    from rich.table import Table

    if not writer.left_out:
        return
    table = Table(title="What the model wrote and was left out", title_justify="left")
    table.add_column("reason")
    table.add_column("times", justify="right")
    for reason, times in sorted(writer.left_out.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(reason, f"{times:,}")
    Console().print(table)
