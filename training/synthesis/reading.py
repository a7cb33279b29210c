"""What one walk read, as questions see it: where ways begin and lead, what is claimed of a thing, groups of things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import combinations

from training.synthesis.facts import Facts, Field, PageFacts, Row
from training.synthesis.ways import Step, Steps, Way, begin, evidence, named
from webenv.types import Evidence, Page, Record
from webenv.values import tidy
from webenv.web.world.dice import Dice

MAX_OPENED = 8
"""Largest group whose members are opened one by one (our choice)."""
MAX_REACHED = 64
"""Pages beyond the walk whose groups are compared (our choice)."""
MAX_HOLDING = 12
"""Groups that hold a thing, beyond which it is no answer (our choice)."""


class Group(Record):
    """The entries of a list, the first column of a table, or the rows of a table that have a value in common."""

    way: Way
    words: str
    """In a question, with its page."""
    each: str
    """Its members, in a question."""
    page: Page
    rows: tuple[Row, ...]

    def proof(self, row: Row) -> Evidence:
        """The words that put a thing into the group."""
        return evidence(self.page, row.span, f"one of {self.words}")


class Opened(Record):
    """A group with the page of each of its members."""

    group: Group
    members: tuple[tuple[Way, PageFacts], ...]

    def fields(self, label: str) -> list[Field]:
        """What the pages of the members say under a label that all of them have."""
        return [field for _, page in self.members for field in page.fields if field.label == label]

    @property
    def labels(self) -> list[str]:
        """Labels that all have."""
        return sorted(set.intersection(*({field.label for field in page.fields} for _, page in self.members)))


class Reading:
    """The pages of one walk."""

    def __init__(self, facts: Facts, steps: Steps, pages: Iterable[Page]) -> None:
        self._facts, self._steps = facts, steps
        self.pages = [found for page in pages if (found := facts.of(page.url))]
        self._named = [(way, page) for page in self.pages if (way := begin(facts, page))]
        self.starts = [(way, page) for way, page in self._named if steps.of(way.start)]

    def of(self, url: str) -> PageFacts | None:
        """The facts of any page of the snapshot."""
        return self._facts.of(url)

    def way(self, dice: Dice, length: int) -> tuple[Way, PageFacts] | None:
        """A way that meets no page twice, and the facts of the page at its end; None if the draw led nowhere."""
        if not self.starts:
            return None
        way, page = dice.pick(self.starts)
        while len(way.steps) < length:
            options = self._steps.of(way.end)
            step = dice.pick(options) if options else None
            following = self.of(step.target) if step and step.target not in way.pages else None
            if step is None or following is None:
                return None
            way, page = way.to(step), following
        return way, page

    @cached_property
    def ways(self) -> list[Way]:
        """Every way of one step."""
        return [way.to(step) for way, _ in self.starts for step in self._steps.of(way.start)]

    @cached_property
    def sharing(self) -> list[tuple[Group, Group, Row, Row]]:
        """Pairs of groups on two pages that have exactly one thing in common, with its row in each.

        They stand on the named pages, and on some that a step leads to.
        """
        reached = {way.end: way for way in reversed(self.ways)}
        ways = [reached[url] for url in sorted(reached)]
        some = [ways[place * len(ways) // MAX_REACHED] for place in range(min(len(ways), MAX_REACHED))]
        found = [(way, page) for way in some if (page := self.of(way.end))]
        return _sharing([group for way, page in (*self._named, *found) for group in _groups(way, page)])

    def opened(self, dice: Dice) -> Opened | None:
        """A small group all of whose members have a page of their own."""
        found = self.way(dice, dice.below(2))
        small = [group for group in _groups(*found) if len(group.rows) <= MAX_OPENED] if found else []
        if not found or not small:
            return None
        group, by_row = dice.pick(small), dict[str, Step]()
        for step in self._steps.of(found[0].end):
            by_row.setdefault(step.evidence.text, step)
        leading = [by_row.get(row.span) for row in group.rows]
        members = [(group.way.to(step), page) for step in leading if step and (page := self.of(step.target))]
        complete = len({page.page.url for _, page in members}) == len(group.rows)
        return Opened(group=group, members=tuple(members)) if complete else None

    def undisputed(self, page: PageFacts, field: Field) -> bool:
        """Whether no page of the walk says something else of the same thing under the same label."""
        return self._claims.get((page.name.casefold(), field.label.casefold()), set()) <= {tidy(field.value.text)}

    @cached_property
    def _claims(self) -> dict[tuple[str, str], set[str]]:
        claims: dict[tuple[str, str], set[str]] = defaultdict(set)
        for page in self.pages:
            for field in page.fields:
                claims[page.name.casefold(), field.label.casefold()].add(tidy(field.value.text))
            for table in page.tables:
                for row in table.rows:
                    for label, cell in zip(table.columns[1:], row.cells[1:], strict=True):
                        claims[row.cells[0].text.casefold(), label.casefold()].add(tidy(cell.text))
        return claims


def _groups(way: Way, page: PageFacts) -> list[Group]:
    groups = []
    for listing in (*page.lists, *page.tables):
        words = f"{named(listing)} on {way.page}"
        each = f"the {'rows' if listing.columns else 'entries'} of {words}"
        groups.append(Group(way=way, words=words, each=each, page=page.page, rows=listing.rows))
        for column, label in list(enumerate(listing.columns))[1:]:
            by_value: dict[str, list[Row]] = defaultdict(list)
            for row in listing.rows:
                by_value[row.cells[column].text].append(row)
            for value, rows in by_value.items():
                if value and 1 < len(rows) < len(listing.rows):
                    about = f"the rows with “{value}” as “{label}” in {words}"
                    groups.append(Group(way=way, words=about, each=about, page=page.page, rows=tuple(rows)))
    return groups


def _sharing(groups: list[Group]) -> list[tuple[Group, Group, Row, Row]]:
    holding: dict[str, dict[int, Row]] = defaultdict(dict)
    for number, group in enumerate(groups):
        for row in group.rows:
            if row.cells[0].answers and len(row.cells[0].text) > 3:
                holding[tidy(row.cells[0].text)][number] = row
    shared: dict[tuple[int, int], list[tuple[Row, Row]]] = defaultdict(list)
    for rows in holding.values():
        for one, other in combinations(rows, 2) if len(rows) <= MAX_HOLDING else ():
            if groups[one].page.url != groups[other].page.url:
                shared[one, other].append((rows[one], rows[other]))
    common = {key for rows in holding.values() if len(rows) > MAX_HOLDING for key in combinations(rows, 2)}
    return [
        (groups[one], groups[other], *found[0])
        for (one, other), found in sorted(shared.items(), key=lambda item: item[0])
        if len(found) == 1 and (one, other) not in common
    ]
