"""`Drift`: the same web, changed, by a plan and its seed. It never writes to the snapshot.

    web = Drift.over(Snapshot.open("my-web"), read_plan("moved:0.4", seed=3)).episode()
    web.fetch(...), web.search(...)          # the `Web` protocol
    web.log                                  # what was changed, which no agent sees

What a page becomes is a function of (snapshot, plan, URL, attempt): the archived answer is edited as a server would
send it, and read by the extractor that reads every page. What a search becomes is a function of (plan, query).
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from webenv.types import Hit, Page
from webenv.web.address import canonical, variants
from webenv.web.archive.records import Fault
from webenv.web.drift.choice import Choice
from webenv.web.drift.document import Document, open_document
from webenv.web.drift.episode import Drifted, Edit, edit_of
from webenv.web.drift.families.rot import not_found
from webenv.web.drift.operator import Operator
from webenv.web.drift.plan import Plan
from webenv.web.extract import extract
from webenv.web.index import K1, B
from webenv.web.snapshot import Snapshot

_VIEWS = 1_024
"""Pages as they were changed that a process keeps (our choice)."""
_SEARCHES = 1_024
"""Searches of which a process keeps the hits as they were changed (our choice): a group asks much the same."""
_USUAL = (K1, B)
"""BM25 parameters of the snapshot's own search."""


class Drift:
    """A changed snapshot. Get one with `Drift.over`, and from it a `Web` for each episode."""

    def __init__(self, web: Snapshot, plan: Plan) -> None:
        self.web, self.plan, self.choice = web, plan, Choice(plan)
        operators = [each for family in self.choice.families for each in self.choice.operators[family.name]]
        self._movers = [each for each in operators if each.moved]
        self.copiers = {each.copies.host: each for each in operators if each.copies}
        self.lures = {each.lure: each for each in operators if each.lure}
        self.mover = lru_cache(maxsize=65_536)(self._mover)
        self.view = lru_cache(maxsize=_VIEWS)(self._view)
        self.edits = lru_cache(maxsize=_VIEWS)(self._edits)
        self.results = lru_cache(maxsize=_SEARCHES)(self._results)

    @staticmethod
    def over(web: Snapshot, plan: Plan) -> Drift:
        """The drift of a snapshot by a plan; equal ones share what they have worked out."""
        return _shared(web, plan)

    def __reduce__(self) -> tuple[object, tuple[Snapshot, Plan]]:
        return Drift.over, (self.web, self.plan)

    def episode(self) -> Drifted:
        """The web of one episode, in which no page was asked for yet."""
        return Drifted(self)

    def _mover(self, url: str) -> Operator | None:
        """What moves the page that is captured at exactly this URL."""
        for family in self.choice.families:
            for operator in self.choice.acting(family, url) if self._movers else ():
                if operator.moved and self._is_free(operator.moved.to(url)):
                    return operator
        return None

    def _is_free(self, address: str) -> bool:
        """Whether a page can move there: a usable address where nothing stands."""
        return canonical(address) == address and self.web.capture(address) is None

    def address(self, url: str) -> str:
        """Where the page of a URL of the snapshot is."""
        mover = self.mover(url)
        return mover.moved.to(url) if mover and mover.moved else url

    def origin(self, address: str) -> str | None:
        """The URL in the snapshot of a page that moved to `address`; None if none did."""
        for operator in self._movers:
            assert operator.moved
            for spelling, _ in variants(address):
                url = operator.moved.back(spelling)
                if url and self.mover(url) is operator and self.web.capture(url):
                    return url
        return None

    def document(self, url: str, operators: tuple[Operator, ...], attempt: int) -> Document | None:
        """The answer for the page at `url` of the snapshot, edited; None if it cannot be opened, and so not changed."""
        capture = self.web.capture(url)
        assert capture
        try:
            document = open_document(url, self.web.response(capture))
        except Fault:
            return None
        for operator in operators:
            assert operator.edit
            target = (url, attempt) if operator.attempts else (url,)
            document = operator.edit(document, self.choice.dice(operator, *target))
        return document.at(self.address(url))

    def copy(self, operator: Operator, url: str) -> Document | None:
        """The page that a copier makes of the one at `url`; None if there is none to copy."""
        page = self.web.fetch(url)
        assert operator.copies
        if not isinstance(page, Page):
            return None
        original = self.document(page.url, (), 0)
        if original is None or not original.is_html:
            return None
        made = operator.copies.page(original, page.title, self.choice.dice(operator, page.url))
        return made.at(copy_address(operator, page.url))

    def _view(self, url: str, operators: tuple[Operator, ...], attempt: int) -> Page | None:
        """The page of a URL of the snapshot as it is now; None if no answer came."""
        clean = self.web.fetch(url)
        assert isinstance(clean, Page)
        document = self.document(url, operators, attempt)
        if document is None or (not document.is_html and not document.lost):
            return msgspec.structs.replace(clean, url=self.address(url))
        return None if document.lost else read(document, clean)

    def _edits(self, url: str, operators: tuple[Operator, ...], attempt: int) -> tuple[Edit, ...]:
        """The lines of the log for what operators do to the page of a URL of the snapshot."""
        notes = (each.note(self.choice.dice(each, url)) if each.note else "" for each in operators)
        edits = zip(operators, notes, strict=True)
        return tuple(msgspec.structs.replace(edit_of(each, url, attempt), note=note) for each, note in edits)

    def _results(self, query: str, k: int, year: int | None) -> tuple[tuple[Hit, ...], tuple[Edit, ...]]:
        """The hits for a query as they are now, and the lines of the log."""
        target = (query, year or 0)
        acting = self.choice.of_search(*target)
        bm25 = next((each.bm25 for each in acting if each.bm25), _USUAL)
        hits = self.web.search(query, k, year, bm25)
        best = hits[0] if hits else None
        for operator in acting:
            if operator.results:
                chosen, dice = self.choice.of_hits(operator, *target), self.choice.dice(operator, *target)
                hits = operator.results(hits, chosen, dice)
        hits = [msgspec.structs.replace(hit, url=self.address(hit.url)) for hit in hits]
        for operator in acting:
            if operator.copies and best and (hit := self._copied_hit(operator, best, year)):
                hits.insert(operator.copies.rank - 1, hit)
        ranked = tuple(msgspec.structs.replace(hit, rank=rank) for rank, hit in enumerate(hits[:k], 1))
        return ranked, tuple(edit_of(each, query) for each in acting)

    def _copied_hit(self, operator: Operator, best: Hit, year: int | None) -> Hit | None:
        """What search shows of a copy; None if it is not of the year."""
        assert operator.copies
        hit = operator.copies.hit(best, self.choice.dice(operator, best.url))
        if year is not None and not hit.date.startswith(f"{year:04d}"):
            return None
        return msgspec.structs.replace(hit, url=copy_address(operator, best.url))

    def gone(self, clean: Page) -> Page:
        """What stands where a page was that moved without a word."""
        return read(not_found(self.blank(clean.url)), clean)

    def blank(self, url: str) -> Document:
        """The archived answer at exactly this URL, not opened: to be replaced."""
        capture = self.web.capture(url)
        assert capture
        return Document(url=url, response=self.web.response(capture))


def read(document: Document, clean: Page) -> Page:
    """A document as agents see it; time and digest are those of the capture that it was made from."""
    response = document.to_response()
    kind, changed = response.get("Content-Type"), response.get("Last-Modified")
    view = extract(
        response.body,
        content_type=kind,
        url=document.url,
        timestamp=clean.timestamp,
        last_modified=changed,
        searched=False,
    )
    return Page(
        url=document.url,
        requested_url=document.url,
        title=view.title,
        date=view.date,
        text=view.text,
        links=view.links,
        status=response.status,
        mime=response.mime,
        timestamp=clean.timestamp,
        digest=clean.digest,
        note=view.note,
    )


def copy_address(operator: Operator, url: str) -> str:
    """Where a copier puts what it makes of the page at `url`."""
    assert operator.copies
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{operator.copies.host}/{rest}"


def original_of(address: str) -> str:
    """The URL that `copy_address` put into an address."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[2]}"


@lru_cache(maxsize=32)
def _shared(web: Snapshot, plan: Plan) -> Drift:
    return Drift(web, plan)
