"""asyncio.run and its relatives in a script in a real kernel: as Python has them, on the kernel's loop."""

from __future__ import annotations

import pytest

from tests.kernel.scripts.programs import ASKS, ran


def test_asyncio_run_ends_what_it_began(ready, script):
    """Tasks that are left are cancelled and awaited, async generators closed, other people's tasks left alone."""
    ready.run(
        "async def forever():\n    await asyncio.sleep(1000)\n\n"
        "others = asyncio.get_running_loop().create_task(forever())"
    )
    cell = script(
        """
        import asyncio
        from contextvars import ContextVar
        seen, kept = [], []
        async def lost():
            try:
                await asyncio.sleep(1000)
            finally:
                seen.append("cancelled")
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                seen.append("closed")
        async def main():
            asyncio.create_task(lost())
            g = numbers()
            kept.append(g)
            print(await anext(g))
            await asyncio.sleep(0)
            return "value"
        print(asyncio.run(main()), sorted(seen))
        """
    )
    assert "1\nvalue ['cancelled', 'closed']\n" == ran(ready, cell)
    assert "False" == ready.run("others.done()").result
    ready.run("others.cancel()")


def test_errors_of_left_tasks_go_to_the_loops_handler(ready, script):
    """A task that fails while it is cancelled is reported as asyncio.run reports it."""
    cell = script(
        """
        import asyncio
        async def bad():
            try:
                await asyncio.sleep(1000)
            except asyncio.CancelledError:
                raise OSError("while ending")
        async def main():
            asyncio.get_running_loop().set_exception_handler(lambda loop, c: print(c["message"], c["exception"]))
            asyncio.create_task(bad())
            await asyncio.sleep(0)
        asyncio.run(main())
        """
    )
    assert "unhandled exception during asyncio.run() shutdown while ending\n" == ran(ready, cell)


def test_asyncio_run_refuses_what_the_real_one_refuses(ready, script):
    """Within a coroutine, without a coroutine, on a closed runner or loop: Python's own words."""
    cell = script(
        """
        import asyncio
        async def nothing(): pass
        def tell(f, *args):
            c = nothing()
            try: f(c, *args)
            except Exception as e: print(type(e).__name__, e)
            finally: c.close()
        async def inner():
            tell(asyncio.run)
            tell(asyncio.Runner().run)
        asyncio.run(inner())
        tell(lambda c: asyncio.run(5))
        runner = asyncio.Runner(); runner.run(nothing()); runner.close()
        tell(runner.run)
        loop = asyncio.new_event_loop(); loop.close()
        tell(loop.run_until_complete)
        tell(lambda c: asyncio.run(boom()))
        async def boom(): raise KeyError("mine")
        tell(lambda c: asyncio.run(boom()))
        """
    )
    assert [
        "RuntimeError asyncio.run() cannot be called from a running event loop",
        "RuntimeError Runner.run() cannot be called from a running event loop",
        "ValueError a coroutine was expected, got 5",
        "RuntimeError Runner is closed",
        "RuntimeError Event loop is closed",
        "NameError name 'boom' is not defined",
        "KeyError 'mine'",
    ] == ran(ready, cell).splitlines()


def test_a_runner_keeps_its_context_and_its_tasks(ready, script):
    """Several runs of one Runner share their context variables; a task that goes on between them ends with it."""
    cell = script(
        """
        import asyncio
        from contextvars import ContextVar
        var = ContextVar("var", default=0)
        async def begin():
            var.set(7)
            global task
            task = asyncio.create_task(asyncio.sleep(1000))
        async def look():
            return var.get(), task.done()
        with asyncio.Runner(debug=True) as runner:
            runner.run(begin())
            print(runner.run(look()), var.get(), runner.get_loop().is_closed())
        print(task.cancelled())
        """
    )
    assert "(7, False) 0 False\nTrue\n" == ran(ready, cell)


def test_run_forever_and_stop(ready, script):
    """loop.stop() ends the script's wait and not the kernel's loop, also when a coroutine calls the running loop's."""
    cell = script(
        """
        import asyncio
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        async def work(stop):
            await asyncio.sleep(0.01)
            print("worked", isinstance(loop, asyncio.AbstractEventLoop), loop.is_running())
            stop()
        loop.create_task(work(loop.stop))
        loop.run_forever()
        loop.create_task(work(lambda: asyncio.get_running_loop().stop()))
        loop.run_forever()
        print(asyncio.get_event_loop() is loop, loop.is_running())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        """
    )
    assert "worked True True\nworked True True\nTrue False\n" == ran(ready, cell)


def test_the_scripts_own_threads_have_the_real_one(ready, script):
    """In a thread asyncio.run makes a loop of its own, as ever; main sees both worlds."""
    cell = script(
        """
        import asyncio, threading
        async def loop():
            return asyncio.get_running_loop()
        found = []
        thread = threading.Thread(target=lambda: found.append(asyncio.run(loop())))
        thread.start(); thread.join()
        async def beside():
            return await asyncio.to_thread(lambda: asyncio.run(loop()))
        print(found[0].is_closed(), asyncio.run(beside()).is_closed(), asyncio.run(loop()).is_closed())
        """
    )
    assert "True True False\n" == ran(ready, cell)


@pytest.mark.parametrize(
    "policy",
    [
        "asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())",
        "import uvloop; uvloop.install()",
        "import uvloop; asyncio.set_event_loop(uvloop.new_event_loop())",
    ],
)
def test_an_event_loop_of_its_own_is_told_and_changes_nothing(ready, script, policy):
    """The kernel keeps its loop and its policy; the script runs on it all the same, and one sentence says so."""
    before = ready.run("asyncio.get_event_loop_policy()").result
    cell = script(
        "import asyncio, warnings\nwarnings.simplefilter('ignore')\n"
        + policy
        + "\n"
        + policy
        + ASKS
        + "print('got', asyncio.run(agreet()))",
        name="own.py",
    )
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="x")
    assert (
        "own.py: it asks for an event loop of its own kind, which cannot run inside the notebook's. Its coroutines run "
        "on the notebook's loop.\ngot x\n"
    ) == ran(ready, cell)
    assert before == ready.run("asyncio.get_event_loop_policy()").result


@pytest.mark.parametrize(("package", "call"), [("anyio", "anyio.run(agreet)"), ("uvloop", "uvloop.run(agreet())")])
def test_the_runs_of_other_packages(ready, script, package, call):
    """anyio.run and uvloop.run go on in the kernel's loop as asyncio.run does; afterwards they are the real ones."""
    cell = script(ASKS + f"import {package}\nprint({call})")
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="Jeff")
    assert "Jeff" == ran(ready, cell).splitlines()[-1]
    found = ready.run(f"import {package}\nprint({package}.run.__code__.co_filename)").text
    assert f"/{package}/" in found
