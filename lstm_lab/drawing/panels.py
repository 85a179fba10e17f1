"""Panels: lines over time, bars, heat maps and film strips, each within fixed limits.

An ``Area`` is a rectangle of the picture with the values at its edges. Limits are given, never taken from
the data, so that two pictures can be compared; what leaves them is cut at the edge and marked there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import svg
from lstm_lab.drawing.colour import SEQUENTIAL, Palette
from lstm_lab.drawing.svg import Canvas
from lstm_lab.notation import QUANTITIES

Array = np.ndarray


class Area(NamedTuple):
    """A rectangle of the picture, and the values at its edges."""

    left: float
    top: float
    width: float
    height: float
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]

    def x(self, value: float) -> float:
        """Return where a value lies from left to right."""
        low, high = self.x_limits
        return self.left + self.width * (value - low) / (high - low)

    def y(self, value: float) -> float:
        """Return where a value lies from bottom to top."""
        low, high = self.y_limits
        return self.top + self.height * (high - value) / (high - low)


class Line(NamedTuple):
    """A line through ``ys`` at the times ``xs``, its label written at its end.

    ``pen`` is a quantity's letter or a plain pen; ``width`` and ``dash`` override it. ``dots`` marks every value
    within the limits, with rings if ``hollow``.
    """

    label: str
    xs: Array
    ys: Array
    pen: str = "ink"
    width: float | None = None
    dash: str | None = None
    dots: bool = False
    hollow: bool = False


def title(area: Area, canvas: Canvas, words: str) -> str:
    """Return the heading of a panel, just above its area."""
    return svg.text(area.left, area.top - 10, words, size=canvas.text, weight=600)


def axes(
    area: Area,
    canvas: Canvas,
    x_ticks: Mapping[float, str] | Sequence[float],
    y_ticks: Mapping[float, str] | Sequence[float],
    x_label: str = "",
    y_label: str = "",
) -> str:
    """Return faint grid lines with their numbers, and a name for each axis.

    Ticks are values, or a mapping from values to the words written there. The x axis is named at its right
    end, below the numbers' line; the y axis above its top number.
    """
    marks = []
    for value, words in _ticks(x_ticks).items():
        x = area.x(value)
        marks.append(svg.line(x, area.top, x, area.top + area.height, pen="faint", width=canvas.line))
        marks.append(
            svg.text(
                x,
                area.top + area.height + canvas.small + 4,
                words,
                size=canvas.small,
                anchor="middle",
                pen="grey",
            )
        )
    for value, words in _ticks(y_ticks).items():
        y = area.y(value)
        marks.append(svg.line(area.left, y, area.left + area.width, y, pen="faint", width=canvas.line))
        marks.append(
            svg.text(
                area.left - 6, y + canvas.small * 0.35, words, size=canvas.small, anchor="end", pen="grey"
            )
        )
    if x_label:
        below = area.top + area.height + 2 * canvas.small + 8
        middle = area.left + area.width / 2
        marks.append(svg.text(middle, below, x_label, size=canvas.small, anchor="middle", pen="grey"))
    if y_label:
        x, middle = area.left - 2.6 * canvas.small, area.top + area.height / 2
        marks.append(svg.text(x, middle, y_label, size=canvas.small, anchor="middle", pen="grey", turn=90))
    return svg.group(*marks, name="axes")


def _ticks(ticks: Mapping[float, str] | Sequence[float]) -> Mapping[float, str]:
    if isinstance(ticks, Mapping):
        return ticks
    return {value: f"{value:g}".replace("-", "−") for value in ticks}


def window(area: Area, *marks: str) -> str:
    """Return marks cut off at the edges of an area."""
    left, top, width, height = (svg.number(edge) for edge in area[:4])
    return (
        f'<svg x="{left}" y="{top}" width="{width}" height="{height}" '
        f'viewBox="{left} {top} {width} {height}">{"".join(marks)}</svg>'
    )


def traces(area: Area, canvas: Canvas, lines: Sequence[Line]) -> str:
    """Return lines over time, labelled beside their ends without overlap, and marked where they leave.

    Args:
        area: where, and between which values; a line beyond them is cut at the edge.
        canvas: for the size of the labels.
        lines: drawn in this order; finite values.
    """
    drawn, dots, outside = [], [], []
    low, high = area.y_limits
    for each in lines:
        points_x = [area.x(float(x)) for x in each.xs]
        points_y = [area.y(float(y)) for y in _near(each.ys, area)]
        for first, last in _runs(each.ys, area):
            piece = slice(first, last + 1)
            drawn.append(
                svg.trace(points_x[piece], points_y[piece], pen=each.pen, width=each.width, dash=each.dash)
            )
        if each.dots:
            inside = (each.ys >= low) & (each.ys <= high)
            radius = 2.6 if len(each.ys) > 1 else 4.5
            points = zip(points_x, points_y, inside, strict=True)
            dots += [
                svg.dot(x, y, radius, pen=each.pen, hollow=each.hollow, width=max(1.5, canvas.line))
                for x, y, shown in points
                if shown
            ]
        for beyond, edge, turn in (
            (each.ys > high, area.top, 1),
            (each.ys < low, area.top + area.height, -1),
        ):
            if np.any(beyond):
                x = points_x[int(np.argmax(beyond))]
                tip = f"M{svg.number(x - 6)} {svg.number(edge + 9 * turn)}h12l-6 {svg.number(-9 * turn)}z"
                outside.append(svg.group(svg.path(tip, pen=each.pen, filled=True), name="beyond"))
    named = [each for each in lines if each.label]
    ends = [
        min(max(area.y(float(_near(each.ys, area)[-1])), area.top), area.top + area.height) for each in named
    ]
    places = spread(ends, canvas.text * 1.15, area.top, area.top + area.height)
    right = min(max(area.x(float(each.xs[-1])) for each in lines), area.left + area.width) + 8
    labels = [
        svg.text(right, place + canvas.text * 0.35, each.label, size=canvas.text, halo=True)
        for each, place in zip(named, places, strict=True)
    ]
    return svg.group(window(area, *drawn), *dots, *outside, *labels, name="traces")


def _runs(values: Array, area: Area) -> list[tuple[int, int]]:
    """Return the pieces of a line to draw, as first and last index: all but steps from outside to outside."""
    outside = (values < area.y_limits[0]) | (values > area.y_limits[1])
    breaks = np.flatnonzero(outside[:-1] & outside[1:])
    firsts, lasts = [0, *(breaks + 1)], [*breaks, len(values) - 1]
    return [(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True) if b > a or not outside[a]]


def between(area: Area, xs: Array, ys: Array, others: Array, *, pen: str = "x", opacity: float = 0.25) -> str:
    """Return the surface between two lines over the same times, in a pale colour."""
    there = [
        (area.x(float(x)), area.y(float(y))) for x, y in zip(xs, np.clip(ys, *area.y_limits), strict=True)
    ]
    back = [
        (area.x(float(x)), area.y(float(y))) for x, y in zip(xs, np.clip(others, *area.y_limits), strict=True)
    ]
    corners = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in there + back[::-1])
    return svg.path(f"M{corners}Z", pen=pen, filled=True, opacity=opacity)


def _near(values: Array, area: Area) -> Array:
    """Return values with those far beyond the limits brought near: a browser cannot draw to 10¹⁹."""
    low, high = area.y_limits
    return np.clip(values, low - 5 * (high - low), high + 5 * (high - low))


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places moved as little as needed to be ``gap`` apart, in the same order, within low..high.

    >>> spread([10.0, 11.0], 4, 0, 100)
    [8.5, 12.5]
    """
    order = sorted(range(len(places)), key=lambda k: places[k])
    groups: list[tuple[list[int], float]] = []  # labels that touch, and the middle of the group
    for k in order:
        members, middle = [k], places[k]
        while groups and middle - gap * (len(members) - 1) / 2 - _lower_edge(groups[-1], gap) < gap:
            before, _ = groups.pop()
            members = before + members
            middle = sum(places[m] for m in members) / len(members)
            half = gap * (len(members) - 1) / 2
            middle = min(max(middle, low + half), high - half)
        groups.append((members, middle))
    moved = list(places)
    for members, middle in groups:
        for rank, k in enumerate(members):
            moved[k] = middle + gap * (rank - (len(members) - 1) / 2)
    return moved


def _lower_edge(group: tuple[list[int], float], gap: float) -> float:
    members, middle = group
    return middle + gap * (len(members) - 1) / 2


def bars(
    area: Area,
    canvas: Canvas,
    values: Mapping[str, float],
    pens: Mapping[str, str] | None = None,
    *,
    digits: int = 2,
) -> str:
    """Return one horizontal bar a value, its name on the left and its number on the right.

    Bars start at zero, or at the lower limit where zero lies outside; ``area.x_limits`` are the limits.

    Args:
        area: where; its ``x_limits`` are the values at the left and right edge.
        canvas: for the size of the text.
        values: by name, from top to bottom.
        pens: a pen by name; ``h``'s grey otherwise.
        digits: decimals of the numbers.
    """
    low, high = area.x_limits
    start = area.x(min(max(0.0, low), high))
    slot = area.height / max(len(values), 1)
    thick = min(slot * 0.62, 24)
    marks = [svg.line(start, area.top, start, area.top + area.height, pen="grey", width=canvas.line)]
    for k, (name, value) in enumerate(values.items()):
        middle = area.top + slot * (k + 0.5)
        end = area.x(min(max(float(value), low), high))
        pen = (pens or {}).get(name, name if name in QUANTITIES else "h")
        marks.append(
            svg.rect(min(start, end), middle - thick / 2, abs(end - start), thick, pen=pen, radius=2)
            + svg.text(area.left - 8, middle + canvas.text * 0.35, name, size=canvas.text, anchor="end")
            + svg.text(
                area.left + area.width + 8,
                middle + canvas.text * 0.35,
                svg.spoken(float(value), digits),
                size=canvas.text,
            )
        )
    return svg.group(*marks, name="bars")


def heat_map(
    area: Area,
    canvas: Canvas,
    values: Array,
    limits: tuple[float, float],
    palette: Palette = SEQUENTIAL,
    *,
    rows: Sequence[str] = (),
    columns: Mapping[int, str] | None = None,
) -> str:
    """Return a heat map with the names of its rows on the left and of some columns below.

    Args:
        area: where; its limits are not used.
        canvas: for the size of the text.
        values: shape (rows, columns), row 0 on top.
        limits: the values that take the first and the last colour.
        palette: SEQUENTIAL for gates, DIVERGING (with symmetric limits) for signed values.
        rows: one name a row, or none.
        columns: the words under some columns, by index.
    """
    values = np.asarray(values, dtype=np.float64)
    tall, wide = area.height / values.shape[0], area.width / values.shape[1]
    marks = [svg.heat(area.left, area.top, area.width, area.height, values, *limits, palette)]
    size = canvas.small
    for k, name in enumerate(rows):
        marks.append(
            svg.text(area.left - 6, area.top + tall * (k + 0.5) + size * 0.35, name, size=size, anchor="end")
        )
    for k, words in (columns or {}).items():
        x, y = area.left + wide * (k + 0.5), area.top + area.height + size + 4
        marks.append(svg.text(x, y, words, size=size, anchor="middle", pen="grey"))
    return svg.group(*marks, name="heat")


def film_strip(
    area: Area,
    canvas: Canvas,
    frames: Sequence[str],
    symbols: Mapping[str, str],
    *,
    now: int | None = None,
    labels: Sequence[str] = (),
) -> str:
    """Return pictures in a row, the present one framed, each with a label below.

    Args:
        area: where; a frame is as high as the area, or as wide as its share of the width.
        canvas: for the size of the labels.
        frames: the id of each frame's symbol, in order.
        symbols: the ``<symbol>`` text by id; each is written once however often it is shown.
        now: the index of the frame to mark.
        labels: one word a frame, or none.
    """
    share = area.width / max(len(frames), 1)
    side = min(area.height, share - 4)
    marks = ["<defs>" + "".join(symbols[name] for name in dict.fromkeys(frames)) + "</defs>"]
    for k, name in enumerate(frames):
        x, y, edge = area.left + share * k, area.top, svg.number(side)
        if k == now:
            marks.append(svg.rect(x - 3, y - 3, side + 6, side + 6, pen="ink", radius=5))
        marks.append(
            f'<use href="#{svg.escape(name)}" x="{svg.number(x)}" y="{svg.number(y)}" width="{edge}" height="{edge}"/>'
        )
        if labels:
            words, below = labels[k], y + side + canvas.small + 3
            marks.append(svg.text(x + side / 2, below, words, size=canvas.small, anchor="middle"))
    return svg.group(*marks, name="film")
