"""`RunInput`: the class of an answer, and how any type becomes one. The semantics are Prefect's."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr, RootModel, create_model
from pydantic.fields import FieldInfo

from hitl_jupyter.core.states import State

R = TypeVar("R", bound="RunInput")


@dataclass(frozen=True, slots=True)
class RunInputMetadata:
    """Where an answer belongs: its key, who sent it (None for a resumed pause), the run that got it."""

    key: str
    sender: str | None
    receiver: UUID


class RunInput(BaseModel):
    """The base of what a flow can ask for: a pydantic model that takes no unknown fields."""

    model_config = ConfigDict(extra="forbid")

    _description: ClassVar[str | None] = None
    _metadata: RunInputMetadata | None = PrivateAttr(default=None)

    @property
    def metadata(self) -> RunInputMetadata | None:
        """Where the answer belongs; None for an instance that no run got."""
        return self._metadata

    @classmethod
    def description_text(cls) -> str | None:
        """Give the Markdown that stands above the form."""
        return cls._description

    @classmethod
    def keyset_from_type(cls) -> dict[str, str]:
        """Give the keys under which Prefect keeps an input of this class."""
        return keyset_from_base_key(cls.__name__.lower())

    @classmethod
    def with_initial_data(cls, description: str | None = None, **field_values: Any) -> type[Self]:
        """Give this class with other defaults, and with a Markdown text above its form.

        A field keeps its title, description, bounds and alias; an unknown name becomes a new field of its value's type.
        """
        fields: dict[str, Any] = {}
        for name, value in field_values.items():
            known = cls.model_fields.get(name)
            if known is None:
                fields[name] = (type(value) if value is not None else Any, value)
            else:
                fields[name] = (known.annotation, _with_default(known, value))
        made = _quietly(cls.__name__, cls, fields)
        made.__doc__ = cls.__doc__
        made._description = description if description is not None else cls._description
        return made


class AutomaticRunInput(RunInput):
    """The answer to a question for a plain type: one field, `value`."""


def run_input_type(kind: Any) -> type[RunInput]:
    """Give the class whose instance answers a question for `kind`.

    A RunInput class is itself; another model becomes `<Name>RunInput`, a subclass of both; anything else becomes a
    class with the one field `value`.

    Raises
    ------
    pydantic.PydanticSchemaGenerationError
        pydantic knows no such type.
    """
    if isinstance(kind, type) and get_origin(kind) is None:
        if issubclass(kind, RunInput):
            return kind
        if issubclass(kind, BaseModel) and not issubclass(kind, RootModel):
            return _of_model(kind)
    name = getattr(kind, "__name__", None) or getattr(get_origin(kind), "__name__", "")
    return _quietly(f"{str(name).lower()}AutomaticRunInput", AutomaticRunInput, {"value": (kind, ...)})




def _of_model(model: type[BaseModel]) -> type[RunInput]:
    made: type[RunInput] | None = model.__dict__.get("__hitl_run_input__")
    if made is None:
        made = create_model(f"{model.__name__}RunInput", __base__=(RunInput, model), __doc__=model.__doc__)
        # Kept with the model, so that asking twice is the same class and so the same form.
        model.__hitl_run_input__ = made  # type: ignore[attr-defined]
    return made


def unwrap(answer: RunInput) -> Any:
    """Give what the flow gets: the bare value for a plain type, else the instance."""
    return answer.value if isinstance(answer, AutomaticRunInput) else answer  # type: ignore[attr-defined]


def _with_default(known: FieldInfo, value: Any) -> FieldInfo:
    changed = copy.copy(known)
    changed.default, changed.default_factory = value, None
    # A default given for one question is an answer like any other: the flow must not see it unjudged.
    changed.validate_default = True
    changed._attributes_set = {**changed._attributes_set, "default": value, "validate_default": True}  # noqa: SLF001
    changed._attributes_set.pop("default_factory", None)  # noqa: SLF001 - pydantic merges fields by it
    return changed


def _quietly(name: str, base: type[R], fields: dict[str, Any]) -> type[R]:
    """Make a class whose fields may have any name."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)
        made: type[R] = create_model(name, __base__=base, **fields)
    return made


def keyset_from_base_key(base_key: str) -> dict[str, str]:
    """Give Prefect's keys of a question: of its description, response and schema."""
    return {part: f"{base_key}-{part}" for part in ("description", "response", "schema")}


def keyset_from_paused_state(state: State) -> dict[str, str]:
    """Give the keys of the question that a paused state waits for.

    Raises
    ------
    RuntimeError
        The state is not paused.
    """
    if not state.is_paused():
        raise RuntimeError(f"{state.type.value!r} is unsupported.")
    return keyset_from_base_key(f"{state.name.lower()}-{state.details['pause_key']}")
