"""The notebook: the only package that knows ipywidgets, anywidget, IPython and ipykernel.

Its modules are imported when the first run needs them; `kernel` alone is loaded with the package, and is light. For
people it holds `Form`, a form of one's own outside flows, `Control`, any ipywidget as the control of a field, and
`RunPage`, all that is recorded of a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.widgets.controls import Control, register_control
    from hitl_jupyter.widgets.form import Form
    from hitl_jupyter.widgets.run_page import RunPage

__all__ = ["Control", "Form", "RunPage", "register_control"]

_HOMES: Final = {"Control": "controls", "register_control": "controls", "Form": "form", "RunPage": "run_page"}

session: Callable[[], Session]
"""Gives the session of this process: the composition root says which, as nothing here may know it."""


def __getattr__(name: str) -> Any:
    # Only when used: a kernel that never shows a form of its own need not load ipywidgets.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
