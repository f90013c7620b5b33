"""Any ipywidget as the control of a field: by annotation, by hint, or for every field of a type.

A control says how its widget is made, which trait of it holds the value, and how that value becomes the field's and
back. The form draws title, description and errors around it, and pydantic judges what comes out of it like any other
answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from hitl_jupyter.forms.asked import Asked, unwrapped
from hitl_jupyter.forms.cells import Path
from hitl_jupyter.forms.containers import Field, GroupNode
from hitl_jupyter.forms.shapes import shape_of


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, eq=False)
class Control:
    """An ipywidget as a control: ``Annotated[tuple[int, int], Control(IntRangeSlider)]``.

    `factory` makes the widget, anew for each form and each question. Its `trait` holds the value: `to_python` turns
    that into the field's, `from_python` the field's into that. A value that the widget does not take as it is, such as
    one that a slider would clamp, is not shown in it but told at the field.
    """

    factory: Callable[[], Any]
    trait: str = "value"
    to_python: Callable[[Any], Any] = _same
    from_python: Callable[[Any], Any] = _same


class _Registry:
    """The controls that were registered; of several that fit, the last one counts."""

    def __init__(self) -> None:
        self._named: dict[str, Control] = {}
        self._fitting: list[tuple[Any, Control]] = []

    def add(self, fits: Any, control: Control) -> None:
        if isinstance(fits, str):
            self._named[fits] = control
        else:
            self._fitting.append((fits, control))

    def named(self, name: object) -> Control | None:
        if not isinstance(name, str):
            return None
        found: Control | None = self._named.get(name)
        return found

    def of_type(self, kind: Any) -> Control | None:
        control: Control
        for fits, control in reversed(self._fitting):
            if fits(kind) if inspect.isroutine(fits) else fits == kind:
                return control
        return None


_registry = _Registry()


def register_control(
    fits: Any,
    factory: Callable[[], Any],
    *,
    trait: str = "value",
    to_python: Callable[[Any], Any] = _same,
    from_python: Callable[[Any], Any] = _same,
) -> Control:
    """Have every new form, and every question of a flow, use a control for the fields that it fits.

    `fits` is a type, a function that is called with a field's bare type, or a name for the hint
    ``json_schema_extra={"hitl": {"control": name}}``. What a field says itself comes first.
    """
    control = Control(factory, trait, to_python, from_python)
    _registry.add(fits, control)
    return control


def controls_in(
    group: GroupNode, path: Path = (), kind: Any = None
) -> Iterator[tuple[Path, Field, FieldInfo, Control]]:
    """Give the fields with a control of their own, in this group and the groups in it; `kind` is the group's type.

    Those in the rows of a list are not among them: their places come and go in the page.
    """
    shape = shape_of(group.model if kind is None else kind)
    known: Mapping[str, Any] = getattr(group.model, "model_fields", {}) if shape is None else shape.fields
    for field in group.fields:
        info = known.get(field.name)
        if not isinstance(info, FieldInfo):
            continue
        inside = (*path, field.name)
        control = control_of(info)
        if control is not None and not field.node.has_secret:
            yield inside, field, info, control
        elif isinstance(field.node, GroupNode) and not field.node.nullable:
            yield from controls_in(field.node, inside, _bare(info).type)


def control_of(info: FieldInfo) -> Control | None:
    """Give the control of a field; None for the one that its type has anyway."""
    asked = _bare(info)
    for one in reversed(asked.said):
        if isinstance(one, Control):
            found: Control = one
            return found
    extra = info.json_schema_extra
    hints = extra.get("hitl") if isinstance(extra, Mapping) else None
    named = _registry.named(hints.get("control")) if isinstance(hints, Mapping) else None
    return named or _registry.of_type(info.annotation) or _registry.of_type(asked.type)


def _bare(info: FieldInfo) -> Asked:
    return unwrapped(Asked(type=info.annotation, said=tuple(info.metadata)))
