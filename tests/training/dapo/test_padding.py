"""Rows of a batch are read apart, without padding, and what was found lies where it belongs."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from training.dapo.padding import ALIKE, laid_back, stretches

ROWS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 30)), min_size=1, max_size=20)
"""Tokens of the prompt and of what comes after it, row by row."""


def padded(rows: list[tuple[int, int]]) -> tuple[torch.Tensor, int]:
    """The mask of a batch, prompts padded on the left and the rest on the right; and the columns of prompts."""
    prompt, rest = (max(row[side] for row in rows) for side in (0, 1))
    mask = torch.zeros(len(rows), prompt + rest, dtype=torch.long)
    for number, (before, after) in enumerate(rows):
        mask[number, prompt - before : prompt + after] = 1
    return mask, prompt


@given(rows=ROWS, most=st.integers(1, 8))
def test_every_token_is_read_once_and_laid_back(rows: list[tuple[int, int]], most: int) -> None:
    mask, prompt = padded(rows)
    batch = torch.arange(mask.numel()).reshape(mask.shape) * mask
    parts = list(stretches(mask, most))
    assert sorted(row for part in parts for row in part.rows.tolist()) == list(range(len(rows)))
    found = [batch[part.rows, part.columns][:, prompt - part.columns.start :] for part in parts]
    assert laid_back(parts, found, mask.shape[1] - prompt).equal(batch[:, prompt:])
    assert sum(int(batch[part.rows, part.columns].sum()) for part in parts) == int(batch.sum())


@given(rows=ROWS, most=st.integers(1, 8))
def test_rows_of_a_stretch_are_alike_and_no_column_of_it_is_empty(rows: list[tuple[int, int]], most: int) -> None:
    mask, _ = padded(rows)
    for part in stretches(mask, most):
        lengths = mask[part.rows].sum(dim=1)
        assert len(lengths) <= most
        assert lengths.min() >= ALIKE * lengths.max()
        assert mask[part.rows, part.columns].any(dim=0).all()


@given(rows=ROWS, most=st.integers(1, 8))
def test_processes_can_read_equally_often(rows: list[tuple[int, int]], most: int) -> None:
    mask, _ = padded(rows)
    assert len(list(stretches(mask, most, alike=0.0))) == -(-len(rows) // most)
