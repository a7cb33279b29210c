"""A procedural web of any size from one seed: a knowledge graph, written out as sites of several kinds.

schema, graph     what there is and how it hangs together: computed where it is asked, never stored
names, prose      what it is called, and how pages say it, between fillers
sites, skins      where pages are, and what they look like, with labels
pages, generate   the pages themselves, with statements, threads of a forum and lists, as WARC records
"""

from webenv.web.world.generate import generate_world, read_world
from webenv.web.world.graph import Graph, WorldSettings

__all__ = ["Graph", "WorldSettings", "generate_world", "read_world"]
