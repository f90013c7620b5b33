"""``%hitl`` and ``%%hitl``: what a person types who would rather not write Python.

`magic` holds the two magics, `actions`, `calling` and `answering` what they do, `cell` the body of a cell as a flow,
`line` how a line is read, `filling` what ``field=value`` means to a form, `completion` what Tab offers. All of it is
loaded by ``%load_ext hitl_jupyter`` only.
"""

from __future__ import annotations

from typing import Any

from hitl_jupyter.magics.completion import Completion
from hitl_jupyter.magics.magic import HitlMagics

__all__ = ["HitlMagics", "load"]


def load(shell: Any) -> None:
    """Give a notebook the magics and what Tab offers in their lines; twice is as good as once."""
    shell.register_magics(HitlMagics)
    offered = shell.Completer.custom_matchers
    offered[:] = [one for one in offered if not isinstance(one, Completion)]
    offered.append(Completion(shell))
