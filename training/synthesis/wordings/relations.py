"""Wordings of relations: the target as a noun phrase, what is true of the source, and how many sources there are."""

from __future__ import annotations

from training.synthesis.wordings.table import Table

PHRASES: Table = {
    "birthplace": (
        ("the birthplace of {}", "the native town of {}", "the town of birth of {}"),
        ("the town that gave birth to {}", "the town that saw the birth of {}"),
        ("the home town by birth of {}", "the town on the birth certificate of {}"),
    ),
    "employer": (
        ("the employer of {}", "the organisation that employs {}", "the workplace of {}"),
        ("the organisation that pays {}", "the organisation with a desk for {}"),
        ("the organisation that gives work to {}", "the organisation that signed a contract with {}"),
    ),
    "region": (
        ("the region of {}", "the region that includes {}", "the region around {}"),
        ("the part of the country that takes in {}", "the region entered by travellers to {}"),
        ("the region whose maps show {}", "the region that has among its towns {}"),
    ),
    "mayor": (
        ("the mayor of {}", "the person who is mayor of {}", "the person elected mayor of {}"),
        ("the head of the town hall of {}", "the person in charge of {}"),
        ("the holder of the highest office in {}", "the person at the top of the council of {}"),
    ),
    "capital": (
        ("the capital of {}", "the town that is the capital of {}", "the capital town of {}"),
        ("the seat of government of {}", "the town that rules {}"),
        ("the chief town of {}", "the town that leads {}"),
    ),
    "seat": (
        ("the seat of {}", "the town that is the seat of {}", "the town with the offices of {}"),
        ("the town that houses the head office of {}", "the town with the letter box of {}"),
        ("the town in the legal address of {}", "the town that is home to {}"),
    ),
    "founder": (
        ("the founder of {}", "the person who founded {}", "the person who began {}"),
        ("the person who set up {}", "the person behind the start of {}"),
        ("the person who called into being {}", "the creator of {}"),
    ),
    "discoverer": (
        ("the person who described {}", "the person who first described {}", "the describer of {}"),
        ("the scholar who named {}", "the author of the description of {}"),
        ("the person who made known to science {}", "the person credited with the name {}"),
    ),
    "locality": (
        ("the town of the first find of {}", "the town nearest to the first find of {}", "the type locality of {}"),
        ("the town closest to the discovery of {}", "the town next to the original find of {}"),
        ("the town outside which collectors first met {}", "the town tied to the first specimen of {}"),
    ),
    "author": (
        ("the author of {}", "the person who wrote {}", "the writer of {}"),
        ("the person whose pen gave us {}", "the person who is credited with writing {}"),
        ("the person named on the title page of {}", "the person to whom readers owe {}"),
    ),
    "publisher": (
        ("the publisher of {}", "the organisation that published {}", "the organisation that brought out {}"),
        ("the organisation behind the printing of {}", "the house that put on the market {}"),
        ("the organisation whose imprint is on {}", "the organisation that issued {}"),
    ),
    "host": (
        ("the host town of {}", "the town that hosted {}", "the town that received {}"),
        ("the venue of {}", "the town crowded by {}"),
        ("the town chosen for {}", "the town whose inns were filled by {}"),
    ),
    "winner": (
        ("the winner of {}", "the person who won {}", "the person who came first in {}"),
        ("the person who beat everybody at {}", "the champion of {}"),
        ("the person who took the first prize of {}", "the person crowned at {}"),
    ),
    "maker": (
        ("the maker of {}", "the organisation that makes {}", "the manufacturer of {}"),
        ("the organisation that builds {}", "the firm behind {}"),
        ("the organisation whose plate is on {}", "the organisation that turns out {}"),
    ),
}  # fmt: skip
"""The target; `{}` stands for the source, and comes last, so that long ways can be read."""

CLAUSES: Table = {
    "birthplace": (
        ("was born in {}", "has {} as birthplace"), ("comes by birth from {}",), ("first saw daylight in {}",),
    ),
    "employer": (
        ("is employed by {}", "works for {}"), ("is paid by {}",), ("earns a living with {}",),
    ),
    "membership": (
        ("is a member of {}", "stands on the list of members of {}"), ("has joined {}",), ("belongs to {}",),
    ),
    "region": (
        ("lies in {}", "is situated in {}"), ("can be visited in {}",), ("is found within {}",),
    ),
    "partner": (
        ("is a partner town of {}", "is listed as a partner town of {}"), ("has a partnership with {}",),
        ("is twinned with {}",),
    ),
    "discoverer": (
        ("was described by {}", "was first described by {}"), ("got its name from {}",),
        ("was made known to science by {}",),
    ),
    "collector": (
        ("was collected by {}", "is among the species collected by {}"), ("was gathered by {}",),
        ("came into the collection of {}",),
    ),
    "locality": (
        ("was first found near {}", "has its type locality near {}"), ("was discovered close to {}",),
        ("was met for the first time outside {}",),
    ),
    "habitats": (
        ("is found near {}", "lives near {}"), ("can be seen close to {}",), ("occurs around {}",),
    ),
    "author": (
        ("was written by {}", "has {} as its author"), ("came from the pen of {}",), ("is the writing of {}",),
    ),
    "illustrator": (
        ("was illustrated by {}", "has pictures by {}"), ("owes its drawings to {}",), ("was decorated by {}",),
    ),
    "publisher": (
        ("was published by {}", "was brought out by {}"), ("was put on the market by {}",), ("was issued by {}",),
    ),
}  # fmt: skip
"""What is true of the source; `{}` stands for the target."""

COUNTS: Table = {
    "membership": (
        ("How many members does the website of {} list?", "How many people are members of {}?",
         "What is the number of members of {}?"),
        ("How long is the list of members of {}?", "How many people have joined {}?"),
        ("Count the people who belong to {}: how many are they?", "How many people does {} have as members?"),
    ),
    "partner": (
        ("How many partner towns does the gazetteer list for {}?", "How many towns are partner towns of {}?",
         "What is the number of partner towns of {}?"),
        ("How long is the list of partner towns of {}?", "How many towns have a partnership with {}?"),
        ("Count the towns twinned with {}: how many are they?", "With how many towns is {} twinned?"),
    ),
    "collector": (
        ("How many species did {} collect?", "How many species were collected by {}?",
         "What is the number of species collected by {}?"),
        ("How long is the list of species gathered by {}?", "How many species did {} gather?"),
        ("Count the species in the collection of {}: how many are they?", "How many species does {} have to show?"),
    ),
    "illustrator": (
        ("How many books did {} illustrate?", "How many books were illustrated by {}?",
         "What is the number of books illustrated by {}?"),
        ("How long is the list of books with drawings by {}?", "How many books owe their drawings to {}?"),
        ("Count the books decorated by {}: how many are they?", "How many books did {} decorate?"),
    ),
}  # fmt: skip
"""How many sources there are; `{}` stands for the target."""
