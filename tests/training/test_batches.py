"""Batches: each row once an epoch, the same ones together however many processes there are, little padding."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from training.batches import Batches, BatchShape


def updates(batches: Batches, shape: BatchShape) -> list[set[int]]:
    """The rows of each update of the epoch, put together from what each process computes."""
    order = list(batches)
    small = [order[at : at + shape.rows] for at in range(0, len(order), shape.rows)]
    assert len(order) == len(batches)
    assert len(small) % shape.processes == 0
    shares = [small[process :: shape.processes] for process in range(shape.processes)]
    found = []
    for at in range(0, len(shares[0]), shape.steps):
        together = [row for share in shares for batch in share[at : at + shape.steps] for row in batch]
        found.append({row for row in together if row < max(len(order), 1)})
    return found


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=40),
    rows=st.integers(1, 4),
    steps=st.integers(1, 3),
    epoch=st.integers(0, 3),
)
def test_an_update_holds_the_same_rows_however_many_compute_it(
    lengths: list[int], rows: int, steps: int, epoch: int
) -> None:
    empty, seen = len(lengths), []
    for processes, share in ((1, 2 * steps), (2, steps)):
        shape = BatchShape(rows=rows, steps=share, processes=processes)
        batches = Batches(lengths, shape, seed=1)
        batches.epoch = epoch
        found = [update - {empty} for update in updates(batches, shape)]
        assert sorted(row for update in found for row in update) == list(range(empty))
        assert len(found) == batches.updates
        assert all(len(update) == shape.total for update in found[:-1])
        assert 0 <= batches.padding() < 1
        seen.append(found)
    assert seen[0] == seen[1]


def test_epochs_and_seeds_differ() -> None:
    shape = BatchShape(rows=2, steps=1, processes=1)
    orders = set()
    for seed in (0, 1):
        batches = Batches([5] * 20, shape, seed)
        for epoch in (0, 1):
            batches.epoch = epoch
            orders.add(tuple(batches))
            assert list(batches) == list(batches)
    assert len(orders) == 4


def test_similar_lengths_stand_together() -> None:
    lengths = [10, 1_000] * 64
    assert Batches(lengths, BatchShape(rows=4, steps=8, processes=1), 0).padding() < 0.1
    assert Batches(lengths, BatchShape(rows=32, steps=1, processes=1), 0).padding() > 0.4
    assert Batches([7], BatchShape(rows=1, steps=1, processes=1), 0).padding() == 0
