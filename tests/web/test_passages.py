"""Passages lose nothing and stay small; snippets show the words that were asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webenv.web.passages import PASSAGE_CHARS, PASSAGE_WORDS, SNIPPET_CHARS, cut, snippet

_words = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="。！？"), min_size=1, max_size=30)
_texts = st.lists(st.one_of(_words, st.sampled_from(["\n", "end.", "x" * 500])), max_size=600).map(" ".join)


@given(_texts)
def test_all_words_are_kept_in_order_and_passages_are_bounded(text: str) -> None:
    passages = cut(text)
    assert " ".join(passages).split() == text.split()
    assert all(0 < len(passage) <= PASSAGE_CHARS for passage in passages)
    assert all(len(passage.split()) <= PASSAGE_WORDS for passage in passages)


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_passages_end_where_lines_or_sentences_end() -> None:
    lines = "\n".join(["a short line of seven words here"] * 20)
    assert all(passage.endswith("here") for passage in cut(lines))
    sentences = "The heron waits for a fish in the river. " * 30
    assert len(cut(sentences)) > 1
    assert all(passage.endswith("river.") for passage in cut(sentences))


def test_a_word_longer_than_a_passage_is_cut_anywhere() -> None:
    assert [len(passage) for passage in cut("x" * (2 * PASSAGE_CHARS + 1))] == [PASSAGE_CHARS, PASSAGE_CHARS, 1]


def test_the_snippet_shows_the_query_words() -> None:
    passage = "filler words " * 40 + "the heron of Tarpon Springs eats fish " + "more filler " * 40
    shown = snippet(passage, "Which HERON lives in Tarpon Springs?")
    assert "heron of Tarpon Springs" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert not set(shown.strip("…").split()) - set(passage.split())


def test_a_short_passage_is_its_own_snippet() -> None:
    assert snippet("The heron waits.", "fish") == "The heron waits."


@given(st.text(min_size=SNIPPET_CHARS + 1, max_size=1_200).map(lambda text: " ".join(text.split())), st.text())
def test_a_snippet_is_a_bounded_piece_of_the_passage(passage: str, query: str) -> None:
    shown = snippet(passage, query)
    assert shown.removeprefix("…").removesuffix("…") in passage
    assert len(shown) <= SNIPPET_CHARS + 2


def test_snippet_knows_other_endings_of_a_word() -> None:
    passage = "Filler words go here. " * 30 + "It was set free: release by a pet owner. " + "More filler follows. " * 30
    assert "release by a pet owner" in snippet(passage, "released by pet owners")
