"""Drafts of questions about a generated world: one function for each type of question."""

from __future__ import annotations

from functools import cached_property

from training.synthesis.chains import Chain, forward, leading_on, leading_to, phrase, to
from training.synthesis.counts import Counts
from training.synthesis.draft import Draft, Type, stops, template
from training.synthesis.proof import Prover
from training.synthesis.triplets import ASKED, MOST, OF, constant, follow
from training.synthesis.wordings import CLAUSES, COMPARED, COUNTS, NOUNS, Speech
from webenv.types import Evidence
from webenv.web.world.dice import Dice
from webenv.web.world.pages import LIST_LIMIT
from webenv.web.world.schema import KINDS, RELATIONS, Attribute, Entity, Kind, attributes_of, relations_of

PAGES_FOR_EACH = 100
"""Kinds of which there is less than one thing for so many pages are not compared, nor are their lists looked through
(our choice): of a few, the largest would soon be known."""
_ASKS_FOR_NAME = 30
"""Of a hundred questions for a thing's facts, those that ask for a related thing's name (our choice)."""


class Drafts:
    """Makes drafts of one world."""

    def __init__(self, prover: Prover, seed: int) -> None:
        self._prover, self._graph, self._seed = prover, prover.graph, seed
        self._split = prover.graph.settings.split

    @cached_property
    def _counts(self) -> Counts:
        return Counts(self._graph, self._seed)

    def make(self, kind: Type, dice: Dice, place: int) -> Draft | None:
        """A draft of a type, or None if what was drawn does not fit; a count is that of the list of a place."""
        if kind == "count":
            return self._count(dice, place)
        make = {
            "single": self._single, "multi-hop": self._multi_hop, "intersection": self._intersection,
            "comparison": self._comparison,
        }[kind]  # fmt: skip
        return make(dice)

    def _single(self, dice: Dice) -> Draft | None:
        """About something to which ways of any length lead, so that the question can be made harder."""
        towards = [each for kind in KINDS for each in leading_to(kind) if kind != "region"]
        relation = dice.pick([each for each in towards if leading_to(each.source)])
        entity = self._graph.target(relation, self._any(relation.source, dice))
        return self._ask(Chain(entities=(entity,), relations=()), "single", dice)

    def _multi_hop(self, dice: Dice) -> Draft | None:
        chain = forward(self._graph, self._any(dice.pick(KINDS), dice), dice.between(1, 3), dice)
        return self._ask(chain, "multi-hop", dice) if chain else None

    def _ask(self, chain: Chain, kind: Type, dice: Dice) -> Draft | None:
        """Asks for a value that the thing at the end of a way has, or for the name of what it leads to."""
        if dice.chance(_ASKS_FOR_NAME):
            return self._ask_name(chain, kind, dice)
        speech, attribute = Speech(self._split, dice), dice.pick(attributes_of(chain.end.kind))
        triplets, end = follow(self._graph, chain)
        question = speech.say(f"ask.{attribute.name}", phrase(self._graph, chain, speech))
        return Draft(
            question=question,
            answer=self._graph.shown(attribute.name, chain.end),
            answer_type=attribute.answer_type,
            evidence=[*self._along(chain), self._prover.attribute(chain.end, attribute.name, attribute.site)],
            stops=[*stops(chain), (chain.end, attribute.site)],
            template=template(kind, chain, speech),
            triplets=[(ASKED, attribute.name + OF, end), *reversed(triplets)],
            named=(chain.start,),
        )

    def _ask_name(self, chain: Chain, kind: Type, dice: Dice) -> Draft | None:
        speech, relation = Speech(self._split, dice), dice.pick(leading_on(chain.end.kind))
        target = self._graph.target(relation, chain.end)
        longer = Chain(entities=(*chain.entities, target), relations=(*chain.relations, relation.name))
        if target in chain.entities:
            return None
        return Draft(
            question=speech.say("frame.name", phrase(self._graph, longer, speech)),
            answer=self._graph.name(target),
            answer_type="text",
            evidence=self._along(longer),
            stops=stops(longer),
            template=template(kind, longer, speech),
            triplets=follow(self._graph, longer, last=ASKED)[0][::-1],
            named=(chain.start,),
        )

    def _count(self, dice: Dice, place: int) -> Draft | None:
        listed = self._counts.number(place)
        if listed is None:
            return None
        relation, target = listed
        chain, speech = to(self._graph, target, dice), Speech(self._split, dice)
        triplets, end = follow(self._graph, chain, first=2)
        entries = [self._prover.relation(each, relation.name, target) for each in self._graph.sources(relation, target)]
        return Draft(
            question=speech.say(f"count.{relation.name}", phrase(self._graph, chain, speech)),
            answer=str(len(entries)),
            answer_type="number",
            evidence=[*self._along(chain), *entries],
            stops=[*stops(chain), (target, relation.site)],
            template=template("count", chain, speech),
            triplets=[(ASKED, "count", "V@E1"), ("V@E1", relation.name, end), *reversed(triplets)],
            named=(chain.start,),
        )

    def _intersection(self, dice: Dice) -> Draft | None:
        """Something that is on the list of one thing and has to do with another; nothing else on the list has."""
        relations = (RELATIONS[name] for name in COUNTS)
        listed = dice.pick([each for each in relations if self._are_many(each.target)])
        other = dice.pick([each for each in relations_of(listed.source) if each.name in CLAUSES and not each.listed])
        wanted = self._any(listed.source, dice)
        lister, second = self._graph.target(listed, wanted), dice.pick(self._graph.targets(other, wanted))
        if not 2 <= self._graph.count(listed, lister) <= LIST_LIMIT or second == lister:
            return None
        chain, speech = to(self._graph, lister, dice), Speech(self._split, dice)
        matches = [each for each in self._graph.sources(listed, lister) if second in self._graph.targets(other, each)]
        if matches != [wanted] or not chain.relations or wanted in chain.entities:
            return None
        triplets, end = follow(self._graph, chain)
        one = speech.say(f"clause.{listed.name}", phrase(self._graph, chain, speech))
        two = speech.say(f"clause.{other.name}", self._graph.name(second))
        return Draft(
            question=speech.say("frame.intersection", noun=NOUNS[wanted.kind], one=one, other=two),
            answer=self._graph.name(wanted),
            answer_type="text",
            evidence=[
                *self._along(chain),
                self._prover.relation(wanted, listed.name, lister),
                self._prover.relation(wanted, other.name, second),
            ],
            stops=[*stops(chain), (lister, listed.site), (wanted, other.site)],
            template=template("intersection", chain, speech),
            triplets=[
                (ASKED, listed.name, end),
                (ASKED, other.name, constant(self._graph.name(second))),
                *reversed(triplets),
            ],
            named=(chain.start,),
        )

    def _comparison(self, dice: Dice) -> Draft | None:
        kinds = [each for each in KINDS if leading_to(each) and self._are_many(each) and _compared(each)]
        kind = dice.pick(kinds)
        attribute = dice.pick(_compared(kind))
        one, other = (to(self._graph, self._any(kind, dice), dice) for _ in range(2))
        values = [self._graph.value(attribute.name, chain.end) for chain in (one, other)]
        if values[0] == values[1] or not one.relations or not other.relations:
            return None
        if set(one.entities) & set(other.entities):
            return None
        larger, speech = one if values[0] > values[1] else other, Speech(self._split, dice)  # type: ignore[operator]
        (first, end), (second, other_end) = follow(self._graph, one), follow(self._graph, other, 1 + len(one.relations))
        words = {"one": phrase(self._graph, one, speech), "other": phrase(self._graph, other, speech)}
        more = speech.say(f"more.{attribute.name}")
        return Draft(
            question=speech.say("frame.comparison", more=more, **words),
            answer=self._graph.name(larger.end),
            answer_type="text",
            evidence=[*self._up_to(one, attribute), *self._up_to(other, attribute)],
            stops=[*stops(one), (one.end, attribute.site), *stops(other), (other.end, attribute.site)],
            template=template("comparison", one, speech),
            triplets=[
                (ASKED, MOST + attribute.name, end),
                (ASKED, MOST + attribute.name, other_end),
                *reversed(first),
                *reversed(second),
            ],
            named=(one.start, other.start),
        )

    def _are_many(self, kind: Kind) -> bool:
        return self._graph.sizes[kind] * PAGES_FOR_EACH >= self._graph.settings.pages

    def _any(self, kind: Kind, dice: Dice) -> Entity:
        return Entity(kind, dice.below(self._graph.sizes[kind]))

    def _up_to(self, chain: Chain, attribute: Attribute) -> list[Evidence]:
        return [*self._along(chain), self._prover.attribute(chain.end, attribute.name, attribute.site)]

    def _along(self, chain: Chain) -> list[Evidence]:
        """The words that state each relation of a way."""
        return [self._prover.relation(*step) for step in chain.steps]


def _compared(kind: Kind) -> list[Attribute]:
    return [each for each in attributes_of(kind) if each.name in COMPARED]
