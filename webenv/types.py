"""Every record that crosses a room, and the `Web` protocol they travel through.

Records are frozen `msgspec.Struct`s: they compare by value and encode to JSON as they stand.
Timestamps are 14 digits in UTC (`20180614093000`), dates are ISO 8601 days (`2018-06-14`), digests are
`sha256:` and 64 lower-case hexadecimal digits, offsets and lengths are bytes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Protocol, dataclass_transform, runtime_checkable

import msgspec

Match = Literal["exact", "scheme", "slash", "scheme+slash"]
"""How a URL was found: as written, or with the declared fallbacks of `webenv.web.address.variants`."""

MissingReason = Literal[
    "not-in-snapshot",
    "redirect-loop",
    "redirect-target-missing",
    "bad-url",
    "robots",
    "private-address",
    "timed-out",
    "no-connection",
    "broken-answer",
]
"""Why there is no page; from `robots` on, what became of a try to read it on the live web."""

InvalidKind = Literal["empty", "no_action", "bad_json", "unknown_tool", "bad_arguments", "repeated"]
"""The ways in which a turn can fail to act; a repeated call acts, but says what it said before."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all records: frozen, keyword-only, and an unknown field in a file is an error."""


class Link(Record, array_like=True):
    """One numbered link of a page view; its number is its place in `Page.links`, from 1."""

    label: str
    url: str


class Capture(Record):
    """One archived answer to one URL, as a line of the CDXJ index."""

    url: str
    """Canonical URL (`webenv.web.address.canonical`), or a URN of `webenv.web.recorded`."""
    timestamp: str
    status: int
    mime: str
    digest: str
    """Digest of the entity body: transfer coding removed, content coding kept."""
    filename: str
    """WARC file below `archive/`."""
    offset: int
    length: int
    redirect: str = ""
    """Canonical URL that a 3xx answer points to; empty otherwise."""


class View(Record):
    """What an agent can see of one capture, frozen when the snapshot is built.

    `text` is the page view: all text, links as `label[n]`. `passages` cut up the main view, which has the
    boilerplate removed; they are what is searched. `note` says why there is no text, or that it is cut.
    """

    url: str
    title: str = ""
    date: str = ""
    """Day the page says it was published or changed; empty if it does not say."""
    text: str = ""
    links: tuple[Link, ...] = ()
    passages: tuple[str, ...] = ()
    note: str = ""


class Page(Record):
    """What `Web.fetch` answers for a URL that is in the snapshot: redirects are already followed."""

    url: str
    requested_url: str
    title: str
    date: str
    text: str
    links: tuple[Link, ...]
    status: int
    mime: str
    timestamp: str
    digest: str
    redirects: tuple[str, ...] = ()
    """Canonical URLs that were passed on the way, first to last, without `url`."""
    match: Match = "exact"
    note: str = ""


class Missing(Record):
    """What `Web.fetch` answers for a URL that is not in the snapshot: a normal answer, never an exception."""

    url: str
    reason: MissingReason


class Hit(Record):
    """One page found by a search, with the passage that matched best."""

    rank: int
    """From 1."""
    url: str
    title: str
    date: str
    snippet: str
    score: float
    """BM25 score of the page's best passage; 0 if a search engine gives none."""


@runtime_checkable
class Web(Protocol):
    """A web that can be searched and read, such as a snapshot."""

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        """The `k` best pages for `query`, best first; with `year`, only pages dated in that year."""
        ...

    def fetch(self, url: str) -> Page | Missing:
        """The page at `url`, redirects followed, or why there is none."""
        ...


class ToolCall(Record):
    """`{"name": ..., "arguments": {...}}`, as the policy writes it between `<tool_call>` tags."""

    name: str
    arguments: dict[str, Any] = {}


class Invalid(Record):
    """Why a turn could not be carried out."""

    kind: InvalidKind
    message: str


class Turn(Record):
    """One parsed turn of the policy: exactly one of `call`, `answer` and `invalid` is set."""

    thought: str = ""
    call: ToolCall | None = None
    answer: str | None = None
    invalid: Invalid | None = None
    well_formed: bool = False
    """The whole text is `<think>..</think>` and then one action, nothing else (the format score)."""


class Evidence(Record):
    """One page that a task needs, and the words on it that matter."""

    url: str
    text: str
    """Stands verbatim in the page view."""
    relation: str = ""
    """What it proves, in the words of the task's author."""
    digest: str = ""
    """Digest of the page's entity body; empty if it was not noted."""


class Task(Record):
    """A question with its answer and the proof that the snapshot answers it."""

    task_id: str
    question: str
    answer: str
    aliases: tuple[str, ...] = ()
    """Other spellings that are right too."""
    answer_type: Literal["text", "number", "date", "code"] = "text"
    evidence: tuple[Evidence, ...] = ()
    oracle: tuple[ToolCall, ...] = ()
    """Tool calls that gather the evidence, in order; the answer follows."""
    as_of: str = ""
    """Day for which the answer holds; empty if it does not matter."""
    template: str = ""
    """How a generated question was made: its type, and the relations that it asks through."""
    hops: int = 0
    """Pages that must be read one after the other; 0 if nobody counted."""
    split: str = ""
    """`train`, `validation` or `test`; empty if it belongs to none."""
    triplets: tuple[tuple[str, str, str], ...] = ()
    """The question in formal form (`training.synthesis.triplets`); empty if it has none."""


class RewardBreakdown(Record):
    """`total = 0.1 * format + 0.9 * answer`, both 0 or 1 (WebDancer, arXiv 2505.22648, section 3.2)."""

    format: float
    answer: float
    total: float


class Step(Record):
    """One turn and what came of it."""

    action: str
    observation: str
    reward: float
    terminated: bool
    truncated: bool
    tool: str = ""
    invalid: InvalidKind | None = None


class EnvSettings(Record):
    """The settings of an environment that decide what an episode looks like."""

    max_turns: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 30
    """Turns before truncation (WebSailor's budget, arXiv 2507.02592)."""
    max_chars: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] = 400_000
    """Characters of actions and observations together before truncation (our choice)."""
    page_chars: Annotated[int, msgspec.Meta(ge=1, le=2_000_000)] = 8_000
    """Characters of one page of a long page view (our choice)."""
    k: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 10
    """Pages that one search returns (WebDancer, section 2.2)."""
    drift: str | msgspec.UnsetType = msgspec.UNSET
    """Plan of the drift (`webenv.web.drift.plan`), presets resolved. Without drift all three are left out of files."""
    drift_seed: int | msgspec.UnsetType = msgspec.UNSET
    drift_split: Literal["all", "train", "test"] | msgspec.UnsetType = msgspec.UNSET


class Tokens(Record):
    """An episode as a local model saw it: `prompt`, `turns[0]`, `heard[0]`, `turns[1]`, ... one after the other."""

    prompt: tuple[int, ...]
    turns: tuple[tuple[int, ...], ...]
    """What was drawn, with the token that ended a turn if there was one."""
    heard: tuple[tuple[int, ...], ...]
    """What was read after each turn but the last, with all that stands around it."""
    logprobs: tuple[tuple[float, ...], ...]
    """Of each drawn token at the temperature, nothing cut off; to five decimals."""


class Trajectory(Record):
    """The record of one episode: enough to run it again and compare every bit."""

    content_id: str
    """Empty, and so is `views_id`, if it was played on the live web."""
    views_id: str
    task: Task
    settings: EnvSettings
    policy: str
    seed: int
    sample: int
    question: str
    """The observation that `reset` returned."""
    steps: tuple[Step, ...]
    reward: RewardBreakdown
    cut: Literal["", "context"] = ""
    """Why the policy could not go on where the environment would have; such an episode counts as truncated."""
    tokens: Tokens | None = None
    """For local models."""
    snapshot: str = ""
    """Where the snapshot was, or the recording of the live web; not part of the digest."""
    digest: str = ""
    """`agent.trajectories.digest` over all other fields but `snapshot`: a checksum, not a signature."""
