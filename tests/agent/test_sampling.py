"""Drawing tokens: the distribution is the one asked for, and a draw depends on its key alone."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.engine.sampling import draw, uniform
from agent.policy import Sampling

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:transformers.*")


def logits(rows: int, size: int, seed: int = 0) -> torch.Tensor:
    return 3 * torch.randn(rows, size, generator=torch.Generator().manual_seed(seed))


def test_frequencies_follow_the_softmax() -> None:
    row, sampling = logits(1, 12), Sampling(temperature=0.8, top_p=1.0)
    drawn = Counter(
        each.token
        for start in range(0, 20_000, 1_000)
        for each in draw(row.expand(1_000, -1), sampling, [(start, number) for number in range(1_000)])
    )
    expected = torch.softmax(row[0] / 0.8, -1) * 20_000
    statistic = sum((drawn[token] - float(count)) ** 2 / float(count) for token, count in enumerate(expected))
    assert statistic < 31.26  # chi-square with 11 degrees of freedom, 0.1 %


@given(st.integers(0, 2**32), st.integers(0, 7), st.floats(0.05, 1), st.integers(0, 40), st.floats(0, 0.5))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_only_what_transformers_keeps_is_drawn(seed: int, row: int, top_p: float, top_k: int, min_p: float) -> None:
    from transformers.generation.logits_process import (
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    rows = logits(8, 400, seed)
    kept = TemperatureLogitsWarper(0.7)(None, rows)
    if top_k:
        kept = TopKLogitsWarper(top_k)(None, kept)
    kept = MinPLogitsWarper(min_p)(None, TopPLogitsWarper(top_p)(None, kept))
    sampling = Sampling(temperature=0.7, top_p=top_p, top_k=top_k, min_p=min_p)
    keys = [(seed, number) for number in range(8)]
    drawn = draw(rows, sampling, keys)
    assert all(kept[number, each.token] > float("-inf") for number, each in enumerate(drawn))
    assert draw(rows[row : row + 1], sampling, keys[row : row + 1]) == drawn[row : row + 1]


def test_a_wide_nucleus_is_found_beyond_the_first_tokens() -> None:
    flat = torch.zeros(1, 1_000)
    drawn = {draw(flat, Sampling(temperature=1.0, top_p=0.9), [(number,)])[0].token for number in range(2_000)}
    assert 700 < len(drawn) <= 901


def test_a_repetition_penalty_is_that_of_transformers() -> None:
    from transformers.generation.logits_process import RepetitionPenaltyLogitsProcessor

    rows = logits(4, 50)
    held = torch.zeros(4, 50, dtype=torch.bool)
    held[:, rows.argmax(-1)] = True
    ids = torch.nonzero(held[0])[:, 0].expand(4, -1)
    expected = RepetitionPenaltyLogitsProcessor(1.8)(ids, rows.clone()).argmax(-1).tolist()
    greedy = Sampling(temperature=0, repetition_penalty=1.8)
    assert [each.token for each in draw(rows, greedy, [(0,)] * 4, held)] == expected
    assert expected != rows.argmax(-1).tolist()


def test_uniform_numbers_fill_the_interval_and_depend_on_every_part_of_a_key() -> None:
    numbers = [uniform((seed, "task", sample)) for seed in range(20) for sample in range(20)]
    assert 0 <= min(numbers) < 0.02
    assert 0.98 < max(numbers) < 1
    assert len(set(numbers)) == 400
    assert uniform((1, "2")) != uniform(("1", 2))
