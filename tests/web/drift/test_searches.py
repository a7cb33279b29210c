"""What drift does to searches: copies that say other things with a date or a notice, and other orders."""

from __future__ import annotations

import pytest

from agent.patient import plain
from tests.worlds import World
from webenv.types import Hit, Missing, Page
from webenv.web.drift import Drift, read_plan


def first_hit(world: World, spec: str, split: str = "train") -> tuple[Hit, Hit, Page]:
    """The clean first hit of a search, the drifted one, and the page behind that."""
    web = Drift.over(world.web, read_plan(f"{spec}:1", 3, split)).episode()
    query = world.tasks[0].question
    [best], hit = world.web.search(query, 1), web.search(query, 10)[0]
    page = web.fetch(hit.url)
    assert isinstance(page, Page)
    return best, hit, page


def test_a_stale_copy_says_its_date_and_something_else(world: World) -> None:
    best, hit, copy = first_hit(world, "stale")
    clean = world.web.fetch(best.url)
    assert isinstance(clean, Page)
    assert hit.url != best.url
    assert hit.title == best.title == copy.title
    assert hit.date == copy.date < "2006"
    assert copy.date in copy.text
    assert hit.snippet != best.snippet
    assert plain(clean.text) not in plain(copy.text)


def test_misinformation_comes_first_and_says_that_nobody_checked_it(world: World) -> None:
    best, hit, page = first_hit(world, "misinformation")
    assert hit.rank == 1
    assert (hit.date, page.date) == ("", "")
    assert hit.title == best.title
    assert "Not checked" in page.text


@pytest.mark.parametrize("family", ["stale", "misinformation"])
def test_no_copy_proves_another_answer_in_the_words_of_the_evidence(world: World, family: str) -> None:
    """Facts in numbers or names are other ones, but for those in the title; the page itself stays as it was."""
    drift = Drift.over(world.web, read_plan(f"{family}:1", 8))
    for task in world.tasks:
        for evidence in task.evidence:
            page = drift.episode().fetch(evidence.url)
            assert page == world.web.fetch(evidence.url)
            assert isinstance(page, Page)
            for copier in drift.copiers.values():
                copy = drift.copy(copier, page.url)
                assert copy
                named = [word for word in plain(evidence.text).split() if word[0].isdigit() or word[0].isupper()]
                if any(word not in page.title and len(word) > 8 for word in named):
                    assert plain(evidence.text) not in copy.markup


def test_what_ads_lead_to_is_logged_as_followed(world: World) -> None:
    web = Drift.over(world.web, read_plan("ads:1", 3, "train")).episode()
    hit = web.search("mayor of the town", 5)[0]
    assert hit.snippet.startswith("Ad. ")
    page = web.fetch(hit.url)
    assert isinstance(page, Page)
    assert "Sponsored" in page.text
    assert [edit.operator for edit in web.log if edit.followed] == ["ads.sponsored"]


def test_notices_stand_above_the_page_and_their_buttons_are_logged(world: World) -> None:
    web = Drift.over(world.web, read_plan("notices:1", 3, "train")).episode()
    page = web.fetch(world.urls[5])
    assert isinstance(page, Page)
    lure = next(link for link in page.links if link.label == "Accept all")
    answer = web.fetch(lure.url)
    assert isinstance(answer, Page)
    assert [edit.operator for edit in web.log if edit.followed] == ["notices.cookies"]


def test_a_year_that_is_asked_for_is_kept(world: World) -> None:
    web = Drift.over(world.web, read_plan("stale:1,misinformation:1,ads:1", 3)).episode()
    for query in ("town", "mayor", "book"):
        assert all(hit.date.startswith("2019") for hit in web.search(query, 10, 2019))


def test_ranks_count_from_1_and_no_more_hits_come_than_asked_for(world: World) -> None:
    web = Drift.over(world.web, read_plan("everything:1", 3)).episode()
    for query in ("town", "mayor of the town", "book"):
        hits = web.search(query, 4)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert len(hits) <= 4


def test_another_engine_ranks_otherwise(world: World) -> None:
    query = "mayor of the town where the river begins"
    usual = world.web.search(query, 10)
    assert world.web.search(query, 10, bm25=(0.9, 0.4)) == usual
    assert [hit.score for hit in world.web.search(query, 10, bm25=(2.0, 0.9))] != [hit.score for hit in usual]


def test_addresses_that_nobody_made_are_missing(world: World) -> None:
    web = Drift.over(world.web, read_plan("everything:1", 3)).episode()
    for url in (
        "http://www.page-cache.example/",
        "http://www.page-cache.example/nowhere.example/x",
        "nonsense",
        "ftp://x/",
    ):
        assert isinstance(web.fetch(url), Missing)


def test_a_search_that_another_episode_made_is_answered_and_logged_alike(world: World) -> None:
    drift, query = Drift.over(world.web, read_plan("everything:1", 4)), world.tasks[0].question
    first, second = drift.episode(), drift.episode()
    found = first.search(query, 5)
    found.clear()  # is the caller's own
    assert second.search(query, 5) == Drift(world.web, drift.plan).episode().search(query, 5) != []
    assert first.log == second.log != []
