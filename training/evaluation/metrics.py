"""What several attempts at one task are worth. Pure functions, exact, the same in any order of the attempts.

Where a task has more attempts than k, both are what a random k of them are worth on average. (Cons@k of WebDancer,
arXiv 2505.22648, is right / k on average: of any number of attempts, the same as Pass@1.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb


def pass_at_k(attempts: int, right: int, k: int) -> float:
    """Chance that one of k attempts is right: the unbiased estimator of Chen et al. (arXiv 2107.03374, section 2.1).

    Raises:
        ValueError: k is not from 1 to `attempts`, or `right` not from 0 to `attempts`.
    """
    if not 0 <= right <= attempts:
        raise ValueError(f"{right} of {attempts} attempts cannot be right")
    _check(attempts, k)
    return float(1 - Fraction(comb(attempts - right, k), comb(attempts, k)))


def majority_at_k(votes: Sequence[tuple[int, int]], silent: int, k: int) -> float:
    """Chance that the answer which most of k attempts gave is right; tied answers are drawn from by lot.

    Args:
        votes: For each distinct answer, how many attempts gave it and how many of these are right.
        silent: Attempts without an answer: they have no vote.
        k: Attempts that vote. Where none of them has an answer, the vote is wrong.

    Raises:
        ValueError: k is not from 1 to the number of attempts.
    """
    sizes = [size for size, _ in votes]
    _check(sum(sizes) + silent, k)
    won = Fraction(0)
    for place, (size, right) in enumerate(votes):
        if right:
            others = tuple(sorted(sizes[:place] + sizes[place + 1 :]))
            won += Fraction(right, size) * _won(size, others, silent, k)
    return float(won / comb(sum(sizes) + silent, k))


@lru_cache(4_096)
def _won(size: int, others: tuple[int, ...], silent: int, k: int) -> Fraction:
    """Choices of k attempts in which an answer that `size` of them gave wins; a tie of n counts as 1 / n."""
    return sum(
        (comb(size, votes) * _beaten(votes, others, silent, k - votes) for votes in range(1, min(size, k) + 1)),
        Fraction(0),
    )


def _beaten(votes: int, others: tuple[int, ...], silent: int, rest: int) -> Fraction:
    """Choices of `rest` attempts in which no other answer has more than `votes`; 1 / (n + 1) if n have as many."""
    ways = Counter({(used, 0): comb(silent, used) for used in range(min(silent, rest) + 1)})
    for size in others:
        longer: Counter[tuple[int, int]] = Counter()
        for (used, tied), count in ways.items():
            for given in range(min(size, votes, rest - used) + 1):
                longer[used + given, tied + (given == votes)] += count * comb(size, given)
        ways = longer
    return sum((Fraction(count, tied + 1) for (used, tied), count in ways.items() if used == rest), Fraction(0))


def _check(attempts: int, k: int) -> None:
    if not 1 <= k <= attempts:
        raise ValueError(f"k={k} of {attempts} attempts cannot be drawn")
