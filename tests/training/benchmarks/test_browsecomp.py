"""BrowseComp: decryption, and what does not decrypt."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.benchmarks.files import CANARY, browsecomp
from training.benchmarks.browsecomp import decrypt, encrypt, load
from webenv.errors import InputError

ROWS = [
    ("Which bird that stands in rivers was counted at A by somebody who never slept?", "Grey heron"),
    ("When was the reed of A last cut, if not by a miller?", "14 June 2018"),
]


@given(st.text(max_size=300), st.text(max_size=40))
def test_decryption_undoes_encryption(text: str, canary: str) -> None:
    assert decrypt(encrypt(text, canary), canary) == text


def test_the_key_is_the_digest_of_the_canary_repeated() -> None:
    """Written out by hand, over more than one length of the key."""
    text = "heron " * 12
    key = hashlib.sha256(CANARY.encode()).digest() * 3
    mixed = bytes(text.encode()[place] ^ key[place] for place in range(len(text)))
    assert encrypt(text, CANARY) == base64.b64encode(mixed).decode()
    assert decrypt(base64.b64encode(mixed).decode(), CANARY) == text


def test_rows_become_tasks_with_and_without_a_topic(tmp_path: Path) -> None:
    bare = load(browsecomp(tmp_path / "bare.csv", ROWS)).tasks
    assert [(task.question, task.answer, task.answer_type) for task in bare] == [
        (*ROWS[0], "text"),
        (*ROWS[1], "date"),
    ]
    assert {task.template for task in bare} == {"browsecomp:unknown"}
    rows = [(*ROWS[0], "TV shows & movies"), (*ROWS[1], "Art")]
    topics = load(browsecomp(tmp_path / "topics.csv", rows, "problem_topic")).tasks
    assert [task.template for task in topics] == ["browsecomp:tv_shows_movies", "browsecomp:art"]
    assert [task.task_id for task in topics] == [task.task_id for task in bare]


def test_a_wrong_canary_is_named(tmp_path: Path) -> None:
    path = browsecomp(tmp_path / "wrong.csv", ROWS, canary="heron:0000-1112")
    with pytest.raises(InputError, match="line 2: column 'problem' gives no text with this row's canary"):
        load(path)
    with pytest.raises(InputError, match="line 2: column 'canary' is empty"):
        load(browsecomp(tmp_path / "none.csv", ROWS, canary=" "))


@given(st.text(min_size=1).filter(lambda canary: canary.strip() not in ("", CANARY)))
def test_no_wrong_canary_gives_a_question(canary: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        decrypt(encrypt("Welcher Vogel stand je im Fluss? " * 4, CANARY), canary)


@pytest.mark.parametrize("cell", ["Which bird?", "häron", "abc"])
def test_plain_text_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "plain.csv"
    path.write_text(f"problem,answer,canary\n{cell},heron,{CANARY}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2: column 'problem' is not encrypted as BrowseComp's file is"):
        load(path)


def test_bad_csv_is_named(tmp_path: Path) -> None:
    path = browsecomp(tmp_path / "in.csv", ROWS)
    good = path.read_text(encoding="utf-8")
    for text, message in (
        (good + '"' + "x" * 200_000 + '",a,c\n', r"after line 4: not CSV: field larger than field limit"),
        (good + '"never closed,a,c\n', r"after line 4: not CSV"),
        (good + "a,b\n", r"line 4: has 2 columns, the first row names 3"),
        (good + "a\0,b,c\n", r"not CSV|is not encrypted"),
        (good.replace("problem", "question"), r"line 2: column 'problem' is missing; the row has question"),
        ("", r"no question is left \(it has no rows\)"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            load(path)
    path.write_bytes(good.encode() + b"\xff\xfe,b,c\n")
    with pytest.raises(InputError, match="not CSV: 'utf-8' codec"):
        load(path)


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    path = browsecomp(tmp_path / "in.csv", ROWS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\r\n\r\n"))
    assert len(load(path).tasks) == 2
