"""A run's log: standard logging in, batches to the store, then to the presenter.

Lines are handed to the store in batches and always before the next state (invariant 1), and shown once they are
committed. `print` is wrapped once per process and decides by context whether a run wants it.
"""

from __future__ import annotations

import builtins
import logging
import threading
from collections.abc import Iterable, MutableMapping, Sequence
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from hitl_jupyter import store
from hitl_jupyter.core.records import LogRecord
from hitl_jupyter.core.states import State
from hitl_jupyter.engine.tracebacks import users_text
from hitl_jupyter.exceptions import MissingContextError

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun

LoggerAdapter = logging.LoggerAdapter[logging.Logger]


class Unsaved(Protocol):
    """What else of a run the store may not have yet."""

    def save(self) -> None:
        """Hand it to the store, from any thread, without waiting."""


class LogBook:
    """The lines of one run that the store does not have yet, and the bars that show how far it is."""

    def __init__(self, run: FlowRun[Any]) -> None:
        self._run = run
        self.bars: dict[str, Unsaved] = {}
        self._lines: list[LogRecord] = []
        # A loop that is dropped says so, and Python may drop it while this thread is in here.
        self._lock = threading.RLock()

    def add(self, level: int, message: str, *, name: str, task_run_id: str | None = None) -> None:
        """Keep one line, and have it committed soon."""
        session = self._run.session
        message = session.host.legible(message)
        line = LogRecord(self._run.id_text, level, name, message, session.source.now(), task_run_id)
        with self._lock:
            self._lines.append(line)
        session.keeper.flush_soon(self)

    def take(self) -> tuple[LogRecord, ...]:
        """Give the lines to be committed with the next state; the caller calls `shown` once they are.

        The bars are handed to the store before: it takes things in order.
        """
        for bar in tuple(self.bars.values()):
            bar.save()
        with self._lock:
            lines, self._lines = self._lines, []
        return tuple(lines)

    def put_back(self, lines: Iterable[LogRecord]) -> None:
        """Keep lines that were taken and not committed after all."""
        lines = list(lines)
        if lines:
            with self._lock:
                self._lines[:0] = lines
            self._run.session.keeper.flush_soon(self)

    def shown(self, lines: Sequence[LogRecord]) -> None:
        """Show committed lines."""
        if lines:
            self._run.session.present("logged", self._run, lines)

    def flush(self) -> None:
        """Have the kept lines committed and shown, from any thread, without waiting."""
        if self._run.state is None:
            # The store does not know the run yet: they go there with it.
            return
        lines = self.take()
        if not lines:
            return

        def committed(future: Future[None]) -> None:
            error = future.exception()
            if error is None:
                self.shown(lines)
            else:
                logger.error("%d log lines of run %s were not stored: %s", len(lines), self._run.name, error)

        self._run.session.store.write(store.logs.add, lines).add_done_callback(committed)


logger = logging.getLogger("hitl_jupyter")
_flow_runs = logging.getLogger("hitl_jupyter.flow_runs")
_task_runs = logging.getLogger("hitl_jupyter.task_runs")


class _ToLogBook(logging.Handler):
    """Takes the records of run loggers to the log book of their run."""

    def emit(self, record: logging.LogRecord) -> None:
        book: LogBook | None = getattr(record, "hitl_book", None)
        if book is not None:
            book.add(
                record.levelno,
                self.format(record),
                name=record.hitl_title,  # type: ignore[attr-defined]
                task_run_id=record.hitl_task,  # type: ignore[attr-defined]
            )


class _RunLogger(LoggerAdapter):
    """A logger whose lines are a run's: the usual methods, `extra` kept."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        kwargs["extra"] = {**(self.extra or {}), **(kwargs.get("extra") or {})}
        return msg, kwargs


class _Formatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return super().formatException(ei) if ei[1] is None else users_text(ei[1]).rstrip("\n")


_handler = _ToLogBook()
_handler.setFormatter(_Formatter())
for _logger in (_flow_runs, _task_runs):
    _logger.setLevel(logging.INFO)
    _logger.addHandler(_handler)
    # A root handler in the notebook would print each line a second time beside the card.
    _logger.propagate = False


def flow_run_logger(run: FlowRun[Any]) -> LoggerAdapter:
    """Give the logger of a flow run."""
    return _RunLogger(_flow_runs, {"hitl_book": run.book, "hitl_title": f"Flow run {run.name!r}", "hitl_task": None})


def task_run_logger(run: FlowRun[Any], task_run_id: str, task_run_name: str) -> LoggerAdapter:
    """Give the logger of a task run."""
    return _RunLogger(
        _task_runs,
        {"hitl_book": run.book, "hitl_title": f"Task run {task_run_name!r}", "hitl_task": task_run_id},
    )


def finished(run_logger: LoggerAdapter, state: State) -> None:
    """Say what a run or task run ended in, in Prefect's words."""
    run_logger.log(logging.INFO if state.is_completed() else logging.ERROR, "Finished in state %r", state)


current_logger: ContextVar[LoggerAdapter | None] = ContextVar("hitl_logger", default=None)
_print_logger: ContextVar[LoggerAdapter | None] = ContextVar("hitl_print_logger", default=None)
log_prints_of = _print_logger


def get_run_logger() -> LoggerAdapter:
    """Give the logger of the flow or task run that the calling code belongs to.

    Raises
    ------
    MissingContextError
        Called outside a run.
    """
    found = current_logger.get()
    if found is None:
        raise MissingContextError(
            "There is no active flow or task run context. Call get_run_logger() inside a function decorated with "
            "@flow or @task."
        )
    return found


def wrap_print() -> None:
    """Have `print` inside runs with ``log_prints=True`` go to their log; all else prints as before. Once a process."""
    inner = builtins.print
    if getattr(inner, "__hitl__", False):
        return

    def print_(
        *values: object, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        run_logger = _print_logger.get()
        if run_logger is None or file is not None:
            inner(*values, sep=sep, end=end, file=file, flush=flush)
        else:
            run_logger.info("%s", (" " if sep is None else sep).join(map(str, values)))

    print_.__hitl__ = True  # type: ignore[attr-defined]
    print_.__name__ = "print"
    print_.__doc__ = inner.__doc__
    builtins.print = print_
