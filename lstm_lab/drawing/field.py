"""What one place of a picture sees, drawn: the picture with two fields outlined, and how the answer depends on it."""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.colour import MAGNITUDE, SEQUENTIAL
from lstm_lab.drawing.numbers import raised
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas

DECADES = (-6.0, 0.0)
"""Powers of ten at the dark and at the pale end of a map, of the largest gradient there is in it."""
NONE = (0.0, 1.0)


class Seen(NamedTuple):
    """What a place sees through one network.

    ``name`` of what reads the picture; ``gradient`` (R, S), exactly 0 outside the field; ``span`` the field: its rows
    from, to and its columns from, to, the ends not in it; ``pixels`` how many it has, ``holding`` how many of them
    hold 90 % of the gradient.
    """

    name: str
    gradient: Array
    span: tuple[int, int, int, int]
    pixels: int
    holding: int

    @property
    def of_largest(self) -> Array:
        """log₁₀ of the gradient's size, as a part of the largest; −∞ outside the field."""
        with np.errstate(divide="ignore"):
            return np.log10(np.abs(self.gradient)) - np.log10(np.abs(self.gradient).max())


class Places(NamedTuple):
    """Where things are: the picture, a map of each field, the scale of their colours, the lines by distance."""

    picture: Area | None
    without: Area
    reading: Area
    scale: Area
    lines: Area | None


def place(canvas: Canvas, shape: tuple[int, int]) -> Places:
    """Return where each panel lies; a narrow canvas has room for the two maps and their scale."""
    rows, columns = shape
    top = canvas.text * 2.1
    foot = canvas.small * 2.6 + 6
    side = canvas.height - top - foot
    wide = side * columns / rows

    def square(left: float) -> Area:
        return Area(left, top, wide, side, (0, columns), (rows, 0))

    if canvas.narrow:
        gap = 58.0
        left = 16.0
        scale = Area(left + 2 * wide + 2 * gap, top, 14, side, NONE, DECADES)
        return Places(None, square(left), square(left + wide + gap), scale, None)
    gap = 36.0
    maps = [square(8 + k * (wide + gap)) for k in range(3)]
    start = maps[2].left + wide + 92
    lines = Area(start, top, canvas.width - start - 60, side, (0, rows - 1), DECADES)
    return Places(maps[0], maps[1], maps[2], Area(start - 16, top, 12, side, NONE, DECADES), lines)


def picture(area: Area, canvas: Canvas, pixels: Array, fields: tuple[Seen, Seen], at: tuple[int, int]) -> str:
    """Return the picture that is read, the place that answers and the outlines of both fields on it.

    Args:
        area: where; its limits are the columns and rows.
        canvas: for the size of the text.
        pixels: in [0, 1], shape (R, S).
        fields: without and with what reads on; the first is dashed.
        at: row and column of the place.
    """
    without, reading = fields
    return svg.group(
        panels.title(area, canvas, "What is read"),
        svg.heat(*area[:4], pixels, 0, 1, SEQUENTIAL),
        outline(area, reading.span, "ink", 2.6, ""),
        outline(area, without.span, "f", 2.6, "5 3"),
        ring(area, at),
        svg.text(area.left, _below(area, canvas, 0), "○ the place that answers", size=canvas.small),
        svg.text(
            area.left, _below(area, canvas, 1), "▪ on the maps: a dark pixel", size=canvas.small, pen="grey"
        ),
        name="picture",
    )


def gradient_map(
    area: Area, canvas: Canvas, pixels: Array, seen: Seen, at: tuple[int, int], dashed: bool
) -> str:
    """Return how much the answer depends on each pixel of the field; nothing is drawn where it cannot.

    Args:
        area: where; its limits are the columns and rows.
        canvas: for the size of the text.
        pixels: the picture, shape (R, S); a dark pixel gets a small square.
        seen: by which network.
        at: row and column of the place.
        dashed: how the field is outlined: as the first of two, or as the second.
    """
    top, foot, left, right = seen.span
    low, high = DECADES
    inside = np.maximum(seen.of_largest[top:foot, left:right], low)
    x, y = area.x(left), area.y(top)
    frame = svg.rect(*area[:4], pen="faint", opacity=0.55)
    total = seen.gradient.size
    return svg.group(
        panels.title(area, canvas, seen.name),
        frame,
        svg.heat(x, y, area.x(right) - x, area.y(foot) - y, inside, low, high, MAGNITUDE),
        dark(area, pixels),
        outline(area, seen.span, "f" if dashed else "ink", 2.6, "5 3" if dashed else ""),
        ring(area, at),
        svg.text(
            area.left,
            _below(area, canvas, 0),
            f"can see {seen.pixels} of {total}",
            size=canvas.small,
            weight=600,
        ),
        svg.text(area.left, _below(area, canvas, 1), f"90 % lies in {seen.holding}", size=canvas.small),
        name="map",
    )


def scale(area: Area, canvas: Canvas, words: bool) -> str:
    """Return the colours of the maps with their powers of ten; ``words`` says what they are parts of."""
    shades = np.linspace(area.y_limits[1], area.y_limits[0], 61)[:, None]
    marks = [svg.heat(*area[:4], shades, *DECADES, MAGNITUDE)]
    for exponent in range(int(DECADES[0]), int(DECADES[1]) + 1, 2):
        y = min(
            max(area.y(exponent) + 0.35 * canvas.small, area.top + 0.72 * canvas.small),
            area.top + area.height,
        )
        x, anchor = (area.left + area.width + 6, "start") if words else (area.left - 5, "end")
        marks.append(svg.text(x, y, tenth(exponent), size=canvas.small, anchor=anchor, pen="grey"))
    if words:
        for k, line in enumerate(("of the largest", "▪ dark pixel")):
            marks.append(svg.text(area.left, _below(area, canvas, k), line, size=canvas.small, pen="grey"))
    return svg.group(*marks, name="scale")


def tenth(exponent: int) -> str:
    """Return a power of ten as words.

    >>> tenth(0), tenth(-4)
    ('1', '10⁻⁴')
    """
    return "1" if exponent == 0 else f"10{raised(exponent)}"


def lines(area: Area, canvas: Canvas, without: Array, reading: Array) -> str:
    """Return how the gradient falls with distance, without and with what reads on, each as a part of its largest.

    Args:
        area: where.
        canvas: for the size of the text.
        without, reading: log₁₀ by distance from the place, 0 first; below the limits where nothing is left.
    """
    last = area.x_limits[1]
    drawn = [
        Line("", np.arange(len(values)), values, pen, width, dash, True, hollow)
        for values, pen, width, dash, hollow in (
            (without, "f", 2.5, "5 3", True),
            (reading, "ink", 3.0, "none", False),
        )
    ]
    grid = [0, 5, 10, int(last)]
    return svg.group(
        panels.title(area, canvas, "How it falls off"),
        panels.axes(area, canvas, grid, {each: "" for each in (-6, -4, -2, 0)}, "places away"),
        panels.traces(area, canvas, drawn),
        name="lines",
    )


def dark(area: Area, pixels: Array) -> str:
    """Return a small square on every dark pixel, on a rim of paper that keeps it visible on any colour."""
    side = 0.24 * area.width / area.x_limits[1]
    squares = "".join(
        f"M{svg.number(area.x(c + 0.5) - side / 2)} {svg.number(area.y(r + 0.5) - side / 2)}"
        f"h{svg.number(side)}v{svg.number(side)}h-{svg.number(side)}z"
        for r, c in np.argwhere(pixels > 0.5)
    )
    return svg.path(squares, pen="paper", width=2) + svg.path(squares, filled=True)


def outline(area: Area, span: tuple[int, int, int, int], pen: str, width: float, dash: str) -> str:
    """Return the outline of a rectangle of pixels, on a rim of paper that keeps it visible on any colour."""
    top, foot, left, right = span
    x, y = svg.number(area.x(left)), svg.number(area.y(top))
    box = f"M{x} {y}H{svg.number(area.x(right))}V{svg.number(area.y(foot))}H{x}Z"
    under = svg.path(box, pen="paper", width=width + 2.4)
    return under + svg.path(box, pen=pen, width=width, dash=dash or "none")


def ring(area: Area, at: tuple[int, int]) -> str:
    """Return a ring around the place that answers."""
    row, column = at
    x, y = area.x(column + 0.5), area.y(row + 0.5)
    radius = 0.42 * area.width / area.x_limits[1]
    return svg.dot(x, y, radius, hollow=True, width=2.2)


def _below(area: Area, canvas: Canvas, line: int) -> float:
    return area.top + area.height + canvas.small * (1.25 + 1.25 * line)
