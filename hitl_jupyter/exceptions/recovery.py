"""What keeps a run from being taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from hitl_jupyter.exceptions.flows import FlowError


class RecoveryError(FlowError):
    """The base of what keeps a run from being taken up again."""


class FlowNotDefined(RecoveryError, LookupError):  # noqa: N818 - a situation
    """Raised when the flow of a run is not defined in this process."""

    def __init__(self, run: str, flow: str, where: str) -> None:
        self.run, self.flow = run, flow
        super().__init__(
            f"Run {run!r} needs its flow {flow!r}, which is not defined here. Run {where} first, then try again."
        )


class RunOwnedElsewhere(RecoveryError):  # noqa: N818 - a situation
    """Raised when a run is asked to be taken up that another process executes."""

    def __init__(self, run: str, owner: str, notebook: str | None = None) -> None:
        self.run, self.owner, self.notebook = run, owner, notebook
        begun = "" if notebook is None else f", begun in {PurePath(notebook).name},"
        super().__init__(
            f"Run {run!r}{begun} is being executed by {owner}. Answer it there or with resume_flow_run; it can be "
            "taken up here once that process has ended."
        )


class RunTakenOver(RecoveryError):  # noqa: N818 - a situation
    """Raised in a process that goes on with a run which another one has taken up meanwhile."""

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(
            f"Run {run} was taken up by another process, because this one gave no sign of life for a while. It goes on "
            "there; nothing that this process still does with it is recorded."
        )


class RunIsOver(RecoveryError):  # noqa: N818 - a situation
    """Raised when a run that failed or was cancelled is called again under its idempotency key."""

    def __init__(self, run: str, key: str, state: str, *, again: bool) -> None:
        self.run, self.key, self.state = run, key, state
        super().__init__(
            f"Run {run!r} has the idempotency_key {key!r} and ended in state {state}. To start anew, give another "
            "idempotency_key."
            + (f" To try it again with the answers it has: hitl_jupyter.recover({run!r})." if again else "")
        )


class NonDeterminismError(RecoveryError):
    """Raised when a run that is taken up does not do what it did before."""

    def __init__(self, run: str, what: str, remedy: str) -> None:
        self.run, self.what, self.remedy = run, what, remedy
        super().__init__(f"Run {run!r} cannot go on over what it has recorded: {what}. {remedy}")


class KeptValueLost(RecoveryError):  # noqa: N818 - a situation
    """Raised when a recorded value cannot be given again: `what` it is the value of, the `file` it is in, and `why`."""

    def __init__(self, what: str, file: str | None, why: str) -> None:
        self.what, self.file, self.why = what, file, why
        subject, remedy = (
            (f"its file {file}", "Put the file back as it was") if file else ("it", "Put the annotation back as it was")
        )
        super().__init__(
            f"The recorded value of {what} cannot be given again: {subject} {why}. {remedy}, or begin a new run."
        )


class SeveralRunsFound(RecoveryError):  # noqa: N818 - a situation
    """Raised when a name or the beginning of an id means several runs."""

    def __init__(self, text: str, ids: Sequence[str]) -> None:
        self.text, self.ids = text, tuple(ids)
        super().__init__(f"{len(ids)} runs are called {text!r}. Say which one by its id: {', '.join(ids)}.")


class NotCorrectable(RecoveryError):  # noqa: N818 - a situation
    """Raised when an answer cannot be corrected."""

    def __init__(self, run: str, key: str, why: str) -> None:
        self.run, self.key, self.why = run, key, why
        super().__init__(f"The answer to question {key!r} of run {run!r} cannot be corrected: {why}")


class NotRunAgain(RecoveryError):  # noqa: N818 - a situation
    """Raised when a run cannot be run again with the parameters and answers it had."""

    def __init__(self, run: str, why: str) -> None:
        self.run, self.why = run, why
        super().__init__(f"Run {run!r} cannot be run again: {why}.")
