"""Runs as a report: every measure with its numerator, denominator and interval, and runs compared task by task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from training.evaluation import intervals, measures
from training.evaluation.intervals import METHOD, Difference, Estimate, Table
from training.evaluation.runs import Run
from webenv.errors import InputError
from webenv.types import EnvSettings, Record

K = 3
"""Attempts that Pass@k looks at, as WebDancer does (arXiv 2505.22648, section 4)."""
RULES = "the rules of webenv.reward"

Tables = dict[str, Table]
"""The sections of a run."""


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
    disputed: int
    """Episodes whose answer the judge and the rules see differently."""
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


def evaluate(
    runs: Sequence[Run], k: int | None = None, compare: bool = False, judge: str = RULES, seed: int = 0
) -> Report:
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
    tables = [measures.tables(run.asked, chosen) for run in runs]
    pairs = zip(runs[1:], tables[1:], strict=True) if compare else ()
    return Report(
        k=chosen,
        judge=judge,
        interval=METHOD,
        runs=_reports(runs, tables, seed),
        comparisons=tuple(_compare(runs[0], tables[0], run, others, seed) for run, others in pairs),
        notes=tuple(_notes(runs, chosen, k)),
    )


def _check_attempts(run: Run, k: int) -> None:
    poorest = min(run.asked, key=lambda each: len(each.attempts))
    if len(poorest.attempts) < k:
        raise InputError(
            f"{run.label}: task {poorest.task.task_id!r} has {len(poorest.attempts)} episodes, too few for --k {k}; "
            f"choose a smaller k, or play more: webenv rollout ... --samples {k}"
        )


def _reports(runs: Sequence[Run], tables: Sequence[Tables], seed: int) -> tuple[RunReport, ...]:
    """All tables are estimated together: those of as many tasks share their draws."""
    groups = [measures.groups(run.asked) for run in runs]
    wanted = [table for sections in tables for table in sections.values()]
    for sections, ways in zip(tables, groups, strict=True):
        wanted += [sections["answers"].only(places) for way in ways.values() for places in way.values()]
    estimates = iter(intervals.estimate(wanted, seed))
    measured = [{section: next(estimates) for section in sections} for sections in tables]
    grouped = [
        {
            way: {name: Group(tasks=len(places), answers=next(estimates)) for name, places in names.items()}
            for way, names in ways.items()
        }
        for ways in groups
    ]
    return tuple(map(_report, runs, measured, grouped))


def _report(run: Run, measured: dict[str, dict[str, Estimate]], groups: dict[str, dict[str, Group]]) -> RunReport:
    sizes = [len(each.attempts) for each in run.asked]
    tools: Counter[str] = Counter()
    for each in run.asked:
        for attempt in each.attempts:
            tools.update(attempt.tools)
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
        disputed=run.disputed,
        tools=dict(sorted(tools.items())),
        measures=measured,
        groups=groups,
    )


def _compare(first: Run, tables: Tables, second: Run, others: Tables, seed: int) -> Comparison:
    ours, theirs = ({each.task.task_id: place for place, each in enumerate(run.asked)} for run in (first, second))
    common = [task_id for task_id in ours if task_id in theirs]
    if not common:
        raise InputError(f"{first.label} and {second.label} have no task in common: nothing can be compared")
    one, other = [ours[task_id] for task_id in common], [theirs[task_id] for task_id in common]
    for a, b in zip(one, other, strict=True):
        if first.asked[a].task != second.asked[b].task:
            task_id = first.asked[a].task.task_id
            raise InputError(f"task {task_id!r} of {first.label} is another one in {second.label}; they do not compare")
    gains = [second.asked[b].share - first.asked[a].share for a, b in zip(one, other, strict=True)]
    found = intervals.compare(
        [table.only(one) for table in tables.values()], [table.only(other) for table in others.values()], seed
    )
    return Comparison(
        first=first.label,
        second=second.label,
        tasks=len(common),
        only_first=len(ours) - len(common),
        only_second=len(theirs) - len(common),
        better=sum(gain > 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        measures=dict(zip(tables, found, strict=True)),
    )


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
