"""Estimates hold their value, the draws are fixed, and pairs are drawn together."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.intervals import Table, compare, estimate, resampled

SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=40)


def table(*columns: list[float], wholes: list[float] | None = None, are_shares: bool = True) -> Table:
    parts = np.array(columns, dtype=np.float64).T
    below = np.array([wholes] * len(columns), dtype=np.float64).T if wholes else np.ones_like(parts)
    return Table(tuple(f"m{number}" for number in range(len(columns))), parts, below, are_shares)


@settings(max_examples=60, deadline=None)
@given(SCORES, st.integers(0, 2**64))
def test_an_interval_holds_the_mean_and_stays_within_0_and_1(scores: list[float], seed: int) -> None:
    (found,) = estimate([table(scores)], seed)
    each = found["m0"]
    assert abs(each.value - sum(scores) / len(scores)) < 1e-6
    assert (each.part, each.whole) == (sum(scores), len(scores))
    if each.low is not None and each.high is not None:
        assert 0 <= each.low <= each.value <= each.high <= 1
    else:
        assert len(set(scores)) == 1
        assert scores[0] not in (0, 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(30, 60)), min_size=2, max_size=30))
def test_ratios_of_sums_too(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = ([float(number) for number in side] for side in zip(*pairs, strict=True))
    (found,) = estimate([table(parts, wholes=wholes)])
    each = found["m0"]
    assert abs(each.value - sum(parts) / sum(wholes)) < 1e-6
    if each.low is not None and each.high is not None:
        assert each.low <= each.value <= each.high


def test_the_spread_is_that_of_the_mean() -> None:
    scores = [float(number % 4 == 0) for number in range(400)]
    (found,) = estimate([table(scores)])
    expected = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    low, high = found["m0"].low, found["m0"].high
    assert low is not None
    assert high is not None
    assert abs((high - low) / 2 - expected) < 0.05 * expected


def test_no_spread_among_tasks_is_not_taken_for_certainty() -> None:
    (none, every) = (found["m0"] for found in estimate([table([0.0] * 14), table([1.0] * 14)]))
    assert (none.low, none.high) == (0.0, 0.231636)  # Clopper and Pearson, 0 of 14
    assert (every.low, every.high) == (0.768364, 1.0)
    halves, turns, calls = estimate(
        [table([0.5] * 14), table([0.0, 0.0], wholes=[3.0, 9.0]), table([0.0, 0.0], are_shares=False)]
    )
    assert {(found["m0"].low, found["m0"].high) for found in (halves, turns, calls)} == {(None, None)}


def test_draws_are_fixed_by_seed_and_number_of_tasks() -> None:
    columns = np.arange(21, dtype=np.float64).reshape(7, 3)
    few, many = resampled(columns, 5, 9), resampled(columns, 5, 40)
    assert (few == many[:9]).all()
    assert (resampled(columns, 6, 9) != few).any()
    # as this was written: another version of numpy, another machine, the same draws
    assert few[:3, 0].tolist() == [75.0, 66.0, 51.0]


def test_many_tasks_are_drawn_in_pieces() -> None:
    drawn = resampled(np.ones((400_000, 1)), 0, 5)
    assert drawn.tolist() == [[400_000.0]] * 5


def test_what_stands_together_does_not_matter() -> None:
    one, other = table([0.0, 1.0, 1.0]), table([0.0, 0.5, 1.0], [1.0, 1.0, 0.0])
    apart = [*estimate([one]), *estimate([other])]
    assert estimate([one, other]) == apart
    assert estimate([one, other] * 20) == apart * 20


def test_pairs_are_drawn_together() -> None:
    first = [float(number % 2) for number in range(100)]
    second = [1.0 if number in (0, 2, 4) else score for number, score in enumerate(first)]
    (same,) = compare([table(first)], [table(first)])
    assert (same["m0"].value, same["m0"].low, same["m0"].high) == (0.0, None, None)
    (better,) = compare([table(first)], [table(second)])
    found = better["m0"]
    assert (found.value, found.first.part, found.second.part) == (0.03, 50.0, 53.0)
    assert (found.low, found.high) == (0.0, 0.07)
    assert found.first.high is not None
    assert found.first.high - 0.5 > 0.07  # alone, each is less certain than the difference


def test_a_measure_of_one_side_has_no_difference() -> None:
    (found,) = compare([table([1.0, 0.0], [1.0, 1.0])], [table([0.0, 0.0])])
    assert list(found) == ["m0"]
