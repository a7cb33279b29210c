"""An outcome as sheets of text, for a terminal, for Markdown and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from training.evaluation.intervals import Difference, Estimate
from training.evaluation.tables import Sheet, difference, ratio, shown
from training.studies.outcome import Contrast, Outcome, Result

_WIDE = 4
"""Arms that stand side by side; more stand below each other, with fewer measures (our choice)."""
_SECTIONS = {"invalid": "invalid: ", "endings": "ended: "}


def sheets(found: Outcome) -> Iterator[Sheet]:
    """The whole outcome, but for its notes."""
    yield _answers(found)
    if found.contrasts:
        yield _contrasts(found)
    labels = tuple(each.label for each in found.results)
    yield _beside("Pass@1 by hops", "hops", labels, list(_by_hops(found)))
    if len(found.study.seeds) > 1:
        rows = [(str(seed), *(f"{each.seeds[seed]:.1%}" for each in found.results)) for seed in found.study.seeds]
        yield _beside("Pass@1 by seed", "seed", labels, rows)
    yield Sheet(
        title="Questions",
        columns=("used for", "questions", "hops", "types"),
        rows=tuple(
            (each.used_for, f"{each.questions:,}", _counted(each.hops), _counted(each.types)) for each in found.asked
        ),
    )
    if found.lessons:
        yield _lessons(found)


def notes(found: Outcome) -> list[str]:
    """What stands below the sheets."""
    first = found.results[0]
    said = [
        f"{first.tasks:,} questions that nothing was learnt from, {first.episodes // first.trainings // first.tasks} "
        f"attempts each, {first.trainings} training{'s' if first.trainings > 1 else ''} of each arm.",
        f"Intervals: {found.interval}.",
        f"Cons@{found.study.k} is WebDancer's: the mean of the attempts, the same number as Pass@1.",
    ]
    claim = [f"Claimed: {found.study.claim}"] if found.study.claim else []
    return [*claim, *(f"Found: {each}" for each in verdicts(found)), *said]


def verdicts(found: Outcome) -> list[str]:
    """What each comparison comes to, in words: more, less, or no difference that chance would not make."""
    said = []
    for each in found.contrasts:
        parts = []
        for name in ("Pass@1", "invalid turns"):
            shift = gain(each, name, found.study.k)
            sure = shift.low is not None and shift.high is not None and (shift.low > 0 or shift.high < 0)
            parts.append(f"{name} {difference(shift, 'answers')}{'' if sure else ', which chance may have made'}")
        said.append(f"{each.second} against {each.first}: {'; '.join(parts)}.")
    return said


def measure(result: Result, name: str, k: int) -> Estimate:
    """A measure by the name that a study gives it: `Pass@k`, `invalid turns`, `invalid: bad_json`, `turns`.

    Raises:
        KeyError: there is no such measure.
    """
    section, key = place(name, k)
    return result.measures[section][key]


def gain(contrast: Contrast, name: str, k: int) -> Difference:
    """The difference of a measure that is named as in `measure`."""
    section, key = place(name, k)
    return contrast.measures[section][key]


def place(name: str, k: int) -> tuple[str, str]:
    """Section and key of a measure."""
    if name == "invalid turns":
        return "invalid", "all"
    for section, before in _SECTIONS.items():
        if name.startswith(before):
            return section, name.removeprefix(before)
    name = name.replace("@k", f"@{k}")
    return ("answers" if "@" in name or name == "well formed" else "effort"), name


def _answers(found: Outcome) -> Sheet:
    k, results = found.study.k, found.results
    names = [*found.study.measures] if len(results) > _WIDE else list(_names(found))
    rows = [
        (name.replace("@k", f"@{k}"), *(shown(measure(each, name, k), place(name, k)[0]) for each in results))
        for name in names
    ]
    return _beside(found.study.title, "", tuple(each.label for each in results), rows)


def _beside(title: str, corner: str, labels: tuple[str, ...], rows: list[tuple[str, ...]]) -> Sheet:
    """A sheet with a column for each arm, or a row where there are many of them."""
    table = [(corner, *labels), *rows]
    head, *body = list(zip(*table, strict=True)) if len(labels) > _WIDE else table
    return Sheet(title=title, columns=head, rows=tuple(body))


def _names(found: Outcome) -> Iterator[str]:
    """Every measure that is above 0 somewhere."""
    yield from ("Pass@1", "Pass@k", "Cons@k", "majority@k", "well formed", "invalid turns")
    for section, before in _SECTIONS.items():
        keys = list(found.results[0].measures[section])[1:]
        yield from (before + key for key in keys if any(each.measures[section][key].part for each in found.results))
    effort = found.results[0].measures["effort"]
    yield from (name for name in effort if not (name.startswith("characters") and "tokens read" in effort))


def _contrasts(found: Outcome) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for each in found.contrasts:
        for name in ("Pass@1", "Pass@k", "invalid turns"):
            section, key = place(name, found.study.k)
            shift = each.measures[section][key]
            title = f"{each.second} against {each.first}: {name.replace('@k', f'@{found.study.k}')}"
            rows.append((title, ratio(shift.first, section), ratio(shift.second, section), difference(shift, section)))
        rows.append(
            ("questions by Pass@1", "", "", f"{each.better:,} better, {each.same:,} same, {each.worse:,} worse")
        )
    return Sheet(title="Compared question by question", columns=("", "before", "after", "difference"), rows=tuple(rows))


def _by_hops(found: Outcome) -> Iterator[tuple[str, ...]]:
    for hops, group in found.results[0].hops.items():
        cells = (shown(each.hops[hops].answers["Pass@1"], "answers") for each in found.results)
        yield f"{hops or 'not said'} ({group.tasks:,} questions)", *cells


def _lessons(found: Outcome) -> Sheet:
    rows = []
    for each in found.lessons:
        fell = each.filters.dropped if each.filters else {}
        why = ", ".join(f"{count:,} {reason}" for reasons in fell.values() for reason, count in reasons.items())
        said = (why or "none") if each.filters else "not filtered"
        rows.append((each.arm, str(each.seed), f"{each.attempts:,}", f"{each.episodes:,}", said))
    columns = ("arm", "seed", "the teacher's attempts", "learnt from", "fell")
    return Sheet(title="What was imitated", columns=columns, rows=tuple(rows))


def _counted(counts: dict[int, int] | dict[str, int]) -> str:
    return ", ".join(f"{name}: {count:,}" for name, count in counts.items())
