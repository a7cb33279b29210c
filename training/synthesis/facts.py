"""What a page states in a form that needs no understanding: fields, lists and tables, each with its words on the page.

A *field* is a label and a value: a row of an infobox, a term and its definition, a table of one row, or a line
`Label: value`. Terms and lines count only under labels that several pages of the site have, else they are any words.
A *list* and a *table* have a name: a caption, or the heading they stand under. What stands twice under one label or
name is left out, for a question about it would have two answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal, TypeVar

from training.synthesis.survey import Survey, host_of
from webenv.types import Page, Record
from webenv.values import dates, quantity

MAX_WORDS = 8
"""More words are a sentence, not an answer (our choice)."""
MIN_PAGES = 2
"""Pages that must share a label (our choice)."""
_PAGES_KEPT, _SITES_KEPT = 2_048, 1_024
"""Pages and sites that are not read again (our choice)."""
_SAMPLED = 200
"""Pages of a site whose labels are counted (our choice)."""

AnswerType = Literal["text", "number", "date", "code"]


class Value(Record):
    """Some words of a page, and where the link leads that they are."""

    text: str
    link: str = ""
    """Empty if they are none, or lead to a place on a page."""

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
        sentence = self.text.endswith((".", "…", ":", ";")) and self.text.count(" ") > 1
        return self.text.count(" ") < MAX_WORDS and any(map(str.isalnum, self.text)) and not sentence


class Field(Record):
    """What a page says of its subject."""

    label: str
    value: Value
    span: str
    """Verbatim words of the page view that state it."""
    certain: bool
    """Whether its form alone makes it a field."""


class Row(Record):
    """An entry of a list, which has one cell, or a row of a table."""

    cells: tuple[Value, ...]
    span: str


class Listing(Record):
    """A list, which has no columns, or a table."""

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
        self._stated = lru_cache(_PAGES_KEPT)(self._read)
        self._shared = lru_cache(_SITES_KEPT)(self._count_labels)
        self.of = lru_cache(_PAGES_KEPT)(self._judge)

    def _judge(self, url: str) -> PageFacts | None:
        """The facts of the page at an address; None if there is no page that could be read."""
        page = self.survey.page(url)
        if page is None:
            return None
        fields, lists, tables = self._stated(page.url)
        shared = self._shared(host_of(page.url)) if fields else {}
        fields = tuple(each for each in fields if each.certain or shared[each.label] >= MIN_PAGES)
        name, site = self.survey.name(page.url), self.survey.site_of(page.url)
        return PageFacts(page=page, name=name, site=site, fields=fields, lists=lists, tables=tables)

    def _read(self, url: str) -> tuple[tuple[Field, ...], tuple[Listing, ...], tuple[Listing, ...]]:
        """Everything that a page may state, each label and name once."""
        from training.synthesis.stating import Stating

        page, capture = self.survey.page(url), self.survey.web.capture(url)
        if page is None or capture is None:
            return (), (), ()
        stating = Stating(page, self.survey)
        stating.read(self.survey.web.response(capture))
        fields = _once(stating.fields, lambda field: field.label.casefold())
        lists, tables = (
            _once(each, lambda listing: listing.name.casefold()) for each in (stating.lists, stating.tables)
        )
        return tuple(fields), tuple(lists), tuple(tables)

    def _count_labels(self, host: str) -> Counter[str]:
        """On how many pages of a site each label stands."""
        return Counter(field.label for url in self.survey.sample(host, _SAMPLED) for field in self._stated(url)[0])


Item = TypeVar("Item")


def _once(items: list[Item], key: Callable[[Item], str]) -> Iterator[Item]:
    """The items whose key no other has."""
    counts = Counter(map(key, items))
    return (item for item in items if counts[key(item)] == 1)
