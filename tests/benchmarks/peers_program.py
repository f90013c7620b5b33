"""Runs in a kernel that has the peers: makes forms of the same classes with each, and says what that took."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Self

from ipykernel.comm.comm import BaseComm

from tests.benchmarks.bench_forms import model_of

KINDS = ("ours", "ipywidgets", "ipyautoui", "magicgui")
"""Ours in both ways of drawing, and the peers."""


def maker(kind: str) -> Callable[[Any], Any]:
    """Give what makes the widget of a class."""
    if kind == "ipyautoui":
        from ipyautoui import AutoUi

        return AutoUi
    if kind == "magicgui":
        from magicgui.application import use_app
        from magicgui.schema._ui_field import build_widget

        use_app("ipynb")
        return lambda model: build_widget(model).native
    from hitl_jupyter.widgets import Form

    return lambda model: Form(model, renderer="anywidget" if kind == "ours" else "ipywidgets")


def measure(kind: str, count: int, rounds: int) -> None:
    """Print seconds for each round, those of the processor among them, and what crosses to the page in one.

    That is comms, and KiB without the script of our form.
    """
    make = maker(kind)
    make(model_of(count))
    times, worked = [], []
    for _ in range(rounds):
        model = model_of(count)
        began, busy = time.perf_counter(), time.process_time()
        make(model)
        times.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
    with _Counted() as counted:
        make(model_of(count))
    print(json.dumps({"times": times, "cpu": worked, "comms": counted.comms, "kib": counted.bytes / 1024}))


def measure_next(rounds: int) -> None:
    """Print what it takes to have the form of a class ask the next thing."""
    from hitl_jupyter.widgets import Form

    form = Form(model_of(10))
    values = [{"f0": f"text {at}", "f1": at % 10, "f3": bool(at % 2), "f7": "y", "f8": at} for at in range(rounds)]
    times = []
    with _Counted() as counted:
        for value in values:
            began = time.perf_counter()
            form.fill(value)
            times.append(time.perf_counter() - began)
    print(json.dumps({"p50": statistics.median(times), "times": times, "comms": counted.comms}))


class _Counted:
    """Counts the comms that are opened, and what is sent over them."""

    comms = 0
    bytes = 0

    def __enter__(self) -> Self:
        self._publish = publish = BaseComm.publish_msg

        def counting(comm: Any, msg_type: str, data: Any = None, *arguments: Any, **more: Any) -> Any:
            self.comms += msg_type == "comm_open"
            state = (data or {}).get("state", {})
            rest = {key: value for key, value in state.items() if key not in ("_esm", "_css")}
            self.bytes += len(json.dumps({**(data or {}), "state": rest}, default=repr))
            return publish(comm, msg_type, data, *arguments, **more)

        BaseComm.publish_msg = counting
        return self

    def __exit__(self, *_: object) -> None:
        BaseComm.publish_msg = self._publish


class Shown:
    """Forms for a page: each call makes that of a fresh class."""

    def __init__(self, kind: str, count: int, rounds: int) -> None:
        self._make = maker(kind)
        self._models = [model_of(count) for _ in range(rounds)]

    def __call__(self) -> Any:
        """Give the next widget."""
        return self._make(self._models.pop())
