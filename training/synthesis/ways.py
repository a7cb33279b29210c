"""Ways over the pages of a real site: from a page that is named, over what pages state, to a page that is meant.

A *step* leads from one page to the next in words that do not name the next: the value of a field, the entry of a list
by its place, the row of a table by another cell. It leads along the link of the value, or to the only page of that
name, which has to be searched for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from training.synthesis.facts import Facts, Listing, PageFacts, Value
from webenv.types import Evidence, Page, Record

_PAGES_KEPT = 2_048
"""Pages whose steps are not looked up again (our choice)."""
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()


class Step(Record):
    """From one page to another."""

    kind: str
    words: str
    """How a question says it; `{}` is the page that it leaves from."""
    label: str
    """What the page calls the thing that the step leads to: to be kept out of the question."""
    target: str
    """Address of the page that the step leads to."""
    link: str
    """The link as the page has it; empty if the page must be searched for."""
    evidence: Evidence


class Way(Record):
    """A named page, and the steps that lead from it."""

    start: str
    name: str
    """The page at the start, in the words of a question."""
    steps: tuple[Step, ...] = ()

    @property
    def end(self) -> str:
        """Address of the page that is meant."""
        return self.steps[-1].target if self.steps else self.start

    @property
    def thing(self) -> str:
        """What is meant, in the words of a question."""
        words = self.name
        for number, step in enumerate(self.steps):
            words = step.words.format(f"the page of {words}" if number else words)
        return words

    @property
    def page(self) -> str:
        """The page that is meant, in the words of a question."""
        return f"the page of {self.thing}" if self.steps else self.name

    @property
    def pages(self) -> list[str]:
        """The pages on the way, first to last."""
        return [self.start, *(step.target for step in self.steps)]

    def to(self, step: Step) -> Way:
        """The way with one more step."""
        return Way(start=self.start, name=self.name, steps=(*self.steps, step))

    @property
    def evidence(self) -> list[Evidence]:
        """The words on them that lead on."""
        return [step.evidence for step in self.steps]


def begin(facts: Facts, page: PageFacts) -> Way | None:
    """The way of no steps; None if the page has no name of its own."""
    if len(page.name) < 2 or '"' in page.name or facts.survey.named(page.name) != page.page.url:
        return None
    return Way(start=page.page.url, name=f"“{page.name}” ({page.site})")


class Steps:
    """Every step that leaves a page, by its address."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.of = lru_cache(_PAGES_KEPT)(self._all)

    def _all(self, url: str) -> tuple[Step, ...]:
        page = self._facts.of(url)
        if page is None:
            return ()
        found = (*_by_field(self._facts, page), *_by_place(self._facts, page), *_by_cell(self._facts, page))
        return tuple(step for step in found if step.target != page.page.url)


def evidence(page: Page, span: str, relation: str) -> Evidence:
    """Words of a page as evidence."""
    return Evidence(url=page.url, text=span, relation=relation, digest=page.digest)


def named(listing: Listing) -> str:
    """A list or table in the words of a question."""
    kind = "table" if listing.columns else "list"
    return f"the {kind} “{listing.name}”" if listing.name else f"the {kind}"


def _by_field(facts: Facts, page: PageFacts) -> Iterator[Step]:
    for field in page.fields:
        target, link = _target(facts, field.value)
        if target:
            yield Step(
                kind="field",
                words=_plain(f"the “{field.label}” of ") + "{}",
                label=field.value.text,
                target=target,
                link=link,
                evidence=evidence(page.page, field.span, field.label),
            )


def _by_place(facts: Facts, page: PageFacts) -> Iterator[Step]:
    for listing in page.lists:
        for number, row in enumerate(listing.rows):
            target, link = _target(facts, row.cells[0])
            if target:
                place = f"the {_ORDINALS[number]} entry" if number < 12 else f"entry number {number + 1}"
                yield Step(
                    kind="entry",
                    words=_plain(f"{place} of {named(listing)} on ") + "{}",
                    label=row.cells[0].text,
                    target=target,
                    link=link,
                    evidence=evidence(page.page, row.span, f"{place} of {named(listing)}"),
                )


def _by_cell(facts: Facts, page: PageFacts) -> Iterator[Step]:
    for table in page.tables:
        for column in range(1, len(table.columns)):
            counts = Counter(row.cells[column].text.casefold() for row in table.rows)
            for row in table.rows:
                value, key = row.cells[column].text, row.cells[0]
                target, link = _target(facts, key) if counts[value.casefold()] == 1 and value else ("", "")
                if target:
                    about = f"“{value}” as “{table.columns[column]}”"
                    yield Step(
                        kind="row",
                        words=_plain(f"the “{table.columns[0]}” with {about} in {named(table)} on ") + "{}",
                        label=key.text,
                        target=target,
                        link=link,
                        evidence=evidence(page.page, row.span, f"the row with {about}"),
                    )


def _target(facts: Facts, value: Value) -> tuple[str, str]:
    """Address of the page behind a value and the link that leads to it, each empty if there is none."""
    if value.link:
        page = facts.survey.page(value.link)
        return (page.url, value.link) if page else ("", "")
    return (facts.survey.named(value.text) or "" if len(value.text) > 2 else ""), ""


def _plain(words: str) -> str:
    """Words for `str.format`."""
    return words.replace("{", "{{").replace("}", "}}")
