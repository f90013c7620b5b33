"""Files as answers in a real kernel: sent piece by piece, kept, recorded, and given again after a kill."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from contextlib import closing

import pytest

from tests.kernel.notebook import Notebook

MODEL = """
import stat, tempfile
from pathlib import Path
from pydantic import Base64Bytes, BaseModel, DirectoryPath, Field, FilePath
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.widgets import Form

SMALL = {"hitl": {"accept": ".bin", "max_bytes": 3_000_000}}

class Report(RunInput):
    report: bytes = Field(json_schema_extra=SMALL)

class Place(BaseModel):
    path: FilePath
    folder: DirectoryPath | None = None

class Named(BaseModel):
    name: str = ""

def spooled():
    return [path for path in Path(tempfile.gettempdir()).glob("hitl-*") if path.is_file()]

@flow
def ask():
    return pause_flow_run(Report).report
"""
CONTENT = bytes(range(256)) * 10_000


@pytest.fixture
def made(tmp_path):
    """A kernel that has the models, and a folder for temporary files of its own."""
    (tmp_path / "spool").mkdir()
    notebook = Notebook(tmp_path / "hitl.db", TMPDIR=str(tmp_path / "spool"))
    notebook.run(MODEL)
    yield notebook
    if not notebook._stop:
        notebook.close()


def piece(notebook, card, upload, offset, content, **more):
    """Send one piece of a file, and give the reply."""
    request_id = uuid.uuid4().hex
    given = {"kind": "upload", "id": request_id, "upload": upload, "name": "a.bin", "size": len(CONTENT), **more}
    data = {"method": "custom", "content": {**given, "offset": offset}}
    message = notebook.client.session.msg("comm_msg", {"comm_id": card.comm_id, "data": data})
    notebook.client.session.send(notebook.client.shell_channel.socket, message, buffers=[content])

    def reply():
        return next((m for m in card.messages if m["kind"] == "reply" and m["id"] == request_id), None)

    notebook.until(reply, "no reply to a piece of a file")
    return reply()


def send(notebook, card, upload="page-1", size=1_000_000, **more):
    """Send the whole file, and give the replies' states."""
    offsets = range(0, len(CONTENT), size)
    return {piece(notebook, card, upload, at, CONTENT[at : at + size], **more)["status"] for at in offsets}


def held(upload="page-1", name="a.bin"):
    return {"is": "value", "value": {"id": upload, "name": name, "size": len(CONTENT)}}


def document(**cells):
    return {"is": "value", "value": cells}


def test_file_is_spooled_for_this_user_and_goes_with_the_form(made):
    """The bytes arrive as they were, lie in a file that nobody else reads, and are gone when the form is closed."""
    made.run("form = Form(Report)")
    [form] = made.forms
    assert {"ok"} == send(made, form)
    assert "accepted" == made.request(form, kind="submit", document=document(report=held()))["status"]
    digest = hashlib.sha256(CONTENT).hexdigest()
    found = made.run(
        "import hashlib\nprint(hashlib.sha256(form.value.report).hexdigest())\n"
        "[path] = spooled()\nprint(oct(stat.S_IMODE(path.stat().st_mode)))\n"
        "print(len(form['report'].value))\nform.close()\nprint(spooled())"
    )
    assert f"{digest}\n0o600\n{len(CONTENT)}\n[]\n" == found.text


def test_piece_may_overtake_another_one(made):
    """JupyterLab hands the messages of a form to two threads: a piece that is early waits for those before it."""
    made.run("form = Form(Report)")
    [form] = made.forms
    for at in (1_000_000, 2_000_000, 0):
        assert "ok" == piece(made, form, "page-1", at, CONTENT[at : at + 1_000_000])["status"]
    assert "accepted" == made.request(form, kind="submit", document=document(report=held()))["status"]
    found = made.run("import hashlib\nprint(hashlib.sha256(form.value.report).hexdigest())")
    assert f"{hashlib.sha256(CONTENT).hexdigest()}\n" == found.text


def test_pieces_that_make_no_file_are_refused(made):
    """A piece that is there already ends the upload with a sentence, for good; the form goes on."""
    made.run("form = Form(Report)")
    [form] = made.forms
    assert "ok" == piece(made, form, "page-1", 0, CONTENT[:1000])["status"]
    broken = piece(made, form, "page-1", 500, CONTENT[500:1500])
    assert "failed" == piece(made, form, "page-1", 0, CONTENT[:1000])["status"]
    assert ("failed", "a.bin did not arrive in one piece. Choose it again.") == (broken["status"], broken["message"])
    refused = made.request(form, kind="submit", document=document(report=held()))
    assert ["The file is no longer here. Choose it again."] == [e["message"] for e in refused["errors"]]
    assert "[]\n" == made.run("print(spooled())").text
    assert {"ok"} == send(made, form, "page-2")
    assert "accepted" == made.request(form, kind="submit", document=document(report=held("page-2")))["status"]


def test_too_large_a_file_is_refused_before_it_is_kept(made):
    """More than any field of the form takes is not written at all."""
    made.run("form = Form(Report)")
    [form] = made.forms
    reply = piece(made, form, "page-1", 0, CONTENT[:1000], size=3_000_001)
    assert "a.bin has 3 MB, which is more than is taken here. Choose a smaller file." == reply["message"]
    assert "[]\n" == made.run("print(spooled())").text


def test_form_without_a_file_takes_none(made):
    """A page cannot put files into a kernel whose form asks for none."""
    made.run("form = Form(Named)")
    [form] = made.forms
    assert "failed" == piece(made, form, "page-1", 0, b"x", size=1)["status"]


def test_answer_that_is_a_file_survives_a_kill(made, tmp_path):
    """The row of the answer holds where the file is; the next kernel gives equal bytes to the flow."""
    call = "ask.with_options(idempotency_key='k').start()"
    made.run(f"run = {call}")
    [(card, question)] = made.asked()
    assert {"ok"} == send(made, card, pause_id=question["pause_id"])
    typed = document(report=held())
    sent = made.request(card, kind="submit", pause_id=question["pause_id"], document=typed, seconds=1.0)
    assert "accepted" == sent["status"]
    made.manager.provisioner.process.kill()
    made.close()

    with closing(sqlite3.connect(tmp_path / "hitl.db")) as store:
        rows = (
            store.execute("select value from pause").fetchall()
            + store.execute("select data from submission").fetchall()
        )
    assert [True, True] == ['"a.bin"' in text and len(text) < 1000 for (text,) in rows]
    again = Notebook(tmp_path / "hitl.db", TMPDIR=str(tmp_path / "spool"))
    try:
        again.run(MODEL)
        found = again.run(f"import hashlib\nprint(hashlib.sha256({call}.result()).hexdigest())")
    finally:
        again.close()
    assert f"{hashlib.sha256(CONTENT).hexdigest()}\n" == found.text.splitlines(keepends=True)[-1]


def test_history_shows_name_and_size(made):
    """The record of an answer tells which file it was, and no bytes."""
    made.run("run = ask.start()")
    [(card, question)] = made.asked()
    send(made, card, pause_id=question["pause_id"])
    typed = document(report=held())
    made.request(card, kind="submit", pause_id=question["pause_id"], document=typed, seconds=1.0)
    found = made.run("made = run.history().iloc[0]['value']['report']\nprint(made['name'], made['size'])")
    assert f"a.bin {len(CONTENT)}\n" == found.text


def test_paths_are_completed(made, tmp_path):
    """A page is told what begins with a text: folders end with a slash, hidden names only after their dot."""
    for name in ("alpha.txt", "Alps", ".hidden", "beta"):
        (tmp_path / "there" / name).mkdir(parents=True) if name == "Alps" else None
    for name in ("alpha.txt", ".hidden", "beta"):
        (tmp_path / "there" / name).write_text("")
    made.run("form = Form(Place)")
    [form] = made.forms
    there = f"{tmp_path}/there/"

    def told(text, **more):
        data = made.request(form, kind="paths", text=text, **more)["data"]
        return [path.removeprefix(there) for path in data["paths"]]

    assert ["alpha.txt", "Alps/", "beta"] == told(there)
    assert ["alpha.txt", "Alps/"] == told(f"{there}al")
    assert [".hidden"] == told(f"{there}.")
    assert ["Alps/"] == told(there, folders=True)
    assert [] == told("/no/such/folder/")


def test_paths_are_told_only_to_a_form_that_asks_for_one(made):
    """Who looks at a form without a path has no business in the kernel's folders."""
    made.run("form = Form(Named)")
    [form] = made.forms
    assert "failed" == made.request(form, kind="paths", text="/")["status"]
