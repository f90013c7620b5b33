"""Models of public packages that nobody wrote for this: each is a form, and values go through it unchanged.

The packages are installed into an environment of their own; where they cannot be had, these tests are skipped.
"""

from __future__ import annotations

import json

import pytest

from tests.environment import Environment, NotInstalled

pytestmark = pytest.mark.timeout(900)

PUBLIC = Environment(
    "public",
    *("mcp-types==2.3.0", "openapi-pydantic==0.6.0", "scim2-models==0.12.3", "openai==3.57.0"),
    # Makes values for models.
    "polyfactory==3.5.0",
)
PACKAGES = {"mcp_types": (1, 450), "openapi_pydantic": (1, 50), "scim2_models": (1, 30), "openai.types": (20, 100)}
"""Of how many models one is taken, by name, and how many there are at least."""


@pytest.fixture(scope="module")
def public():
    """The environment with the packages."""
    try:
        PUBLIC.install()
    except NotInstalled as error:
        pytest.skip(f"the public packages cannot be installed here: {error}")


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("package", PACKAGES)
def test_every_model_is_a_form_through_which_values_go_unchanged(package):
    """Each model opens; valid values that are filled in come back equal, invalid ones are refused at their place."""
    every, least = PACKAGES[package]
    found = json.loads(PUBLIC.run("-m", "tests.public.program", package, str(every), "1"))
    counts = found["counts"]
    print(f"\n{package}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    assert [] == found["failures"]
    assert least <= counts["models"] == counts["opened"]
    assert 0 < counts["valid values"] == counts["equal"]
    assert 0 < counts["refused in place"]
