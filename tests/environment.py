"""Environments of their own for packages that this project is tried with or compared to, and never requires.

Each is made once, beside the one that runs the tests, whose packages it sees; `make clean` removes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import site
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHERE = "import site, json; print(json.dumps(site.getsitepackages()))"


class NotInstalled(Exception):
    """Raised when the packages cannot be had; its text says why."""


class Environment:
    """A Python that has some packages more."""

    def __init__(self, name: str, *required: str) -> None:
        self.required = required
        version = hashlib.sha256(" ".join([sys.version, *required]).encode()).hexdigest()[:8]
        self.home = ROOT / ".make" / f"{name}-{version}"
        self.python = self.home / "bin" / "python"

    def install(self) -> None:
        """Make the environment, if it is not there.

        Raises
        ------
        NotInstalled
            The packages cannot be had.
        """
        if (self.home / "complete").exists():
            return
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", self.home], check=True, capture_output=True, text=True
            )
            [packages] = json.loads(self.run("-c", WHERE))
            beside = "\n".join(f"import site; site.addsitedir({folder!r})" for folder in site.getsitepackages())
            (Path(packages) / "beside.pth").write_text(beside)
            self.run("-m", "pip", "install", "--quiet", *self.required)
        except subprocess.CalledProcessError as error:
            raise NotInstalled(error.stderr[-1000:]) from error
        (self.home / "complete").touch()

    def run(self, *arguments: str) -> str:
        """Run its Python over this tree and give what it prints."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [str(self.python), *arguments]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
        return done.stdout
