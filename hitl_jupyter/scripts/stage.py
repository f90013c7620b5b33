"""What the process shows to scripts and to nobody else, for as long as there are any."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

from hitl_jupyter.exceptions import CannotRunScript
from hitl_jupyter.scripts import main, swaps
from hitl_jupyter.scripts.script import Script, here


class Stage:
    """Set up for the first script, taken down when the last and what it has left behind are over."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._scripts: list[Script] = []
        self._left: list[Script] = []
        self._undo: list[Callable[[], None]] = []

    @contextmanager
    def holds(self, script: Script) -> Iterator[None]:
        """Show a script what is its own inside the block.

        Raises
        ------
        CannotRunScript
            Another script runs, and this one is not run by it.
        """
        with self._lock:
            if self._scripts and not self._scripts[-1].runs(script):
                other = self._scripts[-1].argv[0]
                why = f"{other} runs here, and a process has one sys.argv and one folder. Run it when that has ended."
                raise CannotRunScript(script.argv[0], why)
            if not self._undo:
                self._undo = [swaps.swap(), main.share(_mine)]
            self._scripts.append(script)
        try:
            yield
        finally:
            with self._lock:
                self._scripts.remove(script)
                self._left.append(script)
                self._take_down()

    def _take_down(self) -> None:
        # A background run may import Prefect's names, or look up a class by name, long after its script has ended.
        self._left = [script for script in self._left if script.goes_on()]
        if self._scripts or self._left:
            return
        for undo in reversed(self._undo):
            undo()
        self._undo = []


def _mine() -> ModuleType | None:
    script = here()
    return None if script is None else script.module
