"""A flow's parameters: bound to its signature, checked and converted by pydantic."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import GenericAlias
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from hitl_jupyter.core.signatures import signature_of
from hitl_jupyter.exceptions import ParameterBindError, ParameterTypeError


def bind(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Give all parameters of a call by name, defaults included.

    Raises
    ------
    ParameterBindError
        The function does not take that: a parameter is missing, unknown or given twice.
    """
    signature = _signature(function)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        name = getattr(function, "__name__", type(function).__name__)
        raise ParameterBindError(name, str(error), str(signature)) from None
    bound.apply_defaults()
    return bound.arguments


def spread(function: Callable[..., Any], parameters: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Give parameters by name as what the call takes: the inverse of `bind`."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in _signature(function).parameters.items():
        value = parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            args.extend(value)
        elif parameter.kind is parameter.VAR_KEYWORD:
            kwargs.update(value)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            kwargs[name] = value
        else:
            args.append(value)
    return args, kwargs


def validate(function: Callable[..., Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the parameters as their annotations say.

    Raises
    ------
    ParameterTypeError
        An annotation refuses its value; the text names each parameter and reason.
    """
    names, model = _model(function)
    try:
        checked = model.model_validate({names[name]: value for name, value in parameters.items()})
    except ValidationError as error:
        by_alias = {alias: name for name, alias in names.items()}
        reasons = "\n".join(
            f" - {'.'.join([by_alias.get(str(e['loc'][0]), str(e['loc'][0])), *map(str, e['loc'][1:])])}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise ParameterTypeError(f"Flow run received invalid parameters:\n{reasons}") from None
    return {name: getattr(checked, alias) for name, alias in names.items()}


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return _known_signature(function)
    except TypeError:  # the function has no hash
        return signature_of(function)


@lru_cache(maxsize=1024)
def _known_signature(function: Callable[..., Any]) -> inspect.Signature:
    # Half of what a task costs that is recorded already.
    return signature_of(function)


@lru_cache(maxsize=256)
def _model(function: Callable[..., Any]) -> tuple[dict[str, str], type[BaseModel]]:
    """Give a model of a function's parameters, under names that clash with nothing of pydantic's."""
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError:
        # A name that only a type checker sees: what cannot be read cannot be checked.
        hints = {}
    names: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for number, (name, parameter) in enumerate(_signature(function).parameters.items()):
        hint = hints.get(name, Any)
        if parameter.kind is parameter.VAR_POSITIONAL:
            hint = GenericAlias(tuple, (hint, ...))
        elif parameter.kind is parameter.VAR_KEYWORD:
            hint = GenericAlias(dict, (str, hint))
        names[name] = f"p{number}"
        fields[names[name]] = (hint, Field(...))
    config = ConfigDict(arbitrary_types_allowed=True)
    return names, create_model("Parameters", __config__=config, **fields)


def positional_name(function: Callable[..., Any], number: int) -> str:
    """Give the name of a positional argument, by its number from 0."""
    names = list(_signature(function).parameters)
    return names[number] if number < len(names) else f"{names[-1]}[{number - len(names) + 1}]"
