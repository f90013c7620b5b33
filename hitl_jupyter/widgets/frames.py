"""What the stack says of where code stands: in the user's own, or below a function of IPython."""

from __future__ import annotations

import inspect
from types import FrameType
from typing import Final

from hitl_jupyter.engine.users_code import user_code, user_coroutine

_USERS_CODE: Final = (user_code.__code__, user_coroutine.__code__)


def in_users_code(frame: FrameType | None) -> bool:
    """Tell whether what a signal stopped is the user's code in the cell's own stack.

    Walked outward, the first frame that says so decides: `user_code` and IPython's `run_code` stand right above the
    user's code, a loop or the rest of this package do not.
    """
    while frame is not None:
        code = frame.f_code
        if code in _USERS_CODE or (code.co_name == "run_code" and "interactiveshell" in code.co_filename):
            return True
        if code.co_name in ("_run_once", "run_forever") or frame.f_globals.get("__name__", "").startswith(
            "hitl_jupyter"
        ):
            return False
        frame = frame.f_back
    return False


def inside(file: str, function: str | None = None) -> bool:
    """Tell whether the calling code was reached through a function of a file."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None:
        code = frame.f_code
        if code.co_filename.replace("\\", "/").endswith(file) and function in (None, code.co_name):
            return True
        frame = frame.f_back
    return False
