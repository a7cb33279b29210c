"""CRAWLQA on any snapshot, without a language model: questions over what the pages of walks state.

Types and idea follow WebDancer (arXiv 2505.22648, section 2.1); it had a language model write the questions. A question
is kept if nothing gives its answer away and a trail of real tool calls leads to all of its evidence. That its answer is
the only one holds as far as the extraction sees: prose may say something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count as numbers

from training.synthesis.drafting import TYPES, Draft, Drafting, Type
from training.synthesis.facts import Facts
from training.synthesis.proof import HITS
from training.synthesis.survey import Survey
from training.synthesis.trails import Trail
from training.synthesis.walks import Bounds, walk
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


class Extracted:
    """Writes questions about one snapshot."""

    def __init__(self, web: Snapshot, seed: int, root: str = "", bounds: Bounds | None = None) -> None:
        self._web, self._seed, self._bounds = web, seed, bounds or Bounds()
        self._survey = Survey(web)
        self._facts, self._roots = Facts(self._survey), self._survey.roots(root)
        self._walks: dict[int, Drafting] = {}
        self._asked: set[str] = set()
        self._answers: Counter[tuple[str, str]] = Counter()

    def all(self, count: int) -> Iterator[Task]:
        """Up to so many questions, none twice; the types take turns, and where one runs out the others go on."""
        streams: dict[Type, Iterator[Task]] = {kind: self._stream(kind) for kind in TYPES}
        written = 0
        while streams and written < count:
            for kind in list(streams):
                task = next(streams[kind], None)
                if task is None:
                    del streams[kind]
                elif written < count:
                    written += 1
                    yield task

    def _stream(self, kind: Type) -> Iterator[Task]:
        barren = 0
        for number in numbers():
            found = list(self._from_walk(kind, number))
            barren = 0 if found else barren + 1
            if barren == _BARREN:
                return
            yield from found

    def _from_walk(self, kind: Type, number: int) -> Iterator[Task]:
        dice, kept = Dice("extracted", self._seed, kind, number), 0
        for _ in range(_DRAWS):
            draft = self._walk(number).draw(kind, dice)
            task = self._task(draft) if draft and self._is_new(draft) else None
            if task:
                self._answers[task.answer_type, task.answer.casefold()] += 1
                yield task
                kept += 1
            if kept == _PER_WALK:
                return

    def _walk(self, number: int) -> Drafting:
        if number not in self._walks:
            dice = Dice("walk", self._seed, number)
            self._walks.pop(number - _BARREN, None)
            root = dice.shuffled(self._roots)[0] if number else self._roots[0]
            self._walks[number] = Drafting(self._facts, walk(self._survey, root, dice, self._bounds))
        return self._walks[number]

    def _is_new(self, draft: Draft) -> bool:
        """Whether the question was not looked at before, and its words give nothing away."""
        if draft.question in self._asked or len(draft.question) > MAX_QUESTION_CHARS:
            return False
        self._asked.add(draft.question)
        said = draft.question.casefold()
        hidden = [*draft.hidden, *([] if draft.template.startswith("count") else [draft.answer])]
        times = self._answers[draft.answer_type, draft.answer.casefold()]
        return not any(each.casefold() in said for each in hidden) and times <= sum(self._answers.values()) // _SAME_ANSWER

    def _task(self, draft: Draft) -> Task | None:
        """The task of a draft with its trail; None if no trail leads there, or a search shows the answer."""
        trail, day = Trail(self._survey), self._web.manifest.date
        if not all(trail.read(*each) for each in zip(draft.evidence, draft.links, strict=True)):
            return None
        task = Task(
            task_id=f"crawlqa-{self._web.content_id[7:15]}-{self._seed}-{sum(self._answers.values()):06d}",
            question=draft.question,
            answer=draft.answer,
            answer_type=draft.answer_type,
            evidence=draft.evidence,
            oracle=tuple(trail.calls),
            as_of=f"{day[:4]}-{day[4:6]}-{day[6:8]}",
            template=draft.template,
            hops=len({item.url for item in draft.evidence}),
        )
        return None if self._shown(task) else task

    def _shown(self, task: Task) -> bool:
        """Whether a search for the question shows the answer, in a snippet or on the first page; a count never is."""
        if task.template.startswith(("count", "comparison")):
            return False
        hits = self._web.search(task.question, HITS)
        pages = [self._survey.page(hit.url) for hit in hits[:1]]
        return any(_says(task, text) for text in (*(hit.snippet for hit in hits), *(page.text for page in pages if page)))


def _says(task: Task, text: str) -> bool:
    if len(task.answer) < 4:
        return any(judge(task, word) for word in text.split())
    return task.answer.casefold() in text.casefold()
