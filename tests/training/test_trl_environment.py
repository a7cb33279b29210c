"""`TRLEnvironment`: what TRL offers a policy, what it earns, and that a broken machine stops the training."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agent.episode import Episode
from tests.agent.tiny import make_model
from training.trl_environment import TRLEnvironment, earned
from webenv.env import WebEnv
from webenv.errors import SearchIndexError
from webenv.protocol import render, unwrap
from webenv.types import Turn

pytestmark = pytest.mark.filterwarnings("ignore")  # TRL and its imports warn of themselves


def reply(text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": text}]


def test_both_loops_say_and_earn_the_same(nemo: Path) -> None:
    env, theirs = WebEnv(nemo), TRLEnvironment(nemo)
    task = env.tasks["nemo-001"]
    assert theirs.reset(task_id="nemo-001", prompt="ignored").strip() == task.question
    ours = Episode(env, task, "oracle", 0, 0)
    for call in task.oracle:
        said = ours.respond(render(Turn(thought="Go on.", call=call)))
        assert said
        if call.name == "visit":
            for url in call.arguments["url"]:
                rest = {name: value for name, value in call.arguments.items() if name != "url"}
                assert theirs.visit(url, **rest) == unwrap(said)
        else:
            assert getattr(theirs, call.name)(**call.arguments) == unwrap(said)
    ours.respond(render(Turn(thought="Read.", answer=task.answer)))
    assert earned([reply(f"<answer>{task.answer}</answer>")], [theirs]) == [ours.trajectory().reward.total] == [1.0]


def test_a_reply_without_an_answer_earns_nothing(nemo: Path) -> None:
    theirs = TRLEnvironment(nemo, max_turns=2)
    theirs.reset(task_id="nemo-001")
    assert earned([reply("I give up.")], [theirs]) == [0.0]
    theirs.reset(task_id="nemo-001")
    assert "One turn is left" in theirs.search(["clownfish"])
    theirs.search(["reef"])
    assert earned([reply("<answer>34689</answer>")], [theirs]) == [0.0], "the budget was spent"


def test_a_broken_machine_stops_the_training(nemo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = TRLEnvironment(nemo)
    theirs.reset(task_id="nemo-001")

    def broken(*_: object) -> None:
        raise SearchIndexError("Lucene is gone")

    monkeypatch.setattr(theirs._env.web, "search", broken)
    with pytest.raises(SearchIndexError):
        theirs.search(["clownfish"])  # TRL shows this to the policy
    with pytest.raises(SearchIndexError):
        earned([reply("<answer>34689</answer>")], [theirs])


def test_trl_trains_with_it_and_offers_exactly_the_tools(nemo: Path, tmp_path: Path) -> None:
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer
    from trl.chat_template_utils import qwen3_chat_template

    path = make_model(tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(path)
    tokenizer.chat_template, tokenizer.pad_token = qwen3_chat_template, "<|im_end|>"
    rows = [{"prompt": [{"role": "user", "content": "Answer."}], "task_id": "nemo-001"}] * 2
    config = GRPOConfig(
        output_dir=str(tmp_path / "out"),
        per_device_train_batch_size=2,
        num_generations=2,
        max_completion_length=8,
        max_steps=1,
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = GRPOTrainer(
        AutoModelForCausalLM.from_pretrained(path),
        reward_funcs=[earned],
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        environment_factory=partial(TRLEnvironment, nemo),
    )
    assert sorted(tool.__name__ for tool in trainer.tools) == ["click", "find", "search", "visit"]
    trainer.train()
    assert trainer.state.global_step == 1
