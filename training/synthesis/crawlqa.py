"""CRAWLQA on generated worlds: questions of four types over what stands on linked pages.

Types and idea follow WebDancer (arXiv 2505.22648, section 2.1 and appendix D); it published neither prompts nor code.
A question is a function of (world, seed, number, attempt).
"""

from __future__ import annotations

from functools import partial

from training.synthesis.draft import Draft, Type
from training.synthesis.drafts import Drafts
from training.synthesis.obfuscation import Obfuscator
from training.synthesis.proof import Prover
from webenv.errors import InputError
from webenv.types import Task
from webenv.web.world.dice import Dice
from webenv.web.world.generate import TIMESTAMP

TYPES: tuple[Type, ...] = ("multi-hop", "count", "intersection", "comparison")
"""The types of CRAWLQA; `single`, one fact of a named thing that others lead to, is what E2HQA starts from."""
_TRIES, _SAME_TYPE = 400, 20
"""Draws for one question; attempts at a new question before another type will do (our choice)."""
AS_OF = f"{TIMESTAMP[:4]}-{TIMESTAMP[4:6]}-{TIMESTAMP[6:8]}"


class CrawlQA:
    """Writes questions about one world."""

    def __init__(self, prover: Prover, seed: int, types: tuple[Type, ...] = TYPES, obfuscate: bool = False) -> None:
        self._prover, self._graph, self._seed, self._types = prover, prover.graph, seed, types
        self._drafts = Drafts(prover, seed)
        self._obfuscator = Obfuscator(prover) if obfuscate else None

    def write(self, number: int, attempt: int = 0) -> Task:
        """A question of a number, from 0; the types take turns, and after some attempts the next type steps in.

        Raises:
            InputError: the world is too small for one.
        """
        dice = self._graph.dice("crawlqa", self._seed, number, attempt)
        draft = next(filter(None, map(partial(self._draft, dice, number), self._turns(number, attempt))), None)
        if draft is None:
            raise InputError(f"this world has no question number {number}; make a larger one")
        task = self._task(draft, number)
        if self._obfuscator:
            harder = self._obfuscator.hide(task, draft.named, dice)
            return task if self._prover.leaks(harder.question, harder.answer, harder.template) else harder
        return task

    def _turns(self, number: int, attempt: int) -> list[Type]:
        """The types to try: the one whose turn it is, then those that step in."""
        first = number + attempt // _SAME_TYPE
        return [self._types[(first + shift) % len(self._types)] for shift in range(len(self._types))]

    def _draft(self, dice: Dice, number: int, kind: Type) -> Draft | None:
        """A draft of a type that does not give its answer away, if there is one in reasonable time."""
        tries = _TRIES if kind != "count" else 1
        made = (self._drafts.make(kind, dice, number // len(self._types)) for _ in range(tries))
        return next((each for each in made if each and not self._leaks(each)), None)

    def number(self, task: Task) -> int:
        """The number that a task was written for."""
        return int(task.task_id.rpartition("-")[2])

    def _task(self, draft: Draft, number: int) -> Task:
        family = "easy" if draft.template.startswith("single") else "crawlqa"
        return Task(
            task_id=f"{family}-{self._graph.settings.seed}-{self._seed}-{number:06d}",
            question=draft.question,
            answer=draft.answer,
            answer_type=draft.answer_type,
            evidence=tuple(draft.evidence),
            oracle=self._prover.calls(draft.stops),
            as_of=AS_OF,
            template=draft.template,
            hops=len({item.url for item in draft.evidence}),
            split=self._graph.settings.split,
            triplets=tuple(draft.triplets),
        )

    def _leaks(self, draft: Draft) -> bool:
        easy = draft.template.startswith("single")
        return not easy and self._prover.leaks(draft.question, draft.answer, draft.template)
