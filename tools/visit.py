"""The tool `visit`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from tools import templates
from tools.session import Session
from tools.tool import Tool
from webenv.types import Missing

MAX_URLS = 3
"""Pages a call (WebDancer's released tool reads three at a time)."""

Url = Annotated[str, Meta(min_length=1, max_length=8_192)]


class Visit(Tool):
    """Read pages: by goal as evidence and summary, or page by page as they stand."""

    name: ClassVar[str] = "visit"
    description: ClassVar[str] = (
        "Visit webpages. With a goal: the evidence for it and a summary. Without one: the text of the page "
        "with numbered links. The page visited last stays open for click and find."
    )

    url: Annotated[
        Url | Annotated[list[Url], Meta(min_length=1)],
        Meta(description="The address of the page, or a list of up to 3 addresses."),
    ]
    goal: Annotated[
        Annotated[str, Meta(max_length=1_000)] | None,
        Meta(description="What to find out from the pages, in up to 1000 characters."),
    ] = None
    page: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None,
        Meta(description="Which part of a long page to show as it stands, from 1; the goal is then not used."),
    ] = None

    def run(self, session: Session) -> str:
        """Open each page and show it."""
        urls = [self.url] if isinstance(self.url, str) else self.url
        answers = [self._read(url, session) for url in urls[:MAX_URLS]]
        if len(urls) > MAX_URLS:
            answers.append(templates.left_out(MAX_URLS, len(urls), "addresses"))
        return templates.SEPARATOR.join(answers).strip()

    def _read(self, url: str, session: Session) -> str:
        page = session.open(url)
        goal = self.goal if self.page is None else None
        if goal:
            if isinstance(page, Missing) or not page.text.strip():
                return templates.no_information(url, goal)
            found = session.summariser.summarise(page, goal)
            return templates.useful_information(url, goal, found.evidence, found.summary)
        if isinstance(page, Missing):
            return templates.missing(page)
        return templates.page_view(page, self.page or 1, session.page_chars)
