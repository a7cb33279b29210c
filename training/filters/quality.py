"""The third filter: is a right episode worth imitating? Rules over what was written, done and read.

WebDancer publishes two rules, a least number of actions and "no severe repetition" (n-grams of 10, at most 4 times),
and names what a language model checks: information non-redundancy, goal alignment, logical reasoning and accuracy. The
rules for these are our own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from training.filters.redundancy import idle_turn
from training.filters.verdict import Verdict
from training.filters.words import COMMON, MIN_DIGITS, content, names, numbers, words
from webenv.types import Task, Trajectory, Turn
from webenv.values import tidy

NGRAM, MOST_TIMES = 10, 4
"""Words of an n-gram, and how often it may come in a trajectory (WebDancer, section 2.2)."""
MIN_ACTIONS = 2
"""Least actions, the answer counted. WebDancer's rule reads two ways and its means contradict both (our choice)."""

Rule = Callable[[Trajectory, list[Turn]], str]
"""What is wrong, or nothing."""


def check_quality(trajectory: Trajectory, turns: list[Turn], min_actions: int = MIN_ACTIONS) -> Verdict | None:
    """The first rule that a valid, right trajectory breaks; None if it keeps all."""
    if len(turns) < min_actions:
        return Verdict(stage="quality", reason="too few actions", detail=f"{len(turns)} of at least {min_actions}")
    rules: dict[str, Rule] = {
        "repetition": repetition,
        "redundancy": idle_turn,
        "off the goal": _off_the_goal,
        "made up": _made_up,
        "answer not read": _answer_not_read,
    }
    for reason, rule in rules.items():
        if detail := rule(trajectory, turns):
            return Verdict(stage="quality", reason=reason, detail=detail)
    return None


def repetition(trajectory: Trajectory, turns: list[Turn]) -> str:
    """The n-gram that the policy wrote too often; n-grams do not reach over the end of a text."""
    seen: Counter[tuple[str, ...]] = Counter()
    for turn in turns:
        for text in _written(turn):
            said = words(text)
            seen.update(tuple(said[start : start + NGRAM]) for start in range(len(said) - NGRAM + 1))
    if not seen:
        return ""
    ngram, times = max(seen.items(), key=lambda item: item[1])
    return f"{times} times: {' '.join(ngram)}" if times > MOST_TIMES else ""


def _written(turn: Turn) -> Iterator[str]:
    """The texts of a turn: thought, answer, and what stands in its call."""
    yield turn.thought
    yield turn.answer or ""
    for value in turn.call.arguments.values() if turn.call else ():
        yield from (str(each) for each in value) if isinstance(value, list) else (str(value),)


def _off_the_goal(trajectory: Trajectory, turns: list[Turn]) -> str:
    """A query or goal that shares no word with the question or with anything read before."""
    known = content(trajectory.question)
    for number, (turn, step) in enumerate(zip(turns, trajectory.steps, strict=True), 1):
        for text in _aims(turn):
            if (said := content(text)) and not said & known:
                return f"turn {number}: {text[:200]!r} has nothing to do with the question or what was read"
        known |= content(step.observation)
    return ""


def _aims(turn: Turn) -> list[str]:
    if turn.call is None:
        return []
    given = [turn.call.arguments.get(name) for name in ("query", "goal")]
    return [str(each) for value in given if value for each in (value if isinstance(value, list) else [value])]


def _made_up(trajectory: Trajectory, turns: list[Turn]) -> str:
    """A name or longer number in a thought that stood neither in the question nor in anything read before."""
    known, counted = set(words(trajectory.question)), set(numbers(trajectory.question))
    last = set(numbers(turns[-1].answer or ""))
    for number, (turn, step) in enumerate(zip(turns, trajectory.steps, strict=True), 1):
        worked_out = last if number == len(turns) else set()
        for name in names(turn.thought):
            if not set(words(name)) <= known | COMMON:
                return f"turn {number}: {name!r} was not read anywhere"
        for digits in numbers(turn.thought):
            if len(digits) >= MIN_DIGITS and digits not in counted | worked_out:
                return f"turn {number}: {digits!r} was not read anywhere"
        known.update(words(step.observation))
        counted.update(numbers(step.observation))
    return ""


def _answer_not_read(trajectory: Trajectory, turns: list[Turn]) -> str:
    """The answer, if it has to be read somewhere and was not."""
    task, answer = trajectory.task, turns[-1].answer or ""
    if _is_worked_out(task):
        return ""
    read = "\n".join((trajectory.question, *(step.observation for step in trajectory.steps)))
    if any(_says(read, each, task) for each in (answer, task.answer, *task.aliases)):
        return ""
    return f"{answer[:200]!r} stands nowhere in what was read"


def _is_worked_out(task: Task) -> bool:
    """Whether an answer is counted, compared or calculated, so that it need not stand anywhere."""
    if task.template.startswith(("count", "comparison")):
        return True
    proofs = "\n".join(item.text for item in task.evidence)
    return bool(proofs) and not any(_says(proofs, each, task) for each in (task.answer, *task.aliases))


def _says(text: str, answer: str, task: Task) -> bool:
    if tidy(answer) in tidy(text):
        return True
    if task.answer_type == "text":
        return False
    wanted = set(numbers(answer))
    return bool(wanted) and wanted <= set(numbers(text))
