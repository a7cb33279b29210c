"""The oracle: makes the tool calls that a task says prove its answer, and answers."""

from __future__ import annotations

from agent.policy import Conversation
from webenv.errors import InputError
from webenv.protocol import render
from webenv.types import Task, Turn


def planned(conversation: Conversation) -> Task:
    """The task of a conversation; raises `InputError` if it has no plan."""
    task = conversation.task
    if not task.oracle:
        raise InputError(f"task {task.task_id} says nothing about how to solve it: neither oracle nor teacher can play")
    return task


class Oracle:
    """Knows the way; reads nothing."""

    name = "oracle"

    def act(self, conversation: Conversation) -> str:
        """The next call of the task's plan, or the answer.

        Raises:
            InputError: the task has no plan.
        """
        task = planned(conversation)
        number = len(conversation.steps)
        if number < len(task.oracle):
            thought = f"Step {number + 1} of {len(task.oracle)} towards the answer."
            return render(Turn(thought=thought, call=task.oracle[number]))
        return render(Turn(thought="All evidence has been read.", answer=task.answer))
