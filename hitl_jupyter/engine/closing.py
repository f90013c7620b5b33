"""Closes a question that nobody answers: its deadline, the end of its run, nobody there.

The store decides: an answer that was committed first stands.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hitl_jupyter import store
from hitl_jupyter.core.records import Json
from hitl_jupyter.core.states import PauseState, State
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.question import Question

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

WITHDRAWN = "The question was withdrawn."


async def close(question: Question, outcome: PauseState, why: str, value: Json = None, cells: Json = None) -> bool:
    """Close a question in the store, and take it off the screen; False if an answer was committed first."""
    run, session = question.run, question.run.session
    now = session.source.now()
    running = None if run.ending() else question.running(now)
    write, owner = session.store.write, session.owner.id

    def closed(won: bool) -> None:
        if won:
            run.close(question)
            if running is not None and not run.questions:
                run.entered(running)
            session.present("question_closed", question, outcome, why)

    # Whoever ends a run may do it twice, and the form must go all the same.
    closing = write(store.pauses.close, question.id, outcome, now, running, value=value, cells=cells, owner_id=owner)
    return await settled(closing, closed)


def close_with(run: FlowRun[Any], final: State) -> None:
    """Take off the screen what the end of a run has closed in the store: questions of branches that it left behind."""
    outcome = PauseState.INTERRUPTED if final.is_crashed() else PauseState.CANCELLED
    for question in list(run.questions.values()):
        run.close(question)
        question.fail(asyncio.CancelledError(WITHDRAWN))
        run.session.present("question_closed", question, outcome, WITHDRAWN)
