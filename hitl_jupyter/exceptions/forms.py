"""What goes wrong between a form and what is put into it."""

from __future__ import annotations

from collections.abc import Sequence

from hitl_jupyter.exceptions.base import HitlError


class FormError(HitlError):
    """The base of what goes wrong between a form and what is put into it."""


class CannotHold(FormError, ValueError):  # noqa: N818 - a situation
    """Raised when a field's control has no way to show or enter a value; the value itself is never in the text."""

    def __init__(self, path: Sequence[str | int], why: str) -> None:
        self.path, self.why = tuple(path), why
        super().__init__(f"Field {'.'.join(map(str, path)) or '(the whole form)'} cannot hold this value: {why}")


class MalformedDocument(FormError, ValueError):  # noqa: N818 - a situation
    """Raised when cells that came over the wire do not have the shape of their form; nothing is changed by them."""

    def __init__(self, path: Sequence[str | int], why: str) -> None:
        self.path, self.why = tuple(path), why
        where = ".".join(map(str, path)) or "the root"
        super().__init__(f"The answer does not have the shape of its form at {where}: {why}")


class NoSuchField(FormError, LookupError):  # noqa: N818 - a situation
    """Raised when a form is asked for a field that it does not have."""

    def __init__(self, path: str, known: Sequence[str]) -> None:
        self.path, self.known = path, tuple(known)
        super().__init__(f"The form has no field {path!r}; here are: {', '.join(map(repr, known)) or 'none'}.")


class ImportRefused(FormError, TypeError):  # noqa: N818 - a situation
    """Raised for a form that would import whatever the person who answers names: that runs their code."""

    def __init__(self, model: str, path: Sequence[str]) -> None:
        self.model, self.path = model, tuple(path)
        super().__init__(
            f"Field {'.'.join(path) or '(the whole form)'} of {model} is an ImportString: whoever answers would choose "
            "what is imported, and so what code runs. Say what may be chosen, by a validator: Annotated[ImportString, "
            "BeforeValidator(lambda name: name, json_schema_input_type=Literal['math.sin', 'math.cos'])]."
        )


class UnknownRenderer(FormError, ValueError):  # noqa: N818 - a situation
    """Raised when something is asked to draw forms that there is not."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"Nothing called {name!r} draws forms; there are: {', '.join(known)}.")
