"""The two magics: ``%hitl`` with its actions, and ``%%hitl``.

A line that is wrong, or refused, is IPython's UsageError: one line and no traceback, and *Run All* stops there. That
somebody else was quicker is no mistake: it is told, and *Run All* goes on.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from hitl_jupyter import _session
from hitl_jupyter.exceptions import HitlError, NotPausedError
from hitl_jupyter.magics.actions import again, cancel, history, page, recover, show, switch
from hitl_jupyter.magics.answering import answer
from hitl_jupyter.magics.calling import Script, run
from hitl_jupyter.magics.cell import CellFlow, cell_flow
from hitl_jupyter.magics.line import HELP, Action, HelpWanted
from hitl_jupyter.magics.listing import listing
from hitl_jupyter.magics.rendering import rendering

ACTIONS: Final[dict[str, Action]] = {
    "show": show,
    "page": page,
    "run": run,
    "answer": answer,
    "cancel": cancel,
    "recover": recover,
    "again": again,
    "history": history,
    "store": switch,
    "renderer": rendering,
}


@magics_class
class HitlMagics(Magics):
    """``%hitl`` and ``%%hitl``."""

    @line_cell_magic
    @no_var_expand
    def hitl(self, line: str, cell: str | None = None) -> Any:
        """List what runs and what waits, or do what the first word says; over a cell, run the cell as a flow."""
        __tracebackhide__ = True
        try:
            done = self._line(*line.strip().partition(" ")[::2]) if cell is None else cell_flow(self.shell, line, cell)
        except (HelpWanted, NotPausedError) as said:
            print(said)  # noqa: T201 - a line back
            return None
        except HitlError as error:
            raise UsageError(str(error)) from None
        # What goes wrong in the user's own code is shown as it is elsewhere.
        return done() if isinstance(done, Script | CellFlow) else done

    def _line(self, name: str, rest: str) -> Any:
        if not name:
            return listing(_session.current())
        if name in HELP:
            raise HelpWanted(overview())
        if name not in ACTIONS:
            raise UsageError(_no_action(name))
        return ACTIONS[name](self.shell, rest)


def overview() -> str:
    """Give what `%hitl` can do, a line for each action."""
    lines = ["%hitl [action]", "", "Without an action: what runs and what waits here.", ""]
    lines += [f"  %hitl {name:8} {action.parser.description.splitlines()[0]}" for name, action in ACTIONS.items()]
    lines += [f"  %%hitl {'':8}{cell_flow.parser.description.splitlines()[0]}", "", "%hitl ACTION -h tells more."]
    return "\n".join(lines)


def _no_action(name: str) -> str:
    near = get_close_matches(name, ACTIONS, 1)
    meant = f"Did you mean %hitl {near[0]}?" if near else f"There are: {', '.join(ACTIONS)}."
    return f"%hitl has no {name!r}. {meant} %hitl -h tells more."
