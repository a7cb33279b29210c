"""What the tools remember during one episode: the web they look at, and the page that is open."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.summary import Summariser
from webenv.types import Missing, Page, Web


@dataclass
class Session:
    """The state of one episode; `k` pages a search, `page_chars` characters a page of a page view."""

    web: Web
    k: int
    page_chars: int
    summariser: Summariser
    page: Page | None = None
    """The page that `find` refers to: the last one that could be opened."""
    links: tuple[str, ...] | None = None
    """What `click` refers to: the links of the page, or the hits of the search, whichever was shown last; None if
    that was a search with several queries, or nothing yet."""
    seen: set[str] = field(default_factory=set)
    """Canonical URLs of all pages that were opened, and of the redirects on the way."""

    def open(self, url: str) -> Page | Missing:
        """Fetch a page and make it the open one; a missing page leaves the open one open."""
        page = self.web.fetch(url)
        if isinstance(page, Page):
            self.page = page
            self.links = tuple(link.url for link in page.links)
            self.seen.update(page.redirects, (page.url,))
        return page
