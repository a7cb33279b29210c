"""Options that commands share which let a policy play."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from agent.policy import KINDS, PolicySettings
from webenv.types import EnvSettings

if TYPE_CHECKING:
    from agent.rollout import RolloutSettings

Command = TypeVar("Command", bound=Callable[..., Any])

_ENV, _MODEL = EnvSettings(), PolicySettings()
_RUN: tuple[Callable[[Command], Command], ...] = (
    click.option("--out", required=True, type=click.Path(path_type=Path), help="Trajectory file (JSON lines)."),
    click.option("--tasks", default="", help="Task file; by default the snapshot's own tasks."),
    click.option("--limit", default=0, type=click.IntRange(0), help="Play the first N tasks only."),
    click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of everything random."),
    click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes."),
    click.option("--max-turns", default=_ENV.max_turns, show_default=True, type=click.IntRange(1)),
    click.option("--page-chars", default=_ENV.page_chars, show_default=True, type=click.IntRange(1)),
    click.option(
        "-k", default=_ENV.k, show_default=True, type=click.IntRange(1, 1_000), help="Pages that a search returns."
    ),
    click.option(
        "--drift", default="", help="Change the web: family:severity or preset, with commas: moved:0.4,ads:0.2."
    ),
    click.option("--drift-age", default="", help="Change it as much as webs change in that time: 90d, 6w, 12mo, 2y."),
    click.option("--drift-seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the change."),
    click.option(
        "--drift-split",
        default="all",
        show_default=True,
        type=click.Choice(["all", "train", "test"]),
        help="Ways to change it; those of test are held out from train.",
    ),
)
_OF_MODELS: dict[str, tuple[click.ParamType[Any], str]] = {
    "temperature": (click.FloatRange(0), "0 is greedy."),
    "top_p": (click.FloatRange(0, 1, min_open=True), "Draw from the most probable tokens, by share."),
    "top_k": (click.IntRange(0), "Draw from the most probable tokens, by number; 0 is all."),
    "min_p": (click.FloatRange(0, 1), "Least part of the best token's probability."),
    "repetition_penalty": (click.FloatRange(0, min_open=True), "1 is none."),
    "max_new_tokens": (click.IntRange(1), "Tokens of one turn."),
    "slots": (click.IntRange(1, 1_024), "Episodes at a time in each process; leaves no trace."),
    "dtype": (click.Choice(["float32", "bfloat16"]), "Of a local model's weights; bfloat16 is not bitwise."),
}


def playing_options(command: Command) -> Command:
    """What is played, where it is written, and the fields of `EnvSettings` and `PolicySettings`."""
    command = click.option("--overwrite", is_flag=True, help="Replace a file that is there.")(command)
    for name, (kind, said) in reversed(_OF_MODELS.items()):
        flag, default = "--" + name.replace("_", "-"), getattr(_MODEL, name)
        command = click.option(flag, name, default=default, show_default=True, type=kind, help=said)(command)
    for option in reversed(_RUN):
        command = option(command)
    return command


def rollout_settings(said: dict[str, Any], **more: Any) -> RolloutSettings:
    """The settings of a rollout, out of the values of `playing_options` without `out`."""
    from agent.rollout import RolloutSettings
    from webenv.web.drift.plan import as_recorded, with_age

    said["drift"] = with_age(said.pop("drift"), said.pop("drift_age"))
    parts: dict[str, dict[str, Any]] = {"env": {}, "model": {}, "run": {}}
    for name, value in said.items():
        owner = {"env": EnvSettings, "model": PolicySettings}
        part = next((key for key, kind in owner.items() if name in kind.__struct_fields__), "run")
        parts[part][name] = value
    return RolloutSettings(
        env=as_recorded(EnvSettings(**parts["env"])), model=PolicySettings(**parts["model"]), **parts["run"], **more
    )


def complete_policy(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The kinds of policies, up to where a path begins."""
    kinds = [kind.partition(":")[0] + (":" if ":" in kind else "") for kind in KINDS]
    return [CompletionItem(kind) for kind in kinds if kind.startswith(incomplete)]
