"""The figure of a run of reinforcement learning: what was drawn, what was trained on, how far the policy moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from training.plots.style import GRID, INK, PARTS, SERIES, drawing, frame

Lines = Sequence[Mapping[str, float | None]]
"""Metrics of each update, as `metrics.jsonl` has them; those of rollouts stand in the first of a round."""
_VERDICTS = ("kept", "all right", "all wrong", "out of band")


def draw_learning(lines: Lines, title: str, out: Path) -> None:
    """Draw the metrics of a run as small multiples; the same metrics give the same bytes."""
    rewards = {"episodes/answer": "right", "episodes/format": "well-formed"}
    faults = {"episodes/invalid turns": "invalid turns", "episodes/truncated": "cut episodes"}
    clipped = {"clip_ratio/low_mean": "low", "clip_ratio/high_mean": "high"}
    with drawing(title, out, 13, 6.4) as figure:
        panels = figure.subplots(2, 4).flat
        _shares(next(panels), lines, "Answers and form, % of what was drawn", rewards)
        _groups(next(panels), lines)
        _shares(next(panels), lines, "Faults, % of turns and episodes", faults)
        _curves(next(panels), lines, "Turns of an episode", {"episodes/turns": ""})
        ratio = next(panels)
        _curves(ratio, lines, "Off-policy ratio", {"ratio/mean": "mean", "ratio/max": "largest"})
        ratio.axhline(1, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        _shares(next(panels), lines, "Clipped, % of written tokens", clipped)
        _curves(next(panels), lines, "Entropy of written tokens", {"entropy": ""})
        _curves(next(panels), lines, "Norm of the gradient", {"grad_norm": ""})


def _shares(axes: Axes, lines: Lines, title: str, names: Mapping[str, str]) -> None:
    _curves(axes, lines, title, names)
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=""))


def _curves(axes: Axes, lines: Lines, title: str, names: Mapping[str, str]) -> None:
    """A line for each metric, with its name if it has one."""
    for (metric, name), colour in zip(names.items(), SERIES, strict=False):
        steps, values = _points(lines, metric)
        marker = "o" if len(values) < 40 else ""
        axes.plot(steps, values, marker=marker, markersize=3, linewidth=1.4, color=colour, label=name)
    axes.margins(y=0.14)
    if any(names.values()):
        axes.legend(frameon=False, fontsize=8)
    _over_updates(axes, title)


def _groups(axes: Axes, lines: Lines) -> None:
    """Bars of the groups drawn for a round, by what became of them."""
    steps, _ = _points(lines, "groups/drawn")
    width = 0.8 * min((after - before for before, after in pairwise(steps)), default=1)
    bottom = [0.0] * len(steps)
    for verdict, colour in zip(_VERDICTS, PARTS, strict=False):
        _, heights = _points(lines, f"groups/{verdict}")
        if any(heights):
            axes.bar(steps, heights, width, bottom, color=colour, label=verdict)
            bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    axes.set_ylim(0, 1.35 * max([*bottom, 1]))
    if any(bottom):
        axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper left")
    _over_updates(axes, "Groups drawn for a round")


def _points(lines: Lines, metric: str) -> tuple[list[float], list[float]]:
    """The updates that have a metric, and its values."""
    found = [(line["step"], line[metric]) for line in lines if line.get(metric) is not None]
    return [step for step, _ in found if step is not None], [value for _, value in found if value is not None]


def _over_updates(axes: Axes, title: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    frame(axes, title, "updates")
