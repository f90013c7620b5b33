"""A program under a real Prefect: run in an environment of its own, against a server of its own, then asked for."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
from typing import Any

from tests.benchmarks.bench_prefect import run, server
from tests.prefect.observation import Observation, line, observation, program, state

QUIET = 3.0
"""Seconds without anything new after which the server is taken to have all: it takes task runs in behind their end."""


def observe(name: str) -> Observation:
    """Run a program and give what Prefect did."""
    with tempfile.TemporaryDirectory() as home, server(home) as environment:
        printed = run(str(program(name)), **{**environment, "PREFECT_LOGGING_LEVEL": "INFO"})
        api = _Api(environment["PREFECT_API_URL"])
        runs, since = api.runs(), time.monotonic()
        while time.monotonic() < since + QUIET:
            time.sleep(0.5)
            now = api.runs()
            if now != runs:
                runs, since = now, time.monotonic()
        return observation(printed, runs)


class _Api:
    def __init__(self, url: str) -> None:
        self._url = url

    def runs(self) -> list[dict[str, Any]]:
        """Give all flow runs, with all that belongs to each."""
        found = self._all("flow_runs", sort="START_TIME_ASC")
        flows = {flow["id"]: flow["name"] for flow in self._all("flows")}
        artifacts = self._all("artifacts")
        names = {run["id"]: run["name"] for run in found}
        by_task = {run["parent_task_run_id"]: run["name"] for run in found if run["parent_task_run_id"]}
        tasks = self._all("task_runs")
        parents = {task["id"]: task["flow_run_id"] for task in tasks if task["id"] in by_task}
        return [
            {
                "flow": flows[run["flow_id"]],
                "name": run["name"],
                "parent": names.get(parents.get(run["parent_task_run_id"], "")),
                "tags": run["tags"],
                "states": self._states("flow_run", run["id"]),
                "logs": self._logs(run["id"], None),
                "artifacts": [
                    {name: one[name] for name in ("type", "key", "description", "data")}
                    for one in artifacts
                    # Those without a type are results that it keeps.
                    if one["flow_run_id"] == run["id"] and one["type"] is not None
                ],
                "tasks": [
                    {
                        "name": task["name"],
                        "tags": task["tags"],
                        "states": self._states("task_run", task["id"]),
                        "logs": self._logs(run["id"], task["id"]),
                    }
                    for task in tasks
                    # A subflow has a task run that stands for it in its parent.
                    if task["flow_run_id"] == run["id"] and task["id"] not in by_task
                ],
            }
            for run in found
        ]

    def _states(self, kind: str, id_: str) -> list[str]:
        found = self._ask(f"{kind}_states/?{kind}_id={id_}")
        return [state(one["type"], one["name"], one["message"]) for one in found]

    def _logs(self, run_id: str, task_run_id: str | None) -> list[str]:
        found = self._all("logs", logs={"flow_run_id": {"any_": [run_id]}}, sort="TIMESTAMP_ASC")
        return [line(one["level"], one["message"]) for one in found if one["task_run_id"] == task_run_id]

    def _all(self, what: str, **filters: Any) -> list[Any]:
        found: list[Any] = []
        while True:
            some = self._ask(f"{what}/filter", {**filters, "limit": 200, "offset": len(found)})
            found += some
            if len(some) < 200:
                return found

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self._url}/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=30) as response:
            return json.load(response)
