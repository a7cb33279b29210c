"""All families of drift, in the order in which they act on a page: the one that replaces it acts last."""

from webenv.web.drift.families import (
    ads,
    flaky,
    injection,
    labels,
    layout,
    markup,
    misinformation,
    moved,
    notices,
    ranking,
    rot,
    stale,
    walls,
)
from webenv.web.drift.operator import Family

FAMILIES: dict[str, Family] = {
    module.FAMILY.name: module.FAMILY
    for module in (
        markup, layout, labels, moved, ads, ranking, stale, misinformation, injection, notices, walls, rot, flaky,
    )
}  # fmt: skip
