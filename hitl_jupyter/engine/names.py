"""Names of runs, as Prefect gives them: two words for a flow run, three hex digits for a task run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from hitl_jupyter.core.clock import Source
from hitl_jupyter.core.signatures import signature_of

NOT_AT_WORK = frozenset({"sexy", "demonic", "kickass", "heretic", "godlike", "booby", "chubby", "hysterical", "nippy"})
"""Words of the list that a colleague should not find in a run's name."""


@lru_cache(maxsize=1)
def _generator() -> Any:
    # Reading the word lists takes 20 ms: once per process.
    import coolname
    from coolname.loader import load_config

    return coolname.RandomGenerator(load_config(f"{coolname.__path__[0]}/data"))


def flow_run_name(source: Source) -> str:
    """Give a name such as ``merry-puma``."""
    generator = _generator()
    generator.random = source.random
    while True:
        words: list[str] = generator.generate(2)
        if not NOT_AT_WORK.intersection(words):
            return "-".join(words)


def task_run_name(task_name: str, source: Source) -> str:
    """Give a name such as ``fetch-3fa``."""
    return f"{task_name}-{source.random.getrandbits(12):03x}"


def check_custom_name(given: Any, option: str) -> None:
    """Let a template or function pass that names runs.

    Raises
    ------
    TypeError
        It is neither.
    """
    if given is not None and not isinstance(given, str) and not callable(given):
        raise TypeError(f"'{option}' must be a text or a function that gives one, got {given!r}")


def custom_name(given: str | Callable[..., str], parameters: Mapping[str, Any], option: str) -> str:
    """Give the name that a template or function makes of a run's parameters.

    Raises
    ------
    KeyError
        The template names a parameter that there is not.
    TypeError
        The function gave something else than a text.
    """
    if isinstance(given, str):
        return given.format(**parameters)
    takes = signature_of(given).parameters
    name = given(parameters=dict(parameters)) if "parameters" in takes else given()
    if not isinstance(name, str):
        raise TypeError(f"'{option}' must give a text, and {given!r} gave {name!r}")
    return name
