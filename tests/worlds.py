"""A small generated world with questions, made by the commands that the README shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from webenv.cli import main
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks


@dataclass(frozen=True)
class World:
    """The snapshot of a world, and a task file over it."""

    path: Path
    task_file: Path

    @property
    def web(self) -> Snapshot:
        return Snapshot.open(self.path)

    @property
    def tasks(self) -> list[Task]:
        return read_tasks(self.task_file)

    @property
    def urls(self) -> list[str]:
        """Every page that can be read."""
        return [each.url for each in self.web.captures() if each.mime == "text/html" and not each.redirect]


def make_world(folder: Path) -> World:
    """300 pages and 30 questions."""
    made = World(folder / "world", folder / "tasks.jsonl")
    run("generate-world", "--seed", 5, "--pages", 300, "--workers", 1, "--out", made.path)
    run("synthesize", "crawlqa", made.path, "--count", 30, "--out", made.task_file)
    return made


def run(*arguments: object) -> str:
    """What a command that must succeed says."""
    ended = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.stdout
