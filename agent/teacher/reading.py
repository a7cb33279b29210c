"""The words in which a page says what matters: labels of links, names, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.observations import body, page_title
from webenv.reward import judge
from webenv.types import Evidence, Task
from webenv.web.world.dice import Dice

QUOTE_CHARS = 160
"""Longest quotation in a thought (our choice)."""
CLIP_WORDS = 6
"""Longest quotation that comes more than once or twice: too short for the n-grams that filters count (our choice)."""
LABEL_CHARS = 30
"""A line this short may be the label of the next (our choice)."""
LINE_CHARS = 60
"""Longer lines need no label (our choice)."""

_MARK = re.compile(r"\[(\d{1,6})\]")
_OPENING = re.compile(r"\A(?:At|Behind|From|In|Near|On|To|With|Without) ")
"""Words that begin a sentence and are no part of the name after them."""
_NAME = re.compile(r"(?:[^\W\d_a-z][\w'’-]*)(?: (?:of |the |de |and )?(?:[^\W\d_a-z][\w'’-]*))*")


def links(observation: str) -> list[int]:
    """The numbers of the links in an observation."""
    return list(dict.fromkeys(int(match[1]) for match in _MARK.finditer(observation)))


def label(observation: str, number: int) -> str:
    """The words of a link: the name before its number, else what stands there; empty if there is no such link."""
    place = observation.find(f"[{number}]")
    if place < 0:
        return ""
    line = _MARK.sub("", observation[observation.rfind("\n", 0, place) + 1 : place])
    names = [match for match in _NAME.finditer(line) if match.end() == len(line)]
    words = names[-1][0] if names else re.split(r"[\t•›:/]", line)[-1]
    words = _OPENING.sub("", words).removeprefix(f"{page_title(observation)} ")
    return " ".join(words.split()[-8:])


def names(text: str) -> list[str]:
    """Proper names in a text, the longest first; a word that only begins a sentence may be among them."""
    found = [match[0] for match in _NAME.finditer(text) if match[0][0].isupper()]
    return sorted(dict.fromkeys(found), key=lambda name: -len(name))


def wrong_answer(task: Task, question: str, observation: str, dice: Dice) -> str:
    """Something of an observation that could be an answer to a question and is none; empty if there is nothing."""
    text = plain(observation)
    if task.answer_type == "text":
        found = names(text)
    else:
        found = [word.strip(".,;:()") for word in text.split() if word[:1].isdigit()]
    wrong = [each for each in found if each and not judge(task, each) and each not in question]
    return dice.pick(wrong) if wrong else ""


def plain(text: str) -> str:
    """A text for quotation: without link numbers and bullets, a tab read as a colon, one line."""
    return " ".join(_MARK.sub("", text).replace("\t", ": ").replace("•", " ").split())


def quotation(observation: str, key: str, evidence: Sequence[Evidence], known: str) -> str:
    """The words of a page that matter: what says `key` in the evidence or else anywhere; empty if nothing does.

    Without a key, or where the evidence does not name it, it is what the evidence says most beyond `known`.
    """
    sentences = list(_sentences(body(observation)))
    proofs = [plain(item.text) for item in evidence if item.text in observation]
    proved = [each for each in sentences if any(each in proof or proof in each for proof in proofs)]
    telling = [each for each in proved if key in each and each != key] if key else []
    if not telling and proved:
        telling = [max(proved, key=lambda each: _news(each, known))]
    telling += [each for each in sentences if key in each and each != key] if key else []
    return _shortened(telling[0], key) if telling else ""


def clip(quote: str, key: str) -> str:
    """A few words of a quotation, with as much of `key` as fits: what may be said again and again."""
    words = quote.split()
    before = len(quote[: max(quote.find(key), 0)].split())
    start = max(0, min(before - 2, len(words) - CLIP_WORDS))
    return " ".join(words[start : start + CLIP_WORDS])


def _news(sentence: str, known: str) -> int:
    """How much a sentence adds: names, and three times as much for each number."""
    new = [word[0] for word in sentence.split()[1:] if word not in known]
    return sum(first.isupper() + 3 * first.isdigit() for first in new)


def _sentences(text: str) -> Iterator[str]:
    """Sentences and lines, made plain; a short line also behind the last short one without links, its label."""
    label = ""
    for line in text.splitlines():
        words = plain(line)
        if not words:
            continue
        if label and len(words) < LINE_CHARS and "\t" not in line:
            yield f"{label}: {words}"
        yield from (sentence.rstrip(".") for sentence in re.split(r"(?<=[.!?。]) ", words))
        if not _MARK.search(line):
            label = words if len(words) < LABEL_CHARS and "\t" not in line else ""


def _shortened(text: str, key: str) -> str:
    """The words around `key`, if the text is long."""
    if len(text) <= QUOTE_CHARS:
        return text
    start = max(0, text.find(key) - (QUOTE_CHARS - len(key)) // 2)
    words = text[start : start + QUOTE_CHARS].split(" ")
    return " ".join(words[1 if start else 0 : -1])
