"""``%hitl renderer``: what draws the forms and cards of this kernel."""

from __future__ import annotations

from typing import Any

from IPython.core.magic_arguments import argument, magic_arguments

from hitl_jupyter.magics.line import parsed
from hitl_jupyter.widgets.renderers import RENDERERS, prefer, renderer


@magic_arguments("hitl renderer")
@argument("name", nargs="?", help=f"{' or '.join(RENDERERS)}; default: say which one it is")
def rendering(shell: Any, line: str) -> None:  # noqa: ARG001 - one shape for all actions
    """Say what draws forms and cards, or have those that are shown from now on drawn by another."""
    name = parsed(rendering, line).name
    chosen = prefer(name) if name else renderer()
    print(f"Forms and cards are drawn by {chosen}.")  # noqa: T201 - a line back
