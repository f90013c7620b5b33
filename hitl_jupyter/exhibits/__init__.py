"""What a question shows: images, sound, tables, figures, texts, as plain data for a page, a terminal and the record.

Pure, and quick to import: a library whose object is shown is here already, and is looked for in `sys.modules`.
"""

from __future__ import annotations

from hitl_jupyter.exhibits.exhibit import Exhibit, ShowAt, known_place
from hitl_jupyter.exhibits.recognise import exhibits_of
from hitl_jupyter.exhibits.things import HTML, Audio, Diff, Image, Markdown, Table, Video

__all__ = [
    "HTML",
    "Audio",
    "Diff",
    "Exhibit",
    "Image",
    "Markdown",
    "ShowAt",
    "Table",
    "Video",
    "exhibits_of",
    "known_place",
]
