"""CRAWLQA on any snapshot with a language model: it reads the pages of a walk and writes questions over them.

As in WebDancer (arXiv 2505.22648, section 2.1); the prompt is our own, for theirs is not published. What a model writes
is believed only as far as it can be checked: every quotation must stand on its page, the answer too, a trail of real
tool calls must lead to the evidence, and no search may give the answer away. All else is counted and left out. That
the quotations add up to the answer, and that it is the only one, is the word of the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import count as naturals
from itertools import islice
from string import Template

import msgspec

from training.synthesis.believing import Refused, read_answer, read_said, said_task
from training.synthesis.checking import Answers
from training.synthesis.survey import Survey
from training.synthesis.walks import Bounds, walk
from webenv.completions import Completions, Request
from webenv.protocol import neutralise
from webenv.types import Page, Task
from webenv.web.snapshot import Snapshot
from webenv.web.world.dice import Dice

BOUNDS = Bounds(depth=3, breadth=3, pages=6)
"""What one prompt shows of a site (our choice)."""
MAX_PAGE_CHARS, MAX_TOKENS = 6_000, 4_000
"""Characters of a page in a prompt, tokens of an answer (our choice)."""
PER_PROMPT = 4
"""Questions that one prompt asks for (our choice)."""
TEMPERATURE = 0.7
"""Our choice: the same pages are read in more than one walk."""
_BARREN = 24
"""Prompts in a row without a new question after which it is over (our choice)."""


class Written:
    """Has a model write questions about one snapshot."""

    def __init__(self, web: Snapshot, model: Completions, seed: int, root: str = "", parallel: int = 4) -> None:
        self._web, self._model, self._seed, self._parallel = web, model, seed, parallel
        self._survey = Survey(web)
        self._roots = self._survey.roots(root)
        self._asked: set[str] = set()
        self._answers = Answers()
        self.left_out: Counter[str] = Counter()
        """How many questions or answers were left out, by reason."""
        self._pages = lru_cache(4 * parallel)(self._read)

    def all(self, count: int) -> Iterator[Task]:
        """Up to so many questions, none twice.

        Raises:
            WebenvError: the server fails; what was yielded before stays true.
        """
        answers = self._model.ask_all(map(self._request, naturals()), self._parallel)
        written = barren = 0
        for number, answer in enumerate(answers):
            found = list(islice(self._believed(number, answer.text), count - written))
            for task in found:
                identifier = f"crawlqa-{self._web.content_id[7:15]}-llm-{self._seed}-{written:06d}"
                yield msgspec.structs.replace(task, task_id=identifier)
                written += 1
            barren = 0 if found else barren + 1
            if written == count or barren == _BARREN:
                answers.close()
                return

    def _believed(self, number: int, answer: str) -> Iterator[Task]:
        """What can be believed of an answer; the rest is counted."""
        try:
            items = read_answer(answer)
        except Refused as refused:
            self.left_out[str(refused)] += 1
            return
        for item in items:
            try:
                yield self._new(item, self._pages(number))
            except Refused as refused:
                self.left_out[str(refused)] += 1

    def _new(self, item: msgspec.Raw, pages: list[Page]) -> Task:
        said = read_said(item)
        key = " ".join(said.question.casefold().split())
        if key in self._asked:
            raise Refused("asked before")
        task = said_task(said, pages, self._survey)
        if self._answers.too_often(task):
            raise Refused("answer too frequent")
        self._asked.add(key)
        self._answers.add(task)
        return task

    def _read(self, number: int) -> list[Page]:
        dice = Dice("written", self._seed, number)
        root = dice.pick(self._roots) if number else self._roots[0]
        start = dice.pick(walk(self._survey, root, dice, Bounds())).url if number else root
        return walk(self._survey, start, dice, BOUNDS)

    def _request(self, number: int) -> Request:
        prompt = write_prompt(self._pages(number))
        message = {"role": "user", "content": prompt}
        return Request(messages=(message,), temperature=TEMPERATURE, max_tokens=MAX_TOKENS, seed=self._seed)


def write_prompt(pages: list[Page]) -> str:
    """The prompt over some pages; nothing that they say can pass for the end of a page, or for a message."""
    mark = sha256("\n".join(page.digest for page in pages).encode()).hexdigest()[:16]
    shown = "\n\n".join(_shown(page, number, mark) for number, page in enumerate(pages, 1))
    template = Template(files("training.synthesis").joinpath("prompts", "write.md").read_text("utf-8"))
    return template.substitute(mark=mark, pages=shown, count=PER_PROMPT)


def _shown(page: Page, number: int, mark: str) -> str:
    text = neutralise(page.text[:MAX_PAGE_CHARS]).replace(mark, "…")
    title = neutralise(" ".join(page.title.split())[:200]).replace(mark, "…")
    return f"--- page {number}, {mark}: {title} ---\n{text}\n--- end of page {number}, {mark} ---"
