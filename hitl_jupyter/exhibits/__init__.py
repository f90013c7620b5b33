"""What a question shows: images, sound, tables, figures, texts, as plain data for a page, a terminal and the record.

Pure, and loaded when something is shown: a library whose object it is is here already, and is looked for in
`sys.modules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_jupyter.core.door import door

if TYPE_CHECKING:
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

_HOMES = {
    **dict.fromkeys(("Exhibit", "ShowAt", "known_place"), "exhibit"),
    **dict.fromkeys(("HTML", "Audio", "Diff", "Image", "Markdown", "Table", "Video"), "things"),
    "exhibits_of": "recognise",
}
__getattr__ = door(__name__, _HOMES)
