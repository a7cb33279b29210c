"""A report as *sheets* of text, for a terminal and for Markdown: every share with its numerator and denominator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from training.evaluation.comparison import Comparison
from training.evaluation.intervals import Difference, Estimate
from training.evaluation.measures import WAYS
from training.evaluation.report import Report, RunReport
from webenv.commands.reading import harmless
from webenv.types import Record

TITLES = {
    "answers": "Answers",
    "invalid": "Turns that could not be carried out",
    "endings": "How episodes were over",
    "effort": "An episode on average",
}
_MARKUP = re.compile(r"([\\`*_\[<#|~&])")


class Sheet(Record):
    """A table; the first column names what a row is about."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(report: Report) -> Iterator[Sheet]:
    """The whole report, but for its notes."""
    runs, columns = report.runs, ("", *(run.label for run in report.runs))
    about = (
        ("policy", *(run.policy for run in runs)),
        ("tasks", *(f"{run.tasks:,}" for run in runs)),
        ("episodes", *(f"{run.episodes:,} ({_range(run.samples)} a task)" for run in runs)),
        ("right answers", *(f"{run.right:,}/{run.episodes:,}" for run in runs)),
    )
    yield Sheet(title=TITLES["answers"], columns=columns, rows=(*about, *_measured(runs, "answers")))
    for way in WAYS:
        if rows := tuple(_grouped(runs, way)):
            yield Sheet(title=f"By {way}", columns=columns, rows=rows)
    for section in ("invalid", "endings"):
        yield Sheet(title=TITLES[section], columns=columns, rows=tuple(_measured(runs, section)))
    tools = sorted({tool for run in runs for tool in run.tools})
    calls = ((f"calls of {tool}", *(f"{run.tools.get(tool, 0):,}" for run in runs)) for tool in tools)
    yield Sheet(title=TITLES["effort"], columns=columns, rows=(*_measured(runs, "effort"), *calls))
    for each in report.comparisons:
        yield _compared(each)


def closing(report: Report) -> list[str]:
    """What stands below the sheets."""
    return [f"Judge: {report.judge}.", f"Intervals: {report.interval}.", *report.notes]


def markdown(report: Report) -> str:
    """The report as a Markdown document; whatever a file says is text in it."""
    return document("Evaluation", sheets(report), closing(report))


def document(title: str, sheets: Iterable[Sheet], notes: Iterable[str]) -> str:
    """Sheets as a Markdown document, with notes at its end; all of it is text, never markup."""
    lines = [f"# {_escaped(title)}", ""]
    for sheet in sheets:
        head = [_escaped(column) for column in sheet.columns]
        lines += [f"## {_escaped(sheet.title)}", "", _row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
        lines += [_row([_escaped(cell) for cell in row]) for row in sheet.rows]
        lines.append("")
    lines += [f"- {_escaped(note)}" for note in notes]
    return "\n".join(lines) + "\n"


def shown(found: Estimate | None, section: str) -> str:
    """An estimate as people read it; an empty text if there is none."""
    return ratio(found, section) + _interval(found.low, found.high, section) if found else ""


def _measured(runs: tuple[RunReport, ...], section: str) -> Iterator[tuple[str, ...]]:
    """A row for each measure that is above 0 in some run, and for the first of all."""
    names = list(dict.fromkeys(name for run in runs for name in run.measures[section]))
    for name in names:
        found = [run.measures[section].get(name) for run in runs]
        if section == "answers" or name == names[0] or any(each and each.part for each in found):
            yield name, *(shown(each, section) for each in found)


def _grouped(runs: tuple[RunReport, ...], way: str) -> Iterator[tuple[str, ...]]:
    for group in dict.fromkeys(name for run in runs for name in run.groups[way]):
        found = [run.groups[way].get(group) for run in runs]
        names = next(each.answers for each in found if each)
        for name in names:
            if name.startswith(("Pass", "majority")):
                cells = (shown(each.answers[name], "answers") if each else "" for each in found)
                yield f"{group or 'not said'}: {name}", *cells


def _compared(each: Comparison) -> Sheet:
    rows: list[tuple[str, ...]] = [
        ("tasks in common", f"{each.tasks:,}", f"{each.tasks:,}", ""),
        ("tasks left out", f"{each.only_first:,}", f"{each.only_second:,}", "asked of one only"),
        ("tasks by Pass@1", "", "", f"{each.better:,} better, {each.same:,} same, {each.worse:,} worse"),
    ]
    for section, measures in each.measures.items():
        for name, found in measures.items():
            if section == "answers" or found.first.part or found.second.part:
                said = name if section in ("answers", "effort") else f"{section}: {name}"
                sides = ratio(found.first, section), ratio(found.second, section)
                rows.append((said, *sides, difference(found, section)))
    columns = ("", each.first, each.second, "difference")
    return Sheet(title=f"{each.second} against {each.first}, task by task", columns=columns, rows=tuple(rows))


def difference(found: Difference, section: str) -> str:
    """A difference as people read it."""
    value = f"{found.value:+,.1f}" if section == "effort" else f"{100 * found.value:+.1f} points"
    return value + _interval(found.low, found.high, section)


def ratio(found: Estimate, section: str) -> str:
    """A value with its numerator and denominator."""
    value = f"{found.value:,.1f}" if section == "effort" else f"{found.value:.1%}"
    return f"{value} ({_number(found.part)}/{_number(found.whole)})"


def _interval(low: float | None, high: float | None, section: str) -> str:
    if low is None or high is None:
        return ""
    scale = 1 if section == "effort" else 100
    return f" [{scale * low:,.1f}, {scale * high:,.1f}]"


def _number(number: float) -> str:
    """A whole number as it is, others to two decimals."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def _range(ends: tuple[int, int]) -> str:
    return f"{ends[0]:,}" if ends[0] == ends[1] else f"{ends[0]:,} to {ends[1]:,}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(harmless(text).split()))
