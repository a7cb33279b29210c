"""How a page states something: which of its blocks are fields, lists and tables. Only what stands verbatim counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from training.synthesis.facts import Field, Listing, Row, Value
from training.synthesis.survey import Survey
from webenv.types import Page
from webenv.web.archive.http import Response
from webenv.web.blocks import Block, Cell, read_blocks

MAX_LABEL_CHARS, MAX_VALUE_CHARS, MAX_SPAN_CHARS = 50, 80, 300
"""Longest label, value and evidence (our choice)."""
MAX_NAME_WORDS = 12
"""An entry of more words is a sentence, not a thing (our choice)."""
MIN_MEMBERS = 3
"""Fewer entries or rows are not a list (our choice)."""
_LABEL = re.compile(rf"[^\W\d_][^\W_]?[\w '’/&.-]{{0,{MAX_LABEL_CHARS - 2}}}")
_LINE = re.compile(r"([^:]{2,60}): (\S.*)")
_REMARK = re.compile(r", | \(|: | — | – ")
"""What parts an entry of a list from what is said about it."""


class Stating:
    """Sorts the blocks of one page."""

    def __init__(self, page: Page, survey: Survey) -> None:
        self._page, self._survey, self._heading = page, survey, ""
        self.fields: list[Field] = []
        self.lists: list[Listing] = []
        self.tables: list[Listing] = []

    def read(self, response: Response) -> None:
        """Look at every block of the archived page."""
        for block in read_blocks(response, self._page.url):
            if block.kind == "heading":
                self._heading = "" if block.level == 1 else block.rows[0][0].plain[:MAX_VALUE_CHARS]
            elif block.kind == "line":
                self._line(block.rows[0][0])
            elif block.kind == "pairs":
                self._pairs(block.rows, certain=False)
            elif block.kind == "list":
                self._list(block.rows)
            else:
                self._table(block)

    def _line(self, cell: Cell) -> None:
        if (match := _LINE.fullmatch(cell.plain)) and not re.search(r"[.!?] ", cell.plain):
            alone = len(cell.links) == 1 and cell.text == f"{cell.plain}[{cell.links[0]}]"
            value = Value(text=match[2].removesuffix("."), link=self._link(cell.links[0]) if alone else "")
            if not cell.links or alone:
                self._field(match[1], value, [cell], certain=False)

    def _pairs(self, rows: Iterable[tuple[Cell, ...]], certain: bool) -> None:
        for label, value in rows:
            self._field(label.plain, self._value(value), [label, value], certain)

    def _list(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        members = tuple(Row(cells=(self._entry(cell),), span=self._stands([cell])) for (cell,) in rows)
        links = [member.cells[0].link for member in members]
        menu = any(links) and all(not link or self._survey.is_menu(self._page.url, link) for link in links)
        if not menu and all(_is_name(member.cells[0].text) for member in members):
            self._add(self.lists, Listing(name=self._heading, columns=(), rows=members))

    def _table(self, block: Block) -> None:
        rows = [row for row in block.rows if row]
        if rows and all(cell.header for cell in rows[0]) and len(rows[0]) > 1:
            self._headed(block.caption or self._heading, rows[0], rows[1:])
        elif all(not cell.header for row in rows for cell in row[1:]):
            certain = all(row[0].header for row in rows if len(row) == 2)
            self._pairs((row for row in rows if len(row) == 2), certain)

    def _headed(self, name: str, head: tuple[Cell, ...], body: list[tuple[Cell, ...]]) -> None:
        """A table with a row of headers; with one row below, it is about the page."""
        columns = tuple(cell.plain for cell in head)
        if not all(columns) or len(set(columns)) < len(columns) or any(len(row) != len(columns) for row in body):
            return
        if len(body) == 1:
            for label, cell in zip(columns, body[0], strict=True):
                self._field(label, self._value(cell), body[0], certain=True)
            return
        rows = (Row(cells=tuple(map(self._value, row)), span=self._stands(row)) for row in body)
        self._add(self.tables, Listing(name=name, columns=columns, rows=tuple(rows)))

    def _add(self, listings: list[Listing], listing: Listing) -> None:
        """Keep a list whose entries all stand on the page and differ from each other."""
        keys = [row.cells[0].text.casefold() for row in listing.rows]
        if len(keys) >= MIN_MEMBERS and len(set(keys)) == len(keys) and all(row.span for row in listing.rows):
            listings.append(listing)

    def _field(self, label: str, value: Value, cells: Sequence[Cell], certain: bool) -> None:
        label = label.strip(" :")
        if not _LABEL.fullmatch(label) or not 0 < len(value.text) <= MAX_VALUE_CHARS:
            return
        span = self._stands(cells)
        if value.text in span and value.text.casefold() not in label.casefold():
            self.fields.append(Field(label=label, value=value, span=span, certain=certain))

    def _stands(self, cells: Sequence[Cell]) -> str:
        """Some cells in a row as they stand in the page view; empty if they do not, or are too long."""
        words = [cell.text for cell in cells if cell.text]
        if not words or sum(map(len, words)) > MAX_SPAN_CHARS:
            return ""
        found = re.search(r"[\s:|]{1,6}".join(map(re.escape, words)), self._page.text)
        return found[0] if found else ""

    def _value(self, cell: Cell) -> Value:
        """The words of a cell, and their link if they are one and nothing else."""
        alone = cell.leads and cell.text == f"{cell.plain}[{cell.leads}]"
        return Value(text=cell.plain, link=self._link(cell.leads) if alone else "")

    def _entry(self, cell: Cell) -> Value:
        """The link that an entry of a list begins with, else what stands before a remark."""
        if cell.leads:
            label = cell.text.partition(f"[{cell.leads}]")[0].strip()
            return Value(text=label, link=self._link(cell.leads))
        return Value(text=_REMARK.split(cell.plain)[0])

    def _link(self, number: int) -> str:
        links = self._page.links
        return links[number - 1].url if 1 <= number <= len(links) else ""


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_VALUE_CHARS and text.count(" ") < MAX_NAME_WORDS and not text.endswith((".", ":", ";"))
