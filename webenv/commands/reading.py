"""Printing what an agent reads, so that people can read it too."""

from __future__ import annotations

import click
import msgspec

_STYLES = {
    r"(?m)^\d+\. \[.*\](?=\()": "bold",
    r"(?m)^(Title|URL|Redirected from|Date published|Source|Status|Note)(?=: )": "bold",
    r"https?://[^\s)]+": "cyan",
    r"\[\d+\]": "green",
    r"(?m)^(Evidence in page|Summary): $": "bold",
}


def print_text(text: str) -> None:
    """Print a text as it is, with some colour where standard output is a terminal."""
    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, style in _STYLES.items():
        styled.highlight_regex(pattern, style)
    Console(highlight=False).print(styled, soft_wrap=True)


def print_json(value: object) -> None:
    """Print a record or a list of records as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
