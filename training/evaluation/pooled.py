"""Several trainings that differ in their seed alone, taken together: bootstrap over tasks and over trainings.

In each resample tasks are drawn with replacement, and trainings too, so an interval covers both what other questions
and what another seed would have changed. Two arms of as many trainings are drawn alike, which pairs them by task and by
seed. With one training it is the bootstrap over tasks of `intervals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from training.evaluation.intervals import (
    RESAMPLES,
    Difference,
    Estimate,
    Floats,
    Table,
    differences,
    estimates,
    resampled,
)

METHOD = (
    f"95 %, percentile bootstrap over tasks and, where there are several, over trainings, {RESAMPLES:,} resamples; "
    "where all tasks score 0 or all score 1, exact binomial over tasks"
)


def estimate(tables: Sequence[Table], seed: int = 0) -> dict[str, Estimate]:
    """The estimates of an arm; `tables` hold the same measures of the same tasks, one of each training."""
    return estimates(_together(tables), _drawn([tables], seed)[0])


def compare(first: Sequence[Table], second: Sequence[Table], seed: int = 0) -> dict[str, Difference]:
    """How much larger the measures of the second arm are; both have the same tasks and as many trainings."""
    ours, theirs = _drawn([first, second], seed)
    return differences(_together(first), _together(second), ours, theirs)


def _together(tables: Sequence[Table]) -> Table:
    parts, wholes = sum(each.parts for each in tables), sum(each.wholes for each in tables)
    return Table(tables[0].names, np.asarray(parts), np.asarray(wholes), tables[0].are_shares)


def _drawn(arms: Sequence[Sequence[Table]], seed: int) -> list[Floats]:
    """The values of each arm's measures in each resample."""
    trainings = len(arms[0])
    sums = resampled(np.hstack([side for arm in arms for each in arm for side in (each.parts, each.wholes)]), seed)
    times = _trainings(trainings, seed)
    values, start = [], 0
    for arm in arms:
        width = len(arm[0].names)
        block = sums[:, start : start + trainings * 2 * width].reshape(RESAMPLES, trainings, 2, width)
        drawn = np.einsum("rt,rtsm->rsm", times, block)
        values.append(drawn[:, 0] / drawn[:, 1])
        start += trainings * 2 * width
    return values


def _trainings(trainings: int, seed: int) -> Floats:
    """How often each training is drawn in each resample."""
    key = int.from_bytes(blake2b(repr(("trainings", seed, trainings)).encode(), digest_size=16).digest())
    chosen = np.random.Philox(key=key).random_raw(RESAMPLES * trainings) % np.uint64(trainings)
    places = chosen.astype(np.int64).reshape(RESAMPLES, trainings) + np.arange(RESAMPLES)[:, None] * trainings
    return np.bincount(places.ravel(), minlength=RESAMPLES * trainings).astype(np.float64).reshape(RESAMPLES, trainings)
