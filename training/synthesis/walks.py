"""Walks: from a front page over the links of pages, as somebody reads who follows what a page is about.

A walk goes breadth first, to a bounded depth. Of each page it takes a few links, drawn by the seed and the number of
the walk: links of the content first, and of those the ones that stay on the site; navigation only where there is
nothing else, so that a front page which is all menu is a way in too.
"""

from __future__ import annotations

from collections import deque

from training.synthesis.survey import Survey, host_of
from webenv.types import Page, Record
from webenv.web.world.dice import Dice


class Bounds(Record):
    """How far a walk goes (our choice, all of them)."""

    depth: int = 4
    """Links from the root."""
    breadth: int = 8
    """Links that are followed from one page."""
    pages: int = 48
    """Pages that are read."""


def walk(survey: Survey, root: str, dice: Dice, bounds: Bounds) -> list[Page]:
    """The pages of one walk, in the order in which they are read."""
    waiting: deque[tuple[str, int]] = deque([(root, 0)])
    read: dict[str, Page] = {}
    while waiting and len(read) < bounds.pages:
        url, depth = waiting.popleft()
        page = survey.page(url)
        if page is None or page.url in read:
            continue
        read[page.url] = page
        if depth < bounds.depth:
            waiting.extend((link, depth + 1) for link in _choose(survey, page, dice, bounds.breadth))
    return list(read.values())


def _choose(survey: Survey, page: Page, dice: Dice, breadth: int) -> list[str]:
    """Some links of a page: content on the site, content elsewhere, navigation."""
    host = host_of(page.url)
    kinds: tuple[list[str], list[str], list[str]] = ([], [], [])
    for link in page.links:
        away = host_of(link.url) != host
        kinds[2 if survey.is_menu(page.url, link.url) else int(away)].append(link.url)
    content = [*dice.shuffled(kinds[0]), *dice.shuffled(kinds[1])][:breadth]
    return content or dice.shuffled(kinds[2])[:breadth]
