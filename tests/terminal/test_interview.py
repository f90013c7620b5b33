"""How a form is asked, with a person who answers from a list instead of a terminal.

The plans are compiled from classes and the documents are judged by pydantic; where a plan is written by hand the test
says so.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

from hitl_jupyter.forms import Document, compile_plan, judge
from hitl_jupyter.forms.own import OwnControl
from hitl_jupyter.terminal.interview import Interview


class Scripted:
    """A talk whose answers are known before; keeps what is said and asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.said = []
        self.prompts = []
        self.hidden = []

    def say(self, text):
        self.said.append(text)

    def ask(self, prompt, *, secret=False):
        self.prompts.append(prompt)
        if secret:
            self.hidden.append(prompt)
        assert self.answers, f"{prompt!r} was not expected"
        return self.answers.pop(0)


def interview(model, *answers):
    """Ask for a model; gives the talk, the interview, and the verdict on what was filled in."""
    plan = compile_plan(model)
    talk = Scripted(*answers)
    asked = Interview(plan.to_json(), Document(plan).to_wire(), talk)
    asked.fill()
    assert [] == talk.answers
    return talk, asked, verdict(model, asked)


def verdict(model, asked):
    document = Document(compile_plan(model))
    document.replace(asked.document)
    return judge(model, document)


class Colour(Enum):
    RED = 1
    GREEN = 2


class Round(BaseModel):
    kind: Literal["round"] = "round"
    radius: int


class Square(BaseModel):
    kind: Literal["square"] = "square"
    side: int


class Tree(BaseModel):
    name: str
    parts: list[Tree] = []
    spare: Tree | None = None


class Item(BaseModel):
    name: str
    amount: int = 1
    price: float | None = None


@pytest.mark.parametrize(
    ("annotation", "typed", "value"),
    [
        (str, ["  Ana "], "  Ana "),
        (str, ["", "Ana"], "Ana"),
        (str, ['""', "Ana"], "Ana"),
        (str | None, ['""'], ""),
        (str | None, ["NO VALUE"], None),
        (int, [" 9007199254740993 "], 9007199254740993),
        (float, ["0.1"], 0.1),
        (bool, ["maybe", "", "yes"], True),
        (bool, ["N"], False),
        (bool | None, ["no value"], None),
        (Literal["a", "b"], ["2"], "b"),
        (Literal["a", "b"], ["B"], "b"),
        (Literal["a", "b"], ["3", "", "a"], "a"),
        (Literal[3, 2, 1], ["3"], 3),
        (Literal[3, 2, 1], ["#3"], 1),
        (Literal["a", "b"] | None, ["3"], None),
        (Literal["a", "b"] | None, ["No value"], None),
        (Colour, ["2"], Colour.GREEN),
        (list[int], ["[1, 2.0, 30]"], [1, 2, 30]),
        (list[int], ["1, 2", '{"a": 1}', "[]"], []),
        (list[str], ['["a",', '"b"', "]"], ["a", "b"]),
        (list[Colour], ['["BLUE"]', '["GREEN"]'], [Colour.GREEN]),
        (list[list[bool]], ["[[true], []]"], [[True], []]),
        (list[int | None], ["[null, 1]"], [None, 1]),
        (list[Item], ['[{"name": "a", "price": 1.5}]'], [Item(name="a", price=1.5)]),
        (list[Item], ['[{"nam": "a"}]', '[{"name": "a", "amount": "2"}]'], [Item(name="a", amount=2)]),
        (dict[str, float], ['{"a": 0.10}'], {"a": 0.1}),
        (dict[str, float], ["{a: 1}", "{}"], {}),
        (dict[int, list[bool]], ['{"1": [true], "2": []}'], {1: [True], 2: []}),
        (dict[Colour, bool], ['{"GREEN": true, "PINK": true}', '{"GREEN": true}'], {Colour.GREEN: True}),
        (dict[bool, int], ['{"true": 1}'], {True: 1}),
        (tuple[int, str], ["[1]", '[1, "a"]'], (1, "a")),
        (set[int], ["[1, 1, 2]"], {1, 2}),
        (set[Literal["a", "b"]], ['["c"]', '["b"]'], {"b"}),
        (int | str, ["2", "5"], "5"),
        (int | str, ["Whole number", "5"], 5),
        (int | str | None, ["No value"], None),
        (date | str, ["2", "2026-01-02"], "2026-01-02"),
        (Item | list[int], ["List", "[1]"], [1]),
        (Item | list[int], ["1", "pen", "", ""], Item(name="pen")),
        (list[int | str], ['[1, "1"]'], [1, "1"]),
        (list[Round | Square], ['[{"kind": "square", "side": 2}, {"radius": 1}]'], [Square(side=2), Round(radius=1)]),
        (Decimal, ["1.10"], Decimal("1.10")),
        (timedelta, ["PT1H"], timedelta(hours=1)),
        (time, ["12:30"], time(12, 30)),
        (
            Tree,
            ["a", '[{"name": "b", "parts": [{"name": "c"}]}]', "y", "d", "[]", "n"],
            Tree(name="a", parts=[Tree(name="b", parts=[Tree(name="c")])], spare=Tree(name="d")),
        ),
        (Item | None, ["n"], None),
        (Item | None, ["y", "pen", "", ""], Item(name="pen")),
    ],
)
def test_what_is_typed_becomes_the_value(annotation, typed, value):
    """For each kind of field the typed lines give the value they mean, and what means nothing is asked again."""
    model = type("Asked", (BaseModel,), {"__annotations__": {"x": annotation}})
    _, _, judged = interview(model, *typed)
    assert value == judged.value.x


class Defaults(BaseModel):
    name: str = "Ana"
    empty: str = ""
    many: list[int] = [1, 2]
    when: int | None = None
    size: Literal["s", "m"] = "m"
    item: Item = Item(name="pen")
    secret: SecretStr = SecretStr("hush")
    made: str = Field(default_factory=lambda: "made")


def test_enter_keeps_what_stands_in_brackets():
    """Enter takes each default, which is shown, except a secret's, which is not."""
    talk, _, judged = interview(Defaults, *[""] * 10)
    assert Defaults() == judged.value
    shown = "\n".join(talk.prompts + talk.said)
    assert "Name" in talk.prompts[0]
    assert talk.prompts[0].endswith("[Ana]: ")
    assert "[[1, 2]]: " in shown
    assert "[No value]: " in shown
    assert "[2 m]: " in shown
    assert "Item > Name [pen]: " in shown
    assert "hush" not in shown


def test_long_text_takes_several_lines():
    """A text of several lines ends with a line that is only a dot."""

    class Letter(BaseModel):
        text: str = Field(max_length=2000)

    _, _, judged = interview(Letter, "Dear Ana,", "", "goodbye.", ".")
    assert "Dear Ana,\n\ngoodbye." == judged.value.text


def test_everything_with_a_secret_in_it_is_typed_unseen():
    """A secret is typed unseen wherever it is, and is not shown when it is asked for again."""

    class Keys(BaseModel):
        key: SecretStr
        keys: list[SecretStr]

    talk, asked, judged = interview(Keys, "one", '["two", "three"]')
    assert talk.prompts == talk.hidden
    assert ["two", "three"] == [key.get_secret_value() for key in judged.value.keys]
    talk.answers = ["", ""]
    asked.again([((), "Once more.")])
    assert all(prompt.endswith("[kept]: ") for prompt in talk.prompts[2:])
    assert "one" == verdict(Keys, asked).value.key.get_secret_value()


class Order(BaseModel):
    name: str
    item: Item
    more: list[Item]


@pytest.mark.parametrize(
    ("path", "label", "asked"),
    [
        (("name",), "Name: ", ["Name"]),
        (("item", "amount"), "Item > Amount: ", ["Item > Amount"]),
        (("item",), "Item: ", ["Item > Name", "Item > Amount", "Item > Price"]),
        (("more", 1, "name"), "More > 2 > Name: ", ["More"]),
        ((), "", ["Name", "Item > Name", "Item > Amount", "Item > Price", "More"]),
        (("unknown",), "", ["Name", "Item > Name", "Item > Amount", "Item > Price", "More"]),
    ],
)
def test_only_what_is_wrong_is_asked_again(path, label, asked):
    """An error is said with the field's name and that field is asked; for the whole form everything, answers kept."""
    talk, order, _ = interview(Order, "Ana", "pen", "2", "", '[{"name": "a"}, {"name": "b"}]')
    before, first = order.document, len(talk.prompts)
    talk.answers = [""] * len(asked)
    order.again([(path, "Not so.")])
    assert f"{label}Not so." in talk.said
    assert asked == [prompt.split(" (")[0].split(" [")[0].removesuffix(": ") for prompt in talk.prompts[first:]]
    assert before == order.document


def test_a_form_without_a_question_still_waits_for_a_person():
    """A form of constants is sent at Enter, so that one which is refused does not go round without end."""

    class Fixed(BaseModel):
        kind: Literal["order"]

    talk, asked, judged = interview(Fixed, "")
    assert ["Kind: order"] == talk.said
    assert judged.ok
    talk.answers = [""]
    asked.again([(("kind",), "Not so.")])
    assert ["Press Enter to submit: "] * 2 == talk.prompts


def test_texts_of_a_form_cannot_command_the_terminal():
    """Titles, descriptions, labels and defaults are shown with their control characters written out."""

    class Odd(BaseModel):
        a: str = Field("\x1b[2Jdefault", title="\x1b]0;title\x07", description="\x1b[31mdescription")
        b: Literal["\x1bx", "y"]

    talk, _, _ = interview(Odd, "", "2")
    shown = "\n".join(talk.prompts + talk.said)
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert r"\x1b[31mdescription" in shown


def test_an_unknown_kind_of_control_is_refused():
    """A plan (written by hand here) with a kind that the terminal does not know raises, and nothing is guessed."""
    node = {"kind": "map", "title": "Place", "required": True, "nullable": False, "blank": {"is": "absent"}}
    plan = {"root": {"kind": "group", "title": "T", "fields": [{"name": "place", "node": node}]}}
    with pytest.raises(KeyError, match="map"):
        Interview(plan, {"is": "value", "value": {}}, Scripted()).fill()


def test_field_with_a_control_of_its_own_takes_its_plain_value():
    """One line says that the page has more to offer; the value is typed as that of any other field of its type."""

    class Cut(BaseModel):
        name: str = "a"
        part: Annotated[tuple[int, int], OwnControl()] = (1, 2)

    talk, _, found = interview(Cut, "", "[3, 4]")
    assert [line for line in talk.said if "control" in line] == [
        "Part has a control of its own in the notebook; here its plain value is taken."
    ]
    assert Cut(part=(3, 4)) == found.value
