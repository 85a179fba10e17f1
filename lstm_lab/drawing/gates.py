"""What a gate does to a memory: bars before and after within fixed limits; two cells after one impulse."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.equation import maths
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, spoken

Array = np.ndarray


class Level(NamedTuple):
    """One value as a bar: what it is called, how large it is, its pen, and whether it is the one to look at."""

    name: str
    value: float
    pen: str
    strong: bool = False


def levels(
    area: Area, canvas: Canvas, rows: Sequence[Level], heading: str, ticks: Sequence[float] = ()
) -> str:
    """Return one bar a value from zero, its name on the left and its number on the right.

    Args:
        area: where the bars are; its ``x_limits`` are the values at its left and right edge. Names stand to the
            left of it, numbers to the right.
        canvas: for the size of the text.
        rows: from top to bottom; a value beyond the limits gets a tip at the edge.
        heading: the panel's heading, above the names.
        ticks: values marked by a line from top to bottom, with their number below; the limits if empty.
    """
    low, high = area.x_limits
    slot, zero = area.height / len(rows), area.x(0)
    thick = min(0.62 * slot, 18.0)
    marks = [
        svg.text(area.left, area.top - 0.6 * canvas.text, heading, size=canvas.text, weight=600),
        panels.axes(area, canvas, tuple(ticks) or (low, 0, high), ()),
        svg.line(zero, area.top, zero, area.top + area.height, pen="grey", width=1.5 * canvas.line),
    ]
    for k, row in enumerate(rows):
        middle, end = area.top + slot * (k + 0.5), area.x(min(max(row.value, low), high))
        y, weight = middle + 0.35 * canvas.text, 600 if row.strong else 400
        marks += [
            svg.rect(min(zero, end), middle - thick / 2, abs(end - zero), thick, pen=row.pen, radius=2),
            _tip(row, area, middle, thick),
            maths(area.left - 8, y, row.name, size=canvas.text, anchor="end", weight=weight),
            svg.text(area.left + area.width + 12, y, spoken(row.value), size=canvas.text, weight=weight),
        ]
    return svg.group(*marks, name="levels")


def _tip(row: Level, area: Area, middle: float, thick: float) -> str:
    """Return a tip at the edge that a bar would go beyond."""
    low, high = area.x_limits
    if low <= row.value <= high:
        return ""
    edge, side = (area.x(high), 1) if row.value > high else (area.x(low), -1)
    d = f"M{svg.number(edge)} {svg.number(middle - thick / 2)}l{svg.number(8 * side)} {svg.number(thick / 2)}"
    return svg.group(
        svg.path(f"{d}l{svg.number(-8 * side)} {svg.number(thick / 2)}z", pen=row.pen, filled=True),
        name="beyond",
    )


def halves(canvas: Canvas, steps: int = 6) -> tuple[Area, Area]:
    """Return two areas side by side for ``steps`` steps and values of 0 to 1."""
    top, left = 2.2 * canvas.text, 2.6 * canvas.small
    wide, tall = canvas.width / 2 - left - 92, canvas.height - top - 2 * canvas.small - 14
    limits = (0.5, steps + 0.5), (0.0, 1.1)
    return (
        Area(left, top, wide, tall, *limits),
        Area(canvas.width / 2 + left, top, wide, tall, *limits),
    )


def impulse(area: Area, canvas: Canvas, name: str, learned: Array, c: Array, h: Array) -> str:
    """Return what one cell learns, keeps and says, step by step.

    Args:
        area: where; its ``x_limits`` are steps, counted from 1.
        canvas: for the size of the text.
        name: of the cell, for the heading.
        learned: i ⊙ g, shape (T,), drawn as bars.
        c: the memory, shape (T,).
        h: what is said, shape (T,).
    """
    steps = np.arange(1, len(h) + 1)
    bars = [
        svg.rect(
            area.x(t) - 9, area.y(float(value)), 18, area.y(0) - area.y(float(value)), pen="i", opacity=0.45
        )
        for t, value in zip(steps.tolist(), learned, strict=True)
        if value > 0
    ]
    return svg.group(
        panels.title(area, canvas, f"{name}: learned (bar), kept and said"),
        panels.axes(area, canvas, tuple(range(1, len(h) + 1)), (0, 1), "step"),
        *bars,
        panels.traces(
            area,
            canvas,
            [
                Line(f"c = {spoken(float(c[-1]))}", steps, c, "c"),
                Line(f"h = {spoken(float(h[-1]))}", steps, h, "h", dots=True),
            ],
        ),
        name=f"impulse {name}",
    )
