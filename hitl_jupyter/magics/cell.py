"""``%%hitl``: the body of a cell as a flow, in the notebook's own namespace.

The code is compiled as IPython compiles a cell, so that `await` may stand at the top, tracebacks point into the cell,
and what it assigns is there afterwards. The value of its last expression is the run's result and the cell's value.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import threading
import traceback
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType, TracebackType
from typing import Any, Final

from IPython.core.displayhook import DisplayHook
from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments

from hitl_jupyter import _session
from hitl_jupyter.engine.flow import Flow
from hitl_jupyter.engine.users_code import user_code, user_coroutine
from hitl_jupyter.exceptions import RunInterrupted
from hitl_jupyter.flows import flow
from hitl_jupyter.magics.line import parsed
from hitl_jupyter.magics.runs import begun

_KEPT: Final[dict[str, Flow[[], Any]]] = {}
"""The newest flow of each name: a run can only be taken up while somebody has its flow."""


@dataclass(frozen=True)
class CellFlow:
    """A cell that is to be run as a flow, and waited for."""

    flow: Flow[[], Any]
    silent: bool

    def __call__(self) -> Any:
        """Run it, and give the value of its last expression unless that is silenced."""
        __tracebackhide__ = True
        value = _waited_for(self.flow) if self.flow.is_async else self.flow()
        return None if self.silent else value


@magic_arguments("%hitl")
@argument("--name", help="the flow's name; default: cell- and the number of the execution")
@argument("-b", "--background", action="store_true", help="be done at once and go on in the background")
@argument("--log-prints", action="store_true", help="send what is printed to the run's log")
@argument("--timeout", type=float, metavar="SECONDS", help="end the run as TimedOut after so many seconds")
@argument("--retries", type=int, default=0, metavar="N", help="begin again so many times when it fails")
def cell_flow(shell: Any, line: str, cell: str) -> Any:
    """Run the cell as a flow: it is recorded, has a card, and may ask with pause_flow_run."""
    given = parsed(cell_flow, line)
    parts, silent = _compiled(shell, line, cell)
    made = _flow(given, parts, f"cell-{_number(shell)}")
    return begun(made.start()) if given.background else CellFlow(made, silent)


def _flow(given: Namespace, parts: list[FunctionType], name: str) -> Flow[[], Any]:
    body = _body(parts)
    body.__name__ = body.__qualname__ = name
    body.__doc__ = None
    # Where a run says where its flow is defined, that is the cell.
    body.__module__ = "__main__"
    try:
        made: Flow[[], Any] = flow(
            name=given.name or name,
            log_prints=given.log_prints or None,
            timeout_seconds=given.timeout,
            retries=given.retries,
        )(body)
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    _KEPT[made.name] = made
    return made


def _body(parts: list[FunctionType]) -> Callable[[], Any]:
    if not any(inspect.iscoroutinefunction(part) for part in parts):

        def sync_body() -> Any:
            __tracebackhide__ = True
            value = None
            for part in parts:
                value = user_code(part, [], {})
            return value

        return sync_body

    async def async_body() -> Any:
        __tracebackhide__ = True
        value = None
        for part in parts:
            is_async = inspect.iscoroutinefunction(part)
            value = await user_coroutine(part, [], {}) if is_async else user_code(part, [], {})
        return value

    return async_body


def _compiled(shell: Any, line: str, cell: str) -> tuple[list[FunctionType], bool]:
    """Give the statements of a cell as functions, and whether it ends with a semicolon, which silences its value.

    Raises
    ------
    UsageError
        The cell is no Python.
    """
    # In place of the line with the options, so that lines have the numbers that they have in the cell.
    above = len(cell) - len(cell.lstrip("\n"))
    source = "\n" * (1 + above) + shell.transform_cell(cell)
    first = f"%%hitl {line}".rstrip()
    raw = shell.history_manager.input_hist_raw[-1]
    raw = raw if raw.endswith(cell) and raw.startswith("%%hitl") else f"{first}\n{cell}"
    file = shell.compile.cache(f"{first}{source}", _number(shell), raw_code=raw)
    tree = shell.transform_ast(_tree(shell, source, file))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    parts: list[tuple[ast.AST, str]] = [(tree, "exec")]
    if last is not None:
        parts.append((ast.Expression(last.value), "eval"))
    with shell.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        codes: list[CodeType] = [shell.compile(part, file, mode) for part, mode in parts]
    # As asyncio's own prompt does it: code that is no function's keeps its variables where its globals are.
    functions = [FunctionType(code, shell.user_ns) for code in codes]
    return functions, last is not None and DisplayHook.semicolon_at_end_of_expression(source)


def _tree(shell: Any, source: str, file: str) -> ast.Module:
    try:
        tree: ast.Module = shell.compile.ast_parse(source, file)
    except SyntaxError as error:
        # As one, IPython would show the whole way from its own code to here.
        _, *shown, said = traceback.format_exception_only(error)
        raise UsageError(f"{said.strip()} (line {error.lineno} of this cell)\n{''.join(shown).rstrip()}") from None
    return tree


def _number(shell: Any) -> int:
    """Give the number of this execution, which the count itself has passed already."""
    return len(shell.user_ns["In"]) - 1


def _waited_for(made: Flow[[], Any]) -> Any:
    """Give the value of an async flow that is called in the cell, in a task of its own: this one is the kernel's."""
    __tracebackhide__ = True
    session, interrupted = _session.current(), threading.Event()

    async def in_its_own_task() -> Any:
        __tracebackhide__ = True
        return await asyncio.ensure_future(made())

    cell = session.host.cell()
    release = cell.adopt(interrupted.set) if cell is not None else interrupted.clear
    try:
        return session.bridge.wait(in_its_own_task())
    except asyncio.CancelledError as error:
        if interrupted.is_set() or isinstance(error, RunInterrupted):
            raise KeyboardInterrupt from None
        raise
    except Exception as error:  # noqa: BLE001 - raised again
        raise error.with_traceback(_in_cell(error.__traceback__)) from error.__cause__
    finally:
        release()


def _in_cell(way: TracebackType | None) -> TracebackType | None:
    """Give a traceback from the cell's own lines on: the way there leads through the loop and tells nothing."""
    whole = way
    while way is not None and way.tb_frame.f_globals.get("__name__") != "__main__":
        way = way.tb_next
    return way or whole
