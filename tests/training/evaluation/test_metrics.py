"""Pass@k and majority@k are what enumerating every choice of k attempts gives."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.metrics import majority_at_k, pass_at_k

Attempts = list[tuple[str, bool]]
"""Answer, or an empty text for none, and whether it is right."""
ATTEMPTS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), st.booleans()), min_size=1, max_size=8).map(
    lambda drawn: [(answer, right and bool(answer)) for answer, right in drawn]
)


def votes(attempts: Attempts) -> tuple[list[tuple[int, int]], int]:
    given, right = Counter[str](), Counter[str]()
    for answer, is_right in attempts:
        given[answer] += 1
        right[answer] += is_right
    return [(number, right[answer]) for answer, number in given.items() if answer], given[""]


def share_right(attempts: Attempts, answer: str) -> float:
    verdicts = [right for said, right in attempts if said == answer]
    return sum(verdicts) / len(verdicts)


def voted(chosen: tuple[tuple[str, bool], ...], attempts: Attempts) -> float:
    """By the book: the most frequent answers, one of them by lot."""
    counts = Counter(answer for answer, _ in chosen if answer)
    winners = [answer for answer, count in counts.items() if count == max(counts.values())]
    return sum(share_right(attempts, answer) for answer in winners) / len(winners) if winners else 0.0


@given(ATTEMPTS, st.data())
def test_both_equal_an_enumeration(attempts: Attempts, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(attempts)))
    choices = list(combinations(attempts, k))
    right = sum(is_right for _, is_right in attempts)
    any_right = sum(any(is_right for _, is_right in chosen) for chosen in choices) / len(choices)
    assert isclose(pass_at_k(len(attempts), right, k), any_right, abs_tol=1e-12)
    by_vote = sum(voted(chosen, attempts) for chosen in choices) / len(choices)
    assert isclose(majority_at_k(*votes(attempts), k), by_vote, abs_tol=1e-12)


@given(st.integers(1, 200), st.data())
def test_pass_at_k_grows_with_k_from_the_share_of_right_attempts(attempts: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, attempts))
    curve = [pass_at_k(attempts, right, k) for k in range(1, attempts + 1)]
    assert isclose(curve[0], right / attempts)
    assert curve == sorted(curve)
    assert curve[-1] == (right > 0)


@given(ATTEMPTS, st.data())
def test_the_order_of_attempts_does_not_matter(attempts: Attempts, data: st.DataObject) -> None:
    found, silent = votes(attempts)
    other = data.draw(st.permutations(found))
    for k in range(1, len(attempts) + 1):
        assert majority_at_k(found, silent, k) == majority_at_k(other, silent, k)


@given(ATTEMPTS)
def test_a_majority_of_one_is_pass_at_1(attempts: Attempts) -> None:
    right = sum(is_right for _, is_right in attempts)
    assert isclose(majority_at_k(*votes(attempts), 1), pass_at_k(len(attempts), right, 1), abs_tol=1e-12)


def test_known_values() -> None:
    assert pass_at_k(5, 2, 3) == 0.9  # 1 - (3 choose 3) / (5 choose 3)
    assert majority_at_k([(2, 2), (1, 0)], 0, 3) == 1.0
    assert majority_at_k([(1, 1), (1, 0)], 1, 3) == 0.5  # a tie of a right and a wrong answer; one says nothing
    assert majority_at_k([(1, 1), (2, 0)], 0, 3) == 0.0
    assert majority_at_k([], 3, 3) == 0.0


def test_many_attempts_take_no_time() -> None:
    assert 0 < majority_at_k([(40, 40), (30, 0), (20, 0), (10, 0)], 28, 64) < 1
    assert pass_at_k(10_000, 1, 5_000) == 0.5


@pytest.mark.parametrize("call", [lambda: pass_at_k(3, 1, 4), lambda: pass_at_k(3, 1, 0), lambda: pass_at_k(3, 4, 1)])
def test_impossible_numbers_raise(call: object) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        call()  # type: ignore[operator]
    with pytest.raises(ValueError, match="cannot be drawn"):
        majority_at_k([(2, 1)], 0, 3)
