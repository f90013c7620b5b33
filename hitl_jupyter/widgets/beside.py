"""What a kernel must take beside a cell that waits, and IPython or ipykernel would lose or hold back.

`kernel.py` has it done once per kernel.
"""

from __future__ import annotations

import functools
from typing import Any


def let_captured_output_keep_its_parent() -> None:
    """Let comm messages arrive under ``%%capture``.

    ipykernel calls `set_parent` on the display publisher for each message; IPython's capturing one has none, and the
    kernel would never answer again (IPython 9.18).
    """
    from IPython.core.displaypub import CapturingDisplayPublisher

    if not hasattr(CapturingDisplayPublisher, "set_parent"):
        setattr(CapturingDisplayPublisher, "set_parent", lambda self, parent: None)  # noqa: ARG005, B010 - not theirs


def let_pages_find_widgets(session: Any) -> None:
    """Tell a page which widgets there are while a cell waits.

    ipywidgets asks so where its first question was lost, as those may be that a page asks before its server hears the
    kernel. ipykernel (7.4) has it wait for the cell, and what stood on a page that is loaded again never came back.
    It tells what goes beside a cell by the header, read without the content.
    """
    inner = session.deserialize

    @functools.wraps(inner)
    def deserialize(*args: Any, content: bool = True, **how: Any) -> Any:
        message = inner(*args, content=content, **how)
        if not content and message["header"]["msg_type"] == "comm_info_request":
            message["header"]["msg_type"] = "comm_open"
        return message

    session.deserialize = deserialize
