"""Real servers for the browser tests: JupyterLab (with Notebook 7 in the same process) and Voila.

Each has folders of its own for settings, data and kernels, and a store of its own, so that nothing of the person who
runs the tests is read or written.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
TOKEN = "let-me-in"
STARTS_WITHIN = 120

LAB_SETTINGS = {
    # Nothing pops up over the page, and the theme is the one that the browser prefers.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "apputils-extension/themes": {
        "adaptive-theme": True,
        "preferred-light-theme": "JupyterLab Light",
        "preferred-dark-theme": "JupyterLab Dark",
    },
    # The kernel's completions are left out where they take longer, by default a second.
    "completer-extension/manager": {"providerTimeout": 60_000},
    # A file that is saved while a test is cleaned up would ask what to do.
    "docmanager-extension/plugin": {"autosave": False},
}


@dataclass(frozen=True)
class Server:
    """A server that runs: where it is, and the folder that it serves."""

    url: str
    folder: pathlib.Path
    log: pathlib.Path

    def kernels(self) -> list[dict]:
        """Give the kernels that run."""
        with self._call("GET", "api/kernels") as reply:
            return json.load(reply)

    def is_ready(self, name: str) -> bool:
        """Tell whether a notebook has its one kernel, idle and connected to its page."""
        with self._call("GET", "api/sessions") as reply:
            kernels = [session["kernel"] for session in json.load(reply) if session["path"] == name]
        return [("idle", 1)] == [(kernel["execution_state"], kernel["connections"]) for kernel in kernels]

    def reopens(self, name: str) -> bool:
        """Tell whether JupyterLab would open a notebook again when its page is loaded again."""
        with self._call("GET", "lab/api/workspaces/default") as reply:
            return name in json.dumps(json.load(reply)["data"].get("layout-restorer:data", {}))

    def keeps(self, *words: str) -> bool:
        """Tell whether what somebody has typed and not sent is in the store."""
        with contextlib.closing(sqlite3.connect(self.folder.parent / "hitl.db")) as store:
            drafts = store.execute("SELECT draft FROM pause WHERE draft IS NOT NULL").fetchall()
        return any(all(word in draft for word in words) for (draft,) in drafts)

    def shut_down_kernels(self) -> None:
        """End every kernel and see them gone, so that the next test has the machine for itself."""
        end = time.monotonic() + STARTS_WITHIN
        while kernels := self.kernels():
            assert time.monotonic() < end, kernels
            for kernel in kernels:
                try:
                    self._call("DELETE", f"api/kernels/{kernel['id']}").close()
                except urllib.error.HTTPError as error:
                    # The page is ending it at the same time.
                    error.close()

    def _call(self, method: str, path: str):
        headers = {"Authorization": f"token {TOKEN}"}
        return urllib.request.urlopen(urllib.request.Request(self.url + path, method=method, headers=headers))


@contextlib.contextmanager
def jupyter_lab(home: pathlib.Path) -> Iterator[Server]:
    """Run JupyterLab over a copy of the notebooks."""
    options = [
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.ip=127.0.0.1",
        "--allow-root",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        # So that a test can open and close notebooks without loading the whole page again.
        "--LabApp.expose_app_in_browser=True",
    ]
    with _serving(
        home, ["jupyterlab", "--no-browser", *options], "--ServerApp.port={}", "--ServerApp.root_dir={}"
    ) as server:
        yield server


@contextlib.contextmanager
def voila(home: pathlib.Path) -> Iterator[Server]:
    """Run Voila over a copy of the notebooks."""
    options = ["--no-browser", "--Voila.ip=127.0.0.1", f"--token={TOKEN}"]
    # As behind a proxy that knows who is there.
    options.append("--VoilaConfiguration.http_header_envs=['X-Forwarded-User']")
    with _serving(home, ["voila", *options], "--port={}", "{}") as server:
        yield server


@contextlib.contextmanager
def _serving(home: pathlib.Path, command: list[str], at_port: str, of_folder: str) -> Iterator[Server]:
    folder = home / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".*"))
    _settle(home)
    port = _free_port()
    server = Server(f"http://127.0.0.1:{port}/", folder, home / "server.log")
    # Kernels with files and no ports, as in `tests/kernel/notebook.py`.
    options = ["--KernelManager.transport=ipc", at_port.format(port), of_folder.format(folder)]
    argv = [sys.executable, "-m", *command, *options]
    with (
        server.log.open("w") as log,
        tempfile.TemporaryDirectory(prefix="hitl-", ignore_cleanup_errors=True) as sockets,
    ):
        environment = {**_environment(home), "JUPYTER_RUNTIME_DIR": sockets}
        process = subprocess.Popen(
            argv, cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_for(server, process)
            yield server
        finally:
            _end(process)


def _settle(home: pathlib.Path) -> None:
    for name, settings in LAB_SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    # The JupyterLab extension of this tree, as an installed wheel has it.
    extensions = home / "data" / "labextensions"
    extensions.mkdir(parents=True)
    # A copy: Voila gives nothing away that a link leads to.
    shutil.copytree(ROOT / "hitl_jupyter" / "labextension", extensions / "hitl-jupyter")


def _environment(home: pathlib.Path) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "HITL_STORE": "hitl.db",
    }
    # The kernels must import this tree, also where it is not installed.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # The extension of this tree comes before a copy that is installed.
    more = {"PYTHONPATH": path, "JUPYTER_PREFER_ENV_PATH": "0"}
    return {**os.environ, **more, **{name: str(home / folder) for name, folder in folders.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: Server, process: subprocess.Popen) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended: {server.log.read_text()[-2000:]}"
        try:
            urllib.request.urlopen(f"{server.url}?token={TOKEN}").close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the server never answered: {server.log.read_text()[-2000:]}")


def _end(process: subprocess.Popen) -> None:
    # Its kernels are in groups of their own, and end with it when it is asked politely.
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
