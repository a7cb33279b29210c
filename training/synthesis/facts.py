"""What a page states in a form that needs no understanding: fields, lists and tables, each with its words on the page.

A *field* is a label and a value: a row of an infobox, a term and its definition, a table of one row, or a line
`Label: value`. A *list* and a *table* have a name: their caption, or the heading they stand under. What stands twice
under one label or name is left out, for a question about it would have two answers; so is what does not stand
word for word in the page view.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, TypeVar

from training.synthesis.survey import Survey
from webenv.types import Page, Record
from webenv.values import dates, quantity
from webenv.web.blocks import Block, Cell, read_blocks

MAX_LABEL_CHARS, MAX_VALUE_CHARS, MAX_SPAN_CHARS = 50, 80, 300
"""Longest label, value and evidence (our choice)."""
MAX_VALUE_WORDS = 10
"""More words are a sentence (our choice)."""
MIN_MEMBERS = 3
"""Fewer entries or rows are not a list (our choice)."""
_PAGES_KEPT = 2_048
"""Pages whose facts are not read again (our choice)."""
_LINE = re.compile(r"([^\W\d][\w /()'’-]{1,48}): (\S.*)")

AnswerType = Literal["text", "number", "date", "code"]


class Value(Record):
    """Some words of a page, what they are, and where their link leads."""

    text: str
    link: str = ""
    """Address of the page behind the first link; empty if there is none."""

    @property
    def type(self) -> AnswerType:
        """How an answer of these words is compared."""
        if re.fullmatch(r"0\d+|\d{5,}", self.text):
            return "code"
        if not self.text.isdecimal() and len(dates(self.text)) == 1:
            return "date"
        return "number" if quantity(self.text, set()) else "text"

    @property
    def answers(self) -> bool:
        """Whether it is short and plain enough for an answer."""
        words = self.text.split()
        return len(words) <= MAX_VALUE_WORDS and any(map(str.isalnum, self.text)) and not self.text.endswith(("…", ":"))


class Field(Record):
    """What a page says of its subject."""

    label: str
    value: Value
    span: str
    """Verbatim words of the page view that state it."""


class Row(Record):
    """An entry of a list, which has one cell, or a row of a table."""

    cells: tuple[Value, ...]
    span: str


class Listing(Record):
    """A list or table; a list has no columns."""

    name: str
    """Empty if it stands under the title of the page."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class PageFacts(Record):
    """What one page states."""

    page: Page
    name: str
    """Of the page, without the name of its site."""
    site: str
    fields: tuple[Field, ...] = ()
    lists: tuple[Listing, ...] = ()
    tables: tuple[Listing, ...] = ()


class Facts:
    """Reads the facts of pages of one snapshot."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.of = lru_cache(_PAGES_KEPT)(self._read)

    def _read(self, url: str) -> PageFacts | None:
        """The facts of the page at an address; None if there is no page that could be read."""
        page = self.survey.page(url)
        if page is None:
            return None
        capture = self.survey.web.capture(page.url)
        blocks = read_blocks(self.survey.web.response(capture), page.url) if capture else []
        reader = _Reader(page, self.survey)
        reader.read(blocks)
        return PageFacts(
            page=page,
            name=self.survey.name(page.url),
            site=self.survey.site_of(page.url),
            fields=tuple(_once(reader.fields, lambda field: field.label.casefold())),
            lists=tuple(_once(reader.lists, lambda listing: listing.name.casefold())),
            tables=tuple(_once(reader.tables, lambda listing: listing.name.casefold())),
        )


class _Reader:
    """Sorts the blocks of one page."""

    def __init__(self, page: Page, survey: Survey) -> None:
        self._page, self._survey, self._heading = page, survey, ""
        self.fields: list[Field] = []
        self.lists: list[Listing] = []
        self.tables: list[Listing] = []

    def read(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.kind == "heading":
                self._heading = "" if block.level == 1 else block.rows[0][0].plain[:MAX_VALUE_CHARS]
            elif block.kind == "line":
                self._line(block.rows[0][0])
            elif block.kind == "pairs":
                self._pairs(block.rows)
            elif block.kind == "list":
                self._list(block.rows)
            else:
                self._table(block)

    def _line(self, cell: Cell) -> None:
        if (match := _LINE.fullmatch(cell.plain)) and not re.search(r"[.!?] ", cell.plain):
            self._field(match[1], Value(text=match[2].rstrip("."), link=self._link(cell)), [cell.text])

    def _pairs(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        for label, value in rows:
            between = ("\n", "\t", ": ", "\n\n")
            self._field(label.plain, self._value(value), [f"{label.text}{each}{value.text}" for each in between])

    def _list(self, rows: tuple[tuple[Cell, ...], ...]) -> None:
        members = [Row(cells=(self._entry(cell),), span=cell.text) for (cell,) in rows]
        links = [member.cells[0].link for member in members]
        if any(links) and all(not link or self._survey.is_menu(self._page.url, link) for link in links):
            return
        self._add(self.lists, Listing(name=self._heading, columns=(), rows=tuple(members)))

    def _table(self, block: Block) -> None:
        rows = [row for row in block.rows if row]
        if not rows:
            return
        if all(cell.header for cell in rows[0]) and len(rows[0]) > 1:
            self._headed(block.caption or self._heading, rows[0], rows[1:])
        elif all(not cell.header for row in rows for cell in row[1:]):
            self._pairs(row for row in rows if len(row) == 2)

    def _headed(self, name: str, head: tuple[Cell, ...], body: list[tuple[Cell, ...]]) -> None:
        """A table with a row of headers; with one row below, it is about the page."""
        columns = tuple(cell.plain for cell in head)
        if len(set(columns)) < len(columns) or any(len(row) != len(columns) for row in body):
            return
        if len(body) == 1:
            line = "\t".join(cell.text for cell in body[0])
            for label, cell in zip(columns, body[0], strict=True):
                self._field(label, self._value(cell), [line, cell.text])
            return
        rows = tuple(
            Row(cells=tuple(map(self._value, row)), span="\t".join(cell.text for cell in row)) for row in body
        )
        self._add(self.tables, Listing(name=name, columns=columns, rows=rows))

    def _add(self, listings: list[Listing], listing: Listing) -> None:
        """Keep a list whose entries all stand on the page and differ from each other."""
        keys = [row.cells[0].text.casefold() for row in listing.rows]
        if len(keys) >= MIN_MEMBERS and len(set(keys)) == len(keys) and all(keys):
            if all(len(row.span) <= MAX_SPAN_CHARS and row.span in self._page.text for row in listing.rows):
                listings.append(listing)

    def _field(self, label: str, value: Value, spans: Iterable[str]) -> None:
        label = label.strip(" :")
        plain = 2 <= len(label) <= MAX_LABEL_CHARS and any(map(str.isalpha, label)) and "(" not in label
        if not plain or not 0 < len(value.text) <= MAX_VALUE_CHARS or value.text.casefold() in label.casefold():
            return
        stands = (span for span in spans if len(span) <= MAX_SPAN_CHARS and span in self._page.text)
        if (span := next(stands, None)) and value.text in span:
            self.fields.append(Field(label=label, value=value, span=span))

    def _value(self, cell: Cell) -> Value:
        return Value(text=cell.plain, link=self._link(cell))

    def _entry(self, cell: Cell) -> Value:
        """The entry of a list: the label of the link that it begins with, else what stands before a remark."""
        if cell.links and cell.text.find(f"[{cell.links[0]}]") >= 0:
            label = cell.text.partition(f"[{cell.links[0]}]")[0].strip()
            if label and cell.plain.startswith(label):
                return Value(text=label, link=self._link(cell))
        return Value(text=re.split(r", | \(|: | — ", cell.plain)[0])

    def _link(self, cell: Cell) -> str:
        links = self._page.links
        return links[cell.links[0] - 1].url if cell.links and cell.links[0] <= len(links) else ""


Item = TypeVar("Item", Field, Listing)


def _once(items: list[Item], key) -> Iterator[Item]:  # type: ignore[no-untyped-def]
    """The items whose key no other has."""
    counts = Counter(map(key, items))
    return (item for item in items if counts[key(item)] == 1)
