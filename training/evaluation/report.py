"""Runs as a report: every measure with its numerator, denominator and interval, and runs compared task by task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from training.evaluation import intervals, measures
from training.evaluation.intervals import METHOD, Difference, Estimate
from training.evaluation.runs import Asked, Run
from webenv.errors import InputError
from webenv.types import EnvSettings, Record

K = 3
"""Attempts that Pass@k looks at, as WebDancer does (arXiv 2505.22648, section 4)."""
RULES = "the rules of webenv.reward"


class Group(Record):
    """Some tasks of a run that have something in common."""

    tasks: int
    answers: dict[str, Estimate]


class RunReport(Record):
    """What is measured of one run."""

    label: str
    policy: str
    content_id: str
    settings: EnvSettings
    tasks: int
    episodes: int
    right: int
    """Episodes with a right answer."""
    samples: tuple[int, int]
    """Attempts at the task with the fewest, and with the most."""
    rescored: int
    """Episodes that the rules score otherwise than the file says."""
    otherwise: int
    """Answers that the judge and the rules see differently."""
    tools: dict[str, int]
    """Tool to its calls that could run, over all episodes."""
    measures: dict[str, dict[str, Estimate]]
    """Section to measure to its estimate (`training.evaluation.measures`)."""
    groups: dict[str, dict[str, Group]]
    """`hops`, `type` and `level` to group; an empty name is for tasks that do not say."""


class Comparison(Record):
    """Two runs over the tasks that both were asked."""

    first: str
    second: str
    tasks: int
    only_first: int
    """Tasks that are left out because the second run was not asked them."""
    only_second: int
    better: int
    """Tasks with a higher Pass@1 in the second run."""
    same: int
    worse: int
    measures: dict[str, dict[str, Difference]]


class Report(Record):
    """What trajectory files say of the policies that wrote them."""

    k: int
    judge: str
    interval: str
    """What the intervals are."""
    runs: tuple[RunReport, ...]
    comparisons: tuple[Comparison, ...]
    """Of each later run with the first, if asked for."""
    notes: tuple[str, ...]
    """What a reader should know before comparing."""


def evaluate(runs: Sequence[Run], k: int | None = None, compare: bool = False, judge: str = RULES, seed: int = 0) -> Report:
    """Measure runs.

    Args:
        runs: With different labels.
        k: Of Pass@k; by default `K`, or fewer if some task has fewer attempts.
        compare: Compare each later run with the first, task by task.
        judge: What it was that judged the answers.
        seed: Of the bootstrap.

    Raises:
        InputError: a task has fewer than k attempts, there is nothing to compare, or a task is another in another run.
    """
    chosen = k or min(K, *(run.fewest for run in runs))
    for run in runs:
        _check_attempts(run, chosen)
    if compare and len(runs) < 2:
        raise InputError("--compare needs two trajectory files or more; the first is what the others are compared with")
    return Report(
        k=chosen,
        judge=judge,
        interval=METHOD,
        runs=_reports(runs, chosen, seed),
        comparisons=tuple(_compare(runs[0], run, chosen, seed) for run in runs[1:]) if compare else (),
        notes=tuple(_notes(runs, chosen, k)),
    )


def _check_attempts(run: Run, k: int) -> None:
    poorest = min(run.asked, key=lambda each: len(each.attempts))
    if len(poorest.attempts) < k:
        raise InputError(
            f"{run.label}: task {poorest.task.task_id!r} has {len(poorest.attempts)} episodes, too few for --k {k}; "
            f"choose a smaller k, or play more: webenv rollout ... --samples {k}"
        )


def _reports(runs: Sequence[Run], k: int, seed: int) -> tuple[RunReport, ...]:
    """All tables are estimated together: those of as many tasks share their draws."""
    sections = [measures.tables(run.asked, k) for run in runs]
    grouped = [measures.groups(run.asked) for run in runs]
    members = [some for ways in grouped for groups in ways.values() for some in groups.values()]
    wanted = [table for tables in sections for table in tables.values()]
    estimates = iter(intervals.estimate([*wanted, *(measures.answers(some, k) for some in members)], seed))
    found = [{section: next(estimates) for section in tables} for tables in sections]
    return tuple(
        _report(
            run,
            measured,
            {
                way: {name: Group(tasks=len(some), answers=next(estimates)) for name, some in groups.items()}
                for way, groups in ways.items()
            },
        )
        for run, measured, ways in zip(runs, found, grouped, strict=True)
    )


def _report(run: Run, measured: dict[str, dict[str, Estimate]], groups: dict[str, dict[str, Group]]) -> RunReport:
    sizes = [len(each.attempts) for each in run.asked]
    tools: dict[str, int] = {}
    for each in run.asked:
        for attempt in each.attempts:
            for tool, calls in attempt.tools.items():
                tools[tool] = tools.get(tool, 0) + calls
    return RunReport(
        label=run.label,
        policy=run.policy,
        content_id=run.content_id,
        settings=run.settings,
        tasks=len(sizes),
        episodes=sum(sizes),
        right=sum(each.right for each in run.asked),
        samples=(min(sizes), max(sizes)),
        rescored=run.rescored,
        otherwise=run.otherwise,
        tools=dict(sorted(tools.items())),
        measures=measured,
        groups=groups,
    )


def _compare(first: Run, second: Run, k: int, seed: int) -> Comparison:
    ours, theirs = ({each.task.task_id: each for each in run.asked} for run in (first, second))
    common = [task_id for task_id in ours if task_id in theirs]
    if not common:
        raise InputError(f"{first.label} and {second.label} have no task in common: nothing can be compared")
    for task_id in common:
        if ours[task_id].task != theirs[task_id].task:
            raise InputError(f"task {task_id!r} of {first.label} is another one in {second.label}; compare the same tasks")
    one, other = [ours[task_id] for task_id in common], [theirs[task_id] for task_id in common]
    tables, others = measures.tables(one, k), measures.tables(other, k)
    gains = [_share(b) - _share(a) for a, b in zip(one, other, strict=True)]
    return Comparison(
        first=first.label,
        second=second.label,
        tasks=len(common),
        only_first=len(ours) - len(common),
        only_second=len(theirs) - len(common),
        better=sum(gain > 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        measures={section: intervals.compare(tables[section], others[section], seed) for section in tables},
    )


def _share(asked: Asked) -> float:
    return asked.right / len(asked.attempts)


def _notes(runs: Sequence[Run], k: int, asked_k: int | None) -> list[str]:
    notes = [f"Cons@{k} is WebDancer's: the mean over tasks of the share of right answers, the same number as Pass@1."]
    if asked_k is None and k < K:
        notes.append(f"k is {k}, since some task has no more than {k} episodes.")
    for run in runs:
        if run.rescored:
            notes.append(f"{run.label}: {run.rescored:,} episodes earn by today's rules what the file does not say.")
    for one, other in pairwise(runs):
        said = f"{one.label} and {other.label}"
        if one.content_id != other.content_id or one.views_id != other.views_id:
            notes.append(f"{said} were played on different snapshots.")
        if one.settings != other.settings:
            notes.append(f"{said} were played under different settings.")
        if {each.task.task_id for each in one.asked} != {each.task.task_id for each in other.asked}:
            notes.append(f"{said} were not asked the same tasks.")
    return notes
