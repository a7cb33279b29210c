"""Further ways to say things on pages, for models that are to know the language before they are trained.

No world for training or tests uses one of them.
"""

from __future__ import annotations

FURTHER: dict[str, tuple[str, ...]] = {
    "birthplace": (
        "{s} comes from {o}.", "The cradle of {s} stood in {o}.", "The birth of {s} took place in {o}.",
        "{o} is the home town of {s}.", "The life of {s} began in {o}.", "{o} saw the first day of {s}.",
        "In {o} {s} first came to light.", "{s} belongs to those who were born in {o}.",
    ),
    "employer": (
        "{s} has work at {o}.", "{o} pays {s} every month.", "{s} signed with {o}.", "{o} has hired {s}.",
        "{s} makes a living with {o}.", "{o} is where {s} earns money.", "By contract {s} works for {o}.",
        "What binds {s} is a post at {o}.",
    ),
    "region": (
        "{s} is one of the towns of {o}.", "{s} is found in {o}.", "{o} surrounds {s}.", "The map of {o} shows {s}.",
        "{s} stands in the land called {o}.", "Among the towns of {o} is {s}.", "{s} is counted to {o}.",
        "On the maps {s} is inside the borders of {o}.",
    ),
    "mayor": (
        "{o} leads the council of {s}.", "{s} is governed by {o}.", "The council of {s} chose {o}.",
        "{o} holds the office of mayor in {s}.", "The first citizen of {s} is {o}.", "{o} presides in {s}.",
        "{o} stands at the head of the town.", "The council is presided over by {o}.",
    ),
    "capital": (
        "The main town of {s} is {o}.", "The government of {s} is found in {o}.", "{s} is led from {o}.",
        "The first town in {s} is {o}.", "Laws for {s} are made in {o}.", "{s} has its chief town in {o}.",
        "{o} is where the government sits.",
    ),
    "seat": (
        "{s} can be found in {o}.", "The offices of {s} are in {o}.", "The address of {s} is in {o}.",
        "{o} is home to {s}.", "The headquarters of {s} stand in {o}.", "{o} keeps the head office.",
        "The legal home of {s} is {o}.",
    ),
    "founder": (
        "{s} was created by {o}.", "{o} started {s}.", "{s} was the idea of {o}.", "In the beginning of {s} was {o}.",
        "{o} laid the ground for {s}.", "{o} gave {s} its existence.", "{s} owes all to {o}.",
        "{o} set the first stone for {s}.",
    ),
    "discoverer": (
        "{s} got its name from {o}.", "The first to write of {s} was {o}.", "{o} is the author of the name.",
        "{o} introduced {s} to science.", "{s} was made public by {o}.", "{s} became known through {o}.",
    ),
    "locality": (
        "The first specimen of {s} is from {o}.", "{o} is the place of its discovery.",
        "Collectors first saw it near {o}.", "The holotype comes from {o}.", "{s} was discovered outside {o}.",
        "The species was first met near {o}.", "The first time it was seen was near {o}.",
        "It was first collected near {o}.",
    ),
    "habitats": (
        "It is at home near {o}.", "It has been met at {o}.", "Its range includes {o}.",
        "It is seen in the woods around {o}.", "At present it is given for {o}.",
    ),
    "author": (
        "{s} is the work of {o}.", "The text is by {o}.", "The title page names {o}.", "{o} is the writer of the book.",
        "{o} put {s} on paper.", "The name on the title page is {o}.", "Its title page gives {o}.",
        "On its title page it stands: {o}.",
    ),
    "publisher": (
        "{o} printed {s}.", "The book was issued by {o}.", "The imprint is that of {o}.", "{s} is sold by {o}.",
        "It was {o} that took on the printing.", "The risk was that of {o}.", "The imprint reads {o}.",
        "It names {o} as its press.",
    ),
    "host": (
        "{s} took place in {o}.", "People met in {o} for {s}.", "{o} had been chosen for {s}.",
        "The inns of {o} were full during {s}.", "{o} welcomed {s}.", "{o} was to receive the guests.",
        "It was the turn of {o}.", "The guests of {s} filled {o}.",
    ),
    "winner": (
        "{o} took the first prize.", "The jury chose {o}.", "{o} came in first.", "The best at {s} was {o}.",
        "The prize went home with {o}.", "{o} was on top in the end.", "On the top step stood {o}.",
        "The jury was decided: {o}.",
    ),
    "maker": (
        "{s} is a product made at {o}.", "{o} produces {s}.", "The plate says {o}.",
        "It comes from the factory of {o}.", "{o} turns out {s}.", "The bottom has a plate with the name {o}.",
        "On the bottom one reads {o}.", "The plate names as its maker {o}.",
    ),
    "born": (
        "The life of {s} began on {o}.", "The birth of {s} is dated {o}.", "{s} has a birthday, {o}.",
        "The record gives {o} for the birth of {s}.", "{s} came into the world on {o}.",
    ),
    "occupation": (
        "{s} works as {o}.", "The profession of {s} is {o}.", "{s} is {o} by trade.", "The job of {s} was that of {o}.",
        "{s} earned money as {o}.", "{s} lived as {o}.", "The work of {s} is that of {o}.",
    ),
    "population": (
        "{o} people call {s} home.", "The population of {s} is {o}.", "The count of residents is {o}.",
        "{s} is populated by {o}.", "Its people number {o}.", "The number of people stands near {o}.",
    ),
    "chartered": (
        "{s} became a town in {o}.", "The rights of a town came in {o}.", "The charter is of {o}.",
        "In {o} {s} was granted its charter.", "The year of the charter is {o}.", "The charter bears {o} as its year.",
    ),
    "elevation": (
        "Its height is {o} m.", "{s} stands {o} m above sea level.", "The altitude of {s} is {o} m.",
        "Measured from the sea it is {o} m.", "Surveyors measured {o} m.", "From the sea {o} m separate it.",
        "We give {o} m as its height.",
    ),
    "area": (
        "The size of {s} is {o} km².", "{s} has a surface of {o} km².", "It extends to {o} km².",
        "In all there are {o} km².", "{o} km² belong to {s}.", "Over {o} km² it extends.",
    ),
    "length": (
        "{s} grows to {o} mm.", "It has a size of {o} mm.", "From head to tail it measures {o} mm.",
        "{o} mm is its greatest length.", "An adult is {o} mm long.", "Its two ends lie {o} mm apart.",
        "Put end to end it is {o} mm.",
    ),
    "described": (
        "{s} entered the books in {o}.", "Science has known it since {o}.", "It got its name in {o}.",
        "The year of the name is {o}.", "The literature mentions it from {o} on.",
    ),
    "published": (
        "{s} came out in {o}.", "Shops had it in {o}.", "The year on the cover is {o}.", "It was first sold in {o}.",
        "The title page gives {o}.", "It had reached the first readers by {o}.",
    ),
    "extent": (
        "It runs over {o} pages.", "{o} pages make up {s}.", "It is {o} pages thick.", "The page count is {o}.",
        "The text takes {o} pages.", "{o} pages fill it.", "Set by hand, it came to {o} pages.",
        "The text fills {o} pages.",
    ),
    "registration": (
        "{s} has the register number {o}.", "The register knows it as {o}.", "Its code is {o}.",
        "The clerk wrote {o} beside the name.", "The number {o} was assigned to {s}.", "One finds it as {o}.",
        "In the register it is found under {o}.",
    ),
    "established": (
        "{s} was registered in {o}.", "The register first names it in {o}.", "The first entry dates from {o}.",
        "The year of the entry is {o}.", "It entered the register in {o}.", "It has filed since {o}.",
        "Every year since {o} it has filed.",
    ),
    "employees": (
        "Our staff is {o} strong.", "{o} people are on the staff of {s}.", "The workforce numbers {o}.",
        "{o} of us come to work.", "{s} has work for {o} people.", "At {o} desks work will begin each morning.",
        "Every morning brings {o} of us to work.",
    ),
    "day": (
        "{s} took place on {o}.", "The day was {o}.", "People met on {o}.", "It was called for {o}.",
        "{s} happened on {o}.",
    ),
    "attendance": (
        "{o} people came.", "The crowd numbered {o}.", "{o} guests wanted to be there.", "The audience was put at {o}.",
        "{s} was seen by {o} people.", "{o} came to see it.",
    ),
    "price": (
        "The tag says {o} crowns.", "It sells at {o} crowns.", "{o} crowns are asked.", "One pays {o} crowns for {s}.",
        "For {o} crowns it goes home with you.", "The shop will ask {o} crowns.", "Here we ask for {o} crowns.",
        "{o} crowns stand on it.",
    ),
    "weight": (
        "Its mass is {o} g.", "{s} has a weight of {o} g.", "Net it has {o} g.", "It brings {o} g to the scales.",
        "One carries {o} g.", "It ships at {o} g.", "It is easy to lift, at {o} g.", "One will ship {o} g.",
    ),
}  # fmt: skip
"""By relation or attribute, as the sentences of `prose` are."""
