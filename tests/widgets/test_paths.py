"""What a path that is being typed may become."""

from __future__ import annotations

import pytest

from hitl_jupyter.widgets.paths import MOST, complete


@pytest.fixture
def there(tmp_path):
    """A folder with some names in it."""
    for folder in ("Alps", "old"):
        (tmp_path / folder).mkdir()
    for name in ("alpha.txt", ".hidden", "größe"):
        (tmp_path / name).write_text("")
    return tmp_path


def names(text, **how):
    return [
        path.rpartition("/")[2] or path.rstrip("/").rpartition("/")[2] + "/" for path in complete(text, **how).paths
    ]


def test_names_that_begin_with_the_text(there):
    """Large and small letters are alike; a folder has a slash at its end, and hidden names need their dot."""
    assert ["alpha.txt", "Alps/", "größe", "old/"] == names(f"{there}/")
    assert ["alpha.txt", "Alps/"] == names(f"{there}/AL")
    assert [".hidden"] == names(f"{there}/.")
    assert ["Alps/", "old/"] == names(f"{there}/", folders=True)


def test_text_that_leads_nowhere(there):
    """A folder that is not there, a file, a byte that no path has: nothing is offered, and nothing fails."""
    for text in (f"{there}/nowhere/", f"{there}/alpha.txt/", "\0", f"{there}/zzz"):
        assert () == complete(text).paths


def test_folder_that_must_not_be_read(there, monkeypatch):
    """What the kernel may not look into has nothing to offer."""

    def refuse(folder):
        raise PermissionError(folder)

    monkeypatch.setattr("os.scandir", refuse)
    assert () == complete(f"{there}/").paths


def test_relative_paths_stay_relative(there, monkeypatch):
    """A path begins where the kernel is; the home folder is written out, for a path does not know the tilde."""
    monkeypatch.chdir(there)
    monkeypatch.setenv("HOME", str(there))
    assert ("Alps/",) == complete("Alps").paths
    assert (f"{there}/Alps/",) == complete("~/Alps").paths


def test_more_than_anybody_reads(tmp_path):
    """Of many names the first ones are told, and how many there are besides."""
    for number in range(MOST + 7):
        (tmp_path / f"{number:03}").write_text("")
    found = complete(f"{tmp_path}/")
    assert (MOST, 7, f"{tmp_path}/000") == (len(found.paths), found.more, found.paths[0])
