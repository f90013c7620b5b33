"""What goes wrong with what is sent to runs."""

from __future__ import annotations

from hitl_jupyter.exceptions.flows import FlowError


class ObjectAlreadyExists(FlowError):  # noqa: N818 - Prefect's name
    """Raised when something is to be kept under a key that is taken."""

    def __init__(self, what: str, key: str, run: str) -> None:
        self.what, self.key, self.run = what, key, run
        super().__init__(f"Run {run} has a {what} {key!r} already. Choose another key, or delete that one first.")


class InputTimeout(FlowError, TimeoutError):  # noqa: N818 - a situation
    """Raised when nothing was sent to a run in the time that a receiver waits."""

    def __init__(self, run: str, prefix: str, seconds: float) -> None:
        self.run, self.prefix, self.seconds = run, prefix, seconds
        super().__init__(
            f"Timed out waiting for input: in {seconds:g} second(s) nothing under a key {prefix}... was sent to run "
            f"{run}. Sender and receiver must use the same class or key_prefix."
        )


class InputNotSendable(FlowError, ValueError):  # noqa: N818 - a situation
    """Raised when a value cannot be sent to a run; the value itself is never in the text."""

    def __init__(self, what: str, run: str, why: str) -> None:
        self.what, self.run, self.why = what, run, why
        super().__init__(
            f"This {what} cannot be sent to run {run}: {why}. What is sent is stored as JSON, without secrets. Send "
            "what JSON can say; a secret is asked for with pause_flow_run where it is used."
        )


class InvalidInputKey(FlowError, ValueError):  # noqa: N818 - a situation
    """Raised when a key of an input has other characters than Prefect allows."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"The key of a flow run input must only contain lowercase letters, numbers, and dashes, and {key!r} does "
            "not. Give another key or key_prefix."
        )
