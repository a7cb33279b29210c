"""Runs as a report: every measure with its numerator, denominator and interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from training.evaluation import intervals, measures
from training.evaluation.comparison import Comparison, compare_runs
from training.evaluation.intervals import METHOD, Estimate
from training.evaluation.measures import Tables
from training.evaluation.runs import Run
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
    disputed: int
    """Episodes whose answer the judge and the rules see differently."""
    tools: dict[str, int]
    """Tool to its calls that could run, over all episodes."""
    measures: dict[str, dict[str, Estimate]]
    """Section to measure to its estimate (`training.evaluation.measures`)."""
    groups: dict[str, dict[str, Group]]
    """`hops`, `type` and `level` to group; an empty name is for tasks that do not say."""


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
        comparisons=tuple(compare_runs(runs[0], tables[0], run, others, seed) for run, others in pairs),
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


def _notes(runs: Sequence[Run], k: int, asked_k: int | None) -> list[str]:
    notes = [f"Cons@{k} is WebDancer's: the mean over tasks of the share of right answers, the same number as Pass@1."]
    if asked_k is None and k < K:
        notes.append(f"k is {k}, since some task has no more than {k} episodes.")
    for run in runs:
        fewest, most = run.fewest, max(len(each.attempts) for each in run.asked)
        if fewest < most:
            notes.append(
                f"{run.label}: tasks have {fewest:,} to {most:,} episodes and count alike; if each was played until "
                "it was solved, as by webenv sample, these numbers flatter."
            )
        if run.rescored:
            notes.append(f"{run.label}: {run.rescored:,} episodes earn by the rules what the file does not say.")
        if run.disputed:
            notes.append(f"{run.label}: judge and rules differ about the answers of {run.disputed:,} episodes.")
    for one, other in pairwise(runs):
        said = f"{one.label} and {other.label}"
        if one.content_id != other.content_id or one.views_id != other.views_id:
            notes.append(f"{said} were played on different snapshots.")
        if one.settings != other.settings:
            notes.append(f"{said} were played under different settings.")
        if {each.task.task_id for each in one.asked} != {each.task.task_id for each in other.asked}:
            notes.append(f"{said} were not asked the same tasks.")
    return notes
