"""CRAWLQA on any snapshot, without a language model: questions over what the pages of walks state.

Types and idea follow WebDancer (arXiv 2505.22648, section 2.1); it had a language model write the questions. A question
is kept if nothing gives its answer away and a trail of real tool calls leads to all of its evidence. That its answer is
the only one holds as far as the extraction sees: prose may say something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count as naturals

import msgspec

from training.synthesis.checking import Answers, day, shown, trail
from training.synthesis.choosing import comparison, intersection
from training.synthesis.drafting import Draft, Type, count, multi_hop
from training.synthesis.facts import Facts
from training.synthesis.reading import Reading
from training.synthesis.survey import Survey
from training.synthesis.walks import Bounds, walk
from training.synthesis.ways import Steps
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.world.dice import Dice

MAX_QUESTION_CHARS = 500
"""Longest question (our choice)."""
_DRAWS, _PER_WALK = 60, 4
"""Draws for the questions of one type of one walk, and how many of them are kept (our choice)."""
_BARREN = 24
"""Walks in a row without a new question of a type after which it has run out (our choice)."""
_NEAR = 10
"""Of so many questions, one may have its answer among others on the first page that a search for it finds (our choice):
what is chosen from a list stands on it."""
_WAITING = 500
"""Tasks of one answer type that wait (our choice)."""
_WALKS_KEPT = 32
"""Walks that the types share (our choice)."""


_MAKE: dict[Type, Callable[[Reading, Dice], Draft | None]] = {
    "multi-hop": multi_hop,
    "count": count,
    "intersection": intersection,
    "comparison": comparison,
}


class Extracted:
    """Writes questions about one snapshot."""

    def __init__(self, web: Snapshot, seed: int, root: str = "") -> None:
        self._web, self._seed = web, seed
        self._survey = Survey(web)
        self._facts, self._roots = Facts(self._survey), self._survey.roots(root)
        self._steps = Steps(self._facts)
        self._walks: dict[int, Reading] = {}
        self._asked: set[str] = set()
        self._answers = Answers()
        self._waiting: list[tuple[Task, bool]] = []
        """Tasks for later, when more is written, and whether their answer stands on the first page that is found."""
        self._written_near = 0

    def all(self, count: int) -> Iterator[Task]:
        """Up to so many questions, none twice; the types take turns, and where one runs out the others go on."""
        streams: dict[Type, Iterator[Task]] = {kind: self._stream(kind) for kind in _MAKE}
        while streams:
            for kind in list(streams):
                if self._answers.written == count:
                    return
                task = self._ready() or next(streams[kind], None)
                if task is None:
                    del streams[kind]
                    continue
                identifier = f"crawlqa-{self._web.content_id[7:15]}-{self._seed}-{self._answers.written - 1:06d}"
                yield msgspec.structs.replace(task, task_id=identifier)

    def _ready(self) -> Task | None:
        """The first task that waits and may be written by now."""
        for place, (task, near) in enumerate(self._waiting):
            if self._fits(task, near):
                del self._waiting[place]
                return self._count(task, near)
        return None

    def _fits(self, task: Task, near: bool) -> bool:
        rare = not near or (self._written_near + 1) * _NEAR <= self._answers.written
        return rare and not self._answers.too_often(task)

    def _count(self, task: Task, near: bool) -> Task:
        self._answers.add(task)
        self._written_near += near
        return task

    def _stream(self, kind: Type) -> Iterator[Task]:
        barren = 0
        for number in naturals():
            found = False
            for task in self._from_walk(kind, number):
                found = True
                yield task
            barren = 0 if found else barren + 1
            if barren == _BARREN:
                return

    def _from_walk(self, kind: Type, number: int) -> Iterator[Task]:
        dice, kept = Dice("extracted", self._seed, kind, number), 0
        reading = self._walk(number)
        for _ in range(_DRAWS):
            draft = _MAKE[kind](reading, dice)
            task = self._task(draft) if draft and self._is_new(draft) else None
            if task:
                yield task
                kept += 1
            if kept == _PER_WALK:
                return

    def _walk(self, number: int) -> Reading:
        if number not in self._walks:
            dice = Dice("walk", self._seed, number)
            root = dice.pick(self._roots) if number else self._roots[0]
            self._walks[number] = Reading(self._facts, self._steps, walk(self._survey, root, dice, Bounds()))
            self._walks.pop(number - _WALKS_KEPT, None)
        return self._walks[number]

    def _is_new(self, draft: Draft) -> bool:
        """Whether the question was not looked at before, and its words give nothing away."""
        if draft.same in self._asked or len(draft.question) > MAX_QUESTION_CHARS:
            return False
        self._asked.add(draft.same)
        said = draft.question.casefold()
        hidden = [*draft.hidden, *([] if draft.template.startswith("count") else [draft.answer])]
        return not any(each.casefold() in said for each in hidden)

    def _task(self, draft: Draft) -> Task | None:
        """The task of a draft with its trail; None if no trail leads there, or a search shows the answer."""
        calls = trail(self._survey, zip(draft.evidence, draft.links, strict=True))
        if calls is None:
            return None
        task = Task(
            task_id="",
            question=draft.question,
            answer=draft.answer,
            aliases=draft.aliases,
            answer_type=draft.answer_type,
            evidence=draft.evidence,
            oracle=calls,
            as_of=day(self._survey),
            template=draft.template,
            hops=len({item.url for item in draft.evidence}),
        )
        place = shown(self._survey, task)
        near = place == "near" and task.template.startswith("intersection")
        if place != "far" and not near:
            return None
        if self._fits(task, near):
            return self._count(task, near)
        if sum(other.answer_type == task.answer_type for other, _ in self._waiting) < _WAITING:
            self._waiting.append((task, near))
        return None
