"""What goes wrong with a run, and what ends one."""

from __future__ import annotations

from asyncio import CancelledError

from hitl_jupyter.exceptions.flows import FlowError


class FlowRunTimeoutError(FlowError, TimeoutError):
    """Raised when a flow run takes longer than its `timeout_seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Scope timed out after {float(seconds)} second(s).")


class InvalidTransition(FlowError):  # noqa: N818 - a situation, named as the state table names it
    """Raised when a run, or a submission, is asked to move to a state that its present state does not lead to."""

    def __init__(self, run_id: str, old: str | None, new: str, what: str = "Run") -> None:
        self.run_id, self.old, self.new, self.what = run_id, old, new, what
        super().__init__(f"{what} {run_id} is {old or 'new'} and cannot become {new}.")


class ObjectNotFound(FlowError, LookupError):  # noqa: N818 - Prefect's name
    """Raised when the store holds nothing under an id."""

    def __init__(self, what: str, identifier: str) -> None:
        self.what, self.identifier = what, identifier
        super().__init__(
            f"There is no {what} {identifier} in this store. Check the id, and that HITL_STORE names the same store "
            "in both processes."
        )


class NoPages(FlowError):  # noqa: N818 - a situation
    """Raised when the page of a run is asked for outside a notebook."""

    def __init__(self, run_name: str) -> None:
        self.run_name = run_name
        super().__init__(
            f"The page of run {run_name!r} is a widget, and this program is no notebook that could show it. "
            f"hitl_jupyter.history({run_name!r}) gives what was asked and answered."
        )


class PausedRun(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a paused run is asked for."""

    def __init__(self) -> None:
        super().__init__("Run is paused, its result is not available.")


class UnfinishedRun(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a run that is not over is asked for."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"Run is in {state} state, its result is not available.")


class MissingResult(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a state is asked for that was read from the store."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(
            f"State data is missing: this state {state!r} was read from the store, which does not hold it. "
            "hitl_jupyter.recover(run).result() gives the recorded value of a run."
        )


class FailedRun(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a failed run is asked for and its exception is not at hand."""


class CrashedRun(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a crashed run is asked for and its exception is not at hand."""


class CancelledRun(FlowError):  # noqa: N818 - Prefect's name
    """Raised when the result of a cancelled run is asked for."""


class RunCancelled(CancelledError):  # noqa: N818 - a cancellation, no error
    """Raised inside a run that a person cancelled; `except Exception` does not see it."""


class RunInterrupted(CancelledError):  # noqa: N818 - a cancellation, no error
    """Raised inside a run whose cell was interrupted; `except Exception` does not see it."""


class RunSuperseded(CancelledError):  # noqa: N818 - a cancellation, no error
    """Raised inside a run one of whose answers was corrected; it goes on from there, as its next attempt."""


class LeavesKernel(CancelledError):  # noqa: N818 - a cancellation, no error
    """Raised inside a run that suspends itself; `except Exception` does not see it."""


class RunSuspended(FlowError):  # noqa: N818 - a situation
    """Raised to who called a run in a cell when the run has left the kernel until it is answered."""

    def __init__(self, run: str, pause_key: str | None) -> None:
        self.run, self.pause_key = run, pause_key
        goes_on = "It goes on" if pause_key is None else f"Once its question {pause_key!r} is answered it goes on"
        super().__init__(
            f"Run {run!r} is suspended. {goes_on} in the background with run = hitl_jupyter.recover({run!r}), and "
            "run.result() is its value."
        )


class TaskRunTimeoutError(FlowError, TimeoutError):
    """Raised when a task run takes longer than its `timeout_seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Scope timed out after {float(seconds)} second(s).")


class UpstreamTaskError(FlowError):
    """Raised when a task run is not begun because one that it needs did not complete."""

    def __init__(self, task_run_id: str) -> None:
        self.task_run_id = task_run_id
        super().__init__(f"Upstream task run '{task_run_id}' did not reach a 'COMPLETED' state.")


class FlowRunWaitTimeout(FlowError, TimeoutError):  # noqa: N818 - Prefect's name
    """Raised when a run is not over after the time that somebody wanted to wait for it."""

    def __init__(self, run: str, seconds: float) -> None:
        self.run, self.seconds = run, seconds
        super().__init__(f"Flow run with ID {run} exceeded watch timeout of {seconds} seconds. It goes on.")
