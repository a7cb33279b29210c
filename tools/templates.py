"""Every sentence that a tool says.

The search results and the visit by goal keep the templates of WebDancer's released tools byte for byte, for
its models and samples saw exactly these: down to "A Google search for", the space after "as follows: ", and
the lines that are left out when a date or a snippet is missing. The rest is our own.
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.paging import spans
from webenv.types import Hit, Missing, Page

SEPARATOR = "\n=======\n"
"""Between the answers to several queries or URLs of one call."""

_MISSING = {
    "not-in-snapshot": "{url} is not in this snapshot of the web. Search, or follow a link of another page.",
    "redirect-loop": "{url} redirects in a circle and cannot be opened.",
    "redirect-target-missing": "{url} redirects to an address that is not in this snapshot of the web.",
    "timeout": "{url} did not answer in time.",
    "bad-url": "{url} is not a web address. It must start with http:// or https:// and name a host.",
}


def search_results(query: str, hits: Sequence[Hit], year: int | None) -> str:
    """The answer to one query."""
    if not hits:
        hint = ", or remove the year filter." if year else "."
        return f"No results found for '{query}'. Try with a more general query{hint}"
    entries = "\n\n".join(_search_result(hit) for hit in hits)
    return f"A Google search for '{query}' found {len(hits)} results:\n\n## Web Results\n{entries}"


def _search_result(hit: Hit) -> str:
    date = f"\nDate published: {hit.date}" if hit.date else ""
    source = f"\nSource: {hit.url.split('/', 3)[2]}"
    snippet = f"\n{hit.snippet}" if hit.snippet else ""
    return f"{hit.rank}. [{one_line(hit.title) or hit.url}]({hit.url}){date}{source}\n{snippet}"


def useful_information(url: str, goal: str, evidence: str, summary: str) -> str:
    """A visit by goal."""
    return (
        f"The useful information in {url} for user goal {goal} as follows: \n\n"
        f"Evidence in page: \n{evidence}\n\nSummary: \n{summary}\n\n"
    )


def no_information(url: str, goal: str) -> str:
    """A visit by goal to a page that is missing or has no text."""
    return useful_information(
        url,
        goal,
        "The provided webpage content could not be accessed. Please check the URL or file format.",
        "The webpage content could not be processed, and therefore, no information is available.",
    )


def page_view(page: Page, number: int, page_chars: int) -> str:
    """Page `number`, from 1, of a page view, under its title and address."""
    parts = spans(page.text, page_chars)
    if number > len(parts):
        return f"{page.url} has {len(parts)} pages; there is no page {number}."
    start, end = parts[number - 1]
    text = page.text[start:end].strip("\n")
    head = [f"Title: {one_line(page.title)}", f"URL: {page.url}"]
    head += [f"Redirected from: {page.redirects[0]}"] if page.redirects else []
    head += [f"Date published: {page.date}"] if page.date else []
    head += [f"Status: {page.status}"] if page.status != 200 else []
    head += [f"Note: {page.note}"] if page.note else []
    return "\n".join(head) + f"\n\n{text}\n\n" + _how_to_go_on(page, number, len(parts))


def _how_to_go_on(page: Page, number: int, count: int) -> str:
    notes = [f"Page {number} of {count}."]
    if number < count:
        notes.append(f'For the next one, visit this URL with "page": {number + 1}.')
    if page.links:
        notes.append("Links read label[n]; click n to follow one.")
    return f"({' '.join(notes)})"


def missing(page: Missing) -> str:
    """A page that is not there."""
    return _MISSING[page.reason].format(url=page.url)


def left_out(kept: int, given: int, what: str) -> str:
    """A call that asked for more than it may."""
    return f"Only the first {kept} {what} of a call are used; {given - kept} left out."


def no_open_page() -> str:
    """`find` before any page was opened."""
    return "No page is open yet. Visit one first."


def nothing_to_click() -> str:
    """`click` at the beginning, or after a search whose numbers come several times."""
    return "There is nothing to click yet: visit a page, or search with a single query."


def no_such_link(count: int, number: int) -> str:
    """`click` on a number that was not shown."""
    there = f"are the links 1 to {count}" if count > 1 else "is link 1" if count else "are no links"
    return f"There is no link {number}. Where you are there {there}."


def one_line(text: str) -> str:
    """Text with all white space runs as single spaces, at most 300 characters (our choice)."""
    return " ".join(text[:2_000].split())[:300]


def found(page: Page, text: str, count: int, places: Sequence[tuple[int, str]]) -> str:
    """`find`: each place with the page of the page view that it stands on."""
    more = f", the first {len(places)} of them" if count > len(places) else ""
    head = f"'{text}' stands in {page.url} {count} time{'s' if count > 1 else ''}{more}:"
    return head + "".join(f"\n\n{i}. Page {number}: {around}" for i, (number, around) in enumerate(places, 1))


def not_found(page: Page, text: str) -> str:
    """`find` without success."""
    return f"'{text}' does not stand in {page.url}. Try fewer words."
