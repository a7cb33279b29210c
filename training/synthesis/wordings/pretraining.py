"""Further wordings, for models that are to know the language before they are trained: no test uses one of them."""

from __future__ import annotations

FURTHER: dict[str, tuple[str, ...]] = {
    "birthplace": (
        "the place of birth of {}", "the birth town of {}", "the home town of {}", "the town in the birth record of {}",
        "the town that the papers give as birthplace of {}", "the town where life began for {}",
        "the town with the cradle of {}",
    ),
    "employer": (
        "the firm that has hired {}", "the organisation that took on {}", "the house that has work for {}",
        "the organisation where one meets at work {}", "the organisation in the work contract of {}",
        "the company that employs {}", "the organisation whose staff includes {}",
    ),
    "region": (
        "the part of the land that holds {}", "the region on the map around {}", "the province of {}",
        "the region to which belongs {}", "the region that counts among its places {}", "the region that surrounds {}",
        "the part of the country with {}",
    ),
    "mayor": (
        "the leader of {}", "the chair of the council of {}", "the person who leads the council of {}",
        "the person in the mayor's office of {}", "the top official of {}", "the person at the head of {}",
        "the person who governs {}", "the first citizen of {}",
    ),
    "capital": (
        "the first town of {}", "the main town of {}", "the leading town of {}", "the town with the government of {}",
        "the head town of {}", "the most important town of {}", "the town that governs {}",
    ),
    "seat": (
        "the home of {}", "the headquarters of {}", "the town in the postal address of {}", "the base of {}",
        "the town given as the address of {}", "the town that houses {}", "the legal seat of {}",
    ),
    "founder": (
        "the person who created {}", "the person who started {}", "the person who established {}",
        "the person who brought to life {}", "the initiator of {}", "the person to whom goes back {}",
        "the person who opened {}",
    ),
    "discoverer": (
        "the discoverer of {}", "the person who introduced to science {}", "the person who gave the name {}",
        "the scientist behind the name {}", "the person who first reported {}", "the scholar credited with {}",
        "the person who made public {}",
    ),
    "locality": (
        "the town where somebody first saw {}", "the town of the holotype of {}", "the site of discovery of {}",
        "the town around which was first caught {}", "the town that gave the first specimens of {}",
        "the town near which collectors discovered {}", "the place of the original find of {}",
    ),
    "author": (
        "the person who penned {}", "the person whose name is on the cover of {}", "the hand behind {}",
        "the person whom readers thank for {}", "the person who composed {}", "the person named as writer of {}",
        "the creator of the text of {}",
    ),
    "publisher": (
        "the house that printed {}", "the press behind {}", "the organisation that put out {}",
        "the house that released {}", "the publishing house of {}", "the imprint of {}",
        "the organisation named as publisher of {}",
    ),
    "host": (
        "the place of {}", "the scene of {}", "the town that was picked to hold {}", "the location of {}",
        "the town full of guests of {}", "the town that welcomed {}", "the host of {}",
    ),
    "winner": (
        "the victor of {}", "the first at {}", "the person who got the prize of {}", "the best at {}",
        "the person who took home the prize of {}", "the laureate of {}", "the person who finished first at {}",
    ),
    "maker": (
        "the producer of {}", "the factory behind {}", "the organisation that produces {}", "the brand on {}",
        "the organisation whose name is on {}", "the organisation that manufactures {}", "the workshop behind {}",
    ),
    "ask.born": (
        "Tell me when {} was born.", "State the day of birth of {}.", "What is the birthday of {}, with its year?",
        "On which day of which year did the life of {} begin?", "Which date stands in the birth record of {}?",
        "When did {} come into the world?",
    ),
    "ask.occupation": (
        "What is the profession of {}?", "What kind of work does {} do?", "What is {} by trade?",
        "How does {} earn money?", "Which job does {} have?", "By what work is {} known?",
    ),
    "ask.population": (
        "How populous is {}?", "How many residents does {} have?", "How large is the population of {}?",
        "State the population figure of {}.", "How many people have their home in {}?", "What is the head count of {}?",
    ),
    "ask.chartered": (
        "When did {} become a town?", "When was {} chartered?", "Since when does {} hold the rights of a town?",
        "In which year did {} receive the rights of a town?", "Which year is that of the charter of {}?",
        "Which year does the charter of {} name?",
    ),
    "ask.elevation": (
        "What is the height of {} in metres?", "How high above sea level does {} stand, in metres?",
        "How many metres high is {}?", "At what height, in metres, was {} measured?",
        "Which altitude in metres has {}?",
        "By how many metres is {} above sea level?",
    ),
    "ask.area": (
        "What is the size of {} in square kilometres?", "How many square kilometres belong to {}?",
        "How big is {} in square kilometres?", "What surface in square kilometres does {} have?",
        "How far does {} reach, in square kilometres?", "How many square kilometres make up {}?",
    ),
    "ask.length": (
        "What size in millimetres does {} reach?", "How many millimetres does an adult of {} measure?",
        "How many millimetres has {} from head to tail?", "What is the greatest length of {} in millimetres?",
        "How big does {} get, in millimetres?", "How many millimetres can {} grow?",
    ),
    "ask.described": (
        "When was {} described?", "Which year is that of the description of {}?", "When did science learn of {}?",
        "In which year did {} get its name?", "When was {} first mentioned in the literature?",
        "In which year did {} become known?",
    ),
    "ask.published": (
        "When was {} published?", "When did {} come out?", "Which year is printed in {}?",
        "In which year could one first buy {}?", "When did shops first sell {}?",
        "Which year stands on the cover of {}?",
    ),
    "ask.extent": (
        "How thick is {} in pages?", "What is the page count of {}?", "How many pages make up {}?",
        "How many pages must one turn in {}?", "What is the extent of {} in pages?",
        "To how many pages does the text of {} run?",
    ),
    "ask.registration": (
        "Which code does {} have in the register?", "State the registration of {}.",
        "As what does the register know {}?", "Which register number was given to {}?",
        "By which code does one find {}?",
        "Which entry number was assigned to {}?",
    ),
    "ask.established": (
        "When was {} registered?", "In which year was {} first entered?", "Which year does the register give for {}?",
        "Since when is {} in the register?", "When did {} enter the register?",
        "Which year is that of the entry of {}?",
    ),
    "ask.employees": (
        "How many people work for {}?", "What is the size of the staff at {}?", "How many workers does {} have?",
        "How big is the workforce of {}?", "How many people go to work at {}?", "How many are on the staff list of {}?",
    ),
    "ask.day": (
        "When was {}?", "When did {} take place?", "On what date did {} happen?", "State the day of {}.",
        "On which day of which year was {} held?", "Which date did {} have?",
    ),
    "ask.attendance": (
        "How many people came to {}?", "How many guests did {} have?", "How big was the audience of {}?",
        "How many people saw {}?", "What was the attendance of {}?", "How many made up the crowd of {}?",
    ),
    "ask.price": (
        "At how many crowns is {} sold?", "How many crowns must one pay for {}?", "How expensive is {} in crowns?",
        "What does the price tag of {} say, in crowns?", "How many crowns does the shop want for {}?",
        "How many crowns does one ask of a buyer of {}?",
    ),
    "ask.weight": (
        "What does {} weigh in grams?", "How many grams does one lift with {}?", "Which mass in grams does {} have?",
        "How many grams is {}?", "State the weight of {} in grams.", "How many grams does the net of {} hold?",
    ),
    "frame.name": (
        "Tell me the name of {}.", "Which name belongs to {}?", "How is {} named?", "By what name does one know {}?",
        "Say the name of {}.", "I need the name of {}.",
    ),
    "frame.comparison": (
        "Here are {one} and {other}; which {more}?", "Is it {one} or {other} that {more}?",
        "Say which {more}: {one} or {other}.", "Looking at {one} and at {other}, which one {more}?",
    ),
    "count.membership": (
        "How many people belong to {}?", "How large is the membership of {}?", "How many members has {}?",
        "Count the members of {}.",
    ),
    "count.partner": (
        "How many towns are partners of {}?", "Count the partner towns of {}.", "How many twin towns does {} have?",
        "How many partnerships with towns does {} have?",
    ),
    "count.collector": (
        "Count the species that {} collected.", "How many species stand in the list of {}?",
        "How many species came together in the hands of {}?", "How large is the collection of {}, in species?",
    ),
    "count.illustrator": (
        "Count the books that {} illustrated.", "How many books have pictures by {}?",
        "For how many books did {} draw?", "How many books carry the drawings of {}?",
    ),
    "more.born": ("has the later date of birth", "is younger", "came to life later"),
    "more.population": ("has the larger population", "has more people", "is home to a larger number"),
    "more.chartered": ("was chartered later", "has been a town for less time", "received the rights of a town later"),
    "more.elevation": ("stands higher", "is higher above sea level", "has the greater height"),
    "more.length": ("is longer", "has the greater length", "grows longer"),
    "more.described": ("got its name later", "became known later", "has the later description"),
    "more.published": ("came out later", "is newer in the shops", "has the later year"),
    "more.extent": ("is thicker", "has the larger page count", "runs to more pages"),
    "more.established": ("was registered later", "entered the register later", "has the later entry"),
    "more.employees": ("has the larger workforce", "has more workers", "keeps more staff"),
    "more.day": ("was later", "has the later date", "came later in the calendar"),
    "more.attendance": ("had more guests", "had the larger audience", "was seen by more people"),
    "more.price": ("is dearer", "has the higher price", "asks for more crowns"),
    "more.weight": ("is heavier", "has the greater weight", "has more mass to carry"),
}  # fmt: skip
"""By use and subject, as the wordings of the other splits are."""
