"""Printing what an agent reads, so that people can read it too."""

from __future__ import annotations

import re

import click
import msgspec

_STYLES = {
    r"(?m)^\d+\. \[.*\](?=\()": "bold",
    r"(?m)^(Title|URL|Redirected from|Date published|Source|Status|Note)(?=: )": "bold",
    r"https?://[^\s)]+": "cyan",
    r"\[\d+\]": "green",
    r"(?m)^(Evidence in page|Summary): $": "bold",
}

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor, changes its colours, or turns the direction of writing."""


def harmless(text: str) -> str:
    """A text from anywhere, fit for a terminal: a sign stands for each control character but tab and line end."""
    return _CONTROLS.sub(lambda match: chr(0x2400 + ord(match[0])) if match[0] < " " else "�", text)


def print_text(text: str) -> None:
    """Print a text as it is, with some colour where standard output is a terminal."""
    from rich.console import Console
    from rich.text import Text

    styled = Text(harmless(text))
    for pattern, style in _STYLES.items():
        styled.highlight_regex(pattern, style)
    Console(highlight=False).print(styled, soft_wrap=True)


def print_json(value: object) -> None:
    """Print a record or a list of records as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
