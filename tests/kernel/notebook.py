"""A real kernel driven over its channels as a front end drives it: cells, widget messages, SIGINT.

No page: what a page would draw is read from the comm messages, and what a person would type is sent as the card's own
messages. The browser tests do the same with a page.
"""

from __future__ import annotations

import copy
import os
import queue
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field

from jupyter_client.manager import KernelManager

PATIENCE = 60
"""Seconds for one thing to happen in a kernel, on a machine that does other things as well."""


@dataclass
class Cell:
    """What the front end knows of one executed cell."""

    text: str = ""
    displays: list = field(default_factory=list)
    updates: list = field(default_factory=list)
    result: str | None = None
    error: str | None = None
    traceback: str = ""
    status: str | None = None
    idle: bool = False

    @property
    def views(self):
        """What it has displayed that is a widget."""
        return [shown for shown in self.displays if "application/vnd.jupyter.widget-view+json" in shown]

    @property
    def account(self):
        """The newest account of the cell's run, as text."""
        return next(shown["text/plain"] for shown in reversed(self.accounts))

    @property
    def accounts(self):
        """Each account that was displayed, and displayed anew."""
        return [shown for shown in self.displays + self.updates if "hitl-account" in shown.get("text/html", "")]


@dataclass
class Card:
    """A run card as the page holds it: its synced state, and the custom messages it got."""

    comm_id: str
    state: dict
    messages: list = field(default_factory=list)
    opened_by: str | None = None
    closed: bool = False

    @property
    def questions(self):
        return self.state["questions"]

    @property
    def run(self):
        return self.state["run"]

    @property
    def log(self):
        return [line["message"] for m in self.messages if m["kind"] == "log" for line in m["lines"]]


class Notebook:
    """A kernel of its own, its store in a file of its own."""

    def __init__(self, store, **env):
        # Files and no ports: of two processes that start kernels at once, each could be given a port of the other's,
        # and its kernel would die. Such a file must have a short path.
        self._folder = tempfile.TemporaryDirectory(prefix="hitl-", ignore_cleanup_errors=True)
        connection = f"{self._folder.name}/kernel.json"
        self.manager = KernelManager(kernel_name="python3", transport="ipc", connection_file=connection)
        self.manager.start_kernel(env={**os.environ, "HITL_STORE": str(store), **env})
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.cells: dict[str, Cell] = {}
        self.cards: list[Card] = []
        self.forms: list[Card] = []
        self.pages: list[Card] = []
        self.widgets: dict[str, dict] = {}
        self.comms_opened = 0
        self.replies: dict[str, dict] = {}
        self._changed = threading.Condition()
        self._stop = False
        self._threads = [threading.Thread(target=self._listen, args=(c,), daemon=True) for c in ("iopub", "shell")]
        for thread in self._threads:
            thread.start()

    def close(self):
        self._stop = True
        for thread in self._threads:
            thread.join()
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self._folder.cleanup()

    # -- what a person does ------------------------------------------------------------------------------------------

    def start(self, code):
        """Execute a cell and give it at once."""
        with self._changed:
            # After an error ipykernel would abort what arrives within the same moment.
            msg_id = self.client.execute(code, stop_on_error=False)
            cell = self.cells[msg_id] = Cell()
        return cell

    def begun(self, code):
        """Execute a cell and give it once its code runs: an interrupt before that would end nothing."""
        cell = self.start(f"print('begun')\n{code}")
        self.until(lambda: "begun" in cell.text, "the cell never began")
        return cell

    def run(self, code, timeout=PATIENCE):
        """Execute a cell and wait for its end."""
        return self.finish(self.start(code), timeout)

    def finish(self, cell, timeout=PATIENCE):
        # Reply and output come on two channels: the cell is over when both have said so.
        self.until(
            lambda: cell.status is not None and cell.idle, f"the cell never ended; it printed {cell.text!r}", timeout
        )
        return cell

    def interrupt(self):
        self.manager.interrupt_kernel()

    def complete(self, code, timeout=PATIENCE):
        """Press Tab behind a code; gives what is offered, and the part of the code that it would replace."""
        with self._changed:
            msg_id = self.client.complete(code, len(code))
        self.until(lambda: msg_id in self.replies, "nothing was completed", timeout)
        reply = self.replies[msg_id]
        return reply["matches"], code[reply["cursor_start"] : reply["cursor_end"]]

    def comms(self):
        """Ask as a page does which comms there are."""
        with self._changed:
            msg_id = self.client.comm_info()
        self.until(lambda: msg_id in self.replies, "no comms were told")
        return self.replies[msg_id]["comms"]

    def asked(self, count=1, timeout=PATIENCE):
        """Wait until `count` questions are open, and give them as (card, question), oldest first."""
        self.until(
            lambda: len(self.open()) >= count, lambda: f"asked {len(self.open())} of {count}: {self.last()}", timeout
        )
        return self.open()[:count]

    def open(self):
        return [(card, question) for card in self.cards if not card.closed for question in card.questions]

    def answer(self, card, question, timeout=PATIENCE, **values):
        """Fill the form as a person does and submit it; gives the reply."""
        document = question["document"]
        if document is not None:
            plan = card.state["plans"][question["plan"]]
            document = filled(plan["root"], document, values)
        return self.request(card, timeout, kind="submit", pause_id=question["pause_id"], document=document, seconds=1.0)

    def request(self, card, timeout=PATIENCE, **content):
        request_id = uuid.uuid4().hex
        self.send(card, {"id": request_id, **content})

        def reply():
            return next((m for m in card.messages if m["kind"] == "reply" and m["id"] == request_id), None)

        self.until(reply, f"no reply to {content['kind']}", timeout)
        return reply()

    def send(self, card, content):
        """Send a custom message of the card, well-formed or not."""
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": card.comm_id, "data": data})
        self.client.shell_channel.send(message)

    def until(self, condition, otherwise, timeout=PATIENCE):
        """Wait for a condition; `otherwise` is what to say if it never comes, or gives that."""
        end = time.monotonic() + timeout
        with self._changed:
            while not condition():
                left = end - time.monotonic()
                assert left > 0, otherwise() if callable(otherwise) else otherwise
                self._changed.wait(min(left, 0.5))

    def printed(self, card):
        """Give the outputs on a card, oldest first: texts, errors, and what was displayed as a bundle."""
        box = (
            self.widgets[card.state["output"].removeprefix("IPY_MODEL_")] if card.state["output"] else {"children": []}
        )
        outputs = [self.widgets[one.removeprefix("IPY_MODEL_")]["outputs"] for one in box["children"]]
        return [one for several in outputs for one in several]

    def last(self):
        return list(self.cells.values())[-1] if self.cells else None

    # -- what the page hears -----------------------------------------------------------------------------------------

    def _listen(self, channel):
        get = self.client.get_iopub_msg if channel == "iopub" else self.client.get_shell_msg
        while not self._stop:
            try:
                message = get(timeout=0.2)
            except queue.Empty:
                continue
            with self._changed:
                self._heard(message)
                self._changed.notify_all()

    def _heard(self, message):
        kind, content = message["msg_type"], message["content"]
        cell = self.cells.get(message["parent_header"].get("msg_id"))
        if kind in ("complete_reply", "comm_info_reply"):
            self.replies[message["parent_header"]["msg_id"]] = content
        elif kind == "comm_open":
            self.comms_opened += 1
            state = self.widgets[content["comm_id"]] = content["data"].get("state", {})
            for kind, found in (("questions", self.cards), ("cells", self.forms), ("run_id", self.pages)):
                if kind in state:
                    found.append(Card(content["comm_id"], state, opened_by=message["parent_header"].get("msg_id")))
        elif kind == "comm_close":
            for card in (*self.cards, *self.forms, *self.pages):
                card.closed = card.closed or card.comm_id == content["comm_id"]
        elif kind == "comm_msg":
            self._comm(content)
        elif cell is None:
            return
        elif kind == "stream":
            cell.text += content["text"]
        elif kind == "display_data":
            cell.displays.append(content["data"])
        elif kind == "update_display_data":
            cell.updates.append(content["data"])
        elif kind == "execute_result":
            cell.result = content["data"]["text/plain"]
        elif kind == "error":
            cell.error, cell.traceback = f"{content['ename']}: {content['evalue']}", "\n".join(content["traceback"])
        elif kind == "status":
            cell.idle = cell.idle or content["execution_state"] == "idle"
        elif kind == "execute_reply":
            cell.status = content["status"]

    def _comm(self, content):
        data = content["data"]
        if data.get("method") == "update":
            # A card holds the same dict.
            self.widgets[content["comm_id"]].update(data["state"])
        card = next((c for c in (*self.cards, *self.forms, *self.pages) if c.comm_id == content["comm_id"]), None)
        if card is not None and data.get("method") == "custom":
            card.messages.append(data["content"])


def filled(node, cell, values):
    """Give the document with some fields filled in: what the page's controls would hold."""
    document = copy.deepcopy(cell)
    for name, value in values.items():
        inner = next(f["node"] for f in node["fields"] if f["name"] == name)
        document["value"][name] = held(inner, value)
    return document


def held(node, value):
    if value is None:
        return {"is": "null"}
    if node["kind"] == "choice":
        return {"is": "value", "value": [o["label"] for o in node["options"]].index(value)}
    if node["kind"] == "boolean":
        return {"is": "value", "value": value}
    if node["kind"] == "group":
        return filled(node, {"is": "value", "value": {}}, value)
    if node["kind"] == "list":
        return {"is": "value", "value": [held(node["item"], v) for v in value]}
    return {"is": "value", "value": str(value)}
