"""Answers without reading: the most frequent one, the one of a similar question, what a model says by heart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np

from agent.policy import Conversation, Policy
from webenv import protocol
from webenv.reward import judge
from webenv.types import Task

_WORD = re.compile(r"\w+")


def majority(tasks: list[Task]) -> Callable[[Task], bool]:
    """Whether a task is solved by always giving the most frequent answer of its type."""
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for task in tasks:
        answers[task.answer_type][task.answer] += 1
    frequent = {kind: counts.most_common(1)[0] for kind, counts in answers.items()}

    def guessed(task: Task) -> bool:
        answer, times = frequent[task.answer_type]
        return times > 1 and answer == task.answer

    return guessed


def nearest(tasks: list[Task]) -> Callable[[Task], bool]:
    """Whether a task is solved by giving the answer of the other question that shares most words, rare ones first.

    A word counts as the logarithm of how many questions there are for each that has it; of equals the first counts.
    """
    words = [frozenset(_WORD.findall(task.question.lower())) for task in tasks]
    places: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(words):
        for word in each:
            places[word].append(place)
    numbers = {task.task_id: place for place, task in enumerate(tasks)}
    arrays = {word: np.array(each) for word, each in places.items()}

    def guessed(task: Task) -> bool:
        own = numbers[task.task_id]
        shared = np.zeros(len(tasks))
        for word in sorted(words[own]):
            shared[arrays[word]] += np.log(len(tasks) / len(arrays[word]))
        shared[own] = -1
        return len(tasks) > 1 and judge(task, tasks[int(shared.argmax())].answer)

    return guessed


def closed(policy: Policy) -> Callable[[Task], bool]:
    """Whether a policy answers rightly at once, asked without any tool."""

    def knows(task: Task) -> bool:
        asked = Conversation(task, task.question, [], task.as_of, seed=0, sample=0)
        answer = protocol.parse(protocol.writable(policy.act(asked))).answer
        return answer is not None and judge(task, answer)

    return knows
