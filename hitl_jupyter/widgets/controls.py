"""Any ipywidget as the control of a field: by annotation, by hint, or for every field of a type.

A control says how its widget is made, which trait of it holds the value, and how that value becomes the field's and
back. The form draws title, description and errors around it, and pydantic judges what comes out of it like any other
answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.forms.own import OwnControl


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, eq=False)
class Control(OwnControl):
    """An ipywidget as a control: ``Annotated[tuple[int, int], Control(IntRangeSlider)]``.

    A value that the widget does not take as it is, such as one that a slider would clamp, is not shown in it but told
    at the field.

    Parameters
    ----------
    factory
        Makes the widget: its class, or a function without parameters.
    trait
        The trait of the widget that holds the value.
    to_python
        Turns the trait's value into the field's. Default: it is the same.
    from_python
        Turns the field's value into the trait's. Default: it is the same.
    reuse
        Whether the next question of a flow has the widget of one that is closed, if all that is known of it is as it
        was when it was made. With False each question has a new one.
    """

    factory: Callable[[], Any]
    trait: str = "value"
    to_python: Callable[[Any], Any] = _same
    from_python: Callable[[Any], Any] = _same
    reuse: bool = True


class _Registry:
    """The controls that were registered; of several that fit, the last one counts."""

    def __init__(self) -> None:
        self.count = 0
        self._named: dict[str, Control] = {}
        self._fitting: list[tuple[Any, Control]] = []

    def add(self, fits: Any, control: Control) -> None:
        self.count += 1
        if isinstance(fits, str):
            self._named[fits] = control
        else:
            self._fitting.append((fits, control))

    def named(self, name: object) -> Control | None:
        if not isinstance(name, str):
            return None
        found: Control | None = self._named.get(name)
        return found

    def of_types(self, kinds: tuple[Any, ...]) -> Control | None:
        """Give the control for a type on the way to a bare one, or the bare one itself, which comes last."""
        control: Control
        for fits, control in reversed(self._fitting):
            if _is_fitting(fits, kinds[-1]) if inspect.isroutine(fits) else fits in kinds:
                return control
        return None


def _is_fitting(fits: Callable[[Any], Any], kind: Any) -> bool:
    try:
        return bool(fits(kind))
    except TypeError:  # `issubclass` takes no `list[int]`
        return False


_registry = _Registry()


def register_control(
    fits: Any,
    factory: Callable[[], Any],
    *,
    trait: str = "value",
    to_python: Callable[[Any], Any] = _same,
    from_python: Callable[[Any], Any] = _same,
    reuse: bool = True,
) -> Control:
    """Have every new form, and every question of a flow, use a control for the fields that it fits.

    What a field says itself comes first; of several controls that fit, the last one counts. Gives the control.

    Parameters
    ----------
    fits
        A type, a function that is called with a field's bare type and says whether it fits, or a name for the hint
        ``json_schema_extra={"hitl": {"control": name}}``.
    factory, trait, to_python, from_python, reuse
        As for `Control`.
    """
    control = Control(factory, trait, to_python, from_python, reuse)
    _registry.add(fits, control)
    return control


def control_of(node: Node) -> Control | None:
    """Give the control of a field; None for the one that its type has anyway, and wherever a secret is typed."""
    asked = node.asked
    if asked is None or node.has_secret:
        return None
    for one in reversed(asked.said):
        if isinstance(one, Control):
            found: Control = one
            return found
    named = _registry.named(asked.hints.get("control"))
    return named or _registry.of_types(asked.types)


def registered() -> int:
    """Give how many controls were registered so far."""
    return _registry.count
