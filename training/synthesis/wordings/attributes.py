"""Wordings of questions for an attribute."""

from __future__ import annotations

from training.synthesis.wordings.table import Table

ASKED: Table = {
    "born": (
        ("On which day was {} born?", "What is the date of birth of {}?", "When exactly was {} born?"),
        ("On what date did {} come into the world?", "Which day does the parish book give for the birth of {}?"),
        ("Which day of which year saw the birth of {}?", "Give the birth date of {}."),
    ),
    "occupation": (
        ("What is the occupation of {}?", "Which occupation does {} have?", "What does {} do for a living?"),
        ("Which profession would {} write on a form?", "Which profession does {} follow?"),
        ("What is the trade of {}?", "From what kind of work does {} live?"),
    ),
    "population": (
        ("How many inhabitants does {} have?", "What is the number of inhabitants of {}?",
         "How many people live in {}?"),
        ("How many souls were counted in {}?", "What did the last count give as the inhabitants of {}?"),
        ("What is the population of {}?", "To how many people is {} home?"),
    ),
    "chartered": (
        ("In which year did {} get its town charter?", "From which year is the town charter of {}?",
         "Since which year does {} have a town charter?"),
        ("In which year was {} raised to a town?", "Which year made {} a town?"),
        ("When were town rights granted to {}?", "Which year stands on the charter of {}?"),
    ),
    "elevation": (
        ("At how many metres above the sea does {} lie?", "What is the elevation of {} in metres?",
         "How many metres above sea level is {}?"),
        ("How high in metres is {} placed?", "What does the gauge show in {}, in metres above the sea?"),
        ("How many metres part {} from sea level?", "What height in metres do surveyors give for {}?"),
    ),
    "area": (
        ("What is the area of {} in square kilometres?", "How many square kilometres does {} cover?",
         "How large is {} in square kilometres?"),
        ("How many square kilometres do the borders of {} enclose?", "What do the square kilometres of {} add up to?"),
        ("Over how many square kilometres does {} extend?", "What is the extent of {} in square kilometres?"),
    ),
    "length": (
        ("How many millimetres long does {} become?", "What is the length of {} in millimetres?",
         "How long is {} in millimetres?"),
        ("How many millimetres did the largest specimen of {} measure?", "Up to how many millimetres is {} known?"),
        ("To how many millimetres does {} grow?", "From end to end, how many millimetres has {}?"),
    ),
    "described": (
        ("In which year was {} described?", "From which year is the description of {}?",
         "Since which year has {} been known?"),
        ("In which year was the name of {} made public?", "Which year is given for the naming of {}?"),
        ("When did {} enter the literature?", "Which year goes with the description of {}?"),
    ),
    "published": (
        ("In which year was {} published?", "What is the year of publication of {}?", "In which year did {} appear?"),
        ("From which year is the first printing of {}?", "Which year saw {} in print?"),
        ("When did {} reach the shops?", "Which year stands on the title page of {}?"),
    ),
    "extent": (
        ("How many pages does {} have?", "What is the number of pages of {}?", "How many pages long is {}?"),
        ("How many pages does the reader of {} have ahead?", "How many pages were printed for {}?"),
        ("How many pages does {} fill?", "To how many pages was {} set?"),
    ),
    "registration": (
        ("What is the registration number of {}?", "Under which number is {} registered?",
         "Which registration does {} have?"),
        ("Which number does the file of {} carry?", "What number leads to {} in the register?"),
        ("Which number did the clerk assign to {}?", "As what is {} found in the register?"),
    ),
    "established": (
        ("In which year was {} entered in the register?", "From which year is the register entry of {}?",
         "Since which year has {} been registered?"),
        ("In which year was the file of {} opened?", "Which year opened the file on {}?"),
        ("When was the first entry made for {}?", "Which year stands beside {} in the register?"),
    ),
    "employees": (
        ("How many employees does {} have?", "How many people does {} employ?",
         "What is the number of employees of {}?"),
        ("How many names are on the payroll of {}?", "How many wages does {} pay?"),
        ("How large is the staff of {}?", "How many people begin work at {} every morning?"),
    ),
    "day": (
        ("On which day did {} take place?", "What was the date of {}?", "On which day was {} held?"),
        ("What did the calendar show at {}?", "For which day was {} called?"),
        ("When exactly did {} happen?", "Which day of which year was that of {}?"),
    ),
    "attendance": (
        ("How many visitors did {} have?", "What was the number of visitors of {}?", "How many visitors came to {}?"),
        ("How many tickets were taken at {}?", "How many visitors passed the gates of {}?"),
        ("How many people wanted to see {}?", "How large was the crowd at {}?"),
    ),
    "price": (
        ("What is the price of {} in crowns?", "How many crowns does {} cost?", "What does {} cost in crowns?"),
        ("For how many crowns can {} be had?", "How many crowns make {} yours?"),
        ("How many crowns stand on the tag of {}?", "How many crowns are asked for {}?"),
    ),
    "weight": (
        ("How many grams does {} weigh?", "What is the weight of {} in grams?", "How heavy is {} in grams?"),
        ("At how many grams do the scales stop for {}?", "How many grams does {} bring to the scales?"),
        ("What is the net weight of {} in grams?", "How many grams must be carried with {}?"),
    ),
}  # fmt: skip
"""Asks for it; `{}` stands for the source."""
