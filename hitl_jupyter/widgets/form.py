"""A form outside flows: any type as a form in a cell, or filled in by a program, with the same answer from both.

The Python document holds the state, and whatever shows the form follows it. How it is shown is a subclass's: `Form`
makes the one that is asked for.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any, Generic, Self, TypeVar, overload

from ipywidgets import DOMWidget
from pydantic import BaseModel

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.forms import Document, FieldError, RunInput, compile_plan, judge, run_input_type, unwrap
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.errors import without
from hitl_jupyter.forms.filling import Unheld, fill_in
from hitl_jupyter.widgets.controls import controls_in
from hitl_jupyter.widgets.field import FormField
from hitl_jupyter.widgets.slots import Slot, placed, put_at

T = TypeVar("T")
F = TypeVar("F", bound=Callable[[Any], Any])


class Form(DOMWidget, Generic[T]):
    """A form for a model, a dataclass, a TypedDict or any other type that pydantic knows.

    As the last line of a cell it is shown. `initial`, an instance or data, is filled in as by `fill`. It can be sent
    any number of times, here or in the page; each time the callbacks of `on_submit` get the answer.
    """

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Make the widget that shows such a form."""
        made: Self = super().__new__(_shown_as() if cls is Form else cls)
        return made

    @overload
    def __init__(self, type_: type[T], initial: Any = None, *, title: str | None = None) -> None: ...

    @overload
    def __init__(self: Form[Any], type_: Any, initial: Any = None, *, title: str | None = None) -> None: ...

    def __init__(self, type_: Any, initial: Any = None, *, title: str | None = None) -> None:
        is_model = isinstance(type_, type) and issubclass(type_, BaseModel)
        self._model: type[BaseModel] = type_ if is_model else run_input_type(type_)
        self._is_model = is_model
        self._document = Document(compile_plan(self._model))
        self._unheld: Unheld = {}
        self._errors: tuple[FieldError, ...] = ()
        self._callbacks: list[Callable[[Any], Any]] = []
        self._working: set[asyncio.Task[Any]] = set()
        self._slots: dict[Path, Slot] = {}
        self.value: T | None = None
        for path, field, info, control in controls_in(self._document.plan.root):
            self._slots[path] = Slot(path, field.node, info, control, self._entered)
        if initial is not None:
            self._unheld = fill_in(self._document, self._as_data(initial))
        self._show_in_slots()
        described = self._model.description_text() if issubclass(self._model, RunInput) else None
        self._open(title or (self._document.plan.root.title if is_model else "Form"), described)

    def __repr__(self) -> str:
        return f"<Form of {self.title!r}>"  # nothing typed: it may be secret

    def __getitem__(self, path: str) -> FormField:
        """Give the field at a path such as ``"address.zip"``.

        Raises
        ------
        NoSuchField
            The form has no such field.
        """
        entry = self._document[path]
        slot = self._slots.get(entry.path)
        return FormField(entry, self._changed, None if slot is None else slot.widget)

    # -- by program ---------------------------------------------------------------------------------------------------

    def fill(self, data: Any) -> None:
        """Fill in the whole form from JSON-compatible data or from an instance.

        What the data lacks has its default, or no answer. What a control has no way to enter is not entered, and an
        error at its field on `submit`, until the field is filled in otherwise.
        """
        unheld = fill_in(self._document, self._as_data(data))
        self._changed(())
        self._unheld |= unheld

    def submit(self) -> T | None:
        """Send the form: gives the valid answer, or None, and `errors` say why.

        Raises
        ------
        Exception
            Whatever a callback of `on_submit` raised, once all of them were called.
        """
        failure = self._judged()
        self._tell()
        if failure is not None:
            raise failure
        return self.value if not self._errors else None

    @property
    def errors(self) -> dict[str, str]:
        """What was wrong at the last submit: a message by the dotted path of its field, "" for the whole form."""
        found: dict[str, str] = {}
        for error in self._errors:
            where = dotted(error.path)
            found[where] = f"{found[where]}\n{error.message}" if where in found else error.message
        return found

    def on_submit(self, callback: F, *, remove: bool = False) -> F:
        """Have a function called with each valid answer; a coroutine function becomes a task."""
        if remove:
            self._callbacks.remove(callback)
        else:
            self._callbacks.append(callback)
        return callback

    def close(self) -> None:
        """Close the form, and the widgets in it."""
        # ipywidgets closes what was not even made, when its type was refused.
        for slot in getattr(self, "_slots", {}).values():
            slot.close()
        super().close()

    # -- the state ----------------------------------------------------------------------------------------------------

    def _as_data(self, data: Any) -> Any:
        return data if self._is_model else {"value": data}

    def _changed(self, path: Path) -> None:
        """Follow a change that a program has made at a path and below it."""
        self._unheld = {where: why for where, why in self._unheld.items() if where[: len(path)] != path}
        self._show_in_slots(path)
        names: list[str | int] = [path[0]] if path else list(self._document.plan.root.by_name)
        self._follow([(name,) for name in names])

    def _show_in_slots(self, path: Path = ()) -> None:
        for where, slot in self._slots.items():
            if where[: len(path)] == path or path[: len(where)] == where:
                why = slot.show(self._document.cell(where).cell)
                if why is not None:
                    # What is seen is what is sent.
                    self._put(where, slot.cell)
                    self._unheld.setdefault(where, why)

    def _put(self, path: Path, cell: Cell) -> None:
        self._document.replace(put_at(self._document.plan.root, self._document.cell(()).cell, path, cell))

    def _entered(self, slot: Slot, cell: Cell | None, why: str | None) -> None:
        """Take what a person has entered into an ipywidget."""
        self._unheld.pop(slot.path, None)
        if cell is None:
            self._unheld[slot.path] = why or ""
            return
        self._put(slot.path, cell)
        self._follow([slot.path])

    def _judged(self) -> Exception | None:
        """Judge what is filled in, and call the callbacks if it is good; gives what one of them raised."""
        verdict = judge(self._model, self._document)
        told = tuple(FieldError(path, why) for path, why in self._unheld.items())
        # What could not be entered is not there to be judged, and neither is the whole.
        others = [e for e in verdict.errors if not told or (e.kind == "schema" and not _is_under(e.path, self._unheld))]
        self._errors = tuple(dict.fromkeys(placed(error, self._slots) for error in (*told, *others)))
        if self._errors:
            return None
        secrets = self._document.secrets()
        value: Any = verdict.value
        self.value = value = value if self._is_model else unwrap(value)
        self._document.replace(self._document.to_wire())
        failure: Exception | None = None
        for callback in tuple(self._callbacks):
            try:
                self._call(callback, value)
            except Exception as error:  # noqa: BLE001 - a border: the user's callbacks
                failure = failure or error
                said = without(secrets, f"{type(error).__name__}: {error}")
                logger.error("A callback of the form %r failed (%s).", self.title, said)
        return failure

    def _call(self, callback: Callable[[Any], Any], value: Any) -> None:
        result = callback(value)
        if inspect.iscoroutine(result):
            try:
                task = asyncio.get_running_loop().create_task(result)
            except RuntimeError:
                result.close()
                raise
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    # -- what shows it ------------------------------------------------------------------------------------------------

    def _open(self, title: str, description: str | None) -> None:
        """Become the widget that shows the form."""
        raise NotImplementedError

    def _follow(self, paths: Collection[Path]) -> None:
        """Show what is filled in at these paths and below them."""
        raise NotImplementedError

    def _tell(self) -> None:
        """Show what became of a submit."""
        raise NotImplementedError


def _shown_as() -> type[Form[Any]]:
    """Give the class of what shows a form. It is loaded only now: it needs widgets that a host may lack."""
    made: type[Form[Any]] = import_module("hitl_jupyter.widgets.page_form").PageForm
    return made


def dotted(path: Path) -> str:
    """Give a path as it is written in a program."""
    return ".".join(map(str, path))


def _is_under(path: Path, others: Collection[Path]) -> bool:
    return any(path[: len(other)] == other for other in others)
