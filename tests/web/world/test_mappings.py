"""Draws and mappings: the same for the same key, and known both ways."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from webenv.web.world.dice import Dice
from webenv.web.world.mappings import ManyToOne, OneToOne, Permutation

_sizes = st.integers(1, 400)
_seeds = st.integers(0, 2**64)


@given(_sizes, _seeds)
def test_a_permutation_is_one_and_knows_its_inverse(size: int, seed: int) -> None:
    shuffle = Permutation(size, seed)
    assert sorted(map(shuffle, range(size))) == list(range(size))
    assert all(shuffle.inverse(shuffle(number)) == number for number in range(size))


@given(_sizes, _sizes, _seeds)
def test_every_source_is_among_the_sources_of_its_target(sources: int, targets: int, seed: int) -> None:
    relation = ManyToOne(sources, targets, seed)
    seen = [list(relation.sources(target)) for target in range(targets)]
    assert sorted(source for each in seen for source in each) == list(range(sources))
    assert all(source in seen[relation.target(source)] for source in range(sources))
    assert [relation.count(target) for target in range(targets)] == [len(each) for each in seen]


@given(_sizes, _sizes, _seeds)
def test_one_to_one_gives_each_source_its_own_target(one: int, other: int, seed: int) -> None:
    sources, targets = sorted((one, other))
    relation = OneToOne(sources, targets, seed)
    taken = [relation.target(source) for source in range(sources)]
    assert len(set(taken)) == sources
    assert [list(relation.sources(target)) for target in taken] == [[source] for source in range(sources)]


def test_targets_have_a_long_tail() -> None:
    relation = ManyToOne(10_000, 400, "tail")
    counts = sorted((relation.count(target) for target in range(400)), reverse=True)
    assert counts[0] > 10 * counts[200]
    assert counts[-1] >= 10


def test_draws_are_even_and_keyed() -> None:
    counts = Counter(Dice("even", number).below(7) for number in range(7_000))
    assert all(850 < counts[value] < 1_150 for value in range(7))
    one, other = Dice("a", 1), Dice("a", 1)
    assert [one.below(10**9) for _ in range(100)] == [other.below(10**9) for _ in range(100)]
    assert Dice("a", 1).below(2**60) != Dice("a", "1").below(2**60)


@given(st.lists(st.integers(), max_size=50), _seeds)
def test_shuffled_keeps_everything(items: list[int], seed: int) -> None:
    assert sorted(Dice(seed).shuffled(items)) == sorted(items)
