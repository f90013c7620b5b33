"""Every exception of the package: one class per situation, its facts as attributes, its sentence made from them.

Where Prefect has a name for a situation the class has that name, and its text begins with Prefect's words. Each
sentence says what happened, to which run, and what to do next.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping, Sequence


class HitlError(Exception):
    """The base of all errors of this package."""


class PackageMissing(HitlError, ImportError):  # noqa: N818 - a situation
    """Raised when something needs a package that is no dependency and is not installed; `name` is the package's."""


# -- flows and their runs ---------------------------------------------------------------------------------------------


class FlowError(HitlError):
    """The base of what goes wrong with a flow or its run."""


class MissingContextError(FlowError, RuntimeError):
    """Raised when something that belongs to a run is used outside one."""


class ParameterTypeError(FlowError, TypeError):
    """Raised when a flow is called with parameters that its annotations refuse."""


class ParameterBindError(FlowError, TypeError):
    """Raised when a flow or task is called with arguments that its function does not take; nothing is recorded."""

    def __init__(self, function: str, why: str, signature: str) -> None:
        self.function, self.why, self.signature = function, why, signature
        super().__init__(
            f"Error binding parameters for function {function!r}: {why}.\nFunction {function!r} takes {signature}."
        )


class ReservedArgumentError(FlowError, TypeError):
    """Raised when the function of a flow or task has a parameter of a name that calling it means otherwise."""

    def __init__(self, name: str) -> None:
        self.parameter = name
        super().__init__(f"{name!r} is a reserved argument name and cannot be used. Call the parameter otherwise.")


class InvalidNameError(FlowError, ValueError):
    """Raised when a flow or task is given a name with characters that names cannot have."""

    def __init__(self, name: str, characters: str) -> None:
        self.name = name
        super().__init__(f"The name {name!r} contains one of the characters {' '.join(characters)}. Leave them out.")


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


class MappingLengthMismatch(FlowError, TypeError):  # noqa: N818 - Prefect's name
    """Raised when `Task.map` is called with iterables of different lengths."""

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self.lengths = dict(lengths)
        super().__init__(
            "Received iterable parameters with different lengths. Parameters for map must all be the same length. "
            f"Got lengths: {self.lengths}"
        )


class MappingMissingIterable(FlowError, TypeError):  # noqa: N818 - Prefect's name
    """Raised when `Task.map` is called without anything to map over."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        super().__init__(
            "No iterable parameters were received. Parameters for map must include at least one iterable. Parameters: "
            f"{dict(parameters)}"
        )


class NoCacheKey(FlowError, ValueError):  # noqa: N818 - a situation
    """Raised when a cache key is to be made of parameters that have no form that is the same in every process."""

    def __init__(self, task: str, parameters: Sequence[str]) -> None:
        self.task, self.parameters = task, tuple(parameters)
        super().__init__(
            f"No cache key can be made of {', '.join(map(repr, parameters))} of task {task!r}, so its result is not "
            "cached. Leave it out (cache_policy=INPUTS - 'name'), or make the key yourself with cache_key_fn."
        )


class FlowRunWaitTimeout(FlowError, TimeoutError):  # noqa: N818 - Prefect's name
    """Raised when a run is not over after the time that somebody wanted to wait for it."""

    def __init__(self, run: str, seconds: float) -> None:
        self.run, self.seconds = run, seconds
        super().__init__(f"Flow run with ID {run} exceeded watch timeout of {seconds} seconds. It goes on.")


class NotHere(FlowError, NotImplementedError):  # noqa: N818 - a situation
    """Raised when something of Prefect's is used that has no place in a notebook; the sentence says what has."""


class CannotWait(FlowError, RuntimeError):  # noqa: N818 - a situation
    """Raised where a question cannot be waited for; the sentence says what to write instead."""


# -- runs that are taken up again -------------------------------------------------------------------------------------


class RecoveryError(FlowError):
    """The base of what keeps a run from being taken up again."""


class FlowNotDefined(RecoveryError, LookupError):  # noqa: N818 - a situation
    """Raised when the flow of a run is not defined in this process."""

    def __init__(self, run: str, flow: str, where: str) -> None:
        self.run, self.flow = run, flow
        super().__init__(
            f"Run {run!r} can only be taken up where its flow {flow!r} is defined, and it is not defined here. Run "
            f"{where} first, then try again."
        )


class RunOwnedElsewhere(RecoveryError):  # noqa: N818 - a situation
    """Raised when a run is asked to be taken up that another process executes."""

    def __init__(self, run: str, owner: str) -> None:
        self.run, self.owner = run, owner
        super().__init__(
            f"Run {run!r} is being executed by {owner}. Answer it there or with resume_flow_run; it can be taken up "
            "here once that process has ended."
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


# -- pauses and answers -----------------------------------------------------------------------------------------------


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


# -- scripts ----------------------------------------------------------------------------------------------------------


class ScriptError(HitlError):
    """The base of what goes wrong with a script before or after its own code runs."""

    def _render_traceback_(self) -> list[str]:
        # IPython would show the frames of the magic and of this package, none of them the script's.
        return [str(self)]


class CannotRunScript(ScriptError, OSError):  # noqa: N818 - a situation
    """Raised when a file that is to be run as a script is missing, or is no such thing."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path} cannot be run as a script: {why}")


class ScriptSyntaxError(ScriptError):
    """Raised when a script is no Python; its text is what Python says, with file, line and place."""

    def __init__(self, path: str, said: str) -> None:
        self.path = path
        super().__init__(said)


class ScriptExit(ScriptError):  # noqa: N818 - a situation
    """Raised when a script ends with an exit code other than 0, so that *Run All* stops at it."""

    def __init__(self, script: str, code: int, said: str | None = None) -> None:
        self.script, self.code, self.said = script, code, said
        super().__init__(f"{script} ended with exit code {code}{f': {said}' if said else '.'}")


class NotOfferedHere(ScriptError, ImportError):  # noqa: N818 - a situation
    """Raised when a script imports a name of Prefect's that this package does not have."""

    def __init__(self, name: str, nearest: Sequence[str], why: str | None = None) -> None:
        self.nearest = tuple(nearest)
        there = f"The nearest is {nearest[0]!r}." if len(nearest) == 1 else f"There are {', '.join(nearest)}."
        super().__init__(f"hitl_jupyter has nothing in place of '{name}'. {why or there}", name=name)


# -- forms ------------------------------------------------------------------------------------------------------------


class FormError(HitlError):
    """The base of what goes wrong between a form and what is put into it."""


class CannotHold(FormError, ValueError):  # noqa: N818 - a situation
    """Raised when a field's control has no way to show or enter a value; the value itself is never in the text."""

    def __init__(self, path: Sequence[str | int], why: str) -> None:
        self.path, self.why = tuple(path), why
        super().__init__(f"Field {'.'.join(map(str, path)) or '(the whole form)'} cannot hold this value: {why}")


class MalformedDocument(FormError, ValueError):  # noqa: N818 - a situation
    """Raised when cells that came over the wire do not have the shape of their form; nothing is changed by them."""

    def __init__(self, path: Sequence[str | int], why: str) -> None:
        self.path, self.why = tuple(path), why
        where = ".".join(map(str, path)) or "the root"
        super().__init__(f"The answer does not have the shape of its form at {where}: {why}")


class NoSuchField(FormError, LookupError):  # noqa: N818 - a situation
    """Raised when a form is asked for a field that it does not have."""

    def __init__(self, path: str, known: Sequence[str]) -> None:
        self.path, self.known = path, tuple(known)
        super().__init__(f"The form has no field {path!r}; here are: {', '.join(map(repr, known)) or 'none'}.")


# -- the store --------------------------------------------------------------------------------------------------------


class StoreError(HitlError):
    """The base of what goes wrong with the store."""

    def __init__(self, url: str, what: str, remedy: str) -> None:
        self.url, self.what, self.remedy = url, what, remedy
        super().__init__(f"The store {url} {what}. {remedy}")


class StoreUnavailable(StoreError):  # noqa: N818 - a situation
    """Raised when the store is missing, read-only, full or locked."""


class StoreCorrupt(StoreError):  # noqa: N818 - a situation
    """Raised when what is there is no store or is damaged."""


class StoreTooNew(StoreError):  # noqa: N818 - a situation
    """Raised when a newer version of the package wrote the store."""
