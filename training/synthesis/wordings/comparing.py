"""Wordings of what is true of the one of two things that has more of an attribute."""

from __future__ import annotations

from training.synthesis.wordings.table import Table

COMPARED: Table = {
    "born": (("was born later", "is the younger one"), ("came into the world later",), ("has the later birth date",)),
    "population": (
        ("has more inhabitants", "is the more populous one"),
        ("counts more souls",),
        ("is home to more people",),
    ),
    "chartered": (
        ("got its charter later", "has the younger charter"),
        ("became a town later",),
        ("got town rights later",),
    ),
    "elevation": (
        ("lies higher", "has the greater elevation"),
        ("is the higher place",),
        ("is further above the sea",),
    ),
    "length": (("becomes longer", "is the longer one"), ("reaches more millimetres",), ("grows to more length",)),
    "described": (
        ("was described later", "has been known for less time"),
        ("was named later",),
        ("entered the literature later",),
    ),
    "published": (
        ("was published later", "is the more recent one"),
        ("was printed later",),
        ("reached the shops later",),
    ),
    "extent": (("has more pages", "is the longer book"), ("takes more pages to read",), ("fills more pages",)),
    "established": (
        ("was entered in the register later", "has the younger register entry"),
        ("got a file later",),
        ("was first registered later",),
    ),
    "employees": (("has more employees", "employs more people"), ("pays more wages",), ("has the larger staff",)),
    "day": (("took place later", "was held later"), ("was called for a later day",), ("happened later",)),
    "attendance": (("had more visitors", "drew more visitors"), ("sold more tickets",), ("had the larger crowd",)),
    "price": (
        ("costs more", "is the more expensive one"),
        ("takes more crowns to buy",),
        ("has the higher price tag",),
    ),
    "weight": (("weighs more", "is the heavier one"), ("brings more to the scales",), ("is harder to carry",)),
}
"""What is true of the one of two that has the larger value."""
