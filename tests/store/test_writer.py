"""The threads behind the store: one commit for all that waits, and a Future that tells the truth."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from hitl_jupyter.exceptions import ObjectNotFound, StoreCorrupt, StoreUnavailable
from hitl_jupyter.store import logs, runs
from hitl_jupyter.store.open import open_store
from tests.store.build import Scene, T
from tests.store.test_open import locked


@pytest.fixture
def held(store):
    """Keep the writer busy with an operation until the event is set, so that what is written meanwhile waits."""
    gate, begun = threading.Event(), threading.Event()

    def hold(conn):
        begun.set()
        assert gate.wait(20)

    def start():
        future = store.write(hold)
        assert begun.wait(20)
        return future

    gate.start = start
    yield gate
    gate.set()


@pytest.fixture
def commits():
    """Count the commits of all engines; each runs the functions that are put into `before`."""
    seen, before = [], []

    def on_commit(conn):
        for look in before:
            look()
        seen.append(conn)

    event.listen(Engine, "commit", on_commit)
    seen_and_before = type("Commits", (), {"seen": seen, "before": before})
    yield seen_and_before
    event.remove(Engine, "commit", on_commit)


def test_what_waits_is_one_commit(scene, held, commits):
    """A hundred writes that are queued while another is at work cost one commit together."""
    held.start()
    writes = [scene.store.write(logs.add, [scene.make.log(scene.run, str(n))]) for n in range(100)]
    held.set()
    wait(writes, 20)
    assert len(commits.seen) == 2
    assert [str(n) for n in range(100)] == [line.message for line in scene.see(logs.of_run, scene.run.id)]


def test_a_future_resolves_after_the_commit(scene, file, held, commits):
    """No Future of a group is done while the commit is not, and then all is visible to others (invariant 1)."""
    held.start()
    writes = [scene.store.write(logs.add, [scene.make.log(scene.run, str(n))]) for n in range(3)]
    early = []
    commits.before.append(lambda: early.extend(write for write in writes if write.done()))
    held.set()
    wait(writes, 20)
    assert early == []
    other = sqlite3.connect(file)
    assert other.execute("SELECT count(*) FROM log").fetchone() == (3,)
    other.close()


@pytest.mark.parametrize("company", [0, 3])
def test_an_operation_that_raises_undoes_itself_alone(scene, held, company):
    """An error takes back what its operation did before, alone or in a group, and none of the others."""

    def breaks(conn):
        logs.add(conn, [scene.make.log(scene.run, "undone")])
        runs.get(conn, "nowhere")

    held.start()
    first = [scene.store.write(logs.add, [scene.make.log(scene.run, "kept")]) for _ in range(company)]
    broken = scene.store.write(breaks)
    last = [scene.store.write(logs.add, [scene.make.log(scene.run, "kept")]) for _ in range(company)]
    held.set()
    wait([*first, broken, *last], 20)
    assert isinstance(broken.exception(), ObjectNotFound)
    assert ["kept"] * company * 2 == [line.message for line in scene.see(logs.of_run, scene.run.id)]


@pytest.mark.parametrize("company", [0, 3])
def test_a_full_store_fails_all_that_shared_the_commit(scene, held, company):
    """When the store cannot grow, everyone in the group gets an error of their own, and nobody's work is half there."""

    def limit(conn):
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")

    scene.do(limit)
    held.start()
    small = [scene.store.write(logs.add, [scene.make.log(scene.run, "small")]) for _ in range(company)]
    large = scene.store.write(logs.add, [scene.make.log(scene.run, "x" * 100_000)])
    held.set()
    errors = [write.exception(20) for write in (*small, large)]
    assert [StoreUnavailable] * (company + 1) == [type(error) for error in errors]
    assert len({id(error) for error in errors}) == company + 1
    assert scene.see(logs.of_run, scene.run.id) == []
    scene.do(logs.add, [scene.make.log(scene.run, "small")])


def test_a_locked_store_does_not_block_the_loop(file):
    """While another process holds the lock, the event loop goes on and the write ends in an error (invariant 9)."""
    store = open_store(str(file), patience=1)
    scene = Scene.begin(store)

    async def write():
        ticks = []

        async def tick():
            while True:
                ticks.append(future.done())
                await asyncio.sleep(0.001)

        future = store.write(logs.add, [scene.make.log(scene.run, "x")])
        ticking = asyncio.create_task(tick())
        with pytest.raises(StoreUnavailable, match="locked"):
            await asyncio.wrap_future(future)
        ticking.cancel()
        return ticks

    with locked(file):
        ticks = asyncio.run(write())
    # One that stood still would have had two or three.
    assert ticks.count(False) > 10
    store.close()


def test_damage_that_is_met_later_is_said(scene, file, tmp_path):
    """A page that is damaged while the store is open fails the read with StoreCorrupt."""
    scene.do(logs.add, [scene.make.log(scene.run, "x" * 500) for _ in range(200)])
    scene.store.close()
    content = file.read_bytes()
    copy = tmp_path / "copy.db"
    copy.write_bytes(content)
    store = open_store(str(copy))
    with copy.open("r+b") as raw:
        raw.seek(len(content) // 2)
        raw.write(b"\xff" * (len(content) // 2))
    with pytest.raises(StoreCorrupt, match="is damaged"):
        store.read(logs.of_run, scene.run.id).result(20)
    store.close()


def test_a_cancelled_write_is_not_begun(scene, held):
    """A Future that is cancelled while it waits is not carried out; one whose group has begun cannot be cancelled."""
    first = held.start()
    cancelled = scene.store.write(logs.add, [scene.make.log(scene.run, "never")])
    assert cancelled.cancel()
    assert not first.cancel()
    held.set()
    first.result(20)
    assert scene.see(logs.of_run, scene.run.id) == []


def test_reading_does_not_wait_for_writing(scene, held):
    """A read is answered while a write is at work, with what was committed before."""
    held.start()
    scene.store.write(logs.add, [scene.make.log(scene.run, "later")])
    assert scene.see(logs.of_run, scene.run.id) == []


def test_reading_cannot_write(scene):
    """An operation that writes is refused by the reading connection."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        scene.see(logs.add, [scene.make.log(scene.run, "never")])
    assert scene.see(logs.of_run, scene.run.id) == []


def test_a_read_sees_what_was_confirmed_before(scene):
    """After a write's Future resolves, every read sees it, a hundred times over."""
    for number in range(100):
        scene.do(logs.add, [scene.make.log(scene.run, str(number))])
        assert len(scene.see(logs.of_run, scene.run.id)) == number + 1


def test_writing_from_many_threads(scene):
    """Writes from eight threads at once all arrive, each thread's in its order."""

    def write(thread):
        for number in range(50):
            scene.do(logs.add, [scene.make.log(scene.run, f"{thread} {number}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    lines = [line.message.split() for line in scene.see(logs.of_run, scene.run.id)]
    for thread in range(8):
        assert [str(n) for n in range(50)] == [number for of, number in lines if of == str(thread)]


@pytest.mark.parametrize("way", ["write", "read"])
def test_the_thread_outlives_what_it_meets(scene, way):
    """Even SystemExit in an operation is that Future's exception; the next operation is done."""

    def leave(conn):
        raise SystemExit(3)

    method = getattr(scene.store, way)
    assert isinstance(method(leave).exception(20), SystemExit)
    assert T.RUNNING is method(runs.get, scene.run.id).result(20).state.type


def test_a_result_is_not_kept(scene):
    """The store's threads keep no result alive after its Future is gone."""

    class Thing:
        pass

    for method in (scene.store.write, scene.store.read):
        thing = weakref.ref(method(lambda conn: Thing()).result(20))
        for _ in range(1000):
            gc.collect()
            if thing() is None:
                break
            time.sleep(0.01)
        assert thing() is None


def test_closing_finishes_what_is_queued(scene, held):
    """close waits for everything that was handed in; what comes after it is refused; closing twice is once."""
    held.start()
    writes = [scene.store.write(logs.add, [scene.make.log(scene.run, str(n))]) for n in range(10)]
    closing = threading.Thread(target=scene.store.close)
    closing.start()
    held.set()
    closing.join(20)
    assert all(write.done() and write.exception() is None for write in writes)
    with pytest.raises(StoreUnavailable, match="closed in this process"):
        scene.advance(T.COMPLETED)
    with pytest.raises(StoreUnavailable, match="closed in this process"):
        scene.see(runs.get, scene.run.id)
    scene.store.close()


def test_a_closed_store_leaves_one_file(scene, file):
    """After the last close the journal is folded into the file, which can then be copied by itself."""
    assert len(list(file.parent.glob("hitl.db*"))) > 1
    scene.store.close()
    assert [each.name for each in file.parent.glob("hitl.db*")] == ["hitl.db"]


def test_changed_tells_of_others_only(scene, file):
    """changed is true once after another connection committed, and never for our own writes or others' reads."""
    scene.advance(T.COMPLETED)
    assert not scene.store.changed()
    other = open_store(str(file))
    scene.store.changed()  # opening looks whether it can write
    other.read(runs.get, scene.run.id).result(20)
    assert not scene.store.changed()
    other.write(logs.add, [scene.make.log(scene.run, "theirs")]).result(20)
    assert scene.store.changed()
    assert not scene.store.changed()
    scene.do(logs.add, [scene.make.log(scene.run, "ours")])
    assert not scene.store.changed()
    assert other.changed()
    other.close()


def test_changed_is_not_hidden_by_our_own_write(scene, file):
    """A commit of ours between another's and the next look does not swallow the other's."""
    scene.store.changed()
    other = open_store(str(file))
    other.write(logs.add, [scene.make.log(scene.run, "theirs")]).result(20)
    scene.do(logs.add, [scene.make.log(scene.run, "ours")])
    assert scene.store.changed()
    other.close()


def test_changed_of_a_closed_store_is_an_error(store):
    """changed says that the store is closed, and does not hang."""
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.changed()
