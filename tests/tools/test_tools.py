"""What each tool says, byte for byte, on a real snapshot."""

from __future__ import annotations

import pytest

from tools.click import Click
from tools.find import Find
from tools.search import Search
from tools.session import Session
from tools.visit import Visit

REGISTER = "http://register.example/ocellaris"
PARK = "http://parks.example/howard"
REPORT = "http://weather.example/report"


def test_search_results_have_the_bytes_of_webdancer(session: Session) -> None:
    (hit,) = session.web.search("ocellaris anemones")
    assert Search(query="ocellaris anemones").run(session) == (
        "A Google search for 'ocellaris anemones' found 1 results:\n\n"
        "## Web Results\n"
        f"1. [Ocellaris clownfish]({REGISTER})\n"
        "Date published: 2018-07-02\n"
        "Source: register.example\n\n"
        f"{hit.snippet}"
    )


def test_a_date_that_is_not_known_is_left_out(session: Session) -> None:
    said = Search(query="herons nest").run(session)
    assert f"1. [Fred Howard Park]({PARK})\nSource: parks.example\n\n" in said


def test_each_query_is_answered_and_the_fourth_is_refused(session: Session) -> None:
    said = Search(query=["rainfall hills", "herons", "zzz", "fish"]).run(session)
    answers = said.split("\n=======\n")
    assert answers[0].startswith("A Google search for 'rainfall hills' found 1 results:")
    assert answers[1].startswith("A Google search for 'herons' found 1 results:")
    assert answers[2] == "No results found for 'zzz'. Try with a more general query."
    assert answers[3] == "Only the first 3 queries of a call are used; 1 left out."


def test_the_year_filters(session: Session) -> None:
    assert "found 1 results" in Search(query="clownfish", year=2018).run(session)
    assert Search(query="clownfish", year=2020).run(session) == (
        "No results found for 'clownfish'. Try with a more general query, or remove the year filter."
    )


def test_no_more_than_k_pages_are_found(session: Session) -> None:
    session.k = 1
    assert "found 1 results" in Search(query="park fish").run(session)


def test_visit_with_a_goal_has_the_bytes_of_webdancer(session: Session) -> None:
    said = Visit(url=PARK, goal="ZIP code").run(session)
    assert said.startswith(
        f"The useful information in {PARK} for user goal ZIP code as follows: \n\nEvidence in page: \n"
    )
    assert "ZIP code\t34689" in said.split("\n\nSummary: \n")[0]
    assert "34689" in said.split("\n\nSummary: \n")[1]
    assert said == said.strip()


@pytest.mark.parametrize("url", ["http://nowhere.example/", "http://parks.example/map.png", "fish", "ftp://a.example/"])
def test_visit_with_a_goal_keeps_the_shell_when_nothing_can_be_read(session: Session, url: str) -> None:
    assert Visit(url=url, goal="ZIP code").run(session) == (
        f"The useful information in {url} for user goal ZIP code as follows: \n\n"
        "Evidence in page: \n"
        "The provided webpage content could not be accessed. Please check the URL or file format.\n\n"
        "Summary: \n"
        "The webpage content could not be processed, and therefore, no information is available."
    )


def test_several_pages_are_read_in_one_call(session: Session) -> None:
    said = Visit(url=[PARK, "http://nowhere.example/", REPORT, REGISTER], goal="ZIP code").run(session)
    answers = said.split("\n=======\n")
    assert [answer.split(" for user goal")[0].rsplit(" ", 1)[-1] for answer in answers[:3]] == [
        PARK,
        "http://nowhere.example/",
        REPORT,
    ]
    assert answers[3] == "Only the first 3 addresses of a call are used; 1 left out."
    assert session.page is not None
    assert session.page.url == REPORT


def test_visit_without_a_goal_shows_the_page(session: Session) -> None:
    said = Visit(url=REGISTER).run(session)
    assert said.startswith(f"Title: Ocellaris clownfish\nURL: {REGISTER}\nDate published: 2018-07-02\n\n")
    assert "Fred Howard Park[3]" in said
    assert said.endswith("(Page 1 of 1. Links read label[n]; click n to follow one.)")


def test_the_head_says_how_the_page_was_reached(session: Session) -> None:
    assert f"URL: {PARK}\nRedirected from: http://parks.example/old\n" in Visit(url="http://parks.example/old").run(
        session
    )
    assert "\nStatus: 404\n" in Visit(url="http://parks.example/lost").run(session)
    assert "\nNote: " in Visit(url="http://parks.example/map.png").run(session)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://nowhere.example/", "not in this snapshot"),
        ("http://parks.example/round", "redirects in a circle"),
        ("fish", "not a web address"),
    ],
)
def test_a_missing_page_is_said_and_the_open_page_stays(session: Session, url: str, reason: str) -> None:
    Visit(url=PARK).run(session)
    assert reason in Visit(url=url).run(session)
    assert session.page is not None
    assert session.page.url == PARK


def test_the_pages_of_a_long_page_are_the_page(session: Session) -> None:
    first = Visit(url=REPORT).run(session)
    assert first.endswith('For the next one, visit this URL with "page": 2.)')
    count = int(first.rsplit("Page 1 of ", 1)[1].split(".")[0])
    shown = [Visit(url=REPORT, page=number).run(session) for number in range(1, count + 1)]
    lines = [line for page in shown for line in page.split("\n\n", 1)[1].splitlines() if line.startswith("Line ")]
    assert lines == [f"Line {number} of a long report about rainfall in the hills." for number in range(1, 401)]
    assert Visit(url=REPORT, page=count + 1).run(session).endswith(f"there is no page {count + 1}.")


def test_click_follows_the_numbered_link(session: Session) -> None:
    Visit(url=REGISTER).run(session)
    assert Click(link=3).run(session).startswith(f"Title: Fred Howard Park\nURL: {PARK}\n")
    assert session.page is not None
    assert session.page.url == PARK


def test_click_says_what_it_cannot_follow(session: Session) -> None:
    assert Click(link=1).run(session).startswith("There is nothing to click yet: visit a page, or search")
    Visit(url=REGISTER).run(session)
    assert Click(link=9).run(session) == "There is no link 9. Where you are there are the links 1 to 4."
    assert "is not in this snapshot" in Click(link=4).run(session)
    Visit(url=PARK).run(session)
    assert Click(link=1).run(session) == "There is no link 1. Where you are there are no links."


def test_click_opens_a_hit_of_the_last_search(session: Session) -> None:
    Visit(url=REGISTER).run(session)
    Search(query="herons nest").run(session)
    assert Find(text="anemones").run(session).startswith(f"'anemones' stands in {REGISTER}")
    assert Click(link=2).run(session) == "There is no link 2. Where you are there is link 1."
    assert Click(link=1).run(session).startswith(f"Title: Fred Howard Park\nURL: {PARK}\n")
    assert "there are no links" in Click(link=1).run(session)
    Search(query=["herons nest", "rainfall"]).run(session)
    assert "with a single query" in Click(link=1).run(session)


def test_find_shows_the_places_and_the_page_they_are_on(session: Session) -> None:
    assert Find(text="fish").run(session) == "No page is open yet. Visit one first."
    Visit(url=REPORT).run(session)
    said = Find(text="line  399 OF").run(session)
    assert said.startswith(f"'line  399 OF' stands in {REPORT} 1 time:\n\n1. Page ")
    page = int(said.split("1. Page ")[1].split(":")[0])
    assert "Line 399 of" in Visit(url=REPORT, page=page).run(session)
    assert "400 times, the first 5 of them:" in Find(text="rainfall").run(session)
    assert Find(text="snow (.*").run(session) == f"'snow (.*' does not stand in {REPORT}. Try fewer words."
    assert "does not stand" in Find(text=" ").run(session)


def test_what_was_opened_is_remembered_with_its_redirects(session: Session) -> None:
    Visit(url=["http://parks.example/old", "http://nowhere.example/"]).run(session)
    assert session.seen == {PARK, "http://parks.example/old"}
