"""The programs of Prefect's guide, each in the first cell of a fresh notebook in JupyterLab, answered in the page."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.pages import COMPLETED, PAUSING, RESUMING

SYNC = """
from hitl_jupyter import flow, get_run_logger, pause_flow_run

@flow
def greet():
    name = pause_flow_run(str)
    get_run_logger().info(f"Hello, {name}!")
    return name

greet()
"""
ASYNC = """
from hitl_jupyter import flow, get_run_logger, pause_flow_run
from hitl_jupyter.input import RunInput

class UserInput(RunInput):
    name: str
    age: int

@flow
async def greet():
    user = await pause_flow_run(UserInput.with_initial_data(name="anonymous"))
    get_run_logger().info("Hello, stranger!" if user.name == "anonymous" else f"Hello, {user.name}!")
    return user.age

await greet()
"""
SHIRT = """
from typing import Literal

import pydantic
from hitl_jupyter import flow, get_run_logger, pause_flow_run
from hitl_jupyter.input import RunInput

class ShirtOrder(RunInput):
    size: Literal["small", "medium", "large", "xlarge"]
    color: Literal["red", "green", "black"]

    @pydantic.model_validator(mode="after")
    def in_stock(self):
        if self.color == "green" and self.size == "small":
            raise ValueError("Green shirts start at medium.")
        return self

@flow
def order():
    shirt = None
    while shirt is None:
        try:
            shirt = pause_flow_run(ShirtOrder)
        except pydantic.ValidationError:
            get_run_logger().error("Invalid size and color combination.")
    return shirt.size, shirt.color

order()
"""


def test_sync_flow(window):
    """A sync flow in the cell that imports the package gets the typed text; Run All waits; the log is Prefect's."""
    notebook = window.open(SYNC, "print('below', 1 + 1)")
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(card.form).to_contain_text("Flow requires input. Please fill out the form below to resume.")
    card.is_in_state("Paused")
    notebook.has_prompt(0, "[*]:")
    assert [] == notebook.output(1).all_inner_texts()
    card.answer(Value="Jeff")
    card.completed()
    notebook.done(1)
    assert [PAUSING, RESUMING, "Hello, Jeff!", COMPLETED] == card.lines()[1:]
    expect(notebook.output(0)).to_have_text(["'Jeff'"])
    expect(notebook.output(1)).to_have_text(["below 2"])


def test_async_flow_with_initial_data(window):
    """An async flow shows its initial data, takes it untouched, and refuses to go on without what is still missing."""
    notebook = window.open(ASYNC)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    expect(card.field("Name")).to_have_value("anonymous")
    card.submit()
    expect(card.field("Age")).to_have_attribute("aria-invalid", "true")
    expect(card.field("Age")).to_be_focused()
    card.answer(Age="41")
    card.completed()
    assert [PAUSING, RESUMING, "Hello, stranger!", COMPLETED] == card.lines()[1:]
    expect(notebook.output(0)).to_have_text(["41"])


def test_shirt_order(window):
    """A small green shirt is refused by the validator in the flow, which logs it and asks again; a large one passes."""
    notebook = window.open(SHIRT)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.answer(Size="small", Color="green")
    card.asks()
    expect(card.log).to_contain_text("Invalid size and color combination.")
    card.answer(Size="large", Color="green")
    card.completed()
    refused = "Invalid size and color combination."
    assert [PAUSING, RESUMING, refused, PAUSING, RESUMING, COMPLETED] == card.lines()[1:]
    expect(notebook.output(0)).to_have_text(["('large', 'green')"])
