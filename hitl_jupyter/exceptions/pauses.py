"""What goes wrong with a question and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hitl_jupyter.exceptions.base import HitlError


class PauseError(HitlError):
    """The base of what goes wrong with a question."""


class FlowPauseTimeout(PauseError):  # noqa: N818 - Prefect's name
    """Raised in a flow when nobody answered before the deadline, and for an answer that comes after it."""

    def __init__(self, message: str = "Flow run was paused and never resumed.") -> None:
        super().__init__(message)


class PauseOutsideFlow(PauseError, RuntimeError):  # noqa: N818 - a situation
    """Raised when a pause is asked for outside a flow run."""

    def __init__(self) -> None:
        super().__init__(
            "Flow runs can only be paused from within a flow run. Call pause_flow_run inside a function decorated "
            "with @flow."
        )


class AmbiguousPause(PauseError, RuntimeError):  # noqa: N818 - a situation
    """Raised when two questions of one scope are open at once and nothing tells them apart."""

    def __init__(self, run_name: str, pause_key: str) -> None:
        self.run_name, self.pause_key = run_name, pause_key
        super().__init__(
            f"Pause {pause_key!r} of run {run_name!r} would be open at the same time as another pause of the same "
            "piece of code, and answers could not be told apart after a restart. Give each a name: "
            "pause_flow_run(..., key='...')."
        )


class NotPausedError(PauseError):
    """Raised when an answer comes for a run that does not wait for one."""

    def __init__(self, run: str, why: str) -> None:
        self.run, self.why = run, why
        super().__init__(f"Cannot resume a run that isn't paused! Run {run} {why}")


class SeveralPausesOpen(PauseError):  # noqa: N818 - a situation
    """Raised when an answer does not say which of several open questions it is for."""

    def __init__(self, run: str, keys: Sequence[str]) -> None:
        self.run, self.keys = run, tuple(keys)
        super().__init__(
            f"Run {run} waits for {len(keys)} answers. Say which one this is: resume_flow_run(..., key=...) with one "
            f"of {', '.join(repr(k) for k in sorted(keys))}."
        )


class SubmissionRefused(PauseError, RuntimeError):  # noqa: N818 - a situation
    """Raised when an answer does not fit its form; the run goes on waiting.

    `errors` maps field locations, joined by dots ("" is the whole form), to messages.
    """

    def __init__(self, reason: str, errors: Mapping[str, str] | None = None) -> None:
        self.reason, self.errors = reason, dict(errors or {})
        super().__init__(f"Cannot resume this run: Reason: {reason}")


class NobodyThere(PauseError, RuntimeError):  # noqa: N818 - a situation
    """Raised in a flow that asks where nobody can answer: at once, because it would wait for ever.

    `asked` is the question in words, `lines` what answers it when written to `source`, `program` the Python that
    answers it in a run that waits (None where none can).
    """

    def __init__(
        self,
        run: str,
        flow: str,
        key: str,
        why: str,
        *,
        asked: str,
        lines: str,
        source: str,
        program: str | None = None,
    ) -> None:
        self.run, self.flow, self.key, self.why = run, flow, key, why
        self.asked, self.lines, self.source, self.program = asked, lines, source, program
        text = (
            f"Run {run!r} of flow {flow!r} asks at its pause {key!r}, and nobody is there to answer: {why}.\n\n"
            f"{asked}\n\nTo answer it, write to {source}\n\n{lines}\n\nand run it again."
        )
        if program is not None:
            text += (
                " Or set HITL_WAIT=1: then the run waits, and prints the line that answers it from another process:"
                f"\n\n{program}"
            )
        super().__init__(text)


class AnswerRefused(PauseError, ValueError):  # noqa: N818 - a situation
    """Raised in a flow whose question the answer from a file or a test does not fit.

    `place` is where the answer is written; `errors` maps field locations, joined by dots ("" is the whole form), to
    messages.
    """

    def __init__(self, run: str, flow: str, key: str, place: str, errors: Mapping[str, str], *, lines: str) -> None:
        self.run, self.flow, self.key, self.place, self.errors = run, flow, key, place, dict(errors)
        self.lines = lines
        reasons = "; ".join(f"{path}: {message}" if path else message for path, message in self.errors.items())
        super().__init__(
            f"{place}: this answer does not fit pause {key!r} of run {run!r} (flow {flow!r}). {reasons} "
            f"Correct it and run the flow again. What is asked for:\n\n{lines}"
        )


class AnswersFileError(PauseError, ValueError):
    """Raised before a flow starts when the file of answers cannot be used."""

    def __init__(self, path: str, what: str, line: int | None = None) -> None:
        self.path, self.what, self.line = path, what, line
        super().__init__(f"The file of answers {path}{f', line {line}' if line else ''}: {what}")


class AnswersLeftOver(PauseError, AssertionError):  # noqa: N818 - a situation
    """Raised at the end of `hitl_jupyter.testing.answers` when nobody asked for some of them."""

    def __init__(self, places: Sequence[str]) -> None:
        self.places = tuple(places)
        super().__init__(
            f"Nobody asked for {'this answer' if len(places) == 1 else 'these answers'}: {'; '.join(places)}. Take "
            "what is too much away, or check the names of flows and pauses."
        )
