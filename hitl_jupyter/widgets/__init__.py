"""The notebook: the only package that knows ipywidgets, anywidget, IPython and ipykernel.

Its modules are imported when the first run needs them; `kernel` alone is loaded with the package, and is light. For
people it holds `Form`, a form of one's own outside flows, `Control`, any ipywidget as the control of a field, and
`RunPage`, all that is recorded of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_jupyter.core.door import door

if TYPE_CHECKING:
    from collections.abc import Callable

    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.widgets.controls import Control, register_control
    from hitl_jupyter.widgets.form import Form
    from hitl_jupyter.widgets.run_page import RunPage

__all__ = ["Control", "Form", "RunPage", "register_control"]

# Only when used: a kernel that never shows a form of its own need not load ipywidgets.
__getattr__ = door(
    __name__, {"Control": "controls", "register_control": "controls", "Form": "form", "RunPage": "run_page"}
)

session: Callable[[], Session]
"""Gives the session of this process: the composition root says which, as nothing here may know it."""
