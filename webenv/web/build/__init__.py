"""From archive files to a snapshot, in three steps.

    scanning   every record of every input, once, in parallel     -> candidate captures in a staging database
    staging    revisits resolved, one capture chosen for each URL
    freezing   the chosen captures, read again where they lie     -> canonical WARC, CDXJ, pages, frozen text

`builder` runs them in a folder beside the target and renames it when everything is complete.
"""

from webenv.web.build.builder import BuildSettings, Phase, build_snapshot
from webenv.web.build.report import BuildReport

__all__ = ["BuildReport", "BuildSettings", "Phase", "build_snapshot"]
