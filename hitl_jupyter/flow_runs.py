"""`pause_flow_run` and `resume_flow_run` (Prefect: ``prefect.flow_runs``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, overload
from uuid import UUID

from hitl_jupyter import _session
from hitl_jupyter.core.clock import canonical_id
from hitl_jupyter.engine import again, inbox, recovery, watch
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.dispatch import Dispatching, as_around, in_sync_code
from hitl_jupyter.engine.inquiry import Inquiry
from hitl_jupyter.engine.pause import Pause, check_arguments
from hitl_jupyter.engine.question import OnInvalid
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import PauseOutsideFlow
from hitl_jupyter.exhibits import ShowAt

__all__ = [
    "apause_flow_run",
    "aresume_flow_run",
    "asuspend_flow_run",
    "pause_flow_run",
    "recover",
    "resume_flow_run",
    "run_again",
    "suspend_flow_run",
    "wait_for_flow_run",
]


def pause_flow_run(  # noqa: PLR0917 - Prefect's order
    wait_for_input: Any = None,
    timeout: float | None = 3600,
    poll_interval: float | None = None,  # noqa: ARG001 - nothing polls here
    key: str | None = None,
    on_timeout: Any | Callable[[], Any] = "fail",
    on_invalid: OnInvalid = "raise",
    *,
    show: Any = None,
    show_at: ShowAt = "above",
    _sync: bool | None = None,
) -> Any:
    """Stop the flow until a person answers, and give the answer; in an async flow, await it.

    Parameters
    ----------
    wait_for_input
        What is asked: a `RunInput` class or any pydantic model (the answer is an instance), any type that pydantic
        knows (the answer is a value of it), or None for a bare Resume (the answer is None).
    timeout
        Seconds until the deadline; None: no deadline.
    key
        A name for the pause, unique in the run: asked again, it gives the recorded answer. Default: numbered.
    on_timeout
        What the deadline does: "fail" raises, "default" gives the form's defaults, a function is called (sync or async)
        and its result given, anything else is itself the answer. Checked before anything is asked.
    on_invalid
        What an answer does that only a Python validator of the model refuses: "raise" its ValidationError in the flow,
        as Prefect does, or "ask_again" with the message beside its field.
    show
        What the question is about: a text (Markdown), an image, a table, a figure, a path, anything that a notebook
        displays, or a list of such; `hitl_jupyter.show` has names for more. What cannot be shown is said in its place.
    show_at
        "above" the fields, or "beside" them where there is room.
    poll_interval
        Taken for Prefect's sake: nothing polls here, the flow goes on at once.

    Raises
    ------
    FlowPauseTimeout
        Nobody answered in time and `on_timeout` is "fail".
    pydantic.ValidationError
        A validator refused the answer and `on_invalid` is "raise".
    PauseOutsideFlow
        Called outside a flow run.
    AmbiguousPause
        Another pause of the same piece of code is open and neither has a key.
    CannotWait
        The calling code is at a place where nobody could answer; the text says what to write instead.
    ValueError
        A negative timeout, an unknown `show_at`, or an `on_timeout` that is no valid answer.
    """
    __tracebackhide__ = True
    check_arguments(timeout, key, on_invalid, show_at)
    run = current_run.get()
    if run is None:
        raise PauseOutsideFlow
    asks = Inquiry(run, wait_for_input, timeout=timeout, key=key, on_timeout=on_timeout, on_invalid=on_invalid)
    asks.show, asks.show_at = show, show_at
    return _asked(Pause(asks), _sync)


async def apause_flow_run(  # noqa: PLR0917 - Prefect's order
    wait_for_input: Any = None,
    timeout: float | None = 3600,  # noqa: ASYNC109 - Prefect's
    poll_interval: float | None = None,
    key: str | None = None,
    on_timeout: Any | Callable[[], Any] = "fail",
    on_invalid: OnInvalid = "raise",
    *,
    show: Any = None,
    show_at: ShowAt = "above",
) -> Any:
    """Stop as `pause_flow_run` does, always awaited."""
    how = {"show": show, "show_at": show_at, "_sync": False}
    return await pause_flow_run(wait_for_input, timeout, poll_interval, key, on_timeout, on_invalid, **how)


def suspend_flow_run(
    wait_for_input: Any = None,
    flow_run_id: UUID | str | None = None,
    timeout: float | None = 3600,
    key: str | None = None,
    *,
    show: Any = None,
    show_at: ShowAt = "above",
    _sync: bool | None = None,
) -> Any:
    """Have the flow leave the kernel until a person answers; in an async flow, await it.

    The run ends here and begins again from its top once it is answered: what it has recorded is not asked or done
    again. A cell that called it gets `RunSuspended`; the handle of a background run stays, and gives the result.

    Parameters
    ----------
    wait_for_input
        As for `pause_flow_run`.
    flow_run_id
        Another run of this process, which then leaves at its next pause or task; nothing is asked by that, and
        `recover` has it go on. Default: the run that calls.
    timeout
        Seconds until the deadline; None: no deadline.
    key
        A name for the pause, unique in the run.
    show, show_at
        As for `pause_flow_run`.

    Raises
    ------
    RuntimeError
        A subflow or a task cannot be suspended, nor a run of another process.
    FlowPauseTimeout
        Nobody answered in time.
    PauseOutsideFlow
        Called outside a flow run, without the id of one.
    """
    __tracebackhide__ = True
    check_arguments(timeout, key, "raise", show_at)
    if flow_run_id is not None:
        _suspend_other(canonical_id(flow_run_id))
        return as_around(_nothing(), _session.current(), sync=_sync)
    run = current_run.get()
    if run is None:
        raise PauseOutsideFlow
    if run.parent is not None:
        raise RuntimeError("Flow run cannot be suspended: Cannot suspend subflows.")
    asks = Inquiry(run, wait_for_input, timeout=timeout, key=key, suspends=True, show=show, show_at=show_at)
    return _asked(Pause(asks), _sync)


async def asuspend_flow_run(
    wait_for_input: Any = None,
    flow_run_id: UUID | str | None = None,
    timeout: float | None = 3600,  # noqa: ASYNC109 - Prefect's
    key: str | None = None,
    *,
    show: Any = None,
    show_at: ShowAt = "above",
) -> Any:
    """Leave as `suspend_flow_run` does, always awaited."""
    how = {"show": show, "show_at": show_at, "_sync": False}
    return await suspend_flow_run(wait_for_input, flow_run_id, timeout, key, **how)


def _suspend_other(run_id: str) -> None:
    run = _session.current().runs.get(run_id)
    if run is None:
        raise RuntimeError(f"Flow run cannot be suspended: this process does not execute a run {run_id}.")
    if run.parent is not None:
        raise RuntimeError("Flow run cannot be suspended: Cannot suspend subflows.")
    run.suspend()


async def _nothing() -> None:
    """Do nothing, awaitable."""


def _asked(pause: Pause, sync: bool | None) -> Any:
    """Give what a pause gives, the way the code around it waits; what is recorded is given at once."""
    __tracebackhide__ = True
    if not in_sync_code(sync):
        return pause.ask()
    recorded = pause.recall()
    return pause.run.wait(pause.ask(), idle=True) if recorded is None else recorded.value


async def aresume_flow_run(
    flow_run_id: UUID | str, run_input: Mapping[str, Any] | None = None, key: str | None = None
) -> None:
    """Answer an open pause of a run, from any task, thread or process; in async code, await it.

    Parameters
    ----------
    flow_run_id
        The run's id (`FlowRun.id`).
    run_input
        The answer by field name, of JSON's own types; ``{"value": ...}`` where a plain type is asked for.
    key
        Which pause, where several are open.

    Raises
    ------
    ObjectNotFound
        The store has no such run.
    NotPausedError
        The run does not wait, or not any more; the text says who answered and when.
    SeveralPausesOpen
        Several are open and `key` names none of them.
    SubmissionRefused
        The answer does not fit the form; the run goes on waiting.
    StoreUnavailable
        The answer could not be saved.
    """
    await inbox.resume(_session.current(), flow_run_id, run_input, key)


async def await_for_flow_run(
    flow_run_id: UUID | str,
    timeout: float | None = 10_800,  # noqa: ASYNC109 - Prefect's
    poll_interval: float | None = None,  # noqa: ARG001 - Prefect's; nothing polls here
    client: Any = None,  # noqa: ARG001 - Prefect's; there is no client
    log_states: bool = False,
) -> FlowRun[Any]:
    """Wait until a run of any process is over, and give its handle, whose `state` is the last; in async code, await it.

    Raises
    ------
    FlowRunWaitTimeout
        It is not over after `timeout` seconds.
    ObjectNotFound
        The store has no such run.
    """
    return await watch.until_over(_session.current(), canonical_id(flow_run_id), timeout, log_states=log_states)


resume_flow_run = Dispatching(aresume_flow_run, _session.current)
wait_for_flow_run = Dispatching(await_for_flow_run, _session.current)
for _function, _aio in ((pause_flow_run, apause_flow_run), (suspend_flow_run, asuspend_flow_run)):
    setattr(_function, "aio", _aio)  # noqa: B010 - as `Dispatching` has it


@overload
def recover(run: None = None) -> list[FlowRun[Any]]: ...


@overload
def recover(run: FlowRun[Any] | UUID | str, *, parameters: Mapping[str, Any] | None = ...) -> FlowRun[Any]: ...


def recover(
    run: FlowRun[Any] | UUID | str | None = None, *, parameters: Mapping[str, Any] | None = None
) -> FlowRun[Any] | list[FlowRun[Any]]:
    """Take a run up again whose kernel has ended, in the background; what it has recorded is not asked or done again.

    A run that failed is tried again with the answers it has. One that is complete gives its recorded value.

    Parameters
    ----------
    run
        A run's id, the beginning of it, or its name. Default: every run of this notebook that waits for its kernel and
        whose flow is defined here; gives their handles.
    parameters
        What the flow is called with, where the record does not say it.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    FlowNotDefined
        Its flow is not defined here; the text says which cell to run.
    RunOwnedElsewhere
        Another process executes it.
    RecoveryError
        It cannot be taken up; the text says why and what to do.
    """
    session = _session.current()
    if run is not None:
        return recovery.recover(session, run, parameters)
    return recovery.recover_all(session)


def run_again(run: FlowRun[Any] | UUID | str, *, parameters: Mapping[str, Any] | None = None) -> FlowRun[Any]:
    """Begin a new run of the same flow, with the parameters and the answers that a run had; in the background.

    For a run that failed: mend the flow, run its cell, and run it again. The flow is the one that is defined here now.
    A question of it that is the same as before gets the answer it had, without being asked; the record says by whom it
    was run again, and from which run the answer comes. It is asked where its form, its words or what it shows have
    changed, where its class refuses the old answer now, and where that has secrets or files; as far as the form takes
    the old answer, it is filled in. Tasks run anew, unless they are cached. What `with_options` had changed for the run
    is so again, but for its key, its functions and its task runner.

    Parameters
    ----------
    run
        A run that is over, of this kernel or of one before: it, its id, the beginning of that, or its name.
    parameters
        What is to be another one than before, or is not in the record, by name.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    SeveralRunsFound
        There are several.
    FlowNotDefined
        Its flow is not defined here; the text says which cell to run.
    NotRunAgain
        It is not over, is run again already, or what it was called with is not known; the text says what to do.
    """
    return again.run_again(_session.current(), run, parameters)
