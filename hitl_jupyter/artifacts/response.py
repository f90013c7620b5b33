"""An artifact as programs written for Prefect expect it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hitl_jupyter.core.records import ArtifactRecord, Json


@dataclass(frozen=True, slots=True)
class ArtifactResponse:
    """An artifact as it is stored, under Prefect's names: `data` is text, and a number for progress."""

    id: UUID
    created: datetime
    updated: datetime
    key: str | None
    type: str | None
    description: str | None
    data: str | float | None
    flow_run_id: UUID | None
    task_run_id: UUID | None

    @classmethod
    def of(cls, record: ArtifactRecord) -> ArtifactResponse:
        """Give the artifact of a record."""
        return cls(
            id=UUID(record.id),
            created=record.created_at,
            updated=record.updated_at,
            key=record.key,
            # In Prefect a link is a line of Markdown.
            type="markdown" if record.type == "link" else record.type or None,
            description=record.description,
            data=_as_prefect(record.type, record.data),
            flow_run_id=None if record.run_id is None else UUID(record.run_id),
            task_run_id=None if record.task_run_id is None else UUID(record.task_run_id),
        )


def _as_prefect(type_: str, data: Json) -> str | float | None:
    if isinstance(data, dict) and type_ == "link":
        return as_markdown(str(data["link"]), data["text"])
    if isinstance(data, dict) and type_ == "progress":
        # Of `track`, which keeps more than the percentage.
        data = data["progress"]
    if isinstance(data, str) or (type_ == "progress" and not isinstance(data, list | dict)):
        return data
    return json.dumps(data)


def as_markdown(link: str, text: Any) -> str:
    """Give a link as Prefect stores it."""
    return f"[{text or link}]({link})"
