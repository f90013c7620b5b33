"""A process that receives numbers and sends their squares back; says the id of its run, and what it has got."""

from __future__ import annotations

import sys
import time

from hitl_jupyter import RunInput, flow, task


class Number(RunInput):
    number: int


@task
def note(number) -> int:
    print(number, flush=True)
    return number


@flow
def square(done=0):
    squares = []
    for data in Number.receive(timeout=60):
        if data.number == done:
            break
        squares.append(note(data.number) ** 2)
        data.respond(Number(number=squares[-1]))
    return squares


if __name__ == "__main__":
    run = square.start()
    while run.state is None:
        time.sleep(0.01)
    print(run.id, flush=True)
    print(sum(run.result()), file=sys.stdout, flush=True)
