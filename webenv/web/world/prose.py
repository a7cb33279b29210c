"""How pages say things: several wordings of every relation and attribute, some held out for evaluation.

`{s}` is the source, `{o}` the target or the value. The wordings of one split are never used in a world of another.
"""

from __future__ import annotations

from webenv.web.world.combining import combined, surrounded
from webenv.web.world.dice import Dice
from webenv.web.world.graph import SPLITS, Split, drawn_from
from webenv.web.world.pretraining import FURTHER

COMBINED = 50
"""Of a hundred sentences of pretraining, those that are combined (our choice)."""
Wordings = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

_SENTENCES: dict[str, Wordings] = {
    "birthplace": (
        ("{s} was born in {o}.", "Born in {o}, {s} left it only for studies.", "{o} is where {s} came into the world."),
        ("The family of {s} lived in {o}, where the birth took place.",),
        ("{s} first saw the light of day in {o}.", "By birth {s} belongs to {o}."),
    ),
    "employer": (
        ("{s} works for {o}.", "For many years {o} has been the employer of {s}.", "{s} is employed by {o}."),
        ("The wages of {s} are paid by {o}.",),
        ("{s} earns a living at {o}.", "A contract binds {s} to {o}."),
    ),
    "region": (
        ("{s} lies in the region {o}.", "The region {o} includes {s}.", "{s} belongs to {o}."),
        ("Travellers who reach {s} have entered {o}.",),
        ("{s} is counted among the towns of {o}.", "On maps {s} stands inside {o}."),
    ),
    "mayor": (
        ("The mayor of {s} is {o}.", "{o} was elected mayor of {s}.", "The town hall of {s} is led by {o}."),
        ("In {s} the chain of office is worn by {o}.",),
        ("{o} presides over the council of {s}.", "At the head of {s} stands {o}."),
    ),
    "capital": (
        ("The capital of {s} is {o}.", "{o} is the capital of {s}.", "{s} is governed from {o}."),
        ("The assembly of {s} meets in {o}.",),
        ("{o} is the chief town of {s}.", "The government of {s} sits in {o}."),
    ),
    "seat": (
        ("{s} has its seat in {o}.", "The seat of {s} is {o}.", "{s} is registered in {o}."),
        ("Letters to {s} are delivered in {o}.",),
        ("{s} keeps its head office in {o}.", "The legal address of {s} is in {o}."),
    ),
    "founder": (
        ("{s} was founded by {o}.", "{o} founded {s}.", "Our house, {s}, goes back to {o}."),
        ("It was {o} who set up {s}.",),
        ("{s} owes its existence to {o}.", "The first stone of {s} was laid by {o}."),
    ),
    "discoverer": (
        ("{s} was described by {o}.", "{o} gave the first description of {s}.", "The name {s} goes back to {o}."),
        ("Science owes {s} to {o}.",),
        ("The author of the name {s} is {o}.", "{o} made {s} known to science."),
    ),
    "locality": (
        ("{s} was first found near {o}.", "The first find of {s} was made near {o}.", "The type locality is {o}."),
        ("The first specimen came from the fields around {o}.",),
        ("Near {o} the species was met for the first time.", "The holotype was collected outside {o}."),
    ),
    "habitats": (
        ("{s} is found near {o}.", "Finds are known from {o}.", "It lives near {o}."),
        ("Whoever looks for it goes to {o}.",),
        ("It has been seen around {o}.", "Its present range is given as {o}."),
    ),
    "author": (
        ("{s} was written by {o}.", "{o} wrote {s}.", "The author of {s} is {o}."),
        ("{s} came from the pen of {o}.",),
        ("On its title page stands the name of {o}.", "It is a book by {o}."),
    ),
    "publisher": (
        ("{s} was published by {o}.", "{o} brought out {s}.", "The book appeared with {o}."),
        ("It was {o} that put the book on the market.",),
        ("The imprint names {o}.", "{o} took the risk of printing it."),
    ),
    "host": (
        ("{s} was held in {o}.", "{o} was the host of {s}.", "Crowds came to {o} for {s}."),
        ("For {s} the streets of {o} were closed.",),
        ("It was the turn of {o} to receive {s}.", "{s} filled the inns of {o}."),
    ),
    "winner": (
        ("{o} won {s}.", "{s} was won by {o}.", "The first prize went to {o}."),
        ("Nobody could beat {o}.",),
        ("At the end {o} stood on top.", "The jury decided for {o}."),
    ),
    "maker": (
        ("{s} is made by {o}.", "The maker of {s} is {o}.", "{o} makes {s}."),
        ("{s} leaves the workshops of {o}.",),
        ("The plate on the bottom names {o}.", "It is a product of {o}."),
    ),
    "born": (
        ("{s} was born on {o}.", "The date of birth of {s} is {o}.", "{s}, born on {o}, is still remembered."),
        ("The parish book gives {o} as the day of birth.",),
        ("The birthday of {s} is {o}.", "Life began for {s} on {o}."),
    ),
    "occupation": (
        ("{s} is known as {o}.", "By profession {s} was {o}.", "{s} made a name as {o}."),
        ("Asked for a profession, {s} wrote: {o}.",),
        ("The trade of {s} was that of {o}.", "{s} lived from the work of {o}."),
    ),
    "population": (
        ("{s} has {o} inhabitants.", "{o} people live in {s}.", "The town counts {o} inhabitants."),
        ("At the last count {o} souls were entered for {s}.",),
        ("The population stands at {o}.", "{s} is home to {o} people."),
    ),
    "chartered": (
        ("{s} got its town charter in {o}.", "The town charter dates from {o}.", "Since {o} {s} has been a town."),
        ("In {o} the place was raised to a town.",),
        ("Town rights were granted in {o}.", "The charter bears the year {o}."),
    ),
    "elevation": (
        ("{s} lies {o} m above the sea.", "The market square lies at {o} m.", "Its elevation is {o} m."),
        ("The gauge at the church shows {o} m.",),
        ("{o} m separate it from sea level.", "Surveyors give its height as {o} m."),
    ),
    "area": (
        ("{s} covers {o} km².", "The area of {s} is {o} km².", "{s} measures {o} km²."),
        ("Its borders enclose {o} km².",),
        ("{s} extends over {o} km².", "All in all it has {o} km²."),
    ),
    "length": (
        ("{s} becomes {o} mm long.", "Its length is {o} mm.", "Adults reach {o} mm."),
        ("The largest specimen measured {o} mm.",),
        ("From end to end it has {o} mm.", "It grows to {o} mm."),
    ),
    "described": (
        ("{s} was described in {o}.", "The description dates from {o}.", "It has been known since {o}."),
        ("The name was published in {o}.",),
        ("In {o} it entered the literature.", "The year of its description is {o}."),
    ),
    "published": (
        ("{s} was published in {o}.", "The book appeared in {o}.", "It has been in print since {o}."),
        ("The first printing is of {o}.",),
        ("It reached the shops in {o}.", "The year on the title page is {o}."),
    ),
    "extent": (
        ("It has {o} pages.", "The first edition has {o} pages.", "{s} runs to {o} pages."),
        ("The reader has {o} pages ahead.",),
        ("It fills {o} pages.", "Its {o} pages were set by hand."),
    ),
    "registration": (
        ("{s} is registered under {o}.", "The registration number is {o}.", "Entry {o} is that of {s}."),
        ("The file carries the number {o}.",),
        ("It is found in the register as {o}.", "The clerk assigned {o}."),
    ),
    "established": (
        ("{s} was entered in {o}.", "The entry was made in {o}.", "It has been registered since {o}."),
        ("The file was opened in {o}.",),
        ("The first entry is of {o}.", "Registered in {o}, it has filed every year."),
    ),
    "employees": (
        ("We have {o} employees.", "{s} employs {o} people.", "{o} people work with us."),
        ("Our payroll lists {o} names.",),
        ("Our staff numbers {o}.", "Every morning {o} of us begin work."),
    ),
    "day": (
        ("It took place on {o}.", "{s} was held on {o}.", "The date was {o}."),
        ("The calendar showed {o}.",),
        ("It happened on {o}.", "{o} was the day of {s}."),
    ),
    "attendance": (
        ("{o} visitors came.", "{s} drew {o} visitors.", "The organisers counted {o} visitors."),
        ("At the gates {o} tickets were taken.",),
        ("{o} people wanted to see it.", "The crowd was put at {o}."),
    ),
    "price": (
        ("{s} costs {o} crowns.", "Price: {o} crowns.", "You pay {o} crowns."),
        ("It is yours for {o} crowns.",),
        ("We ask {o} crowns for it.", "On the tag stand {o} crowns."),
    ),
    "weight": (
        ("It weighs {o} g.", "The weight is {o} g.", "{s} weighs {o} g."),
        ("The scales stop at {o} g.",),
        ("With {o} g it is easy to ship.", "Net weight: {o} g."),
    ),
}


def sentence(split: Split, about: str, dice: Dice, source: str, target: str) -> str:
    """One way of a split to say that a relation or attribute of `source` is `target`."""
    pool = of_split(_SENTENCES[about], split)
    if split != "pretraining":
        return dice.pick(pool).format(s=source, o=target)
    further = combined(about, of_split(_SENTENCES[about], "test")) if dice.chance(COMBINED) else pool + FURTHER[about]
    return surrounded(dice.pick(further), dice).format(s=source, o=target)


def of_split(wordings: Wordings, split: Split) -> tuple[str, ...]:
    """The wordings that a split may use."""
    return tuple(each for part in drawn_from(split) for each in wordings[SPLITS.index(part)])
