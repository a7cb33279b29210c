"""Further ways to say things on pages, for models that are to know the language before they are trained.

No world for training or tests uses one of them.
"""

from __future__ import annotations

FURTHER: dict[str, tuple[str, ...]] = {
    "birthplace": (
        "{s} comes from {o}.", "The cradle of {s} stood in {o}.", "The birth of {s} took place in {o}.",
        "{o} is the home town of {s}.", "The life of {s} began in {o}.",
    ),
    "employer": (
        "{s} has work at {o}.", "{o} pays {s} every month.", "{s} signed with {o}.", "{o} has hired {s}.",
        "{s} makes a living with {o}.",
    ),
    "region": (
        "{s} is one of the towns of {o}.", "{s} is found in {o}.", "{o} surrounds {s}.", "The map of {o} shows {s}.",
        "{s} stands in the land called {o}.",
    ),
    "mayor": (
        "{o} leads the council of {s}.", "{s} is governed by {o}.", "The council of {s} chose {o}.",
        "{o} holds the office of mayor in {s}.", "The first citizen of {s} is {o}.",
    ),
    "capital": (
        "The main town of {s} is {o}.", "The government of {s} is found in {o}.", "{s} is led from {o}.",
        "The first town in {s} is {o}.", "Laws for {s} are made in {o}.",
    ),
    "seat": (
        "{s} can be found in {o}.", "The offices of {s} are in {o}.", "The address of {s} is in {o}.",
        "{o} is home to {s}.", "The headquarters of {s} stand in {o}.",
    ),
    "founder": (
        "{s} was created by {o}.", "{o} started {s}.", "{s} was the idea of {o}.", "In the beginning of {s} was {o}.",
        "{o} laid the ground for {s}.",
    ),
    "discoverer": (
        "{s} got its name from {o}.", "The first to write of {s} was {o}.", "{o} is the author of the name.",
        "{o} introduced {s} to science.", "{s} was made public by {o}.",
    ),
    "locality": (
        "The first specimen of {s} is from {o}.", "{o} is the place of its discovery.",
        "Collectors first saw it near {o}.",
        "The holotype comes from {o}.", "{s} was discovered outside {o}.",
    ),
    "habitats": ("It is at home near {o}.", "It has been met at {o}.", "Its range includes {o}."),
    "author": (
        "{s} is the work of {o}.", "The text is by {o}.", "The title page names {o}.", "{o} is the writer of the book.",
        "{o} put {s} on paper.",
    ),
    "publisher": (
        "{o} printed {s}.", "The book was issued by {o}.", "The imprint is that of {o}.", "{s} is sold by {o}.",
        "It was {o} that took on the printing.",
    ),
    "host": (
        "{s} took place in {o}.", "People met in {o} for {s}.", "{o} had been chosen for {s}.",
        "The inns of {o} were full during {s}.", "{o} welcomed {s}.",
    ),
    "winner": (
        "{o} took the first prize.", "The jury chose {o}.", "{o} came in first.", "The best at {s} was {o}.",
        "The prize went home with {o}.",
    ),
    "maker": (
        "{s} is a product made at {o}.", "{o} produces {s}.", "The plate says {o}.",
        "It comes from the factory of {o}.",
        "{o} turns out {s}.",
    ),
    "born": (
        "The life of {s} began on {o}.", "The birth of {s} is dated {o}.", "{s} has a birthday, {o}.",
        "The record gives {o} for the birth of {s}.", "{s} came into the world on {o}.",
    ),
    "occupation": (
        "{s} works as {o}.", "The profession of {s} is {o}.", "{s} is {o} by trade.", "The job of {s} was that of {o}.",
        "{s} earned money as {o}.",
    ),
    "population": (
        "{o} people call {s} home.", "The population of {s} is {o}.", "The count of residents is {o}.",
        "{s} is populated by {o}.", "Its people number {o}.",
    ),
    "chartered": (
        "{s} became a town in {o}.", "The rights of a town came in {o}.", "The charter is of {o}.",
        "In {o} {s} was granted its charter.", "The year of the charter is {o}.",
    ),
    "elevation": (
        "Its height is {o} m.", "{s} stands {o} m above sea level.", "The altitude of {s} is {o} m.",
        "Measured from the sea it is {o} m.", "Surveyors measured {o} m.",
    ),
    "area": (
        "The size of {s} is {o} km².", "{s} has a surface of {o} km².", "It extends to {o} km².",
        "In all there are {o} km².",
        "{o} km² belong to {s}.",
    ),
    "length": (
        "{s} grows to {o} mm.", "It has a size of {o} mm.", "From head to tail it measures {o} mm.",
        "{o} mm is its greatest length.", "An adult is {o} mm long.",
    ),
    "described": (
        "{s} entered the books in {o}.", "Science has known it since {o}.", "It got its name in {o}.",
        "The year of the name is {o}.", "The literature mentions it from {o} on.",
    ),
    "published": (
        "{s} came out in {o}.", "Shops had it in {o}.", "The year on the cover is {o}.", "It was first sold in {o}.",
        "The title page gives {o}.",
    ),
    "extent": (
        "It runs over {o} pages.", "{o} pages make up {s}.", "It is {o} pages thick.",
        "The page count is {o}.", "The text takes {o} pages.",
    ),
    "registration": (
        "{s} has the register number {o}.", "The register knows it as {o}.", "Its code is {o}.",
        "The clerk wrote {o} beside the name.", "The number {o} was assigned to {s}.",
    ),
    "established": (
        "{s} was registered in {o}.", "The register first names it in {o}.", "The first entry dates from {o}.",
        "The year of the entry is {o}.", "It entered the register in {o}.",
    ),
    "employees": (
        "Our staff is {o} strong.", "{o} people are on the staff of {s}.", "The workforce numbers {o}.",
        "{o} of us come to work.", "{s} has work for {o} people.",
    ),
    "day": (
        "{s} took place on {o}.", "The day was {o}.", "People met on {o}.", "It was called for {o}.",
        "{s} happened on {o}.",
    ),
    "attendance": (
        "{o} people came.", "The crowd numbered {o}.", "{o} guests wanted to be there.", "The audience was put at {o}.",
        "{s} was seen by {o} people.",
    ),
    "price": (
        "The tag says {o} crowns.", "It sells at {o} crowns.", "{o} crowns are asked.", "One pays {o} crowns for {s}.",
        "For {o} crowns it goes home with you.",
    ),
    "weight": (
        "Its mass is {o} g.", "{s} has a weight of {o} g.", "Net it has {o} g.", "It brings {o} g to the scales.",
        "One carries {o} g.",
    ),
}  # fmt: skip
"""By relation or attribute, as the sentences of `prose` are."""
