"""WebWalkerQA: three spellings, one set of tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.benchmarks.files import FLAT, array, as_card, as_lines, lines, parquet
from training.benchmarks.webwalkerqa import load
from webenv.errors import InputError


def test_the_three_spellings_give_the_same_tasks(tmp_path: Path) -> None:
    flat = load(array(tmp_path / "test.json", FLAT)).tasks
    assert load(lines(tmp_path / "main.jsonl", as_lines())).tasks == flat
    assert load(lines(tmp_path / "card.jsonl", as_card())).tasks == flat
    assert load(array(tmp_path / "card.json", as_card())).tasks == flat
    assert load(parquet(tmp_path / "main.parquet", as_lines())).tasks == flat


def test_source_pages_become_evidence_and_the_oracles_way(tmp_path: Path) -> None:
    two, chinese = load(array(tmp_path / "test.json", FLAT)).tasks
    assert two.template == "webwalkerqa:multi_source:hard:en"
    assert chinese.template == "webwalkerqa:single_source:easy:unknown"
    assert [(item.url, item.text, item.relation) for item in two.evidence] == [
        ("http://a.example/opening", "", "http://a.example/ | root->news>opening"),
        ("http://a.example/gate", "", "http://a.example/ | root->gate"),
    ]
    assert [call.arguments for call in two.oracle] == [{"url": [item.url]} for item in two.evidence]
    assert (two.hops, two.split, two.answer_type, chinese.answer_type) == (2, "test", "text", "text")


def test_ids_follow_the_question_not_its_place(tmp_path: Path) -> None:
    forth = load(array(tmp_path / "one.json", FLAT)).tasks
    back = load(array(tmp_path / "two.json", FLAT[::-1])).tasks
    assert {task.task_id for task in forth} == {task.task_id for task in back}
    assert len({task.task_id for task in forth}) == 2


def test_rows_without_answer_and_repeated_rows_are_counted(tmp_path: Path) -> None:
    rows = [FLAT[0], FLAT[0], FLAT[1] | {"answer": ""}, FLAT[0] | {"answer": "Never."}]
    loaded = load(array(tmp_path / "test.json", rows))
    assert [task.answer for task in loaded.tasks] == [FLAT[0]["answer"], "Never."]
    assert [each.reason for each in loaded.left_out] == ["comes twice", "its answer is not given"]


def test_paths_that_cannot_be_matched_to_pages_are_kept_together(tmp_path: Path) -> None:
    row = FLAT[0] | {"golden_path": ["root->a", "root->b", "root->c"], "root_url": None}
    (task,) = load(array(tmp_path / "test.json", [row])).tasks
    assert {item.relation for item in task.evidence} == {"root->a; root->b; root->c"}


def test_a_row_may_name_no_page(tmp_path: Path) -> None:
    (task,) = load(lines(tmp_path / "bare.jsonl", [{"Question": "Who?", "Answer": "The heron", "Info": None}])).tasks
    assert (task.evidence, task.oracle, task.hops) == ((), (), 0)
    assert task.template == "webwalkerqa:unknown:unknown:unknown"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"source_website": "http://a.example/"},
            "row 1: column 'source_website' holds 'http://a.example/', not a list",
        ),
        ({"golden_path": [1]}, "column 'golden_path' holds [1], not a list of texts"),
        ({"info": "x"}, "column 'info' holds 'x', not an object"),
        ({"Answer": "another"}, "column 'Answer' stands there twice, with different values"),
        ({"Question": ""}, "column 'question' is empty"),
        ({"lang": 5}, "column 'lang' holds 5, not a text"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as raised:
        load(array(tmp_path / "test.json", [FLAT[0] | change]))
    assert message in str(raised.value)
