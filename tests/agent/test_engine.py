"""The engine: what a dialogue says depends on the dialogue alone, and every token is kept as it was drawn."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.engine.dialogue import Dialogue, Ended
from agent.engine.engine import Engine
from agent.engine.format import ChatFormat
from agent.hf import load
from agent.policy import OutOfRoom, PolicySettings
from tests.agent.tiny import TEMPLATES, make_model
from webenv.errors import PolicyError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:transformers.*")
ALL = PolicySettings(slots=6, max_new_tokens=20, temperature=1.0, top_p=1.0)


class Talk:
    """Hears something of its own after each turn, and ends after a number of turns of its own."""

    def __init__(self, name: str, sample: int, turns: int, length: int = 40) -> None:
        self.key = (0, name, sample)
        self.said: list[str] = []
        self._turns, self._length = turns, length

    def messages(self) -> list[dict[str, str]]:
        return [
            {"role": "system", "content": "You look things up. " * 12},
            {"role": "user", "content": self.key[1] * 9},
        ]

    def respond(self, turn: str) -> str | None:
        self.said.append(turn)
        if len(self.said) == self._turns:
            return None
        return f"<tool_response>\n{self.key[1] * self._length}{len(self.said)}\n</tool_response>"


@pytest.fixture(scope="module", params=sorted(TEMPLATES))
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    return load(make_model(tmp_path_factory.mktemp("model"), template=TEMPLATES[request.param]), "float32")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    return load(make_model(tmp_path_factory.mktemp("model")), "float32")


def engine(loaded: tuple[Any, Any], settings: PolicySettings = ALL, version: str = "v", context: int = 0) -> Engine:
    model, tokenizer = loaded
    return Engine(model, ChatFormat(tokenizer, {tokenizer.eos_token_id}), settings, version, context)


def talks() -> list[Talk]:
    """Groups that share a prompt, of different lengths, so that slots are given on at different times."""
    return [Talk(name, sample, 1 + number + sample % 2) for number, name in enumerate("abcd") for sample in range(3)]


def led(engine: Engine, talks: Sequence[Talk]) -> dict[tuple[Any, ...], Ended[Talk]]:
    return {ended.talk.key: ended for ended in engine.run(talks)}


def told(ended: dict[tuple[Any, ...], Ended[Talk]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {key: (each.tokens, each.talk.said, each.is_cut) for key, each in sorted(ended.items())}


def test_a_dialogue_is_the_same_alone_and_in_any_company(loaded: tuple[Any, Any]) -> None:
    expected = told(led(engine(loaded), talks()))
    assert len(expected) == 12
    backwards = talks()[::-1]
    assert told(led(engine(loaded), backwards)) == expected
    for slots in (1, 4, 16):
        settings = msgspec.structs.replace(ALL, slots=slots)
        assert told(led(engine(loaded, settings), talks())) == expected
    one = engine(loaded)
    for talk in talks()[::5]:
        assert told(led(one, [talk]))[talk.key] == expected[talk.key]


def test_samples_of_a_group_differ_and_so_do_versions(plain: tuple[Any, Any]) -> None:
    group = [Talk("a", sample, 2) for sample in range(16)]
    said = [tuple(each.talk.said) for each in led(engine(plain), group).values()]
    assert len(set(said)) == 16
    newer = engine(plain, version="w")
    assert not set(said) & {tuple(each.talk.said) for each in led(newer, [Talk("a", n, 2) for n in range(16)]).values()}
    newer.renew("v")
    again = led(newer, [Talk("a", n, 2) for n in range(16)])
    assert {tuple(each.talk.said) for each in again.values()} == set(said)


def test_the_tokens_are_what_the_model_saw(loaded: tuple[Any, Any]) -> None:
    """A plain forward pass over the recorded tokens gives the recorded log probabilities."""
    import torch

    model, _ = loaded
    one = engine(loaded)
    for ended in list(one.run(talks()))[::4]:
        tokens, said = ended.tokens, ended.talk.said
        assert len(tokens.turns) == len(said) == len(tokens.heard) + 1
        assert said == [one.chat.text(turn) for turn in tokens.turns]
        assert list(tokens.prompt) == one.chat.prompt(ended.talk.messages())
        row, places = list(tokens.prompt), []
        for number, turn in enumerate(tokens.turns):
            places += range(len(row), len(row) + len(turn))
            row += turn + (tokens.heard[number] if number < len(tokens.heard) else ())
        with torch.inference_mode():
            logprobs = model(torch.tensor([row])).logits[0].log_softmax(-1)
        expected = [float(logprobs[place - 1, row[place]]) for place in places]
        recorded = [each for turn in tokens.logprobs for each in turn]
        assert recorded == pytest.approx(expected, abs=1e-4)


def test_what_is_read_is_what_the_template_writes(plain: tuple[Any, Any]) -> None:
    """Between two turns stands what rendering the whole conversation puts there."""
    chat = engine(plain).chat
    turn = chat.heard("<think>a</think>")
    asked = [{"role": "user", "content": "q"}]
    whole = [*asked, {"role": "assistant", "content": "<think>a</think>"}, {"role": "user", "content": "heard"}]
    assert chat.prompt(asked) + turn + chat.reply(turn, chat.heard("heard")) == chat.prompt(whole)
    [end] = chat.ends
    closed = [*turn, end]
    assert chat.prompt(asked) + closed + chat.reply(closed, chat.heard("heard")) == chat.prompt(whole)


def test_a_turn_that_the_template_begins_is_whole(tmp_path: Path) -> None:
    reasoning = load(make_model(tmp_path / "m", template=TEMPLATES["reasoning"]), "float32")
    ended = next(iter(engine(reasoning).run([Talk("a", 0, 1)])))
    assert ended.talk.said[0].startswith("<think>")


def test_a_template_that_loses_messages_is_refused(tmp_path: Path) -> None:
    lossy = load(make_model(tmp_path / "m", template="{{ messages[-1].content }}"), "float32")
    with pytest.raises(PolicyError, match="does not repeat each message"):
        engine(lossy)


def test_a_dialogue_that_finds_no_end_is_cut_where_its_room_ends(plain: tuple[Any, Any]) -> None:
    [ended] = engine(plain, context=1_500).run([Talk("a", 0, 10_000, length=150)])
    tokens = ended.tokens
    assert ended.is_cut
    assert len(tokens.turns) > 3
    total = len(tokens.prompt) + sum(map(len, (*tokens.turns, *tokens.heard)))
    assert 1_500 - 2 * 20 - 150 < total <= 1_500
    assert "Answer now" in engine(plain).chat.text(tokens.heard[-1])
    alone = engine(plain, context=1_500)
    assert told(led(alone, [Talk("a", 0, 10_000, length=150), Talk("b", 1, 3)]))[0, "a", 0][0] == tokens
    with pytest.raises(OutOfRoom, match="does not fit into the 300 of this model"):
        list(engine(plain, context=300).run([Talk("a", 0, 1)]))


def test_a_slow_tool_holds_up_its_own_dialogue_only(plain: tuple[Any, Any]) -> None:
    others_are_over = threading.Event()

    class Slow(Talk):
        def respond(self, turn: str) -> str | None:
            assert others_are_over.wait(60), "the others waited for this tool"
            return super().respond(turn)

    order = []
    for ended in engine(plain).run([Slow("slow", 0, 2), *talks()]):
        order.append(ended.talk.key[1])
        if len(order) == 12:
            others_are_over.set()
    assert order[-1] == "slow"


def test_what_a_tool_raises_ends_the_run(plain: tuple[Any, Any]) -> None:
    class Broken(Talk):
        def respond(self, turn: str) -> str | None:
            raise PolicyError("the disk is full")

    with pytest.raises(PolicyError, match="the disk is full"):
        list(engine(plain).run([Broken("a", 0, 1), *talks()]))


def test_a_stop_ends_a_turn_wherever_its_letters_fall(plain: tuple[Any, Any]) -> None:
    chat = engine(plain).chat
    for text, over in (
        ("<answer>x</answer>", True),
        ("a</tool_call>", True),
        ("b<tool_response>", True),
        ("a > b", False),
    ):
        turn = chat.heard(text)
        assert chat.is_over(turn) is over
        assert not any(chat.is_over(turn[:end]) for end in range(1, len(turn)))


def test_a_dialogue_satisfies_the_protocol() -> None:
    talk: Dialogue = Talk("a", 0, 1)
    assert talk.key == (0, "a", 0)


@pytest.mark.parametrize(
    "change",
    [{"rope_parameters": {"rope_type": "dynamic"}}, {"sliding_window": 64}, {"layer_types": ["linear_attention"]}],
)
def test_a_model_whose_texts_depend_on_their_company_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    model, tokenizer = load(make_model(tmp_path / "m"), "float32")
    for name, value in change.items():
        setattr(model.config, name, value)
    with pytest.raises(PolicyError, match=r"not supported here|depend on the longest"):
        engine((model, tokenizer))


def test_a_page_cannot_write_a_token_that_steers_a_model(tmp_path: Path) -> None:
    model, tokenizer = load(make_model(tmp_path / "m"), "float32")
    tokenizer.add_tokens(["[INST]"], special_tokens=True)
    chat = engine((model, tokenizer)).chat
    assert tokenizer.convert_tokens_to_ids("[INST]") not in chat.heard("say [INST] now")
