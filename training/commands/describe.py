"""`webenv describe`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webenv.types import EnvSettings

if TYPE_CHECKING:
    from training.card import Card, Lengths


@click.command()
@click.argument("tasks", type=click.Path(path_type=Path))
@click.option("--snapshot", type=click.Path(path_type=Path), help="Say too where on its page the evidence stands.")
@click.option(
    "--page-chars",
    default=EnvSettings().page_chars,
    show_default=True,
    type=click.IntRange(1),
    help="Characters of one part of a long page.",
)
@click.option(
    "--tokenizer",
    type=click.Path(path_type=Path),
    help="Local tokenizer folder (transformers); by default words and punctuation marks are counted.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to this PNG file.")
@click.option("--export", "folder", type=click.Path(path_type=Path), help="Write a datasets folder with its card.")
@click.option("--overwrite", is_flag=True, help="Replace a figure or an export that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
def describe(
    tasks: Path,
    snapshot: Path | None,
    page_chars: int,
    tokenizer: Path | None,
    plot: Path | None,
    folder: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Say what is in a question set: counts, lengths, where its evidence stands, what comes twice.

    \b
    Examples:
      webenv describe crawlqa.jsonl --snapshot worlds/one --plot crawlqa.png
      webenv describe crawlqa.jsonl --tokenizer models/mine --export hub/crawlqa
    """
    from training import card as cards
    from webenv.errors import InputError
    from webenv.web import publish
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import read_tasks

    found = read_tasks(tasks)
    if not found:
        raise InputError(f"{tasks}: holds no task")
    if plot:
        publish.check_file(plot, overwrite)
    if folder:
        from training.export import check_folder

        check_folder(folder, overwrite)
    tokens, counted = _tokens(tokenizer) if tokenizer else (cards.plain_tokens, cards.PLAIN)
    web = Snapshot.open(snapshot) if snapshot else None
    card = cards.describe(found, web, tokens, counted, page_chars)
    _print(card, str(tasks), as_json)
    if plot:
        from training.plots import draw_card

        draw_card(card, tasks.stem, plot)
        click.echo(f"{plot}: drawn", err=True)
    if folder:
        from training.export import export

        export(found, card, tasks.stem, folder, overwrite)
        click.echo(f"{folder}: datasets.load_from_disk reads it", err=True)


def _tokens(folder: Path) -> tuple[Callable[[str], int], str]:
    """Counts with a tokenizer of transformers, and what these tokens are called."""
    from transformers import AutoTokenizer

    from webenv.errors import InputError, NotFound

    if not folder.is_dir():
        raise NotFound(f"{folder}: no such folder; --tokenizer takes one with tokenizer.json or the like")
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # transformers raises whatever it likes
        raise InputError(f"{folder}: transformers cannot load a tokenizer from it: {error}") from error
    return lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"]), f"tokens of {folder.name}"


def _print(card: Card, title: str, as_json: bool) -> None:
    import msgspec
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from webenv.commands.reading import harmless

    if as_json:
        click.echo(msgspec.json.encode(card).decode())
        return
    table = Table(title=Text(harmless(title)), title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _rows(card):
        table.add_row(name, Text(harmless(value)))
    Console(highlight=False).print(table)


def _rows(card: Card) -> list[tuple[str, str]]:
    rows = [
        ("tasks", f"{card.tasks:,}"),
        ("splits", _counts(card.splits)),
        ("types of question", _counts(card.types)),
        ("types of answer", _counts(card.answer_types)),
        ("hops", _counts(card.hops)),
        ("evidence pages", _counts(card.evidence_pages)),
    ]
    if card.places:
        for form, parts in card.places.parts.items():
            first, later = parts.get(1, 0), sum(parts.values()) - parts.get(1, 0)
            rows.append((f"evidence in {form}", f"{first:,} in the first part of its page, {later:,} in a later one"))
        rows.append(("evidence lost", f"{card.places.lost:,}"))
    rows += [
        (f"question, {each.unit}", _length(each))
        for each in (card.question_chars, card.question_words, card.question_tokens)
    ]
    twice = card.duplicates
    return [
        *rows,
        ("calls of the oracle", _counts(card.oracle_calls)),
        ("tools of the oracle", _counts(card.oracle_tools)),
        ("repeated questions", f"{twice.repeated_questions:,}, {twice.contradictions:,} of them with another answer"),
        ("answers", f"{twice.distinct_answers:,} different; {twice.most_frequent_answer:,} tasks share the commonest"),
    ]


def _counts(counts: dict[str, int] | dict[int, int]) -> str:
    return ", ".join(f"{'(none)' if name == '' else name}: {count:,}" for name, count in counts.items()) or "none"


def _length(lengths: Lengths) -> str:
    return f"{lengths.shortest:,} to {lengths.longest:,}, median {lengths.median:g}, mean {lengths.mean:g}"
