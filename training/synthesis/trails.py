"""Trails: the tool calls that open pages one after the other, through the real search and real links."""

from __future__ import annotations

from tools.paging import spans
from training.synthesis.proof import HITS
from training.synthesis.survey import Survey
from webenv.types import EnvSettings, Evidence, Page, ToolCall

_SETTINGS = EnvSettings()
MAX_CALLS = _SETTINGS.max_turns - 2
"""Longest trail: the answer is a turn too, and one is to spare (our choice)."""
_MAX_QUERY_CHARS = 200


class Trail:
    """Tool calls, and the page that is open after them."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._open: Page | None = None
        self._read: dict[str, Page] = {}
        self.calls: list[ToolCall] = []

    def read(self, item: Evidence, link: str = "") -> bool:
        """Open the page of some evidence at the part that shows it; False if nothing leads there.

        By a link of the open page, else of a page that was read before, else by a search.
        """
        page = self._survey.page(item.url)
        if page is None:
            return False
        if self._open is None or self._open.url != page.url:
            found = self._click(page, link) or self._search(page)
            if not found:
                return False
            self._open = self._read[page.url] = page
        self._turn_to(page, item.text)
        return len(self.calls) <= MAX_CALLS

    def _click(self, page: Page, link: str) -> bool:
        before = [self._open] if self._open else []
        for other in [*before, *reversed(self._read.values())]:
            addresses = {page.url, link}
            number = next((number for number, each in enumerate(other.links, 1) if each.url in addresses), 0)
            if number:
                if other is not self._open:
                    self.calls.append(ToolCall(name="visit", arguments={"url": [other.url]}))
                self.calls.append(ToolCall(name="click", arguments={"link": number}))
                return True
        return False

    def _search(self, page: Page) -> bool:
        name, site = self._survey.name(page.url), self._survey.site_of(page.url)
        for query in (name, f"{name} {site}", page.title):
            query = query[:_MAX_QUERY_CHARS].strip()
            if query and any(hit.url == page.url for hit in self._survey.web.search(query, HITS)):
                self.calls.append(ToolCall(name="search", arguments={"query": [query]}))
                self.calls.append(ToolCall(name="visit", arguments={"url": [page.url]}))
                return True
        return False

    def _turn_to(self, page: Page, text: str) -> None:
        """Show the part of a long page on which the words begin, if it is not the one that is shown."""
        place = page.text.find(text)
        parts = spans(page.text, _SETTINGS.page_chars)
        number = next((number for number, (_, end) in enumerate(parts, 1) if place < end), 1)
        call = ToolCall(name="visit", arguments={"url": [page.url], "page": number})
        if number > 1 and (not self.calls or self.calls[-1] != call):
            self.calls.append(call)
