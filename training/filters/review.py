"""A language model as the last part of the third filter: does a trajectory waste steps, stray, or leap?

WebDancer names three things that a model checks, information non-redundancy, goal alignment, and logical reasoning and
accuracy (arXiv 2505.22648, section 2.2); the prompt is our own. A reply that leaves one of them open is asked for
again, and then the trajectory is dropped as undecided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from string import Template

from training.filters.verdict import Verdict
from training.judge import TRIES
from webenv.completions import Completions, Request
from webenv.protocol import neutralise
from webenv.types import Record, Trajectory, Turn

MAX_OBSERVATION_CHARS = 600
"""What is shown of each observation (our choice): enough to see what was read."""
_GOOD = {"redundant": "no", "aligned": "yes", "logical": "yes"}
_REASONS = {"redundant": "redundancy", "aligned": "off the goal", "logical": "logic"}
_FIELD = re.compile(r"^[\s*_`-]*(redundant|aligned|logical)[\s*_`]*[:=][\s*_`]*(yes|no)\b[\s*_`.]*$", re.IGNORECASE)


class Reviewer(Record):
    """A model that reviews trajectories. May be used from several threads."""

    completions: Completions

    def review(self, trajectory: Trajectory, turns: Sequence[Turn]) -> Verdict | None:
        """What is wrong with a trajectory that keeps all rules; None if nothing is.

        Raises:
            WebenvError: the model cannot be asked.
        """
        asked = _prompt(trajectory, turns)
        for seed in range(TRIES):
            request = Request(
                messages=({"role": "user", "content": asked},), temperature=0.0, max_tokens=512, seed=seed
            )
            said = read_review(self.completions.answer(request).text)
            if said is not None:
                bad = next((name for name, good in _GOOD.items() if said[name] != good), None)
                return Verdict(stage="quality", reason=_REASONS[bad], detail="says the model") if bad else None
        return Verdict(stage="quality", reason="undecided", detail=f"the model decided nothing in {TRIES} replies")


def read_review(text: str) -> dict[str, str] | None:
    """The three fields of a reply, `yes` or `no` each; None if one is missing or is said in two ways."""
    found: dict[str, set[str]] = {name: set() for name in _GOOD}
    for line in text.rpartition("</think>")[2].splitlines():
        if match := _FIELD.match(line):
            found[match[1].lower()].add(match[2].lower())
    if any(len(said) != 1 for said in found.values()):
        return None
    return {name: said.pop() for name, said in found.items()}


def _prompt(trajectory: Trajectory, turns: Sequence[Turn]) -> str:
    shown = []
    for number, (turn, step) in enumerate(zip(turns, trajectory.steps, strict=True), 1):
        act = f"{turn.call.name} {turn.call.arguments}" if turn.call else f"answers: {turn.answer}"
        shown.append(f"Turn {number}\nthought: {turn.thought}\nact: {act}\nread: {_short(step.observation)}")
    text = files("training").joinpath("prompts", "review.md").read_text(encoding="utf-8")
    turns_text = neutralise("\n\n".join(shown)).replace("----------", "- - - - -")
    return Template(text).substitute(question=neutralise(trajectory.question), turns=turns_text)


def _short(observation: str) -> str:
    return observation if len(observation) <= MAX_OBSERVATION_CHARS else f"{observation[:MAX_OBSERVATION_CHARS]} …"
