"""The functions that make artifacts, each in Prefect's three forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hitl_jupyter import _session
from hitl_jupyter.artifacts.kinds import (
    ImageArtifact,
    LinkArtifact,
    MarkdownArtifact,
    ProgressArtifact,
    TableArtifact,
)
from hitl_jupyter.engine import artifacts
from hitl_jupyter.engine.dispatch import Dispatching


async def acreate_markdown_artifact(markdown: str, key: str | None = None, description: str | None = None) -> UUID:
    """Make a text in Markdown an artifact of the run; gives its id.

    Parameters
    ----------
    markdown
        The text; HTML in it is shown as text.
    key
        A name of lowercase letters, digits and dashes, under which artifacts are versions of one thing.
    description
        What it is, for people.

    Raises
    ------
    pydantic.ValidationError
        The key has other characters, or a parameter has the wrong type.
    StoreError
        It could not be stored.
    """
    return (await MarkdownArtifact(markdown=markdown, key=key, description=description).acreate()).id


async def acreate_table_artifact(table: Any, key: str | None = None, description: str | None = None) -> UUID:
    """Make a table an artifact of the run; gives its id.

    Parameters
    ----------
    table
        A list of dicts or of lists, a dict of lists, or a DataFrame. The card shows its first hundred rows.
    key
        A name of lowercase letters, digits and dashes, under which artifacts are versions of one thing.
    description
        What it is, for people.

    Raises
    ------
    pydantic.ValidationError
        It is none of these, or the key has other characters.
    StoreError
        It could not be stored.
    """
    return (await TableArtifact(table=table, key=key, description=description).acreate()).id


async def acreate_link_artifact(
    link: str, link_text: str | None = None, key: str | None = None, description: str | None = None
) -> UUID:
    """Make a link an artifact of the run; gives its id.

    Parameters
    ----------
    link
        Where it leads; the card follows http, https and mailto.
    link_text
        What is shown of it, by default the link.
    key
        A name of lowercase letters, digits and dashes, under which artifacts are versions of one thing.
    description
        What it is, for people.

    Raises
    ------
    pydantic.ValidationError
        The key has other characters, or a parameter has the wrong type.
    StoreError
        It could not be stored.
    """
    return (await LinkArtifact(link=link, link_text=link_text, key=key, description=description).acreate()).id


async def acreate_image_artifact(image_url: str, key: str | None = None, description: str | None = None) -> UUID:
    """Make an image an artifact of the run; gives its id.

    Parameters
    ----------
    image_url
        Its address: http, https, or ``data:image/...``.
    key
        A name of lowercase letters, digits and dashes, under which artifacts are versions of one thing.
    description
        What is to be seen, also for those who cannot see it.

    Raises
    ------
    pydantic.ValidationError
        The key has other characters, or a parameter has the wrong type.
    StoreError
        It could not be stored.
    """
    return (await ImageArtifact(image_url=image_url, key=key, description=description).acreate()).id


async def acreate_progress_artifact(progress: float, key: str | None = None, description: str | None = None) -> UUID:
    """Show in the run's card how far something is; gives the id for `update_progress_artifact`.

    `hitl_jupyter.track` does both for a loop.

    Parameters
    ----------
    progress
        A percentage from 0 to 100; what is out of that counts as the nearest, with a warning.
    key
        A name of lowercase letters, digits and dashes, under which artifacts are versions of one thing.
    description
        What it is, for people.

    Raises
    ------
    pydantic.ValidationError
        The percentage is no number, or the key has other characters.
    StoreError
        It could not be stored.
    """
    return (await ProgressArtifact(progress=progress, key=key, description=description).acreate()).id


async def aupdate_progress_artifact(artifact_id: UUID, progress: float, description: str | None = None) -> UUID:
    """Say how far it is now; gives the id again.

    Parameters
    ----------
    artifact_id
        What `create_progress_artifact` gave.
    progress
        A percentage from 0 to 100; what is out of that counts as the nearest, with a warning.
    description
        What it is, where that has changed.

    Raises
    ------
    ObjectNotFound
        The store has no such progress artifact.
    pydantic.ValidationError
        The percentage is no number.
    StoreError
        It could not be stored.
    """
    _, data = ProgressArtifact(progress=progress)._stored()  # noqa: SLF001 - this module's
    await artifacts.change(_session.current(), artifact_id, data, description or None)
    return artifact_id


create_markdown_artifact = Dispatching(acreate_markdown_artifact, _session.current)
create_table_artifact = Dispatching(acreate_table_artifact, _session.current)
create_link_artifact = Dispatching(acreate_link_artifact, _session.current)
create_image_artifact = Dispatching(acreate_image_artifact, _session.current)
create_progress_artifact = Dispatching(acreate_progress_artifact, _session.current)
update_progress_artifact = Dispatching(aupdate_progress_artifact, _session.current)
