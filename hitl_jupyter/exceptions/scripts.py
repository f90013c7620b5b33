"""What goes wrong with a script that is run in the notebook."""

from __future__ import annotations

from collections.abc import Sequence

from hitl_jupyter.exceptions.base import HitlError


class ScriptError(HitlError):
    """The base of what goes wrong with a script before or after its own code runs."""

    def _render_traceback_(self) -> list[str]:
        # IPython would show the frames of the magic and of this package, none of them the script's.
        return [str(self)]


class CannotRunScript(ScriptError, OSError):  # noqa: N818 - a situation
    """Raised when a file that is to be run as a script is missing, or is no such thing."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path} cannot be run as a script: {why}")


class ScriptSyntaxError(ScriptError):
    """Raised when a script is no Python; its text is what Python says, with file, line and place."""

    def __init__(self, path: str, said: str) -> None:
        self.path = path
        super().__init__(said)


class ScriptExit(ScriptError):  # noqa: N818 - a situation
    """Raised when a script ends with an exit code other than 0, so that *Run All* stops at it."""

    def __init__(self, script: str, code: int, said: str | None = None) -> None:
        self.script, self.code, self.said = script, code, said
        super().__init__(f"{script} ended with exit code {code}{f': {said}' if said else '.'}")


class NotOfferedHere(ScriptError, ImportError):  # noqa: N818 - a situation
    """Raised when a script imports a name of Prefect's that this package does not have."""

    def __init__(self, name: str, nearest: Sequence[str], why: str | None = None) -> None:
        self.nearest = tuple(nearest)
        there = f"The nearest is {nearest[0]!r}." if len(nearest) == 1 else f"There are {', '.join(nearest)}."
        super().__init__(f"hitl_jupyter has nothing in place of '{name}'. {why or there}", name=name)
