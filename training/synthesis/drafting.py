"""Drafts of questions over what one walk read: multi-hop, count, intersection and comparison (WebDancer, 2.1).

A draft is sound on the page: its answer follows from what the pages state. Whether it gives its answer away, and
whether somebody with a search engine gets there, is looked at later (`training.synthesis.extracted`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from training.synthesis.facts import AnswerType, Facts, Field, Listing, PageFacts, Row
from training.synthesis.ways import Step, Way, begin, evidence, named, steps
from webenv.types import Evidence, Page, Record
from webenv.values import dates, quantity, tidy
from webenv.web.world.dice import Dice

Type = Literal["multi-hop", "count", "intersection", "comparison"]
TYPES: tuple[Type, ...] = ("multi-hop", "count", "intersection", "comparison")
MAX_STEPS = 3
"""Longest way (our choice)."""
MAX_COUNT, MAX_OPENED = 40, 8
"""Longest list that is counted, and longest whose entries are opened one by one (our choice)."""
_COMPARED, _COMMON = 30, 12
"""Pages that one is compared with before giving up; sets beyond which a member says nothing (our choice)."""


class Draft(Record):
    """A question with its answer and everything that proves it."""

    question: str
    answer: str
    answer_type: AnswerType
    template: str
    evidence: tuple[Evidence, ...]
    """In the order in which it is read."""
    links: tuple[str, ...]
    """For each, the link that leads to its page, if it has one of its own."""
    hidden: tuple[str, ...] = ()
    """What the question must not say."""


class _Set(Record):
    """Members that a page lists, or the rows of a table that have a value in common."""

    way: Way
    words: str
    members: dict[str, tuple[str, Evidence]]


class Drafting:
    """Drafts over the pages of one walk."""

    def __init__(self, facts: Facts, read: list[Page]) -> None:
        self._facts = facts
        found = [facts.of(page.url) for page in read]
        self._pages = [each for each in found if each]
        self._ways = [(way, page) for page in self._pages if (way := begin(facts, page))]
        self._steps = {page.page.url: steps(facts, page) for _, page in self._ways}
        self._starts = [(way, page) for way, page in self._ways if self._steps[page.page.url]]
        self._claims = self._claimed()
        self._sets: list[tuple[_Set, _Set]] | None = None

    def draw(self, kind: Type, dice: Dice) -> Draft | None:
        """One draft, or None if the draw led nowhere."""
        make: dict[Type, Callable[[Dice], Draft | None]] = {
            "multi-hop": self._multi_hop,
            "count": self._count,
            "intersection": self._intersection,
            "comparison": self._comparison,
        }
        return make[kind](dice)

    def _claimed(self) -> dict[tuple[str, str], set[str]]:
        """What the pages of the walk say of a thing under a label, in fields and in tables."""
        claims: dict[tuple[str, str], set[str]] = defaultdict(set)
        for page in self._pages:
            for field in page.fields:
                claims[page.name.casefold(), field.label.casefold()].add(tidy(field.value.text))
            for table in page.tables:
                for row in table.rows:
                    for label, cell in zip(table.columns[1:], row.cells[1:], strict=True):
                        claims[row.cells[0].text.casefold(), label.casefold()].add(tidy(cell.text))
        return claims

    def _undisputed(self, page: PageFacts, field: Field) -> bool:
        """Whether nobody says something else of the same thing, as far as this walk has seen."""
        claims = self._claims.get((page.name.casefold(), field.label.casefold()), set())
        return claims <= {tidy(field.value.text)}

    def _way(self, dice: Dice, length: int) -> tuple[Way, PageFacts] | None:
        """A way of some length that meets no page twice, and the facts of the page at its end."""
        if not self._starts:
            return None
        way, page = dice.pick(self._starts)
        while len(way.steps) < length:
            options = self._steps.get(page.page.url) or steps(self._facts, page)
            step = dice.pick(options) if options else None
            following = self._facts.of(step.target) if step and step.target not in way.pages else None
            if step is None or following is None:
                return None
            way, page = Way(start=way.start, name=way.name, steps=(*way.steps, step)), following
        return way, page

    def _multi_hop(self, dice: Dice) -> Draft | None:
        found = self._way(dice, dice.between(1, MAX_STEPS))
        fields = [each for each in found[1].fields if each.value.answers] if found else []
        if not found or not fields:
            return None
        (way, page), field = found, dice.pick(fields)
        if not self._undisputed(page, field) or way.steps[-1].label.casefold() in field.value.text.casefold():
            return None
        wording = dice.pick(("What is the “{}” of {}?", "Which “{}” is given for {}?", "Find {1}. What is its “{0}”?"))
        if "{1}" not in wording:
            wording = wording.replace("{}", "{0}", 1).replace("{}", "{1}", 1)
        return self._draft(
            "multi-hop",
            wording.format(field.label, way.thing),
            field.value.text,
            field.value.type,
            [(way, [evidence(page.page, field.span, field.label)])],
            [field.label],
        )

    def _count(self, dice: Dice) -> Draft | None:
        return self._count_fields(dice) if dice.chance(30) else self._count_rows(dice)

    def _count_rows(self, dice: Dice) -> Draft | None:
        found = self._way(dice, dice.between(1, MAX_STEPS - 1))
        listings = [each for each in (*found[1].lists, *found[1].tables) if len(each.rows) <= MAX_COUNT] if found else []
        if not found or not listings:
            return None
        (way, page), listing = found, dice.pick(listings)
        rows, words = listing.rows, f"How many {'rows' if listing.columns else 'entries'} does {named(listing)} on"
        question = f"{words} {way.page} have?"
        if len(listing.columns) > 1 and dice.chance(60):
            column = dice.between(1, len(listing.columns) - 1)
            value = dice.pick(listing.rows).cells[column].text
            rows = tuple(row for row in rows if row.cells[column].text == value)
            about = f"“{value}” as “{listing.columns[column]}”"
            question = f"How many rows of {named(listing)} on {way.page} have {about}?"
        if len(rows) < 2:
            return None
        proof = [evidence(page.page, row.span, f"counted in {named(listing)}") for row in rows]
        return self._draft("count", question, str(len(rows)), "number", [(way, proof)], ["rows"])

    def _count_fields(self, dice: Dice) -> Draft | None:
        """How many entries of a list have a value on their own pages."""
        found = self._opened(dice)
        if not found:
            return None
        way, listing, label, entries = found
        value = dice.pick(entries)[2].value.text
        number = sum(tidy(field.value.text) == tidy(value) for *_, field in entries)
        question = f"Of the entries of {named(listing)} on {way.page}, how many have “{value}” as their “{label}”?"
        proof = [(each, [evidence(page.page, field.span, label)]) for each, page, field in entries]
        return self._draft("count", question, str(number), "number", proof, ["entries", label], listed=True)

    def _opened(self, dice: Dice) -> tuple[Way, Listing, str, list[tuple[Way, PageFacts, Field]]] | None:
        """A short list on a named page, and a label that the page of each of its entries has."""
        lists = [(way, each) for way, page in self._starts for each in page.lists if len(each.rows) <= MAX_OPENED]
        if not lists:
            return None
        way, listing = dice.pick(lists)
        mine = [step for step in self._steps[way.start] if step.kind == "entry"]
        at = {step.evidence.text: step for step in mine if step.evidence.text in {row.span for row in listing.rows}}
        pages = [self._facts.of(step.target) for step in at.values()]
        if len(at) < len(listing.rows) or len({page.page.url for page in pages if page}) < len(listing.rows):
            return None
        fields = [{field.label: field for field in page.fields} for page in pages if page]
        labels = sorted(set.intersection(*(set(each) for each in fields)))
        if not labels:
            return None
        label = dice.pick(labels)
        entries = zip(at.values(), pages, fields, strict=True)
        return way, listing, label, [(_to(way, step), page, each[label]) for step, page, each in entries if page]

    def _intersection(self, dice: Dice) -> Draft | None:
        return self._with_value(dice) if dice.chance(50) else self._common(dice)

    def _with_value(self, dice: Dice) -> Draft | None:
        """The one entry of a list that has a value on its own page."""
        found = self._opened(dice)
        if not found:
            return None
        way, listing, label, entries = found
        values = Counter(tidy(field.value.text) for *_, field in entries)
        chosen, page, field = dice.pick(entries)
        if values[tidy(field.value.text)] > 1:
            return None
        question = f"Which entry of {named(listing)} on {way.page} has “{field.value.text}” as its “{label}”?"
        proof = [(chosen, [evidence(page.page, field.span, label)])]
        return self._draft("intersection", question, chosen.steps[-1].label, "text", proof, ["entry", label])

    def _common(self, dice: Dice) -> Draft | None:
        """The one thing that stands in two lists on different pages."""
        if self._sets is None:
            self._sets = self._pairs_of_sets()
        if not self._sets:
            return None
        one, other = dice.pick(self._sets)
        [key] = one.members.keys() & other.members.keys()
        question = f"What stands both in {one.words} and in {other.words}?"
        proof = [(each.way, [each.members[key][1]]) for each in (one, other)]
        return self._draft("intersection", question, one.members[key][0], "text", proof, ["sets"])

    def _pairs_of_sets(self) -> list[tuple[_Set, _Set]]:
        sets = [each for way, page in self._ways for each in _sets(way, page)]
        holding: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(sets):
            for key in each.members:
                holding[key].append(number)
        common: Counter[tuple[int, int]] = Counter()
        for numbers in holding.values():
            if len(numbers) <= _COMMON:
                common.update((one, other) for one in numbers for other in numbers if one < other)
        pairs = [(sets[one], sets[other]) for (one, other), count in sorted(common.items()) if count == 1]
        return [
            (one, other)
            for one, other in pairs
            if one.way.start != other.way.start and len(one.members.keys() & other.members.keys()) == 1
        ]

    def _comparison(self, dice: Dice) -> Draft | None:
        """Which of two pages has more of what both state, or the longer list of a name."""
        found = self._way(dice, dice.between(1, MAX_STEPS - 1))
        mine = _measures(found[1]) if found else {}
        if not found or not mine:
            return None
        (way, page), measure = found, dice.pick(sorted(mine))
        options = [(each, step) for each, _ in self._starts for step in self._steps[each.start]]
        for start, step in dice.shuffled(options)[:_COMPARED]:
            other = self._facts.of(step.target) if step.target not in way.pages else None
            theirs = _measures(other).get(measure) if other else None
            if other is None or theirs is None or theirs[0] == mine[measure][0]:
                continue
            ways = [way, _to(start, step)]
            sizes, spans = zip(mine[measure], theirs, strict=True)
            winner = ways[sizes.index(max(sizes))].steps[-1].label
            question = f"Which of the two has {measure[1]}: {ways[0].thing} or {ways[1].thing}?"
            pages = (page.page, other.page)
            proof = [
                (each, [evidence(at, span, measure[1]) for span in found])
                for each, at, found in zip(ways, pages, spans, strict=True)
            ]
            return self._draft("comparison", question, winner, "text", proof, [measure[0]])
        return None

    def _draft(
        self,
        kind: Type,
        question: str,
        answer: str,
        answer_type: AnswerType,
        proof: list[tuple[Way, list[Evidence]]],
        about: list[str],
        listed: bool = False,
    ) -> Draft:
        read = [(step.evidence, "") for way, _ in proof for step in way.steps[:0]]
        for way, last in proof:
            links = ["", *(step.link for step in way.steps)]
            read += zip([*way.evidence, *last], [*links, *[""] * len(last)], strict=False)
        kinds = [step.kind for way, _ in proof[: 1 if listed else None] for step in way.steps]
        labels = [step.label for way, _ in proof for step in way.steps]
        return Draft(
            question=question,
            answer=answer,
            answer_type=answer_type,
            template=":".join((kind, *kinds, *about)),
            evidence=tuple(item for item, _ in read),
            links=tuple(link for _, link in read),
            hidden=tuple(labels),
        )


def _to(way: Way, step: Step) -> Way:
    return Way(start=way.start, name=way.name, steps=(*way.steps, step))


def _sets(way: Way, page: PageFacts) -> list[_Set]:
    """The lists of a page, the first column of its tables, and the rows that have a value in common."""
    sets = []
    for listing in (*page.lists, *page.tables):
        sets.append(_set(way, page, f"{named(listing)} on {way.page}", listing.rows))
        for column in range(1, len(listing.columns)):
            by_value: dict[str, list[Row]] = defaultdict(list)
            for row in listing.rows:
                by_value[row.cells[column].text].append(row)
            for value, rows in by_value.items():
                if 1 < len(rows) < len(listing.rows):
                    about = f"with “{value}” as “{listing.columns[column]}”"
                    sets.append(_set(way, page, f"{named(listing)} on {way.page} {about}", tuple(rows)))
    return sets


def _set(way: Way, page: PageFacts, words: str, rows: tuple[Row, ...]) -> _Set:
    members = {
        tidy(row.cells[0].text): (row.cells[0].text, evidence(page.page, row.span, words))
        for row in rows
        if row.cells[0].answers and len(row.cells[0].text) > 3
    }
    return _Set(way=way, words=words, members=members)


Measure = tuple[str, str]
"""What is compared: a key that two pages must share, and its words in a question."""


def _measures(page: PageFacts) -> dict[Measure, tuple[tuple[Fraction, ...], list[str]]]:
    """What can be compared of a page, with the words that state it."""
    found: dict[Measure, tuple[tuple[Fraction, ...], list[str]]] = {}
    for field in page.fields:
        if size := quantity(field.value.text, set()) if field.value.type == "number" else None:
            found[f"{field.label} {size[1]}", f"the higher “{field.label}”"] = (size[0],), [field.span]
        elif field.value.type == "date":
            [day] = dates(field.value.text)
            if all(day):
                found[f"{field.label} date", f"the later “{field.label}”"] = tuple(map(Fraction, day)), [field.span]
    for listing in page.lists:
        if len(listing.rows) <= MAX_COUNT:
            words = f"more entries in its list “{listing.name}”" if listing.name else "more entries in the list on its page"
            found[f"list {listing.name}", words] = (Fraction(len(listing.rows)),), [row.span for row in listing.rows]
    return found
