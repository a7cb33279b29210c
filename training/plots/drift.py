"""The figure of a drift report: success against severity, a panel for each family, a line for each policy."""

from __future__ import annotations

from math import ceil
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from training.drift.report import Curve, DriftReport
from training.plots.style import GRID, SERIES, drawing, frame, short


def draw_drift(report: DriftReport, out: Path) -> None:
    """Draw a report as small multiples; the same report gives the same bytes."""
    families = list(dict.fromkeys(curve.family for curve in report.curves))
    policies = list(dict.fromkeys(curve.policy for curve in report.curves))
    across = min(4, len(families))
    down = ceil(len(families) / across)
    with drawing(f"Success under drift, {report.tasks:,} tasks", out, 3.2 * across + 0.6, 2.5 * down + 0.8) as figure:
        places = list(figure.subplots(down, across, squeeze=False).flat)
        for family, axes in zip(families, places, strict=False):
            for curve in report.curves:
                if curve.family == family:
                    _line(axes, curve, SERIES[policies.index(curve.policy) % len(SERIES)])
            axes.set_xlim(-0.03, 1.03)
            axes.set_ylim(-0.03, 1.03)
            axes.yaxis.set_major_formatter(PercentFormatter(1))
            axes.grid(axis="y", color=GRID, linewidth=0.8)
            frame(axes, family, "severity")
        for axes in places[len(families) :]:
            axes.set_axis_off()
        dots = [places[0].plot([], [], "o-", color=SERIES[n % len(SERIES)])[0] for n in range(len(policies))]
        names = list(map(short, _called(policies)))
        figure.legend(dots, names, loc="outside lower left", ncols=min(4, len(dots)), frameon=False)


def _called(policies: list[str]) -> list[str]:
    """Local models by the names of their folders, if these tell them apart."""
    names = [Path(each).name if each.startswith("hf:") else each for each in policies]
    return names if len(set(names)) == len(names) else policies


def _line(axes: Axes, curve: Curve, colour: str) -> None:
    at = [0.0, *(point.severity for point in curve.points)]
    axes.plot(
        at, [curve.clean, *(point.success.second.value for point in curve.points)], "o-", color=colour, markersize=4
    )
    for point in curve.points:
        found = point.success.second
        if found.low is not None and found.high is not None:
            axes.plot([point.severity] * 2, [found.low, found.high], color=colour, linewidth=1.4)
