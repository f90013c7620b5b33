"""Secrets leave no trace (invariant 12): not in the plan, the schema, the page, the record, an error or a repr."""

from __future__ import annotations

import json
import traceback
from typing import Any, NotRequired

import pytest
from pydantic import BaseModel, EmailStr, Field, Secret, SecretBytes, SecretStr, field_validator, model_validator
from typing_extensions import TypedDict

from hitl_jupyter.exceptions import CannotHold, SubmissionRefused
from hitl_jupyter.forms import Document, RunInput, check_by_schema, compile_plan, judge, record_value
from tests.forms.build import asking, form, through_the_page

HUSH = "hunter2-Ünïcode"


class Login(BaseModel):
    user: str
    password: SecretStr = Field("hunter2-Ünïcode", examples=["hunter2-Ünïcode"])


class Vault(BaseModel):
    """Secrets in every place that pydantic knows."""

    plain: SecretStr = "hunter2-Ünïcode"
    wrapped: SecretStr = SecretStr("hunter2-Ünïcode")
    binary: SecretBytes = b"hunter2"
    number: Secret[int] = Secret(4711)
    unmarked: Secret[int] = 4711
    maybe: SecretStr | None = None
    many: list[SecretStr] = [SecretStr("hunter2-Ünïcode")]
    mapped: dict[str, SecretStr] = {"a": "hunter2-Ünïcode"}
    either: SecretStr | int = SecretStr("hunter2-Ünïcode")
    login: Login = {"user": "u", "password": "hunter2-Ünïcode"}
    logins: list[Login] = [Login(user="u", password="hunter2-Ünïcode")]
    pair: tuple[int, SecretStr] = (1, "hunter2-Ünïcode")
    nested: dict[SecretStr, int] = {}
    in_dict: dict[str, Login] = {"a": Login(user="u", password="hunter2-Ünïcode")}


def is_clean(thing: Any) -> bool:
    text = thing if isinstance(thing, str) else json.dumps(thing, ensure_ascii=False, default=repr)
    return "hunter2" not in text and "4711" not in text


def test_no_default_of_a_secret_is_in_plan_schema_or_page():
    """Defaults and examples of secrets, wrapped, plain or inside other defaults, are shown and stored nowhere."""
    plan = compile_plan(Vault)
    assert is_clean(plan.to_json())
    assert is_clean(plan.json_schema())
    assert is_clean(form(Vault).to_wire())
    assert is_clean(form(Vault).to_json())


@pytest.mark.parametrize("name", ["plain", "wrapped", "binary", "number", "unmarked", "maybe", "nested"])
def test_whatever_holds_a_secret_is_typed_blind(name):
    """A type with a secret anywhere in it has a control that never shows what is typed."""
    assert "secret" == form(Vault)[name].node.kind


@pytest.mark.parametrize("name", ["many", "mapped", "either", "in_dict", "pair"])
def test_a_secret_inside_something_is_known_there(name):
    """A list, dictionary, tuple or union knows of the secret in it, and sends no page what is filled in."""
    document = form(Vault)
    assert document[name].node.has_secret
    entries = {"many": [HUSH], "mapped": {"a": HUSH}, "either": HUSH, "pair": (1, HUSH),
               "in_dict": {"a": {"user": "u", "password": HUSH}}}  # fmt: skip
    document[name].value = entries[name]
    assert is_clean(document.to_wire())
    assert is_clean(document.to_json())
    assert HUSH in document.secrets()


def test_untouched_secrets_stay_what_they_are():
    """A form that is sent back untouched leaves every secret default as it is."""
    value = judge(Vault, through_the_page(form(Vault))).value
    assert Vault() == value


class Database(BaseModel):
    host: str
    password: SecretStr
    token: SecretStr | None = None


class Keyring(TypedDict):
    name: str
    key: NotRequired[SecretStr]


class Nested(BaseModel):
    database: Database = Database(host="a", password=HUSH, token=HUSH)


class Setup(BaseModel):
    database: Database = Database(host="a", password=HUSH, token=HUSH)
    keyring: Keyring = {"name": "a", "key": SecretStr(HUSH)}
    nested: Nested = Nested()


def test_what_is_typed_beside_a_secret_leaves_it_as_it_is():
    """A secret in a default stays when another part of it is filled in; one that is typed, or taken away, counts."""
    document = through_the_page(form(Setup))
    for path in ("database.host", "keyring.name", "nested.database.host"):
        document[path].value = "b"
    kept = Database(host="b", password=HUSH, token=HUSH)
    whole = Setup(database=kept, keyring={"name": "b", "key": HUSH}, nested=Nested(database=kept))
    assert whole == judge(Setup, document).value
    assert is_clean(document.to_wire())
    assert is_clean(document.to_json())
    assert HUSH in document.secrets()
    document["database.password"].value = "new"
    document["database.token"].value = None
    assert Database(host="b", password="new", token=None) == judge(Setup, document).value.database


def test_a_wrong_address_beside_a_secret_is_told():
    """What is judged in Python under the name of one of pydantic's own errors is told like any other."""

    class Account(Login):
        mail: EmailStr

    document = form(Account, {"user": "u", "mail": "nobody"})
    verdict = judge(Account, document)
    assert [(("mail",), "schema")] == [(error.path, error.kind) for error in verdict.errors]
    assert ["value_error"] == [error["type"] for error in verdict.exception.errors()]


def test_what_is_typed_reaches_the_flow_and_nothing_else():
    """A typed secret arrives, and neither the page, the record nor a repr has it afterwards."""
    document = form(Vault)
    entries = {"plain": HUSH, "binary": "hunter2", "number": "4711", "maybe": HUSH}
    for name, entry in entries.items():
        document[name].value = entry
    document["mapped"].value = {"b": HUSH}
    document["many"].value = [HUSH, HUSH]
    value = judge(Vault, document).value
    assert (HUSH, b"hunter2", 4711, HUSH, HUSH, [HUSH, HUSH]) == (
        value.plain.get_secret_value(),
        value.binary.get_secret_value(),
        value.number.get_secret_value(),
        value.maybe.get_secret_value(),
        value.mapped["b"].get_secret_value(),
        [secret.get_secret_value() for secret in value.many],
    )
    assert all(is_clean(thing) for thing in (document.to_wire(), document.to_json(), repr(document), repr(value.maybe)))
    assert is_clean(record_value(value))


def test_setting_an_instance_keeps_its_secrets_off_the_page():
    """An instance that fills in a form brings its secrets along for pydantic, and shows none."""
    document = form(Login)
    document.set(Login(user="u", password=HUSH))
    assert HUSH == judge(Login, document).value.password.get_secret_value()
    assert is_clean(document.to_wire())
    assert {"is": "absent"} == Document(compile_plan(Login), Login(user="u", password=HUSH)).to_wire()["value"][
        "password"
    ]


class Talkative(BaseModel):
    """A model whose author tells everything."""

    user: str
    password: SecretStr
    pin: SecretStr = Field(SecretStr("abcd"), max_length=6)

    @field_validator("password", mode="before")
    @classmethod
    def tell(cls, value: Any) -> Any:
        if value == "hunter2-told":
            raise ValueError(f"{value} is too weak {{really}}")
        return value

    @model_validator(mode="after")
    def whole(self) -> Talkative:
        if self.user == "model":
            raise ValueError("no")
        return self


@pytest.mark.parametrize(
    "entries",
    [
        {"user": "u", "password": "hunter2-told"},
        {"user": "model", "password": HUSH},
        {"password": HUSH},
        {"user": "u", "password": HUSH, "pin": "hunter2-long"},
    ],
)
@pytest.mark.parametrize("by_program", [False, True])
def test_no_error_tells_a_secret(entries, by_program):
    """Neither messages nor the exception, with its traceback, details and repr, tell what was typed; by no author."""
    document = form(Talkative)
    for name, entry in entries.items():
        document[name].value = entry
    verdict = judge(Talkative, entries if by_program else document)
    assert verdict.errors
    assert is_clean(repr(verdict))
    assert is_clean("".join(traceback.format_exception(verdict.exception)))
    assert is_clean(repr(verdict.exception.errors()))
    assert is_clean(verdict.exception.json())
    kinds = {error["type"] for error in verdict.exception.errors()}
    assert kinds <= {"value_error", "missing", "too_long", "string_too_long"}


def test_an_exception_without_secrets_says_the_same():
    """Where nothing must be hidden from a message, it is the one that pydantic gives."""
    verdict = judge(Talkative, {"user": "model", "password": HUSH})
    assert "Value error, no" == verdict.exception.errors()[0]["msg"]
    assert "1 validation error for Talkative" in str(verdict.exception)


def test_a_broken_validator_tells_no_secret():
    """What is said of a validator that broke is cleared of secrets too."""

    class Model(BaseModel):
        password: SecretStr

        @field_validator("password", mode="before")
        @classmethod
        def broken(cls, value: str) -> str:
            raise KeyError(value)

    document = form(Model)
    document["password"].value = HUSH
    assert is_clean(repr(judge(Model, document).errors))


def test_a_refusal_by_schema_tells_no_secret():
    """jsonschema begins its messages with the value; a form with secrets leaves it out."""
    for data in (
        {"user": "u", "password": HUSH, "pin": "hunter2-long"},
        {"user": 1, "password": {"x": HUSH}},
        {"user": {"hunter2": HUSH}, "password": HUSH},
        [HUSH],
    ):
        with pytest.raises(SubmissionRefused) as caught:
            check_by_schema(Talkative, data)
        assert is_clean(str(caught.value) + repr(caught.value.errors))


def test_bytes_that_are_no_text_cannot_be_typed():
    """A secret that no keyboard can enter is refused without being told."""
    with pytest.raises(CannotHold) as caught:
        form(asking(SecretBytes))["x"].value = b"hunter2\xff"
    assert is_clean(str(caught.value))


def test_initial_data_for_a_secret_is_not_shown_and_is_kept():
    """A secret that is given beforehand reaches the flow if the box is left empty, and nobody sees it."""

    class Ask(RunInput):
        password: SecretStr

    asked = Ask.with_initial_data(password=SecretStr(HUSH))
    plan = compile_plan(asked)
    assert is_clean([plan.to_json(), plan.json_schema(), form(asked).to_wire(), repr(plan)])
    assert HUSH == judge(asked, through_the_page(form(asked))).value.password.get_secret_value()
