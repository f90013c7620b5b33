"""A form outside flows: any type as a form in a cell, or filled in by a program, with the same answer from both.

The Python document holds the state, and whatever shows the form follows it. How it is shown is a subclass's: `Form`
makes the one that is asked for.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any, Final, Generic, Self, TypeVar, overload

from ipywidgets import DOMWidget
from pydantic import BaseModel

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exhibits import ShowAt, exhibits_of, known_place
from hitl_jupyter.forms import Document, FieldError, RunInput, compile_plan, judge, run_input_type, unwrap
from hitl_jupyter.forms.cells import Cell, Path
from hitl_jupyter.forms.errors import without
from hitl_jupyter.forms.filling import Unheld, fill_in
from hitl_jupyter.widgets.book import Slots
from hitl_jupyter.widgets.field import FormField
from hitl_jupyter.widgets.renderers import Renderer, renderer
from hitl_jupyter.widgets.slots import Slot

T = TypeVar("T")
F = TypeVar("F", bound=Callable[[Any], Any])
VIEWS: Final = {"anywidget": ("page_form", "PageForm"), "ipywidgets": ("tree.form", "TreeForm")}
"""Where the widget of each renderer is."""


class Form(DOMWidget, Generic[T]):
    """A form for a model, a dataclass, a TypedDict or any other type that pydantic knows.

    As the last line of a cell it is shown. It can be sent any number of times, here or in the page; each time the
    callbacks of `on_submit` get the answer. ``form["address.zip"]`` is a field, with a `value` to read and to set.

    Parameters
    ----------
    type_
        What is asked: a model or another type, as `pause_flow_run` takes it.
    initial
        An instance or data, filled in as by `fill`.
    title
        The name of the form. Default: that of the type.
    renderer
        What draws it: "anywidget", one widget of our own, or "ipywidgets", a tree of plain ones. Default: the
        environment variable ``HITL_RENDERER``, else the first.
    show, show_at
        What the form is about, "above" its fields or "beside" them, as `pause_flow_run` takes it.

    Attributes
    ----------
    value
        The last valid answer; None before there is one.

    Raises
    ------
    UnknownRenderer
        There is no such renderer.
    ValueError
        An unknown `show_at`.

    Examples
    --------
    >>> from pydantic import BaseModel
    >>> class Review(BaseModel):
    ...     stars: int
    >>> form = Form(Review)
    >>> form["stars"].value = "4"
    >>> form.submit()
    Review(stars=4)
    """

    _keeps_usual = False
    """Whether fields whose place comes and goes have their usual controls."""

    def __new__(cls, *_: Any, renderer: Renderer | None = None, **__: Any) -> Self:
        """Make the widget that shows such a form."""
        made: Self = super().__new__(_drawn_by(renderer) if cls is Form else cls)
        return made

    @overload
    def __init__(
        self,
        type_: type[T],
        initial: Any = None,
        *,
        title: str | None = None,
        renderer: Renderer | None = None,
        show: Any = None,
        show_at: ShowAt = "above",
    ) -> None: ...

    @overload
    def __init__(
        self: Form[Any],
        type_: Any,
        initial: Any = None,
        *,
        title: str | None = None,
        renderer: Renderer | None = None,
        show: Any = None,
        show_at: ShowAt = "above",
    ) -> None: ...

    def __init__(
        self,
        type_: Any,
        initial: Any = None,
        *,
        title: str | None = None,
        renderer: Renderer | None = None,  # noqa: ARG002 - `__new__` has seen to it
        show: Any = None,
        show_at: ShowAt = "above",
    ) -> None:
        is_model = isinstance(type_, type) and issubclass(type_, BaseModel)
        self._model: type[BaseModel] = type_ if is_model else run_input_type(type_)
        self._is_model = is_model
        self._document = Document(compile_plan(self._model))
        self._unheld: Unheld = {}
        self._errors: tuple[FieldError, ...] = ()
        self._callbacks: list[Callable[[Any], Any]] = []
        self._working: set[asyncio.Task[Any]] = set()
        self._slots = Slots(self._document.plan.root, self._entered, fixed=self._keeps_usual)
        self.value: T | None = None
        if initial is not None:
            self._unheld = fill_in(self._document, self._as_data(initial))
        if self._slots:
            self._document.replace(self._slots.follow(self._document.root, strict=True))
        self._exhibits, self._show_at = exhibits_of(show), known_place(show_at)
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
        return FormField(entry, self._changed, self._removed, self._widget_at(entry.path))

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
        if hasattr(self, "_slots"):
            self._slots.close()
        super().close()

    # -- the state ----------------------------------------------------------------------------------------------------

    def _as_data(self, data: Any) -> Any:
        return data if self._is_model else {"value": data}

    def _changed(self, path: Path) -> None:
        """Follow a change that a program has made at a path and below it."""
        self._unheld = {where: why for where, why in self._unheld.items() if where[: len(path)] != path}
        if self._slots:
            self._document.replace(self._slots.follow(self._document.root, path))
        names: list[str | int] = [path[0]] if path else list(self._document.plan.root.by_name)
        self._follow([(name,) for name in names])

    def _removed(self, path: Path, index: int) -> None:
        """Follow a program that has taken a row out of the list at a path."""
        self._unheld = {where: why for where, why in self._unheld.items() if where[: len(path)] != path}
        self._slots.remove(path, index)
        self._follow([path[:1]])

    def _entered(self, slot: Slot) -> None:
        """Take what a person has entered into an ipywidget."""
        path = self._slots.path(slot)
        self._unheld.pop(path, None)
        if slot.wrong is None:
            self._document.replace(self._slots.put(self._document.root, slot))
            self._moved(slot, path)

    def _replaced(self, cell: Cell) -> None:
        """Take what a person has in the form now: what could not be filled in there is theirs where they changed it."""
        known = {path: at(self._document.root, path) for path in self._unheld}
        self._document.replace(cell)
        now = self._document.root
        self._unheld = {path: why for path, why in self._unheld.items() if known[path] == at(now, path)}

    def _read(self) -> None:
        """Take note that the person has read what is wrong beside the fields: the next Submit means what is there."""
        self._unheld = {}
        self._slots.forgive()

    def _judged(self) -> Exception | None:
        """Judge what is filled in, and call the callbacks if it is good; gives what one of them raised."""
        verdict = judge(self._model, self._document)
        unheld = {**self._slots.wrong(self._document.root), **self._unheld}
        told = tuple(FieldError(path, why) for path, why in unheld.items())
        # What could not be entered is not there to be judged, and neither is the whole.
        others = [e for e in verdict.errors if not told or (e.kind == "schema" and not _is_under(e.path, unheld))]
        self._errors = tuple(self._slots.placed((*told, *others), self._document.root))
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

    def _widget_at(self, path: Path) -> Any:
        """Give the ipywidget that is the control of a field, None where there is none."""
        slot = self._slots.at(self._document.root, path)
        return None if slot is None else slot.widget

    def _moved(self, slot: Slot, path: Path) -> None:
        """Show what a person has entered into an ipywidget."""
        del slot
        self._follow([path])

    def _follow(self, paths: Collection[Path]) -> None:
        """Show what is filled in at these paths and below them."""
        raise NotImplementedError

    def _tell(self) -> None:
        """Show what became of a submit."""
        raise NotImplementedError


def _drawn_by(said: str | None) -> type[Form[Any]]:
    """Give the class of what shows a form. It is loaded only now: it needs widgets that a host may lack."""
    module, name = VIEWS[renderer(said)]
    made: type[Form[Any]] = getattr(import_module(f"hitl_jupyter.widgets.{module}"), name)
    return made


def at(cell: Cell, path: Path) -> Cell | None:
    """Give the cell at a path below another; None where there is none."""
    found: Any = cell
    for step in path:
        held = found["value"] if found["is"] == "value" else None
        try:
            found = held[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    known: Cell = found
    return known


def dotted(path: Path) -> str:
    """Give a path as it is written in a program."""
    return ".".join(map(str, path))


def _is_under(path: Path, others: Collection[Path]) -> bool:
    return any(path[: len(other)] == other for other in others)
