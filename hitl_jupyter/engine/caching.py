"""Cache policies: what a task's result depends on, as a key. Names, arithmetic and defaults are Prefect's.

A key is a digest of parts, each of which a policy contributes. Two policies are added up (``INPUTS + TASK_SOURCE``), a
parameter is taken out (``INPUTS - "verbose"``). A policy that contributes nothing leaves a task without a key, and so
without a cache.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_jupyter.engine.fingerprints import fingerprint
from hitl_jupyter.exceptions import NoCacheKey

if TYPE_CHECKING:
    from hitl_jupyter.engine.task import Task
    from hitl_jupyter.engine.task_run import TaskRun


@dataclass(frozen=True)
class TaskRunContext:
    """What a `cache_key_fn` is told of the task run that it makes a key for."""

    task: Task[..., Any]
    task_run: TaskRun
    parameters: Mapping[str, Any]


class Call(NamedTuple):
    """What a key is made of."""

    context: TaskRunContext
    inputs: Mapping[str, Any]
    flow_parameters: Mapping[str, Any]


class CachePolicy:
    """The base of all policies."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: Mapping[str, Any],
        flow_parameters: Mapping[str, Any],
        **more: Any,  # noqa: ARG002 - Prefect's
    ) -> str | None:
        """Give what this policy contributes to the key, None for nothing: what a policy of your own defines.

        Raises
        ------
        NoCacheKey
            Something that it goes by has no form that is the same in every process.
        """
        return self.part(Call(task_ctx, inputs, flow_parameters))

    def part(self, call: Call) -> str | None:
        """Give what one of the policies of this module contributes."""
        raise NotImplementedError

    @staticmethod
    def from_cache_key_fn(cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None]) -> CachePolicy:
        """Give a policy whose key a function makes."""
        return CacheKeyFnPolicy(cache_key_fn)

    def __add__(self, other: object) -> CachePolicy:
        """Give a policy that goes by both."""
        if not isinstance(other, CachePolicy):
            return NotImplemented
        return _sum((self, other))

    def __sub__(self, parameter: object) -> CachePolicy:
        """Give a policy that leaves a parameter out; one that goes by none is the same.

        Raises
        ------
        TypeError
            What is taken out is no name.
        """
        if not isinstance(parameter, str):
            raise TypeError(f"The name of a parameter can be taken out of a cache policy, got {parameter!r}.")
        return self


@dataclass(frozen=True)
class CacheKeyFnPolicy(CachePolicy):
    """A key that a function makes of the context and the parameters."""

    cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None]

    def part(self, call: Call) -> str | None:
        """Give what the function gives."""
        return self.cache_key_fn(call.context, dict(call.inputs))


@dataclass(frozen=True)
class Inputs(CachePolicy):
    """The task and the parameters of its call, without those left out.

    With Prefect two tasks that are called with the same parameters share a key; here they do not.
    """

    exclude: tuple[str, ...] = field(default=())

    def part(self, call: Call) -> str | None:
        """Give the digest of the parameters."""
        if not call.inputs:
            return None
        kept = {name: value for name, value in call.inputs.items() if name not in self.exclude}
        return _digest_of(kept, call.context.task.name)

    def __sub__(self, parameter: object) -> CachePolicy:
        """Give a policy that leaves a parameter out."""
        super().__sub__(parameter)
        return replace(self, exclude=(*self.exclude, str(parameter)))


@dataclass(frozen=True)
class TaskSource(CachePolicy):
    """The source of the task's function."""

    def part(self, call: Call) -> str | None:
        """Give the digest of the source, of the compiled code where the source is not at hand."""
        fn = call.context.task.fn
        try:
            source = inspect.getsource(fn).encode()
        except (OSError, TypeError):
            code = getattr(fn, "__code__", None)
            source = repr((code.co_code, code.co_consts, code.co_names)).encode() if code else repr(type(fn)).encode()
        return hashlib.sha256(source).hexdigest()


@dataclass(frozen=True)
class FlowParameters(CachePolicy):
    """The parameters of the flow run that calls the task."""

    def part(self, call: Call) -> str | None:
        """Give the digest of the flow's parameters."""
        return _digest_of(call.flow_parameters, call.context.task.name) if call.flow_parameters else None


@dataclass(frozen=True)
class RunId(CachePolicy):
    """The flow run: a result serves inside one run only."""

    def part(self, call: Call) -> str | None:
        """Give the run's id."""
        return str(call.context.task_run.flow_run_id)


@dataclass(frozen=True)
class CompoundCachePolicy(CachePolicy):
    """Several policies: the key is the digest of theirs."""

    policies: tuple[CachePolicy, ...] = ()

    def part(self, call: Call) -> str | None:
        """Give the digest of what they contribute."""
        parts = [one.compute_key(*call) for one in self.policies]
        known = [part for part in parts if part is not None]
        return hashlib.sha256("\0".join(known).encode()).hexdigest() if known else None

    def __sub__(self, parameter: object) -> CachePolicy:
        """Give a policy that leaves a parameter out; one that went by no parameters goes by all others."""
        super().__sub__(parameter)
        inputs = [one for one in self.policies if isinstance(one, Inputs)] or [Inputs()]
        others = [one for one in self.policies if not isinstance(one, Inputs)]
        return CompoundCachePolicy((*others, *(one - parameter for one in inputs)))


def _sum(policies: tuple[CachePolicy, ...]) -> CachePolicy:
    flat = [
        one
        for policy in policies
        for one in (policy.policies if isinstance(policy, CompoundCachePolicy) else (policy,))
        if not isinstance(one, NoPolicy)
    ]
    excluded = {name for one in flat if isinstance(one, Inputs) for name in one.exclude}
    unique = [one for one in dict.fromkeys(flat) if not isinstance(one, Inputs)]
    if len(unique) != len(dict.fromkeys(flat)):
        unique.append(Inputs(tuple(sorted(excluded))))
    return unique[0] if len(unique) == 1 else CompoundCachePolicy(tuple(unique)) if unique else NO_CACHE


@dataclass(frozen=True)
class NoPolicy(CachePolicy):
    """No key, and so no cache."""

    def part(self, call: Call) -> str | None:  # noqa: ARG002 - the base's
        """Give nothing."""
        return None


INPUTS = Inputs()
"""The task and what it is called with; ``INPUTS - "verbose"`` leaves a parameter out."""
TASK_SOURCE = TaskSource()
"""The source of the task's function, so that changed code runs again."""
FLOW_PARAMETERS = FlowParameters()
"""What the flow that calls the task was called with."""
RUN_ID = RunId()
"""The flow run: a result serves inside one run only."""
NO_CACHE = NONE = NoPolicy()
"""No cache: the task runs each time."""
DEFAULT = INPUTS + TASK_SOURCE + RUN_ID
"""Inputs, source and flow run together: what Prefect goes by where nothing is said."""


def _digest_of(values: Mapping[str, Any], task: str) -> str:
    found = fingerprint({"task": task, "of": dict(values)})
    if found is None:
        without = [name for name, value in values.items() if fingerprint({"": value}) is None]
        raise NoCacheKey(task, without)
    return found


def task_input_hash(context: TaskRunContext, arguments: Mapping[str, Any]) -> str | None:
    """Make a key of a task and its parameters, for `cache_key_fn` (Prefect: ``prefect.tasks``)."""
    return (INPUTS + TASK_SOURCE).compute_key(context, arguments, {})
