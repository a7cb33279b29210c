"""Obfuscation: a thing that a question names is described instead, vaguely, but so that only one thing fits.

Initials instead of a name, a span of years instead of a day, "some thousands of" instead of a number. A description
stays away where it fits several things, where too many things would have to be looked at, or where a search for what
it says, with each year that it can mean tried in turn, does not lead to the thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec

from training.synthesis.proof import HITS, Prover
from training.synthesis.triplets import DESCRIBED, Triplet, constant
from training.synthesis.wordings import NOUNS, VAGUE, Speech
from webenv.types import Evidence, Task, ToolCall
from webenv.web.world.dice import Dice
from webenv.web.world.labels import TITLES
from webenv.web.world.schema import ATTRIBUTES, Attribute, Entity, Kind, attributes_of
from webenv.web.world.sites import HOME

MOST_LOOKED_AT = 50_000
"""Things of a kind that are compared with a description (our choice)."""
_SIZES = ("fewer than ten", "some tens of", "some hundreds of", "some thousands of", "some tens of thousands of",
          "some hundreds of thousands of")  # fmt: skip
"""Vague numbers, by their digits."""


class Hint(NamedTuple):
    """Something vague that is true of a thing."""

    about: str
    """An attribute, or `name`."""
    text: str


class Obfuscator:
    """Describes things of one world."""

    def __init__(self, prover: Prover) -> None:
        self._prover, self._graph = prover, prover.graph
        self._fitting = lru_cache(maxsize=None)(self._fit)

    def hide(self, task: Task, named: tuple[Entity, ...], dice: Dice) -> Task:
        """The task with descriptions in place of those names for which there is one; else the task as it is."""
        for number, entity in enumerate(named, 1):
            name = self._graph.name(entity)
            hints = self._hints(entity, dice)
            if hints and task.question.count(name) == 1 and (sought := self._sought(entity, hints)):
                task = self._described(task, entity, hints, sought, f"{DESCRIBED}{number}", dice)
        return task

    def _described(self, task: Task, entity: Entity, hints: list[Hint], sought: str, variable: str, dice: Dice) -> Task:
        name, speech = self._graph.name(entity), Speech(self._graph.settings.split, dice)
        said = [speech.say(f"vague.{hint.about}", hint.text) for hint in hints]
        listed = ", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0]
        words = speech.say("frame.described", noun=NOUNS[entity.kind], hints=listed)
        triplets: list[Triplet] = [(variable, "kind", constant(entity.kind))]
        triplets += [(variable, hint.about, constant(hint.text)) for hint in hints]
        named = constant(name)
        asked = tuple((one, about, variable if term == named else term) for one, about, term in task.triplets)
        proofs = [self._proof(entity, hint) for hint in hints if hint.about != "name"]
        return msgspec.structs.replace(
            task,
            question=task.question.replace(name, words),
            evidence=(*proofs, *task.evidence),
            oracle=self._asking(task.oracle, self._prover.sites.of(entity), sought),
            template=":".join((task.template, *speech.used)),
            triplets=(*asked, *triplets),
        )

    def _asking(self, calls: tuple[ToolCall, ...], url: str, sought: str) -> tuple[ToolCall, ...]:
        """The calls, with the search that leads to a page asking for something else."""
        asked = ToolCall(name="search", arguments={"query": [sought]})
        return tuple(
            asked if call.name == "search" and following.arguments.get("url") == [url] else call
            for call, following in zip(calls, (*calls[1:], calls[-1]), strict=True)
        )

    def _proof(self, entity: Entity, hint: Hint) -> Evidence:
        return self._prover.attribute(entity, hint.about, ATTRIBUTES[hint.about].site)

    def _hints(self, entity: Entity, dice: Dice) -> list[Hint]:
        """As many hints, in any order, as it takes until one thing is left; none if there are too few."""
        if self._graph.sizes[entity.kind] > MOST_LOOKED_AT:
            return []
        left: frozenset[Entity] | None = None
        chosen: list[Hint] = []
        for hint in dice.shuffled(list(self._true(entity, dice))):
            fitting = self._fitting(entity.kind, hint)
            if left is None or left & fitting != left:
                chosen.append(hint)
                left = fitting if left is None else left & fitting
            if left == {entity}:
                return chosen
        return []

    def _true(self, entity: Entity, dice: Dice) -> Iterator[Hint]:
        """All hints at a thing that its home page proves."""
        yield Hint("name", initials(self._graph.name(entity)))
        for attribute in attributes_of(entity.kind):
            if attribute.name in VAGUE and attribute.site == HOME[entity.kind]:
                yield Hint(attribute.name, dice.pick(self._vague(attribute, entity)))

    def _vague(self, attribute: Attribute, entity: Entity) -> list[str]:
        """The ways to be vague about a value."""
        shown = self._graph.shown(attribute.name, entity)
        if attribute.answer_type == "text":
            return [shown]
        if attribute.answer_type == "number":
            return [_SIZES[len(shown.replace(",", "")) - 1]]
        decade, year = shown[:3], int(shown[3])
        part = "early" if year < 4 else "mid" if year < 7 else "late"
        return [f"the {decade}0s", f"the {part} {decade}0s"]

    def _fit(self, kind: Kind, hint: Hint) -> frozenset[Entity]:
        """Every thing of a kind at which a hint could hint."""
        if hint.about == "name":
            return frozenset(
                each for each in self._graph.entities(kind) if initials(self._graph.name(each)) == hint.text
            )
        attribute = ATTRIBUTES[hint.about]
        return frozenset(each for each in self._graph.entities(kind) if hint.text in self._vague(attribute, each))

    def _sought(self, entity: Entity, hints: list[Hint]) -> str:
        """A search for what the hints can mean that finds the thing; empty if it does not."""
        words = [NOUNS[entity.kind]]
        for hint in hints:
            if hint.about != "name" and ATTRIBUTES[hint.about].answer_type in ("text", "date"):
                value = self._graph.shown(hint.about, entity)
                words += [ATTRIBUTES[hint.about].label, value[:4] if value[:4].isdecimal() else value]
        query = " ".join((*words, TITLES[HOME[entity.kind]]))
        found = len(words) > 1 and any(
            hit.url == self._prover.sites.of(entity) for hit in self._prover.web.search(query, HITS)
        )
        return query if found else ""


def initials(name: str) -> str:
    """The first letter of each word of a name that begins with a capital."""
    return " ".join(f"{word[0]}." for word in name.split() if word[0].isupper())
