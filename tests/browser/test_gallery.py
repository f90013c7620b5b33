"""The gallery of types, `notebooks/05_types.ipynb`, in a real JupyterLab: each family refused, taken, looked at."""

from __future__ import annotations

import ast
import os

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, VIEWPORT
from tests.browser.families import FAMILIES, UNTOUCHED
from tests.browser.gallery import AXE
from tests.browser.hand import OpenForm
from tests.browser.pages import TOO_WIDE, LabWindow, open_in_voila, settled, wear

NOTEBOOK = "05_types.ipynb"
IN_KERNEL = """async code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const {content} = await kernel.requestExecute({code: "", silent: true, user_expressions: {got: code}}).done;
    const {got} = content.user_expressions;
    return got.status === "ok" ? got.data["text/plain"] : `${got.ename}: ${got.evalue}`;
}"""
BARRIERS = """(form, rules) => axe.run(form, rules ? {runOnly: rules} : {rules: {region: {enabled: false}}})
    .then(({violations, passes}) => [
        passes.map(({id}) => id),
        violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) =>
            `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`)),
    ])"""
RENDERED = "* { content-visibility: visible !important; }"
"""JupyterLab does not render what is far off the screen, and a scan finds nothing there."""
WIDTHS = (1300, 420, 320)
TALL = 2600
"""Pixels: a picture of a form must not show the edge of the notebook."""


def open_all(page, opened):
    """Wait until every form of the notebook is there, the question of its flow among them."""
    for family in FAMILIES:
        OpenForm(page, family.title)
    opened.card().asks()


def looked_at(page, shots, where, themes):
    """Assert that nothing sticks out in any width, and that a scan finds no barrier; photograph it for HITL_SHOTS."""
    page.add_script_tag(path=AXE)
    page.add_style_tag(content=RENDERED)
    forms = page.locator(".hitl-own, .hitl-card")
    for what in ("fresh", "errors"):
        if what == "errors":
            for form in forms.all():
                form.get_by_role("button", name="Submit", exact=True).click()
                expect(form.get_by_role("alert")).to_be_visible()
        for theme in themes:
            if len(themes) > 1:
                wear(page, theme)
            scanned = []
            for form in forms.all():
                # A theme changes colours alone.
                passed, barriers = form.evaluate(BARRIERS, None if theme == themes[0] else ["color-contrast"])
                assert [] == barriers, (what, theme)
                scanned += passed
            assert scanned.count("color-contrast") > len(forms.all()) / 2
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": TALL})
                for number, form in enumerate(forms.all()):
                    if "HITL_SHOTS" in os.environ:
                        form.screenshot(path=shots / f"{where}-{what}-{theme}-{width}-{number:02}.png")
                    found = settled(page, lambda form=form: form.evaluate(TOO_WIDE))
                    assert [] == found, (what, theme, width, number)
            page.set_viewport_size(VIEWPORT)


@pytest.mark.timeout(960)
def test_looks_in_lab(window, shots):
    """In JupyterLab, light and dark, from 320 px on, no form sticks out, and a scan for barriers finds none.

    It comes before what keeps the notebook open: two pages would share its kernel, which ends with the first of them.
    """
    page = window.page
    window.close_sidebar()
    notebook = window.open_file(NOTEBOOK)
    notebook.run_all()
    open_all(page, notebook)
    looked_at(page, shots, "types-lab", ("light", "dark"))


@pytest.fixture(scope="module")
def gallery(browser, lab):
    """The notebook in JupyterLab, all its cells run."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.set_default_timeout(PATIENCE)
    errors = []
    page.on("pageerror", lambda error: errors.append(error.message))
    window = LabWindow(page, lab)
    notebook = window.open_file(NOTEBOOK)
    notebook.run_all()
    open_all(page, notebook)
    yield notebook
    page.context.close()
    lab.shut_down_kernels()
    assert [] == errors


def in_kernel(page, expression):
    """Evaluate an expression in the kernel of the notebook; it must give what can be written down."""
    return ast.literal_eval(page.evaluate(IN_KERNEL, expression))


def values(form, family):
    """The answer that Python has, by field, each as `repr` writes it."""
    fields = ", ".join(f"{row.where!r}: repr({row.expression})" for row in family.rows)
    return in_kernel(form.page, f"(lambda it: {{{fields}}})({family.variable}.value)")


def enter(form, where, what):
    if callable(what):
        what(form)
    elif what is not UNTOUCHED:
        form.put(where, what)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.variable)
def test_family_is_refused_and_taken(gallery, family):
    """What is wrong is told beside its field and kept; what is right, and what just is, arrives as what it means."""
    form = OpenForm(gallery.page, family.title)
    wrong = [row for row in family.rows if row.wrong]
    for row in wrong:
        enter(form, row.where, row.wrong[0])
    if wrong:
        form.submit()
        form.is_refused()
        assert form.has_focus(wrong[0].where)
    for row in wrong:
        what, words = row.wrong
        assert words in form.said_of(row.where), row.where
        assert form.is_marked(row.where), row.where
        if isinstance(what, str):
            assert what == form.at(row.where).input_value()
    for row in family.rows:
        enter(form, row.where, row.valid[0])
    form.submit()
    form.is_sent()
    assert {row.where: row.valid[1] for row in family.rows} == values(form, family)
    for row in family.rows:
        enter(form, row.where, row.edge[0])
    form.submit()
    form.is_sent()
    assert {row.where: row.edge[1] for row in family.rows} == values(form, family)


def test_pointer_finds_what_stands_below_an_open_list(gallery):
    """A list that folds when its box is left does not draw the button away from under the pointer that is pressed."""
    form = OpenForm(gallery.page, "Choices")
    form.at("Element").click()
    expect(form.form.get_by_role("listbox")).to_be_visible()
    form.at("Days").get_by_text("Fri", exact=True).click()
    assert form.at("Days").get_by_text("Fri", exact=True).locator("..").get_by_role("checkbox").is_checked()
    expect(form.form.get_by_role("listbox")).to_be_hidden()


NAMED = """() => window.hitlNamed = [...document.querySelectorAll(".hitl-form :is(.hitl-field, fieldset.hitl-set)")]
    .filter(field => field.checkVisibility())
    .map(field => {
        const title = field.querySelector(":scope > .hitl-label > *, :scope > legend > *")
            ?? field.querySelector(":scope > legend");
        const control = field.matches("fieldset") ? field
            : document.getElementById(title.htmlFor) ?? field.querySelector(`[aria-labelledby="${title.id}"]`);
        return {title: title.textContent, control};
    })"""
PRESSED = """() => window.hitlNamed = [...document.querySelectorAll(
    ".hitl-form :is(input, select, textarea, button, [tabindex='0']):not([aria-hidden])"
)].filter(one => one.checkVisibility()).map(control => ({title: control.outerHTML, control}))"""


def named(page, found):
    """Titles and the names that the browser's accessibility tree has for their controls."""
    page.add_style_tag(content=RENDERED)
    titles = page.evaluate(f"({found})().map(({{title}}) => title)")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Accessibility.enable")
    names = []
    for number in range(len(titles)):
        got = devtools.send("Runtime.evaluate", {"expression": f"hitlNamed[{number}].control"})
        tree = devtools.send(
            "Accessibility.getPartialAXTree", {"objectId": got["result"]["objectId"], "fetchRelatives": False}
        )
        names.append(tree["nodes"][0].get("name", {}).get("value", ""))
    devtools.detach()
    return titles, names


def test_every_control_has_its_title_as_its_name(gallery):
    """In the browser's accessibility tree each field of every family goes by its title, and no control has no name."""
    titles, names = named(gallery.page, NAMED)
    assert titles == names
    assert {row.where.rpartition(" > ")[2] for family in FAMILIES for row in family.rows} - {"Shop"} <= {
        *titles,
        "Street",
    }
    controls, names = named(gallery.page, PRESSED)
    assert len(titles) < len(controls)
    assert [] == [control for control, name in zip(controls, names, strict=True) if not name.strip()]


@pytest.mark.timeout(960)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks_in_voila(voila, page, shots, theme):
    """As a page of Voila, light and dark, it does not stick out either, and a scan for barriers finds none."""
    open_all(page, open_in_voila(page, voila, NOTEBOOK, dark=theme == "dark"))
    looked_at(page, shots, "types-voila", (theme,))
