"""The tool `click`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from tools import templates
from tools.session import Session
from tools.tool import Tool
from webenv.types import Missing


class Click(Tool):
    """Follow a numbered link of the open page."""

    name: ClassVar[str] = "click"
    description: ClassVar[str] = "Follow a link of the open page; links read label[n] in its text."

    link: Annotated[int, Meta(ge=1, le=1_000_000, description="The number n of the link.")]

    def run(self, session: Session) -> str:
        """Open the page behind the link."""
        if session.page is None:
            return templates.no_open_page()
        if self.link > len(session.page.links):
            return templates.no_such_link(session.page, self.link)
        page = session.open(session.page.links[self.link - 1].url)
        if isinstance(page, Missing):
            return templates.missing(page)
        return templates.page_view(page, 1, session.page_chars)
