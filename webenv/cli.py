"""The `webenv` command: names its subcommands by import string, so that each loads only what it needs."""

from __future__ import annotations

import importlib
import sqlite3
import sys

import click

from webenv.errors import WebenvError

COMMANDS = {
    "crawl": "webenv.commands.crawl:crawl",
    "serve": "webenv.commands.serve:serve",
    "build-snapshot": "webenv.commands.build:build_snapshot",
    "perturb": "webenv.commands.perturb:perturb",
    "generate-world": "webenv.commands.world:generate_world",
    "verify": "webenv.commands.verify:verify",
    "info": "webenv.commands.info:info",
    "pack": "webenv.commands.pack:pack",
    "unpack": "webenv.commands.pack:unpack",
    "search": "webenv.commands.search:search",
    "visit": "webenv.commands.visit:visit",
    "shell": "webenv.commands.shell:shell",
    "drift-measure": "webenv.commands.drift_measure:drift_measure",
    "recall": "webenv.commands.recall:recall",
    "synthesize": "training.commands.synthesize:synthesize",
    "audit": "training.commands.audit:audit",
    "describe": "training.commands.describe:describe",
    "import-benchmark": "training.commands.import_benchmark:import_benchmark",
    "answerable": "training.commands.answerable:answerable",
    "rollout": "agent.commands.rollout:rollout",
    "sample": "training.commands.sample:sample",
    "filter": "training.commands.filter:filter_",
    "sft": "training.commands.sft:sft",
    "dapo": "training.commands.dapo:dapo",
    "evaluate": "training.commands.evaluate:evaluate",
    "drift-report": "training.commands.drift_report:drift_report",
    "quickstart": "training.commands.experiment:quickstart",
    "experiment": "training.commands.experiment:experiment",
    "replay": "agent.commands.replay:replay",
    "show": "agent.commands.show:show",
    "report": "agent.commands.report:report",
}
"""Every subcommand and where it lives, in the order in which people meet them."""


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is named, and prints our errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run, and turn what goes wrong on purpose, or with a disk, into a message and exit code 1."""
        try:
            return super().invoke(ctx)
        except WebenvError as error:
            raise click.ClickException(str(error)) from error
        except (OSError, sqlite3.OperationalError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise click.ClickException(f"{error}; is there room on the disk, and may it be written?") from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="webenv")
def main() -> None:
    """Freeze a piece of the web, let a language model search and read it, and replay every step bit for bit.

    \b
    Start here:
      webenv build-snapshot crawl.warc.gz --out my-web
      webenv search my-web "opening hours"
      webenv rollout my-web --policy oracle --out episodes.jsonl
      webenv replay episodes.jsonl
    """


if __name__ == "__main__":
    sys.exit(main())
