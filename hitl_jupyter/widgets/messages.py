"""What the page sends to the kernel, as types: parsed once at the border, trusted inside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Message(BaseModel):
    """A request of the page; `id` comes back in exactly one reply."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(max_length=100)

    @property
    def page(self) -> str:
        """Which page asks; two of them may show one form."""
        return self.id.rpartition("-")[0]


class Sent(Message):
    """What a person does. `user` is who the page says that is, `origin` of which kind the page is, if it knows."""

    user: str | None = None
    origin: Literal["JupyterLab", "Notebook", "Voila"] | None = None


class Submit(Sent):
    """An answer. `document` is the whole form (None for a bare Resume), `seconds` how long it was on the screen."""

    kind: Literal["submit"]
    pause_id: str
    document: dict[str, Any] | None
    seconds: float | int | None = None


class Cancel(Sent):
    """End the run."""

    kind: Literal["cancel"]


class Typed(Message):
    """Keep what was typed so far: the whole form, secrets left out. `check`: tell what is wrong with it."""

    kind: Literal["draft"]
    document: dict[str, Any]
    check: bool = False


class Draft(Typed):
    """Keep what was typed into a question."""

    pause_id: str


class Shown(Message):
    """Tell that ipywidgets of a form are to be seen at its places, by their tokens."""

    kind: Literal["shown"]
    pause_id: str
    slots: list[str]


class Logs(Message):
    """Give the log lines after a number, and the artifacts."""

    kind: Literal["logs"]
    after: int = 0


class Hello(Message):
    """Tell whether the kernel is there: a card has come into view."""

    kind: Literal["hello"]


class OpenPage(Message):
    """Give the run page: somebody has unfolded it."""

    kind: Literal["page"]


class Read(Message):
    """Give a section of a run page, or of a run below it; what else is in it says which part."""

    model_config = ConfigDict(extra="allow", strict=True)

    kind: Literal["read"]
    what: str
    run_id: str | None = None


class Explain(Message):
    """Give what a run had been given that did not end well."""

    kind: Literal["explain"]


class RunAgain(Sent):
    """Run it again, with the same answers."""

    kind: Literal["again"]


class TakeUp(Message):
    """Take up a run that waits: the only message of the notice that lists them."""

    kind: Literal["take_up"]
    run_id: str


OfCard = Submit | Cancel | Draft | Shown | Logs | Hello | OpenPage | Explain | RunAgain
parse: TypeAdapter[OfCard] = TypeAdapter(Annotated[OfCard, Field(discriminator="kind")])
parse_read: TypeAdapter[Read | RunAgain] = TypeAdapter(Annotated[Read | RunAgain, Field(discriminator="kind")])
parse_take_up: TypeAdapter[TakeUp] = TypeAdapter(TakeUp)


class FormSubmit(Message):
    """What a person sends with a form of its own, outside a flow."""

    kind: Literal["submit"]
    document: dict[str, Any]


parse_form: TypeAdapter[FormSubmit | Typed] = TypeAdapter(Annotated[FormSubmit | Typed, Field(discriminator="kind")])
