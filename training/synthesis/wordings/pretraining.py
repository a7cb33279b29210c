"""Further wordings, for models that are to know the language before they are trained: no test uses one of them."""

from __future__ import annotations

FURTHER: dict[str, tuple[str, ...]] = {
    "birthplace": (
        "the place of birth of {}", "the birth town of {}", "the home town of {}", "the town in the birth record of {}",
        "the town that the papers give as birthplace of {}", "the town where life began for {}",
        "the town with the cradle of {}", "the town that wrote the certificate for the birth of {}",
    ),
    "employer": (
        "the firm that has hired {}", "the organisation that took on {}", "the house that has work for {}",
        "the organisation where one meets at work {}", "the organisation in the work contract of {}",
        "the company that employs {}", "the organisation whose staff includes {}", "the house that gives a post to {}",
        "the firm that signed {}",
    ),
    "region": (
        "the part of the land that holds {}", "the region on the map around {}", "the province of {}",
        "the region to which belongs {}", "the region that counts among its places {}", "the region that surrounds {}",
        "the part of the country with {}", "the region on whose maps one finds {}", "the region whose towns include {}",
        "the part of the country that can show {}",
    ),
    "mayor": (
        "the leader of {}", "the chair of the council of {}", "the person who leads the council of {}",
        "the person in the mayor's office of {}", "the top official of {}", "the person at the head of {}",
        "the person who governs {}", "the first citizen of {}", "the person in the highest office of {}",
        "the holder of the mayor's office of {}",
    ),
    "capital": (
        "the first town of {}", "the main town of {}", "the leading town of {}", "the town with the government of {}",
        "the head town of {}", "the most important town of {}", "the town that governs {}", "the chief place of {}",
        "the town that leads all others of {}",
    ),
    "seat": (
        "the home of {}", "the headquarters of {}", "the town in the postal address of {}", "the base of {}",
        "the town given as the address of {}", "the town that houses {}", "the legal seat of {}",
    ),
    "founder": (
        "the person who created {}", "the person who started {}", "the person who established {}",
        "the person who brought to life {}", "the initiator of {}", "the person to whom goes back {}",
        "the person who opened {}", "the person who called to life {}", "the person who brought into being {}",
        "the creator and first head of {}",
    ),
    "discoverer": (
        "the discoverer of {}", "the person who introduced to science {}", "the person who gave the name {}",
        "the scientist behind the name {}", "the person who first reported {}", "the scholar credited with {}",
        "the person who made public {}", "the person by whom was first made known {}",
    ),
    "locality": (
        "the town where somebody first saw {}", "the town of the holotype of {}", "the site of discovery of {}",
        "the town around which was first caught {}", "the town that gave the first specimens of {}",
        "the town near which collectors discovered {}", "the place of the original find of {}",
        "the town outside which was found {}", "the town where collectors met {}",
        "the town whose name is tied to the find of {}", "the home of the first specimen of {}",
    ),
    "author": (
        "the person who penned {}", "the person whose name is on the cover of {}", "the hand behind {}",
        "the person whom readers thank for {}", "the person who composed {}", "the person named as writer of {}",
        "the creator of the text of {}", "the person whom the title page gives for {}", "the writer to whom we owe {}",
    ),
    "publisher": (
        "the house that printed {}", "the press behind {}", "the organisation that put out {}",
        "the house that released {}", "the publishing house of {}", "the imprint of {}",
        "the organisation named as publisher of {}", "the house that issued {}", "the press by which was issued {}",
    ),
    "host": (
        "the place of {}", "the scene of {}", "the town that was picked to hold {}", "the location of {}",
        "the town full of guests of {}", "the town that welcomed {}", "the host of {}",
        "the town that had been chosen as place of {}", "the town whose inns were full for {}",
        "the town with rooms filled for {}",
    ),
    "winner": (
        "the victor of {}", "the first at {}", "the person who got the prize of {}", "the best at {}",
        "the person who took home the prize of {}", "the laureate of {}", "the person who finished first at {}",
        "the person who was crowned winner of {}",
    ),
    "maker": (
        "the producer of {}", "the factory behind {}", "the organisation that produces {}", "the brand on {}",
        "the organisation whose name is on {}", "the organisation that manufactures {}", "the workshop behind {}",
        "the organisation that the plate names for {}", "the factory that turns out {}",
    ),
    "ask.born": (
        "Tell me when {} was born.", "State the day of birth of {}.", "What is the birthday of {}, with its year?",
        "On which day of which year did the life of {} begin?", "Which date stands in the birth record of {}?",
        "When did {} come into the world?", "Which date saw {} born?",
    ),
    "ask.occupation": (
        "What is the profession of {}?", "What kind of work does {} do?", "What is {} by trade?",
        "How does {} earn money?", "Which job does {} have?", "By what work is {} known?",
        "What work is it that lets {} live?",
    ),
    "ask.population": (
        "How populous is {}?", "How many residents does {} have?", "How large is the population of {}?",
        "State the population figure of {}.", "How many people have their home in {}?", "What is the head count of {}?",
    ),
    "ask.chartered": (
        "When did {} become a town?", "When was {} chartered?", "Since when does {} hold the rights of a town?",
        "In which year did {} receive the rights of a town?", "Which year is that of the charter of {}?",
        "Which year does the charter of {} name?", "In which year was {} granted its charter?",
        "In which year were the rights of {} granted?", "Which year stands beside the rights of {} as a town?",
    ),
    "ask.elevation": (
        "What is the height of {} in metres?", "How high above sea level does {} stand, in metres?",
        "How many metres high is {}?", "At what height, in metres, was {} measured?",
        "Which altitude in metres has {}?", "By how many metres is {} above sea level?",
        "How many metres part the sea and {}?", "What do surveyors give as the height of {}, in metres?",
    ),
    "ask.area": (
        "What is the size of {} in square kilometres?", "How many square kilometres belong to {}?",
        "How big is {} in square kilometres?", "What surface in square kilometres does {} have?",
        "How far does {} reach, in square kilometres?", "How many square kilometres make up {}?",
        "Over what area does {} extend, in square kilometres?", "What extent in square kilometres has {}?",
    ),
    "ask.length": (
        "What size in millimetres does {} reach?", "How many millimetres does an adult of {} measure?",
        "How many millimetres has {} from head to tail?", "What is the greatest length of {} in millimetres?",
        "How big does {} get, in millimetres?", "How many millimetres can {} grow?",
        "How many millimetres lie between one end of {} and the other?",
    ),
    "ask.described": (
        "When was {} described?", "Which year is that of the description of {}?", "When did science learn of {}?",
        "In which year did {} get its name?", "When was {} first mentioned in the literature?",
        "In which year did {} become known?", "When did {} enter the books?", "Which year goes with the name of {}?",
    ),
    "ask.published": (
        "When was {} published?", "When did {} come out?", "Which year is printed in {}?",
        "In which year could one first buy {}?", "When did shops first sell {}?",
        "Which year stands on the cover of {}?", "When did {} reach its first readers?",
        "Which year does the title page of {} give?",
    ),
    "ask.extent": (
        "How thick is {} in pages?", "What is the page count of {}?", "How many pages make up {}?",
        "How many pages must one turn in {}?", "What is the extent of {} in pages?",
        "To how many pages does the text of {} run?", "How many pages did the printer fill for {}?",
        "How many pages were set for {}?",
    ),
    "ask.registration": (
        "Which code does {} have in the register?", "State the registration of {}.",
        "As what does the register know {}?", "Which register number was given to {}?",
        "By which code does one find {}?", "Which entry number was assigned to {}?",
        "What number has {} from the clerk?", "Which code did the register assign to {}?",
        "By what number can {} be found?",
    ),
    "ask.established": (
        "When was {} registered?", "In which year was {} first entered?", "Which year does the register give for {}?",
        "Since when is {} in the register?", "When did {} enter the register?",
        "Which year is that of the entry of {}?", "When was {} made an entry of the register?",
        "Which year does one read beside the entry of {}?", "Which year stands in the entry of {}?",
    ),
    "ask.employees": (
        "How many people work for {}?", "What is the size of the staff at {}?", "How many workers does {} have?",
        "How big is the workforce of {}?", "How many people go to work at {}?", "How many are on the staff list of {}?",
        "How large is the workforce of {}?", "With how many people does work begin at {}?",
        "How many come to {} every morning?",
    ),
    "ask.day": (
        "When was {}?", "When did {} take place?", "On what date did {} happen?", "State the day of {}.",
        "On which day of which year was {} held?", "Which date did {} have?", "On what day exactly was {}?",
    ),
    "ask.attendance": (
        "How many people came to {}?", "How many guests did {} have?", "How big was the audience of {}?",
        "How many people saw {}?", "What was the attendance of {}?", "How many made up the crowd of {}?",
        "How many wanted a place at {}?", "How many came to see {}?", "How large was the number of guests at {}?",
    ),
    "ask.price": (
        "At how many crowns is {} sold?", "How many crowns must one pay for {}?", "How expensive is {} in crowns?",
        "What does the price tag of {} say, in crowns?", "How many crowns does the shop want for {}?",
        "How many crowns does one ask of a buyer of {}?", "What is asked for {}, in crowns?",
        "What price in crowns does one see stand beside {}?",
    ),
    "ask.weight": (
        "What does {} weigh in grams?", "How many grams does one lift with {}?", "Which mass in grams does {} have?",
        "How many grams is {}?", "State the weight of {} in grams.", "How many grams does the net of {} hold?",
        "How many grams has one carried who carried {}?", "How many grams must one lift for {}?",
    ),
    "frame.name": (
        "Tell me the name of {}.", "Which name belongs to {}?", "How is {} named?", "By what name does one know {}?",
        "Say the name of {}.", "I need the name of {}.", "What is the name that {} must bear?",
        "Can you give the name of {}?",
    ),
    "frame.comparison": (
        "Here are {one} and {other}; which {more}?", "Is it {one} or {other} that {more}?",
        "Say which {more}: {one} or {other}.", "Looking at {one} and at {other}, which one {more}?",
        "The choice is between {one} and {other}: which one {more}?", "Two are given, {one} and {other}. Which {more}?",
    ),
    "count.membership": (
        "How many people belong to {}?", "How large is the membership of {}?", "How many members has {}?",
        "Count the members of {}.", "The members of {}: how many are they?",
    ),
    "count.partner": (
        "How many towns are partners of {}?", "Count the partner towns of {}.", "How many twin towns does {} have?",
        "How many partnerships with towns does {} have?", "How many towns are twinned with {}?",
        "The twin towns of {}: how many are they?",
    ),
    "count.collector": (
        "Count the species that {} collected.", "How many species stand in the list of {}?",
        "How many species came together in the hands of {}?", "How large is the collection of {}, in species?",
        "How many species can {} show?", "The species of {}: how many are they?",
    ),
    "count.illustrator": (
        "Count the books that {} illustrated.", "How many books have pictures by {}?",
        "For how many books did {} draw?", "How many books carry the drawings of {}?",
        "How many books were decorated by {}?", "How many books did the hand of {} decorate?",
        "The books with drawings by {}: how many are they?",
    ),
    "more.born": ("has the later date of birth", "is younger", "came to life later"),
    "more.population": ("has the larger population", "has more people", "is home to a larger number"),
    "more.chartered": ("was chartered later", "has been a town for less time", "received the rights of a town later"),
    "more.elevation": (
        "stands higher", "is higher above sea level", "has the greater height", "lies further up from the sea",
    ),
    "more.length": ("is longer", "has the greater length", "grows longer"),
    "more.described": (
        "got its name later", "became known later", "has the later description", "entered the books later",
        "is later in the literature",
    ),
    "more.published": ("came out later", "is newer in the shops", "has the later year", "reached its readers later"),
    "more.extent": ("is thicker", "has the larger page count", "runs to more pages", "fills a thicker book"),
    "more.established": (
        "was registered later", "entered the register later", "has the later entry", "has the later first entry",
    ),
    "more.employees": ("has the larger workforce", "has more workers", "keeps more staff"),
    "more.day": ("was later", "has the later date", "came later in the calendar", "happened at a later date"),
    "more.attendance": (
        "had more guests", "had the larger audience", "was seen by more people", "drew the larger crowd",
    ),
    "more.price": ("is dearer", "has the higher price", "asks for more crowns", "has the tag with more crowns"),
    "more.weight": ("is heavier", "has the greater weight", "has more mass to carry", "is harder to lift"),
}  # fmt: skip
"""By use and subject, as the wordings of the other splits are."""
