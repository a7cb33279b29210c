"""Task files: `tasks/tasks.jsonl` of a snapshot, or any JSONL file of `Task` records."""

from __future__ import annotations

from pathlib import Path

import msgspec

from webenv.errors import InputError, NotFound
from webenv.types import Missing, Task, Web

NAME = "tasks/tasks.jsonl"
_decoder = msgspec.json.Decoder(Task)


def read_tasks(path: Path) -> list[Task]:
    """All tasks of a file.

    Raises:
        NotFound: there is no such file.
        InputError: a line is not a task, or an id comes twice; the message names the line.
    """
    if not path.is_file():
        raise NotFound(f"{path}: no such task file")
    tasks: dict[str, Task] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            task = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: line {number}: not a task: {error}") from error
        if task.task_id in tasks:
            raise InputError(f"{path}: line {number}: task id {task.task_id!r} comes twice")
        tasks[task.task_id] = task
    return list(tasks.values())


def encode_tasks(tasks: list[Task]) -> bytes:
    """The canonical bytes of a task file."""
    return b"".join(msgspec.json.encode(task) + b"\n" for task in tasks)


def write_tasks(path: Path, tasks: list[Task]) -> None:
    """Write a task file, which appears when it is complete."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(encode_tasks(tasks))
    part.replace(path)


def unproved(task: Task, web: Web) -> list[str]:
    """What is wrong with a task's evidence on this web: pages that are missing, words that do not stand there."""
    problems = []
    for evidence in task.evidence:
        page = web.fetch(evidence.url)
        if isinstance(page, Missing):
            problems.append(f"{task.task_id}: {evidence.url}: {page.reason}")
        elif evidence.text not in page.text:
            problems.append(f"{task.task_id}: {evidence.url}: does not say {evidence.text!r}")
    return problems
