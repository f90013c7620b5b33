"""Things to be shown, real ones: images, sounds, figures, tables."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image as Picture


def picture(width: int = 64, height: int = 48, mode: str = "RGB"):
    """An image of Pillow with a gradient."""
    across = np.linspace(0, 255, width).astype(np.uint8)
    grey = Picture.fromarray(np.tile(across, (height, 1)))
    return grey.convert(mode)


def written(kind: str, picture) -> bytes:
    """An image as a file."""
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def photograph(width: int = 1800, height: int = 1400):
    """An image in which no pixel is like the next, which no lossless file makes small."""
    return Picture.fromarray(np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8))


def sound(seconds: float = 0.5) -> bytes:
    """A tone as a WAV file."""
    file = io.BytesIO()
    count = int(8000 * seconds)
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        tone = (8000 * np.sin(np.arange(count) / 3)).astype(int)
        out.writeframes(struct.pack(f"<{count}h", *tone))
    return file.getvalue()


def figure():
    """A figure of matplotlib, made without pyplot."""
    made = Figure()
    axes = made.add_subplot()
    axes.plot([3, 1, 2])
    axes.set_title("Loss")
    return made


def frame(rows: int = 3):
    """A DataFrame with an index, numbers, texts, and a hole."""
    letters = ["x", None, "<b>z</b>"] * rows
    data = {"size": [1.0, 2.5, float("nan")] * rows, "name": letters, "count": range(3 * rows)}
    return pd.DataFrame(data).iloc[:rows].set_index(pd.Index([f"r{at}" for at in range(rows)]))
