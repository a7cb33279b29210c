"""What an agent sees of a body: text, links, dates, passages; and that no body can break it."""

from __future__ import annotations

import html.parser
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webenv.types import Link, View
from webenv.web.extract import MAX_TEXT_CHARS, extract
from webenv.web.markup import MAX_LINKS

URL = "http://site.example/docs/page"
PYTHON_DOC = Path("/usr/share/doc/python3.11/html")


def view(body: str | bytes, mime: str = "text/html; charset=utf-8", last_modified: str = "") -> View:
    raw = body.encode() if isinstance(body, str) else body
    return extract(raw, content_type=mime, url=URL, timestamp="20220304050607", last_modified=last_modified)


def test_links_are_numbered_in_the_text_in_document_order() -> None:
    seen = view('<p>See <a href="a">the <b>first</b></a> and <a href="/b?q=1#part">second</a>.</p>')
    assert seen.text == "See the first[1] and second[2]."
    assert seen.links == (
        Link(label="the first", url="http://site.example/docs/a"),
        Link(label="second", url="http://site.example/b?q=1"),
    )


def test_an_address_keeps_its_first_number() -> None:
    seen = view('<a href="a">one</a> <a href="b">two</a> <a href="a#x">three</a> <a href="./a">four</a>')
    assert seen.text == "one[1] two[2] three[1] four[1]"
    assert [link.label for link in seen.links] == ["one", "two"]


@pytest.mark.parametrize(
    "href", ["#part", "", "page", "page#part", "javascript:go()", "mailto:a@b.example", "data:text/html,x", "http://"]
)
def test_what_leads_to_no_other_page_is_not_a_link(href: str) -> None:
    seen = view(f'<p>Go <a href="{href}">there</a> now.</p>')
    assert (seen.text, seen.links) == ("Go there now.", ())


def test_base_href_is_honoured() -> None:
    assert view('<base href="/other/"><a href="x">x</a>').links[0].url == "http://site.example/other/x"
    assert view('<base href="javascript:x"><a href="x">x</a>').links[0].url == "http://site.example/docs/x"


def test_links_without_words_show_their_image_or_their_accessible_name() -> None:
    seen = view(
        '<a href="a"><img src="i.png" alt="Logo"></a> <a href="b" aria-label="Cart"><svg></svg></a> '
        '<a href="c" title="Menu"></a> <a href="d"><img src="i.png"></a>'
    )
    assert seen.text.split() == ["Logo[1]", "Cart[2]", "Menu[3]"]
    assert [link.label for link in seen.links] == ["Logo", "Cart", "Menu"]


def test_the_number_stands_with_the_words_of_a_block_link() -> None:
    seen = view('<a href="a"><h3>Heading</h3><p>Teaser</p></a><p>Rest</p>')
    assert "Teaser[1]" in seen.text
    assert seen.links == (Link(label="Heading Teaser", url="http://site.example/docs/a"),)


def test_brackets_of_the_page_itself_are_kept_in_the_passages() -> None:
    seen = view('<p>As shown in [3], herons fish, says <a href="a">Ode [4]</a>.</p>')
    assert seen.text == "As shown in [3], herons fish, says Ode [4][1]."
    assert seen.passages == ("As shown in [3], herons fish, says Ode [4].",)


_TAGS = "a b p div li ul table td th tr pre noscript label button select option video nav main form summary svg iframe"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_TAGS.split()), st.booleans(), st.sampled_from(["w", "x y", ""]))))
def test_every_number_is_in_the_text_whatever_the_nesting(parts: list[tuple[str, bool, str]]) -> None:
    body = "".join(
        f"<{'' if opens else '/'}{tag}{f' href=p{n}' if tag == 'a' else ''}>{word}"
        for n, (tag, opens, word) in enumerate(parts)
    )
    seen = view(body)
    shown = {int(number) for number in re.findall(r"\[(\d+)\]", seen.text)}
    assert shown == set(range(1, len(seen.links) + 1)), body
    assert not re.search(r"\[\d+\]", " ".join(seen.passages))


def test_layout_survives() -> None:
    seen = view(
        "<table><tr><th>Bird</th><th>Legs</th></tr><tr><td>Heron</td><td>2</td></tr></table>"
        "<pre>def f():\n    return  1</pre><ul><li>one</li></ul><script>hidden()</script><style>p{}</style>"
    )
    assert "Bird\tLegs\nHeron\t2" in seen.text
    assert "def f():\n    return  1" in seen.text
    assert "• one" in seen.text
    assert "hidden" not in seen.text
    assert "p{}" not in seen.text


def test_the_title_is_the_title_else_the_first_heading() -> None:
    assert view("<title> The\n page </title><h1>Head</h1>").title == "The page"
    assert view("<title></title><h1>The <i>head</i></h1><h1>Other</h1>").title == "The head"
    assert view("<p>x").title == ""


def test_passages_leave_the_navigation_out_unless_hardly_anything_is_left() -> None:
    story = " ".join(f"The heron number {n} stands in the river and waits for fish." for n in range(30))
    nav = "<nav><ul><li><a href='/x'>Shop</a></li></ul></nav>"
    whole = view(f"<body>{nav}<main><article><h1>Herons</h1><p>{story}</p></article></main></body>")
    assert "Shop[1]" in whole.text
    assert "Shop" not in " ".join(whole.passages)
    assert "heron number 29" in " ".join(whole.passages)
    assert view(f"<body>{nav}</body>").passages == ("• Shop",)


@pytest.mark.parametrize(
    ("body", "mime"),
    [
        (b"\xef\xbb\xbf<p>caf\xc3\xa9", "text/html; charset=iso-8859-1"),  # byte order mark before header
        (b"<meta charset=utf-8><p>caf\xe9", "text/html; charset=ISO-8859-1"),  # header before declaration
        (b"<meta charset=iso-8859-1><p>caf\xe9", "text/html"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>caf\xe9', "text/html"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><p>caf\xe9</p>', "application/xhtml+xml"),
        ("<p>café".encode(), "text/html"),
        ("<p>café".encode(), "text/html; charset=no-such-charset"),
        ("\ufeff<p>café".encode("utf-16-le"), "text/html"),
        ("<p>café".encode(), ' TEXT/HTML ;version=1; CHARSET="utf-8" '),
    ],
)
def test_charset_by_mark_then_header_then_declaration_then_content(body: bytes, mime: str) -> None:
    assert view(body, mime).text == "café"


@pytest.mark.parametrize(
    ("head", "last_modified", "date"),
    [
        ('<meta property="article:published_time" content="2019-05-04T10:00:00+02:00">', "", "2019-05-04"),
        ('<meta name="DC.Date" content="20190504">', "", "2019-05-04"),
        ('<meta itemprop="datePublished" content="Sat, 04 May 2019 10:00:00 GMT">', "", "2019-05-04"),
        ('<script type="application/ld+json">{"datePublished": "2019-05-04"}</script>', "", "2019-05-04"),
        ('<time datetime="2019-05-04">May</time>', "Tue, 01 Feb 2022 00:00:00 GMT", "2019-05-04"),
        ("", "Tue, 01 Feb 2022 00:00:00 GMT", "2022-02-01"),
        ('<meta name="date" content="2023-01-01"><time datetime="2020-02-02">', "", "2020-02-02"),  # after capture
        ('<meta name="date" content="1066-10-14">', "", ""),
        ('<meta name="date" content="2019-02-31">', "soon", ""),
        ('<meta name="date" content="tomorrow">', "", ""),
    ],
)
def test_the_date_is_what_the_page_says_and_never_after_its_capture(head: str, last_modified: str, date: str) -> None:
    assert view(f"<head>{head}</head><p>x", last_modified=last_modified).date == date


def test_other_text_is_kept_as_it_stands() -> None:
    seen = view("bird,count\r\nheron,4\r\n\x00\x07", "text/csv")
    assert (seen.text, seen.passages, seen.links) == ("bird,count\nheron,4", ("bird,count heron,4",), ())
    assert view('{"a": "<b>"}', "application/vnd.api+json").text == '{"a": "<b>"}'


def test_what_has_no_text_says_so() -> None:
    assert view(b"\x89PNG", "image/png").note == "no text: image/png"
    assert view(b"\x00\x01", "").note == "no text: unknown type"
    assert view(b"<!DOCTYPE html><p>hello", "").text == "hello"


def _pdf(text: str) -> bytes:
    content = f"BT /F1 12 Tf 10 50 Td ({text}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = "".join(f"{n} 0 obj{text}endobj\n" for n, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode()


def test_pdf_gives_its_text_layer_or_a_note() -> None:
    assert view(_pdf("Herons eat fish."), "application/pdf").text == "Herons eat fish."
    assert view(_pdf("Herons eat fish."), "application/octet-stream").passages == ("Herons eat fish.",)
    assert view(_pdf(""), "application/pdf").note == "no text: PDF without a text layer"
    assert view(b"%PDF-1.7 nonsense", "application/pdf").note.startswith("no text: PDF cannot be read")


def test_text_and_links_are_bounded_and_the_note_says_so() -> None:
    long = view("word " * (MAX_TEXT_CHARS // 4), "text/plain")
    assert len(long.text) == MAX_TEXT_CHARS
    assert long.note.startswith("cut: the first 2,000,000 of")
    many = view("".join(f"<a href=p{n}>x</a> " for n in range(MAX_LINKS + 2)) + "<a href=p0>again</a>")
    assert len(many.links) == MAX_LINKS
    assert many.text.endswith("x x again[1]")
    assert "addresses" in many.note


@pytest.mark.parametrize("tag", ["b", "div", "table", "ul", "a href=x", "svg"])
def test_deep_nesting_is_read(tag: str) -> None:
    assert view(f"<{tag}>" * 3_000 + "deep").text.strip(" \t\n•").startswith("deep")


_TYPES = ["text/html", "text/html; charset=utf-16", "application/xml", "text/plain; charset=shift_jis", "", "x/y", ";"]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(), st.text().map(str.encode), st.text("<>/a=\"' \0&#x;!-[]", max_size=60).map(str.encode)),
    st.sampled_from([*_TYPES, "application/pdf"]),
    st.text(),
)
def test_no_body_raises_and_every_view_survives_json(body: bytes, mime: str, header: str) -> None:
    seen = extract(body, content_type=mime, url=URL, timestamp="20220304050607", last_modified=header)
    assert msgspec.json.decode(msgspec.json.encode(seen), type=View) == seen
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "".join((seen.text, seen.title, *seen.passages)))
    assert all(seen.passages)


class _Words(html.parser.HTMLParser):
    """The words of a page, by a parser that shares nothing with the extractor."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("script", "style", "title", "select", "noscript")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style", "title", "select", "noscript")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words += re.findall(r"\w+", data)


@pytest.mark.skipif(not PYTHON_DOC.is_dir(), reason="needs the Debian package python3.11-doc")
def test_the_page_view_keeps_95_percent_of_the_words_of_real_pages() -> None:
    for page in sorted((PYTHON_DOC / "tutorial").glob("*.html")):
        raw = page.read_bytes()
        parser = _Words()
        parser.feed(raw.decode())
        kept = set(re.findall(r"\w+", view(raw).text))
        found = sum(word in kept for word in parser.words)
        assert found >= 0.95 * len(parser.words), page.name


@pytest.mark.parametrize("opened", ["<div>", "<b><i>", "<table><tr><td>", "<a href=x>", "<p>", "<script>", "<!--"])
def test_depth_costs_no_time_and_no_words(opened: str) -> None:
    markup = "<p>before</p>" + opened * 20_000 + "inside"
    view = extract(markup.encode(), content_type="text/html", url="http://a.example/", timestamp="20240101000000")
    assert view.text.startswith("before")
    assert ("inside" in view.text) == (opened not in ("<script>", "<!--"))


def test_a_page_of_many_tags_is_left_as_it_is() -> None:
    from webenv.web.nesting import MAX_DEPTH, flatten

    script = "<script>" + "if (a<b) {'<div>'}" * 1_000 + "</script>"
    shallow = "<ul>" + "<li>one<p>two" * 2_000 + "</ul>" + script + "<div>" * MAX_DEPTH + "</div>" * MAX_DEPTH
    assert flatten(shallow) == shallow
    deep = "<div>" * (MAX_DEPTH + 500) + "x" + "</div>" * (MAX_DEPTH + 500) + "<p>y</p>"
    assert flatten(deep).count("<div>") == flatten(deep).count("</div>") == MAX_DEPTH
