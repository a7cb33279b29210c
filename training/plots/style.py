"""What all figures share. The same figure gives the same bytes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

INK, GRID, BLUE, GOLD, GREEN = "#26323f", "#e3e7ec", "#3b6ea5", "#e0a13a", "#5aa786"
SERIES = (BLUE, GOLD, GREEN, "#b5566b", "#7d6bb0", "#8a949e")
"""Colours for things side by side, in this order."""
PARTS = ("#26466d", "#5b8cbe", "#a9c6e2", "#d9c48f", "#c0875a", "#8c4a3c")
"""Colours for the parts of a whole."""
LABEL = 22
"""Characters of a name that a panel has room for."""

_STYLE: Any = {
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
}


@contextmanager
def drawing(title: str, out: Path, width: float, height: float) -> Iterator[Figure]:
    """A figure of so many inches, to be filled; the PNG file appears when it is complete."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
        figure = Figure(figsize=(width, height), layout=layout, facecolor="white")
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
        yield figure
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # a name in a script that the font lacks: boxes
        part = out.with_name(out.name + ".part")
        figure.savefig(part, dpi=150, format="png", metadata={"Software": None})
    part.replace(out)


def frame(axes: Axes, title: str, label: str) -> None:
    """Title, axis label, and no more lines than needed."""
    axes.set_title(title)
    axes.set_xlabel(label)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def short(name: str) -> str:
    """A name that a panel has room for."""
    return name if len(name) <= LABEL else name[: LABEL - 1] + "…"
