"""What ``%hitl`` does besides listing, running and answering: show, page, cancel, recover, again, history, store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments

from hitl_jupyter import _session, flow_runs, store
from hitl_jupyter.core.records import RunRecord
from hitl_jupyter.engine import recovery
from hitl_jupyter.engine.process import describe
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.session import Session
from hitl_jupyter.magics.history import told
from hitl_jupyter.magics.line import parsed
from hitl_jupyter.magics.runs import begun, newest, run_of
from hitl_jupyter.magics.summary import summary

WHICH = "its name, its id or the beginning of one, or a variable that holds it"


@magic_arguments("hitl show")
@argument("run", nargs="*", help=f"{WHICH}; default: the newest")
def show(shell: Any, line: str) -> Any:
    """Show the card of a run here once more; of a run that is over or runs elsewhere, what is recorded."""
    session, name = _session.current(), _named(show, line)
    run = run_of(shell, session, name) if name else newest(session)
    if isinstance(run, FlowRun):
        if getattr(shell, "kernel", None) is not None:
            session.present("run_shown", run)
            return None
        run = session.store.read(store.runs.get, run.id_text).result()
    return summary(session, run)


@magic_arguments("hitl page")
@argument("run", nargs="*", help=f"{WHICH}; default: the newest")
def page(shell: Any, line: str) -> Any:
    """Show all that is recorded of a run: its log, tasks, results, artifacts, answers, a timeline."""
    session, name = _session.current(), _named(page, line)
    run = run_of(shell, session, name) if name else newest(session)
    return recovery.handle(session, run).page() if isinstance(run, RunRecord) else run.page()


@magic_arguments("hitl cancel")
@argument("run", nargs="*", help=WHICH)
def cancel(shell: Any, line: str) -> None:
    """End a run of this process at once, and its questions with it."""
    session, name = _session.current(), _named(cancel, line)
    if not name:
        raise UsageError("Say which run to cancel: %hitl cancel RUN. %hitl lists them.")
    run = run_of(shell, session, name)
    if isinstance(run, FlowRun):
        ended = run.cancel()
        print(f"Run {run.name!r} is {'cancelled' if ended else 'being cancelled already'}.")  # noqa: T201 - a line back
    else:
        print(_why_not(session, run))  # noqa: T201 - a line back


@magic_arguments("hitl recover")
@argument("run", nargs="*", help=f"{WHICH}; default: every run of this notebook that waits for its kernel")
def recover(shell: Any, line: str) -> Any:
    """Take a run up again whose kernel has ended; what it has recorded is not asked or done again."""
    name = _named(recover, line)
    if not name:
        return flow_runs.recover() or print("No run of this notebook waits.")  # noqa: T201 - a line back
    run = run_of(shell, _session.current(), name)
    return begun(flow_runs.recover(run if isinstance(run, FlowRun) else run.id))


@magic_arguments("hitl again")
@argument("run", nargs="*", help=f"{WHICH}; default: the newest")
def again(shell: Any, line: str) -> Any:
    """Begin a new run of the same flow, as it is defined now, with the parameters and answers that a run had."""
    session, name = _session.current(), _named(again, line)
    run = run_of(shell, session, name) if name else newest(session)
    return begun(flow_runs.run_again(run if isinstance(run, FlowRun) else run.id))


@magic_arguments("hitl history")
@argument("run", nargs="*", help=f"{WHICH}; default: all runs")
def history(shell: Any, line: str) -> Any:
    """List what was asked and answered, by whom, when and how long it took."""
    session, name = _session.current(), _named(history, line)
    return told(session, run_of(shell, session, name) if name else None)


@magic_arguments("hitl store")
@argument("url", nargs="*", help="the path of a file, or sqlite:///path; default: say which store is in use")
def switch(shell: Any, line: str) -> None:  # noqa: ARG001 - one shape for all actions
    """Say where runs and answers are stored, or store this notebook's elsewhere from now on."""
    url = _named(switch, line)
    if url:
        _session.switch_store(url)
    session = _session.current()
    count = session.store.read(store.overview.count).result()
    path = session.store.url.removeprefix("sqlite:///")
    runs = "1 run" if count == 1 else f"{count:,} runs"
    print(f"{path}: {runs}, {_size(path)}")  # noqa: T201 - a line back


def _named(action: Any, line: str) -> str:
    """Give the one thing that a line names, whose spaces need no quotes."""
    (said,) = vars(parsed(action, line)).values()
    return " ".join(said)


def _why_not(session: Session, run: RunRecord) -> str:
    """Say why a run is not cancelled that is not alive in this process."""
    if run.state.is_final():
        return f"Run {run.name!r} is over already: {run.state.name}."
    owner = session.store.read(store.owners.get, run.owner_id).result()
    if owner.id == session.owner.id:
        return f"Run {run.name!r} is suspended. %hitl recover brings it back, then it can be cancelled."
    return f"Run {run.name!r} is not executed here but by {describe(owner)}. Cancel it there."


def _size(path: str) -> str:
    """Give the size of a store, what is not yet written back to its file included."""
    files = [Path(path), Path(f"{path}-wal")]
    size = float(sum(file.stat().st_size for file in files if file.is_file()))
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit != "MB" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
