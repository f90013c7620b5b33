"""What mypy makes of the API."""

from __future__ import annotations

from pathlib import Path

from mypy import api


def test_the_api_keeps_the_types_of_its_users():
    """A RunInput class stays itself, with initial data too, and a verdict is of the class that was asked for."""
    here = Path(__file__)
    config = here.parents[2] / "pyproject.toml"
    said, _, status = api.run(["--config-file", str(config), str(here.with_name("typing_api.py"))])
    of_this_file = [line for line in said.splitlines() if "typing_api.py" in line]
    assert ([], True) == (of_this_file, status in (0, 1))
