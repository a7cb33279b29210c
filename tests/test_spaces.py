"""The space of texts, and its way through shared memory."""

from __future__ import annotations

import copy
import multiprocessing
from typing import Any

import pytest
from gymnasium.vector.utils import batch_space, create_empty_array, iterate
from gymnasium.vector.utils.shared_memory import (
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)
from hypothesis import given
from hypothesis import strategies as st

from webenv.spaces import MAX_SAMPLE_CHARS, Unicode


@given(st.text(max_size=20))
def test_any_text_that_is_short_enough_is_in_the_space(text: str) -> None:
    assert (text in Unicode(10)) == (len(text) <= 10)


@pytest.mark.parametrize("other", [None, 1, b"a", ["a"]])
def test_nothing_else_is_in_the_space(other: Any) -> None:
    assert other not in Unicode(10)


@pytest.mark.parametrize("max_length", [1, 10, 1_000_000])
def test_samples_are_in_the_space_and_follow_the_seed(max_length: int) -> None:
    one, two = Unicode(max_length, seed=1), Unicode(max_length, seed=1)
    samples = [one.sample() for _ in range(50)]
    assert samples == [two.sample() for _ in range(50)]
    assert all(sample in one and len(sample) <= MAX_SAMPLE_CHARS for sample in samples)
    assert len(set(samples)) > 1


def test_spaces_are_equal_by_length() -> None:
    assert Unicode(5) == Unicode(5)
    assert Unicode(5) != Unicode(6)
    assert Unicode(5) != "Unicode(5)"
    assert hash(Unicode(5)) == hash(Unicode(5))
    assert repr(Unicode(5)) == "Unicode(5)"


def test_a_batch_is_a_tuple_of_texts() -> None:
    batch = batch_space(Unicode(5), 2)
    assert ("ab", "ü") in batch
    assert list(iterate(batch, ("ab", "ü"))) == ["ab", "ü"]
    assert create_empty_array(Unicode(5), 2) is None


@given(st.lists(st.text(st.characters(), max_size=8), min_size=3, max_size=3))
def test_texts_travel_through_shared_memory(texts: list[str]) -> None:
    space = Unicode(8)
    memory = create_shared_memory(space, 3, multiprocessing)
    seen: Any = read_from_shared_memory(space, memory, 3)
    before = copy.deepcopy(seen)
    for index, text in enumerate(texts):
        write_to_shared_memory(space, index, text, memory)  # type: ignore[arg-type]
    assert (len(seen), list(seen), seen[1:]) == (3, texts, tuple(texts[1:]))
    assert before == ("", "", "")
    with pytest.raises(IndexError):
        seen[3]
