"""What a page asks of the kernel while a form is filled in, beside its answers: taking a file, completing a path.

Nothing of it changes the form: a page puts into the form what comes of it.
"""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Annotated, Any, Final, Literal, Protocol

from pydantic import Field, TypeAdapter, ValidationError

from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.logs import logger
from hitl_jupyter.forms import Plan
from hitl_jupyter.widgets.messages import Message
from hitl_jupyter.widgets.paths import complete
from hitl_jupyter.widgets.uploads import Uploads

KINDS: Final = ("upload", "drop", "paths")
STATIC: Final = pathlib.Path(__file__).parent.parent / "static"


class Upload(Message):
    """A piece of a file, which is the message's buffer; the first one of a file is at 0."""

    kind: Literal["upload"]
    pause_id: str | None = None
    upload: str = Field(max_length=100)
    name: str = Field(max_length=1000)
    size: int = Field(ge=0)
    offset: int = Field(ge=0)


class Drop(Message):
    """Nobody wants a file any more."""

    kind: Literal["drop"]
    pause_id: str | None = None
    upload: str


class Paths(Message):
    """Which paths begin with a text."""

    kind: Literal["paths"]
    pause_id: str | None = None
    text: str = Field(max_length=10_000)
    folders: bool = False


_parse: TypeAdapter[Upload | Drop | Paths] = TypeAdapter(Annotated[Upload | Drop | Paths, Field(discriminator="kind")])


class Reply(Protocol):
    """Answers a request of the page."""

    def __call__(self, request_id: str, status: str, **more: Any) -> None:
        """Answer it."""


def parts_of(plan: Plan) -> dict[str, str]:
    """Give the scripts that the page of a form needs beside those that all have, by name."""
    return {"files": _script("files")} if plan.has_files or _has_paths(plan) else {}


@cache
def _script(name: str) -> str:
    return (STATIC / f"{name}.js").read_text(encoding="utf-8")


class Services:
    """What the pages of one form may ask."""

    def __init__(self, plan: Plan | None) -> None:
        self._plan = plan
        self._working: set[asyncio.Task[None]] = set()

    def serve(self, content: Mapping[str, Any], buffers: Sequence[memoryview], reply: Reply) -> None:
        """Do what a page asks, and reply to it."""
        try:
            request = _parse.validate_python(content)
        except ValidationError:
            logger.warning("A message of a form was malformed and changed nothing.")
            return
        if isinstance(request, Upload):
            piece = memoryview(buffers[0]).cast("B") if buffers else memoryview(b"")
            why = self._uploads.take(request.upload, request.name, request.size, request.offset, piece)
            reply(request.id, "ok" if why is None else "failed", message=why)
        elif isinstance(request, Drop):
            self._uploads.drop(request.upload)
            reply(request.id, "ok")
        else:
            task = asyncio.get_running_loop().create_task(self._complete(request, reply))
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    @cached_property
    def _uploads(self) -> Uploads:
        return Uploads(self._plan)

    async def _complete(self, request: Paths, reply: Reply) -> None:
        # Who cannot run code here, such as a visitor of a Voila page, has no business in its folders.
        if self._plan is None or not _has_paths(self._plan):
            reply(request.id, "failed")
            return
        # A folder may be on a slow disk of another machine.
        found = await asyncio.to_thread(complete, request.text, folders=request.folders)
        reply(request.id, "ok", data={"paths": list(found.paths), "more": found.more})

    def close(self) -> None:
        """Let go of all that the pages have sent."""
        if "_uploads" in vars(self):
            self._uploads.close()


def is_service(content: Mapping[str, Any]) -> bool:
    """Tell whether a message of a page is for here."""
    return content.get("kind") in KINDS


def _has_paths(plan: Plan) -> bool:
    return _asks_for_paths(plan.to_page()["root"])


def _asks_for_paths(part: Json) -> bool:
    """Tell whether a path is asked for in a plan."""
    if isinstance(part, dict):
        hints = part.get("hints")
        if isinstance(hints, dict) and hints.get("format") in ("path", "folder"):
            return True
        return any(map(_asks_for_paths, part.values()))
    return isinstance(part, list) and any(map(_asks_for_paths, part))
