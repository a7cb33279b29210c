"""The README is true: every command and program in it runs, and every command of `webenv` is shown in it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webenv.cli import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_every_shell_block_runs(tmp_path: Path) -> None:
    """In an empty folder, with `webenv` on the path; `make` blocks are what CI runs anyway."""
    (tmp_path / "snapshots").symlink_to(ROOT / "snapshots")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    script = "\n".join(block for block in blocks("bash") if not block.startswith("make "))
    assert "webenv rollout" in script
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script.replace('8080', port)}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "28 of 28 trajectories are bit-equal" in ended.stdout
    assert "34689" in ended.stdout


@pytest.mark.parametrize("program", blocks("python"))
def test_every_program_runs(program: str) -> None:
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_the_first_screen_is_true() -> None:
    """The episode that it shows is the one that the oracle plays."""
    from agent.rollout import Player, RolloutSettings
    from webenv.web.snapshot import Snapshot

    nemo = ROOT / "snapshots" / "nemo"
    player = Player(str(nemo), Snapshot.open(nemo).tasks(), RolloutSettings(policy="oracle"))
    [(_, played)] = player.play([0])
    shown = re.findall(r"^ +turn +\d+ .*?(search|visit|<answer>(?=34689))", README, re.MULTILINE)
    assert shown == [step.tool or "<answer>" for step in played.steps]
    assert played.reward.total == 1.0


def test_every_command_is_shown() -> None:
    missing = [name for name in COMMANDS if f"webenv {name}" not in README]
    assert missing == []


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target
