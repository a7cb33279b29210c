"""What became of the pages of one snapshot in a later one of the same sites, and of the tasks that they prove.

The *fate* of a page is what its URL gives in the later snapshot:

    same      its text, whatever became of markup, layout and the numbers of links
    changed   another text
    moved     a redirect to a page that is alike, or the URL is gone and a page that is alike stands at a new one
    vanished  an error, no answer, or a redirect to something else
    absent    the later snapshot does not say
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Literal, get_args

from webenv.types import Missing, Page, Record, Task
from webenv.web import recorded
from webenv.web.likeness import Likenesses, resemblance, shingles
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import unproved

Fate = Literal["same", "changed", "moved", "vanished", "absent"]
ALIKE = 0.5
"""Resemblance from which on a page at another URL is taken for the page that was sought (our choice)."""
_LINK_MARK = re.compile(r"\[\d+\]")


class PageFate(Record):
    """What became of one page."""

    url: str
    fate: Fate
    to: str = ""
    """Where it moved."""
    announced: bool = False
    """Whether a redirect leads there."""
    similarity: float = 0.0
    """Resemblance of the two texts (`webenv.web.likeness`), to four decimals; 0 where there is no second one."""
    why: str = ""
    """Why it vanished."""


class BrokenTask(Record):
    """A task that the later snapshot does not prove any more, and why."""

    task_id: str
    problems: tuple[str, ...]


class Changes(Record):
    """What became of one snapshot in another."""

    before: str
    """Content id."""
    after: str
    days: float
    """Between the latest captures of both."""
    pages: int
    """Pages with text in the earlier snapshot."""
    fates: dict[Fate, int]
    unannounced: int
    """Pages among the moved that no redirect leads to."""
    similarity: float | None
    """Median over the changed pages; None if there are none."""
    vanished_a_week: float | None
    """Rate at which pages vanish, if it is the same every week; None without a day in between, or if all are gone."""
    new: int
    """Pages with text at URLs that the earlier snapshot does not have."""
    tasks: int
    """Tasks that the earlier snapshot proves."""
    holding: int
    """Tasks among them whose evidence still stands word for word in the later one."""
    broken: tuple[BrokenTask, ...]
    each: tuple[PageFate, ...]


def measure(
    before: Snapshot,
    after: Snapshot,
    tasks: list[Task],
    on_progress: Callable[[int, int], None] = lambda position, total: None,
) -> Changes:
    """Compare every page of `before` with what its URL gives in `after`, and try the tasks on both."""
    pages, there = _readable(before), _readable(after)
    known = {capture.url for capture in before.captures()}
    new = [url for url in there if url not in known]
    elsewhere = Likenesses(new, lambda url: _text(after, url))
    each = []
    for number, url in enumerate(pages, 1):
        each.append(_fate(url, _text(before, url), after.fetch(url), elsewhere))
        on_progress(number, len(pages))
    proved = [task for task in tasks if task.evidence and not unproved(task, before)]
    found = {task.task_id: tuple(unproved(task, after)) for task in proved}
    broken = [BrokenTask(task_id=name, problems=problems) for name, problems in found.items() if problems]
    days = _days(before.date, after.date)
    changed = [one.similarity for one in each if one.fate == "changed"]
    fates: dict[Fate, int] = {fate: sum(one.fate == fate for one in each) for fate in get_args(Fate)}
    return Changes(
        before=before.content_id,
        after=after.content_id,
        days=days,
        pages=len(each),
        fates=fates,
        unannounced=sum(one.fate == "moved" and not one.announced for one in each),
        similarity=median(changed) if changed else None,
        vanished_a_week=_weekly(fates["vanished"], len(each), days),
        new=len(new),
        tasks=len(proved),
        holding=len(proved) - len(broken),
        broken=tuple(broken),
        each=tuple(each),
    )


def _readable(web: Snapshot) -> list[str]:
    """The URLs of all pages with text, in the order of the index."""
    captures = (capture for capture in web.captures() if capture.status == 200 and not capture.redirect)
    urls = (each.url for each in captures if not recorded.is_name(each.url) and not each.url.endswith("/robots.txt"))
    return [url for url in urls if _text(web, url)]


def _text(web: Snapshot, url: str) -> str:
    page = web.fetch(url)
    return _bare(page.text) if isinstance(page, Page) else ""


def _bare(text: str) -> str:
    """A page view without the numbers of its links and without its white space."""
    return " ".join(_LINK_MARK.sub("", text).split())


def _fate(url: str, text: str, there: Page | Missing, elsewhere: Likenesses) -> PageFate:
    """What became of a page, from what its URL gives now."""
    if isinstance(there, Page) and there.status < 400:
        now = _bare(there.text)
        if now == text and not there.redirects:
            return PageFate(url=url, fate="same", similarity=1.0)
        alike = round(resemblance(shingles(text), shingles(now)), 4)
        if not there.redirects:
            return PageFate(url=url, fate="changed", similarity=alike)
        if alike >= ALIKE:
            return PageFate(url=url, fate="moved", to=there.url, announced=True, similarity=alike)
        why = f"redirects to another page, {there.url}"
    else:
        why = there.reason if isinstance(there, Missing) else f"status {there.status}"
    to, alike = elsewhere.most_like(shingles(text))
    if alike >= ALIKE:
        return PageFate(url=url, fate="moved", to=to, similarity=round(alike, 4))
    return PageFate(url=url, fate="absent" if why == "not-in-snapshot" else "vanished", why=why)


def _days(before: str, after: str) -> float:
    first, last = (datetime.strptime(date, "%Y%m%d%H%M%S") for date in (before, after))
    return round((last - first).total_seconds() / 86_400, 2)


def _weekly(vanished: int, pages: int, days: float) -> float | None:
    """The rate r of a loss that leaves exp(-r * weeks) of all pages."""
    if days < 1 or vanished == pages:
        return None
    return round(abs(math.log(1 - vanished / pages)) / (days / 7), 6)
