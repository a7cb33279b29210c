"""The first filter: is the form right? Every turn, its JSON, its tool and arguments, and an answer at the end.

Nothing that the file says about a turn is believed: turns are read again.
"""

from __future__ import annotations

import msgspec

from agent import trajectories
from tools.toolbox import Toolbox
from training.filters.verdict import Verdict
from webenv import protocol
from webenv.types import Invalid, Trajectory, Turn

_TOOLBOX = Toolbox()


def read_turns(trajectory: Trajectory) -> list[Turn]:
    """The turns of a trajectory, as the environment understood them."""
    return [_read(step.action) for step in trajectory.steps]


def check_validity(trajectory: Trajectory, turns: list[Turn]) -> Verdict | None:
    """What is wrong with the form; None if nothing is."""
    if trajectories.digest(trajectory) != trajectory.digest:
        return Verdict(stage="validity", reason="altered", detail="its digest does not fit")
    for number, turn in enumerate(turns, 1):
        if turn.invalid is not None:
            return Verdict(
                stage="validity", reason=turn.invalid.kind, detail=f"turn {number}: {turn.invalid.message[:200]}"
            )
        if not turn.well_formed:
            return Verdict(stage="validity", reason="malformed", detail=f"turn {number}: there is more than one action")
    if not turns or not turns[-1].answer:
        return Verdict(stage="validity", reason="no answer", detail=f"it ends after turn {len(turns)} without one")
    return None


def _read(action: str) -> Turn:
    turn = protocol.parse(action)
    if turn.call is not None and isinstance(tool := _TOOLBOX.read(turn.call), Invalid):
        return msgspec.structs.replace(turn, call=None, invalid=tool)
    return turn
