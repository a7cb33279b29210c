"""The tool `click`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from tools import templates
from tools.session import Session
from tools.tool import Tool
from webenv.types import Missing


class Click(Tool):
    """Follow a numbered link of the open page, or open a numbered hit of the last search."""

    name: ClassVar[str] = "click"
    description: ClassVar[str] = "Follow a link of the open page, where links read label[n], or hit n of a search."

    link: Annotated[int, Meta(ge=1, le=1_000_000, description="The number n of the link or hit.")]

    def run(self, session: Session) -> str:
        """Open the page behind the link."""
        if session.links is None:
            return templates.nothing_to_click()
        if self.link > len(session.links):
            return templates.no_such_link(len(session.links), self.link)
        page = session.open(session.links[self.link - 1])
        if isinstance(page, Missing):
            return templates.missing(page)
        return templates.page_view(page, 1, session.page_chars)
