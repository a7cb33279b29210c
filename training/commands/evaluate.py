"""`webenv evaluate`."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.evaluation.report import Report
    from training.evaluation.runs import Run


@click.command()
@click.argument("trajectories", nargs=-1, required=True, metavar="[LABEL=]FILE...")
@click.option(
    "--k", type=click.IntRange(1), help="Attempts of Pass@k; by default 3, or fewer if a task has fewer.", default=None
)
@click.option("--judge", help="URL#MODEL of an OpenAI-compatible server that judges answers in place of the rules.")
@click.option("--compare", is_flag=True, help="Compare each later file with the first, task by task.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write it to this Markdown file.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to this PNG file.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
def evaluate(
    trajectories: tuple[str, ...],
    k: int | None,
    judge: str | None,
    compare: bool,
    as_json: bool,
    markdown: Path | None,
    plot: Path | None,
    overwrite: bool,
) -> None:
    """Measure what policies are worth, from the trajectory files that `webenv rollout --samples N` wrote.

    Each file is one run; it is called by its name unless a LABEL is given. Answers are judged anew, by the rules or by
    a model, whose replies are kept on disk.

    \b
    Pass@1      share of right answers: the mean over tasks
    Cons@k      the same number, under the name that WebDancer gives it (later papers: Avg@k)
    Pass@k      chance that one of k attempts is right (unbiased: Chen et al., arXiv 2107.03374)
    majority@k  chance that the answer which most of k attempts give is right; ties by lot

    \b
    Examples:
      webenv evaluate before.jsonl after.jsonl --compare
      webenv evaluate SFT=runs/sft.jsonl DAPO=runs/dapo.jsonl --k 8 --plot learning.png --markdown learning.md
    """
    from training.evaluation.report import RULES
    from training.evaluation.report import evaluate as measure
    from training.evaluation.tables import markdown as as_markdown
    from webenv.commands.reading import print_json
    from webenv.web import publish

    for out in filter(None, (markdown, plot)):
        publish.check_file(out, overwrite)
    runs, by = _judged(_runs(trajectories), judge) if judge else (_runs(trajectories), RULES)
    report = measure(runs, k, compare, by)
    if as_json:
        print_json(report)
    else:
        _print(report)
    if markdown:
        part = markdown.with_name(markdown.name + ".part")
        part.write_text(as_markdown(report), encoding="utf-8")
        part.replace(markdown)
        click.echo(f"{markdown}: written", err=True)
    if plot:
        from training.plots.evaluation import draw_evaluation

        draw_evaluation(report, plot)
        click.echo(f"{plot}: drawn", err=True)


def _runs(trajectories: tuple[str, ...]) -> list[Run]:
    from training.evaluation.runs import read_run
    from webenv.commands.progress import counted
    from webenv.errors import InputError

    files: dict[str, Path] = {}
    for named in trajectories:
        label, path = _labelled(named)
        if label in files:
            raise InputError(f"{named}: two runs are called {label!r}; give one another name: LABEL={path}")
        files[label] = path
    position = count(1)
    with counted("Reading") as show:
        total = sum(map(_lines, files.values()))
        return [read_run(path, label, lambda: show(next(position), total)) for label, path in files.items()]


def _judged(runs: list[Run], spec: str) -> tuple[list[Run], str]:
    """The runs by the verdicts of a model, and what it is called."""
    from training.evaluation.judging import decisive, judged
    from training.judge import load_judge
    from webenv.commands.progress import counted

    judge = load_judge(spec)
    with counted("Judging") as show:
        return [judged(run, decisive(judge), show) for run in runs], judge.completions.model


def _lines(path: Path) -> int:
    """Lines of a file; 0 if it cannot be read, which is said when it is."""
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _labelled(named: str) -> tuple[str, Path]:
    """Label and file of an argument; what is the name of a file that is there has no label."""
    label, equals, path = named.partition("=")
    if not equals or Path(named).exists():
        return Path(named).stem, Path(named)
    if not label.strip() or not path:
        raise click.BadParameter(f"{named!r} is not LABEL=FILE")
    return label.strip(), Path(path)


def _print(report: Report) -> None:
    from training.commands.sheets import print_sheets
    from training.evaluation.tables import closing, sheets

    print_sheets(sheets(report), closing(report))
