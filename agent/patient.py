"""The patient oracle: knows which pages prove the answer, and goes on until it has read them.

Where the plain oracle makes fixed calls, this one opens each page of the evidence, tries again when that fails, looks
for it by search when it is gone, and answers only when the words of the evidence stood in what it read. So it tells
whether a task can still be solved on a web that has changed.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from agent import observations
from agent.policy import Conversation
from webenv.errors import InputError
from webenv.protocol import render
from webenv.types import Evidence, Task, ToolCall, Turn

TRIES = 3
"""Times that a page is opened before it counts as gone (our choice)."""
_HITS = 3
"""Hits of a search that are opened (our choice)."""
_MARK = re.compile(r"\[\d+\]")
_SEVERAL_PARTS = re.compile(r"\(Page 1 of (?!1\.)\d+\.")
_GONE = re.compile(r"^Status: (?:404|410)$|is not in this snapshot of the web", re.MULTILINE)
_FIND_CHARS = 150

Way = Generator[ToolCall, str, str]
"""Gives calls, takes observations, ends with the answer."""


class PatientOracle:
    """Knows the evidence, and reads."""

    name = "oracle:patient"

    def act(self, conversation: Conversation) -> str:
        """The next call, or the answer: `unknown` if the evidence was not found.

        Raises:
            InputError: the task has no evidence.
        """
        task = conversation.task
        if not task.evidence:
            raise InputError(f"task {task.task_id} names no evidence; the patient oracle cannot play it")
        way = _way(task)
        try:
            call = next(way)
            for _, observation in conversation.steps:
                call = way.send(observation)
        except StopIteration as end:
            return render(Turn(thought="This is what I have read.", answer=str(end.value)))
        return render(Turn(thought=f"Step {len(conversation.steps) + 1} towards the evidence.", call=call))


def plain(text: str) -> str:
    """`text` without the numbers of links, bullets and the gaps of its layout: what has to survive a redesign."""
    return " ".join(_MARK.sub("", text).replace("•", " ").split())


def _way(task: Task) -> Way:
    read: list[str] = []
    for evidence in task.evidence:
        if plain(evidence.text) not in "\n".join(read) and not (yield from _look_for(evidence, task, read)):
            return "unknown"
    return task.answer


def _look_for(evidence: Evidence, task: Task, read: list[str]) -> Generator[ToolCall, str, bool]:
    """Open the page where it was, then wherever search has it."""
    if (yield from _open(evidence.url, evidence, read)):
        return True
    opened = {evidence.url}
    for query in _queries(evidence, task):
        found = observations.hits((yield ToolCall(name="search", arguments={"query": [query]})))
        near = sorted({hit.url for hit in found} - opened, key=lambda url: _distance(url, evidence.url))
        for url in near[:_HITS]:
            opened.add(url)
            tries = TRIES if _distance(url, evidence.url)[0] == 0 else 1
            if (yield from _open(url, evidence, read, tries)):
                return True
    return False


def _open(url: str, evidence: Evidence, read: list[str], tries: int = TRIES) -> Generator[ToolCall, str, bool]:
    for _ in range(tries):
        seen = yield ToolCall(name="visit", arguments={"url": [url]})
        if _has(evidence, seen, read):
            return True
        if _SEVERAL_PARTS.search(seen):
            found = yield ToolCall(name="find", arguments={"text": _piece(evidence.text)})
            if _has(evidence, found, read):
                return True
        if _GONE.search(seen):
            break
    return False


def _has(evidence: Evidence, seen: str, read: list[str]) -> bool:
    read.append(plain(seen))
    return plain(evidence.text) in read[-1]


def _piece(text: str) -> str:
    """Words of the evidence that stand together on any layout."""
    pieces = re.split(r"\[\d+\]|[\t\n•]", text)
    longest = max(pieces, key=len).strip()
    return longest[:_FIND_CHARS].rpartition(" ")[0] if len(longest) > _FIND_CHARS else longest


def _queries(evidence: Evidence, task: Task) -> list[str]:
    host, path = evidence.url.split("/", 3)[2:]
    slug = " ".join(
        re.findall(r"[^\W_]+", path.rpartition(".")[0] or path or host.removeprefix("www.").partition(".")[0])
    )
    words = plain(evidence.text)[:200]
    said = [str(query) for call in task.oracle if call.name == "search" for query in call.arguments.get("query", [])]
    queries = [f"{slug} {words}", words, slug, *(f"{query} {words}" for query in said), *said, task.question]
    return [query.strip()[:500] for query in dict.fromkeys(queries) if query.strip()]


def _distance(url: str, wanted: str) -> tuple[bool, int, str]:
    """How little an address looks like another: hosts first, then how its path ends."""
    host, other = url.split("/", 3)[2], wanted.split("/", 3)[2]
    ours, theirs = url.rstrip("/")[::-1], wanted.rstrip("/")[::-1]
    same = next((place for place, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), len(theirs))
    return not host.endswith(other), -same, url
