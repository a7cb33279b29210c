"""`webenv shell`: a person plays an episode by hand, through the environment that agents play in."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webenv.types import Task, ToolCall, Turn

if TYPE_CHECKING:
    from webenv.env import WebEnv

_HELP = """\
  search WORDS    look for pages
  open URL|N      open an address, or hit N of the last search
  click N         follow link [N] of the open page
  next, prev      turn the pages of a long page
  find TEXT       find words in the open page
  answer TEXT     answer the question; this ends the episode
  tasks           list the tasks
  task ID         begin the episode of a task
  help            this list
  quit            leave"""

_FREE = Task(task_id="free", question="This snapshot ships no tasks: look around.", answer="")
_HIT = re.compile(r"^(\d+)\. \[.*\]\((\S+)\)$", re.MULTILINE)
_URL = re.compile(r"^URL: (\S+)$", re.MULTILINE)
_PAGE = re.compile(r"^\(Page (\d+) of (\d+)\.", re.MULTILINE)


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", default=None, type=click.Path(path_type=Path), help="Task file instead of its own tasks.")
@click.option("--task", "task_id", default=None, help="Task to begin with; by default the first.")
def shell(snapshot: Path, tasks: Path | None, task_id: str | None) -> None:
    """Search, open, click and answer by hand: every command is a turn of a real episode.

    \b
    Examples:
      webenv shell my-web
      webenv shell my-web --task opening-hours
      printf 'search opening hours\\nopen 1\\nanswer 9 to 5\\n' | webenv shell my-web
    """
    from webenv.env import WebEnv
    from webenv.web.snapshot import Snapshot

    web = Snapshot.open(snapshot)
    env = WebEnv(web, tasks if tasks or web.tasks() else [_FREE])
    session = Shell(env)
    session.begin(task_id or next(iter(env.tasks)))
    session.run()


class Shell:
    """Reads commands, writes turns, prints observations."""

    def __init__(self, env: WebEnv) -> None:
        self._env = env
        self._hits: dict[str, str] = {}
        self._url = ""
        self._page = self._pages = 0
        self._is_over = False
        self._commands: dict[str, Callable[[str], None]] = {
            "search": lambda words: self._call("search", query=words),
            "open": lambda given: self._call("visit", url=self._hits.get(given, given)),
            "click": lambda number: self._call("click", link=number),
            "find": lambda text: self._call("find", text=text),
            "next": lambda _: self._turn_page(self._page + 1),
            "prev": lambda _: self._turn_page(self._page - 1),
            "answer": lambda text: self._act(Turn(thought="By hand.", answer=text)),
            "tasks": lambda _: self._list_tasks(),
            "task": self._change_task,
            "help": lambda _: click.echo(_HELP),
        }

    def begin(self, task_id: str) -> None:
        """Begin the episode of a task and print its question."""
        question, _ = self._env.reset(options={"task_id": task_id})
        self._hits, self._url, self._is_over = {}, "", False
        click.echo(f"\nTask {task_id}: {question}\n\nType help for the commands.")

    def run(self) -> None:
        """Read and carry out commands until `quit` or the end of the input."""
        self._complete_names()
        while True:
            try:
                line = input("webenv> " if sys.stdin.isatty() else "")
            except (EOFError, KeyboardInterrupt):
                return
            name, _, rest = line.strip().partition(" ")
            if name == "quit":
                return
            if name in self._commands:
                self._commands[name](rest.strip())
            elif name:
                click.echo(f"There is no command {name!r}:\n{_HELP}")

    def _complete_names(self) -> None:
        try:
            import readline
        except ImportError:  # not every Python is built with it
            return
        names = [*self._commands, "quit"]
        readline.set_completer(lambda text, n: [f"{name} " for name in names if name.startswith(text)][n])
        readline.parse_and_bind("tab: complete")

    def _call(self, tool: str, **arguments: object) -> None:
        self._act(Turn(thought="By hand.", call=ToolCall(name=tool, arguments=arguments)))

    def _act(self, turn: Turn) -> None:
        from webenv.commands.reading import print_text
        from webenv.protocol import render, unwrap

        if self._is_over:
            click.echo("The episode is over. Begin another one: task ID (tasks lists them).")
            return
        observation, reward, terminated, truncated, info = self._env.step(render(turn))
        if info["invalid"]:
            click.echo(unwrap(observation).partition(" A turn reads:")[0])
        elif observation:
            print_text(unwrap(observation))
        self._remember(info["tool"], unwrap(observation))
        if terminated or truncated:
            self._is_over = True
            verdict = "Right." if info["reward"]["answer"] else "Not right." if terminated else "Out of turns."
            click.echo(f"{verdict} Reward {reward}. task ID begins another episode.")

    def _remember(self, tool: str, text: str) -> None:
        """Hits and the open page, read off the observation: the shell knows no more than a policy does."""
        if tool == "search":
            self._hits = dict(_HIT.findall(text))
        url, pages = _URL.search(text), _PAGE.findall(text)
        if tool in ("visit", "click") and url and pages:
            self._url, self._page, self._pages = url[1], int(pages[-1][0]), int(pages[-1][1])

    def _turn_page(self, page: int) -> None:
        if not self._url or not 1 <= page <= self._pages:
            click.echo("There is no such page.")
        else:
            self._call("visit", url=self._url, page=page)

    def _list_tasks(self) -> None:
        for task in self._env.tasks.values():
            click.echo(f"{task.task_id}  {task.question}")

    def _change_task(self, task_id: str) -> None:
        if task_id in self._env.tasks:
            self.begin(task_id)
        else:
            click.echo(f"There is no task {task_id!r}; tasks lists them.")
