"""Files at a terminal and in ``%hitl answer``: a path is typed."""

from __future__ import annotations

import pytest
from pydantic import Base64Bytes, BaseModel, Field

from hitl_jupyter.forms import Document, compile_plan, judge
from hitl_jupyter.magics import filling
from hitl_jupyter.terminal import entries, files
from hitl_jupyter.terminal.talk import Misfit
from hitl_jupyter.terminal.words import limits


class Papers(BaseModel):
    """What is asked for."""

    report: bytes = Field(json_schema_extra={"hitl": {"accept": ".pdf", "max_bytes": 1000}})
    pictures: list[bytes] = Field([], json_schema_extra={"hitl": {"control": "file"}})
    seal: Base64Bytes | None = Field(None, json_schema_extra={"hitl": {"control": "file"}})


ROOT = compile_plan(Papers).to_json()["root"]
REPORT = ROOT["fields"][0]["node"]


@pytest.fixture
def there(tmp_path):
    """Some files."""
    (tmp_path / "report.pdf").write_bytes(b"%PDF\xff")
    (tmp_path / "large.pdf").write_bytes(b"x" * 1001)
    (tmp_path / "notes.txt").write_text("größer")
    return tmp_path


def test_prompt_says_that_a_path_is_wanted():
    """The hint in the prompt names the path, the kinds and the limit."""
    assert "path of a file, .pdf, at most 1 kB" == limits(REPORT)


@pytest.mark.parametrize("before", ["", "@"])
def test_path_becomes_the_file(there, before):
    """With an @ or without, in a list too, the file at the path is the answer; its name is kept."""
    given = [
        ("report", f"{before}{there}/report.pdf"),
        ("pictures", f'["{before}{there}/notes.txt", "{there}/report.pdf"]'),
        ("seal", f"{before}{there}/report.pdf"),
    ]
    document = Document(compile_plan(Papers))
    cells, wrong = filling.fill(ROOT, document.to_wire(), given)
    document.replace(cells)
    found = judge(Papers, document).value
    assert [] == wrong
    assert (b"%PDF\xff", ["größer".encode(), b"%PDF\xff"]) == (found.report, found.pictures)
    assert b"%PDF\xff" == found.seal
    assert "report.pdf, 5 bytes" == files.shown(cells["value"]["report"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("large.pdf", "at most 1 kB are taken|at most 1,000 are taken"),
        ("notes.txt", "is not of the kind that is taken"),
        ("nowhere.pdf", "does not exist"),
        ("", "is a folder"),
    ],
)
def test_wrong_path_is_said(there, name, said):
    """What is too large, of another kind, not there or a folder is refused with a sentence, and asked for again."""
    with pytest.raises(Misfit, match=said):
        entries.read(REPORT, f"{there}/{name}", ("Report",))


def test_question_of_another_process_gets_what_json_can_say(there):
    """A file that is text goes to another process as text, one of base64 as that; of others it is said why not."""
    schema = compile_plan(Papers).json_schema()
    (there / "notes.pdf").write_text("größer")
    given, wrong = filling.data(schema, [("report", f"@{there}/notes.pdf")])
    assert ({"report": "größer"}, []) == (given, wrong)
    _, wrong = filling.data(schema, [("report", f"@{there}/report.pdf")])
    assert ["report: report.pdf is no text, and only the process that asks can take it. Answer it there."] == wrong
