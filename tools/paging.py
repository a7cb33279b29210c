"""Long page views are shown page by page."""

from __future__ import annotations


def spans(text: str, chars: int) -> list[tuple[int, int]]:
    """Start and end of each page of at most `chars` characters; together they cover the text.

    A page ends at the end of a line if there is one in its second half, else at a space, else anywhere.
    """
    cuts = [0]
    while cuts[-1] + chars < len(text):
        start, end = cuts[-1], cuts[-1] + chars
        middle = start + chars // 2
        cuts.append(text.rfind("\n", middle, end) + 1 or text.rfind(" ", middle, end) + 1 or end)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))
