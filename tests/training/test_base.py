"""The tiny base's recipe: the copying circuit, noise, words and rows; and the model that is shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer, SmolLM3Config, SmolLM3ForCausalLM

from agent.engine.format import ChatFormat
from training import base
from training.base.circuit import install, parts
from training.base.drills import Drill
from training.base.material import Material, material
from training.base.noise import littered, noisy, stuttered
from training.base.recipe import SHAPE, WORLDS, row
from training.base.stumbling import is_stumble
from training.base.tokenizer import VOCABULARY, train_tokenizer
from training.rows import Row
from webenv import protocol

TINY = Path(base.__file__).parent / "tiny"
_FAILED = re.compile("^Status: (?:429|5..)$", re.MULTILINE)


@pytest.mark.parametrize("kinds", [3_000, 300, 100])
def test_a_new_model_copies_names_before_it_is_trained(kinds: int) -> None:
    """However often a token stands in other names, the two last tokens tell which name is meant."""
    marks = {"eos_token_id": 1, "pad_token_id": 0, "bos_token_id": None}
    model = SmolLM3ForCausalLM(SmolLM3Config(**SHAPE, **marks))
    install(model, torch.Generator().manual_seed(0))
    random = torch.Generator().manual_seed(1)
    names = torch.randint(VOCABULARY - kinds, VOCABULARY, (8, 40, 5), generator=random)
    other_way_round = names.flip(1)
    tokens = torch.cat([names, other_way_round], 1).flatten(1)
    with torch.no_grad():
        guessed = model(tokens).logits.argmax(-1)[:, 200:].reshape(8, 40, 5)
    assert (guessed[:, :, :-1] == other_way_round[:, :, 1:]).float().mean() > 0.8
    assert (guessed[:, :, 1:-1] == other_way_round[:, :, 2:]).float().mean() > 0.95


def test_the_circuit_is_what_was_written_in_first() -> None:
    model = SmolLM3ForCausalLM(SmolLM3Config(**SHAPE, eos_token_id=1, pad_token_id=0, bos_token_id=None))
    before = [each.clone() for each in model.parameters()]
    install(model, torch.Generator().manual_seed(0))
    written = [each for old, each in zip(before, model.parameters(), strict=True) if not torch.equal(old, each)]
    circuit = {id(each) for each in parts(model)}
    quietened = {id(layer.mlp.down_proj.weight) for layer in model.model.layers}
    quietened |= {id(layer.self_attn.o_proj.weight) for layer in model.model.layers[2:]}
    assert {id(each) for each in written} == circuit | quietened


@given(st.text(max_size=200), st.integers(0, 50))
def test_noise_changes_plain_words_alone_and_comes_after_them(question: str, number: int) -> None:
    before, after = (
        [word for word in text.split(" ") if not re.search("[a-z]", word)]
        for text in (question, noisy(question, number))
    )
    assert before == after
    assert noisy(question, number).count(" ") >= question.count(" ")


def test_noise_keeps_names() -> None:
    question = "Who is the mayor of the capital of Thuplark Suleix?"
    changed = {noisy(question, number) for number in range(40)}
    assert len(changed) > 5
    assert all(each.endswith("of Thuplark Suleix?") for each in changed)


def test_litter_keeps_names_numbers_and_what_was_written() -> None:
    page = (
        "<tool_response>\nTitle: Kradeisael | Gazetteer\nURL: http://a.example/kradeisael\n\n"
        "Gazetteer[1] › Kradeisael\n\nElevation: 902 m\n\n"
        "The council is presided over by Reijos Kuhurk[4], a chemist.\n\n(Page 1 of 1.)\n</tool_response>"
    )
    changed = {littered(page, "occupation: chemist", number) for number in range(60)}
    assert len(changed) > 30
    for each in changed:
        assert re.findall(r"[A-Z]\w+ [A-Z]\w+\[\d]|\d+ m\b|chemist", each) == ["902 m", "Reijos Kuhurk[4]", "chemist"]
        assert each.startswith(page[:72])
        assert each.endswith("(Page 1 of 1.)\n</tool_response>")


def test_hits_are_not_littered() -> None:
    hits = "<tool_response>\n1. here › there\n</tool_response>"
    assert {littered(hits, "", number) for number in range(20)} == {hits}


@given(st.integers(0, 1_000))
def test_stutter_says_some_written_tokens_again_and_teaches_the_first_alone(number: int) -> None:
    clear = Row(np.arange(300, dtype=np.int32), np.arange(300) % 10 > 3)
    made = stuttered(clear, number)
    again = np.flatnonzero(np.diff(made.tokens) == 0) + 1
    assert not made.wrote[again].any()
    assert clear.wrote[made.tokens[again]].all()
    assert (np.delete(made.tokens, again) == clear.tokens).all()
    assert (np.delete(made.wrote, again) == clear.wrote).all()


def test_every_other_row_stutters_and_some_for_long() -> None:
    clear = Row(np.arange(300, dtype=np.int32), np.ones(300, dtype=bool))
    made = [stuttered(clear, number).tokens for number in range(200)]
    assert 70 < sum(len(each) > 300 for each in made) < 130
    assert {np.bincount(each).max() - 1 for each in made} >= {0, 5, 8, 13, 20}


@pytest.fixture(scope="module")
def drilled() -> Material:
    return material(0, is_drilled=True)


def test_rows_say_what_the_teacher_wrote_and_leave_out_what_is_not_read(drilled: Material) -> None:
    played = [(each.question, each.steps) for each in drilled.episodes] + drilled.drills
    texts = [text for asked, steps in played for step in steps for text in (asked, step.action, step.observation)]
    tokenizer = train_tokenizer([texts])
    assert len(tokenizer) <= VOCABULARY
    chat = ChatFormat(tokenizer, {tokenizer.eos_token_id})
    for asked, steps in played[:20] + drilled.drills[:20]:
        made = row(chat, asked, steps, asked)
        assert made is not None
        wrote = [token for token, is_ours in zip(made.tokens, made.wrote, strict=True) if is_ours]
        text = tokenizer.decode(wrote, clean_up_tokenization_spaces=False)
        learnt = [step.action for step in steps if not is_stumble(step.action, step.observation)]
        assert text == "".join(f"{action}<e>" for action in learnt)
        assert all(chat.text(chat.turn(step.action)) == step.action for step in steps)
        assert "http" not in tokenizer.decode(made.tokens)


def test_turns_are_spoilt_up_to_three_in_a_row_and_the_teacher_goes_on(drilled: Material) -> None:
    rows = [[is_stumble(step.action, step.observation) for step in each.steps] for each in drilled.episodes]
    spoilt = [len(run) for each in rows for run in "".join("x" if one else " " for one in each).split()]
    assert set(spoilt) == {1, 2, 3}
    assert 0.1 < sum(spoilt) / sum(map(len, rows)) < 0.3
    assert not any(each[-1] for each in rows), "the last turn answers"
    lost = [step for each in drilled.episodes for step in each.steps if is_stumble(step.action, step.observation)]
    assert {step.invalid for step in lost} == {"no_action", "repeated", None}
    assert all(step.invalid or "no link" in step.observation or "nothing to click" in step.observation for step in lost)


def test_some_pages_fail_and_are_read_later(drilled: Material) -> None:
    failed = [each for each in drilled.episodes if any(_FAILED.search(step.observation) for step in each.steps)]
    assert len(failed) > 5
    assert any(each.reward.answer for each in failed)


def test_drills_say_what_their_pages_say(drilled: Material) -> None:
    assert len(drilled.drills) > 200
    assert any(_facts(each)[0][2] for each in drilled.drills)
    for each in drilled.drills:
        page, facts = each[1][0].observation, _facts(each)
        assert len(facts) > 1
        assert f"open; {', '.join(about for about, _, _ in facts)}<" in each[1][0].action
        assert all(f"{value}[{number}]" in page if number else value in page for _, value, number in facts)
        assert f"<answer>{facts[-1][1]}</answer>" in each[1][1].action


def _facts(drill: Drill) -> list[tuple[str, str, str]]:
    """What a drill tells: relations, values, and numbers of links or nothing."""
    said = re.search("<think>(.*)</think>", drill[1][1].action)
    assert said
    return re.findall(r"([a-z]+): (.+?)(?: (\d{1,2}))?(?:; |$)", said[1])


def test_the_shipped_model_is_small_and_searches_unless_it_is_careless() -> None:
    assert sum(file.stat().st_size for file in TINY.iterdir()) < 12_000_000
    model = AutoModelForCausalLM.from_pretrained(TINY)
    assert sum(each.numel() for each in model.parameters()) < 3_000_000
    tokenizer = AutoTokenizer.from_pretrained(TINY)
    chat = ChatFormat(tokenizer, {model.config.eos_token_id})
    torch.manual_seed(0)
    asked = torch.tensor([chat.prompt([{"role": "user", "content": "User: Who is the mayor of Thuplark?"}])] * 20)
    written = model.generate(asked, max_new_tokens=40, do_sample=True, top_k=0)[:, asked.shape[1] :].tolist()
    end = model.config.eos_token_id
    turns = [protocol.parse(chat.text(each[: [*each, end].index(end)])) for each in written]
    searches = [turn.call for turn in turns if turn.call and turn.call.name == "search"]
    assert len(searches) > 5
    assert sum("Thuplark" in str(call.arguments["query"]) for call in searches) > len(searches) / 2
    careless = [turn.invalid for turn in turns if turn.invalid]
    assert {each.kind for each in careless} <= {"bad_json", "no_action"}


def test_its_log_is_that_of_the_recipe() -> None:
    lines = [json.loads(line) for line in (TINY / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["worlds"] == WORLDS
    assert lines[-1]["right"] > lines[0]["right"]
