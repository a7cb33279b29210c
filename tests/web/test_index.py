"""The index by its public face, over real Lucene; beside Pyserini's own searcher; and on broken machines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webenv.errors import SearchIndexError
from webenv.web.index import PassageIndex, docid, write_index

PAGES: list[tuple[str, list[str]]] = [
    ("2018", ["The heron stands in the river.", "Nothing to see here."]),
    ("2019", ["A river is a stream of water.", "The heron, a heron, and one more heron.", "Rivers flow."]),
    ("", ["Clownfish live in anemones.", "Amphiprion ocellaris, found near Tarpon Springs."]),
    ("2018", ["The heron stands in the river.", "The heron stands in the river."]),
    ("2018", [f"The stork number {number} nests." for number in range(500)]),
    ("2019", ["One stork, far away from all the others that are told about at length on the page before."]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "lucene"
    write_index(
        (
            (docid(page, number), text, year)
            for page, (year, passages) in enumerate(PAGES)
            for number, text in enumerate(passages)
        ),
        folder,
    )
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> PassageIndex:
    return PassageIndex(folder)


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script in an interpreter of its own."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def places(found: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    return [(page, passage) for page, passage, _ in found]


def test_pages_are_found_by_their_best_passage_best_first(index: PassageIndex) -> None:
    found = index.search("herons", 10)
    assert places(found)[0] == (1, 1)
    assert sorted(page for page, _ in places(found)) == [0, 1, 3]
    scores = [score for *_, score in found]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_equal_scores_are_ordered_by_page_and_passage(index: PassageIndex) -> None:
    found = index.search("stands", 10)
    assert places(found) == [(0, 0), (3, 0)]
    assert found[0][2] == found[1][2]


def test_a_page_with_very_many_passages_does_not_hide_the_others(index: PassageIndex) -> None:
    assert [page for page, _ in places(index.search("stork", 2))] == [4, 5]


@pytest.mark.parametrize(("k", "pages"), [(1, 1), (2, 2), (3, 3), (100, 3), (0, 0), (-1, 0)])
def test_at_most_k_pages(index: PassageIndex, k: int, pages: int) -> None:
    assert len(index.search("heron", k)) == pages


def test_year_keeps_pages_of_that_year(index: PassageIndex) -> None:
    assert [page for page, _ in places(index.search("heron", 10, 2018))] == [0, 3]
    assert [page for page, _ in places(index.search("heron", 10, 2019))] == [1]
    assert index.search("clownfish", 10, 2018) == []
    assert index.search("heron", 10, 99_999) == []


@pytest.mark.parametrize("query", ["", " ", "the of and", "?!*()", "\0", "\ud800", "xyzzy"])
def test_a_query_without_known_words_finds_nothing(index: PassageIndex, query: str) -> None:
    assert index.search(query, 10) == []


def test_nothing_in_a_query_is_syntax(index: PassageIndex) -> None:
    plain = index.search("heron river", 10)
    assert index.search('heron AND (NOT "river\\', 10) == plain
    assert index.search("+heron^9 -river~ [* TO *]", 10) == index.search("heron 9 river", 10)


def test_a_very_long_query_is_cut_not_refused(index: PassageIndex) -> None:
    assert places(index.search("heron " + "水" * 100_000, 1)) == places(index.search("heron", 1))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(), k=st.integers(-5, 50), year=st.one_of(st.none(), st.integers()))
def test_any_query_is_answered_and_answered_alike(index: PassageIndex, query: str, k: int, year: int | None) -> None:
    found = index.search(query, k, year)
    assert found == index.search(query, k, year)
    assert len({page for page, *_ in found}) == len(found) <= max(k, 0)


def test_writing_twice_gives_the_same_answers(index: PassageIndex, tmp_path: Path) -> None:
    write_index(
        [
            (docid(page, number), text, year)
            for page, (year, texts) in enumerate(PAGES)
            for number, text in enumerate(texts)
        ],
        tmp_path / "again",
    )
    again = PassageIndex(tmp_path / "again")
    for query in ("heron river", "stork", "found near tarpon springs", "a stream of water"):
        assert again.search(query, 10) == index.search(query, 10)


def test_an_empty_index_is_an_index(tmp_path: Path) -> None:
    write_index([], tmp_path / "empty")
    assert PassageIndex(tmp_path / "empty").search("heron", 10) == []


_PYSERINI = """
import json, os, sys
os.environ["OPENAI_API_KEY"] = "none"
from webenv.web.java import load
load("java.lang.String")  # the Java machine of this project serves Pyserini too
from pyserini.search.lucene import LuceneSearcher
searcher = LuceneSearcher(sys.argv[1])
print(json.dumps([[(hit.docid, hit.score) for hit in searcher.search(query, 1000)] for query in sys.argv[2:]]))
"""


def test_pyserini_finds_the_same_in_the_same_order(index: PassageIndex, folder: Path) -> None:
    queries = ["heron river", "Stork", "found near tarpon springs", "stands stands river", "a stream of waters"]
    answered = run(_PYSERINI, folder, *queries)
    assert answered.returncode == 0, answered.stderr
    for query, hits in zip(queries, json.loads(answered.stdout.splitlines()[-1]), strict=True):
        best: dict[int, tuple[int, float]] = {}
        for name, score in hits:
            page, _, passage = name.partition("#")
            best.setdefault(int(page), (int(passage), score))
        found = index.search(query, 1000)
        assert [(page, passage) for page, passage, _ in found] == [(page, best[page][0]) for page in best]
        assert [score for *_, score in found] == pytest.approx([score for _, score in best.values()], abs=1e-4)


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match=r"no such folder.*derived/"):
        PassageIndex(tmp_path / "none").search("heron", 10)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("damage", ["truncate", "delete", "garbage"])
@pytest.mark.parametrize("part", ["segments_*", "*.si", "*.tmd", "places.npy"])
def test_a_damaged_index_is_an_error_and_not_an_empty_answer(
    folder: Path, tmp_path: Path, part: str, damage: str
) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (victim,) = broken.glob(part)
    if damage == "delete":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:20] if damage == "truncate" else b"garbage" * 20)
    with pytest.raises(SearchIndexError, match="derived/"):
        PassageIndex(broken).search("heron", 10)


def test_places_of_another_index_are_refused(folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    write_index([(docid(0, 0), "heron", "")], tmp_path / "other")
    shutil.copy(tmp_path / "other" / "places.npy", broken)
    with pytest.raises(SearchIndexError, match="does not belong"):
        PassageIndex(broken).search("heron", 10)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SearchIndexError, match="file"):
        write_index([], tmp_path / "file" / "index")


def test_importing_starts_no_java_and_loads_no_torch() -> None:
    answered = run("import sys, webenv.web.index; print({'jnius', 'torch', 'pyserini'} & set(sys.modules))")
    assert answered.stdout == "set()\n"


_FORKED = """
import os, sys
from pathlib import Path
from webenv.errors import SearchIndexError
from webenv.web.index import PassageIndex
index = PassageIndex(Path(sys.argv[1]))
index.search("heron", 1)
if os.fork() == 0:
    try:
        index.search("heron", 1)
    except SearchIndexError as error:
        print(error, flush=True)
    os._exit(0)
os.wait()
"""


def test_a_forked_process_is_told_to_spawn(folder: Path) -> None:
    assert "spawn" in run(_FORKED, folder).stdout


_INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from webenv.web.index import PassageIndex
before = dict(os.environ)
PassageIndex(Path(sys.argv[1])).search("heron", 1)
assert dict(os.environ) == before
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted")
"""


def test_control_c_still_reaches_python_and_java_is_silent(folder: Path) -> None:
    answered = run(_INTERRUPTED, folder)
    assert (answered.stdout, answered.stderr) == ("interrupted\n", "")


def test_an_old_java_home_is_not_used(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.1"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert run(_INTERRUPTED, folder).stdout == "interrupted\n"


def test_a_broken_java_home_is_explained(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "release").write_text('JAVA_VERSION="21.0.1"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "Java cannot be started" in run(_INTERRUPTED, folder).stderr


_THREADS = """
import sys, threading
from webenv.web.snapshot import Snapshot
found = []
def look():
    found.append(Snapshot.open(sys.argv[1]).search("heron", 3))
threads = [threading.Thread(target=look) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == 6 and found.count(found[0]) == 6 and found[0], found
"""


def test_the_first_searches_may_come_from_several_threads(small: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", _THREADS, str(small)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_paths_and_locales_of_any_kind(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "ü 中", ignore=shutil.ignore_patterns("derived"))
    ended = subprocess.run(
        [sys.executable, "-m", "webenv.cli", "search", str(tmp_path / "ü 中"), "heron"],
        capture_output=True,
        check=False,
        env=os.environ | {"LC_ALL": "POSIX", "PYTHONUTF8": "1"},
    )
    assert ended.returncode == 0, ended.stderr
    assert b"heron" in ended.stdout
