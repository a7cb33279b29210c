"""What sites call themselves and the kinds of things they tell of."""

from __future__ import annotations

from webenv.web.world.schema import Kind, Site

TITLES: dict[Site, str] = {
    "encyclopedia": "Encyclopedia", "gazetteer": "National Gazetteer", "register": "Register of Organisations",
    "news": "Herald", "catalogue": "General Goods Catalogue", "forum": "Talk Forum", "company": "",
}  # fmt: skip
"""What a site calls itself, after the name of the world; companies have their own names."""
FOOTERS: dict[Site, str] = {
    "encyclopedia": "Text may be reused with attribution. Edited by volunteers.",
    "gazetteer": "Published by the office of surveys. Figures are those of the last count.",
    "register": "An office of the ministry of trade. Entries are public. Cookies are used for statistics only.",
    "company": "All rights reserved. Prices and openings are subject to change.",
    "news": "Subscribe to read the evening edition. Letters to the editor are welcome.",
    "catalogue": "Free delivery above 200 crowns. Returns within 30 days.",
    "forum": "Posts are the opinions of their authors. Be kind.",
}
"""What stands below each page of a site."""
PLURALS: dict[Kind, str] = {
    "person": "People", "species": "Species", "work": "Books", "town": "Towns", "region": "Regions",
    "organisation": "Organisations", "event": "Events", "product": "Goods",
}  # fmt: skip
"""What several things of a kind are called."""
