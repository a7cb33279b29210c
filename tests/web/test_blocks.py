"""The blocks of a page: what they hold stands in the page view, and no markup breaks them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webenv.web.archive.http import Response
from webenv.web.blocks import MAX_BLOCKS, MAX_CELLS, MAX_CHARS, MAX_ROWS, Block, read_blocks
from webenv.web.extract import extract

URL = "http://a.example/p"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def blocks(markup: str) -> list[Block]:
    return read_blocks(Response(status=200, headers=HTML, body=markup.encode()), URL)


def rows(markup: str) -> list[list[str]]:
    return [[cell.plain for cell in row] for block in blocks(markup) for row in block.rows]


def test_blocks_come_in_order_with_the_numbers_of_the_page_view() -> None:
    markup = """<nav><a href="/home">Home</a></nav><h1>Ferry <a class="headerlink" href="#x">¶</a></h1>
    <table><caption>Ships</caption><tr><th>Name</th><th>Crew</th></tr><tr><td><a href="/v">Vega</a></td><td>9</td></tr>
    </table><ul><li><a href="/home">Home</a>, again</li><li>Two<ul><li>inner</li></ul></li></ul>
    <dl><dt>Built</dt><dd>1901</dd><dt>Twice</dt><dd>a</dd><dd>b</dd></dl><p>Port: <b>Oban</b></p>"""
    found = blocks(markup)
    assert [block.kind for block in found] == ["heading", "table", "list", "pairs", "line"]
    assert [cell.text for cell in found[1].rows[1]] == ["Vega[2]", "9"]
    assert (found[1].caption, found[1].rows[1][0].leads, found[1].rows[0][0].header) == ("Ships", 2, True)
    assert [row[0].text for row in found[2].rows] == ["Home[1], again", "Two"]
    assert [[cell.plain for cell in row] for row in found[3].rows] == [["Built", "1901"]]
    assert found[4].rows[0][0].plain == "Port: Oban"


def test_what_frames_every_page_is_left_out_but_not_the_page() -> None:
    assert rows("<footer><p>Imprint</p></footer><p>Words of the page</p>") == [["Words of the page"]]
    assert rows('<div class="menu-open"><h1>Title</h1><p>All of it</p></div>') == [["Title"], ["All of it"]]
    assert rows('<aside class="portable-infobox"><p>Fact</p></aside><p>Words</p>') == [["Fact"], ["Words"]]


def test_a_place_on_a_page_is_not_a_page() -> None:
    [[whole], [place]] = [block.rows[0] for block in blocks('<p><a href="/v">V</a></p><p><a href="/w#x">W</a></p>')]
    assert (whole.leads, place.leads, place.links) == (1, 0, (2,))


@given(
    st.lists(
        st.sampled_from(
            "<table> <tr> <td> <th> <ul> <li> <dl> <dt> <dd> <p> </p> </ul> <a href=/x> x [1] <h2> "
            "</table> <nav> ¶ \ufdd0 <br> <td colspan=2> </li> </a>".split(" ")
        ),
        max_size=60,
    )
)
def test_any_markup_has_bounded_blocks_of_its_own_words(tags: list[str]) -> None:
    markup = "<body>" + " ".join(tags)
    view = extract(markup.encode(), content_type=HTML[0][1], url=URL, timestamp="20240101000000")
    squeezed = "".join(view.text.split())
    for block in blocks(markup):
        for row in block.rows:
            for cell in row:
                assert len(cell.text) <= MAX_CHARS
                assert all(1 <= number <= len(view.links) for number in cell.links)
                assert "".join(cell.plain.split()) in squeezed.replace("[1]", "") or "[1]" in cell.text


def test_a_flood_of_blocks_is_cut() -> None:
    assert len(blocks("<p>x</p>" * (MAX_BLOCKS + 9))) == MAX_BLOCKS
    [table] = blocks("<table>" + ("<tr>" + "<td>x</td>" * (MAX_CELLS + 9)) * (MAX_ROWS + 9))
    assert (len(table.rows), len(table.rows[0])) == (MAX_ROWS, MAX_CELLS)
    assert read_blocks(Response(status=200, headers=HTML, body=b"<p>x</p>" * 600_000), URL) == []
    assert read_blocks(Response(status=200, headers=(("Content-Type", "text/plain"),), body=b"<p>x"), URL) == []
