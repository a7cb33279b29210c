"""A language model as judge of answers, and how its reply is read.

The reply has the fields of the judge of Humanity's Last Exam, which WebDancer uses (arXiv 2505.22648, sections 2.2 and
E.3): extracted_final_answer, reasoning, correct, confidence. Public graders misread such replies: "Correct." counts as
wrong, or "According to the labels, Incorrect" as right, because a letter or a whole word is compared. Here a reply is
yes, no, or undecided, and what is undecided is never counted as wrong in silence.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from webenv.completions import Completions, Request, cache_folder
from webenv.errors import InputError
from webenv.types import Record, Task

TRIES = 3
"""Replies that are asked for until one decides (our choice)."""
MAX_REPLY_CHARS = 20_000
"""Longer replies are undecided (our choice)."""
_MAX_TOKENS = 1_024

_MARKUP = re.compile(r"[*_`#>\"'{}]")
_FIELD = re.compile(
    r"[\s\-•]*(?P<not>in)?correct\s*[:=]\s*(?P<said>yes|no|true|false)\b(?!.*\b(?:yes|no|true|false|or)\b)",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile(r"[\s\-•]*(?:extracted_?final_?answer|reasoning|confidence)\s*[:=]", re.IGNORECASE)
_SHORT_NOT = re.compile(r"\b(is|was)n.?t\b", re.IGNORECASE)
_NEGATED = re.compile(r"\bnot (?:quite |entirely |fully )?correct\b", re.IGNORECASE)
_RIGHT_ANSWER = re.compile(
    r"\b(?:right|correct) (?:final )?(?:answer|response|value)s? (?:is|was|are|should be|would be)\b", re.IGNORECASE
)
_VERDICT = re.compile(r"\b(in)?correct\b", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:[^.!?:,\n]{1,40}[:,] )?(?:it is |this is |the (?:answer|response) is )?(in)?correct\Z", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:whether|if|or|cannot|can.t|could|may|might|unsure|unclear|unless|part(?:ly|ially))\b", re.IGNORECASE
)


class Judge(Record):
    """A model that says whether an answer is right. May be used from several threads."""

    completions: Completions

    def decide(self, task: Task, answer: str) -> bool | None:
        """Whether the answer is right; None if no reply decides it.

        Raises:
            WebenvError: the model cannot be asked.
        """
        right = " or ".join((task.answer, *task.aliases))
        text = files("training").joinpath("prompts", "judge.md").read_text(encoding="utf-8")
        asked = Template(text).substitute(question=task.question, right=right, answer=answer)
        for seed in range(TRIES):
            request = Request(
                messages=({"role": "user", "content": asked},), temperature=0.0, max_tokens=_MAX_TOKENS, seed=seed
            )
            decided = read_reply(self.completions.answer(request).text)
            if decided is not None:
                return decided
        return None


def load_judge(spec: str, cache: Path | None = None) -> Judge:
    """The judge that `URL#MODEL` names; raises `InputError` if it names none."""
    url, _, model = spec.partition("#")
    if not url or not model:
        raise InputError(f"{spec}: name server and model, such as http://127.0.0.1:8000/v1#my-model")
    return Judge(completions=Completions(base_url=url, model=model, cache_dir=cache or cache_folder()))


def read_reply(text: str) -> bool | None:
    """What a judge says: True for correct, False for incorrect, None if the reply does not decide.

    Fields count first, then a first or last sentence that is a verdict and nothing else. Whatever contradicts itself
    decides nothing.
    """
    text = text.rpartition("</think>")[2].strip()
    if not text or len(text) > MAX_REPLY_CHARS:
        return None
    lines = _MARKUP.sub("", text).splitlines()
    said = _from_json(text) or [_field(match) for line in lines if (match := _FIELD.match(line))]
    if not said and not any(_OTHER_FIELD.match(line) for line in lines):
        said = _plain_verdicts("\n".join(lines))
    return said[0] if len(set(said)) == 1 else None


def _from_json(text: str) -> list[bool | None]:
    """The field of a JSON object, with or without a fence around it."""
    start, end = text.find("{"), text.rfind("}")
    try:
        fields = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return []
    said = fields.get("correct") if isinstance(fields, dict) else None
    if isinstance(said, bool):
        return [said]
    word = str(said).strip().casefold()
    return [word in ("yes", "true")] if word in ("yes", "no", "true", "false") else []


def _field(match: re.Match[str]) -> bool | None:
    """What a field says; "incorrect: no" may be the beginning of "no match", and says nothing."""
    yes = match["said"].casefold() in ("yes", "true")
    return yes if not match["not"] else False if yes else None


def _plain_verdicts(text: str) -> list[bool | None]:
    """The verdicts of a reply without fields: at its beginning and its end, and every word for one between."""
    text = _NEGATED.sub("incorrect", _SHORT_NOT.sub(r"\1 not", _RIGHT_ANSWER.sub(" ", text)))
    sentences = [sentence.strip(" ()[]\t-–—") for sentence in re.split(r"[.!?\n]+", text)]
    said = [sentence for sentence in sentences if sentence]
    alone = [sentence for sentence in (*said[:1], *said[-1:]) if _ALONE.match(sentence) and not _OPEN.search(sentence)]
    return [not match[1] for match in _VERDICT.finditer(text)] if alone else []
