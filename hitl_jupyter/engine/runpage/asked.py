"""What a page may ask for with each section, checked once at the border."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

WINDOW = 500
"""Rows that one answer may have."""
SEARCH = 1000
"""Characters that may be searched for."""

Number = Annotated[int, Field(ge=0, le=10**12)]


class Nothing(BaseModel):
    """The section as a whole."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Window(Nothing):
    """So many rows from one on."""

    offset: Number = 0
    limit: Annotated[int, Field(ge=1, le=WINDOW)] = 100


class Filter(Nothing):
    """Lines of at least a level (a number of the logging module) that contain a text."""

    level: Number = 0
    search: Annotated[str, Field(max_length=SEARCH)] = ""
    newest_first: bool = False


class LogWindow(Filter, Window):
    """So many of the lines that match, from one on."""


class TableWindow(Window):
    """So many rows of a table artifact, from one on."""

    artifact_id: str
