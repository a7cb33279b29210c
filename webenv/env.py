"""`WebEnv`: a frozen web as a Gymnasium environment, one question an episode.

    import gymnasium, webenv

    env = gymnasium.make("webenv/Web-v0", snapshot="snapshots/nemo")
    question, info = env.reset(seed=1, options={"task_id": "nemo-001"})
    observation, reward, terminated, truncated, info = env.step(turn)

An action is the raw text of one turn (`webenv.protocol`), an observation is what the policy reads next: the
question, a tool response, or nothing after an answer. An answer terminates the episode; the turn or character
budget truncates it. What a policy gets wrong is an observation; what is wrong with the machine raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import gymnasium
import msgspec
from gymnasium.error import InvalidAction, ResetNeeded

from tools.session import Session
from tools.summary import ExtractiveSummariser, Summariser
from tools.tool import Tool
from tools.toolbox import DEFAULT_TOOLS, Toolbox
from webenv import protocol, reward
from webenv.errors import InputError
from webenv.spaces import Unicode
from webenv.types import EnvSettings, Invalid, InvalidKind, Task, ToolCall, Turn, Web
from webenv.web.address import canonical
from webenv.web.drift import Drift, Drifted, read_plan
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks

_DEFAULTS = EnvSettings()
_CUT = "\n… (cut: the response is too long)"
_FRAME_CHARS = 1_024  # room for what stands around the text of a tool response


@dataclass
class _Episode:
    task: Task
    session: Session
    turns: list[Turn] = field(default_factory=list)
    said: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    """Tool call, as JSON, to the turn that made it first, and what came of it."""
    transcript: list[str] = field(default_factory=list)
    over: bool = False


class WebEnv(gymnasium.Env[str, str]):
    """One question an episode, asked of the web in a snapshot.

    `info` holds only what is the same on every run. After `reset`: `task_id` and `content_id`. After `step`:
    `tool`, the tool that ran or ""; `invalid`, why the turn could not be carried out (`types.InvalidKind`) or
    None; `evidence_seen`, how many of the task's evidence pages were opened so far; and with the last step
    `reward`, its parts (`types.RewardBreakdown`). Under drift every step has `edits` too: what was changed in
    what it showed (`webenv.web.drift.Edit`), which the policy must not see.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012 (as in gymnasium.Env)
    action_space: Unicode
    observation_space: Unicode

    def __init__(
        self,
        snapshot: str | Path | Web,
        tasks: str | Path | Sequence[Task] | None = None,
        *,
        max_turns: int = _DEFAULTS.max_turns,
        max_chars: int = _DEFAULTS.max_chars,
        page_chars: int = _DEFAULTS.page_chars,
        k: int = _DEFAULTS.k,
        drift: str | msgspec.UnsetType = "",
        drift_seed: int | msgspec.UnsetType = 0,
        drift_split: str | msgspec.UnsetType = "all",
        tools: Sequence[type[Tool]] = DEFAULT_TOOLS,
        summariser: Summariser | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Open the snapshot; Lucene starts at the first search, so that the environment can be forked before.

        Args:
            snapshot: Folder of a snapshot, or any `Web`.
            tasks: Task file (JSONL) or tasks; by default the snapshot's own.
            max_turns: Turns before truncation.
            max_chars: Characters of actions and observations together before truncation.
            page_chars: Characters of one page of a long page view.
            k: Pages that one search returns.
            drift: How the web has changed since it was captured, such as "moved:0.4,ads:0.2", "redesign" or "age:12mo"
                (`webenv.web.drift.plan`); empty for not at all.
            drift_seed: Seeds what exactly changes.
            drift_split: Operators that may act: "train", "test" (held out from "train"), or "all".
            tools: What the policy can call.
            summariser: Reads pages by goal for `visit`; by default `ExtractiveSummariser`.
            render_mode: "ansi" or None.

        Raises:
            InputError: there are no tasks, or an argument is out of range.
            SnapshotError: the snapshot cannot be opened.
        """
        given: dict[str, Any] = {"max_turns": max_turns, "max_chars": max_chars, "page_chars": page_chars, "k": k}
        plan = read_plan(drift or "", drift_seed or 0, drift_split or "all")
        try:
            self.settings = msgspec.convert(given | plan.settings, EnvSettings)
        except msgspec.ValidationError as error:
            raise InputError(f"a setting is out of range: {error}") from None
        if render_mode not in (None, "ansi"):
            raise InputError(f"render_mode {render_mode!r} is not known; use 'ansi' or None")
        self.web = Snapshot.open(snapshot) if isinstance(snapshot, str | Path) else snapshot
        if plan.severities and not isinstance(self.web, Snapshot):
            raise InputError("drift changes what a snapshot serves; give the folder of one")
        self._drift = Drift.over(self.web, plan) if plan.severities and isinstance(self.web, Snapshot) else None
        self.tasks = {task.task_id: task for task in _load_tasks(self.web, tasks)}
        self.render_mode = render_mode
        self.action_space = Unicode(max_chars)
        self.observation_space = Unicode(4 * page_chars + 32_768)
        self._toolbox = Toolbox(tools)
        self._summariser = summariser or ExtractiveSummariser()
        self._episode: _Episode | None = None
        self._check_questions()

    @property
    def tool_schemas(self) -> list[dict[str, Any]]:
        """The tools in the function-calling form, for the prompt of a policy."""
        return self._toolbox.schemas()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Begin an episode; the observation is the question.

        Args:
            seed: Seeds the choice of the task.
            options: `{"task_id": ...}` chooses the task.

        Raises:
            InputError: there is no such task or option.
        """
        super().reset(seed=seed)
        if unknown := set(options or {}) - {"task_id"}:
            raise InputError(f"there is no option {', '.join(map(repr, unknown))}; there is 'task_id'")
        task = self._choose_task((options or {}).get("task_id"))
        web = self._drift.episode() if self._drift else self.web
        session = Session(web, self.settings.k, self.settings.page_chars, self._summariser)
        self._episode = _Episode(task, session, transcript=[task.question])
        content_id = self.web.content_id if isinstance(self.web, Snapshot) else ""
        return task.question, {"task_id": task.task_id, "content_id": content_id}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Carry out one turn.

        Raises:
            ResetNeeded: no episode has begun, or the last one is over.
            InvalidAction: the action is not a text.
            WebenvError: the machine failed; this is never shown to the policy.
        """
        if not isinstance(action, str):
            raise InvalidAction(f"an action is the text of one turn, not {type(action).__name__}")
        episode = self._episode
        if episode is None or episode.over:
            raise ResetNeeded("no episode is under way; call reset() first")
        action = protocol.writable(action)
        edits = episode.session.web.log if isinstance(episode.session.web, Drifted) else []
        known = len(edits)
        turn, observation, invalid = self._carry_out(protocol.parse(action), episode)
        episode.turns.append(turn)
        terminated = turn.answer is not None
        if not terminated and len(episode.turns) == self.settings.max_turns - 1:
            observation = protocol.with_last_call(observation)
        episode.transcript += [action, observation]
        truncated = not terminated and self._is_spent(episode)
        info: dict[str, Any] = {
            "tool": turn.call.name if turn.call else "",
            "invalid": invalid,
            "evidence_seen": len(_read(episode.session) & {canonical(item.url) for item in episode.task.evidence}),
        }
        if self._drift:
            info["edits"] = msgspec.to_builtins(edits[known:])
        if not terminated and not truncated:
            return observation, 0.0, False, False, info
        episode.over = True
        earned = reward.score(episode.task, episode.turns)
        info["reward"] = msgspec.to_builtins(earned)
        return observation, earned.total, terminated, truncated, info

    def render(self) -> str | None:
        """With `render_mode="ansi"`: the episode so far, to be read by people."""
        if self.render_mode is None or self._episode is None:
            return None
        question, *rest = self._episode.transcript
        turns = [
            f"\n── turn {number} ──\n{action}\n{observation}\n"
            for number, (action, observation) in enumerate(zip(rest[::2], rest[1::2], strict=True), 1)
        ]
        earned = reward.score(self._episode.task, self._episode.turns) if self._episode.over else None
        end = [f"\n── reward {earned.total} (format {earned.format}, answer {earned.answer}) ──\n"] if earned else []
        return "".join([f"── question ──\n{question}\n", *turns, *end])

    def _carry_out(self, turn: Turn, episode: _Episode) -> tuple[Turn, str, InvalidKind | None]:
        """The turn, marked as invalid if its tool call cannot run, the observation, and what was wrong if anything."""
        if turn.call is not None:
            tool = self._toolbox.read(turn.call)
            if not isinstance(tool, Invalid):
                text = self._cut(tool.run(episode.session))
                return turn, *self._unless_repeated(turn.call, text, episode)
            turn = msgspec.structs.replace(turn, call=None, invalid=tool)
        if turn.invalid is not None:
            return turn, protocol.error_response(turn.invalid), turn.invalid.kind
        return turn, "", None

    def _unless_repeated(self, call: ToolCall, text: str, episode: _Episode) -> tuple[str, InvalidKind | None]:
        """What a tool said; only a word of it if the same call said the same before."""
        key = msgspec.json.encode(call, order="deterministic")
        first, before = episode.said.setdefault(key, (len(episode.turns) + 1, text))
        if first <= len(episode.turns) and before == text:
            return protocol.tool_response(
                f"This call was made in turn {first} already, and it says the same."
            ), "repeated"
        episode.said[key] = (len(episode.turns) + 1, text)
        return protocol.tool_response(text), None

    def _cut(self, text: str) -> str:
        room = self.observation_space.max_length - _FRAME_CHARS
        return text if len(text) <= room else text[: room - len(_CUT)] + _CUT

    def _is_spent(self, episode: _Episode) -> bool:
        chars = sum(map(len, episode.transcript[1:]))
        return len(episode.turns) >= self.settings.max_turns or chars >= self.settings.max_chars

    def _choose_task(self, task_id: str | None) -> Task:
        if task_id is None:
            return list(self.tasks.values())[self.np_random.integers(len(self.tasks))]
        if not isinstance(task_id, str) or task_id not in self.tasks:
            near = get_close_matches(str(task_id), self.tasks, 1) or list(self.tasks)[:1]
            raise InputError(f"there is no task {task_id!r} among {len(self.tasks)}; for example {near[0]!r} is there")
        return self.tasks[task_id]

    def _check_questions(self) -> None:
        for task in self.tasks.values():
            if task.question not in self.observation_space:
                raise InputError(f"task {task.task_id}: the question has {len(task.question)} characters, too many")


def _read(session: Session) -> set[str]:
    """URLs in the snapshot of the pages that were opened."""
    return session.web.read if isinstance(session.web, Drifted) else session.seen


def _load_tasks(web: Web, tasks: str | Path | Sequence[Task] | None) -> list[Task]:
    if isinstance(tasks, str | Path):
        found = read_tasks(Path(tasks))
    elif tasks is not None:
        found = list(tasks)
    else:
        found = web.tasks() if isinstance(web, Snapshot) else []
    if not found:
        raise InputError("there are no tasks: the snapshot ships none; give tasks=FILE.jsonl or a list of Task")
    return found
