"""What the documents say is true: the README's programs run, links lead somewhere, the API has the promised types."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hitl_jupyter import resume_flow_run
from tests.engine.conftest import desk, empty_store  # noqa: F401 - fixtures

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_readmes_programs_run(desk):  # noqa: F811 - the fixture
    """The first program asks about its two items; the second starts the same flow in the background."""
    namespace: dict = {}
    worker = threading.Thread(target=exec, args=(PROGRAMS[0], namespace))
    worker.start()
    for _ in range(2):
        resume_flow_run(desk.next_question().run.id, {"label": "cat"})
    worker.join(10)
    exec(PROGRAMS[1].splitlines()[0], namespace)
    question = desk.next_question()
    assert "What is **whiskers.png**?" == question.description
    assert namespace["run"].cancel()


def test_the_programs_of_the_documents_run():
    """Those of each page, one after the other, as a reader would type them."""
    for document in (ROOT / "docs").glob("*.md"):
        namespace: dict = {}
        for program in re.findall(r"```python\n(.*?)```", document.read_text(), re.DOTALL):
            # As a reader's own file: what this one imports from the future is not in it.
            exec(compile(program, document.name, "exec", dont_inherit=True), namespace)


def test_links_lead_somewhere():
    """Every file that a document names is there."""
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} names {target}"


def test_the_readme_names_the_two_commands():
    """They are on its first screen, and the Makefile has them."""
    first_screen = "\n".join(README.splitlines()[:20])
    makefile = (ROOT / "Makefile").read_text()
    for command in ("demo", "test"):
        assert f"make {command}" in first_screen
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)


def test_the_demo_has_what_the_notebooks_import():
    """`make demo` installs no more than that; where the tests run there is more."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed, had = [*project["dependencies"], *project["optional-dependencies"]["demo"]], set()
    while listed:
        requirement = Requirement(listed.pop())
        name = canonicalize_name(requirement.name)
        if name not in had and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            had.add(name)
            listed += metadata.requires(name) or []
    home = metadata.packages_distributions()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        cells = [cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
        modules = {*re.findall(r"^(?:from|import) (\w+)", "\n".join(cells), re.MULTILINE)}
        modules -= {"hitl_jupyter", *sys.stdlib_module_names}
        assert [] == [one for one in modules if had.isdisjoint(map(canonicalize_name, home[one]))], notebook.name


def test_the_types_of_the_api():
    """`@flow` and `@task` keep parameters and results, as the files of tests/typing use them."""
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "tests/typing/api.py", "tests/typing/inputs.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == found.returncode, found.stdout


def test_the_moving_picture_moves_and_is_small():
    """It has a frame for each step of a person, and a page with it loads fast: it is under a megabyte."""
    from PIL import Image

    with Image.open(ROOT / "docs/labelling.webp") as picture:
        assert 10 < picture.n_frames
    assert 1_000_000 > (ROOT / "docs/labelling.webp").stat().st_size
