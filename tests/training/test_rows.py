"""Rows: what a model reads and what it wrote, from its own tokens or from text."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from agent import trajectories
from agent.chat import messages
from agent.episode import today
from agent.hf import load_reading
from agent.policy import Conversation, PolicySettings
from agent.rollout import RolloutSettings, rollout
from tests.agent.tiny import TEMPLATES, make_model
from tests.training.small import SHORT, make_episodes, make_reader
from tools.toolbox import DEFAULT_TOOLS, Toolbox
from training.rows import TOO_LONG, UNWRITABLE, RowMaker, read_rows
from webenv.errors import InputError
from webenv.types import Trajectory
from webenv.web.snapshot import Snapshot

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:transformers.*"),
    pytest.mark.xdist_group("trl"),
]


@pytest.fixture(scope="module")
def oracle(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Trajectory]:
    out = make_episodes(nemo, tmp_path_factory.mktemp("oracle") / "out.jsonl", limit=2)
    return list(trajectories.read_trajectories(out))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def sampled(nemo: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Trajectory]:
    out = tmp_path_factory.mktemp("sampled") / "out.jsonl"
    budget = PolicySettings(max_new_tokens=24, temperature=1.0)
    env = msgspec.structs.replace(SHORT, max_turns=3)
    rollout(str(nemo), out, RolloutSettings(policy=f"hf:{model}", limit=2, samples=2, env=env, model=budget))
    return list(trajectories.read_trajectories(out))


def maker(nemo: Path, model: Path) -> RowMaker:
    return RowMaker(Snapshot.open(nemo), load_reading(model).chat)


def write(path: Path, played: list[Trajectory]) -> Path:
    signed = [msgspec.structs.replace(each, digest=trajectories.digest(each)) for each in played]
    path.write_bytes(b"".join(trajectories.encode(each) + b"\n" for each in signed))
    return path


def test_rows_of_a_sampled_episode_are_its_tokens(nemo: Path, model: Path, sampled: list[Trajectory]) -> None:
    for played in sampled:
        row = maker(nemo, model).row(played)
        assert row
        assert played.tokens
        turns, heard = list(played.tokens.turns), list(played.tokens.heard)
        assert len(turns) == len(heard) + 1 == len(played.steps) > 1
        assert row.tokens[row.wrote].tolist() == [token for turn in turns for token in turn]
        said = [*played.tokens.prompt]
        for turn, after in zip(turns, [*heard, ()], strict=True):
            said += [*turn, *after]
        assert row.tokens.tolist() == said
        assert not row.wrote[: len(played.tokens.prompt)].any()
        assert row.wrote[-len(turns[-1]) :].all()


def test_text_is_encoded_into_what_the_engine_reads(nemo: Path, model: Path, sampled: list[Trajectory]) -> None:
    chat = load_reading(model).chat
    for played in sampled:
        bare = msgspec.structs.replace(played, tokens=None)
        row = maker(nemo, model).row(msgspec.structs.replace(bare, digest=trajectories.digest(bare)))
        assert played.tokens
        assert row
        place = len(played.tokens.prompt)
        assert row.tokens[:place].tolist() == list(played.tokens.prompt)
        for step, heard in zip(played.steps, [*played.tokens.heard, None], strict=True):
            turn = chat.turn(step.action)
            assert row.tokens[place : place + len(turn)].tolist() == turn
            assert row.wrote[place : place + len(turn)].all()
            place += len(turn)
            if heard is not None:
                after = chat.reply(turn, chat.heard(step.observation))
                assert row.tokens[place : place + len(after)].tolist() == after
                assert not row.wrote[place : place + len(after)].any()
                assert list(heard)[-len(after) :] == after  # the engine's, but for the token that ended the turn
                place += len(after)
        assert place == len(row.tokens)


@pytest.mark.parametrize("template", ["chatml", "headers", "none"])
def test_before_every_turn_stands_the_prompt_of_the_conversation_so_far(
    nemo: Path, oracle: list[Trajectory], tmp_path: Path, template: str
) -> None:
    path = make_model(tmp_path / "model", template=TEMPLATES[template])
    (chat, tokenizer, _), [played, _] = load_reading(path), oracle
    row = maker(nemo, path).row(played)
    assert row
    starts = [place for place in range(1, len(row.tokens)) if row.wrote[place] and not row.wrote[place - 1]]
    assert len(starts) == len(played.steps)
    web = Snapshot.open(nemo)
    conversation = Conversation(
        played.task, played.question, Toolbox(DEFAULT_TOOLS).schemas(), today(web), played.seed, played.sample
    )
    for step, start in zip(played.steps, starts, strict=True):
        assert row.tokens[:start].tolist() == chat.prompt(messages(conversation))
        conversation.steps.append((step.action, step.observation))
    wrote = tokenizer.decode(row.tokens[row.wrote].tolist())
    end = "" if template == "none" else "<|im_end|>"
    assert wrote == "".join(step.action + end for step in played.steps)


def test_a_template_that_begins_the_thought(nemo: Path, oracle: list[Trajectory], tmp_path: Path) -> None:
    path = make_model(tmp_path / "model", template=TEMPLATES["reasoning"])
    tokenizer = load_reading(path).tokenizer
    row = maker(nemo, path).row(oracle[0])
    assert row
    wrote = tokenizer.decode(row.tokens[row.wrote].tolist())
    assert wrote == "".join(step.action.removeprefix("<think>") + "<|im_end|>" for step in oracle[0].steps)
    unopened = [msgspec.structs.replace(step, action=step.action.removeprefix("<think>")) for step in oracle[0].steps]
    odd = msgspec.structs.replace(oracle[0], steps=tuple(unopened))
    assert maker(nemo, path).row(msgspec.structs.replace(odd, digest=trajectories.digest(odd))) is None


def test_words_of_several_letters(nemo: Path, oracle: list[Trajectory], tmp_path: Path) -> None:
    episodes = write(tmp_path / "oracle.jsonl", oracle)
    path = make_reader(nemo, episodes, tmp_path / "model")
    rows, left_out = read_rows([episodes, episodes], maker(nemo, path), 10_000)
    assert (len(rows), left_out) == (4, {})
    assert len(rows[0].tokens) < sum(len(step.action + step.observation) for step in oracle[0].steps)


def test_long_rows_and_unwritable_turns_are_left_out_and_counted(
    nemo: Path, model: Path, oracle: list[Trajectory], tmp_path: Path
) -> None:
    first = msgspec.structs.replace(oracle[0].steps[0], action=oracle[0].steps[0].action + "<|im_end|>")
    odd = msgspec.structs.replace(oracle[0], steps=(first, *oracle[0].steps[1:]))
    episodes = write(tmp_path / "some.jsonl", [*oracle, odd])
    rows, left_out = read_rows([episodes], maker(nemo, model), 100_000)
    assert left_out == {UNWRITABLE: 1}
    lengths = sorted(len(row.tokens) for row in rows)
    assert lengths[0] < lengths[1]
    rows, left_out = read_rows([episodes], maker(nemo, model), lengths[1] - 1)
    assert [len(row.tokens) for row in rows] == [lengths[0]]
    assert left_out == {UNWRITABLE: 1, TOO_LONG: 1}
    assert len(read_rows([episodes], maker(nemo, model), lengths[1])[0]) == 2


def test_tokens_of_another_model_are_refused(nemo: Path, sampled: list[Trajectory], tmp_path: Path) -> None:
    episodes = write(tmp_path / "some.jsonl", sampled)
    for other in (
        make_model(tmp_path / "headers", template=TEMPLATES["headers"]),
        make_reader(nemo, episodes, tmp_path / "words"),
    ):
        with pytest.raises(InputError, match=r"some.jsonl: line 1: its tokens were written by a model with another"):
            read_rows([episodes], maker(nemo, other), 100_000)


def test_episodes_of_another_snapshot_are_refused(
    nemo: Path, small: Path, model: Path, oracle: list[Trajectory], tmp_path: Path
) -> None:
    episodes = write(tmp_path / "some.jsonl", oracle)
    with pytest.raises(InputError, match=r"line 1: was played on the snapshot sha256:.* but .*snapshot is sha256:"):
        read_rows([episodes], maker(small, model), 100_000)


def test_a_changed_episode_is_refused(nemo: Path, model: Path, oracle: list[Trajectory], tmp_path: Path) -> None:
    episodes = write(tmp_path / "some.jsonl", oracle)
    episodes.write_bytes(episodes.read_bytes().replace(b"All evidence", b"No evidence"))
    with pytest.raises(InputError, match="line 1: its digest is not that of what it says"):
        read_rows([episodes], maker(nemo, model), 100_000)


def test_weights_are_not_needed_for_rows(nemo: Path, model: Path, oracle: list[Trajectory], tmp_path: Path) -> None:
    bare = shutil.copytree(model, tmp_path / "bare")
    (bare / "model.safetensors").unlink()
    row, whole = maker(nemo, bare).row(oracle[0]), maker(nemo, model).row(oracle[0])
    assert row
    assert whole
    assert row.tokens.tolist() == whole.tokens.tolist()
