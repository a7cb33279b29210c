"""Generated worlds: the same bytes for the same seed, every link leads somewhere, every fact stands where it must."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from webenv.errors import InputError
from webenv.types import Page
from webenv.web.snapshot import Snapshot
from webenv.web.world import Graph, WorldSettings, generate_world, read_world
from webenv.web.world.combining import NAMES, combined
from webenv.web.world.graph import Split
from webenv.web.world.pretraining import FURTHER
from webenv.web.world.prose import _SENTENCES, of_split
from webenv.web.world.schema import ATTRIBUTES, KINDS, RELATIONS, Entity
from webenv.web.world.sites import Sites

PAGES = 600


def command(*arguments: object, hash_seed: str = "0") -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "webenv.cli", "generate-world", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "world"
    command("--seed", 7, "--pages", PAGES, "--out", out, "--workers", 1)
    return out


@pytest.fixture(scope="module")
def graph(world: Path) -> Graph:
    found = read_world(Snapshot.open(world))
    assert found is not None
    return found


def test_the_same_seed_gives_the_same_bytes(world: Path, tmp_path: Path) -> None:
    said = command("--seed", 7, "--pages", PAGES, "--out", tmp_path / "again", "--workers", 2, "--json", hash_seed="5")
    assert json.loads(said)["build"]["content_id"] == Snapshot.open(world).content_id
    for name in ("archive/data-00000.warc.gz", "text/views.jsonl.gz", "indexes/index.cdx.gz"):
        assert (tmp_path / "again" / name).read_bytes() == (world / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again"]


@pytest.mark.parametrize("pages", [100, 101, 997, 2_500])
def test_a_world_has_as_many_pages_as_asked(tmp_path: Path, pages: int) -> None:
    seen: list[int] = []
    written = generate_world(
        WorldSettings(seed=1, pages=pages), tmp_path / "w.warc.gz", lambda done, _: seen.append(done)
    )
    assert written == pages == seen[-1]


def test_seeds_splits_and_names_make_other_worlds(tmp_path: Path) -> None:
    digests = set()
    for seed, split, familiar in ((1, "train", False), (2, "train", False), (1, "test", False), (1, "train", True)):
        settings = WorldSettings(seed=seed, pages=100, split=split, familiar=familiar)  # type: ignore[arg-type]
        generate_world(settings, tmp_path / "w.warc.gz")
        digests.add(hashlib.sha256((tmp_path / "w.warc.gz").read_bytes()).hexdigest())
    assert len(digests) == 4


@pytest.mark.parametrize("pages", [99, 10_000_001])
def test_sizes_have_bounds(tmp_path: Path, pages: int) -> None:
    with pytest.raises(InputError, match="from 100 to 10,000,000 pages"):
        generate_world(WorldSettings(seed=1, pages=pages), tmp_path / "w.warc.gz")
    assert list(tmp_path.iterdir()) == []


def test_every_link_leads_to_a_page(world: Path) -> None:
    web = Snapshot.open(world)
    pages = [web.fetch(capture.url) for capture in web.captures() if capture.status == 200]
    links = {link.url for page in pages if isinstance(page, Page) for link in page.links}
    assert len(links) > PAGES / 2
    assert [url for url in links if not isinstance(web.fetch(url), Page)] == []


def test_every_fact_stands_on_its_page_and_leads_on(world: Path, graph: Graph) -> None:
    web, sites = Snapshot.open(world), Sites(graph)
    for relation in RELATIONS.values():
        for source in list(graph.entities(relation.source))[:20]:
            page = web.fetch(sites.of(source, relation.site if not relation.listed else None))
            assert isinstance(page, Page)
            if relation.listed:
                page = web.fetch(sites.of(graph.target(relation, source)))
                assert isinstance(page, Page)
                assert sites.of(source) in [link.url for link in page.links]
                continue
            for target in graph.targets(relation, source):
                assert graph.name(target) in page.text, (relation.name, page.url)
                assert sites.of(target) in [link.url for link in page.links]
    for attribute in ATTRIBUTES.values():
        for source in list(graph.entities(attribute.source))[:20]:
            page = web.fetch(sites.of(source, attribute.site))
            assert isinstance(page, Page)
            assert graph.shown(attribute.name, source) in page.text, (attribute.name, page.url)


def test_relations_are_known_both_ways(graph: Graph) -> None:
    for relation in RELATIONS.values():
        for source in list(graph.entities(relation.source))[:30]:
            for target in graph.targets(relation, source):
                assert source in list(graph.sources(relation, target))
                assert graph.count(relation, target) == len(list(graph.sources(relation, target)))


@pytest.mark.parametrize("familiar", [False, True])
def test_no_two_things_share_a_name_or_a_page(familiar: bool) -> None:
    graph = Graph(WorldSettings(seed=3, pages=30_000, familiar=familiar))
    sites = Sites(graph)
    everything = [entity for kind in KINDS for entity in graph.entities(kind)]
    assert len({graph.name(entity) for entity in everything}) == len(everything)
    assert len({sites.of(entity) for entity in everything}) == len(everything)


def test_familiar_names_keep_the_graph() -> None:
    one, other = (Graph(WorldSettings(seed=3, pages=500, familiar=familiar)) for familiar in (False, True))
    for relation in RELATIONS.values():
        for source in one.entities(relation.source):
            assert one.targets(relation, source) == other.targets(relation, source)
    assert one.name(Entity("person", 1)) != other.name(Entity("person", 1))


def _long_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{6,}", text.lower()))


def _shared(one: str, other: str) -> float:
    """The share of their words that two sentences have in common, in any order."""
    first, second = (set(re.findall(r"\w+", text.casefold())) - {"the", "a"} for text in (one, other))
    return len(first & second) / len(first | second)


def test_wordings_and_skins_are_held_out(tmp_path: Path) -> None:
    from webenv.web.world.skins import _PARTS

    splits: tuple[Split, ...] = ("train", "validation", "test")
    for about, further in FURTHER.items():
        assert all(_shared(text, held_out) < 0.7 for text in further for held_out in _SENTENCES[about][2]), about
        assert len(set(further)) == len(further)
        known = {word for text in of_split(_SENTENCES[about], "pretraining") + further for word in _long_words(text)}
        assert known >= {word for text in of_split(_SENTENCES[about], "test") for word in _long_words(text)}, about
    assert FURTHER.keys() == NAMES.keys() == _SENTENCES.keys()
    for about, wordings in _SENTENCES.items():
        made = combined(about, wordings[2])
        assert len(set(made)) == len(made) > 50
        assert not set(made) & set(wordings[2])
    for wordings in _SENTENCES.values():
        pools = [set(pool) for pool in wordings]
        assert all(pools)
        assert sum(map(len, pools)) == len(set.union(*pools))
    for part in ("facts", "lists", "heading", "crumbs", "frame"):
        pools = [set(_PARTS[split][part]) for split in splits]
        assert sum(map(len, pools)) == len(set.union(*pools))
        assert not set(_PARTS["pretraining"][part]) & pools[2]
