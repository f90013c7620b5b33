"""What the page sends to the kernel, as types: parsed once at the border, trusted inside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Message(BaseModel):
    """A request of the page; `id` comes back in exactly one reply."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(max_length=100)


class Submit(Message):
    """An answer. `document` is the whole form (None for a bare Resume), `seconds` how long it was on the screen."""

    kind: Literal["submit"]
    pause_id: str
    document: dict[str, Any] | None
    seconds: float | int | None = None


class Cancel(Message):
    """End the run."""

    kind: Literal["cancel"]


class Logs(Message):
    """Give the log lines after a number."""

    kind: Literal["logs"]
    after: int = 0


class Hello(Message):
    """Tell whether the kernel is there."""

    kind: Literal["hello"]


Request = Annotated[Submit | Cancel | Logs | Hello, Field(discriminator="kind")]
parse: TypeAdapter[Submit | Cancel | Logs | Hello] = TypeAdapter(Request)
