"""A form outside flows: any type as a form in a cell, or filled in by a program, with the same answer from both.

The Python document holds the state, and pages follow it: one that is opened later, or a second one, shows what was
typed in the first. Secrets stay in this process, and are forgotten once they were sent.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, TypeVar, overload

import anywidget
import traitlets
from pydantic import BaseModel, ValidationError

from hitl_jupyter.engine.logs import logger
from hitl_jupyter.exceptions import MalformedDocument
from hitl_jupyter.forms import Document, FieldError, RunInput, compile_plan, judge, run_input_type, unwrap
from hitl_jupyter.forms.boxes import SecretNode
from hitl_jupyter.forms.cells import Cell, Path, holding
from hitl_jupyter.forms.containers import GroupNode
from hitl_jupyter.forms.errors import without
from hitl_jupyter.forms.filling import Unheld, fill_in
from hitl_jupyter.forms.nodes import Node
from hitl_jupyter.widgets.card import STATIC
from hitl_jupyter.widgets.controls import controls_in
from hitl_jupyter.widgets.field import FormField
from hitl_jupyter.widgets.messages import FormDraft, FormSubmit, parse_form
from hitl_jupyter.widgets.slots import Slot, placed, put_at

T = TypeVar("T")
F = TypeVar("F", bound=Callable[[Any], Any])


class Form(anywidget.AnyWidget, Generic[T]):
    """A form for a model, a dataclass, a TypedDict or any other type that pydantic knows.

    As the last line of a cell it is shown. `initial`, an instance or data, is filled in as by `fill`. It can be sent
    any number of times, here or in the page; each time the callbacks of `on_submit` get the answer.
    """

    _esm = STATIC / "form.js"
    _css = STATIC / "form.css"

    plan = traitlets.Dict().tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    """What is filled in, for a page that is opened later; pages that are open get messages. No secret is in it."""
    slots = traitlets.Dict().tag(sync=True)
    """The widgets of the fields that have one, by dotted path."""
    title = traitlets.Unicode("").tag(sync=True)
    description = traitlets.Unicode(None, allow_none=True).tag(sync=True)

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
        super().__init__(
            plan=self._document.plan.to_json(),
            cells=self._document.to_wire(),
            slots={_dotted(path): slot.reference for path, slot in self._slots.items()},
            title=title or (self._document.plan.root.title if is_model else "Form"),
            description=described,
        )
        self.on_msg(self._receive)

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
        self._tell(None)
        if failure is not None:
            raise failure
        return self.value if not self._errors else None

    @property
    def errors(self) -> dict[str, str]:
        """What was wrong at the last submit: a message by the dotted path of its field, "" for the whole form."""
        found: dict[str, str] = {}
        for error in self._errors:
            where = _dotted(error.path)
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
        self._send_cells([(name,) for name in names], by=None)

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
        self._send_cells([slot.path], by=None)

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

    # -- the page -----------------------------------------------------------------------------------------------------

    def _send_cells(self, paths: Collection[Path], by: str | None) -> None:
        if not paths:
            return
        wire = self._document.to_wire()
        # In place: a page that is opened later reads it, the pages that are open get a message of what has changed.
        self.cells.clear()
        self.cells.update(wire)
        self.send({"kind": "cells", "by": by, "cells": [{"path": list(p), "cell": _at(wire, p)} for p in paths]})

    def _tell(self, by: str | None) -> None:
        status = "refused" if self._errors else "accepted"
        self.send({"kind": "told", "by": by, "status": status, "errors": [error.to_wire() for error in self._errors]})

    def _receive(self, _: Any, content: Mapping[str, Any], buffers: Any) -> None:  # noqa: ARG002 - ipywidgets' signature
        try:
            request = parse_form.validate_python(content)
        except ValidationError:
            logger.warning("A message of a form was malformed and changed nothing.")
            return
        try:
            self._requested(request)
        except MalformedDocument as error:
            logger.warning("A message of a form does not fit it and changed nothing: %s", error)
            self._reply(request.id, "failed", message="The form and the kernel do not fit. Reload the page.")
        except Exception:  # noqa: BLE001 - a border
            logger.exception("A message of a form failed (%s).", request.kind)
            self._reply(request.id, "failed", message="This did not work; the notebook's log says why. Try again.")

    def _requested(self, request: FormSubmit | FormDraft) -> None:
        self._take(request)
        if isinstance(request, FormDraft):
            self._reply(request.id, "ok")
            return
        secrets = self._document.secrets()
        failure = self._judged()
        if self._errors:
            self._reply(request.id, "refused", errors=[error.to_wire() for error in self._errors])
            # The person reads it beside the field and sees what is there now: the next Submit means that.
            self._unheld = {}
        elif failure is not None:
            said = without(secrets, f"{type(failure).__name__}: {failure}")
            self._reply(request.id, "accepted", message=f"It was sent, but what was to follow failed ({said}).")
        else:
            self._reply(request.id, "accepted")
        self._tell(request.id)

    def _take(self, request: FormSubmit | FormDraft) -> None:
        """Take the cells of a page, and tell the other pages what has changed."""
        theirs = Document(self._document.plan)
        theirs.replace(request.document)
        before = self._document.to_wire()
        known = {path: _at(before, path) for path in self._unheld}
        mine = self._document.cell(()).cell
        self._document.replace(self._merged(self._document.plan.root, mine, theirs.cell(()).cell, ()))
        after = self._document.to_wire()
        self._unheld = {path: why for path, why in self._unheld.items() if known[path] == _at(after, path)}
        names = self._document.plan.root.by_name
        self._send_cells([(name,) for name in names if before["value"][name] != after["value"][name]], by=request.id)
        said = theirs.to_wire()
        # What a page says of these is what it was told last.
        self._send_cells([path for path in self._slots if _at(said, path) != _at(after, path)], by=None)

    def _merged(self, node: Node, mine: Cell, theirs: Cell, path: Path) -> Cell:
        """Give what a page says, and for what it cannot know what is known here: secrets, and what widgets hold."""
        if path in self._slots and theirs["is"] != "null":
            return self._slots[path].cell if mine["is"] == "null" else mine
        if isinstance(node, SecretNode):
            return mine if theirs["is"] == "absent" else theirs
        if isinstance(node, GroupNode) and mine["is"] == theirs["is"] == "value":
            cells = theirs["value"].items()
            return holding(
                {
                    name: self._merged(node.by_name[name].node, mine["value"][name], cell, (*path, name))
                    for name, cell in cells
                }
            )
        return theirs

    def _reply(self, request_id: str, status: str, **more: Any) -> None:
        self.send({"kind": "reply", "id": request_id, "status": status, "errors": [], "message": None, **more})


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _is_under(path: Path, others: Collection[Path]) -> bool:
    return any(path[: len(other)] == other for other in others)


def _at(cell: Cell, path: Path) -> Cell | None:
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
