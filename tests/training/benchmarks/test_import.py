"""`webenv import-benchmark`: files in, task files out, and what was left out is counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.training.benchmarks.files import FLAT, GAIA, array, browsecomp, lines, parquet
from training.benchmarks.loaded import answer_type
from webenv.cli import main
from webenv.reward import judge
from webenv.types import Task
from webenv.web.tasks import read_tasks


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_counts_are_said(tmp_path: Path) -> None:
    long = FLAT[0] | {"answer": "reed " * 100}
    source = array(tmp_path / "test.json", [*FLAT, long, FLAT[1]])
    result = run("import-benchmark", "webwalkerqa", source, "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    assert "3 questions (2 webwalkerqa:multi_source:hard:en, 1 webwalkerqa:single_source:easy:unknown)" in result.stdout
    assert "left out: 1, comes twice" in result.stdout
    assert "1 answers are too long for the rule judge" in result.stdout
    counts = json.loads(
        run(
            "import-benchmark", "gaia", lines(tmp_path / "m.jsonl", GAIA), "--out", tmp_path / "g.jsonl", "--json"
        ).stdout
    )
    assert counts == {
        "tasks": {"gaia:level-1": 1, "gaia:level-2": 1},
        "left_out": {"needs a file": 1},
        "not_for_rules": {},
    }


def test_the_task_file_can_be_played_replayed_and_audited(nemo: Path, tmp_path: Path) -> None:
    page = "http://parks.pinellas-county.example/fred-howard-park.html"
    row = FLAT[0] | {"answer": "Tarpon Springs", "source_website": [page], "golden_path": ["root"]}
    out = tmp_path / "out.jsonl"
    assert run("import-benchmark", "webwalkerqa", array(tmp_path / "t.json", [row]), "--out", out).exit_code == 0
    played = tmp_path / "played.jsonl"
    summary = run("rollout", nemo, "--tasks", out, "--policy", "oracle", "--out", played, "--json")
    assert json.loads(summary.stdout)["right"] == 1
    assert run("replay", played).exit_code == 0
    checks = json.loads(run("audit", nemo, "--tasks", out, "--json").stdout)["checks"]
    assert {check["name"]: check["count"] for check in checks}["solved"] == 1
    assert json.loads(run("recall", nemo, "--tasks", out, "--json").stdout)[0]["pages"] == 1
    rows = lines(tmp_path / "m.jsonl", GAIA)
    assert run("import-benchmark", "gaia", rows, "--out", tmp_path / "g.jsonl").exit_code == 0
    result = run("rollout", nemo, "--tasks", tmp_path / "g.jsonl", "--policy", "random", "--out", tmp_path / "r.jsonl")
    assert result.exit_code == 0, result.output


def test_files_are_the_same_in_every_process(tmp_path: Path) -> None:
    source = array(tmp_path / "test.json", FLAT)
    for seed in ("1", "2"):
        command = ["import-benchmark", "webwalkerqa", str(source), "--out", str(tmp_path / seed)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-m", "webenv.cli", *command], check=True, capture_output=True, env=environment)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("17", "number"),
        ("-1,234.5", "number"),
        ("$5", "number"),
        ("45%", "number"),
        ("1998", "number"),
        ("1, 2, 3", "text"),
        ("1/2", "text"),
        ("1" * 5_000, "text"),
        ("14 June 2018", "date"),
        ("June 14th, 2018", "date"),
        ("May 2031", "date"),
        ("12/25", "text"),
        ("Opens 14 June 2018", "text"),
        ("Friday, 14 June 2018", "text"),
        ("AB-1234", "code"),
        ("C3PO", "code"),
        ("12 Monkeys", "text"),
        ("Fred Howard Park", "text"),
        ("2031年5月3日", "text"),
        ("seven", "text"),
        ("…", "text"),
    ],
)
def test_answers_get_a_type_under_which_they_are_right(answer: str, expected: str) -> None:
    found = answer_type(answer)
    assert found == expected
    if len(answer) < 300:
        assert judge(Task(task_id="t", question="?", answer=answer, answer_type=found), answer)


def test_bad_input_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    for name, file, message in (
        ("gaia", tmp_path / "none.parquet", "no such file"),
        ("gaia", tmp_path, "no such file"),
        ("gaia", array(tmp_path / "flat.json", FLAT), "row 1: column 'Level' holds None"),
        ("gaia", browsecomp(tmp_path / "in.csv", [("Who?", "Nobody")]), "line 1: not JSON"),
        ("browsecomp", array(tmp_path / "flat.json", FLAT), "line 2: column 'problem' is missing"),
        ("webwalkerqa", lines(tmp_path / "gaia.jsonl", GAIA), "line 1: column 'answer' is missing"),
        ("webwalkerqa", parquet(tmp_path / "gaia.parquet", GAIA), "row 1: column 'answer' is missing"),
    ):
        result = run("import-benchmark", name, file, "--out", out)
        assert result.exit_code == 1, file
        assert message in result.output
    for text, message in (
        (f"[{json.dumps(FLAT[0])}, 5]", "row 2: not JSON of the expected shape"),
        ('[{"Question": "?"', "not JSON of the expected shape"),
        ('{"Question": "?"}\n{"Question"', "line 1: column 'answer' is missing"),
        ('{"Question": ' + "[" * 100_000, "line 1: not JSON of the expected shape"),
        (
            json.dumps(FLAT)[:-1] + ', {"Question": ' + "[" * 900 + "]" * 900 + "}]",
            "row 3: column 'question' holds [[[",
        ),
        ("[" * 100_000, "not JSON of the expected shape"),
        ('{"Question": "\\ud800"}', "line 1: not JSON of the expected shape"),
        ("", "no question is left"),
        ("[]", "no question is left"),
    ):
        (tmp_path / "bad.json").write_text(text, encoding="utf-8")
        result = run("import-benchmark", "webwalkerqa", tmp_path / "bad.json", "--out", out)
        assert result.exit_code == 1, text
        assert message in result.output
    (tmp_path / "bad.json").write_bytes(b'{"Question": "\xff"}')
    assert "line 1: not JSON" in run("import-benchmark", "webwalkerqa", tmp_path / "bad.json", "--out", out).output
    assert not out.exists()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    source = array(tmp_path / "test.json", FLAT)
    out = tmp_path / "out.jsonl"
    out.write_text("precious")
    assert "--overwrite" in run("import-benchmark", "webwalkerqa", source, "--out", out).output
    assert out.read_text() == "precious"
    assert run("import-benchmark", "webwalkerqa", source, "--out", out, "--overwrite").exit_code == 0
    assert len(read_tasks(out)) == 2


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(65 * 1024**2)
    result = run("import-benchmark", "webwalkerqa", tmp_path / "huge.json", "--out", tmp_path / "out.jsonl")
    assert "no benchmark file is as large" in result.output
