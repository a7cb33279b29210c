"""The live web behind the same face as a snapshot, recorded while it is read.

    records   what the live web is told
    web       `Live`: a `Web` that fetches what its recording does not hold yet
    fetcher   one URL, politely: robots.txt, pauses, tries, and a record of whatever came of it
    reader    a process that turns a recorded response into what an agent sees, with the code of a build
    engines   who answers searches: a search service over HTTP, or the index of a snapshot

A URL is fetched once, and a search is asked once: from then on the recording answers. So a snapshot that is built of
the recording answers as the live web did, whatever happens on the web in between.
"""

from webenv.web.live.engines import SearchEngine, open_engine
from webenv.web.live.records import LiveSettings
from webenv.web.live.web import Live

__all__ = ["Live", "LiveSettings", "SearchEngine", "open_engine"]
