"""What stays of a run in the notebook's file: a plain account below its card, kept up to date while the run lives.

It is an output of its own, because a page draws anew what is updated: a card would lose what somebody types in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from weakref import WeakKeyDictionary

from hitl_jupyter.engine.account import account
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.engine.people import in_voila
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.exceptions import HitlError
from hitl_jupyter.widgets.account import NOTHING, begun, bundle

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.widgets.executing import ExecutingCell
    from hitl_jupyter.widgets.kernel import Kernel
    from hitl_jupyter.widgets.signs import Signs

SOON: Final = 0.5
"""Seconds for which changes are collected; more after each update, up to `LATE`: a file is saved now and then."""
LATE: Final = 10.0
GLANCE: Final = 0.02
PATIENCE: Final = 5.0
"""Seconds that a program which runs the notebook waits for the last account of a run."""


class Telling:
    """Where one run's account is displayed, and what is still to be told there; below another's, if there is one."""

    def __init__(self, display_id: str, above: Telling | None = None) -> None:
        self.display_id = display_id
        self.above = above
        self.said: dict[str, str] = {}
        # Displayed for the cell that called the run, whatever runs later.
        self.context: Context = copy_context() if above is None else above.context
        self.updates = 0
        self.due: asyncio.TimerHandle | None = None
        self.reading = False
        self.again = False
        self.told_all = False

    def whole(self) -> dict[str, str]:
        """Give all that is displayed there, by its kind."""
        above = {} if self.above is None else self.above.whole()
        return {kind: "\n\n".join(filter(None, (above.get(kind), said))) for kind, said in self.said.items()}


class Saved:
    """The accounts of one kernel's runs."""

    def __init__(self, kernel: Kernel, signs: Signs) -> None:
        self._kernel = kernel
        self._signs = signs
        self._accounts: WeakKeyDictionary[FlowRun[Any], Telling] = WeakKeyDictionary()

    def show(self, run: FlowRun[Any]) -> None:
        """Display the account of a run below its card; where it was before it goes."""
        if in_voila():
            # The page is no file, and would show both.
            return
        old = self._accounts.pop(run, None)
        if old is not None:
            self._publish(old, {"text/plain": "Shown again below.", "text/html": ""}, update=True)
            if old.due is not None:
                old.due.cancel()
        new = self._accounts[run] = Telling(run.session.source.new_id())
        self._publish(new, begun(run.name, run.flow_name))
        cell = self._kernel.cell()
        if cell is not None and run not in cell.started:
            cell.started.append(run)
        if run.state is not None:
            self.changed(run)

    def show_recorded(self, session: Session, run_id: str) -> Telling | None:
        """Display the account of a run as it is recorded now, below its page; none of a run that there is not."""
        if in_voila():
            return None
        try:
            told = session.store.read(_told, run_id, session.source.now()).result()
        except HitlError as error:
            # The page says so itself.
            logger.debug("The account of run %s could not be made: %s", run_id, error)
            return None
        mine = Telling(session.source.new_id())
        self._publish(mine, told)
        return mine

    def show_none(self) -> Telling:
        """Display that there is no account yet, for those of runs that begin below a widget which is displayed now."""
        mine = Telling(uuid4().hex)
        self._publish(mine, {"text/plain": "", "text/html": NOTHING})
        return mine

    def of(self, run: FlowRun[Any]) -> Telling | None:
        """Give where the account of a run is."""
        return self._accounts.get(run)

    def show_below(self, run: FlowRun[Any], above: Telling) -> Telling:
        """Display the account of a run below that of another, which is over."""
        new = self._accounts[run] = Telling(above.display_id, above)
        self._publish(new, begun(run.name, run.flow_name), update=True)
        return new

    def changed(self, run: FlowRun[Any]) -> None:
        """Bring the account of a run up to date, soon; at once when the run is over."""
        mine = self._accounts.get(run)
        if mine is None or run.state is None:
            return
        mine.again = True
        if mine.reading:
            return
        if run.state.is_final():
            self._read(run, mine)
        elif mine.due is None:
            wait = min(LATE, SOON * (1 + mine.updates / 4))
            mine.due = asyncio.get_running_loop().call_later(wait, self._read, run, mine)

    def lost(self, run: FlowRun[Any], why: str) -> None:
        """Say why a run could not begin."""
        mine = self._accounts.get(run)
        if mine is not None:
            self._publish(mine, begun(run.name, run.flow_name, why), update=True)

    async def outlast(self, cell: ExecutingCell) -> None:
        """Wait for what a cell has begun, if nobody sees it; a program ends the kernel after the last cell."""
        await self._signs.outlast(cell)
        if not self._signs.told():
            await self._settle(cell.started)

    async def _settle(self, runs: Iterable[FlowRun[Any]]) -> None:
        mine = [self._accounts[run] for run in runs if run in self._accounts and run.state and run.state.is_final()]
        for _ in range(int(PATIENCE / GLANCE)):
            if all(one.told_all for one in mine):
                return
            await asyncio.sleep(GLANCE)

    def _read(self, run: FlowRun[Any], mine: Telling) -> None:
        if mine.due is not None:
            mine.due.cancel()
            mine.due = None
        mine.reading, mine.again = True, False
        whole = run.state is not None and run.state.is_final()
        home = run.session.host.home()

        def found(future: Future[dict[str, str]]) -> None:
            home.call_soon_threadsafe(self._found, run, mine, future, whole)

        run.session.store.read(_told, run.id_text, run.session.source.now()).add_done_callback(found)

    def _found(self, run: FlowRun[Any], mine: Telling, future: Future[dict[str, str]], whole: bool) -> None:
        mine.reading = False
        try:
            told = future.result()
        except HitlError as error:
            # The card shows the run all the same, and the store's other users say what is wrong with it.
            logger.debug("The account of run %r could not be made: %s", run.name, error)
        else:
            mine.updates += 1
            if self._accounts.get(run) is mine:
                self._publish(mine, told, update=True)
        mine.told_all = whole
        if mine.again:
            self.changed(run)

    def _publish(self, mine: Telling, data: dict[str, str], *, update: bool = False) -> None:
        mine.said = data
        publish = self._kernel.display_pub.publish
        mine.context.run(publish, mine.whole(), {}, transient={"display_id": mine.display_id}, update=update)


def _told(conn: Any, run_id: str, now: Any) -> dict[str, str]:
    # Here and not on the loop: it may be a hundred rows.
    return bundle(account(conn, run_id, now))
