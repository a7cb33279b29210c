"""A *trail*: how far along the oracle's way an episode has come, and what it has in view."""

from __future__ import annotations

import re

from agent import observations
from agent.policy import Conversation
from webenv import protocol
from webenv.types import ToolCall

_FAILED = re.compile(r"^Status: [45]\d\d$", re.MULTILINE)


class Trail:
    """What an episode did so far, seen as calls of the oracle that were made in their order.

    A visit counts as made once its page was opened, from whatever hit; a click if it follows the same link of the
    same page.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.task, self.steps = conversation.task, conversation.steps
        self.calls = [protocol.parse(turn).call for turn, _ in self.steps]
        self.place = 0
        """Calls of the oracle that were made."""
        self.turns_here = 0
        """Turns since the last of them."""
        self.page = ""
        """The page in view; empty if none was opened since the last search."""
        self.way_url = self.way_title = ""
        """The last page on the way, and what it is called."""
        self.hits: list[observations.Hit] = []
        """Results of the last search, as long as no page was opened since."""
        self.pages: dict[int, str] = {}
        """Place of a call of the oracle that opened a page, to what the page said."""
        for call, (_, observation) in zip(self.calls, self.steps, strict=True):
            self._follow(call, observation)

    @property
    def next_call(self) -> ToolCall | None:
        """The oracle's call that comes now; None if all were made."""
        return self.task.oracle[self.place] if self.place < len(self.task.oracle) else None

    @property
    def is_on_way(self) -> bool:
        """Whether the last page on the way is in view."""
        return bool(self.page) and observations.opened(None, self.page) == self.way_url

    @property
    def last_search(self) -> ToolCall:
        """The last search of the oracle that was made."""
        return next(call for call in reversed(self.task.oracle[: self.place]) if call.name == "search")

    @property
    def searched(self) -> set[str]:
        """The queries that were made."""
        return {str(call.arguments["query"]) for call in self.calls if call and call.name == "search"}

    def _follow(self, call: ToolCall | None, observation: str) -> None:
        self.turns_here += 1
        wanted, was_on_way = self.next_call, self.is_on_way
        url = observations.opened(None, observation)
        if url and _FAILED.search(observation):
            self.page, self.hits = "", []
            return
        if url:
            self.page, self.hits = observation, []
        elif found := observations.hits(observation):
            self.page, self.hits = "", found
        if call is None or wanted is None:
            return
        is_made = (
            (wanted.name == call.name == "search")
            or (wanted.name == "visit" and url == wanted.arguments["url"][0])
            or (wanted.name == call.name == "click" and was_on_way and call.arguments == wanted.arguments)
        )
        if is_made and url:
            self.way_url, self.way_title, self.pages[self.place] = (
                url,
                observations.page_title(observation),
                observation,
            )
        elif is_made:
            self.way_url = self.way_title = ""
        if is_made:
            self.place, self.turns_here = self.place + 1, 0
