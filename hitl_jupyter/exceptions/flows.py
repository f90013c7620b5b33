"""What goes wrong with the definition and the call of a flow or task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hitl_jupyter.exceptions.base import HitlError


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


class NotHere(FlowError, NotImplementedError):  # noqa: N818 - a situation
    """Raised when something of Prefect's is used that has no place in a notebook; the sentence says what has."""


class CannotWait(FlowError, RuntimeError):  # noqa: N818 - a situation
    """Raised where a question cannot be waited for; the sentence says what to write instead."""
