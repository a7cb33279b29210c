"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from agent.policy import KINDS, PolicySettings

Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULTS = PolicySettings()
_MODEL: dict[str, tuple[click.ParamType[Any], str]] = {
    "temperature": (click.FloatRange(0), "0 is greedy."),
    "top_p": (click.FloatRange(0, 1, min_open=True), "Draw from the most probable tokens, by share."),
    "top_k": (click.IntRange(0), "Draw from the most probable tokens, by number; 0 is all."),
    "min_p": (click.FloatRange(0, 1), "Least part of the best token's probability."),
    "repetition_penalty": (click.FloatRange(0, min_open=True), "1 is none."),
    "max_new_tokens": (click.IntRange(1), "Tokens of one turn."),
    "slots": (click.IntRange(1, 1_024), "Episodes at a time in each process; leaves no trace."),
    "dtype": (click.Choice(["float32", "bfloat16"]), "Of a local model's weights; bfloat16 is not bitwise."),
}


def model_options(command: Command) -> Command:
    """The fields of `PolicySettings` as options, for commands that let a language model write."""
    for name, (kind, said) in reversed(_MODEL.items()):
        flag = "--" + name.replace("_", "-")
        default = getattr(_DEFAULTS, name)
        command = click.option(flag, name, default=default, show_default=True, type=kind, help=said)(command)
    return command


def complete_policy(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The kinds of policies, up to where a path begins."""
    kinds = [kind.partition(":")[0] + (":" if ":" in kind else "") for kind in KINDS]
    return [CompletionItem(kind) for kind in kinds if kind.startswith(incomplete)]
