"""The tool `search`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from tools import templates
from tools.session import Session
from tools.tool import Tool

MAX_QUERIES = 3
"""Queries a call (WebDancer's released tool: `MAX_MULTIQUERY_NUM`)."""

Query = Annotated[str, Meta(min_length=1, max_length=512)]


class Search(Tool):
    """Look for pages by words."""

    name: ClassVar[str] = "search"
    description: ClassVar[str] = "Search the web: titles, addresses and snippets of the best pages for each query."

    query: Annotated[
        Query | Annotated[list[Query], Meta(min_length=1)],
        Meta(description="One query of up to 512 characters, or a list of up to 3 that complement each other."),
    ]
    year: Annotated[
        Annotated[int, Meta(ge=1, le=9999)] | None, Meta(description="Only pages published in this year.")
    ] = None

    def run(self, session: Session) -> str:
        """Answer each query with its hits."""
        queries = [self.query] if isinstance(self.query, str) else self.query
        found = [session.web.search(query, session.k, self.year) for query in queries[:MAX_QUERIES]]
        session.links = tuple(hit.url for hit in found[0]) if len(queries) == 1 else None
        answers = [
            templates.search_results(query, hits, self.year) for query, hits in zip(queries, found, strict=False)
        ]
        if len(queries) > MAX_QUERIES:
            answers.append(templates.left_out(MAX_QUERIES, len(queries), "queries"))
        return templates.SEPARATOR.join(answers)
