"""The kinds of artifacts, as classes under Prefect's names."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from hitl_jupyter import _session
from hitl_jupyter.artifacts.response import ArtifactResponse, as_markdown
from hitl_jupyter.core.records import Json
from hitl_jupyter.engine import artifacts, sheet
from hitl_jupyter.engine.dispatch import in_sync_code, wait
from hitl_jupyter.engine.logs import current_logger, logger

T = TypeVar("T")


def _check_key(key: str | None) -> str | None:
    if key and not re.fullmatch("[a-z0-9-]+", key):
        raise ValueError("Artifact key must only contain lowercase letters, numbers, and dashes.")
    return key


def _check_progress(progress: float) -> float:
    if math.isnan(progress):
        raise ValueError("Progress is a percentage from 0 to 100, got nan.")
    inside = min(max(progress, 0.0), 100.0)
    if inside != progress:
        # As Prefect does: what overshoots in its last step must not fail a run.
        (current_logger.get() or logger).warning(
            "Progress is a percentage from 0 to 100, got %g. Interpreting as %g.", progress, inside
        )
    return inside


class Artifact(BaseModel):
    """Something to look at, of a flow or task run. The functions of this module make the usual ones.

    Each method waits in sync code and is awaited in async code; its twin with an ``a`` before its name is always
    awaited, and ``_sync=True`` or ``False`` decides it otherwise.

    Raises
    ------
    pydantic.ValidationError
        The key has other characters than lowercase letters, digits and dashes, or a field has the wrong type.
    """

    model_config = ConfigDict(extra="forbid")

    type: str | None = None
    key: Annotated[str | None, AfterValidator(_check_key)] = None
    description: str | None = None
    data: Any = None

    async def acreate(self) -> ArtifactResponse:
        """Store the artifact as one of the run and task run around the call, and show it.

        Raises
        ------
        StoreError
            It could not be stored.
        """
        type_, data = self._stored()
        return ArtifactResponse.of(await artifacts.create(_session.current(), type_, data, self.key, self.description))

    def create(self, *, _sync: bool | None = None) -> Any:
        """Store the artifact as `acreate` does."""
        return _given(self.acreate(), _sync)

    @classmethod
    async def aget(cls, key: str | None = None) -> ArtifactResponse | None:
        """Give the artifact that was made or changed last, of those with a key if one is given; None without any.

        Raises
        ------
        StoreError
            The store cannot be read.
        """
        found = await artifacts.find(_session.current(), key)
        return None if found is None else ArtifactResponse.of(found)

    @classmethod
    def get(cls, key: str | None = None, *, _sync: bool | None = None) -> Any:
        """Give what `aget` gives."""
        return _given(cls.aget(key), _sync)

    @classmethod
    async def aget_or_create(
        cls, key: str | None = None, description: str | None = None, data: Any = None, **kwargs: Any
    ) -> tuple[ArtifactResponse, bool]:
        """Give the newest artifact of a key, made now if there is none; and whether it was.

        Raises
        ------
        StoreError
            The store cannot be read, or written.
        """
        found = await cls.aget(key)
        if found is not None:
            return found, False
        return await cls(key=key, description=description, data=data, **kwargs).acreate(), True

    @classmethod
    def get_or_create(
        cls,
        key: str | None = None,
        description: str | None = None,
        data: Any = None,
        *,
        _sync: bool | None = None,
        **kwargs: Any,
    ) -> Any:
        """Give what `aget_or_create` gives."""
        return _given(cls.aget_or_create(key, description, data, **kwargs), _sync)

    async def aformat(self) -> str | float:
        """Give the artifact's data as `ArtifactResponse` has it."""
        return self._format()

    def format(self, *, _sync: bool | None = None) -> Any:
        """Give what `aformat` gives."""
        return self._format() if in_sync_code(_sync) else self.aformat()

    def _format(self) -> str | float:
        return json.dumps(self.data)

    def _stored(self) -> tuple[str, Json]:
        return self.type or "", sheet.to_json(self.data)


def _given(work: Coroutine[Any, Any, T], sync: bool | None) -> Any:
    __tracebackhide__ = True
    return wait(work, _session.current()) if in_sync_code(sync) else work


class MarkdownArtifact(Artifact):
    """A text in Markdown."""

    type: str | None = "markdown"
    markdown: str

    def _format(self) -> str:
        return self.markdown

    def _stored(self) -> tuple[str, Json]:
        return "markdown", self.markdown


class TableArtifact(Artifact):
    """A table: rows as dicts or lists, columns as a dict of lists, or a DataFrame.

    NaN becomes nothing, and what JSON cannot hold becomes text.
    """

    type: str | None = "table"
    table: Annotated[
        dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]],
        BeforeValidator(sheet.plain),
    ]

    def _format(self) -> str:
        return json.dumps(sheet.to_json(self.table))

    def _stored(self) -> tuple[str, Json]:
        return "table", sheet.to_json(self.table)


class LinkArtifact(Artifact):
    """A link. The card follows links to http, https and mailto alone; others are text."""

    type: str | None = "markdown"
    link: str
    link_text: str | None = None

    def _format(self) -> str:
        return as_markdown(self.link, self.link_text)

    def _stored(self) -> tuple[str, Json]:
        return "link", {"link": self.link, "text": self.link_text}


class ImageArtifact(Artifact):
    """An image by its address: http, https, or ``data:image/...``."""

    type: str | None = "image"
    image_url: str

    def _format(self) -> str:
        return self.image_url

    def _stored(self) -> tuple[str, Json]:
        return "image", self.image_url


class ProgressArtifact(Artifact):
    """How far something is, in per cent."""

    type: str | None = "progress"
    progress: Annotated[float, AfterValidator(_check_progress)]

    def _format(self) -> float:
        return self.progress

    def _stored(self) -> tuple[str, Json]:
        return "progress", self.progress
