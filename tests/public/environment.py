"""An environment with public packages that have models, and a library that makes values for them.

Made once, beside the one that runs the tests, whose packages it sees; `make clean` removes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import site
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ["mcp-types==2.3.0", "openapi-pydantic==0.6.0", "scim2-models==0.12.3", "openai==3.57.0"]
REQUIRED = [*PACKAGES, "polyfactory==3.5.0"]
WHERE = "import site, json; print(json.dumps(site.getsitepackages()))"
HOME = ROOT / ".make" / f"public-{hashlib.sha256(' '.join(REQUIRED).encode()).hexdigest()[:8]}"
PYTHON = HOME / "bin" / "python"


class NotInstalled(Exception):
    """Raised when the packages cannot be had; its text says why."""


def install() -> None:
    """Make the environment, if it is not there.

    Raises
    ------
    NotInstalled
        The packages cannot be had.
    """
    if (HOME / "complete").exists():
        return
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(HOME)])
        [packages] = json.loads(_run([str(PYTHON), "-c", WHERE]))
        beside = "\n".join(f"import site; site.addsitedir({folder!r})" for folder in site.getsitepackages())
        (Path(packages) / "beside.pth").write_text(beside)
        _run([str(PYTHON), "-m", "pip", "install", "--quiet", *REQUIRED])
    except subprocess.CalledProcessError as error:
        raise NotInstalled(error.stderr[-1000:]) from error
    (HOME / "complete").touch()


def results(package: str, every: int, seed: int) -> dict[str, Any]:
    """Give what becomes of a package's models."""
    found: dict[str, Any] = json.loads(
        _run([str(PYTHON), "-m", "tests.public.program", package, str(every), str(seed)])
    )
    return found


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
