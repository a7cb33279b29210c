"""Draws tasks and plays them with the engine until a batch is full of groups worth training on.

It stands in the place of sampling in TRL's `GRPOTrainer` (`rollout_func`). Whatever is drawn, kept, skipped and why is
written down; every episode goes into a trajectory file of its round, which `webenv show` and `webenv report` read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from agent.engine.engine import Engine
from agent.episode import Episode
from training.dapo.curriculum import Curriculum
from training.dapo.groups import DynamicSampling, Verdict, is_truncated, reward, verdict
from webenv.types import Trajectory


class Group(NamedTuple):
    """The episodes of one task under one policy."""

    task_id: str
    played: tuple[Trajectory, ...]
    verdict: Verdict
    is_copy: bool = False

    @property
    def share_right(self) -> float:
        """Mean answer score."""
        return sum(each.reward.answer for each in self.played) / len(self.played)


class Batch(NamedTuple):
    """Groups for one round of training, and what was drawn for them."""

    groups: list[Group]
    """As many as wanted; those that are not `kept` fill up and give no loss."""
    drawn: list[Group]

    @property
    def counts(self) -> dict[str, int]:
        """How many groups were drawn, by verdict."""
        return dict(sorted(Counter(group.verdict for group in self.drawn).items()))


class Rollouts:
    """Fills batches."""

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[str, str, int], Episode],
        curriculum: Curriculum,
        sampling: DynamicSampling,
        size: int,
    ) -> None:
        """`begin` gets the version of the policy, a task id and a sample index; `size` episodes make a group."""
        self._engine, self._begin, self._size = engine, begin, size
        self.curriculum, self._sampling = curriculum, sampling

    def fill(self, wanted: int, version: str) -> Batch:
        """Draw and play, under a version of the weights, until `wanted` groups are kept or as many drawn as may be.

        A batch that could not be filled goes on with what there is: copies under the rule `dupo`, else groups that give
        no loss, so that the shape of the batch stays.
        """
        self._engine.renew(version)
        kept: list[Group] = []
        drawn: list[Group] = []
        taken: Counter[str] = Counter()
        ready: dict[tuple[str, int], Group] = {}
        limit = wanted if self._sampling.rule == "dupo" else round(wanted * self._sampling.most_draws)
        while len(kept) < wanted and len(drawn) < limit:
            (task_id,) = self.curriculum.draw(1)
            first = taken[task_id]
            if (task_id, first) not in ready:
                ahead = min(max(wanted - len(kept), self._abreast), limit - len(drawn)) - 1
                ready = self._play([task_id, *self.curriculum.coming(ahead)], taken)
            group = ready[task_id, first]
            taken[task_id] += self._size
            self.curriculum.learn(task_id, group.share_right)
            drawn.append(group)
            kept += [group] if group.verdict == "kept" else []
        return Batch([*kept, *self._filling(kept, drawn, wanted - len(kept))], drawn)

    @property
    def _abreast(self) -> int:
        """Groups that fill the slots. What is played ahead and not drawn after all is forgotten: it leaves no trace."""
        return self._engine.settings.slots // self._size

    def _play(self, task_ids: Sequence[str], taken: Mapping[str, int]) -> dict[tuple[str, int], Group]:
        """A group of each task, by its id and first sample; samples begin where those `taken` end."""
        firsts = []
        counted = Counter(taken)
        for task_id in task_ids:
            firsts.append((task_id, counted[task_id]))
            counted[task_id] += self._size
        version = self._engine.version
        episodes = (
            self._begin(version, task_id, first + each) for task_id, first in firsts for each in range(self._size)
        )
        played: dict[tuple[str, int], Trajectory] = {}
        for ended in self._engine.run(episodes):
            trajectory = ended.talk.trajectory("context" if ended.is_cut else "", ended.tokens)
            played[trajectory.task.task_id, trajectory.sample] = trajectory
        return {(task_id, first): self._group(task_id, first, played) for task_id, first in firsts}

    def _group(self, task_id: str, first: int, played: Mapping[tuple[str, int], Trajectory]) -> Group:
        group = tuple(played[task_id, first + each] for each in range(self._size))
        return Group(task_id, group, verdict([each.reward.answer for each in group], self._sampling))

    def _filling(self, kept: Sequence[Group], drawn: Sequence[Group], missing: int) -> Iterator[Group]:
        for number in range(missing):
            if self._sampling.rule == "dupo" and kept:
                yield kept[number % len(kept)]._replace(is_copy=True)
            else:
                yield drawn[number % len(drawn)]._replace(verdict="out of band", is_copy=True)


def rows(batch: Batch, sampling: DynamicSampling) -> dict[str, list[Any]]:
    """A batch as TRL wants it: token ids, which of them are the policy's and train, and rewards.

    Groups that are not kept, and truncated episodes if they are to be masked, have an all-zero mask: they count in no
    mean over tokens, since TRL divides by the number of unmasked tokens.
    """
    made: dict[str, list[Any]] = {"prompt_ids": [], "completion_ids": [], "env_mask": [], "earned": []}
    for group in batch.groups:
        size = len(group.played)
        for played in group.played:
            tokens, mask = _completion(played)
            trains = group.verdict == "kept" and not (sampling.mask_truncated and is_truncated(played))
            scale = size / (size - 1) if sampling.leave_one_out else 1.0
            assert played.tokens
            made["prompt_ids"].append(list(played.tokens.prompt))
            made["completion_ids"].append(tokens)
            made["env_mask"].append(mask if trains else [0] * len(mask))
            made["earned"].append(scale * reward(played, sampling))
    if not any(map(any, made["env_mask"])):  # a mean over no token is not a number; one without advantage is nothing
        made["env_mask"][0][0], made["earned"] = 1, [0.0] * len(made["earned"])
    return made


def _completion(played: Trajectory) -> tuple[list[int], list[int]]:
    """All tokens after the prompt, and 1 for those that the policy drew."""
    assert played.tokens
    tokens: list[int] = []
    mask: list[int] = []
    heard = (*played.tokens.heard, ())
    for turn, reply in zip(played.tokens.turns, heard, strict=False):
        tokens += [*turn, *reply]
        mask += [1] * len(turn) + [0] * len(reply)
    return tokens, mask
