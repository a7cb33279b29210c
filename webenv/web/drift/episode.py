"""`Drifted`: the web of one episode under drift. It counts the fetches of each page, and keeps the log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from webenv.types import Hit, Missing, Page, Record
from webenv.web.address import canonical, host
from webenv.web.archive.http import Response
from webenv.web.drift.document import Document
from webenv.web.drift.operator import Operator

if TYPE_CHECKING:
    from webenv.web.drift.drift import Drift


_LATEST = "99991231000000"
"""The capture time of what was never captured: any date that it states counts."""


class Edit(Record):
    """One line of the log: what changed an answer. No agent sees it."""

    operator: str
    target: str
    """URL in the snapshot, or query."""
    told: str = ""
    """`explicit` or `implicit` for a fault."""
    lasts: str = ""
    """`transient` or `permanent` for a fault."""
    attempt: int = 0
    """Which fetch of the page in the episode it was, from 1; 0 for searches."""
    note: str = ""
    """What else there is to know, such as the canary of an injection."""
    followed: bool = False
    """It is not an edit, but the agent that went where the operator wanted it."""


class Drifted:
    """A `Web` for one episode. Get one with `Drift.episode`."""

    def __init__(self, drift: Drift) -> None:
        self._drift = drift
        self._fetches: Counter[str] = Counter()
        self.log: list[Edit] = []
        self.read: set[str] = set()
        """URLs in the snapshot of all pages whose own content was shown, and of the redirects on the way."""

    def fetch(self, url: str) -> Page | Missing:
        """The page at `url` as it is now."""
        drift, address = self._drift, canonical(url.strip())
        if address is None:
            return drift.web.fetch(url)
        if made := self._made(address):
            return msgspec.structs.replace(made, requested_url=url)
        origin = drift.origin(address)
        page = drift.web.fetch(origin or address)
        if isinstance(page, Missing):
            return page
        return self._changed(page, url, address, origin is not None)

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        """The hits for `query` as they are now."""
        hits, edits = self._drift.results(query, k, year)
        self.log += edits
        return list(hits)

    def _made(self, address: str) -> Page | None:
        """A page that is not in the snapshot: a copy, or what stands behind a lure."""
        from webenv.web.drift.drift import original_of, read

        drift, name = self._drift, host(address)
        if lurer := drift.lures.get(name):
            self.log.append(msgspec.structs.replace(edit_of(lurer, address), followed=True))
        if copier := drift.copiers.get(name):
            url = original_of(address)
            made = drift.copy(copier, url)
            if made is None:
                return None
            self.log.append(edit_of(copier, url))
            return read(made, _blank(made.url))
        return read(_thanks(address), _blank(address)) if lurer else None

    def _changed(self, page: Page, url: str, address: str, came_by_new_address: bool) -> Page | Missing:
        drift, mover = self._drift, self._drift.mover(page.url)
        self._fetches[page.url] += 1
        attempt = self._fetches[page.url]
        if mover and mover.moved and not mover.moved.status and not came_by_new_address:
            self.log.append(edit_of(mover, page.url, attempt))
            return msgspec.structs.replace(drift.gone(page), requested_url=url)
        acting = drift.choice.of_page(page.url, attempt)
        self.log += drift.edits(page.url, acting, attempt)
        if not any(each.fault for each in acting):
            self.read.update((page.url, *page.redirects))
        if not acting and not mover:
            return msgspec.structs.replace(page, requested_url=url)
        changed = drift.view(page.url, acting, attempt if any(each.attempts for each in acting) else 0)
        if changed is None:
            return Missing(url=address, reason="timed-out")
        passed = page.redirects
        if mover and mover.moved and not came_by_new_address:
            self.log.append(edit_of(mover, page.url, attempt))
            passed = (*passed, page.url, *([mover.moved.stop(page.url)] if mover.moved.stop else []))
        return msgspec.structs.replace(changed, requested_url=url, redirects=passed, match=page.match)


def edit_of(operator: Operator, target: str, attempt: int = 0) -> Edit:
    """A line of the log."""
    fault = operator.fault
    return Edit(
        operator=operator.name,
        target=target,
        told=fault.told if fault else "",
        lasts=fault.lasts if fault else "",
        attempt=attempt,
    )


def _thanks(address: str) -> Document:
    """What stands behind a lure."""
    nothing = Document(url=address, response=Response(status=200))
    return nothing.replaced(200, "OK", "Thank you", "<p>Your choice has been saved.</p>")


def _blank(url: str) -> Page:
    """Stands for the capture of a page that was made up."""
    return Page(
        url=url,
        requested_url=url,
        title="",
        date="",
        text="",
        links=(),
        status=200,
        mime="",
        timestamp=_LATEST,
        digest="",
    )
