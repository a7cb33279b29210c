"""Files in the shape of the benchmarks', with rows of our own invention."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from training.benchmarks.browsecomp import encrypt

CANARY = "heron:0000-1111"
GAIA: list[dict[str, Any]] = [
    {
        "task_id": "aaaa-1",
        "Question": "Which bird stands in the river of A at dawn?",
        "Level": "1",
        "Final answer": "The heron",
        "file_name": "",
        "file_path": "",
        "Annotator Metadata": {"Steps": "1. Look.", "Number of steps": "1"},
    },
    {
        "task_id": "aaaa-2",
        "Question": "How many reeds does A count?",
        "Level": "2",
        "Final answer": "12,345",
        "file_name": "",
        "file_path": "",
        "Annotator Metadata": {"Steps": "", "Number of steps": ""},
    },
    {
        "task_id": "aaaa-3",
        "Question": "What does the table say?",
        "Level": "3",
        "Final answer": "reeds, herons",
        "file_name": "aaaa-3.xlsx",
        "file_path": "2023/aaaa-3.xlsx",
        "Annotator Metadata": {"Steps": "", "Number of steps": ""},
    },
]
FLAT: list[dict[str, Any]] = [
    {
        "Question": "When does the river of A open, and where is its gate?",
        "answer": "It opens on 3 May 2031, and its gate is at Lower Heron Street 9, beside the old mill.",
        "domain": "organization",
        "source_website": ["http://a.example/opening", "http://a.example/gate"],
        "golden_path": ["root->news>opening", "root->gate"],
        "type": "multi_source",
        "difficulty_level": "hard",
        "lang": "en",
        "root_url": "http://a.example/",
    },
    {
        "Question": "苍鹭在哪条河边?",
        "answer": "白沙河",
        "domain": "organization",
        "source_website": ["http://a.example/zh"],
        "golden_path": ["root->河流"],
        "type": "single_source",
        "difficulty_level": "easy",
        "lang": "",
        "root_url": "http://a.example/",
    },
]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A file with one JSON object a line."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def array(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A file with one JSON array."""
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A Parquet file."""
    import pyarrow
    from pyarrow.parquet import write_table

    write_table(pyarrow.Table.from_pylist(rows), path)
    return path


def as_lines() -> list[dict[str, Any]]:
    """`FLAT` as WebWalkerQA's evaluation script reads it."""
    inner = ("domain", "source_website", "golden_path", "type", "difficulty_level", "lang")
    return [
        {
            "question": row["Question"],
            "answer": row["answer"],
            "root_url": row["root_url"],
            "info": {name: row[name] for name in inner},
        }
        for row in FLAT
    ]


def as_card() -> list[dict[str, Any]]:
    """`FLAT` as WebWalkerQA's card shows it."""
    return [
        {
            "Question": row["Question"],
            "Answer": row["answer"],
            "Root_Url": row["root_url"],
            "Info": {
                "Hop": row["type"].replace("_", "-"),
                "Domain": row["domain"].title(),
                "Language": {"en": "English", "": ""}[row["lang"]],
                "Difficulty_Level": row["difficulty_level"].title(),
                "Source_Website": row["source_website"],
                "Golden_Path": row["golden_path"],
            },
        }
        for row in FLAT
    ]


def browsecomp(path: Path, rows: list[tuple[str, ...]], *names: str, canary: str = CANARY) -> Path:
    """An encrypted CSV file; problem and answer first, further columns as named."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["problem", "answer", *names, "canary"])
        writer.writerows([encrypt(row[0], CANARY), encrypt(row[1], CANARY), *row[2:], canary] for row in rows)
    return path
