"""The figures of a study: what its arms are worth, and how the trainings went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from training.evaluation.intervals import Estimate
from training.plots.style import GRID, LABEL, SERIES, drawing, frame, short
from training.studies.account import Training
from training.studies.outcome import Outcome, Result
from training.studies.tables import measure, place

_Point = tuple[float, Estimate]
_TITLES = {
    "loss": "loss",
    "mean_token_accuracy": "share of tokens right",
    "episodes/answer": "share of answers right",
    "episodes/invalid turns": "share of turns invalid",
    "groups/drawn": "groups drawn a round",
}
"""Curves that are drawn, and what they are called."""


def draw_result(found: Outcome, out: Path) -> None:
    """Draw what arms are worth: by hops, over sizes, or side by side. The same outcome gives the same bytes."""
    study = found.study
    names = ("Pass@1",) if study.by_hops else study.measures
    tall = 2.3 + 0.28 * len(found.results)
    with drawing(study.title, out, 4.3 * len(names) if len(names) > 1 else 6.4, max(3.4, tall)) as figure:
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False).flat, names, strict=True):
            if study.by_hops:
                _draw_hops(axes, found)
            elif study.size:
                _draw_sizes(axes, found, name)
            else:
                _draw_arms(axes, found, name)


def draw_curves(found: Outcome, out: Path) -> None:
    """Draw how trainings went, each arm by the mean of its seeds; arms that share a training share its line."""
    kinds = list(dict.fromkeys(each.kind for each in found.trainings))
    panels = [
        (kind, name, some)
        for kind in kinds
        for name in _TITLES
        if (some := [one for one in _distinct(found.trainings) if one.kind == kind and one.curves.get(name)])
    ]
    across = min(4, len(panels))
    down = -(-len(panels) // across)
    with drawing("Learning curves", out, 3.7 * across, 2.9 * down + 0.4) as figure:
        places = list(figure.subplots(down, across, squeeze=False).flat)
        for axes in places[len(panels) :]:
            axes.set_axis_off()
        for axes, (kind, name, trainings) in zip(places, panels, strict=False):
            _draw_trainings(axes, trainings, name)
            frame(axes, f"{kind}: {_TITLES[name]}", "updates")
            axes.grid(axis="y", color=GRID, linewidth=0.8)
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            if len({each.arm for each in trainings}) > 1:
                axes.legend(frameon=False, fontsize=7.5)


def _draw_trainings(axes: Axes, trainings: Sequence[Training], name: str) -> None:
    """The mean of an arm's trainings over seeds, in its colour; each of them behind it, if they are several."""
    arms = list(dict.fromkeys(each.arm for each in trainings))
    for number, arm in enumerate(arms):
        colour = SERIES[number % len(SERIES)]
        curves = [dict(each.curves[name]) for each in trainings if each.arm == arm]
        if len(curves) > 1:
            for curve in curves:
                axes.plot(list(curve), list(curve.values()), color=colour, linewidth=0.8, alpha=0.35)
        steps = [step for step in curves[0] if all(step in curve for curve in curves)]
        means = [fmean(curve[step] for curve in curves) for step in steps]
        axes.plot(steps, means, "." if len(steps) == 1 else "-", color=colour, linewidth=1.4, label=short(arm))


def _distinct(trainings: Sequence[Training]) -> list[Training]:
    """Without those that another arm went through as well."""
    seen: list[Training] = []
    for each in trainings:
        if not any((each.kind, each.seed, each.curves) == (one.kind, one.seed, one.curves) for one in seen):
            seen.append(each)
    return seen


def _draw_arms(axes: Axes, found: Outcome, name: str) -> None:
    """A row for each arm; small dots are single trainings."""
    for row, each in enumerate(found.results):
        colour = SERIES[row % len(SERIES)]
        value = measure(each, name, found.study.k)
        if value.low is not None and value.high is not None:
            axes.plot([value.low, value.high], [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
        axes.plot([value.value], [row], "o", color=colour, markersize=6, clip_on=False)
        if name == "Pass@1" and len(each.seeds) > 1:
            axes.plot(list(each.seeds.values()), [row + 0.25] * len(each.seeds), ".", color=colour, markersize=4)
    names = [fill(each.label, LABEL, max_lines=2, placeholder="…") for each in found.results]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(found.results), 3) - 0.4, -0.6)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    if _is_share(name, found.study.k):
        axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    frame(axes, _title(name, found), _unit(name, found))


def _draw_sizes(axes: Axes, found: Outcome, name: str) -> None:
    """A line for each name, over the sizes of its arms."""
    lines: dict[str, list[_Point]] = {}
    sizes = {arm.label: (arm.line, arm.size) for arm in found.study.arms}
    for each in found.results:
        line, size = sizes[each.label]
        if size is not None:
            lines.setdefault(line, []).append((size, measure(each, name, found.study.k)))
    _draw_lines(axes, lines)
    axes.set_xscale("log")
    ticks = sorted({size for points in lines.values() for size, _ in points})
    axes.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])
    axes.minorticks_off()
    if _is_share(name, found.study.k):
        axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    frame(axes, f"{_title(name, found)} ({_unit(name, found)})", found.study.size)


def _draw_hops(axes: Axes, found: Outcome) -> None:
    """A line for each arm, over hops."""
    lines = {each.label: _by_hops(each) for each in found.results}
    _draw_lines(axes, lines)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))
    frame(axes, "Pass@1 (%, with 95 % intervals)", "hops: pages that the answer takes")


def _by_hops(result: Result) -> list[_Point]:
    return [(float(hops), group.answers["Pass@1"]) for hops, group in result.hops.items() if hops]


def _draw_lines(axes: Axes, lines: dict[str, list[_Point]]) -> None:
    for number, (label, points) in enumerate(lines.items()):
        colour = SERIES[number % len(SERIES)]
        places, found = [place for place, _ in points], [each for _, each in points]
        axes.plot(places, [each.value for each in found], "o-", color=colour, markersize=5, label=short(label))
        known = [(at, each.low, each.high) for at, each in points if each.low is not None and each.high is not None]
        if known:
            at, low, high = zip(*known, strict=True)
            axes.fill_between(at, low, high, color=colour, alpha=0.14, linewidth=0)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.legend(frameon=False, fontsize=8)


def _title(name: str, found: Outcome) -> str:
    return name.replace("@k", f"@{found.study.k}")


def _unit(name: str, found: Outcome) -> str:
    return "%, with 95 % intervals" if _is_share(name, found.study.k) else "with 95 % intervals"


def _is_share(name: str, k: int) -> bool:
    return place(name, k)[0] != "effort"
