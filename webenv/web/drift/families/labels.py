"""Labels and wording: what sites call their own parts, said otherwise; facts keep their words."""

from __future__ import annotations

import re

from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Operator
from webenv.web.world.dice import Dice

_TRAIN = {
    "see also": ("Related pages", "More on this", "Further reading"),
    "contents": ("On this page", "Overview"),
    "elsewhere": ("Other sites", "Our partners"),
    "next": ("Next page", "Forward"),
    "previous": ("Previous page", "Back"),
    "table of contents": ("Contents of this page", "In this article"),
    "previous topic": ("The topic before", "Go back to"),
    "next topic": ("The topic after", "Continue with"),
    "navigation": ("Menu", "Site navigation"),
    "quick search": ("Search this site", "Find"),
    "this page": ("About this page", "Page tools"),
    "entries": ("All entries", "List of entries"),
    "home": ("Start", "Home page"),
    "index": ("Index A-Z", "Alphabetical index"),
    "modules": ("All modules", "List of modules"),
    "members": ("List of members", "Our members"),
}
_TEST = {
    "see also": ("Siehe auch", "Voir aussi", "You may also like"),
    "contents": ("Inhalt", "Sommaire", "What is here"),
    "elsewhere": ("Anderswo", "Ailleurs", "Out on the web"),
    "next": ("Weiter", "Suivant", "Show more"),
    "previous": ("Zurück", "Précédent", "Show earlier"),
    "table of contents": ("Inhaltsverzeichnis", "Table des matières", "Jump to"),
    "previous topic": ("Voriges Thema", "Earlier"),
    "next topic": ("Nächstes Thema", "Later"),
    "navigation": ("Wegweiser", "Where to"),
    "quick search": ("Suche", "Recherche"),
    "this page": ("Diese Seite", "Cette page"),
    "entries": ("Einträge", "Index of records"),
    "home": ("Startseite", "Accueil"),
    "index": ("Stichwörter", "Keyword list"),
    "modules": ("Module", "Module list"),
    "members": ("Mitglieder", "People in it"),
}
_TITLE = re.compile(r"<title\b[^>]*>([^<]{1,500})</title\s*>", re.IGNORECASE)
_PARTED = re.compile(r"^(.+?) (?:\||[-–—]) (.+)$", re.DOTALL)


def _pattern(phrases: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, phrases), key=lambda phrase: (-len(phrase), phrase)))
    return re.compile(rf"(<(?:a|h[1-6]|span|strong|summary)\b[^>]*>\s*)({known})(\s*</)", re.IGNORECASE)


_TRAIN_PATTERN, _TEST_PATTERN = _pattern(_TRAIN), _pattern(_TEST)


def _said_otherwise(
    document: Document, dice: Dice, phrases: dict[str, tuple[str, ...]], pattern: re.Pattern[str]
) -> Document:
    chosen = {phrase: dice.pick(others) for phrase, others in phrases.items()}
    return document.with_markup(
        pattern.sub(lambda found: found[1] + chosen[found[2].lower()] + found[3], document.markup)
    )


def _train_labels(document: Document, dice: Dice) -> Document:
    return _said_otherwise(document, dice, _TRAIN, _TRAIN_PATTERN)


def _test_labels(document: Document, dice: Dice) -> Document:
    return _said_otherwise(document, dice, _TEST, _TEST_PATTERN)


def _titles(document: Document, dice: Dice) -> Document:
    """The site before the page in the title."""
    found = _TITLE.search(document.markup)
    parts = _PARTED.match(found[1].strip()) if found else None
    if not found or not parts:
        return document
    title = f"<title>{parts[2]}: {parts[1]}</title>"
    return document.with_markup(document.markup[: found.start()] + title + document.markup[found.end() :])


FAMILY = Family(
    "labels",
    "headings, menus, pagers and titles in other words or another language",
    preserves=True,
    operators=(
        Operator("labels.words", edit=_train_labels),
        Operator("labels.titles", edit=_titles, rate=0.6),
        Operator("labels.held-out", split="test", edit=_test_labels),
    ),
)
