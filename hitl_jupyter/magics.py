"""``%hitl``: what a person types who would rather not write Python."""

from __future__ import annotations

from typing import Any

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from hitl_jupyter import flow_runs
from hitl_jupyter.exceptions import HitlError


@magics_class
class HitlMagics(Magics):
    """The line magics of the package."""

    @magic_arguments("%hitl")
    @argument("action", choices=["recover"], help="recover: take a run up again whose kernel has ended")
    @argument("run", nargs="?", help="its name, id or the beginning of one; default: every run of this notebook")
    @line_magic
    def hitl(self, line: str) -> Any:
        """Take runs up again: ``%hitl recover [RUN]``."""
        given = parse_argstring(self.hitl, line)
        try:
            if given.run is not None:
                return flow_runs.recover(given.run)
            return flow_runs.recover() or print("No run of this notebook waits.")  # noqa: T201 - a line back
        except HitlError as error:
            # A wrong line gets one line back, no traceback.
            print(error)  # noqa: T201 - a line back
            return None
