"""What the engine and those it calls do beside a flow is no branch of it: its branches are counted again on replay."""

from __future__ import annotations

import asyncio

from hitl_jupyter import flow, pause_flow_run, resume_flow_run, store


async def nothing():
    """Do nothing, in a task."""


def scopes(desk, run):
    """The scopes of a run's questions, in their order."""
    return [question.identity.scope for question in desk.read(store.pauses.of_run, run.id_text)]


def test_a_presenters_tasks_are_no_branches(desk):
    """A presenter may begin tasks where it is told of a question; the flow's own are counted from one all the same."""
    opened = desk.session.presenter.question_opened

    def begins_a_task(question):
        tasks.append(asyncio.get_running_loop().create_task(nothing()))
        opened(question)

    tasks, desk.session.presenter.question_opened = [], begins_a_task

    @flow
    async def ask():
        await pause_flow_run(int)
        await asyncio.gather(pause_flow_run(int), pause_flow_run(int))

    run = ask.start()
    for _ in range(3):
        question = desk.next_question()
        resume_flow_run(run.id, {"value": 1}, key=question.key)
    run.result()
    assert ["", "/branch:1", "/branch:2"] == scopes(desk, run)


def test_the_tasks_of_a_default_are_no_branches(desk):
    """A function that decides in place of a person may gather what it likes: it is not called again on replay."""

    async def decide():
        return sum(await asyncio.gather(*(asyncio.sleep(0, number) for number in (1, 2))))

    @flow
    async def ask():
        decided = await pause_flow_run(int, timeout=0, on_timeout=decide)
        return [decided, *await asyncio.gather(pause_flow_run(int), pause_flow_run(int))]

    run = ask.start()
    desk.next_question()
    for _ in range(2):
        question = desk.next_question()
        resume_flow_run(run.id, {"value": 4}, key=question.key)
    assert [3, 4, 4] == run.result()
    assert ["", "/branch:1", "/branch:2"] == scopes(desk, run)
