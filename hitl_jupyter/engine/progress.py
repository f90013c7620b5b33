"""How far a loop of a run is: a progress artifact that is kept up to date, and lines in the log.

What is counted is handed to the store a few times a second at most, by the keeper, and always before the run's next
state. A bar belongs to its place in the run: a loop that begins there again, in a retry or in a loop around it, uses
the same one.
"""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from threading import Lock
from typing import Any, Literal
from uuid import UUID, uuid5

from hitl_jupyter import store
from hitl_jupyter.core.records import ArtifactRecord, Json
from hitl_jupyter.core.text import duration
from hitl_jupyter.engine import logs
from hitl_jupyter.engine.context import current_run, current_task_run
from hitl_jupyter.engine.run import FlowRun

REST = 0.25
"""Seconds between two looks at a loop that goes on."""
QUIET = 30.0
"""Seconds between two log lines of a loop whose length nobody knows."""
BREATH = 1.0
"""Seconds between two log lines at least, however fast a loop is."""


def begin(description: str | None, total: int | None) -> Bar | None:
    """Give the bar of a loop that begins now, None outside any run.

    Raises
    ------
    CancelledError
        The run was ended meanwhile.
    """
    run = current_run.get()
    if run is None:
        return None
    run.check()
    return Bar(run, description, total)


class Bar:
    """One loop. `count` is how many of its items are done; who counts calls `look` once the clock is at `due`."""

    def __init__(self, run: FlowRun[Any], description: str | None, total: int | None) -> None:
        task_run = current_task_run.get()
        self.count = 0
        self._run, self._session = run, run.session
        self.clock = run.session.source.monotonic
        self._description, self._total = description, total
        self._title = description or "Progress"
        self._state: Literal["going", "done", "stopped"] = "going"
        self._task_run_id = None if task_run is None else task_run.id_text
        self._log = logs.current_logger.get() or logs.flow_run_logger(run)
        self._lock = Lock()
        self._saved: tuple[Json, Json] | None = None
        self._began = self._session.source.now()
        self._waited = run.root.waits.seconds(self._began)
        self._tenth, self._said = 0, self.clock()
        self.due = self._said + REST
        path = run.scope_here().path
        self._id, alone = self._place(path)
        # A loop inside a loop would fill the log.
        self._speaks = alone
        self._path = path
        self._from = 0, 0.0
        self._repeats = run.journal.silent
        run.book.bars[self._id] = self
        self._say(f"{self._title}: {'begins' if total is None else _items(total)}")
        self._session.keeper.flush_soon(run.book)

    def _place(self, path: str) -> tuple[str, bool]:
        """Give the id of the bar, and whether it is the only one of its scope."""
        going = [bar for bar in tuple(self._run.book.bars.values()) if isinstance(bar, Bar) and bar.goes_on]
        taken = {bar.id for bar in going}
        number = 1
        while True:
            found = str(uuid5(UUID(self._run.id_text), f"track {path} {self._title} {number}"))
            if found not in taken:
                return found, all(bar.path != path for bar in going)
            number += 1

    @property
    def id(self) -> str:
        """The id of its artifact."""
        return self._id

    @property
    def path(self) -> str:
        """The scope that it is in."""
        return self._path

    @property
    def goes_on(self) -> bool:
        """Whether the loop is not over."""
        return self._state == "going"

    # -- while it goes on -------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Have what is done by now kept and shown.

        Raises
        ------
        CancelledError
            The run was ended meanwhile.
        FlowRunTimeoutError
            It has used up its time.
        """
        self._run.check()
        now = self.clock()
        self.due = now + REST
        if self._is_repeating():
            return
        self._report(now)
        self._session.keeper.flush_soon(self._run.book)

    def _report(self, now: float) -> None:
        total, since = self._known_total(), now - self._said
        if total:
            tenth = self.count * 10 // total
            if tenth == self._tenth or self.count == total or since < BREATH:
                return
            self._tenth = tenth
            left = self._seconds_left(self._session.source.now())
            about = "" if left is None or left < 1 else f", about {duration(round(left))} left"
            self._say(f"{self._title}: {self.count:,} of {total:,} ({self.count * 100 // total} %){about}")
        elif since >= QUIET:
            self._say(f"{self._title}: {self.count:,}")

    def finish(self) -> None:
        """Take note that all items are done."""
        self._state, self._total = "done", self.count
        self._end(f"{self._title}: {_items(self.count)} in {self._took()}")

    def leave(self) -> None:
        """Take note that the loop was left before its end: by a break, a return, or an exception."""
        if not self.goes_on:
            return
        self._state = "stopped"
        total = self._known_total()
        done = _items(self.count) if total is None else f"{self.count:,} of {_items(total)}"
        self._end(f"{self._title}: stopped after {done} ({self._took()})")

    def _end(self, line: str) -> None:
        self._say(line)
        self._session.keeper.flush_soon(self._run.book)

    def _say(self, line: str) -> None:
        if self._speaks and not self._is_repeating():
            self._said = self.clock()
            self._log.info("%s", line)

    def _took(self) -> str:
        return duration(self._worked(self._session.source.now()))

    # -- how long -----------------------------------------------------------------------------------------------------

    def _known_total(self) -> int | None:
        """Give the total, None where there is none or it has turned out to be wrong."""
        return None if self._total is None or self.count > self._total else self._total

    def _is_repeating(self) -> bool:
        """Tell whether the run only repeats what it did; how fast it did so says nothing of what comes after."""
        if self._repeats and not self._run.journal.silent:
            self._repeats = False
            self._from = self.count, self._worked(self._session.source.now())
        return self._repeats

    def _worked(self, now: datetime) -> float:
        """Give the seconds since the loop began, without those in which the run waited for people."""
        waited = self._run.root.waits.seconds(now) - self._waited
        return max(0.0, (now - self._began).total_seconds() - waited)

    def _seconds_left(self, now: datetime) -> float | None:
        total, (count, worked) = self._known_total(), self._from
        if not total or self.count <= count:
            return None
        return (self._worked(now) - worked) / (self.count - count) * (total - self.count)

    # -- the store --------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Hand it to the store if it has changed, from any thread, without waiting; it is shown once it is there."""
        run = self._run
        with self._lock:
            if self._is_repeating():
                return
            now = self._session.source.now()
            over, data = not self.goes_on, self._data(now)
            if over and run.book.bars.get(self._id) is self:
                del run.book.bars[self._id]
            if (data["count"], data["state"]) == self._saved:
                return
            self._saved = data["count"], data["state"]
            record = ArtifactRecord(
                self._id,
                store.artifacts.PROGRESS,
                data,
                self._began,
                now,
                description=self._description,
                run_id=run.id_text,
                task_run_id=self._task_run_id,
            )
            kept = self._session.store.write(store.artifacts.put, record)
        kept.add_done_callback(lambda future: self._kept(future, record))

    def _data(self, now: datetime) -> dict[str, Json]:
        total = self._known_total()
        whole = total == self.count if total is not None else False
        percent = 100.0 if whole else None if total is None else self.count * 100 / total
        left = self._seconds_left(now) if self.goes_on else None
        return {"progress": percent, "count": self.count, "total": total, "left": left, "state": self._state}

    def _kept(self, future: Future[None], record: ArtifactRecord) -> None:
        error = future.exception()
        if error is None:
            self._session.present("artifact_changed", self._run, record)
        else:
            logs.logger.error("How far run %s is was not stored: %s", self._run.name, error)


def _items(count: int) -> str:
    return f"{count:,} item{'' if count == 1 else 's'}"
