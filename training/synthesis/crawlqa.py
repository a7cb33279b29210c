"""CRAWLQA on generated worlds: questions of four types over what stands on linked pages.

Types and idea follow WebDancer (arXiv 2505.22648, section 2.1 and appendix D); it published neither prompts nor code.
A question is a function of (world, seed, number, attempt); an attempt that was asked before is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from training.synthesis.chains import Chain, forward, phrase, to
from training.synthesis.proof import Prover, Stop
from webenv.errors import InputError
from webenv.types import Evidence, Task
from webenv.web.world.dice import Dice
from webenv.web.world.generate import TIMESTAMP
from webenv.web.world.pages import LIST_LIMIT
from webenv.web.world.schema import (
    KINDS,
    RELATIONS,
    Attribute,
    Entity,
    Kind,
    Relation,
    attributes_of,
    relations_of,
    relations_to,
)
from webenv.web.world.sites import HOME

Type = Literal["single", "multi-hop", "count", "intersection", "comparison"]
TYPES: tuple[Type, ...] = ("multi-hop", "count", "intersection", "comparison")
"""The types of CRAWLQA; `single`, one fact of a named thing that others lead to, is what E2HQA starts from."""
MAX_COUNT = 12
"""Largest number that a question counts to (our choice)."""
MIN_COMPARED = 20
"""Things of a kind from which two are compared (our choice): of a few, the largest would soon be known."""
_TRIES, _WANTED, _SAME_TYPE = 400, 5, 20
"""Draws for one question; attempts at a new question before any count will do, and before another type will
(our choice)."""
AS_OF = f"{TIMESTAMP[:4]}-{TIMESTAMP[4:6]}-{TIMESTAMP[6:8]}"
_NOUNS: dict[Kind, str] = {
    "person": "person", "town": "town", "region": "region", "species": "species", "work": "book",
    "organisation": "organisation", "event": "event", "product": "article",
}  # fmt: skip


class _Draft(NamedTuple):
    question: str
    answer: str
    answer_type: Literal["text", "number", "date", "code"]
    evidence: list[Evidence]
    stops: list[Stop]
    template: str


class CrawlQA:
    """Writes questions about one world."""

    def __init__(self, prover: Prover, seed: int, types: tuple[Type, ...] = TYPES) -> None:
        self._prover, self._graph, self._seed, self._types = prover, prover.graph, seed, types

    def all(self, count: int) -> Iterator[Task]:
        """The first questions, none twice."""
        asked: set[str] = set()
        for number in range(count):
            for attempt in range(_TRIES):
                task = self.write(number, attempt)
                if task.question not in asked:
                    break
            else:
                raise InputError(f"this world has no more than {len(asked):,} questions; make a larger one")
            asked.add(task.question)
            yield task

    def write(self, number: int, attempt: int = 0) -> Task:
        """A question of a number, from 0; the types take turns, and after some attempts the next type steps in.

        Raises:
            InputError: the world is too small for one.
        """
        kind = self._types[(number + attempt // _SAME_TYPE) % len(self._types)]
        make = {
            "single": self._single,
            "multi-hop": self._multi_hop,
            "count": self._count,
            "intersection": self._intersection,
            "comparison": self._comparison,
        }[kind]
        dice = self._graph.dice("crawlqa", self._seed, number, attempt)
        made = (make(dice, number if tried < _TRIES // 2 and attempt < _WANTED else None) for tried in range(_TRIES))
        draft = next((each for each in made if each and not self._leaks(each)), None)
        if draft is None:
            raise InputError(f"this world has no {kind} question number {number}; make a larger one")
        pages = list(dict.fromkeys(item.url for item in draft.evidence))
        family = "easy" if kind == "single" else "crawlqa"
        return Task(
            task_id=f"{family}-{self._graph.settings.seed}-{self._seed}-{number:06d}",
            question=draft.question,
            answer=draft.answer,
            answer_type=draft.answer_type,
            evidence=tuple(draft.evidence),
            oracle=self._prover.calls(draft.stops),
            as_of=AS_OF,
            template=draft.template,
            hops=len(pages),
            split=self._graph.settings.split,
        )

    def _leaks(self, draft: _Draft) -> bool:
        """Whether a search for the question shows the answer; a count is not written anywhere."""
        return not draft.template.startswith(("single", "count", "comparison")) and self._prover.leaks(
            draft.question, draft.answer
        )

    def _single(self, dice: Dice, number: int | None) -> _Draft:
        relation = RELATIONS[dice.pick(("mayor", "founder", "seat", "birthplace", "employer"))]
        entity = self._graph.target(relation, self._any(relation.source, dice))
        attribute = dice.pick(attributes_of(entity.kind))
        return self._ask(Chain(entities=(entity,), relations=()), attribute, "single")

    def _multi_hop(self, dice: Dice, number: int | None) -> _Draft | None:
        start = self._any(dice.pick([kind for kind in KINDS if relations_of(kind)]), dice)
        chain = forward(self._graph, start, dice.between(1, 3), dice)
        return self._ask(chain, dice.pick(attributes_of(chain.end.kind)), "multi-hop") if chain else None

    def _ask(self, chain: Chain, attribute: Attribute, kind: Type) -> _Draft:
        return _Draft(
            question=attribute.question.format(phrase(self._graph, chain)),
            answer=self._graph.shown(attribute.name, chain.end),
            answer_type=attribute.answer_type,
            evidence=[*self._along(chain), self._prover.attribute(chain.end, attribute.name, attribute.site)],
            stops=[*self._stops(chain), (chain.end, attribute.site)],
            template=":".join((kind, chain.start.kind, *chain.relations, attribute.name)),
        )

    def _count(self, dice: Dice, number: int | None) -> _Draft | None:
        relation = dice.pick([each for each in RELATIONS.values() if each.sources])
        target = self._any(relation.target, dice)
        if dice.chance(50):
            target = self._graph.target(relation, self._any(relation.source, dice))
        count = self._graph.count(relation, target)
        chain = to(self._graph, target, dice)
        wanted = count if number is None else 2 + number // len(self._types) % (MAX_COUNT - 1)
        if count != wanted or not 2 <= count <= MAX_COUNT or not chain.relations:
            return None  # all counts take turns, else guessing the most frequent one would often be right
        entries = [self._prover.listed(target, relation.name, each) for each in self._graph.sources(relation, target)]
        return _Draft(
            question=f"How many {relation.sources.format(phrase(self._graph, chain))}?",
            answer=str(count),
            answer_type="number",
            evidence=[*self._along(chain), *entries],
            stops=[*self._stops(chain), (target, HOME[target.kind])],
            template=":".join(("count", chain.start.kind, *chain.relations, relation.name)),
        )

    def _intersection(self, dice: Dice, number: int | None) -> _Draft | None:
        """Something that is on the list of one thing and has to do with another; nothing else on the list has."""
        listed = dice.pick([each for each in RELATIONS.values() if each.listed and each.clause])
        others = [each for each in _clauses(listed.source) if each != listed]
        if not others:
            return None
        wanted, other = self._any(listed.source, dice), dice.pick(others)
        lister, second = self._graph.target(listed, wanted), dice.pick(self._graph.targets(other, wanted))
        chain = to(self._graph, lister, dice)
        if not 2 <= self._graph.count(listed, lister) <= LIST_LIMIT or not chain.relations or wanted in chain.entities:
            return None
        matches = [each for each in self._graph.sources(listed, lister) if second in self._graph.targets(other, each)]
        if matches != [wanted] or second == lister:
            return None
        clauses = (listed.clause.format(phrase(self._graph, chain)), other.clause.format(self._graph.name(second)))
        return _Draft(
            question=f"Which {_NOUNS[wanted.kind]} {clauses[0]} and {clauses[1]}?",
            answer=self._graph.name(wanted),
            answer_type="text",
            evidence=[
                *self._along(chain),
                self._prover.listed(lister, listed.name, wanted),
                self._prover.relation(wanted, other.name, second),
            ],
            stops=[*self._stops(chain), (lister, HOME[lister.kind]), (wanted, other.site)],
            template=":".join(("intersection", chain.start.kind, *chain.relations, listed.name, other.name)),
        )

    def _comparison(self, dice: Dice, number: int | None) -> _Draft | None:
        kind = dice.pick([each for each in KINDS if relations_to(each) and self._graph.sizes[each] >= MIN_COMPARED])
        attribute = dice.pick([each for each in attributes_of(kind) if each.more])
        chains = [to(self._graph, self._any(kind, dice), dice) for _ in range(2)]
        values = [self._graph.value(attribute.name, chain.end) for chain in chains]
        if values[0] == values[1] or not all(chain.relations for chain in chains):
            return None
        if set(chains[0].entities) & set(chains[1].entities):
            return None
        larger = chains[0] if values[0] > values[1] else chains[1]  # type: ignore[operator]
        either = " or ".join(phrase(self._graph, chain) for chain in chains)
        return _Draft(
            question=f"Which of the two {attribute.more}: {either}?",
            answer=self._graph.name(larger.end),
            answer_type="text",
            evidence=[
                item
                for chain in chains
                for item in (*self._along(chain), self._prover.attribute(chain.end, attribute.name, attribute.site))
            ],
            stops=[stop for chain in chains for stop in (*self._stops(chain), (chain.end, attribute.site))],
            template=":".join(("comparison", *(each for chain in chains for each in chain.relations), attribute.name)),
        )

    def _any(self, kind: Kind, dice: Dice) -> Entity:
        return Entity(kind, dice.below(self._graph.sizes[kind]))

    def _along(self, chain: Chain) -> list[Evidence]:
        """The words that state each relation of a way."""
        steps = zip(chain.entities, chain.relations, chain.entities[1:], strict=False)
        return [self._prover.relation(source, relation, target) for source, relation, target in steps]

    def _stops(self, chain: Chain) -> list[Stop]:
        """The pages on which the relations of a way stand."""
        return [(source, RELATIONS[name].site) for source, name in zip(chain.entities, chain.relations, strict=False)]


def _clauses(kind: Kind) -> list[Relation]:
    return [each for each in relations_of(kind) if each.clause]
