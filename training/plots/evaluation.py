"""The figure of an evaluation: what policies are worth, where, and how they spend their turns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from training.evaluation.comparison import Comparison
from training.evaluation.intervals import Difference, Estimate
from training.evaluation.measures import WAYS
from training.evaluation.report import Report, RunReport
from training.plots.style import GRID, INK, PARTS, SERIES, drawing, frame, short

_Runs = tuple[RunReport, ...]
_Rows = list[tuple[str, list[Estimate | None]]]
_GROUPS = 12
"""Groups that a panel has room for: of more, those that come first."""


def draw_evaluation(report: Report, out: Path) -> None:
    """Draw a report as small multiples; the same report gives the same bytes."""
    panels = _panels(report)
    across = min(4, ceil(len(panels) / 2))
    down = ceil(len(panels) / across)
    height = down * (2.6 + 0.16 * len(report.runs)) + 0.7
    runs = f"{len(report.runs):,} runs" if len(report.runs) > 1 else "1 run"
    with drawing(f"Evaluation of {runs} by {report.judge}", out, 3.6 * across, height) as figure:
        places = list(figure.subplots(down, across, squeeze=False).flat)
        for panel, axes in zip(panels, places, strict=False):
            panel(axes)
        for axes in places[len(panels) :]:
            axes.set_axis_off()
        dots = [places[0].plot([], [], "o", color=_colour(place))[0] for place in range(len(report.runs))]
        names = [f"{short(run.label)} ({run.tasks:,} tasks)" for run in report.runs]
        figure.legend(dots, names, loc="outside lower left", ncols=min(4, len(dots)), frameon=False)


def _panels(report: Report) -> list[Callable[[Axes], None]]:
    runs = report.runs
    names = list(dict.fromkeys(("Pass@1", f"Pass@{report.k}", f"majority@{report.k}")))
    overall: _Rows = [(name, [run.measures["answers"][name] for run in runs]) for name in names]
    ways = [(way, _grouped(runs, way)) for way in WAYS]
    panels: list[Callable[[Axes], None]] = [
        partial(_dots, title="Answers", rows=overall),
        *(partial(_dots, title=f"Pass@1 by {way}", rows=rows) for way, rows in ways if rows),
        partial(
            _stacked, titles=("Turns not carried out", "% of all turns"), runs=runs, parts=_shares(runs, "invalid")
        ),
        partial(_stacked, titles=("No answer", "% of all episodes"), runs=runs, parts=_shares(runs, "endings")),
        partial(_stacked, titles=("Tool calls", "of an episode"), runs=runs, parts=_calls(runs)),
    ]
    if report.comparisons:
        panels.append(partial(_gains, comparisons=report.comparisons, names=names))
    return panels


def _grouped(runs: _Runs, way: str) -> _Rows:
    """Pass@1 of each run in each group."""
    names = list(dict.fromkeys(name for run in runs for name in run.groups[way]))[:_GROUPS]
    groups = [(name or "not said", [run.groups[way].get(name) for run in runs]) for name in names]
    return [(name, [each.answers["Pass@1"] if each else None for each in found]) for name, found in groups]


def _shares(runs: _Runs, section: str) -> dict[str, list[float]]:
    """Percentages of a section by run, without its first measure and what never came."""
    names = list(runs[0].measures[section])[1:]
    shares = {name: [100 * run.measures[section][name].value for run in runs] for name in names}
    return {name: values for name, values in shares.items() if any(values)}


def _calls(runs: _Runs) -> dict[str, list[float]]:
    tools = sorted({tool for run in runs for tool in run.tools})
    return {tool: [run.tools.get(tool, 0) / run.episodes for run in runs] for tool in tools}


def _dots(axes: Axes, title: str, rows: _Rows) -> None:
    """A dot for each run in each row, with its interval."""
    for row, (_, found) in enumerate(rows):
        for place, each in enumerate(found):
            if each:
                _dot(axes, row + _offset(place, len(found)), each, _colour(place))
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    _lanes(axes, [name for name, _ in rows])
    frame(axes, title, "%, with 95 % intervals over tasks")


def _gains(axes: Axes, comparisons: tuple[Comparison, ...], names: list[str]) -> None:
    for row, name in enumerate(names):
        for place, each in enumerate(comparisons):
            _dot(axes, row + _offset(place, len(comparisons)), each.measures["answers"][name], _colour(place + 1))
    axes.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    _lanes(axes, names)
    frame(axes, f"Against {short(comparisons[0].first)}", "points, on the tasks in common")


def _dot(axes: Axes, row: float, found: Estimate | Difference, colour: str) -> None:
    if found.low is not None and found.high is not None:
        axes.plot([found.low, found.high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot([found.value], [row], "o", color=colour, markersize=5, clip_on=False)
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))


def _stacked(axes: Axes, titles: tuple[str, str], runs: _Runs, parts: dict[str, list[float]]) -> None:
    """A bar for each run, of parts that add up; their sum stands at its end."""
    left = [0.0] * len(runs)
    for place, (name, widths) in enumerate(parts.items()):
        axes.barh(range(len(runs)), widths, 0.6, left, color=PARTS[place % len(PARTS)], label=short(name))
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, end in enumerate(left):
        axes.annotate(f"{end:.1f}", (end, row), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xlim(0, 1.2 * max(*left, 1))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    _lanes(axes, [run.label for run in runs])
    frame(axes, *titles)
    if parts:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.22), ncols=2, frameon=False, fontsize=7.5)


def _lanes(axes: Axes, names: list[str]) -> None:
    """A row for each name, from the top."""
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set_ylim(max(len(names), 3) - 0.4, -0.6)
    axes.grid(axis="x", color=GRID, linewidth=0.8)


def _offset(place: int, many: int) -> float:
    """Where in its row one of many dots is."""
    return (place - (many - 1) / 2) * min(0.22, 0.7 / many)


def _colour(place: int) -> str:
    return SERIES[place % len(SERIES)]
