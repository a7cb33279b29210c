"""Long texts are cut where it hurts least, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.paging import spans


@given(st.text(st.sampled_from("ab \n"), max_size=300), st.integers(1, 50))
def test_the_pages_cover_the_text(text: str, chars: int) -> None:
    pages = spans(text, chars)
    assert "".join(text[start:end] for start, end in pages) == text
    assert len(pages) == 1 or all(0 < end - start <= chars for start, end in pages)


def test_pages_end_with_lines_then_words() -> None:
    assert spans("one two\nthree four", 14) == [(0, 8), (8, 18)]
    assert spans("one two three four", 10) == [(0, 8), (8, 18)]
    assert spans("x" * 25, 10) == [(0, 10), (10, 20), (20, 25)]
    assert spans("", 10) == [(0, 0)]
