"""Arrays, Pillow images and figures of matplotlib, as files of images. Pillow and matplotlib do the work."""

from __future__ import annotations

import io
import sys
from typing import Any, Final

from hitl_jupyter.exhibits.exhibit import CannotShow, Exhibit
from hitl_jupyter.exhibits.media import media, of_bytes

LOSSLESS: Final = 2_500_000
"""Bytes from which on a photograph is sent as JPEG."""
QUALITY: Final = 92
PIECE: Final = 256
SHARP: Final = 2
"""Pixels of a figure for each pixel of the page."""
_NO_PILLOW = "showing an array needs Pillow. Install it with 'pip install hitl-jupyter[images]'."


def image(source: Any, alt: str | None = None, caption: str | None = None) -> Exhibit:
    """Give an image, whatever it comes as.

    Raises
    ------
    CannotShow
        It is none; the text says why.
    """
    if is_pillow(source):
        return of_bytes(_written(source), "image", alt, caption)
    if is_figure(source):
        return figure(source, alt, caption)
    if hasattr(source, "__array__"):
        return of_bytes(_written(_from_array(source)), "image", alt, caption)
    return media(source, "image", alt, caption)


def is_array(value: Any) -> bool:
    """Tell whether it is an array of NumPy whose shape is that of an image."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray) or value.dtype.kind not in "buif":
        return False
    return value.ndim == 2 or (value.ndim == 3 and value.shape[2] in (1, 3, 4))


def is_pillow(value: Any) -> bool:
    """Tell whether it is an image of Pillow."""
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(value, pillow.Image)


def is_figure(value: Any) -> bool:
    """Tell whether it is a figure of matplotlib, or has one: axes, a grid of seaborn."""
    kind = getattr(sys.modules.get("matplotlib.figure"), "FigureBase", None)
    return kind is not None and (isinstance(value, kind) or isinstance(getattr(value, "figure", None), kind))


def figure(value: Any, alt: str | None = None, caption: str | None = None) -> Exhibit:
    """Give a figure of matplotlib as it looks now; it is not closed by that."""
    title = value.get_title() if hasattr(value, "get_title") else ""
    while not hasattr(value, "get_dpi") or not hasattr(value, "savefig"):
        value = value.figure
    file = io.BytesIO()
    value.savefig(file, format="png", dpi=SHARP * value.get_dpi(), bbox_inches="tight")
    return of_bytes(file.getvalue(), "image", alt or title or _title(value) or "Figure", caption, scale=SHARP)


def _title(value: Any) -> str:
    titles = [value.get_suptitle(), *(axes.get_title() for axes in value.axes)]
    return ", ".join(dict.fromkeys(title for title in titles if title))


def _from_array(source: Any) -> Any:
    """Give an array as an image of Pillow. Nothing is scaled or clamped in silence."""
    try:
        import numpy as np
        from PIL import Image as Picture
    except ModuleNotFoundError:
        raise CannotShow(_NO_PILLOW) from None
    array = np.asarray(source)
    shape = " x ".join(map(str, array.shape)) or "no dimensions"
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise CannotShow(
            f"an array of shape {shape} is no image; one is height x width, or height x width x 3 (RGB) or 4 (RGBA)."
        )
    if array.size == 0:
        raise CannotShow(f"an array of shape {shape} has no pixels.")
    kind = array.dtype.kind
    if kind not in "buif":
        raise CannotShow(f"an array of {array.dtype} is no image; one is of uint8, bool, or floats from 0 to 1.")
    if kind == "b":
        array = array * np.uint8(255)
    elif array.dtype != np.uint8:
        array = _as_bytes(np, array)
    return Picture.fromarray(np.ascontiguousarray(array))


def _as_bytes(np: Any, array: Any) -> Any:
    floats = array.dtype.kind == "f"
    if floats and not np.isfinite(array).all():
        count = int(array.size - np.isfinite(array).sum())
        raise CannotShow(f"{count:,} of its {array.size:,} numbers are NaN or infinite.")
    low, high, most = array.min(), array.max(), 1 if floats else 255
    if low < 0 or high > most:
        words = "floats" if floats else "whole numbers"
        raise CannotShow(
            f"its numbers go from {low:g} to {high:g}, and an image of {words} has 0 to {most}. Scale it first, "
            "such as (a - a.min()) / (a.max() - a.min())."
        )
    return (array * 255 + 0.5).astype(np.uint8) if floats else array.astype(np.uint8)


def _written(picture: Any) -> bytes:
    """Give an image of Pillow as a file: PNG, which loses nothing, or for a large photograph JPEG."""
    if picture.mode in ("CMYK", "YCbCr", "HSV", "LAB"):
        picture = picture.convert("RGB")
    elif picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        raise CannotShow(f"an image of mode {picture.mode!r} says nothing of its range; convert it to 'L' or 'RGB'.")
    if picture.mode in ("RGB", "L") and _estimate(picture) > LOSSLESS:
        return _saved(picture, "JPEG", quality=QUALITY)
    return _saved(picture, "PNG", compress_level=1)


def _estimate(picture: Any) -> float:
    """Guess how many bytes an image has as PNG from a piece of it: writing a whole photograph so takes a second."""
    width, height = picture.size
    left, top = (width - PIECE) // 2, (height - PIECE) // 2
    if left <= 0 or top <= 0:
        return 0.0
    piece = _saved(picture.crop((left, top, left + PIECE, top + PIECE)), "PNG", compress_level=1)
    return float(len(piece) * (width * height) / (PIECE * PIECE))


def _saved(picture: Any, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    try:
        picture.save(file, kind, **how)
    except (OSError, ValueError, SyntaxError) as error:
        # Pillow reads a file only now, and SyntaxError is what it calls a broken PNG.
        raise CannotShow(f"it is broken ({error}).") from None
    return file.getvalue()
