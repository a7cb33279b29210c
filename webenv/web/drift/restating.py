"""A task said again for a drifted snapshot: where its evidence stands now, and how it is reached."""

from __future__ import annotations

import re

import msgspec

from webenv.types import EnvSettings, Evidence, Page, Task, ToolCall
from webenv.web.drift.drift import Drift

_GAP = r"(?:\[\d+\]|[\s•])*"
_MARK = re.compile(r"\[\d+\]|•")
_HITS = EnvSettings().k
_TOKEN = re.compile(r"\w+|[^\w\s]")


def survivor(text: str, page: str) -> str:
    """`text` as it stands in a page now, with other gaps and link numbers; empty if it does not."""
    tokens = _TOKEN.findall(_MARK.sub(" ", text))
    found = re.search(_GAP.join(map(re.escape, tokens)), page) if tokens else None
    return found[0] if found else ""


def restate(task: Task, drift: Drift) -> Task | None:
    """The task with its evidence and its way as they are now; None if a piece of evidence is lost."""
    evidence = [_moved(each, drift) for each in task.evidence]
    if not all(evidence):
        return None
    return msgspec.structs.replace(
        task, evidence=tuple(each for each in evidence if each), oracle=tuple(_way(task.oracle, drift))
    )


def _moved(evidence: Evidence, drift: Drift) -> Evidence | None:
    clean = drift.web.fetch(evidence.url)
    if not isinstance(clean, Page):
        return None
    lasting = tuple(each for each in drift.choice.of_page(clean.url, 1) if not each.attempts)
    page = drift.view(clean.url, lasting, 0)
    text = survivor(evidence.text, page.text) if page and page.status == clean.status else ""
    return msgspec.structs.replace(evidence, url=drift.address(clean.url), text=text, digest="") if text else None


def _way(calls: tuple[ToolCall, ...], drift: Drift) -> list[ToolCall]:
    """The calls, with addresses in place of numbers: those of links are others now."""
    said, links = [], list[str]()
    for call in calls:
        if call.name == "search":
            links = [hit.url for hit in drift.web.search(_first_query(call), _HITS, call.arguments.get("year"))]
        pages = [page for url in _urls(call, links) if isinstance(page := drift.web.fetch(url), Page)]
        if pages:
            links = [link.url for link in pages[-1].links]
            more = {name: value for name, value in call.arguments.items() if name in ("goal", "page")}
            call = ToolCall(name="visit", arguments={"url": [drift.address(page.url) for page in pages], **more})
        said.append(call)
    return said


def _first_query(call: ToolCall) -> str:
    query = call.arguments.get("query")
    return query if isinstance(query, str) else str(query[0]) if query else ""


def _urls(call: ToolCall, links: list[str]) -> list[str]:
    """What a call opens on the snapshot as it was."""
    if call.name == "visit":
        url = call.arguments.get("url", [])
        return [url] if isinstance(url, str) else list(url)
    number = call.arguments.get("link", 0) if call.name == "click" else 0
    return [links[number - 1]] if 0 < number <= len(links) else []
