"""Pages as a person uses them: a notebook in JupyterLab or Notebook 7, a page of Voila, and the cards on them.

What is ours is found by role and accessible name, as a screen reader finds it. What is the host's (cells, the menu,
the kernel's indicator) is found as the host marks it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import nbformat
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.servers import TOKEN, Server

PAUSING = "Pausing flow, execution will continue when this flow run is resumed."
RESUMING = "Resuming flow run execution!"
COMPLETED = "Finished in state Completed()"

OPENS_WITHIN = 60_000
"""Milliseconds for a page and its kernel, on a machine that does other things as well."""


def write_notebook(server: Server, *cells: str) -> str:
    """Write a notebook of code cells into the server's folder and give its name."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    name = f"test-{uuid.uuid4().hex[:8]}.ipynb"
    nbformat.write(book, server.folder / name)
    return name


def wear(page: Page, theme: str) -> None:
    """Have the browser prefer a theme, ``light`` or ``dark``, and see JupyterLab follow.

    Under load JupyterLab (4.6) leaves a change alone now and then, mostly in a page that was loaded again: it keeps the
    theme before and shows no error. Told once more, by the command of its menu, it follows.

    A change while the splash of the one before is still there takes it away twice, which is an error in the page; and
    what is looked at then is seen through it.
    """
    _see_through(page)
    page.emulate_media(color_scheme=theme)
    for _ in range(5):
        try:
            page.wait_for_function(WEARS, arg=theme, timeout=8_000)
        except TooLate:
            _see_through(page)
            page.evaluate(TELL, theme)
        else:
            _see_through(page)
            return
    raise AssertionError(f"JupyterLab did not follow to the {theme} theme")


def _see_through(page: Page) -> None:
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=OPENS_WITHIN)


WEARS = "theme => document.body.dataset.jpThemeLight === String(theme === 'light')"
TELL = """theme => jupyterapp.commands.execute(
    "apputils:change-theme", {theme: theme === "light" ? "JupyterLab Light" : "JupyterLab Dark"}
).then(() => true)"""


class Card:
    """A run card: its badge, its forms, its log."""

    def __init__(self, element: Locator) -> None:
        self.element = element
        self.form = element.get_by_role("group", name="Resume Flow Run", exact=True)

    # -- what a person does ------------------------------------------------------------------------------------------

    def field(self, title: str) -> Locator:
        """Give the control of a field by its title."""
        return self.form.get_by_label(title, exact=True)

    def fill(self, **values: str | bool) -> None:
        """Fill fields by title, spaces written as underscores: type, pick an option, tick."""
        for name, value in values.items():
            title = name.replace("_", " ")
            control = self.field(title)
            if isinstance(value, bool):
                control.set_checked(value)
            elif control.get_attribute("role") == "radiogroup":
                control.get_by_role("radio", name=value, exact=True).check()
            elif self.form.get_by_role("combobox", name=title, exact=True).count():
                control.select_option(value)
            else:
                control.fill(value)

    def submit(self) -> None:
        """Press Submit."""
        self.form.get_by_role("button", name="Submit", exact=True).click()

    def answer(self, **values: str | bool) -> None:
        """Fill the open form, submit it, and see it go."""
        asked = self.form.get_attribute("aria-labelledby")
        self.fill(**values)
        self.submit()
        self._gone(asked)

    def resume(self) -> None:
        """Press Resume on a bare pause, and see it go."""
        asked = self.form.get_attribute("aria-labelledby")
        self.form.get_by_role("button", name="Resume", exact=True).click()
        self._gone(asked)

    def cancel(self) -> None:
        """Press Cancel, and say that it is meant."""
        self.element.get_by_role("button", name="Cancel", exact=True).click()
        self.element.get_by_role("button", name="Yes, cancel", exact=True).click()

    def unfold(self) -> None:
        """Press Show on the card of a run that is over, unless it is unfolded; not by pointer: that is in use."""
        if self.fold.get_attribute("aria-expanded") == "false":
            self.fold.dispatch_event("click")

    def _gone(self, labelled_by: str | None) -> None:
        expect(self.element.locator(f"[role=group][aria-labelledby='{labelled_by}']")).to_have_count(0)

    # -- what a person sees ------------------------------------------------------------------------------------------

    def asks(self) -> None:
        """Wait for a form."""
        expect(self.form).to_be_visible(timeout=OPENS_WITHIN)

    def is_in_state(self, state: str) -> None:
        """Wait for the run's state, and unfold the card of one that is over."""
        expect(self.element.locator(".hitl-who > .hitl-badge")).to_have_text(state, timeout=OPENS_WITHIN)
        self.unfold()

    def completed(self) -> None:
        """Wait for the run's good end, its last log line included."""
        self.is_in_state("Completed")
        expect(self.log).to_contain_text(COMPLETED)

    @property
    def fold(self) -> Locator:
        """The button that unfolds the card of a run that is over, and folds it again."""
        return self.element.locator(".hitl-fold")

    @property
    def log(self) -> Locator:
        """The log."""
        return self.element.get_by_role("log", name="Logs")

    def lines(self) -> list[str]:
        """Give the messages in the log, oldest first."""
        return self.log.locator(".hitl-text").all_inner_texts()

    def too_wide(self) -> list[str]:
        """Give what sticks out sideways: of the card, or the card itself out of its place or the window."""
        return settled(self.element.page, lambda: self.element.evaluate(TOO_WIDE))


TOO_WIDE = """card => {
    const inside = [...card.querySelectorAll("*")]
        .filter(one => getComputedStyle(one).display !== "inline" && !one.closest("select, input, pre"))
        .filter(one => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1);
    const edge = card.getBoundingClientRect().right;
    const place = card.parentElement.parentElement.getBoundingClientRect();
    const wide = edge > Math.min(place.right, innerWidth) + 1 ? [card] : [];
    return [...wide, ...inside].map(one => one.className || one.tagName);
}"""


def settled(page: Page, look: Callable[[], list[str]]) -> list[str]:
    """Give what `look` finds, when it finds nothing or 5 s are over: hosts follow a change of width a moment later."""
    found = look()
    for _ in range(50):
        if not found:
            break
        page.wait_for_timeout(100)
        found = look()
    return found


def becomes(page: Page, expected: object, look: Callable[[], object]) -> None:
    """See that `look` gives what is expected, at once or a moment later: what comes last may still be drawn."""
    for _ in range(OPENS_WITHIN // 100):
        if expected == look():
            return
        page.wait_for_timeout(100)
    assert expected == look()


class CardsPage:
    """A page with run cards on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def card(self, number: int = 0) -> Card:
        """Give a card by its place on the page, once it is there."""
        element = self.page.locator(".hitl-card").nth(number)
        expect(element).to_be_visible(timeout=OPENS_WITHIN)
        element.scroll_into_view_if_needed()
        return Card(element)

    def cards(self) -> int:
        """Count the cards."""
        return self.page.locator(".hitl-card").count()


class NotebookPage(CardsPage):
    """A notebook that is open for editing."""

    @property
    def cells(self) -> Locator:
        """The code cells."""
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    def ready(self, server: Server, name: str) -> None:
        """Wait until the notebook is drawn and its kernel connected: JupyterLab loses what is run before."""
        expect(self.cells.first).to_be_visible(timeout=OPENS_WITHIN)
        for _ in range(OPENS_WITHIN // 100):
            if server.is_ready(name):
                break
            self.page.wait_for_timeout(100)
        expect(self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_attached()

    def run_all(self) -> None:
        """Choose *Run All Cells* in the menu, and leave no pointer over what comes: a card there would not fold."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.mouse.move(0, 0)

    def run(self, number: int) -> None:
        """Run one cell, from its editor."""
        self.cells.nth(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def restart(self) -> None:
        """Choose *Restart Kernel* in the menu, confirm it, and wait for the new kernel."""
        self._kernel_menu("Restart Kernel…")

    def restart_and_run_all(self) -> None:
        """Choose *Restart Kernel and Run All Cells* in the menu, confirm it, and see the old cards go."""
        self.page.evaluate("document.querySelectorAll('.hitl-card').forEach(card => card.dataset.old = '')")
        self._kernel_menu("Restart Kernel and Run All Cells…")
        expect(self.page.locator(".hitl-card[data-old]")).to_have_count(0, timeout=OPENS_WITHIN)

    def _kernel_menu(self, item: str) -> None:
        self.page.evaluate(HEAR_OF_RESTART)
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        # Some have a shortcut behind their name.
        self.page.get_by_role("menuitem", name=re.compile(f"^{item}")).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Confirm Kernel Restart").click()
        # What stands on the page meanwhile is the old kernel's.
        self.page.wait_for_function("window.hitlRestarted === 2", timeout=OPENS_WITHIN)

    def clear_outputs(self) -> None:
        """Choose *Clear Outputs of All Cells* in the menu."""
        self.page.get_by_role("menuitem", name="Edit", exact=True).click()
        self.page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()

    def has_prompt(self, number: int, prompt: str | re.Pattern) -> None:
        """Wait for the prompt of a cell: ``[ ]:`` not run, ``[*]:`` running or waiting, ``[3]:`` done."""
        expect(self.cells.nth(number).locator(".jp-InputPrompt")).to_have_text(prompt)

    def done(self, number: int) -> None:
        """Wait for the end of a cell."""
        self.has_prompt(number, re.compile(r"\[\d+\]"))

    def keeps_busy(self, number: int) -> None:
        """Wait until a cell keeps the kernel busy: the one before it may still do."""
        self.has_prompt(number, "[*]:")
        expect(self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]")).to_be_attached()

    def output(self, number: int) -> Locator:
        """The outputs of a cell that are text."""
        return self.cells.nth(number).locator(
            ".jp-OutputArea-output[data-mime-type='text/plain'], .jp-OutputArea-output[data-mime-type$=stdout]"
        )

    @property
    def errors(self) -> Locator:
        """The error outputs."""
        error = "[data-mime-type='application/vnd.jupyter.error']"
        stderr = "[data-mime-type='application/vnd.jupyter.stderr']"
        return self.page.locator(f".jp-Notebook :is({error}, {stderr})")

    def failures(self) -> list[str]:
        """Give the texts of the error outputs, as far as they are drawn."""
        return self.errors.all_inner_texts()


HEAR_OF_RESTART = """() => {
    const context = jupyterapp.shell.currentWidget.sessionContext;
    window.hitlRestarted = 0;
    const hear = (_, status) => {
        if (status === "restarting") window.hitlRestarted = 1;
        else if (window.hitlRestarted === 1 && ["idle", "busy"].includes(status)) {
            window.hitlRestarted = 2;
            context.statusChanged.disconnect(hear);
        }
    };
    context.statusChanged.connect(hear);
}"""


class LabWindow:
    """A window with JupyterLab in it, in which one notebook after the other is opened.

    Opening is not what is tested, so it goes through JupyterLab's commands: the page alone takes seven seconds to load.
    """

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self._server = server
        self.tests = 0
        """How many tests it has served."""
        page.goto(f"{server.url}lab?token={TOKEN}&reset", timeout=OPENS_WITHIN)
        self._loaded()

    def reload(self) -> None:
        """Load the page again, as a person does who sees that something hangs.

        What is open opens again by itself once JupyterLab has noted it, which it does a moment after it was opened.
        """
        name = self.page.evaluate("jupyterapp.shell.currentWidget?.context?.path ?? ''")
        for _ in range(OPENS_WITHIN // 100):
            if self._server.reopens(name):
                break
            self.page.wait_for_timeout(100)
        self.page.reload(timeout=OPENS_WITHIN)
        self._loaded()

    def open(self, *cells: str) -> NotebookPage:
        """Open a fresh notebook with these code cells."""
        return self.open_file(write_notebook(self._server, *cells))

    def open_file(self, name: str) -> NotebookPage:
        """Open a notebook of the folder."""
        self.page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => true)", name)
        notebook = NotebookPage(self.page)
        notebook.ready(self._server, name)
        return notebook

    def close_sidebar(self) -> None:
        """Fold the file browser away, as anybody with a narrow window does."""
        files = self.page.get_by_role("tab", name="File Browser")
        if files.get_attribute("aria-selected") == "true":
            files.click()

    def clear(self) -> None:
        """Close all notebooks unsaved and end their kernels."""
        self.page.evaluate(CLOSE_ALL)
        # The launcher comes when nothing else is open, a moment later: it would cover what is opened next.
        self.page.wait_for_function("() => [...jupyterapp.shell.widgets('main')].length > 0")

    def _loaded(self) -> None:
        """Wait until the page is there with all that it opens by itself.

        Of a page that was loaded again the workspace and the address open the notebook, the address later: the file
        browser does it, and is marked until then.
        """
        self.page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=OPENS_WITHIN)
        expect(self.page.locator("#filebrowser:not(.jp-mod-restoring)")).to_be_attached(timeout=OPENS_WITHIN)


CLOSE_ALL = """async () => {
    for (const widget of [...jupyterapp.shell.widgets("main")]) {
        if (!widget.context) continue;
        // ipywidgets (its manager 5.0) asks for the kernel then, and would find none where it was ended before.
        await Promise.race([widget.context.sessionContext.ready, new Promise(late => setTimeout(late, 10_000))]);
        await widget.context.sessionContext.shutdown();
        widget.context.model.dirty = false;
        widget.dispose();
    }
}"""


def open_in_notebook_7(page: Page, server: Server, name: str) -> NotebookPage:
    """Open a notebook in Notebook 7."""
    page.goto(f"{server.url}notebooks/{name}?token={TOKEN}", timeout=OPENS_WITHIN)
    notebook = NotebookPage(page)
    notebook.ready(server, name)
    return notebook


def open_in_voila(page: Page, server: Server, name: str, *, dark: bool = False) -> CardsPage:
    """Open a notebook as a page of Voila, which runs all its cells first."""
    theme = "dark" if dark else "light"
    page.goto(f"{server.url}voila/render/{name}?token={TOKEN}&theme={theme}", timeout=OPENS_WITHIN)
    return CardsPage(page)
