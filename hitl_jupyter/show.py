"""What a question can show: ``pause_flow_run(Label, show=Image("whiskers.png", alt="A cat?"))``.

Most things need no name from here: a text is Markdown; an image of Pillow, an array, a DataFrame, a figure, a path or
anything that a notebook can display is shown as it is.
"""

from __future__ import annotations

from hitl_jupyter.exhibits import HTML, Audio, Diff, Image, Markdown, Table, Video

__all__ = ["HTML", "Audio", "Diff", "Image", "Markdown", "Table", "Video"]
