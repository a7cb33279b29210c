"""Wordings of hints at an attribute, for things that are described instead of named."""

from __future__ import annotations

from training.synthesis.wordings.table import Table

VAGUE: Table = {
    "born": (("a birth in {}", "a birthday in {}"), ("a first cry in {}",), ("a cradle that was filled in {}",)),
    "occupation": (("the occupation of {}", "work as {}"), ("the profession of {}",), ("the trade of {}",)),
    "population": (("{} inhabitants", "a count of {} inhabitants"), ("{} souls",), ("a population of {} people",)),
    "chartered": (
        ("a town charter from {}", "a charter of {}"),
        ("the rank of a town since {}",),
        ("town rights from {}",),
    ),
    "elevation": (
        ("an elevation of {} metres", "{} metres above the sea"),
        ("a height of {} metres",),
        ("{} metres down to the sea",),
    ),
    "length": (
        ("a length of {} millimetres", "{} millimetres in length"),
        ("a measure of {} millimetres",),
        ("a growth of {} millimetres",),
    ),
    "described": (
        ("a description from {}", "a description of {}"),
        ("a name given in {}",),
        ("an entry into the literature in {}",),
    ),
    "published": (
        ("a year of publication in {}", "a publication in {}"),
        ("a first printing in {}",),
        ("a title page from {}",),
    ),
    "extent": (("{} pages", "a length of {} pages"), ("{} printed pages",), ("an extent of {} pages",)),
    "established": (
        ("a register entry from {}", "an entry in the register from {}"),
        ("a file opened in {}",),
        ("a registration in {}",),
    ),
    "employees": (
        ("{} employees", "a number of {} employees"),
        ("{} people on the payroll",),
        ("a staff of {} people",),
    ),
    "day": (("a date in {}", "a day in {}"), ("a place in the calendar of {}",), ("a time in {}",)),
    "attendance": (("{} visitors", "a number of {} visitors"), ("{} tickets taken",), ("a crowd of {} people",)),
    "price": (("a price of {} crowns", "a cost of {} crowns"), ("a demand of {} crowns",), ("a tag of {} crowns",)),
    "weight": (
        ("a weight of {} grams", "{} grams of weight"),
        ("{} grams on the scales",),
        ("a net weight of {} grams",),
    ),
    "name": (("the initials {}", "a name with the initials {}"), ("{} as initials",), ("a name abbreviated {}",)),
}
"""What a thing has, said so that it does not tell the value: `{}` stands for a span of years or a size."""
