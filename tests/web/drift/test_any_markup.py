"""Every edit on markup that nobody expected: it raises nothing, says the same each time, and keeps the words."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.patient import plain
from webenv.web.archive.http import Response
from webenv.web.drift import FAMILIES
from webenv.web.drift.document import Document, open_document
from webenv.web.drift.operator import Operator
from webenv.web.extract import extract
from webenv.web.world.dice import Dice

EDITS = [each for family in FAMILIES.values() for each in family.operators if each.edit]
KEEPING = [each for each in EDITS if FAMILIES[each.family].preserves and not each.attempts]
COPIES = [each for family in FAMILIES.values() for each in family.operators if each.copies]
soup = st.lists(
    st.sampled_from(
        (
            "<p> </p> <div class='a b'> </div> <h2> </h2> <h3> <nav> </nav> <table> <tr> <td> </td> <th> </tr> "
            "</table> <a href=x> </a> <!-- --> <script> </script> <title> </title> <body> </body> <html> <head> "
            "<base href=/y> next & &amp; See 1984 Anna < > \" ' <p class=x class='y'> <section> </section> <li> <ul>"
        ).split(" ")
    )
    | st.text(max_size=5),
    max_size=40,
).map(" ".join)
words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
sentences = st.lists(words, min_size=2, max_size=12).map(" ".join)


def document(markup: str) -> Document:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return open_document("http://a.example/b/c", Response(status=200, headers=headers, body=markup.encode()))


def text(edited: Document) -> str:
    response = edited.to_response()
    kind = response.get("Content-Type")
    return extract(response.body, content_type=kind, url=edited.url, timestamp="20240101000000").text


@pytest.mark.parametrize("operator", EDITS, ids=lambda operator: operator.name)
@given(markup=soup, seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_edits_take_any_markup(operator: Operator, markup: str, seed: int) -> None:
    assert operator.edit
    once = operator.edit(document(markup), Dice(seed))
    assert once == operator.edit(document(markup), Dice(seed))
    text(once.at("http://a.example/elsewhere"))


@pytest.mark.parametrize("operator", COPIES, ids=lambda operator: operator.name)
@given(markup=soup, title=st.text(max_size=20), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_copies_take_any_markup(operator: Operator, markup: str, title: str, seed: int) -> None:
    assert operator.copies
    once = operator.copies.page(document(markup), title, Dice(seed))
    assert once == operator.copies.page(document(markup), title, Dice(seed))
    text(once)


@pytest.mark.parametrize("operator", KEEPING, ids=lambda operator: operator.name)
@given(name=sentences, value=sentences, fact=sentences, seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_what_pages_say_survives(operator: Operator, name: str, value: str, fact: str, seed: int) -> None:
    page = document(
        f"<!DOCTYPE html><html><head><title>T | S</title></head><body><nav><a href=/x>Home</a></nav><h1>T</h1>"
        f"<table class=infobox><tr><th>{escape(name)}</th><td>{escape(value)}</td></tr></table><h2>One</h2>"
        f'<p>{escape(fact)} <a href="/y">{escape(value)}</a></p><h2>Two</h2><p>End.</p></body></html>'
    )
    before = plain(text(page))
    assert operator.edit
    after = plain(text(operator.edit(page, Dice(seed))))
    for said in (f"{name} {value}", f"{fact} {value}"):
        if plain(said) in before:
            assert plain(said) in after


def test_what_is_not_html_stays_as_it_is() -> None:
    page = open_document(
        "http://a.example/d.csv", Response(status=200, headers=(("Content-Type", "text/csv"),), body=b"a,1")
    )
    for operator in KEEPING:
        assert operator.edit
        assert operator.edit(page, Dice(1)).to_response() == page.response
