"""WebWalkerQA (arXiv 2501.07572): its file in the three spellings that are about.

card   `Question, Answer, Root_Url, Info{Hop, Domain, Language, Difficulty_Level, Source_Website, Golden_Path}`
lines  `question, answer, root_url, info{type, domain, lang, difficulty_level, source_website, golden_path}`
flat   `Question, answer, type, domain, lang, difficulty_level, source_website, golden_path, root_url`

As JSON lines, as an array, or in Parquet. All three give the same tasks. The benchmark has no rule scorer: a model
judges.
"""

from __future__ import annotations

from pathlib import Path
from reprlib import repr as shown

from training.benchmarks.loaded import SPLIT, LeftOut, Loaded, answer_type, collect, label, make_id
from training.benchmarks.parquet import is_parquet, read_parquet
from training.benchmarks.rows import Row, read_json
from webenv.types import Evidence, Task, ToolCall

_SPELLINGS = {"hop": "type", "language": "lang"}
_LANGUAGES = {"english": "en", "chinese": "zh"}


def load(path: Path) -> Loaded:
    """The questions of a WebWalkerQA file.

    The source pages become evidence that names a page and no words, with the golden path and the root page as its
    relation; the oracle visits them. A row that comes twice is left out the second time.

    Raises:
        NotFound, InputError: the file is none of WebWalkerQA's; the message names row and column.
    """
    rows = read_parquet(path) if is_parquet(path) else read_json(path)
    return collect(map(_task, rows), path)


def _task(given: Row) -> Task | LeftOut:
    row = _flat(given)
    question, answer, root = row.required("question"), row.text("answer"), row.optional("root_url")
    if not answer:
        return LeftOut(place=row.place, reason="its answer is not given")
    language = row.optional("lang").casefold()
    pages = tuple(dict.fromkeys(filter(None, row.texts("source_website"))))
    return Task(
        task_id=make_id("webwalkerqa", root, question, answer),
        question=question,
        answer=answer,
        answer_type=answer_type(answer),
        evidence=tuple(Evidence(url=url, text="", relation=_way(row, root, url)) for url in pages),
        oracle=tuple(ToolCall(name="visit", arguments={"url": [url]}) for url in pages),
        template=label(
            "webwalkerqa", row.optional("type"), row.optional("difficulty_level"), _LANGUAGES.get(language, language)
        ),
        hops=len(pages),
        split=SPLIT,
    )


def _flat(row: Row) -> Row:
    """The row with the columns of `info` beside the others, under one spelling of their names."""
    info = next((value for name, value in row.columns.items() if name.casefold() == "info"), None)
    if not isinstance(info, dict | None):
        row.refuse("info", f"holds {shown(info)}, not an object")
    columns: dict[str, object] = {}
    for name, value in (*row.columns.items(), *(info or {}).items()):
        plain = name.casefold().replace(" ", "_")
        known = columns.setdefault(_SPELLINGS.get(plain, plain), value)
        if known is not value and known != value:
            row.refuse(name, "stands there twice, with different values")
    return Row(row.place, columns)


def _way(row: Row, root: str, url: str) -> str:
    """How the benchmark's authors came from the root page to a source page."""
    pages, paths = row.texts("source_website"), row.texts("golden_path")
    path = paths[pages.index(url)] if len(paths) == len(pages) else "; ".join(paths)
    return " | ".join(filter(None, (root, path)))
