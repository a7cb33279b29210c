"""`webenv describe`: true counts, a figure, and a folder that `datasets` reads back; always the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from training.card import describe, kind
from webenv.cli import main
from webenv.errors import InputError
from webenv.types import Evidence, Link, Missing, Page, Task, ToolCall
from webenv.web.tasks import encode_tasks, read_tasks

pytestmark = pytest.mark.xdist_group("describe")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def write(path: Path, *tasks: Task) -> Path:
    path.write_bytes(encode_tasks(list(tasks)))
    return path


def task(number: int, **fields: Any) -> Task:
    return Task(**{"task_id": f"t{number}", "question": f"Who is number {number}?", "answer": "X"} | fields)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated world with `crawlqa.jsonl` beside it."""
    folder = tmp_path_factory.mktemp("world")
    assert run("generate-world", "--seed", 1, "--pages", 300, "--out", folder / "world").exit_code == 0
    made = run("synthesize", "crawlqa", folder / "world", "--count", 60, "--out", folder / "crawlqa.jsonl")
    assert made.exit_code == 0, made.output
    return folder / "world"


def test_the_card_counts_what_is_there(world: Path) -> None:
    path = world.parent / "crawlqa.jsonl"
    tasks = read_tasks(path)
    result = run("describe", path, "--snapshot", world, "--page-chars", 300, "--json")
    card = json.loads(result.stdout)
    assert card["tasks"] == 60
    assert card["types"] == Counter(kind(each) for each in tasks)
    assert card["hops"] == {str(hops): count for hops, count in Counter(each.hops for each in tasks).items()}
    assert card["splits"] == {"train": 60}
    assert sum(card["oracle_tools"].values()) == sum(len(each.oracle) for each in tasks)
    found = {form: sum(parts.values()) for form, parts in card["places"]["parts"].items()}
    assert sum(found.values()) == sum(len(each.evidence) for each in tasks)
    assert card["places"]["lost"] == 0
    assert min(found.values()) > 0
    assert any(int(part) > 1 for parts in card["places"]["parts"].values() for part in parts)


def test_where_evidence_stands() -> None:
    """A web of one page: prose that ends on the first part, the rest on later ones."""
    text = (
        "The heron stands in the river.\n"
        + "Grey water.\n" * 5
        + "Born\t1931\n• An entry\nA Link[1]\nIt is by Me[2].\n"
    )
    page: dict[str, Any] = {"url": "http://a.example/", "requested_url": "http://a.example/", "title": "", "date": ""}
    page |= {"text": text, "links": (Link(label="", url=""),), "status": 200, "mime": "", "timestamp": "", "digest": ""}

    class One:
        def search(self, query: str, k: int = 10, year: int | None = None) -> list[Any]:
            return []

        def fetch(self, url: str) -> Page | Missing:
            return Page(**page) if url == page["url"] else Missing(url=url, reason="not-in-snapshot")

    words = ["The heron", "1931", "An entry", "A Link[1]", "by Me[2].", "not there"]
    proofs = [Evidence(url=page["url"], text=each) for each in words] + [Evidence(url="http://b.example/", text="x")]
    places = describe([task(1, evidence=tuple(proofs))], One(), page_chars=40).places
    assert places
    assert places.parts == {"prose": {1: 1, 4: 1}, "list": {4: 2}, "table": {3: 1}}
    assert places.lost == 2


def test_what_comes_twice_and_what_contradicts() -> None:
    same = [task(1), task(2, question="Who?"), task(3, question="who?  "), task(4, question="WHO?", answer="Y")]
    twice = describe(same).duplicates
    assert (twice.repeated_questions, twice.contradictions) == (2, 1)
    assert (twice.distinct_answers, twice.most_frequent_answer) == (2, 3)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_card_does_not_depend_on_the_order(questions: list[str], shuffle: Any) -> None:
    tasks = [task(number, question=text, hops=len(text) % 4) for number, text in enumerate(questions)]
    card = describe(tasks)
    for lengths in (card.question_chars, card.question_words, card.question_tokens):
        assert sum(lengths.counts.values()) == card.tasks == sum(card.hops.values())
        assert lengths.shortest <= lengths.median <= lengths.longest
    shuffle.shuffle(tasks)
    assert msgspec.json.encode(describe(tasks)) == msgspec.json.encode(card)


def test_a_tokenizer_counts_its_own_tokens(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {chr(code): code - 32 for code in range(32, 127)}
    tokenizer = Tokenizer(models.BPE(vocab=letters, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(str(tmp_path / "letters"))
    path = write(tmp_path / "t.jsonl", task(1, question="Who is it?"))
    card = json.loads(run("describe", path, "--tokenizer", tmp_path / "letters", "--json").stdout)
    assert card["question_tokens"]["unit"] == "tokens of letters"
    assert (card["question_tokens"]["longest"], card["question_words"]["longest"]) == (8, 3)
    plain = json.loads(run("describe", path, "--json").stdout)
    assert plain["question_tokens"]["unit"] == "tokens (words and punctuation marks)"
    assert plain["question_tokens"]["longest"] == 4


def test_one_split_is_a_dataset_that_says_all(world: Path, tmp_path: Path) -> None:
    import datasets

    path = world.parent / "crawlqa.jsonl"
    assert run("describe", path, "--snapshot", world, "--export", tmp_path / "hub").exit_code == 0
    read = datasets.load_from_disk(str(tmp_path / "hub"))
    assert isinstance(read, datasets.Dataset)
    assert [_task(row) for row in read] == read_tasks(path)


def test_splits_become_a_dataset_dict(tmp_path: Path) -> None:
    import datasets

    tasks = [task(1, split="train"), task(2, split="test"), task(3), task(4, split="train")]
    path = write(tmp_path / "t.jsonl", *tasks)
    assert run("describe", path, "--export", tmp_path / "hub").exit_code == 0
    read = datasets.load_from_disk(str(tmp_path / "hub"))
    assert {name: part.num_rows for name, part in read.items()} == {"test": 1, "train": 2, "unassigned": 1}
    assert [_task(row) for row in read["train"]] == [tasks[0], tasks[3]]
    head = yaml.safe_load((tmp_path / "hub" / "README.md").read_text().split("---\n")[1])
    assert head["pretty_name"] == "t"
    assert head["size_categories"] == ["n<1K"]
    [config] = head["configs"]
    for part in config["data_files"]:
        assert list((tmp_path / "hub").glob(part["path"])), part


def _task(row: dict[str, Any]) -> Task:
    for call in row["oracle"]:
        call["arguments"] = json.loads(call["arguments"])
    return msgspec.convert(row, Task)


def test_the_card_in_the_folder_has_the_counts_and_no_foreign_markup(tmp_path: Path) -> None:
    odd = task(1, template="<img src=x>|\n# heading:rest", question="Q|\x1b[31m?")
    path = write(tmp_path / "a: [x](y) # b.jsonl", odd, task(2, template="count:x", answer="2"))
    assert run("describe", path, "--export", tmp_path / "hub").exit_code == 0
    text = (tmp_path / "hub" / "README.md").read_text()
    assert yaml.safe_load(text.split("---\n")[1])["pretty_name"] == "a: [x](y) # b"
    assert "| count | 1 |" in text
    assert "<img" not in text
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# a: \\[x\\]\\(y\\) \\# b"]
    shown = run("describe", write(tmp_path / "b.jsonl", odd)).output
    assert "\x1b" not in shown


def test_the_same_bytes_in_every_process(world: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        out = tmp_path / seed
        options = ["--snapshot", str(world), "--plot", str(out / "card.png"), "--export", str(out / "hub"), "--json"]
        command = [sys.executable, "-m", "webenv.cli", "describe", str(world.parent / "crawlqa.jsonl"), *options]
        ended = subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
        (out / "card.json").write_bytes(ended.stdout)
    one, two = (
        {
            path.relative_to(tmp_path / seed): path.read_bytes()
            for path in (tmp_path / seed).rglob("*")
            if path.is_file()
        }
        for seed in ("1", "2")
    )
    assert one == two
    assert {path.suffix for path in one} == {".png", ".json", ".arrow", ".md"}


def test_a_figure_of_few_and_of_odd_tasks(tmp_path: Path) -> None:
    from PIL import Image

    calls = tuple(ToolCall(name="search", arguments={"query": "x"}) for _ in range(40))
    odd = [task(n, template=f"$\\frac{n}$ " + "長い " * n, question="w " * 50 * n or "?", hops=n) for n in range(15)]
    for name, tasks in (("one", [task(1)]), ("odd", [*odd, task(99, oracle=calls)])):
        result = run("describe", write(tmp_path / f"{name}.jsonl", *tasks), "--plot", tmp_path / f"{name}.png")
        assert result.exit_code == 0, result.output
        with Image.open(tmp_path / f"{name}.png") as image:
            assert image.width > 1_500
            assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 50


def test_bad_input_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", task(1, split="../../etc"))
    cases: list[tuple[list[object], str]] = [
        ([tmp_path / "no.jsonl"], "no such task file"),
        ([write(tmp_path / "empty.jsonl")], "holds no task"),
        ([path, "--tokenizer", tmp_path / "none"], "no such folder"),
        ([path, "--tokenizer", tmp_path], "cannot load a tokenizer"),
        ([path, "--export", tmp_path / "hub"], "is not a name of letters"),
        ([path, "--export", path], "is a file"),
        ([path, "--export", tmp_path], "--overwrite"),
        ([path, "--export", tmp_path, "--overwrite"], "not a dataset"),
        ([path, "--plot", path], "--overwrite"),
        ([path, "--plot", tmp_path], "is a folder"),
    ]
    for arguments, message in cases:
        result = run("describe", *arguments)
        assert (result.exit_code, message in result.output) == (1, True), result.output
    assert sorted(tmp_path.iterdir()) == [tmp_path / "empty.jsonl", path]


def test_an_export_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", task(1))
    assert run("describe", path, "--export", tmp_path / "hub").exit_code == 0
    write(path, task(1), task(2))
    assert "--overwrite" in run("describe", path, "--export", tmp_path / "hub").output
    assert run("describe", path, "--export", tmp_path / "hub", "--overwrite").exit_code == 0
    assert "\n2 questions" in (tmp_path / "hub" / "README.md").read_text()


def test_counting_loads_neither_datasets_nor_matplotlib() -> None:
    script = "import sys, training.card, training.commands.describe; print({'datasets', 'matplotlib'} & {*sys.modules})"
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ended.stdout == "set()\n"


def test_an_empty_set_is_no_set() -> None:
    with pytest.raises(InputError, match="no task"):
        describe([])
