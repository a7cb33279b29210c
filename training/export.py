"""Task sets as folders of Hugging Face `datasets`, with a dataset card. The only module that writes with `datasets`.

`datasets.load_from_disk` reads such a folder: a `DatasetDict` by split, or a `Dataset` where there is one split only.
The arguments of tool calls differ from tool to tool, so a column holds them as JSON.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import datasets  # type: ignore[import-untyped]
from huggingface_hub import DatasetCardData

from training.card import Card
from webenv.errors import InputError
from webenv.types import Task
from webenv.web import publish

UNNAMED = "unassigned"
"""Split of the tasks that belong to none, where others do."""
_SPLIT = re.compile(r"[A-Za-z0-9_]{1,64}")
_SIZES = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]
_TEXT = datasets.Value("string")
_FEATURES = datasets.Features(
    {name: _TEXT for name in ("task_id", "question", "answer")}
    | {"aliases": datasets.List(_TEXT), "answer_type": _TEXT}
    | {"evidence": datasets.List({name: _TEXT for name in ("url", "text", "relation", "digest")})}
    | {"oracle": datasets.List({name: _TEXT for name in ("name", "arguments")})}
    | {"as_of": _TEXT, "template": _TEXT, "hops": datasets.Value("int64"), "split": _TEXT}
    | {"triplets": datasets.List(datasets.List(_TEXT))}
)


def check_folder(out: Path, overwrite: bool) -> None:
    """Refuse a folder that holds something, unless it is an earlier export that may be replaced.

    Raises:
        InputError: `out` is a file, or it holds something that must stay.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; --export names a folder")
    if not out.exists() or not any(out.iterdir()):
        return
    if not overwrite:
        raise InputError(f"{out}: exists already; choose another --export, or replace it with --overwrite")
    if not any((out / name).is_file() for name in ("dataset_dict.json", "dataset_info.json")):
        raise InputError(f"{out}: holds something that is not a dataset; it is not replaced")


def export(tasks: list[Task], card: Card, title: str, out: Path, overwrite: bool = False) -> None:
    """Write a set as a folder, which appears when it is complete; same tasks, same bytes.

    Raises:
        InputError: the folder is taken, or a split has a name that no folder should have.
    """
    check_folder(out, overwrite)
    splits = _splits(tasks)
    part = out.absolute().with_name(out.absolute().name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    _save({name: _dataset(members) for name, members in splits.items()}, part)
    (part / "README.md").write_text(card_text(card, title, list(splits)), encoding="utf-8")
    publish.publish(part, out.absolute())


def card_text(card: Card, title: str, splits: list[str]) -> str:
    """The `README.md` of a dataset: front matter as the hub reads it, and tables of counts."""
    size = next((name for below, name in _SIZES if card.tasks < below), "n>1M")
    data = DatasetCardData(
        pretty_name=title,
        task_categories=["question-answering"],
        size_categories=[size],
        tags=["web-agents", "multi-hop", "webenv"],
        configs=[{"config_name": "default", "data_files": _files(splits)}],
    )
    name = re.sub(r"([\\`*_{}\[\]<>()#|!~])", r"\\\1", " ".join(title.split()))
    lines = [
        f"---\n{data.to_yaml(line_break=chr(10))}\n---\n",
        f"# {name}\n",
        f"{card.tasks:,} questions over a frozen web, each with its answer, the pages and words that prove it, and the",
        "tool calls that find it. `oracle[].arguments` is JSON. Load it with `datasets.load_from_disk`.\n",
        *_table("Splits", card.splits),
        *_table("Types of question", card.types),
        *_table("Types of answer", card.answer_types),
        *_table("Hops", card.hops),
        *_table("Evidence pages", card.evidence_pages),
        *_table("Tool calls of the oracle", card.oracle_calls),
        *_lengths(card),
        *_places(card),
        f"Repeated questions: {card.duplicates.repeated_questions:,}, with another answer: "
        f"{card.duplicates.contradictions:,}. Distinct answers: {card.duplicates.distinct_answers:,}; the most "
        f"frequent one is shared by {card.duplicates.most_frequent_answer:,} tasks.",
    ]
    return "\n".join(lines) + "\n"


def _splits(tasks: list[Task]) -> dict[str, list[Task]]:
    splits: dict[str, list[Task]] = {}
    for task in tasks:
        splits.setdefault(task.split or UNNAMED, []).append(task)
        if task.split and not _SPLIT.fullmatch(task.split):
            raise InputError(f"task {task.task_id}: split {task.split!r} is not a name of letters, digits and _")
    return dict(sorted(splits.items()))


def _dataset(tasks: list[Task]) -> datasets.Dataset:
    rows = [
        {name: getattr(task, name) for name in _FEATURES if name not in ("aliases", "evidence", "oracle", "triplets")}
        | {"aliases": list(task.aliases), "triplets": [list(triplet) for triplet in task.triplets]}
        | {"evidence": [{name: getattr(item, name) for name in item.__struct_fields__} for item in task.evidence]}
        | {"oracle": [{"name": call.name, "arguments": _arguments(call.arguments)} for call in task.oracle]}
        for task in tasks
    ]
    return datasets.Dataset.from_list(rows, features=_FEATURES)


def _arguments(arguments: dict[str, object]) -> str:
    return json.dumps(arguments, ensure_ascii=False, sort_keys=True)


def _save(parts: dict[str, datasets.Dataset], folder: Path) -> None:
    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        whole = datasets.DatasetDict(parts) if len(parts) > 1 else next(iter(parts.values()))
        whole.save_to_disk(str(folder))
    finally:
        if shown:
            datasets.enable_progress_bars()


def _files(splits: list[str]) -> list[dict[str, str]]:
    if len(splits) == 1:
        return [{"split": splits[0], "path": "data-*.arrow"}]
    return [{"split": name, "path": f"{name}/data-*.arrow"} for name in splits]


def _table(title: str, counts: dict[str, int] | dict[int, int]) -> list[str]:
    rows = [f"| {_cell(name)} | {count:,} |" for name, count in counts.items()]
    return [f"| {title} | tasks |", "|---|---:|", *rows, ""]


def _lengths(card: Card) -> list[str]:
    units = (card.question_words, card.question_tokens, card.question_chars)
    rows = [
        f"| {_cell(each.unit)} | {each.shortest:,} | {each.median:g} | {each.mean:g} | {each.longest:,} |"
        for each in units
    ]
    return ["| Length of questions | shortest | median | mean | longest |", "|---|---:|---:|---:|---:|", *rows, ""]


def _places(card: Card) -> list[str]:
    if card.places is None:
        return []
    rows = [
        f"| {form} | {counts.get(1, 0):,} | {sum(counts.values()) - counts.get(1, 0):,} |"
        for form, counts in card.places.parts.items()
    ]
    said = f"A part has up to {card.places.page_chars:,} characters; {card.places.lost:,} pieces are not on their page."
    return ["| Place of the evidence | first part of its page | later part |", "|---|---:|---:|", *rows, "", said, ""]


def _cell(name: str | int) -> str:
    """A name as a cell of a table: one line, without the sign that ends cells."""
    return " ".join(str(name).split()).replace("|", "\\|").replace("<", "&lt;") or "(none)"
