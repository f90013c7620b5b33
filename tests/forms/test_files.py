"""Bytes that are files: which fields have one, what their cells say, and what pydantic gets."""

from __future__ import annotations

import copy
import gc
import hashlib
import json
import warnings
from typing import Annotated, Any

import pytest
from pydantic import Base64Bytes, Base64UrlBytes, BaseModel, Field, create_model, field_validator

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms import Document, compile_plan, judge
from hitl_jupyter.forms.file_node import LOST, NOT_ALL, accepts, in_bytes
from hitl_jupyter.forms.files import File, FileId, file_at_hand, files_in

FILE = {"hitl": {"control": "file"}}
PNG = b"\x89PNG\r\n\xff\x00"


def asks(type_: Any, default: Any = ..., **hints: Any) -> type[BaseModel]:
    """Give a model with one field that has these hints, a file if there are none."""
    said = {"hitl": hints or {"control": "file"}}
    return create_model("Asked", it=(type_, Field(default, json_schema_extra=said)))


def kind_of(model: type[BaseModel]) -> str:
    return compile_plan(model).to_json()["root"]["fields"][0]["node"]["kind"]


def answered(model: type[BaseModel], cell: Any) -> Any:
    """Judge a form whose field holds what a page has sent."""
    document = Document(compile_plan(model))
    document.replace({"is": "value", "value": {"it": {"is": "value", "value": cell}}})
    return judge(model, document)


@pytest.mark.parametrize("hints", [{"control": "file"}, {"accept": ".pdf"}, {"max_bytes": 10}])
@pytest.mark.parametrize("type_", [bytes, Base64Bytes, Base64UrlBytes, bytes | None])
def test_bytes_with_a_hint_are_a_file(type_, hints):
    """Each of three hints makes a file of bytes, encoded ones among them."""
    assert "file" == kind_of(asks(type_, **hints))


def test_plain_bytes_keep_their_text():
    """Without a hint bytes are typed, as they always were."""
    assert "text" == kind_of(create_model("Asked", it=(bytes, ...)))


def test_hints_of_a_list_are_its_items():
    """A list says for its items what they are; an item may say so itself."""
    inside = Annotated[bytes, Field(json_schema_extra={"hitl": {"accept": ".csv"}})]
    for model in (asks(list[bytes], accept=".csv"), create_model("Asked", it=(list[inside], ...))):
        item = compile_plan(model).to_json()["root"]["fields"][0]["node"]["item"]
        assert ("file", ".csv") == (item["kind"], item["hints"]["accept"])


def test_hints_of_a_group_are_not_its_fields():
    """What a field says of its own control says nothing of the fields of its model."""

    class Inner(BaseModel):
        text: bytes = b""

    node = compile_plan(asks(Inner)).to_json()["root"]["fields"][0]["node"]
    assert "text" == node["fields"][0]["node"]["kind"]


@pytest.mark.parametrize("hints", [{"max_bytes": "5 MB"}, {"max_bytes": True}, {"accept": 5}, {"max_bytes": -1}])
def test_impossible_hint_warns(hints):
    """A limit that is none is said and left out; the field is a file all the same."""
    with pytest.warns(UserWarning, match="must be a"):
        assert "file" == kind_of(asks(bytes, **hints))


@pytest.mark.parametrize("type_", [bytes, Base64Bytes, Base64UrlBytes])
@pytest.mark.parametrize("content", [b"", b"abc", PNG, bytes(range(256)) * 8000])
def test_bytes_come_back_as_they_were(type_, content):
    """Whatever is filled in is what the answer has, of any length, also after a page has had the cells."""
    model = asks(type_)
    document = Document(compile_plan(model))
    document["it"].value = content
    held = document.to_wire()
    document.replace(json.loads(json.dumps(held)))
    assert content == judge(model, document).value.it


def test_same_bytes_in_two_fields_are_what_each_takes():
    """One file may be the answer to a field that takes bytes and to one that takes base64."""

    class Asked(BaseModel):
        plain: bytes = Field(json_schema_extra=FILE)
        encoded: Base64Bytes = Field(json_schema_extra=FILE)
        rows: list[bytes] = Field(json_schema_extra=FILE)

    document = Document(compile_plan(Asked))
    document["plain"].value = document["encoded"].value = PNG
    document["rows"].value = [PNG]
    found = judge(Asked, document).value
    assert (PNG, PNG, [PNG]) == (found.plain, found.encoded, found.rows)


def test_text_is_what_its_type_takes():
    """A text stands for the bytes that pydantic would make of it."""
    for type_, text in ((bytes, "größer"), (Base64Bytes, "iVBORw=="), (Base64UrlBytes, "_-8=")):
        model = asks(type_)
        document = Document(compile_plan(model))
        document["it"].value = text
        assert model(it=text) == judge(model, document).value


def test_what_is_no_bytes_is_refused():
    """Neither a number nor half a base64 text can be a file."""
    for type_, value in ((bytes, 5), (Base64Bytes, "a"), (bytes, None)):
        with pytest.raises(CannotHold):
            Document(compile_plan(asks(type_)))["it"].value = value


def test_cells_hold_no_bytes():
    """What crosses to a page and into a draft is id, name and size."""
    document = Document(compile_plan(asks(bytes)))
    document["it"].value = PNG
    cell = document.to_wire()["value"]["it"]["value"]
    assert {"id": cell["id"], "name": "", "size": len(PNG)} == cell


def test_default_leaves_the_plan_the_same():
    """A default of bytes has the same fingerprint in every process: its id is made of its bytes."""
    assert compile_plan(asks(bytes, PNG)).fingerprint == compile_plan(asks(bytes, PNG)).fingerprint
    assert PNG == judge(asks(bytes, PNG), Document(compile_plan(asks(bytes, PNG)))).value.it


def test_file_that_is_gone_is_said_at_its_field():
    """A page may name a file of a kernel that is no more: it is to be chosen again, and nothing fails."""
    [error] = answered(asks(bytes), {"id": "nobody-1", "name": "a.pdf", "size": 3}).errors
    assert (("it",), LOST) == (error.path, error.message)


def test_file_that_is_on_its_way_is_said(tmp_path):
    """What has not arrived in full is no answer, and its cell says that it is on its way."""
    file = File("page-1", "a.bin", 10)
    file.spooled(tmp_path / "spool")
    document = Document(compile_plan(asks(bytes)))
    document.replace(
        {"is": "value", "value": {"it": {"is": "value", "value": {"id": "page-1", "name": "", "size": 1}}}}
    )
    assert {"id": "page-1", "name": "a.bin", "size": 10, "sending": True} == document["it"].cell["value"]
    assert [NOT_ALL] == [error.message for error in judge(asks(bytes), document).errors]


def test_limits_are_checked_in_the_kernel():
    """Whatever a page lets through is measured again."""
    model = asks(bytes, max_bytes=5_000_000, accept=".pdf")
    big = File("page-big", "report.pdf", 12_000_000, content=b"x")
    other = File("page-other", "notes.txt", 5, content=b"notes")
    said = [
        answered(model, {"id": one.id, "name": one.name, "size": one.size}).errors[0].message for one in (big, other)
    ]
    assert [
        "report.pdf has 12 MB, at most 5 MB are taken. Choose a smaller file.",
        "notes.txt is not of the kind that is taken (.pdf). Choose another file.",
    ] == said


def test_page_cannot_lie_about_a_size():
    """Of a file that is here its own size counts, not the one that a page tells."""
    File.of(PNG)
    file = File.of(PNG, "a.png")
    document = Document(compile_plan(asks(bytes)))
    document.replace(
        {"is": "value", "value": {"it": {"is": "value", "value": {"id": file.id, "name": "x", "size": 0}}}}
    )
    assert len(PNG) == document["it"].cell["value"]["size"]


def test_pydantic_judges_the_bytes():
    """Lengths and validators see the bytes themselves."""

    class Asked(BaseModel):
        it: bytes = Field(min_length=3, json_schema_extra=FILE)

        @field_validator("it")
        @classmethod
        def is_png(cls, it: bytes) -> bytes:
            if not it.startswith(b"\x89PNG"):
                raise ValueError("This is no PNG.")
            return it

    found = []
    for content in (b"ab", b"abcd", PNG):
        document = Document(compile_plan(Asked))
        document["it"].value = content
        found.append([error.message for error in judge(Asked, document).errors])
    assert ["This is no PNG."] == found[1]
    assert [] == found[2]
    assert 1 == len(found[0])


def test_temporary_file_goes_with_the_last_cell(tmp_path):
    """A file is on the disk for as long as a form has it, and no longer."""
    spool = tmp_path / "spool"
    spool.write_bytes(PNG)
    file = File("page-2", "a.png", len(PNG))
    file.spooled(spool, hashlib.sha256(PNG).hexdigest())
    document = Document(compile_plan(asks(bytes)))
    document["it"].value = file
    del file
    gc.collect()
    assert PNG == document["it"].value
    document["it"].clear()
    gc.collect()
    assert not spool.exists()
    assert file_at_hand("page-2") is None


def test_spool_that_vanished_is_said(tmp_path):
    """A temporary file that somebody removed is to be chosen again."""
    spool = tmp_path / "spool"
    spool.write_bytes(PNG)
    file = File("page-3", "a.png", len(PNG))
    file.spooled(spool, hashlib.sha256(PNG).hexdigest())
    spool.unlink()
    assert [LOST] == [e.message for e in answered(asks(bytes), {"id": file.id, "name": "", "size": 1}).errors]


def test_files_are_found_in_copies():
    """A copy of cells refers to the same files, which are not copied."""
    model = asks(list[bytes])
    document = Document(compile_plan(model))
    document["it"].value = [b"one", b"two"]
    cells = copy.deepcopy(document.root)
    assert [one.file for one in files_in(document.root)] == [one.file for one in files_in(cells)]
    assert all(isinstance(row["value"]["id"], FileId) for row in cells["value"]["it"]["value"])


@pytest.mark.parametrize(
    ("accept", "name", "taken"),
    [
        (".pdf,image/*", "A.PDF", True),
        (".pdf,image/*", "a.png", True),
        (".pdf, image/*", "a.txt", False),
        ("text/csv", "a.csv", True),
        ("image/*", "without", True),
        (".pdf", "without", False),
    ],
)
def test_accept_is_the_browsers(accept, name, taken):
    """Endings and kinds are taken as the browser takes them; a name without a kind gets the benefit of the doubt."""
    assert taken is accepts(accept, name)


def test_sizes_are_written_for_people():
    """A size has at most four digits and a unit."""
    sizes = [0, 1, 999, 1000, 1500, 999_949, 999_950, 12_000_000, 1_000_000_000]
    words = ["0 bytes", "1 byte", "999 bytes", "1 kB", "1.5 kB", "999.9 kB", "1 MB", "12 MB", "1 GB"]
    assert words == [in_bytes(size) for size in sizes]


def test_known_hints_do_not_warn():
    """The hints of files are known ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile_plan(asks(bytes, control="file", accept=".pdf", max_bytes=3))
