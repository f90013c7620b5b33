"""Functions of the user's that are called when a run enters a state: ``hook(flow, flow_run, state)``.

They are called after the state is committed and before anybody who waits for the run goes on. What goes wrong in one
is in the run's log and changes nothing else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine.bridge import in_thread
from hitl_jupyter.engine.context import hooks_of
from hitl_jupyter.engine.logs import LoggerAdapter
from hitl_jupyter.engine.waiting import unless_ended

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

Hook = Callable[[Any, Any, State], Any]

_BY_TYPE = {
    StateType.COMPLETED: "on_completion",
    StateType.FAILED: "on_failure",
    StateType.CANCELLED: "on_cancellation",
    StateType.CRASHED: "on_crashed",
    StateType.RUNNING: "on_running",
    StateType.PAUSED: "on_paused",
}


def checked(options: Mapping[str, Any]) -> dict[str, list[Hook]]:
    """Give the hooks among options, each as a list.

    Raises
    ------
    TypeError
        One is no function.
    """
    hooks: dict[str, list[Hook]] = {}
    for option, value in options.items():
        if not option.startswith("on_"):
            continue
        several = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        hooks[option] = [one for one in several if one is not None]
        wrong = [one for one in hooks[option] if not callable(one)]
        if wrong:
            raise TypeError(f"'{option}' takes a list of functions, got {wrong[0]!r}")
    return hooks


async def entered(
    hooks: Sequence[Hook], subject: tuple[Any, Any], state: State, *, run: FlowRun[Any], logger: LoggerAdapter
) -> None:
    """Call the hooks of a state that was entered. `subject` is (flow, flow run) or (task, task run).

    Raises
    ------
    CancelledError
        The run was ended, or its cell interrupted, before the hook was over.
    """
    token = hooks_of.set(run)
    try:
        await _called(hooks, subject, state, run, logger)
    finally:
        hooks_of.reset(token)


async def _called(
    hooks: Sequence[Hook], subject: tuple[Any, Any], state: State, run: FlowRun[Any], logger: LoggerAdapter
) -> None:
    for hook in hooks:
        name = _name(hook)
        logger.info("Running hook %r in response to entering state %r", name, state.name)
        try:
            await unless_ended(run, answer(hook, *subject, state))
        except Exception:
            # Of a hook nobody waits for anything but its end.
            logger.exception("An error was encountered while running hook %r", name)
        else:
            logger.info("Hook %r finished running successfully", name)


async def answer(function: Callable[..., Any], *args: Any) -> Any:
    """Give what a function of the user's gives; a sync one is called in a thread, for no loop must wait for it."""
    if inspect.iscoroutinefunction(function):
        return await function(*args)
    result = await in_thread(function, *args)
    return await result if inspect.isawaitable(result) else result


def _name(hook: Hook) -> str:
    function = hook.func if isinstance(hook, partial) else hook
    return str(getattr(function, "__name__", type(function).__name__))


class TaskHooks:
    """The hooks of a task: each of these methods adds one, and is a decorator too."""

    hooks: dict[str, list[Hook]]

    def hooks_for(self, state: State, option: str | None = None) -> list[Hook]:
        """Give the hooks that entering a state calls."""
        return self.hooks.get(option or _BY_TYPE.get(state.type, ""), [])

    def _add(self, option: str, hook: Hook) -> Hook:
        self.hooks[option] += checked({option: [hook]})[option]
        return hook

    def on_running(self, hook: Hook) -> Hook:
        """Have `hook` called when a run begins: ``hook(flow or task, run, state)``."""
        return self._add("on_running", hook)

    def on_completion(self, hook: Hook) -> Hook:
        """Have `hook` called when a run completes."""
        return self._add("on_completion", hook)

    def on_failure(self, hook: Hook) -> Hook:
        """Have `hook` called when a run fails."""
        return self._add("on_failure", hook)


class FlowHooks(TaskHooks):
    """The hooks of a flow: those of a task, and more."""

    def on_cancellation(self, hook: Hook) -> Hook:
        """Have `hook` called when a run is cancelled."""
        return self._add("on_cancellation", hook)

    def on_crashed(self, hook: Hook) -> Hook:
        """Have `hook` called when a run is ended from outside."""
        return self._add("on_crashed", hook)

    def on_paused(self, hook: Hook) -> Hook:
        """Have `hook` called when a run begins to wait for a person."""
        return self._add("on_paused", hook)

    def on_resumed(self, hook: Hook) -> Hook:
        """Have `hook` called when a run goes on."""
        return self._add("on_resumed", hook)
