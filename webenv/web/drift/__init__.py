"""Seeded change of what a snapshot serves, with a severity.

plan       what changes, how much, by which seed      "moved:0.4,ads:0.2"
families   the ways in which webs change, each with its operators
choice     which operators act on a page or a query
drift      pages as they are after the change
episode    the `Web` of one episode, with the log of what was changed
perturb    a changed snapshot written down as an archive
"""

from webenv.web.drift.drift import Drift
from webenv.web.drift.episode import Drifted, Edit
from webenv.web.drift.families import FAMILIES
from webenv.web.drift.plan import PRESETS, Plan, read_plan

__all__ = ["FAMILIES", "PRESETS", "Drift", "Drifted", "Edit", "Plan", "read_plan"]
