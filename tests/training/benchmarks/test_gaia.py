"""GAIA: its files in every form, and its official scorer with every quirk."""

from __future__ import annotations

import math
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.benchmarks.files import GAIA, array, lines, parquet
from training.benchmarks.gaia import load, score
from webenv.errors import InputError
from webenv.reward import judge

RIGHT = [
    # the accepted answer is a number
    ("17", "17"),
    ("17", "$17.0"),
    ("17", " 17 % "),
    ("17", "1,7"),  # commas go wherever they stand
    ("1000", "1,000"),
    ("1000", "1e3"),
    ("1000", "1_000"),  # whatever Python reads as a float
    (" 17 ", "17"),
    ("0.1", ".1"),
    ("inf", "no idea"),  # what is no number is infinity
    ("1e999", "no idea"),
    # the accepted answer has a comma or semicolon
    ("heron, reed", "Heron;REED"),
    ("heron, reed", "he ron,r eed"),
    ("1, reed", "$1.0; reed"),
    ("1,000", "1,000"),
    ("1,000", "1;0"),  # a list of 1 and 0
    ("1,000", "%1,$000.0"),
    ("5;inf", "5;reeds"),
    ("heron,", "heron,"),
    # everything else
    ("The seagull", "THESE A GULL"),
    ("The seagull", "the sea-gull!"),
    ("St. Malo", "stmalo"),
    ("3 reeds", "3reeds"),
    ("None", None),
    ("...", ""),  # nothing but punctuation is nothing
    ("$5", "5"),  # no number to Python, so a text without its dollar sign
]
WRONG = [
    ("17", "17 reeds"),
    ("17", "seventeen"),
    ("17", "17€"),
    ("17", ""),
    ("17", None),
    ("nan", "nan"),  # equals nothing, not even itself
    ("heron, reed", "reed, heron"),  # order matters
    ("heron, reed", "heron"),
    ("heron, reed", "heron, reed, otter"),
    ("heron, reed.", "heron, reed"),  # punctuation counts in lists
    ("1,000", "1000"),  # a list of two pieces
    ("1, reed", "one, reed"),
    ("heron;reed", "heron reed"),
    ("The seagull", "seagull"),  # the article counts
    ("The seagull", "The seagulls"),
    ("“heron”", "heron"),  # only ASCII punctuation goes
    ("Straße", "strasse"),  # lower case, not case folding
    ("heron", None),
]


@pytest.mark.parametrize(("gold", "answer"), RIGHT)
def test_the_official_scorer_accepts(gold: str, answer: str | None) -> None:
    assert score(gold, answer)


@pytest.mark.parametrize(("gold", "answer"), WRONG)
def test_the_official_scorer_refuses(gold: str, answer: str | None) -> None:
    assert not score(gold, answer)


def _is_nan(text: str) -> bool:
    try:
        return math.isnan(float(text))
    except ValueError:
        return False


@given(st.text(max_size=40).filter(lambda text: not any(map(_is_nan, text.replace(";", ",").split(",")))))
def test_an_answer_equals_itself_in_any_case_and_spacing(gold: str) -> None:
    assert score(gold, gold)
    assert score(gold, f" {gold}\n")


@given(st.text(string.ascii_letters + string.digits + " ,;", max_size=30), st.text(max_size=30))
def test_case_and_white_space_of_an_answer_never_count(gold: str, answer: str) -> None:
    assert score(gold, answer) == score(gold, answer + "\t ")
    if answer.isascii():
        assert score(gold, answer) == score(gold, answer.upper())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_right_with_its_signs(value: float) -> None:
    assert score(str(value), f"${value}%")
    assert not score(str(value), "reeds")


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=8), min_size=2, max_size=5, unique=True))
def test_the_order_of_a_list_counts(pieces: list[str]) -> None:
    gold = ", ".join(pieces)
    if not any(piece in ("inf", "nan", "infinity") for piece in pieces):
        assert score(gold, ";".join(pieces))
        assert not score(gold, ", ".join(pieces[1:] + pieces[:1]))


def test_every_form_of_the_file_gives_the_same_tasks(tmp_path: Path) -> None:
    older = [row | {"Level": int(row["Level"])} for row in GAIA]
    selection = [{**row, "answer": row["Final answer"]} for row in GAIA]
    for row in selection:
        del row["Final answer"]
    loaded = [
        load(parquet(tmp_path / "metadata.parquet", GAIA)),
        load(lines(tmp_path / "metadata.jsonl", older)),
        load(array(tmp_path / "dev.json", selection)),
    ]
    assert loaded[0].tasks == loaded[1].tasks == loaded[2].tasks
    one, two = loaded[0].tasks
    assert (one.task_id, one.answer, one.answer_type, one.template) == ("aaaa-1", "The heron", "text", "gaia:level-1")
    assert (two.answer, two.answer_type, two.template, two.split) == ("12,345", "number", "gaia:level-2", "test")
    assert judge(two, "12345 reeds")
    assert not score(two.answer, "12345")


def test_questions_with_a_file_or_without_an_answer_are_left_out(tmp_path: Path) -> None:
    secret = [GAIA[0], GAIA[1] | {"Final answer": "?"}, GAIA[1] | {"Final answer": None}, GAIA[2], GAIA[0]]
    loaded = load(lines(tmp_path / "metadata.jsonl", secret))
    assert len(loaded.tasks) == 1
    assert [(each.place.rpartition(": ")[2], each.reason) for each in loaded.left_out] == [
        ("line 2", "its answer is not given"),
        ("line 3", "its answer is not given"),
        ("line 4", "needs a file"),
        ("aaaa-1", "comes twice"),
    ]
    with pytest.raises(InputError, match=r"no question is left \(needs a file\)"):
        load(lines(tmp_path / "metadata.jsonl", [GAIA[2]]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Level": "4"}, "line 1: column 'Level' holds '4', not 1, 2 or 3"),
        ({"Level": None}, "column 'Level' holds None"),
        ({"Level": True}, "column 'Level' holds True"),
        ({"Question": " "}, "column 'Question' is empty"),
        ({"Final answer": 17}, "column 'Final answer' holds 17, not a text"),
        ({"task_id": None}, "column 'task_id' is empty"),
        ({"file_name": ["x" * 100]}, "column 'file_name' holds ['xxx"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as raised:
        load(lines(tmp_path / "metadata.jsonl", [GAIA[0] | change]))
    assert message in str(raised.value)
    assert len(str(raised.value)) < 300


def test_a_row_of_another_shape_lists_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column 'Question' is missing; the row has query, gold"):
        load(lines(tmp_path / "other.jsonl", [{"query": "?", "gold": "!"}]))


def test_damaged_parquet_is_named_wherever_it_is_cut(tmp_path: Path) -> None:
    path = parquet(tmp_path / "metadata.parquet", GAIA * 50)
    whole = path.read_bytes()
    for size in range(4, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"metadata.parquet: after row \d+: not a whole Parquet file"):
            load(path)


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "bomb.parquet", [GAIA[0] | {"Question": "x" * 40_000_000}, GAIA[1] | {"Question": "y" * 40_000_000}]
    )
    assert path.stat().st_size < 10_000_000
    with pytest.raises(InputError, match="unpacks to more than"):
        load(path)
