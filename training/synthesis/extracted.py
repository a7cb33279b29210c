"""CRAWLQA on any snapshot, without a language model: questions over what the pages of walks state.

Types and idea follow WebDancer (arXiv 2505.22648, section 2.1); it had a language model write the questions. A question
is kept if nothing gives its answer away and a trail of real tool calls leads to all of its evidence. That its answer is
the only one holds as far as the extraction sees: prose may say something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count as naturals
from typing import Literal

import msgspec

from training.synthesis.choosing import comparison, intersection
from training.synthesis.drafting import Draft, Type, count, multi_hop
from training.synthesis.facts import Facts
from training.synthesis.proof import HITS
from training.synthesis.reading import Reading
from training.synthesis.survey import Survey
from training.synthesis.trails import Trail
from training.synthesis.walks import Bounds, walk
from training.synthesis.ways import Steps
from webenv.reward import judge
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.world.dice import Dice

MAX_QUESTION_CHARS = 500
"""Longest question (our choice)."""
_DRAWS, _PER_WALK = 60, 4
"""Draws for the questions of one type of one walk, and how many of them are kept (our choice)."""
_BARREN = 24
"""Walks in a row without a new question of a type after which it has run out (our choice)."""
_SAME_ANSWER = 40
"""An answer comes again once so many questions were written (our choice): else guessing it would pay."""
_NEAR = 10
"""Of so many questions, one may have its answer among others on the first page that a search for it finds (our choice):
what is chosen from a list stands on it."""
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
        self._answers: Counter[tuple[str, str]] = Counter()
        self._near: list[Task] = []
        """Tasks whose answer stands on the first page that is found, waiting for their turn."""
        self._written = self._written_near = 0

    def all(self, count: int) -> Iterator[Task]:
        """Up to so many questions, none twice; the types take turns, and where one runs out the others go on."""
        streams: dict[Type, Iterator[Task]] = {kind: self._stream(kind) for kind in _MAKE}
        while streams:
            for kind in list(streams):
                if self._written == count:
                    return
                task = self._waiting() or next(streams[kind], None)
                if task is None:
                    del streams[kind]
                    continue
                identifier = f"crawlqa-{self._web.content_id[7:15]}-{self._seed}-{self._written:06d}"
                self._written += 1
                yield msgspec.structs.replace(task, task_id=identifier)

    def _waiting(self) -> Task | None:
        if not self._near or (self._written_near + 1) * _NEAR > self._written:
            return None
        self._written_near += 1
        return self._near.pop(0)

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
        """Whether the question was not looked at before, its words give nothing away, and its answer is not frequent."""
        if draft.same in self._asked or len(draft.question) > MAX_QUESTION_CHARS:
            return False
        self._asked.add(draft.same)
        said = draft.question.casefold()
        hidden = [*draft.hidden, *([] if draft.template.startswith("count") else [draft.answer])]
        times = self._answers[draft.answer_type, draft.answer.casefold()]
        return not any(each.casefold() in said for each in hidden) and times * _SAME_ANSWER <= self._written

    def _task(self, draft: Draft) -> Task | None:
        """The task of a draft with its trail; None if no trail leads there, or a search shows the answer."""
        trail, day = Trail(self._survey), self._web.manifest.date
        if not all(trail.read(*each) for each in zip(draft.evidence, draft.links, strict=True)):
            return None
        task = Task(
            task_id="",
            question=draft.question,
            answer=draft.answer,
            aliases=draft.aliases,
            answer_type=draft.answer_type,
            evidence=draft.evidence,
            oracle=tuple(trail.calls),
            as_of=f"{day[:4]}-{day[4:6]}-{day[6:8]}",
            template=draft.template,
            hops=len({item.url for item in draft.evidence}),
        )
        shown = self._shown(task)
        if shown == "near" and task.template.startswith("intersection"):
            self._near.append(task)
        if shown != "far":
            return None
        self._answers[task.answer_type, task.answer.casefold()] += 1
        return task

    def _shown(self, task: Task) -> Literal["snippet", "near", "far"]:
        """Where a search for the question shows the answer: a snippet, the first page, neither.

        A count stands nowhere, and a comparison has two things to choose from.
        """
        if task.template.startswith(("count", "comparison")):
            return "far"
        hits = self._web.search(task.question, HITS)
        page = self._survey.page(hits[0].url) if hits else None
        if any(_says(task, hit.snippet) for hit in hits):
            return "snippet"
        return "near" if page and _says(task, page.text) else "far"


def _says(task: Task, text: str) -> bool:
    if len(task.answer) < 4:
        return any(judge(task, word) for word in text.split())
    return task.answer.casefold() in text.casefold()
