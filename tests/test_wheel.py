"""The wheel, built from a copy of the tree that holds nothing built yet, the way a release is."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

ROOT = pathlib.Path(__file__).parents[1]
EXTENSION = "data/share/jupyter/labextensions/hitl-jupyter"
BUDGETS = {"card": 91_000, "form": 60_000, "runpage": 120_000}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this tree, opened."""
    tree = tmp_path_factory.mktemp("tree")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, tree / name)
    # What npm has fetched for this tree need not be fetched again.
    installed = ROOT / "js" / "node_modules"
    if installed.is_dir():
        shutil.copytree(installed, tree / "js" / "node_modules", symlinks=True)
    scripts = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"],
        cwd=tree,
        env={**os.environ, "PATH": scripts},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == built.returncode, built.stdout[-3000:] + built.stderr[-3000:]
    [file] = (tree / "dist").glob("*.whl")
    with zipfile.ZipFile(file) as opened:
        yield opened


def names(wheel):
    """The files of the wheel, those for the environment's data folder without the name of the release."""
    return [name.partition(".data/")[2] or name for name in wheel.namelist()]


def test_card_is_in_the_package_and_within_its_budget(wheel):
    """The wheel holds all scripts and styles, once, the card's and the form's small enough to be sent with each."""
    static = [name for name in names(wheel) if name.startswith("hitl_jupyter/static/")]
    both = [f"{name}.{kind}" for name in ("card", "form", "runpage", "shown", "waiting") for kind in ("css", "js")]
    assert sorted(f"hitl_jupyter/static/{name}" for name in (*both, "files.js")) == sorted(static)
    for entry, budget in BUDGETS.items():
        sent = [name for name in static if f"/{entry}." in name]
        assert budget >= sum(wheel.getinfo(name).file_size for name in sent)


def test_lab_extension_is_where_jupyterlab_looks(wheel):
    """The wheel holds the prebuilt extension under share/jupyter, complete, and says which package it belongs to."""
    extension = {name.removeprefix(f"{EXTENSION}/") for name in names(wheel) if name.startswith(EXTENSION)}
    [source] = [name for name in wheel.namelist() if name.endswith("labextensions/hitl-jupyter/package.json")]
    package = json.loads(wheel.read(source))
    assert {"package.json", "install.json", package["jupyterlab"]["_build"]["load"]} <= extension
    install = json.loads(wheel.read(source.replace("package.json", "install.json")))
    assert ("python", "hitl_jupyter") == (install["packageManager"], install["packageName"])
    assert [] == [name for name in names(wheel) if name.startswith("hitl_jupyter/labextension")]


def test_nothing_is_twice_and_nothing_is_of_the_workshop(wheel):
    """The wheel holds no file twice, and neither tests nor sources of the bundles."""
    assert [] == [name for name, times in Counter(wheel.namelist()).items() if times > 1]
    tops = {name.partition("/")[0].partition("-")[0] for name in names(wheel)}
    assert {"hitl_jupyter", "data"} == tops
    assert [] == [name for name in names(wheel) if name.endswith((".ts", ".map", ".test.js"))]


def test_package_is_complete(wheel):
    """The wheel holds every module of the package, its types' marker, its migrations and the licence."""
    held = set(names(wheel))
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "hitl_jupyter").rglob("*.py")}
    assert set() == modules - held
    assert "hitl_jupyter/py.typed" in held
    assert [] != [name for name in held if name.startswith("hitl_jupyter/store/migrations/versions/")]
    assert [] != [name for name in held if name.endswith("licenses/LICENSE")]


def test_version_is_the_one_of_the_scripts(wheel):
    """The wheel has the version of js/package.json, which is its only home."""
    version = json.loads((ROOT / "js" / "package.json").read_text())["version"]
    [metadata] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    assert f"\nVersion: {version}\n" in wheel.read(metadata).decode()


def test_lock_file_is_complete_and_names_no_registry():
    """The lock file holds all that `npm ci` asks for on any system, and no download address."""
    packages = json.loads((ROOT / "js" / "package-lock.json").read_text())["packages"]
    assert [] == [name for name, entry in packages.items() if "resolved" in entry]
    held = {name.rpartition("node_modules/")[2] for name in packages}
    assert set() == {name for entry in packages.values() for name in entry.get("optionalDependencies", ())} - held
    # The builds for other systems are known by version alone where they were not to be had when the file was written.
    known = [name for name, entry in packages.items() if name and not entry.get("optional")]
    assert [] == [name for name in known if not packages[name].get("integrity")]
