"""Printing sheets of text as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.evaluation.tables import Sheet


def print_sheets(sheets: Iterable[Sheet], notes: Iterable[str]) -> None:
    """Print tables, then notes; whatever stands in them is text."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from webenv.commands.reading import harmless

    console = Console(highlight=False)
    for sheet in sheets:
        table = Table(title=Text(harmless(sheet.title)), title_justify="left")
        for place, column in enumerate(sheet.columns):
            table.add_column(Text(harmless(column)), justify="right" if place else "left", overflow="fold")
        for row in sheet.rows:
            table.add_row(*(Text(harmless(cell)) for cell in row))
        console.print(table)
    for note in notes:
        console.print(Text(harmless(note)))
