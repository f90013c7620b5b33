"""The options of `@flow` and `@task`, checked when the decorator runs: a wrong one does not wait for a run to fail."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.signatures import signature_of
from hitl_jupyter.engine.caching import CachePolicy
from hitl_jupyter.engine.names import check_custom_name
from hitl_jupyter.engine.serializers import check_serializer
from hitl_jupyter.engine.submission import ThreadPoolTaskRunner
from hitl_jupyter.exceptions import InvalidNameError, NotHere, ReservedArgumentError

_OF_PREFECT = {
    "result_storage": "values are kept beside the store",
    "result_storage_key": "values are kept beside the store; name a cached one with cache_key_fn",
    "cache_result_in_memory": "a run holds its result as long as somebody holds the run",
    "viz_return_value": "flows are not drawn here",
    "asset_deps": "there are no assets here",
    "on_rollback": "there are no transactions here; use on_failure",
    "on_commit": "there are no transactions here; use on_completion",
}
"""Options that Prefect has and that mean nothing here, with the reason."""
_DEFAULTS: tuple[Any, ...] = (None, True, [], ())


def _check_function(fn: Any, decorator: str) -> None:
    """Let a function pass that can be a flow or task.

    Raises
    ------
    TypeError
        It is no function, or one that yields.
    """
    if not callable(fn):
        raise TypeError(f"{decorator} takes a function, got {fn!r}")
    if isinstance(fn, classmethod | staticmethod):
        raise TypeError(f"{decorator} goes below @{type(fn).__name__}, next to the function")
    reserved = [name for name in _RESERVED if name in _parameter_names(fn)]
    if reserved:
        raise ReservedArgumentError(reserved[0])
    if inspect.isgeneratorfunction(fn) or inspect.isasyncgenfunction(fn):
        raise TypeError(f"{decorator} takes a function that returns; {fn.__name__!r} yields. Return a list.")


def _parameter_names(fn: Callable[..., Any]) -> Iterable[str]:
    try:
        return signature_of(fn).parameters
    except ValueError:  # of some builtins nothing is known
        return ()


def _check_of_prefect(of_prefect: Mapping[str, Any], decorator: str) -> None:
    """Take options of Prefect's that mean nothing here, with a warning where one would do something there.

    Raises
    ------
    TypeError
        There is no such option, there or here.
    """
    for name, value in of_prefect.items():
        if name not in _OF_PREFECT:
            import difflib

            near = difflib.get_close_matches(name, _OPTIONS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{decorator} has no option {name!r}.{hint}")
        if value not in _DEFAULTS:
            warnings.warn(f"'{name}' of {decorator} does nothing here: {_OF_PREFECT[name]}.", UserWarning, stacklevel=5)


_OPTIONS = (
    *("name", "description", "version", "tags", "retries", "retry_delay_seconds", "retry_jitter_factor"),
    *("retry_condition_fn", "timeout_seconds", "validate_parameters", "log_prints", "persist_result"),
    *("result_serializer", "idempotency_key", "flow_run_name", "task_run_name", "task_runner", "cache_policy"),
    *("cache_key_fn", "cache_expiration", "refresh_cache", "on_completion", "on_failure", "on_cancellation"),
    *("on_crashed", "on_running", "on_paused", "on_resumed"),
)


_RESERVED = ("return_state", "wait_for")
"""What calling a flow or task means itself."""
_NOT_IN_NAMES = "/%&><"
_TEXTS = ("name", "description", "version", "idempotency_key")
_FLAGS = ("validate_parameters", "persist_result", "log_prints", "refresh_cache")


def check_flow(fn: Any, names: Mapping[str, Any], of_prefect: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of `@flow` among the local names of its maker, if they pass.

    Raises
    ------
    TypeError
        The function is none, or an option is unknown or has the wrong type.
    ValueError
        An option is out of its range.
    """
    given = _given(fn, names, of_prefect, "@flow")
    if given["idempotency_key"] == "":
        raise ValueError("'idempotency_key' must not be empty; leave it out for a run of its own each time")
    check_custom_name(given["flow_run_name"], "flow_run_name")
    return given


def check_task(fn: Any, names: Mapping[str, Any], of_prefect: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of `@task`, if they pass; as `check_flow`.

    Raises
    ------
    TypeError
        The function is none, or an option is unknown or has the wrong type.
    ValueError
        An option is out of its range.
    """
    given = _given(fn, names, of_prefect, "@task")
    check_custom_name(given["task_run_name"], "task_run_name")
    policy, key_fn, expiration = given["cache_policy"], given["cache_key_fn"], given["cache_expiration"]
    if key_fn is not None and not callable(key_fn):
        raise TypeError(f"'cache_key_fn' must be a function, got {key_fn!r}")
    if policy is not None and not isinstance(policy, CachePolicy):
        raise TypeError(f"'cache_policy' must be a policy of hitl_jupyter.cache_policies, got {policy!r}")
    if expiration is not None and not isinstance(expiration, timedelta):
        raise TypeError(f"'cache_expiration' must be a timedelta, got {expiration!r}")
    if expiration is not None and not expiration > timedelta(0):
        raise ValueError(f"'cache_expiration' must be positive, got {expiration!r}")
    return given


def _given(fn: Any, names: Mapping[str, Any], of_prefect: Mapping[str, Any], decorator: str) -> dict[str, Any]:
    _check_function(fn, decorator)
    _check_of_prefect(of_prefect, decorator)
    given = {name: value for name, value in names.items() if name in _OPTIONS}
    _check_kinds(given)
    return given


def _check_kinds(given: Mapping[str, Any]) -> None:
    for names, kind, what in ((_TEXTS, str, "a text"), (_FLAGS, bool, "True, False or None")):
        for name in names:
            value = given.get(name)
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"'{name}' must be {what}, got {value!r}")
    if any(character in _NOT_IN_NAMES for character in given["name"] or ""):
        raise InvalidNameError(given["name"], _NOT_IN_NAMES)
    check_serializer(given["result_serializer"])
    seconds = given["timeout_seconds"]
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"'timeout_seconds' must be a number of seconds, got {seconds!r}")
    if not seconds > 0:
        raise ValueError(f"'timeout_seconds' must be positive, got {seconds!r}")


_OF, _CHANGED = "of", "options"
_OF_ONE_RUN = ("name", "idempotency_key")
"""What the record of a run has in a place of its own."""


def to_record(of: str, changes: Mapping[str, Any]) -> dict[str, Json]:
    """Give what the record of a run has of options that were changed for it: those that JSON can say.

    Functions and task runners are not among them; they are the flow's own again.
    """
    kept = {name: value for name, value in changes.items() if name not in _OF_ONE_RUN and _is_json(value)}
    return {_OF: of, _CHANGED: kept}


def recorded(definition: Json) -> tuple[str | None, dict[str, Any]]:
    """Give the name of the flow that `to_record` has told of, if it has, and the options that were changed."""
    known = definition if isinstance(definition, dict) else {}
    of, changes = known.get(_OF), known.get(_CHANGED)
    return (of if isinstance(of, str) else None), (dict(changes) if isinstance(changes, dict) else {})


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def task_runner(given: Any) -> ThreadPoolTaskRunner:
    """Give the task runner of a flow.

    Raises
    ------
    TypeError
        It is none.
    """
    if isinstance(given, type) and issubclass(given, ThreadPoolTaskRunner):
        return given()
    if given is not None and not isinstance(given, ThreadPoolTaskRunner):
        raise TypeError(f"'task_runner' must be a ThreadPoolTaskRunner of hitl_jupyter.task_runners, got {given!r}")
    return given or ThreadPoolTaskRunner()


def tags(given: Any) -> frozenset[str]:
    """Give tags as a set.

    Raises
    ------
    TypeError
        They are no collection of texts.
    """
    if given is None:
        return frozenset()
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"'tags' must be a list of texts, got {given!r}")
    several = list(given)
    wrong = [tag for tag in several if not isinstance(tag, str)]
    if wrong:
        raise TypeError(f"'tags' must be a list of texts, and {wrong[0]!r} is none")
    return frozenset(several)


def not_here(what: str, instead: str) -> NotHere:
    """Give the error of something of Prefect's that has no place here."""
    return NotHere(f"{what} is not available in hitl_jupyter, where a flow runs in the kernel: {instead}.")
