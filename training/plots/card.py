"""The figure of a dataset card."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from training.card import Card, Lengths
from training.plots.style import BLUE, GOLD, GREEN, GRID, INK, drawing, frame, short

_COLOURS = {"prose": BLUE, "list": GOLD, "table": GREEN}
_NAMES = 12
"""Bars that a panel with names has room for."""


def draw_card(card: Card, title: str, out: Path) -> None:
    """Draw a dataset card as small multiples; the same card gives the same bytes."""
    with drawing(f"{title}: {card.tasks:,} tasks", out, 13, 6.4) as figure:
        panels = figure.subplots(2, 4).flat
        _names(next(panels), "Splits", card.splits)
        _names(next(panels), "Types of question", card.types)
        _names(next(panels), "Types of answer", card.answer_types)
        _numbers(
            next(panels),
            "Hops",
            "pages one after the other" + ("\n0: not counted" if 0 in card.hops else ""),
            card.hops,
        )
        _numbers(next(panels), "Evidence", "different pages a task needs", card.evidence_pages)
        _places(next(panels), card)
        _lengths(next(panels), "Length of the question", card.question_words)
        _numbers(next(panels), "Way of the oracle", "tool calls before the answer", card.oracle_calls)


def _names(axes: Axes, title: str, counts: dict[str, int]) -> None:
    """Bars that lie, each with its count; what has no room is added up in the last one."""
    shown = dict(list(counts.items())[: _NAMES - 1] if len(counts) > _NAMES else counts)
    bars = [(short(name or "(none)"), count) for name, count in shown.items()]
    if len(shown) < len(counts):
        bars.append((f"{len(counts) - len(shown)} others", sum(counts.values()) - sum(shown.values())))
    places = range(len(bars))
    drawn = axes.barh(places, [count for _, count in bars], color=BLUE, height=0.62)
    axes.bar_label(drawn, [f"{count:,}" for _, count in bars], padding=3, fontsize=8)
    axes.set_yticks(places, [name for name, _ in bars])
    axes.set_ylim(max(len(bars), 4) - 0.4, -0.6)
    axes.margins(x=0.22)
    frame(axes, title, "tasks")
    axes.set_xticks([])


def _numbers(axes: Axes, title: str, label: str, counts: dict[int, int]) -> None:
    drawn = axes.bar(list(counts), list(counts.values()), color=BLUE, width=0.7)
    if len(counts) <= 8:
        axes.bar_label(drawn, [f"{count:,}" for count in counts.values()], padding=2, fontsize=8)
    _few(axes, list(counts))
    _stand(axes, title, label)


def _places(axes: Axes, card: Card) -> None:
    if card.places is None:
        _lengths(axes, "Tokens of the question", card.question_tokens)
        return
    parts = sorted({part for counts in card.places.parts.values() for part in counts}) or [1]
    bottom = dict.fromkeys(parts, 0)
    for form, counts in card.places.parts.items():
        heights = [counts.get(part, 0) for part in parts]
        axes.bar(parts, heights, 0.7, list(bottom.values()), color=_COLOURS[form], label=f"{form} ({sum(heights):,})")
        bottom = {part: bottom[part] + height for part, height in zip(parts, heights, strict=True)}
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    _few(axes, parts)
    axes.set_ylim(0, 1.45 * max(*bottom.values(), 1))
    lost = f" ({card.places.lost:,} lost)" if card.places.lost else ""
    _stand(axes, f"Place of the evidence{lost}", f"part of the page view\n{card.places.page_chars:,} characters each")


def _lengths(axes: Axes, title: str, lengths: Lengths) -> None:
    """A histogram of at most 24 bars, with the median marked."""
    width = (lengths.longest - lengths.shortest) // 24 + 1
    bins: dict[int, int] = {}
    for length, count in lengths.counts.items():
        start = lengths.shortest + (length - lengths.shortest) // width * width
        bins[start] = bins.get(start, 0) + count
    axes.bar([start - 0.5 for start in bins], list(bins.values()), width=width * 0.9, align="edge", color=BLUE)
    axes.axvline(lengths.median, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    _stand(axes, title, f"{lengths.unit}\nmedian {lengths.median:g} (dashed), longest {lengths.longest:,}")


def _few(axes: Axes, numbers: list[int]) -> None:
    """Whole numbers below standing bars, and air around few of them."""
    low, high = min(numbers), max(numbers)
    reach = max(2.5, (high - low) / 2 + 0.7)
    axes.set_xlim((low + high) / 2 - reach, (low + high) / 2 + reach)
    if high - low <= 12:
        axes.set_xticks(range(low, high + 1))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))


def _stand(axes: Axes, title: str, label: str) -> None:
    """What panels with standing bars share: whole numbers and a quiet grid."""
    axes.margins(y=0.14)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    frame(axes, title, label)
