"""`RunInput`: the class of an answer, and how any type becomes one. Names and meanings are Prefect's.

Ours, beyond them: `with_initial_data` keeps a field's title, description, bounds and alias, and what it puts there is
judged like any other answer.
"""

from __future__ import annotations

import copy
import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeAlias, TypeVar, cast, overload
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr, RootModel, create_model
from pydantic.fields import FieldInfo

from hitl_jupyter.core.records import Json
from hitl_jupyter.core.states import State

R = TypeVar("R", bound="RunInput")

Keyset: TypeAlias = dict[str, str]
"""The names of the three texts of a question: its description, its response and its schema."""

INITIAL: Final = "__hitl_initial__"
"""Where a class made by `with_initial_data` says of which class, and for which of its fields."""
Initial: TypeAlias = tuple[type[BaseModel], frozenset[str]]

UPGRADED = "__hitl_run_input__"
"""Where a model keeps the class of its answers, so that asking twice is asking for the same class."""


class RunInputMetadata(BaseModel):
    """Where an answer belongs: its key, who sent it (None for a resumed pause), and the run that got it."""

    key: str
    sender: str | None = None
    receiver: UUID


class FlowRunInput(BaseModel):
    """What was sent to a run, as the store keeps it: `value` is JSON text, `decoded_value` what it says."""

    flow_run_id: UUID
    key: str
    value: str
    sender: str | None = None
    created: datetime | None = None

    @property
    def decoded_value(self) -> Json:
        """The value itself."""
        decoded: Json = json.loads(self.value)
        return decoded


class RunInput(BaseModel):
    """The base of what a flow can ask for, or be sent: a model that takes no unknown fields.

    The methods that reach a run (``send_to``, ``respond``, ``receive``, ``save``, ``load``) are those of
    `hitl_jupyter.input`.
    """

    model_config = ConfigDict(extra="forbid")

    _description: ClassVar[str | None] = None
    _metadata: RunInputMetadata | None = PrivateAttr(default=None)

    if TYPE_CHECKING:

        @property
        def metadata(self) -> RunInputMetadata | None:
            """Where the answer belongs, None where no run has got it."""

    else:

        def __getattr__(self, name: str) -> Any:
            # No property: a model may have a field of that name, which is then the one that is meant.
            return self._metadata if name == "metadata" else super().__getattr__(name)

    @classmethod
    def description_text(cls) -> str | None:
        """Give the Markdown that stands above the form."""
        return cls._description

    @classmethod
    def keyset_from_type(cls) -> Keyset:
        """Give the names under which Prefect keeps an input of this class."""
        return keyset_from_base_key(cls.__name__.lower())

    @classmethod
    def load_from_flow_run_input(cls, flow_run_input: FlowRunInput) -> Self:
        """Give the instance that was sent; its `metadata` say by whom.

        Raises
        ------
        pydantic.ValidationError
            What was sent is no valid instance of this class.
        """
        from hitl_jupyter.forms.validate import instance_of

        made = instance_of(cls, flow_run_input.decoded_value)
        known = RunInputMetadata(
            key=flow_run_input.key, sender=flow_run_input.sender, receiver=flow_run_input.flow_run_id
        )
        made._metadata = known  # noqa: SLF001 - a class of ours
        return made

    @classmethod
    def subclass_from_base_model_type(cls, model_cls: type[BaseModel]) -> type[RunInput]:
        """Give the class whose instances answer a question for a model."""
        return run_input_type(model_cls)

    @classmethod
    def with_initial_data(cls, description: str | None = None, **field_values: Any) -> type[Self]:
        """Give this class with other defaults, and with a Markdown text above its form.

        A field keeps all else that is known of it. An unknown name becomes a new field of its value's type. The
        values are not judged here: a wrong one is shown, and refused when the form is sent.

        Parameters
        ----------
        description
            The text, in Markdown.
        **field_values
            What is filled in, by field name.

        Examples
        --------
        >>> class Review(RunInput):
        ...     verdict: str
        >>> Review.with_initial_data(description="Is **item 7** right?", verdict="yes")().verdict
        'yes'
        """
        fields: dict[str, Any] = {}
        for name, value in field_values.items():
            known = cls.model_fields.get(name)
            fields[name] = (type(value), value) if known is None else (known.annotation, _with_default(known, value))
        made = create_model(cls.__name__, __base__=cls, __module__=cls.__module__, __doc__=cls.__doc__, **fields)
        made.__qualname__ = cls.__qualname__
        if description is not None:
            made._description = description  # noqa: SLF001 - a class of ours
        if all(name in cls.model_fields for name in field_values):
            # The same form, filled in: it is not compiled again.
            origin, names = cls.__dict__.get(INITIAL, (cls, frozenset()))
            initial: Initial = origin, names | frozenset(field_values)
            setattr(made, INITIAL, initial)
        return made


class AutomaticRunInput(RunInput):
    """The answer to a question for something that is no model: the one field `value`."""

    value: Any

    @classmethod
    def subclass_from_type(cls, _type: Any) -> type[RunInput]:
        """Give the class whose `value` is of a type."""
        return run_input_type(_type)


@overload
def run_input_type(type_: type[R]) -> type[R]: ...


@overload
def run_input_type(type_: Any) -> type[RunInput]: ...


def run_input_type(type_: Any) -> type[RunInput]:
    """Give the class whose instances answer a question for a type, the same class each time.

    A RunInput is itself; another model becomes ``<Name>RunInput``, a subclass of both; anything else becomes the type
    of the one field `value`.

    Raises
    ------
    pydantic.errors.PydanticSchemaGenerationError
        pydantic knows no such type.
    """
    if isinstance(type_, type) and issubclass(type_, RunInput):
        return type_
    if isinstance(type_, type) and issubclass(type_, BaseModel) and not issubclass(type_, RootModel):
        return _of_model(type_)
    # The text "int" may mean another class in another module.
    return _new_automatic(type_) if isinstance(type_, str) else _automatic(_Same(type_))


def unwrap(answer: RunInput) -> Any:
    """Give what the flow gets: the bare value of an automatic type, any other answer as it is."""
    return answer.value if isinstance(answer, AutomaticRunInput) else answer


def keyset_from_base_key(base_key: str) -> Keyset:
    """Give Prefect's names for the three texts of a question."""
    return {part: f"{base_key}-{part}" for part in ("description", "response", "schema")}


def keyset_from_paused_state(state: State) -> Keyset:
    """Give the names for the question that a paused state waits for.

    Raises
    ------
    RuntimeError
        The state is not paused.
    """
    if not state.is_paused():
        raise RuntimeError(f"{state.type.value!r} is unsupported.")
    return keyset_from_base_key(f"{state.name.lower()}-{state.details['pause_key']}")


def _of_model(model: type[BaseModel]) -> type[RunInput]:
    kept: type[RunInput] | None = model.__dict__.get(UPGRADED)
    if kept is not None:
        return kept
    bases: Any = (RunInput, model)
    upgraded: Any = create_model(
        f"{model.__name__}RunInput", __base__=bases, __module__=model.__module__, __doc__=model.__doc__
    )
    setattr(model, UPGRADED, upgraded)
    return cast("type[RunInput]", upgraded)


class _Same:
    """A type by its identity: equal ones such as ``Literal[1]`` and ``Literal[True]`` may differ, some have no hash."""

    __slots__ = ("type",)

    def __init__(self, type_: Any) -> None:
        self.type = type_

    def __hash__(self) -> int:
        return id(self.type)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.type is other.type


@lru_cache(maxsize=256)
def _automatic(same: _Same) -> type[AutomaticRunInput]:
    return _new_automatic(same.type)


def _new_automatic(type_: Any) -> type[AutomaticRunInput]:
    prefix = str(getattr(type_, "__name__", getattr(type_, "_name", None)) or "").lower()
    fields: dict[str, Any] = {"value": (type_, ...)}
    return create_model(f"{prefix}AutomaticRunInput", __base__=AutomaticRunInput, **fields)


def _with_default(known: FieldInfo, value: Any) -> FieldInfo:
    """Give a field with all that is known of it, and another default."""
    changed = copy.copy(known)
    # What is filled in beforehand is an answer that a person confirms: a flow must not get it unjudged.
    changed.default, changed.default_factory, changed.validate_default = value, None, True
    # pydantic makes the field of a subclass anew, from what is noted there.
    noted = {key: kept for key, kept in changed._attributes_set.items() if key != "default_factory"}  # noqa: SLF001
    changed._attributes_set = {**noted, "default": value, "validate_default": True}  # noqa: SLF001
    return changed
