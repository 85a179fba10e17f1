"""Values as colour: palettes with fixed limits, the colour of one number, and an array as a tiny PNG."""

import struct
import zlib
from functools import cache

import numpy as np

Array = np.ndarray

Palette = tuple[tuple[int, int, int], ...]
SEQUENTIAL: Palette = ((250, 250, 245), (174, 212, 230), (66, 146, 198), (8, 69, 132), (6, 32, 66))
DIVERGING: Palette = ((0, 84, 140), (86, 160, 211), (248, 248, 246), (232, 146, 84), (176, 72, 0))
MAGNITUDE: Palette = ((12, 8, 38), (88, 24, 110), (188, 55, 84), (245, 140, 40), (252, 250, 190))


@cache
def colour_table(palette: Palette) -> tuple[tuple[int, int, int], ...]:
    """Return 255 colours, evenly spaced along a palette: an odd number, so that it has a middle."""
    stops = np.linspace(0, 254, len(palette))
    channels = [np.interp(np.arange(255), stops, [stop[k] for stop in palette]) for k in range(3)]
    return tuple((round(r), round(g), round(b)) for r, g, b in zip(*channels, strict=True))


def _index(values: Array, low: float, high: float) -> Array:
    return np.rint(254 * np.clip((values - low) / (high - low), 0, 1)).astype(np.uint8)


def rgb(value: float, low: float, high: float, palette: Palette = SEQUENTIAL) -> tuple[int, int, int]:
    """Return the colour of one value; values beyond the limits take the end colours."""
    return colour_table(palette)[int(_index(np.asarray(value), low, high))]


def shade(value: float, low: float, high: float, palette: Palette = SEQUENTIAL) -> str:
    """Return the colour of one value as ``#rrggbb``.

    >>> shade(0, -1, 1, DIVERGING)
    '#f8f8f6'
    """
    r, g, b = rgb(value, low, high, palette)
    return f"#{r:02x}{g:02x}{b:02x}"


def png(values: Array, low: float, high: float, palette: Palette = SEQUENTIAL) -> bytes:
    """Return a 2-D array as a PNG of one pixel per number, row 0 on top.

    Args:
        values: shape (rows, columns), finite.
        low, high: the values that take the first and the last colour; beyond them the end colours stay.
        palette: colours from low to high.

    Raises:
        ValueError: a value is not finite, or the array is not two-dimensional.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError(
            f"values must be a two-dimensional array of finite numbers, got shape {values.shape}"
        )

    rows, columns = values.shape
    colours = bytes(channel for colour in colour_table(palette) for channel in colour)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    return _png(header, _index(values, low, high), _chunk(b"PLTE", colours))


def picture_png(pixels: Array) -> bytes:
    """Return a picture as a PNG of its own pixels.

    Args:
        pixels: red, green and blue in 0..255, uint8, shape (rows, columns, 3).

    Raises:
        ValueError: the array is of another type or shape.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(
            f"pixels must be bytes of shape (rows, columns, 3), got {pixels.dtype} {pixels.shape}"
        )
    rows, columns, _ = pixels.shape
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return _png(header, pixels.reshape(rows, 3 * columns))


def _png(header: bytes, rows: Array, *between: bytes) -> bytes:
    filters = np.zeros((len(rows), 1), np.uint8)  # each row of a PNG begins with its filter, here none
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + b"".join(between)
        + _chunk(b"IDAT", zlib.compress(np.hstack([filters, rows]).tobytes(), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
