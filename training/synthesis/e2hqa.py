"""E2HQA on generated worlds: an easy question made harder, step by step; the answer stays.

Each step replaces the thing that the question names by a phrase about another thing, which must then be looked up
first (WebDancer, arXiv 2505.22648, section 2.1: the rewrites R_n). WebDancer asked a language model to rewrite; here
the knowledge graph does, so that every step is proved, and the number of steps is the one that was asked for.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from training.synthesis.chains import Chain, backward, phrase
from training.synthesis.obfuscation import Obfuscator
from training.synthesis.proof import Prover, Stop
from training.synthesis.triplets import constant, follow
from training.synthesis.wordings import Speech
from webenv.errors import InputError
from webenv.types import Evidence, Task
from webenv.web.world.schema import ATTRIBUTES, RELATIONS, Entity, Kind, Site

_TRIES = 8
"""Ways that are tried for one question (our choice)."""


class E2HQA:
    """Makes easy questions of one world harder."""

    def __init__(
        self, prover: Prover, seed: int, easy: list[Task], steps: tuple[int, int], obfuscate: bool = False
    ) -> None:
        self._prover, self._graph, self._seed, self._easy, self._steps = prover, prover.graph, seed, easy, steps
        self._obfuscator = Obfuscator(prover) if obfuscate else None
        self._entities = lru_cache(maxsize=None)(self._addresses)
        self._numbers = {task.task_id: number for number, task in enumerate(easy)}

    def write(self, number: int, attempt: int = 0) -> Task | None:
        """The easy question of a number, from 0, made harder; the numbers of steps take turns.

        Where no way of that length leads to a question, it gets the longest that does; None if none is long enough.

        Raises:
            InputError: the task is not an easy one of this world.
        """
        low, high = self._steps
        wanted = low + number % (high - low + 1)
        tried = (self.rewrite(self._easy[number], length, attempt) for length in range(wanted, low - 1, -1))
        return next((each for each in tried if each), None)

    def number(self, task: Task) -> int:
        """The number that a task was written for."""
        return self._numbers[task.task_id.split("-", 2)[2]]

    def rewrite(self, task: Task, steps: int, attempt: int = 0) -> Task | None:
        """The task, so that `steps` pages must be read one after the other; None if no such way was found.

        Raises:
            InputError: the task is not an easy one of this world.
        """
        stops = [self._stop(task, item) for item in task.evidence]
        start = stops[0][0]
        if task.question.count(self._graph.name(start)) != 1 or steps <= len(stops):
            raise InputError(f"task {task.task_id}: does not name one thing of this world in fewer than {steps} steps")
        found = self._way_to(start, steps - len(stops), task, attempt)
        if not found:
            return None
        harder = self._harder(task, stops, *found)
        if self._obfuscator:
            dice = self._graph.dice("obfuscated", self._seed, harder.task_id, attempt)
            hidden = self._obfuscator.hide(harder, (found[0].start,), dice)
            return harder if self._prover.leaks(hidden.question, hidden.answer, "e2hqa") else hidden
        return harder

    def _harder(self, task: Task, stops: list[Stop], chain: Chain, question: str, speech: Speech) -> Task:
        evidence = [self._prover.relation(*step) for step in chain.steps]
        triplets, end = follow(self._graph, chain)
        named = constant(self._graph.name(chain.end))
        asked = tuple((variable, about, end if term == named else term) for variable, about, term in task.triplets)
        return msgspec.structs.replace(
            task,
            task_id=f"e2hqa-{len(evidence) + len(stops):02d}-{task.task_id}",
            question=question,
            evidence=(*evidence, *task.evidence),
            oracle=self._prover.calls(
                [*((source, RELATIONS[relation].site) for source, relation, _ in chain.steps), *stops]
            ),
            template=":".join(("e2hqa", chain.start.kind, *speech.used, *task.template.split(":")[2:])),
            hops=len({item.url for item in (*evidence, *task.evidence)}),
            triplets=(*asked, *reversed(triplets)),
        )

    def _way_to(self, start: Entity, length: int, task: Task, first: int) -> tuple[Chain, str, Speech] | None:
        """A way to the named thing, and the question that takes it, for which no search shows the answer."""
        for attempt in range(first, first + _TRIES):
            dice = self._graph.dice("e2hqa", self._seed, task.task_id, length, attempt)
            chain = backward(self._graph, start, length, dice)
            if chain is None:
                return None
            if any(self._graph.name(each) == task.answer for each in chain.entities):
                continue
            speech = Speech(self._graph.settings.split, dice)
            question = task.question.replace(self._graph.name(start), phrase(self._graph, chain, speech))
            if not self._prover.leaks(question, task.answer, "e2hqa"):
                return chain, question, speech
        return None

    def _stop(self, task: Task, item: Evidence) -> Stop:
        """The page that a piece of evidence stands on."""
        about = RELATIONS.get(item.relation) or ATTRIBUTES.get(item.relation)
        entity = self._entities(about.source, about.site).get(item.url) if about else None
        if about is None or entity is None:
            raise InputError(f"task {task.task_id}: its evidence {item.url} is not a fact of this world")
        return entity, about.site

    def _addresses(self, kind: Kind, site: Site) -> dict[str, Entity]:
        return {self._prover.sites.of(entity, site): entity for entity in self._graph.entities(kind)}
