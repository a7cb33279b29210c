"""Questions over a generated world: proved, told apart, in held-out words, and made harder without another answer."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.crawlqa import TYPES
from training.synthesis.e2hqa import E2HQA
from training.synthesis.obfuscation import Obfuscator
from training.synthesis.proof import Prover
from training.synthesis.solve import Solver
from training.synthesis.wordings import SPLITS, WORDINGS, Speech, usable
from training.synthesis.wordings.pretraining import FURTHER
from webenv.errors import InputError
from webenv.types import Missing, Page, Task
from webenv.web.tasks import read_tasks, unproved
from webenv.web.world.dice import Dice

from .conftest import Run

pytestmark = pytest.mark.xdist_group("synthesis")


def test_types_take_turns_and_nothing_is_asked_twice(crawlqa: list[Task]) -> None:
    assert [task.template.partition(":")[0] for task in crawlqa[:8]] == [*TYPES, *TYPES]
    assert len({task.triplets for task in crawlqa}) == len({task.task_id for task in crawlqa}) == 200
    assert all(task.hops >= 2 and task.split == "train" and task.as_of for task in crawlqa)


def test_another_type_steps_in_where_one_runs_out(tmp_path: Path, run: Run) -> None:
    assert run("generate-world", "--seed", 1, "--pages", 100, "--out", tmp_path / "small").exit_code == 0
    said = run("synthesize", "crawlqa", tmp_path / "small", "--count", 120, "--out", tmp_path / "c.jsonl")
    assert said.exit_code == 0, said.output
    tasks = read_tasks(tmp_path / "c.jsonl")
    assert len({task.question for task in tasks}) == 120
    assert sum(task.template.startswith("count") for task in tasks) < 30
    said = run("synthesize", "crawlqa", tmp_path / "small", "--easy", "--count", 2_000, "--out", tmp_path / "e.jsonl")
    assert said.exit_code == 1
    assert "make a larger one" in said.output


def test_every_task_carries_its_proof(prover: Prover, crawlqa: list[Task]) -> None:
    for task in crawlqa:
        assert unproved(task, prover.web) == []
        for item in task.evidence:
            page = prover.web.fetch(item.url)
            assert isinstance(page, Page)
            assert (page.digest, page.url) == (item.digest, item.url)
        assert len({item.url for item in task.evidence}) == task.hops


def test_a_task_without_one_of_its_pages_is_unanswerable(prover: Prover, crawlqa: list[Task]) -> None:
    class Torn:
        gone = ""

        def search(self, query: str, k: int = 10, year: int | None = None) -> list[object]:
            return []

        def fetch(self, url: str) -> Page | Missing:
            return Missing(url=url, reason="not-in-snapshot") if url == self.gone else prover.web.fetch(url)

    torn = Torn()
    for task in crawlqa[:40]:
        for url in {item.url for item in task.evidence}:
            torn.gone = url
            assert any(url in problem for problem in unproved(task, torn))  # type: ignore[arg-type]


@pytest.mark.parametrize("steps", [3, 7, 15])
def test_harder_questions_keep_the_answer_and_hide_the_name(prover: Prover, easy: list[Task], steps: int) -> None:
    writer, solver = E2HQA(prover, 0, easy, (3, 15)), Solver(prover.graph)
    found = [(task, harder) for task in easy if (harder := writer.rewrite(task, steps))]
    assert len(found) > len(easy) / 2
    for task, harder in found:
        assert (harder.answer, harder.answer_type) == (task.answer, task.answer_type)
        assert harder.hops == steps == len({item.url for item in harder.evidence})
        assert harder.question != task.question
        assert unproved(harder, prover.web) == []
        assert solver.unique(harder)


def test_only_easy_questions_of_this_world_are_made_harder(prover: Prover, easy: list[Task]) -> None:
    elsewhere = msgspec.structs.replace(easy[0].evidence[0], url="http://elsewhere.example/")
    foreign = msgspec.structs.replace(easy[0], evidence=(elsewhere,))
    with pytest.raises(InputError, match="is not a fact of this world"):
        E2HQA(prover, 0, [foreign], (3, 3)).rewrite(foreign, 3)
    with pytest.raises(InputError, match="does not name one thing"):
        E2HQA(prover, 0, easy, (3, 3)).rewrite(easy[0], 1)


def test_wordings_of_splits_are_apart() -> None:
    everything: list[set[str]] = [set(), set(), set()]
    for about, pools in WORDINGS.items():
        assert all(pools), about
        for place, pool in enumerate(pools):
            assert len(set(pool)) == len(pool)
            assert all(
                text.count("{}") == 1 or "{one}" in text or "{noun}" in text or about[:5] == "more." for text in pool
            )
            everything[place].update(f"{about}: {text.casefold()}" for text in pool)
    for one, other in combinations(everything, 2):
        assert not one & other


def test_pretraining_reads_many_wordings_and_none_of_the_test() -> None:
    for about in WORDINGS:
        read, tested = dict(usable(about, "pretraining")), dict(usable(about, "test"))
        assert read.items() >= dict(usable(about, "train") + usable(about, "validation")).items()
        assert not read.keys() & tested.keys()
        texts = [text.casefold() for text in read.values()]
        assert len(set(texts)) == len(texts), about
        assert not set(texts) & {text.casefold() for text in tested.values()}, about
        assert all(text.count("{}") == min(tested.values(), key=len).count("{}") for text in texts), about
    assert sum(len(usable(about, "pretraining")) for about in WORDINGS) > 5 * len(WORDINGS)


def test_pretraining_holds_the_words_of_a_test_in_other_sentences() -> None:
    """As a model of a real language knows its words before it is trained for a task."""
    for about in FURTHER:
        known = {word for _, text in usable(about, "pretraining") for word in re.findall(r"[a-z]{6,}", text.lower())}
        for _, text in usable(about, "test"):
            assert known >= set(re.findall(r"[a-z]{6,}", text.lower())), (about, text)


@given(about=st.sampled_from(sorted(WORDINGS)), split=st.sampled_from(SPLITS), key=st.integers())
def test_a_wording_says_where_it_is_from(about: str, split: str, key: int) -> None:
    speech = Speech(split, Dice(key))  # type: ignore[arg-type]
    said = speech.say(about, "THIS", one="ONE", other="OTHER", noun="NOUN", more="MORE", hints="HINTS")
    (used,) = speech.used
    assert used.startswith(f"{about}/{split}")
    assert "{" not in said


def test_descriptions_fit_one_thing(prover: Prover, files: dict[str, Path]) -> None:
    solver = Solver(prover.graph)
    for name, least in (("obfuscated", 40), ("e2hqa", 20)):
        described = [task for task in read_tasks(files[name]) if "frame.described/" in task.template]
        assert len(described) > least
        for task in described:
            assert solver.unique(task), task.question
            assert unproved(task, prover.web) == []


def test_what_cannot_be_described_is_named(prover: Prover, crawlqa: list[Task]) -> None:
    region = next(prover.graph.entities("region"))
    task = msgspec.structs.replace(crawlqa[0], question=f"Where is {prover.graph.name(region)}?")
    assert Obfuscator(prover).hide(task, (region,), Dice("any")) == task


def test_bad_input_is_named(nemo: Path, world: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out.jsonl"

    def said(*arguments: object) -> Result:
        result = run("synthesize", *arguments, "--out", out)
        assert result.exit_code
        return result

    assert "not a generated world" in said("e2hqa", nemo, "--tasks", nemo / "tasks" / "tasks.jsonl").output
    assert "no such task file" in said("e2hqa", world, "--tasks", tmp_path / "no").output
    assert "not a range" in said("e2hqa", world, "--tasks", out, "--steps", "9..3").output
    assert "obfuscate what e2hqa makes" in said("crawlqa", world, "--easy", "--obfuscate").output
    assert list(tmp_path.iterdir()) == []
