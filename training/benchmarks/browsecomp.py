"""BrowseComp (arXiv 2504.12516): its encrypted CSV file.

Its authors ask that no question appears in plain text online, so keep the task file to yourself. The benchmark has no
rule scorer: a model judges.
"""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import cycle
from pathlib import Path

from training.benchmarks.loaded import SPLIT, LeftOut, Loaded, answer_type, collect, label, make_id
from training.benchmarks.rows import Row, read_csv
from webenv.types import Task

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def load(path: Path) -> Loaded:
    """The questions of a BrowseComp file, decrypted with the canary that stands in each row.

    Raises:
        NotFound, InputError: the file is none of BrowseComp's, or a canary does not fit; the message names line
            and column.
    """
    return collect(map(_task, read_csv(path)), path)


def decrypt(encrypted: str, canary: str) -> str:
    """The text behind a cell.

    Raises:
        ValueError: the cell is not in Base64, or the canary does not fit.
    """
    return _combined(base64.b64decode(encrypted, validate=True), canary).decode()


def encrypt(text: str, canary: str) -> str:
    """The cell that holds a text: what `decrypt` undoes."""
    return base64.b64encode(_combined(text.encode(), canary)).decode()


def _combined(data: bytes, canary: str) -> bytes:
    key = hashlib.sha256(canary.encode()).digest()
    return bytes(byte ^ other for byte, other in zip(data, cycle(key), strict=False))


def _task(row: Row) -> Task | LeftOut:
    problem, answer = _plain(row, "problem"), _plain(row, "answer")
    if not problem:
        row.refuse("problem", "is empty")
    if not answer:
        return LeftOut(place=row.place, reason="its answer is not given")
    return Task(
        task_id=make_id("browsecomp", problem, answer),
        question=problem,
        answer=answer,
        answer_type=answer_type(answer),
        template=label("browsecomp", row.optional("problem_topic")),
        split=SPLIT,
    )


def _plain(row: Row, name: str) -> str:
    encrypted, canary = row.text(name), row.required("canary")
    try:
        text = decrypt(encrypted, canary)
    except UnicodeDecodeError:
        text = "\0"
    except ValueError as error:
        row.refuse(name, f"is not encrypted as BrowseComp's file is ({error})")
    if _CONTROL.search(text):
        row.refuse(name, "gives no text with this row's canary; is the canary whole?")
    return text.strip()
