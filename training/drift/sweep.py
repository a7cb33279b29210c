"""Plays every policy under every family at every severity: one trajectory file each, kept, so that it can go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from agent.rollout import RolloutSettings, rollout
from webenv.types import EnvSettings, Record
from webenv.web.drift.plan import Split, read_plan
from webenv.web.snapshot import Snapshot

Played = Callable[[int, int], None]
"""Called with files that are complete, and how many there will be."""


class SweepSettings(Record):
    """What is played."""

    policies: tuple[str, ...]
    families: tuple[str, ...]
    """Families or presets."""
    severities: tuple[float, ...] = (0.25, 0.5, 1.0)
    """Above 0; the clean web is always played."""
    seeds: int = 1
    """Drift seeds, from 0."""
    split: Split = "test"
    """Operators that act; those of `test` are held out from training."""
    rollout: RolloutSettings = RolloutSettings(policy="")
    """Tasks, samples, workers and models."""


class Run(Record):
    """One file of a sweep."""

    policy: str
    family: str
    """Empty for the clean web."""
    severity: float
    seed: int
    path: Path


def runs(settings: SweepSettings, content_id: str, out: Path) -> Iterator[Run]:
    """Every file of a sweep over the snapshot with that content id, the clean one of a policy before its others.

    Raises:
        InputError: a family or severity cannot be used.
    """
    for policy in settings.policies:
        name = hashlib.sha256(msgspec.json.encode((content_id, policy, settings.rollout))).hexdigest()[:12]
        yield Run(policy=policy, family="", severity=0.0, seed=0, path=out / f"{name}-clean.jsonl")
        for family in settings.families:
            for severity in settings.severities:
                read_plan(f"{family}:{severity:g}")
                for seed in range(settings.seeds):
                    path = out / f"{name}-{family}-{severity:g}-{settings.split}-{seed}.jsonl"
                    yield Run(policy=policy, family=family, severity=severity, seed=seed, path=path)


def sweep(
    snapshot: str, settings: SweepSettings, out: Path, on_progress: Played = lambda done, total: None
) -> list[Run]:
    """Play what is not played yet; raises as `rollout` does."""
    wanted = list(runs(settings, Snapshot.open(snapshot).content_id, out))
    for number, run in enumerate(wanted, 1):
        if not run.path.exists():
            plan = read_plan(f"{run.family}:{run.severity:g}" if run.family else "", run.seed, settings.split)
            told = msgspec.structs.asdict(settings.rollout.env) | plan.settings
            said = msgspec.structs.replace(settings.rollout, policy=run.policy, env=EnvSettings(**told))
            rollout(snapshot, run.path, said)
        on_progress(number, len(wanted))
    return wanted
