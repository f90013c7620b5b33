"""``run_script``: a program from its first line to its last, in the cell that runs it."""

from __future__ import annotations

import asyncio
import difflib
import traceback
from collections.abc import Sequence
from contextvars import Context, copy_context
from pathlib import Path
from types import CodeType, TracebackType

from hitl_jupyter import _session
from hitl_jupyter.core.colour import sync_task
from hitl_jupyter.engine.scope import begins
from hitl_jupyter.engine.users_code import user_code
from hitl_jupyter.exceptions import CannotRunScript, RunInterrupted, ScriptExit, ScriptSyntaxError
from hitl_jupyter.scripts.script import Script
from hitl_jupyter.scripts.stage import Stage
from hitl_jupyter.scripts.surroundings import surroundings
from hitl_jupyter.scripts.swaps import sharing_the_loop
from hitl_jupyter.scripts.tasks import over

BETWEEN = ("greenback.", "outcome.", "hitl_jupyter.scripts.")
"""How the names of the modules begin whose frames stand between those of a script and tell nobody anything."""

_stage = Stage()


def run_script(path: str, args: Sequence[str] = (), *, as_prefect: bool = False) -> None:
    """Run a Python script as ``__main__`` in this process; in a cell its forms are below the cell.

    It runs as ``python script.py`` does: a module of its own, ``sys.argv``, its folder first on ``sys.path``,
    ``asyncio.run``, `atexit`. Modules that it imports stay loaded, so a second run reloads the script alone. Flow runs
    that it has started in the background go on when it has ended, and so do its threads.

    Parameters
    ----------
    path
        The script; ``.py`` may be left out.
    args
        Its arguments.
    as_prefect
        Have its ``from prefect import ...`` mean this package also where Prefect is installed.

    Raises
    ------
    CannotRunScript
        There is no such file, and the text names the nearest; or it is a folder or a notebook.
    ScriptSyntaxError
        It is no Python.
    ScriptExit
        It ended with an exit code other than 0.
    KeyboardInterrupt
        The cell was interrupted.
    """
    __tracebackhide__ = True
    file = _found(path)
    code = _compiled(file)
    script = Script(file, path, [str(arg) for arg in args], as_prefect=as_prefect)
    context = copy_context()
    context.run(script.enter)
    if asyncio._get_running_loop() is None:  # noqa: SLF001 - asyncio's documented low-level query
        context.run(_perform, script, code)
    else:
        _in_a_task_of_its_own(script, code, context)
    _tell_of_threads(script)
    error = script.error
    # An exception that refers to itself through this frame would keep the script's objects until the next collection.
    try:
        if isinstance(error, SystemExit):
            _exit(script, error)
        elif error is not None:
            raise error.with_traceback(_without_ours(error.__traceback__))
    finally:
        del error


def _in_a_task_of_its_own(script: Script, code: CodeType, context: Context) -> None:
    """Run the script where its sync code can wait, whether or not the cell's own can; see the result in the script.

    A context of its own also keeps it from the callbacks of widgets, which run in that of the cell while it waits.
    """
    __tracebackhide__ = True
    session = _session.current()
    cell = session.host.cell()
    release = None if cell is None else cell.adopt(script.interrupt)

    async def body() -> None:
        _perform(script, code)

    async def performed() -> None:
        task = asyncio.get_running_loop().create_task(body(), context=context)
        script.task = script.tasks.main = task
        context.run(sync_task.set, task)
        context.run(begins.set, script.tasks.begin)
        # An interrupt of an async cell cancels its task as well; the script has heard of it.
        await over(task, lambda: None if script.interrupted else script.interrupt())
        if task.cancelled():
            # Before its first line.
            script.error = KeyboardInterrupt()
        else:
            task.result()

    try:
        session.bridge.wait(performed())
    finally:
        if release is not None:
            release()
    own = asyncio.current_task()
    while script.interrupted and own is not None and own.cancelling():
        own.uncancel()


def _perform(script: Script, code: CodeType) -> None:
    """Run the script and what belongs to its end; its own errors are kept in it."""
    __tracebackhide__ = True
    with _stage.holds(script), surroundings(script), sharing_the_loop():
        try:
            user_code(exec, [code, script.module.__dict__], {})
        except BaseException as error:  # noqa: BLE001 - kept, and raised in the cell
            script.error = _end_of(script, error)
        try:
            if script.task is not None:
                _session.current().bridge.wait(script.close())
            user_code(script.exit, [], {})
        except BaseException as error:  # noqa: BLE001 - likewise
            script.error = script.error or _end_of(script, error)


def _end_of(script: Script, error: BaseException) -> BaseException:
    if script.tasks.fatal is not None:
        return script.tasks.fatal
    if isinstance(error, RunInterrupted) or (isinstance(error, asyncio.CancelledError) and script.interrupted):
        return KeyboardInterrupt()
    return error


def _without_ours(frames: TracebackType | None) -> TracebackType | None:
    """Give a traceback without the frames that lead from one piece of the script to the next."""
    kept: list[TracebackType] = []
    while frames is not None:
        if not str(frames.tb_frame.f_globals.get("__name__")).startswith(BETWEEN):
            kept.append(frames)
        frames = frames.tb_next
    shown: TracebackType | None = None
    for each in reversed(kept):
        shown = TracebackType(shown, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return shown


def _exit(script: Script, error: SystemExit) -> None:
    if error.code is None or error.code == 0:
        return
    if isinstance(error.code, int):
        raise ScriptExit(script.argv[0], error.code) from None
    raise ScriptExit(script.argv[0], 1, str(error.code)) from None


def _tell_of_threads(script: Script) -> None:
    names = [repr(thread.name) for thread in script.left_threads() if not thread.name.startswith("hitl")]
    if names:
        threads = f"thread {names[0]} goes on" if len(names) == 1 else f"threads {', '.join(names)} go on"
        script.say(f"it has ended, and its {threads}.")


def _found(path: str) -> Path:
    file = Path(path).expanduser()
    if not file.exists() and file.with_name(f"{file.name}.py").is_file():
        file = file.with_name(f"{file.name}.py")
    if file.is_dir():
        raise CannotRunScript(path, "it is a folder. Name the file in it.")
    if not file.is_file():
        raise CannotRunScript(path, f"there is no such file. {_nearest(file)}")
    if file.suffix == ".ipynb":
        raise CannotRunScript(path, f"it is a notebook. Make it one with 'jupyter nbconvert --to script {path}'.")
    return file.resolve()


def _nearest(file: Path) -> str:
    beside = sorted(one.name for one in file.parent.glob("*.py"))
    nearest = difflib.get_close_matches(file.name, beside, n=1, cutoff=0.5)
    return f"Did you mean {file.with_name(nearest[0])}?" if nearest else f"It would be {file.resolve()}."


def _compiled(file: Path) -> CodeType:
    __tracebackhide__ = True
    try:
        return compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    except OSError as error:
        raise CannotRunScript(str(file), f"it cannot be read ({error.strerror}).") from None
    except (SyntaxError, ValueError) as error:
        lines = traceback.format_exception_only(error)
    raise ScriptSyntaxError(str(file), "".join(lines).rstrip())
