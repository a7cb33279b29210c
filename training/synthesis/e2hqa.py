"""E2HQA on generated worlds: an easy question made harder, step by step; the answer stays.

Each step replaces the thing that the question names by a phrase about another thing, which must then be looked up
first (WebDancer, arXiv 2505.22648, section 2.1: the rewrites R_n). WebDancer asked a language model to rewrite; here
the knowledge graph does, so that every step is proved, and the number of steps is the one that was asked for.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from training.synthesis.chains import Chain, backward, phrase
from training.synthesis.proof import Prover, Stop
from webenv.errors import InputError
from webenv.types import Evidence, Task
from webenv.web.world.schema import ATTRIBUTES, RELATIONS, Entity, Kind, Site

_TRIES = 8
"""Ways that are tried for one question (our choice)."""


class E2HQA:
    """Makes easy questions of one world harder."""

    def __init__(self, prover: Prover, seed: int) -> None:
        self._prover, self._graph, self._seed = prover, prover.graph, seed
        self._entities = lru_cache(maxsize=None)(self._addresses)

    def rewrite(self, task: Task, steps: int) -> Task | None:
        """The task, so that `steps` pages must be read one after the other; None if no such way was found.

        Raises:
            InputError: the task is not an easy one of this world.
        """
        stops = [self._stop(task, item) for item in task.evidence]
        start, name = stops[0][0], self._graph.name(stops[0][0])
        if task.question.count(name) != 1 or steps <= len(stops):
            raise InputError(f"task {task.task_id}: does not name one thing of this world in fewer than {steps} steps")
        chain = self._way_to(start, steps - len(stops), task)
        if chain is None:
            return None
        steps_before = list(zip(chain.entities, chain.relations, chain.entities[1:], strict=False))
        evidence = [self._prover.relation(*step) for step in steps_before]
        stops = [*((source, RELATIONS[relation].site) for source, relation, _ in steps_before), *stops]
        return msgspec.structs.replace(
            task,
            task_id=f"e2hqa-{steps:02d}-{task.task_id}",
            question=task.question.replace(name, phrase(self._graph, chain)),
            evidence=(*evidence, *task.evidence),
            oracle=self._prover.calls(stops),
            template=":".join(("e2hqa", *chain.relations, task.template)),
            hops=steps,
        )

    def _way_to(self, start: Entity, length: int, task: Task) -> Chain | None:
        """A way to the named thing after which no search for the question shows the answer."""
        name = self._graph.name(start)
        for attempt in range(_TRIES):
            dice = self._graph.dice("e2hqa", self._seed, task.task_id, length, attempt)
            chain = backward(self._graph, start, length, dice)
            if chain is None:
                return None
            if not self._prover.leaks(task.question.replace(name, phrase(self._graph, chain)), task.answer):
                return chain
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
