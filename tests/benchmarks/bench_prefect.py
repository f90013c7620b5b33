"""Prefect beside the other figures: the same question in a sync and an async flow, its own server on this machine.

It is installed once, into an environment of its own that `make clean` removes. One of its requirements may be newer
than what the package index has, so it is installed without them, and they beside it with that one at any version.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.table import heading, row, spread

VERSION = "3.9.1"
HOME = Path(__file__).parents[2] / ".make" / f"prefect-{VERSION}"
PYTHON = HOME / "bin" / "python"
PROGRAM = Path(__file__).with_name("prefect_program.py")
WHEREVER = "certifi"
"""The requirement that may be any version."""
REQUIRED = "from importlib.metadata import requires; print(*requires('prefect'), sep=chr(10))"
IMPORT = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"


def main() -> None:
    """Print the rows."""
    if not install():
        return
    heading(f"Prefect {VERSION}, its server on this machine")
    imports = [float(run("-c", IMPORT.format("import prefect"))) for _ in range(6)]
    # The first reads from the disk and writes bytecode.
    row("import prefect", spread(imports[1:]))
    with tempfile.TemporaryDirectory() as home, server(home) as environment:
        for kind in ("sync", "async"):
            for poll, rounds in (("10", 6), ("0.1", 20)):
                seen = json.loads(run(str(PROGRAM), kind, poll, str(rounds), **environment))
                default = " (default)" if poll == "10" else ""
                row(f"{kind} flow: resume to next line, poll {poll} s{default}", spread(seen["resumed"]))
                row(f"{kind} flow: call to Paused visible", spread(seen["paused"]))


def install() -> bool:
    """Install it if it is not there; False, and why on the screen, if that cannot be done."""
    done = HOME / "complete"
    if done.exists():
        return True
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True, capture_output=True, text=True)
        run("-m", "pip", "install", "--no-deps", f"prefect=={VERSION}")
        needs = [need for need in run("-c", REQUIRED).splitlines() if "extra ==" not in need]
        loose = [WHEREVER if need.startswith(WHEREVER) else need for need in needs]
        run("-m", "pip", "install", *loose)
    except subprocess.CalledProcessError as error:
        print(f"\nPrefect {VERSION} cannot be installed here, and is not measured:\n{error.stderr}")
        return False
    done.touch()
    return True


def run(*arguments: str, **environment: str) -> str:
    """Run the environment's Python and give what it prints."""
    command = [str(PYTHON), *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)
    return done.stdout


@contextmanager
def server(home: str) -> Iterator[dict[str, str]]:
    """Run Prefect's server; gives what its clients need in their environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        "PREFECT_HOME": home,
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "DO_NOT_TRACK": "1",
    }
    command = [str(PYTHON), "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env={**os.environ, **environment}, **silent)
    try:
        until_healthy(process, f"{environment['PREFECT_API_URL']}/health")
        yield environment
    finally:
        process.terminate()
        process.wait(30)


def until_healthy(process: subprocess.Popen, url: str) -> None:
    """Wait for the server."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, "Prefect's server has ended"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("Prefect's server does not answer")


if __name__ == "__main__":
    main()
