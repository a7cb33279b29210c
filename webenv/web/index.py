"""The search index: Lucene BM25 over passages, collapsed to pages.

Pyserini's `LuceneSearcher` opens the same index and finds the same passages: analyzer, BM25 parameters and
bag-of-words queries are Anserini's defaults.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from webenv.errors import SearchIndexError
from webenv.web.java import STARTING, errors_name, load

K1 = 0.9
"""BM25 term frequency saturation (Anserini's default)."""
B = 0.4
"""BM25 length normalisation (Anserini's default)."""
MAX_QUERY_CHARS = 1_000
"""Characters of a query that count (our choice; Lucene refuses queries of more than 1,024 terms)."""

_PASSAGES_PER_PAGE = 3
"""Passages asked for, for each page wanted, before asking for more (our choice)."""
_REMAKE = "delete derived/ in the snapshot: it is made again when the snapshot is opened"
_LUCENE = "org.apache.lucene"
_PLACES = "places.npy"
"""Page and passage number of each Lucene document, by its number: read at once instead of one by one."""


def docid(page: int, passage: int) -> str:
    """The name of a passage in the index; names sort as (page, passage)."""
    return f"{page:09d}#{passage:06d}"


def write_index(passages: Iterable[tuple[str, str, str]], directory: Path) -> None:
    """Write an index of (docid, contents, year) in the order of docids; `year` is four digits or empty.

    One thread adds the passages as they come, into one segment, so that Lucene's own numbers follow the
    docids and ties break alike everywhere.

    Raises:
        SearchIndexError: Java or Lucene failed.
    """
    places = array("I")
    with errors_name(directory, "make room on the disk, or the folder writable, and try again"):
        writer = _writer(directory)
        document, fill = _reusable_document()
        for passage_id, contents, year in passages:
            page, _, number = passage_id.partition("#")
            places.extend((int(page), int(number)))
            fill(passage_id, contents, year)
            writer.addDocument(document)
        writer.forceMerge(1)
        writer.close()
    np.save(directory / _PLACES, np.array(places, np.uint32).reshape(-1, 2))


def _writer(directory: Path) -> Any:
    config = load(f"{_LUCENE}.index.IndexWriterConfig")(_analyzer())
    config.setMergePolicy(load(f"{_LUCENE}.index.LogDocMergePolicy")())  # the default one does not keep the order
    config.setMergeScheduler(load(f"{_LUCENE}.index.SerialMergeScheduler")())
    return load(f"{_LUCENE}.index.IndexWriter")(_folder(directory), config)


def _reusable_document() -> tuple[Any, Any]:
    """A Lucene document, and what sets its fields: new objects for every passage would cost too much."""
    bytes_ref = load(f"{_LUCENE}.util.BytesRef")
    string_field, stored = load(f"{_LUCENE}.document.StringField"), load(f"{_LUCENE}.document.Field$Store")
    name = string_field("id", "", stored.YES)
    order = load(f"{_LUCENE}.document.BinaryDocValuesField")("id", bytes_ref())  # LuceneSearcher breaks ties by it
    text = load(f"{_LUCENE}.document.TextField")("contents", "", stored.NO)
    date = string_field("year", "", stored.NO)
    document = load(f"{_LUCENE}.document.Document")()
    for field in (name, order, text, date):
        document.add(field)

    def fill(passage_id: str, contents: str, year: str) -> None:
        name.setStringValue(passage_id)
        order.setBytesValue(bytes_ref(passage_id.encode()))
        text.setStringValue(contents)
        date.setStringValue(year)

    return document, fill


class PassageIndex:
    """A search index in a folder; Java starts and the index is opened at the first search."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lucene: _Lucene | None = None

    def search(
        self, query: str, k: int, year: int | None = None, bm25: tuple[float, float] = (K1, B)
    ) -> list[tuple[int, int, float]]:
        """The best `k` pages as (page number, passage number, BM25 score of that passage), best first.

        The words of `query` count, nothing in it is syntax. Equal scores are ordered by page number; of equal
        passages of a page the first counts. With `year`, only passages of that year are found; `bm25` are k1 and b.

        Raises:
            SearchIndexError: Java or Lucene is broken, or this process was forked after Java had started.
        """
        with errors_name(self._directory, _REMAKE):
            lucene = self._opened()
            parsed = lucene.parse(query, year)
            wanted = k * _PASSAGES_PER_PAGE
            while wanted > 0:
                found = lucene.documents(parsed, wanted, bm25)
                pages = lucene.collapse(found, k)
                if len(pages) == k or len(found) < wanted:
                    return pages
                wanted *= 4
        return []

    def _opened(self) -> _Lucene:
        if self._lucene is None:
            with STARTING:
                if not self._directory.is_dir():  # Lucene would create it
                    raise SearchIndexError(f"{self._directory}: no such folder; {_REMAKE}")
                self._lucene = self._lucene or _Lucene(self._directory)
        return self._lucene


class _Found(msgspec.Struct):
    doc: int
    score: float


class _TopDocs(msgspec.Struct, rename="camel"):
    score_docs: list[_Found]


_decode = msgspec.json.Decoder(_TopDocs).decode


class _Lucene:
    """An open Lucene index; raises Java's exceptions."""

    def __init__(self, directory: Path) -> None:
        reader = load(f"{_LUCENE}.index.DirectoryReader").open(_folder(directory))
        self._context = reader.getContext()
        self._searchers = {(K1, B): self._new_searcher((K1, B))}
        self._analyzer = _analyzer()
        self._generator = load("io.anserini.search.query.BagOfWordsQueryGenerator")()
        self._json = load("com.fasterxml.jackson.databind.ObjectMapper")()
        self._places = _load_places(directory, int(reader.numDocs()))

    def parse(self, query: str, year: int | None) -> Any:
        text = query[:MAX_QUERY_CHARS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        words = self._generator.buildQuery("contents", self._analyzer, text)
        if year is None:
            return words
        occur = load(f"{_LUCENE}.search.BooleanClause$Occur")
        term = load(f"{_LUCENE}.index.Term")("year", f"{year:04d}")
        both = load(f"{_LUCENE}.search.BooleanQuery$Builder")()
        both.add(words, occur.MUST)
        both.add(load(f"{_LUCENE}.search.TermQuery")(term), occur.FILTER)
        return both.build()

    def documents(self, query: Any, wanted: int, bm25: tuple[float, float]) -> list[_Found]:
        """The best documents.

        Lucene's answer crosses from Java as one JSON text: object by object it would take as long as the search.
        """
        return _decode(self._json.writeValueAsString(self._searcher(bm25).search(query, wanted))).score_docs

    def _searcher(self, bm25: tuple[float, float]) -> Any:
        if bm25 not in self._searchers:
            with STARTING:
                self._searchers.setdefault(bm25, self._new_searcher(bm25))
        return self._searchers[bm25]

    def _new_searcher(self, bm25: tuple[float, float]) -> Any:
        searcher = load(f"{_LUCENE}.search.IndexSearcher")(self._context)
        searcher.setSimilarity(load(f"{_LUCENE}.search.similarities.BM25Similarity")(*bm25))
        return searcher

    def collapse(self, found: list[_Found], k: int) -> list[tuple[int, int, float]]:
        """Page, passage and score of the first `k` pages among documents."""
        places, pages = self._places, dict[int, tuple[int, int, float]]()
        for each in found:
            page = places[2 * each.doc]
            if page not in pages:
                pages[page] = (page, places[2 * each.doc + 1], each.score)
                if len(pages) == k:
                    break
        return list(pages.values())


def _load_places(directory: Path, passages: int) -> memoryview:
    """Page and passage number of each Lucene document, one after the other."""
    try:
        places = np.load(directory / _PLACES, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise SearchIndexError(f"{directory / _PLACES}: {error}; {_REMAKE}") from error
    if places.shape != (passages, 2):
        raise SearchIndexError(f"{directory / _PLACES}: does not belong to this index; {_REMAKE}")
    return memoryview(places.ravel())


def _analyzer() -> Any:
    return load("io.anserini.analysis.DefaultEnglishAnalyzer").newDefaultInstance()


def _folder(directory: Path) -> Any:
    return load(f"{_LUCENE}.store.FSDirectory").open(load("java.nio.file.Paths").get(str(directory)))
