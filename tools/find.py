"""The tool `find`."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from msgspec import Meta

from tools import templates
from tools.paging import spans
from tools.session import Session
from tools.tool import Tool
from webenv.types import Page

MAX_PLACES = 5
"""Places shown (our choice)."""
CONTEXT_CHARS = 200
"""Characters shown on each side of a place (our choice)."""


class Find(Tool):
    """Look for words in the open page."""

    name: ClassVar[str] = "find"
    description: ClassVar[str] = "Find words in the open page, ignoring case; shows the places around them."

    text: Annotated[str, Meta(min_length=1, max_length=200, description="The words, in up to 200 characters.")]

    def run(self, session: Session) -> str:
        """Show the first places where the words stand."""
        if session.page is None:
            return templates.no_open_page()
        words = self.text.split()
        if not words:
            return templates.not_found(session.page, self.text)
        pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
        places = [match.span() for match in pattern.finditer(session.page.text)]
        if not places:
            return templates.not_found(session.page, self.text)
        shown = [_place(session.page, place, session.page_chars) for place in places[:MAX_PLACES]]
        return templates.found(session.page, self.text, len(places), shown)


def _place(page: Page, place: tuple[int, int], page_chars: int) -> tuple[int, str]:
    """The page of the page view on which a place stands, and the words around it."""
    start, end = max(0, place[0] - CONTEXT_CHARS), min(len(page.text), place[1] + CONTEXT_CHARS)
    number = sum(first <= place[0] for first, _ in spans(page.text, page_chars))
    around = " ".join(page.text[start:end].split())
    return number, ("… " if start else "") + around + (" …" if end < len(page.text) else "")
