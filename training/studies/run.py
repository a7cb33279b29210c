"""A whole study, from worlds to a page.

result.json   the outcome: the same bytes on every run with the same settings
result.md     its tables
result.png    what the arms are worth; curves.png: how they learnt
report.html   all of it on one page, with episodes before and after
times.json    how long the stages took that were made, by folder
episodes/     the episodes that the page shows
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from training.evaluation.tables import document
from training.experiment import check_tables
from training.studies.arms import audits, base_of, tested
from training.studies.outcome import Outcome, outcome
from training.studies.settings import Study
from training.studies.store import Store, Watch
from training.studies.tables import notes, sheets
from webenv.errors import InputError
from webenv.web import publish


class Found(NamedTuple):
    """An outcome and where it was written."""

    outcome: Outcome
    page: Path


def run_study(study: Study, out: Path, stages: Path, workers: int, watch: Watch) -> Found:
    """Run a study, or go on with it.

    Args:
        study: The study.
        out: Folder for what it found.
        stages: Folder of stages, which studies share.
        workers: Processes; they leave no trace.
        watch: Shows each stage that is made.

    Raises:
        InputError: something cannot be used, an audit fails, or `out` holds something else.
        TrainingError: a training cannot go on, or another process is at it.
        WebenvError: another stage cannot be made. What was made is kept.
    """
    _check(study, out)
    bases = {}
    for arm in study.arms:
        setup = study.setup_of(arm)
        bases[base_of(setup).weights] = Path(setup.base)
    store = Store(stages, bases, workers, watch)
    wanted = [tested(study, arm, seed) for seed in study.seeds for arm in study.arms]
    out.mkdir(parents=True, exist_ok=True)
    try:
        for audit in audits(study):
            store.get(audit)
        for each in wanted:
            store.get(each)
    finally:
        _keep_times(out / "times.json", store.seconds)
    return _write(study, store, out)


def _check(study: Study, out: Path) -> None:
    """Everything that can be known to be wrong before the first stage."""
    for arm in study.arms:
        setup = study.setup_of(arm)
        setup.drift.check(setup.env)
        check_tables(f"study {study.name}, arm {arm.label!r}", {"sft": setup.sft, "dapo": setup.dapo})
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "times.json").exists())):
        raise InputError(f"{out}: holds something that is no study; choose another --out")


def _write(study: Study, store: Store, out: Path) -> Found:
    """Write what was found."""
    from training.plots.study import draw_curves, draw_result
    from training.studies.page import write_page

    found = outcome(study, store)
    _replace(out / "result.json", msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    _replace(out / "result.md", document(study.title, sheets(found), notes(found)).encode())
    figures = {"What the arms are worth": out / "result.png"}
    draw_result(found, out / "result.png")
    if found.trainings:
        figures["Learning curves"] = out / "curves.png"
        draw_curves(found, out / "curves.png")
    return Found(found, write_page(study, found, store, figures, out))


def _keep_times(path: Path, seconds: dict[str, float]) -> None:
    """Add to the times that are known."""
    known = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
    _replace(path, msgspec.json.format(msgspec.json.encode(known | seconds), indent=1) + b"\n")


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    publish.sync(part)
    part.replace(path)
