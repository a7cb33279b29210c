"""An outcome as one HTML page: tables and figures, and below them episodes of the same questions before and after.

It is the page of `agent.report` with something in front of its list, and opens without a network.
"""

from __future__ import annotations

import base64
import html
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent.report import Front, write_report
from agent.trajectories import encode, read_trajectories
from training.evaluation.tables import Sheet
from training.studies.arms import tested
from training.studies.outcome import Outcome
from training.studies.settings import Arm, Study
from training.studies.store import Store
from training.studies.tables import notes, sheets
from webenv.protocol import parse
from webenv.types import Record, Trajectory

EXAMPLES = 12
"""Questions that are shown before and after (our choice)."""
STYLE = (Path(__file__).parent / "page" / "study.css").read_text(encoding="utf-8")


class Pair(Record):
    """One attempt at a question before, and the same one after."""

    before: Trajectory
    after: Trajectory


def write_page(study: Study, found: Outcome, store: Store, figures: dict[str, Path], folder: Path) -> Path:
    """Write `report.html` into a folder, and beside it the episodes that it shows; the page."""
    arm = next((each for each in reversed(study.arms) if each.against), None)
    shutil.rmtree(folder / "episodes", ignore_errors=True)
    files: list[Path] = []
    pairs: list[Pair] = []
    if arm:
        pairs = examples(study, arm, store)
        for label, played in (
            (arm.against, [each.before for each in pairs]),
            (arm.label, [each.after for each in pairs]),
        ):
            if played:
                files.append(folder / "episodes" / f"{label}.jsonl")
                files[-1].parent.mkdir(exist_ok=True)
                files[-1].write_bytes(b"".join(encode(each) + b"\n" for each in played))
    front = Front(title=study.title, body="".join(_body(found, figures, pairs, arm)), style=STYLE)
    write_report(files, folder / "report.html", overwrite=True, front=front)
    return folder / "report.html"


def examples(study: Study, arm: Arm, store: Store) -> list[Pair]:
    """Attempts that were wrong before and are right after, of different questions, at most `EXAMPLES`.

    Where there are none, the first attempts at the first questions.
    """
    seed = study.seeds[0]
    other = next(each for each in study.arms if each.label == arm.against)
    before = {
        (each.task.task_id, each.sample): each for each in read_trajectories(store.path(tested(study, other, seed)))
    }
    gained: dict[str, Pair] = {}
    first: dict[str, Pair] = {}
    for after in read_trajectories(store.path(tested(study, arm, seed))):
        pair = Pair(before=before[after.task.task_id, after.sample], after=after)
        first.setdefault(after.task.task_id, pair)
        if pair.before.reward.answer < after.reward.answer:
            gained.setdefault(after.task.task_id, pair)
    return _spread(list((gained or first).values()))


def _spread(pairs: list[Pair]) -> list[Pair]:
    """At most `EXAMPLES`, drawn evenly."""
    if len(pairs) <= EXAMPLES:
        return pairs
    return [pairs[place * len(pairs) // EXAMPLES] for place in range(EXAMPLES)]


def _body(found: Outcome, figures: dict[str, Path], pairs: list[Pair], arm: Arm | None) -> Iterator[str]:
    study = found.study
    yield f"<h2>{_text(study.title)}</h2>"
    yield f'<p class="question">{_text(study.question)}</p>'
    yield "<ul>" + "".join(f"<li>{_text(note)}</li>" for note in notes(found)) + "</ul>"
    first, *rest = sheets(found)
    yield _table(first)
    for title, path in figures.items():
        data = base64.b64encode(path.read_bytes()).decode()
        yield f'<figure><img alt="{_text(title)}" src="data:image/png;base64,{data}"></figure>'
    yield from map(_table, rest)
    if arm and pairs:
        yield _pairs(pairs, arm)
    said = msgspec.json.format(msgspec.json.encode(study), indent=2).decode()
    yield f"<details><summary>All settings</summary><pre>{_text(said)}</pre></details>"
    if pairs:
        yield "<h3>Their episodes, turn by turn</h3>"


def _pairs(pairs: list[Pair], arm: Arm) -> str:
    """A row for each question; what was answered leads to the episode."""
    rows = []
    for number, pair in enumerate(pairs, 1):
        cells = [pair.before.question, pair.before.task.answer]
        links = [(number, pair.before), (len(pairs) + number, pair.after)]
        said = "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        said += "".join(f'<td><a href="#episode={place}">{_text(_given(each))}</a></td>' for place, each in links)
        rows.append(f"<tr>{said}</tr>")
    head = "".join(f"<th>{_text(name)}</th>" for name in ("question", "answer", arm.against, arm.label))
    title = "The same attempt before and after"
    return (
        f'<h3>{title}</h3><div class="scroll"><table class="pairs"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _given(played: Trajectory) -> str:
    """What was answered, and whether it was right."""
    answer = parse(played.steps[-1].action).answer
    turns = f"{len(played.steps)} turn{'s' if len(played.steps) > 1 else ''}"
    said = f"“{answer[:80]}”" if answer else "no answer"
    return f"{'✓' if played.reward.answer else '✗'} {said}, {turns}"


def _table(sheet: Sheet) -> str:
    head = "".join(f"<th>{_text(column)}</th>" for column in sheet.columns)
    rows = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in sheet.rows)
    return (
        f'<h3>{_text(sheet.title)}</h3><div class="scroll"><table class="sheet"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _text(text: str) -> str:
    """A text, whatever it says, as text."""
    return html.escape(text, quote=True)
