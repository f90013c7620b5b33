"""Flows that ask: `pause_flow_run` with and without a form, and two flows that send each other inputs."""

import asyncio
import threading
import time

from prefect import flow, get_run_logger, pause_flow_run, resume_flow_run, task
from prefect.exceptions import NotPausedError
from prefect.input import RunInput, receive_input, send_input
from prefect.runtime import flow_run

POLL = 0.1


class Shirt(RunInput):
    size: str
    number: int = 1


class Greeting(RunInput):
    text: str
    polite: bool = False


def answer(answers) -> None:
    """Do what a person does: look until the run waits, then answer each of its questions."""
    end = time.monotonic() + 60
    while not running and time.monotonic() < end:
        time.sleep(0.05)
    for data in answers:
        while time.monotonic() < end:
            try:
                resume_flow_run(running[0], run_input=data)
                break
            except (NotPausedError, RuntimeError):
                # It does not wait yet, or its form is not there yet.
                time.sleep(0.05)


running: list = []


def asked(call, *answers):
    """Give what a flow gives whose questions are answered."""
    running.clear()
    person = threading.Thread(target=answer, args=(answers,))
    person.start()
    try:
        return call()
    finally:
        person.join()


@flow(log_prints=True)
def order() -> str:
    running.append(flow_run.id)
    shirt = pause_flow_run(
        wait_for_input=Shirt.with_initial_data(description="**Which** shirt?", number=2), poll_interval=POLL
    )
    print(f"{shirt.number} shirts, size {shirt.size}", isinstance(shirt, Shirt))
    return shirt.size


@flow(log_prints=True)
async def greet() -> str:
    running.append(flow_run.id)
    name = await pause_flow_run(str, poll_interval=POLL)
    again = await pause_flow_run(int, poll_interval=POLL, key="times")
    return f"{name}, " * again


@flow
def only_wait() -> str:
    running.append(flow_run.id)
    return repr(pause_flow_run(poll_interval=POLL))


@task
def ask_in_a_task() -> int:
    running.append(flow_run.id)
    return pause_flow_run(int, poll_interval=POLL)


@flow
def through_a_task() -> int:
    return ask_in_a_task() + 1


@flow(log_prints=True)
def too_late() -> None:
    pause_flow_run(str, timeout=1, poll_interval=POLL)


@flow(log_prints=True)
async def greeter(wanted: int) -> int:
    ready["greeter"] = flow_run.id
    seen = 0
    async for name in receive_input(str, timeout=30, poll_interval=POLL, with_metadata=True):
        print(f"{name.value} is there", name.metadata.sender == f"prefect.flow-run.{ready['guest']}")
        await name.respond(Greeting(text=f"Hello, {name.value}", polite=name.value == "Ada"))
        seen += 1
        if seen == wanted:
            break
    return seen


@flow
async def guest(names: list[str]) -> list[str]:
    ready["guest"] = flow_run.id
    while "greeter" not in ready:
        await asyncio.sleep(0.05)
    greetings = Greeting.receive(timeout=30, poll_interval=POLL)
    found = []
    for name in names:
        await send_input(name, flow_run_id=ready["greeter"])
        greeting = await greetings.next()
        get_run_logger().info("%s %s", greeting.text, greeting.polite)
        found.append(greeting.text)
    return found


@flow
async def nobody_writes() -> str:
    async for _ in receive_input(int, timeout=0.3, poll_interval=POLL):
        raise AssertionError
    try:
        await receive_input(int, timeout=0.3, poll_interval=POLL).next()
    except TimeoutError as error:
        return f"TimeoutError: {error}"


@flow
def letters() -> list[str]:
    mine = flow_run.id
    for letter in ("a", "b", "c"):
        send_input(letter, flow_run_id=mine)
    found = []
    receiver = receive_input(str, timeout=10, poll_interval=POLL)
    for letter in receiver:
        found.append(letter)
        if len(found) == 3:
            break
    again = list(receive_input(str, timeout=0.3, poll_interval=POLL, exclude_keys=receiver.exclude_keys))
    return [*found, len(again)]


ready: dict = {}


async def both():
    """Have the two flows talk."""
    return await asyncio.gather(greeter(2), guest(["Ada", "Bob"]))


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except Exception as error:
        print(f"{name} raises {type(error).__name__}: {error}")


def main():
    attempt("order", lambda: asked(order, {"size": "m"}))
    attempt("greet", lambda: asked(lambda: asyncio.run(greet()), {"value": "Ada"}, {"value": 2}))
    attempt("only wait", lambda: asked(only_wait, {}))
    attempt("through a task", lambda: asked(through_a_task, {"value": 4}))
    attempt("too late", too_late)
    attempt("outside", lambda: pause_flow_run(str))
    attempt("negative", flow(lambda: pause_flow_run(str, timeout=-1), name="negative"))
    attempt("not paused", lambda: resume_flow_run(running[0]))
    attempt("both", lambda: asyncio.run(both()))
    attempt("nobody writes", lambda: asyncio.run(nobody_writes()))
    attempt("letters", letters)


if __name__ == "__main__":
    main()
