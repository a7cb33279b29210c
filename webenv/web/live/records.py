"""What the live web is told."""

from __future__ import annotations

from webenv.web.wire.records import WireSettings


class LiveSettings(WireSettings):
    """What the live web may be told. The defaults are our choice: an agent waits for each page."""

    timeout_s: float = 10.0
    whole_s: float = 30.0
    """Seconds after which one exchange is given up, however busy its server is."""
    visit_s: float = 60.0
    """Seconds that one URL may take with its robots.txt and all tries; and after which no redirect is followed."""
    retries: int = 1
    allow_private: bool = False
    """Whether private, loopback and link-local addresses may be connected to."""
