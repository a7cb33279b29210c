"""GAIA (arXiv 2311.12983): its files, and its official scorer.

The data set is gated and must not be passed on. It comes as Parquet since October 2025 and as `metadata.jsonl` before;
the text-only selection of 103 that many papers use is a JSON array with the answer under `answer`.
"""

from __future__ import annotations

import re
import string
from pathlib import Path
from reprlib import repr as shown

from training.benchmarks.loaded import SPLIT, LeftOut, Loaded, answer_type, collect
from training.benchmarks.parquet import is_parquet, read_parquet
from training.benchmarks.rows import Row, read_json
from webenv.types import Task

HIDDEN = "?"
"""What stands for an answer in the test set, whose answers are secret."""

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def load(path: Path) -> Loaded:
    """The questions of a GAIA file that can be answered by reading alone.

    A question with a file is left out, since no tool opens files; so is one whose answer is not given.

    Raises:
        NotFound, InputError: the file is none of GAIA's; the message names row and column.
    """
    rows = read_parquet(path) if is_parquet(path) else read_json(path)
    return collect(map(_task, rows), path)


def _task(row: Row) -> Task | LeftOut:
    question, answer, level = row.required("Question"), row.text("Final answer", "answer"), _level(row)
    if row.optional("file_name") or row.optional("file_path"):
        return LeftOut(place=row.place, reason="needs a file")
    if answer in ("", HIDDEN):
        return LeftOut(place=row.place, reason="its answer is not given")
    return Task(
        task_id=row.required("task_id"),
        question=question,
        answer=answer,
        answer_type=answer_type(answer),
        template=f"gaia:level-{level}",
        split=SPLIT,
    )


def _level(row: Row) -> int:
    """1 to 3; a number in some files and a text in others."""
    level = row.columns.get("Level")
    if str(level) not in ("1", "2", "3"):
        row.refuse("Level", f"holds {shown(level)}, not 1, 2 or 3")
    return int(str(level))


def score(gold: str, answer: str | None) -> bool:
    """Whether GAIA's official scorer counts an answer as right, with all its quirks.

    The accepted answer decides how: if Python reads it as a number, numbers are compared, and an answer that is none
    counts as infinity; else, if it has a comma or semicolon, both are cut there and compared piece by piece, in order,
    with their punctuation; else both are compared without it. Case and white space never count. So "1,000" is
    a list of two pieces, and no answer is the word "None".
    """
    given = "None" if answer is None else answer
    if _is_number(gold):
        return _number(given) == float(gold)
    if "," not in gold and ";" not in gold:
        return _bare(gold).translate(_NO_PUNCTUATION) == _bare(given).translate(_NO_PUNCTUATION)
    wanted, pieces = _pieces(gold), _pieces(given)
    return len(wanted) == len(pieces) and all(map(_same_piece, wanted, pieces))


def _same_piece(gold: str, given: str) -> bool:
    return _number(given) == float(gold) if _is_number(gold) else _bare(gold) == _bare(given)


def _pieces(text: str) -> list[str]:
    return re.split("[,;]", text)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).lower()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float:
    try:
        return float(re.sub("[$%,]", "", text))
    except ValueError:
        return float("inf")
