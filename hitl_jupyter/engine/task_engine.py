"""Executes one call of a task: recalled, resolved, cached, called, tried again, recorded.

`execute` and `execute_async` are the one way through; the steps between are async and shared, and sync code takes them
through the door.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from hitl_jupyter import store
from hitl_jupyter.core.states import State, StateType
from hitl_jupyter.engine import engine, hooks, logs, outcome, retries, values
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.caching import TaskRunContext
from hitl_jupyter.engine.names import custom_name
from hitl_jupyter.engine.takeup import MENDABLE
from hitl_jupyter.engine.task_run import TaskRun
from hitl_jupyter.engine.users_code import sparing_the_loop, user_code, user_coroutine
from hitl_jupyter.exceptions import KeptValueLost, NoCacheKey, TaskRunTimeoutError, UpstreamTaskError

NOT_READY = "NotReady"


# -- executing it -------------------------------------------------------------------------------------------------


def execute(task_run: TaskRun) -> State:
    """Execute a sync task and give its final state, the value or exception in it.

    Raises
    ------
    CancelledError, KeyboardInterrupt
        It was ended from outside; that is recorded.
    StoreError
        Something could not be recorded.
    """
    __tracebackhide__ = True
    wait, state = task_run.flow_run.wait, task_run.recalled()
    if state is None:
        if _needs_others(task_run):
            state = wait(_resolve(task_run), idle=True)
        if state is None:
            _prepare(task_run)
            state = wait(_begin(task_run))
    if state is not None:
        return state
    while True:
        value, error = None, None
        try:
            with task_run.inside():
                value = user_code(task_run.task.fn, list(task_run.args), task_run.kwargs)
        except BaseException as raised:  # noqa: BLE001 - recorded, then raised
            error = sparing_the_loop(raised, task_run.flow_run)
        error = error or task_run.deadline.passed()
        if error is None or not wait(_again(task_run, error), idle=True):
            break
    return _own(wait(_finish(task_run, value, error)))


async def execute_async(task_run: TaskRun) -> State:
    """Execute an async task; as `execute`."""
    __tracebackhide__ = True
    state = task_run.recalled()
    if state is None:
        if _needs_others(task_run):
            state = await _resolve(task_run)
        if state is None:
            _prepare(task_run)
            state = await _begin(task_run)
    if state is not None:
        return state
    while True:
        value, error = await _await(task_run)
        if error is None or not await _again(task_run, error):
            break
    return _own(await _finish(task_run, value, error))


async def _await(task_run: TaskRun) -> tuple[Any, BaseException | None]:
    limit = asyncio.timeout(task_run.task.timeout_seconds)
    try:
        with task_run.inside():
            async with limit:
                return await user_coroutine(task_run.task.fn, list(task_run.args), task_run.kwargs), None
    except TimeoutError as error:
        return None, TaskRunTimeoutError(task_run.task.timeout_seconds or 0.0) if limit.expired() else error
    except BaseException as raised:  # noqa: BLE001 - recorded, then raised
        return None, sparing_the_loop(raised, task_run.flow_run)


# -- before it ----------------------------------------------------------------------------------------------------


def _needs_others(task_run: TaskRun) -> bool:
    return bool(task_run.wait_for) or outcome.needs_others((task_run.args, task_run.kwargs))


async def _resolve(task_run: TaskRun) -> State | None:
    """Wait for what it is called with; gives the state NotReady if something of that did not complete."""
    try:
        for one in task_run.wait_for:
            await outcome.resolved(one, task_run)
        task_run.args = tuple(await outcome.resolved(list(task_run.args), task_run))
        task_run.kwargs = await outcome.resolved(task_run.kwargs, task_run)
    except UpstreamTaskError as error:
        return await _not_ready(task_run, error)
    return None


async def _not_ready(task_run: TaskRun, error: UpstreamTaskError) -> State:
    state = task_run.flow_run.session.state(StateType.PENDING, str(error), NOT_READY)
    if task_run.record is None:
        logs.finished(task_run.logger, state)
        await task_run.add(task_run.flow_run.session.state(StateType.PENDING), state)
    task_run.state = state
    return state


def _prepare(task_run: TaskRun) -> None:
    """Find out, in the user's own thread, what functions of the user's say: its name and its cache key."""
    task = task_run.task
    if task_run.record is None and task.task_run_name is not None:
        task_run.name = custom_name(task.task_run_name, task_run.parameters, "task_run_name") or task_run.name
    if task_run.is_kept() or not task.caches:
        return
    try:
        context = TaskRunContext(task, task_run, task_run.parameters)
        task_run.cache_key = task.cache_policy.compute_key(context, task_run.parameters, task_run.flow_run.parameters)
    except NoCacheKey as error:
        task_run.logger.error("%s", error)  # noqa: TRY400 - the sentence says it
    except Exception:
        task_run.logger.exception("Error encountered when computing cache key - result will not be persisted.")


async def _begin(task_run: TaskRun) -> State | None:
    """Record that it begins; gives its end if that is in the cache."""
    try:
        return await _begun(task_run)
    except asyncio.CancelledError as error:
        if task_run.state is not None and task_run.state.is_running():
            await _finish(task_run, None, error)
        raise


async def _begun(task_run: TaskRun) -> State | None:
    session = task_run.flow_run.session
    task_run.check()
    task_run.started = session.source.now()
    if task_run.cache_key is not None and not task_run.task.refresh_cache and not task_run.is_kept():
        cached = await _cached(task_run, task_run.cache_key)
        if cached is not None:
            return cached
    running = session.state(StateType.RUNNING)
    if task_run.record is None:
        await task_run.add(session.state(StateType.PENDING), running)
    elif not (task_run.record.state.is_completed() or task_run.record.state.is_running()):
        await task_run.move(replace(running, details={"tries": task_run.tries}))
    task_run.state = running
    await task_run.call_hooks(running)
    return None


async def _cached(task_run: TaskRun, key: str) -> State | None:
    session = task_run.flow_run.session
    found = await settled(session.store.read(store.cached.get, key, session.source.now()))
    if found is None or not found.result_kept:
        return None
    try:
        value = await asyncio.to_thread(task_run.restored, found)
    except KeptValueLost as error:
        task_run.logger.warning("%s It is computed again.", error)
        return None
    kept: dict[str, Any] = {"result": found.result, "result_kept": True, "serializer": found.serializer}
    if task_run.record is None:
        await task_run.add(session.state(StateType.PENDING), session.state(StateType.RUNNING))
    elif task_run.record.state.type is not StateType.RUNNING:
        await task_run.move(session.state(StateType.RUNNING))
    return await _over(task_run, replace(session.state(StateType.COMPLETED, name="Cached"), data=value), **kept)


# -- after it -----------------------------------------------------------------------------------------------------


async def _again(task_run: TaskRun, error: BaseException) -> bool:
    """Tell whether the task is to be tried once more, and wait until then."""
    run, rules = task_run.flow_run, task_run.task.trying_again
    ended = run.ending() or run.corrected or task_run.left_behind
    if ended or not isinstance(error, Exception) or isinstance(error, MENDABLE):
        return False
    if task_run.tries > rules.most or not await _is_worth_it(task_run, error):
        if task_run.tries > rules.most:
            exhausted = " - Retries are exhausted" if rules.most else ""
            task_run.logger.error("Task run failed with exception: %r%s", error, exhausted, exc_info=error)
        return False
    delay = rules.delay(task_run.tries, run.session.source.random)
    task_run.logger.info(retries.line("Task run", error, task_run.tries, rules, delay))
    task_run.tries += 1
    if not task_run.is_kept():
        tries = {"tries": task_run.tries}
        if delay:
            await task_run.move(replace(run.session.state(StateType.SCHEDULED, name="AwaitingRetry"), details=tries))
            await engine.sleep(run, delay)
        retrying = replace(run.session.state(StateType.RUNNING, name="Retrying"), details=tries)
        await task_run.move(retrying)
        await task_run.call_hooks(retrying)
    return True


async def _is_worth_it(task_run: TaskRun, error: Exception) -> bool:
    condition = task_run.task.trying_again.condition
    if condition is None:
        return True
    state = task_run.ended_by(error)
    try:
        return bool(await hooks.answer(condition, task_run.task, task_run, state))
    except Exception:
        task_run.logger.exception(
            "An error was encountered while running `retry_condition_fn` %r of task %r",
            getattr(condition, "__name__", condition),
            task_run.task.name,
        )
        return False


async def _finish(task_run: TaskRun, value: Any, error: BaseException | None) -> State:
    """Record the end, and give it with its value or exception."""
    run, task, final = task_run.flow_run, task_run.task, None
    if error is None:
        value, final, error = await outcome.ended_with(value, run.session, task_run)
    if task_run.is_kept() or ((run.leaving or run.corrected) and isinstance(error, asyncio.CancelledError)):
        # It is in the middle of something, and is when the run comes back.
        return replace(final or task_run.final(error), data=value if error is None else error)
    kept = None
    if error is None and task.persist_result is not False and (final is None or final.is_completed()):
        kept = await values.keep_aside(value, task.fn, task.result_serializer, run.session.store.values)
        if kept is None and task_run.cache_key is not None:
            task_run.logger.warning("The result of this task cannot be kept, so it is not cached. Annotate it.")
    if final is not None and error is not None:
        task_run.logger.error("Task run failed with state: %r", final)
    final = final or task_run.final(error)
    if isinstance(error, TaskRunTimeoutError):
        task_run.logger.error("%s", final.message)
    return await _over(
        task_run,
        replace(final, data=value if error is None else error),
        result=None if kept is None else kept.result,
        result_kept=kept is not None,
        serializer=None if kept is None else kept.serializer,
        failure=values.failure(error) if final.is_failed() and error is not None else None,
        cached=None if kept is None else _cache_entry(task_run, final),
    )


async def _over(task_run: TaskRun, state: State, **more: Any) -> State:
    """Commit the final state, and call its hooks before its line in the log, as Prefect does."""
    hooked = task_run.task.hooks_for(state)
    if not hooked:
        logs.finished(task_run.logger, state)
    await task_run.move(state, **more)
    if hooked:
        await task_run.call_hooks(state)
        logs.finished(task_run.logger, state)
        task_run.flow_run.book.flush()
    return state


def _cache_entry(task_run: TaskRun, final: State) -> tuple[str, datetime | None] | None:
    if task_run.cache_key is None:
        return None
    expiration = task_run.task.cache_expiration
    return task_run.cache_key, None if expiration is None else final.timestamp + expiration


def _own(state: State) -> State:
    """Give an end that is the task's own doing, and raise what ended it from outside."""
    __tracebackhide__ = True
    if isinstance(state.data, BaseException) and not isinstance(state.data, Exception):
        raise state.data
    return state
