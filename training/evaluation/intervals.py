"""Estimates and their intervals: percentile bootstrap over tasks (Efron 1979), 95 %.

Tasks are drawn with replacement, so that attempts at one task stay together. The draws are counter-based (Philox),
keyed by the seed and the number of tasks alone: two runs of the same tasks are drawn alike, which pairs them. Where all
tasks score 0, or all score 1, drawing them again shows no spread; there the interval is the exact binomial one over
tasks (Clopper and Pearson 1934), and where that is not known to hold, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from webenv.types import Record

RESAMPLES = 10_000
"""Sets of tasks that are drawn (our choice)."""
METHOD = (
    f"95 %, percentile bootstrap over tasks, {RESAMPLES:,} resamples; where all tasks score 0 or all score 1, exact "
    "binomial over tasks"
)
_TAIL = 0.025
_DIGITS = 6
_DRAWS = 1 << 20
"""Tasks drawn together (our choice): what a processor's cache holds."""
_TABLES = 16
"""Tables whose tasks are drawn together (our choice): so many that their sums need little memory."""

Floats = NDArray[np.float64]


class Estimate(Record):
    """A measure: `part / whole`, to six decimals, like its interval."""

    part: float
    whole: float
    value: float
    low: float | None
    """None: nothing is known of the spread."""
    high: float | None


class Difference(Record):
    """How much larger a measure is in the second of two runs of the same tasks."""

    first: Estimate
    second: Estimate
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Table:
    """Measures by name: a row for each task, a column for each measure."""

    names: tuple[str, ...]
    parts: Floats
    wholes: Floats
    """All above 0."""
    are_shares: bool = True
    """No part is larger than its whole."""

    def value(self, column: int) -> float:
        """A measure over all tasks."""
        return float(self.parts[:, column].sum() / self.wholes[:, column].sum())

    def only(self, rows: list[int]) -> Table:
        """The table of some tasks."""
        return Table(self.names, self.parts[rows], self.wholes[rows], self.are_shares)


def estimate(tables: Sequence[Table], seed: int = 0) -> list[dict[str, Estimate]]:
    """The estimates of each table. Tables of as many tasks are drawn together, which takes no more time than one."""
    found: dict[int, dict[str, Estimate]] = {}
    for places in _together(tables):
        drawn = _drawn([tables[place] for place in places], seed)
        for place, values in zip(places, drawn, strict=True):
            found[place] = estimates(tables[place], values)
    return [found[place] for place in range(len(tables))]


def compare(first: Sequence[Table], second: Sequence[Table], seed: int = 0) -> list[dict[str, Difference]]:
    """The differences, table by table, of the measures that both have; row by row all are about the same tasks."""
    drawn = _drawn([*first, *second], seed)
    pairs = zip(first, second, drawn[: len(first)], drawn[len(first) :], strict=True)
    return [differences(*pair) for pair in pairs]


def resampled(columns: Floats, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Sums of each column over as many rows as there are, drawn with replacement; a row for each resample."""
    rows = len(columns)
    return np.vstack([drawn @ columns for drawn in _draws(rows, seed, resamples)])


def _draws(rows: int, seed: int, resamples: int) -> Iterator[Floats]:
    """How often each row is drawn in each resample, some resamples at a time."""
    key = int.from_bytes(blake2b(repr(("bootstrap", seed, rows)).encode(), digest_size=16).digest())
    bits = np.random.Philox(key=key)
    together = max(2, _DRAWS // rows // 2 * 2)
    for start in range(0, resamples, together):
        count = min(together, resamples - start)
        raw = bits.random_raw((count * rows + 1) // 2).astype("<u8", copy=False).view("<u4")[: count * rows]
        chosen = (raw * np.uint64(rows) >> np.uint64(32)).view(np.int64).reshape(count, rows)
        chosen += np.arange(count)[:, None] * rows
        times = np.bincount(chosen.ravel(), np.ones(count * rows), count * rows).astype(np.float64, copy=False)
        yield times.reshape(count, rows)


def _together(tables: Sequence[Table]) -> Iterator[list[int]]:
    """The places of tables of as many tasks, some at a time."""
    by_size: dict[int, list[int]] = {}
    for place, table in enumerate(tables):
        by_size.setdefault(len(table.parts), []).append(place)
    for places in by_size.values():
        for start in range(0, len(places), _TABLES):
            yield places[start : start + _TABLES]


def _drawn(tables: Sequence[Table], seed: int) -> list[Floats]:
    """The values of each table's measures in each resample."""
    sums = resampled(np.hstack([side for table in tables for side in (table.parts, table.wholes)]), seed)
    ends = np.cumsum([2 * len(table.names) for table in tables])[:-1]
    halves = (np.hsplit(each, 2) for each in np.hsplit(sums, ends))
    return [parts / wholes for parts, wholes in halves]


def estimates(table: Table, drawn: Floats) -> dict[str, Estimate]:
    """The estimates of a table whose measures had the values `drawn`, `[resamples, measures]`, in the resamples."""
    found = {}
    for column, name in enumerate(table.names):
        parts, wholes = table.parts[:, column], table.wholes[:, column]
        low, high = _range(drawn[:, column])
        if low is None and table.are_shares and np.ptp(wholes) == 0:
            low, high = _exact(parts, wholes)
        found[name] = Estimate(
            part=round(float(parts.sum()), _DIGITS),
            whole=float(wholes.sum()),
            value=round(table.value(column), _DIGITS),
            low=low,
            high=high,
        )
    return found


def differences(first: Table, second: Table, ours: Floats, theirs: Floats) -> dict[str, Difference]:
    """The differences of the measures that both have; `ours` and `theirs` are their values in the same resamples."""
    one, other = estimates(first, ours), estimates(second, theirs)
    found = {}
    for name in (name for name in one if name in other):
        a, b = first.names.index(name), second.names.index(name)
        value = round(second.value(b) - first.value(a), _DIGITS)
        low, high = _range(theirs[:, b] - ours[:, a])
        found[name] = Difference(first=one[name], second=other[name], value=value, low=low, high=high)
    return found


def _range(drawn: Floats) -> tuple[float | None, float | None]:
    """The middle 95 %; None if nothing varies."""
    cut = int(_TAIL * len(drawn))
    if np.ptp(drawn) < 10**-_DIGITS:
        return None, None
    ordered = np.partition(drawn, (cut, len(drawn) - 1 - cut))
    return round(float(ordered[cut]), _DIGITS), round(float(ordered[-1 - cut]), _DIGITS)


def _exact(parts: Floats, wholes: Floats) -> tuple[float | None, float | None]:
    """Clopper and Pearson's interval where all tasks score 0 or all score 1.

    It holds for scores between, too: the chance of a 0 is at most 1 - the mean.
    """
    edge = _TAIL ** (1 / len(parts))
    if not parts.any():
        return 0.0, round(1 - edge, _DIGITS)
    return (round(edge, _DIGITS), 1.0) if (parts == wholes).all() else (None, None)
