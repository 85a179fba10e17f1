"""What a gate does to a memory: bars before and after within fixed limits; two cells after one impulse."""

from collections.abc import Mapping, Sequence
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


# --- who sets a gate -------------------------------------------------------------------------------


class Told(NamedTuple):
    """One gate, what it makes of each kind of picture, and of a show.

    ``letter`` is the gate's. ``names`` of K kinds, ``weights`` (K,) of them, ``sums`` (K,) their pre-activations and
    ``opened`` (K,) the gate at each; ``line`` the curve from sums to gates, two arrays. ``pictures`` T ids in
    ``symbols``; ``along`` (T,) the gate at each, ``carried`` (T,) what comes of it, within 0..``top``, called
    ``outcome`` and drawn with ``pen``; ``before`` is its value before the first picture, if it has one. ``shut``,
    ``between`` and ``open`` are shares of the T steps.
    """

    letter: str
    names: Sequence[str]
    weights: Sequence[float]
    sums: Array
    opened: Array
    line: tuple[Array, Array]
    pictures: Sequence[str]
    symbols: Mapping[str, str]
    along: Array
    carried: Array
    before: float | None
    top: float
    outcome: str
    pen: str
    shut: float
    between: float
    open: float


EDGE = 0.1
"""A gate nearer than this to 0 or 1 is called saturated."""


def signed(weight: float) -> str:
    """Return a weight with its sign; 0 has none.

    >>> signed(1.5), signed(-2.0), signed(0.0)
    ('+1.5', '−2', '0')
    """
    return f"{weight:+g}".replace("-", "−") if weight else "0"


def curve(area: Area, canvas: Canvas, told: Told) -> str:
    """Return σ with a dot for each kind of picture, each named beside the panel with its weight and its gate.

    Args:
        area: where, sums from left to right and gates from bottom to top. Names stand to the right of it.
        canvas: for the size of the text.
        told: the gate.
    """
    low, high = area.x_limits
    right, size = area.left + area.width, canvas.text
    places = panels.spread(
        [area.y(float(each)) for each in told.opened], 1.2 * size, area.top, area.top + area.height
    )
    leaders, dots, words = [], [], []
    for name, weight, total, gate, place in zip(
        told.names, told.weights, told.sums, told.opened, places, strict=True
    ):
        x, y = area.x(min(max(float(total), low), high)), area.y(float(gate))
        leaders.append(svg.line(x, y, right + 10, place, pen="grey", width=canvas.line))
        dots.append(svg.dot(x, y, 5.5, pen=told.letter))
        told_of = f"{name} {signed(float(weight))}: {spoken(float(gate))}"
        words.append(svg.text(right + 14, place + 0.35 * size, told_of, size=size))
    middle = {} if canvas.narrow else {EDGE: f"{EDGE:g}", 0.5: "0.5", 1 - EDGE: f"{1 - EDGE:g}"}
    return svg.group(
        "" if canvas.narrow else _bands(area),
        panels.axes(area, canvas, (low, 0, high), {0: "0", **middle, 1: "1"}, "weight + bias"),
        panels.window(
            area,
            svg.trace(
                [area.x(float(x)) for x in told.line[0]],
                [area.y(float(y)) for y in told.line[1]],
                pen=told.letter,
            ),
        ),
        *leaders,
        "" if canvas.narrow else _named_bands(area, canvas),
        *dots,
        *words,
        name="curve",
    )


def _bands(area: Area) -> str:
    """Return where a gate is called nearly shut and nearly open, in grey."""
    return "".join(
        svg.rect(area.left, area.y(top), area.width, area.height * EDGE, opacity=0.7) for top in (EDGE, 1.0)
    )


def _named_bands(area: Area, canvas: Canvas) -> str:
    """Return what the bands are called, left of the numbers of the axis, where no line to a name passes."""
    left, down = area.left - 36, 0.35 * canvas.small
    return svg.group(
        *(
            svg.text(left, area.y(at) + down, name, size=canvas.small, anchor="end")
            for name, at in (("open", 1 - EDGE / 2), ("shut", EDGE / 2))
        ),
        name="bands",
    )


def along(film: Area, strip: Area, memory: Area, canvas: Canvas, told: Told) -> str:
    """Return a show, the gate below each picture as a bar, and what comes of it as a line.

    Args:
        film: where the pictures are; its ``x_limits`` are −0.5 and T − 0.5, as the others'.
        strip: where the bars are, 0 to 1 from bottom to top.
        memory: where the line is, 0 to ``told.top``.
        canvas: for the size of the text.
        told: the gate.
    """
    pitch = film.width / len(told.pictures)
    side = min(film.height, pitch - 4)
    edge, size = svg.number(side), canvas.small
    marks = ["<defs>" + "".join(told.symbols[name] for name in dict.fromkeys(told.pictures)) + "</defs>"]
    for t, (name, gate) in enumerate(zip(told.pictures, told.along.tolist(), strict=True)):
        x, top = film.x(t), strip.y(gate)
        left = svg.number(x - side / 2)
        marks.append(
            f'<use href="#{svg.escape(name)}" x="{left}" y="{svg.number(film.top)}" width="{edge}" height="{edge}"/>'
        )
        marks.append(svg.rect(x - 0.34 * pitch, strip.top, 0.68 * pitch, strip.height, opacity=0.6))
        marks.append(svg.rect(x - 0.34 * pitch, top, 0.68 * pitch, strip.y(0) - top, pen=told.letter))
        if not canvas.narrow:
            marks.append(svg.text(x, strip.top - 4, spoken(gate), size=size, anchor="middle"))
    steps, carried = np.arange(len(told.pictures)), told.carried
    if told.before is not None:
        steps, carried = np.r_[-0.5, steps], np.r_[told.before, carried]
    last = spoken(float(carried[-1]))
    label = Line(f"{told.pen} = {last}", steps, carried, told.pen, dots=True)
    ends = {0: "0", told.top: f"{told.top:g}"}
    return svg.group(
        *marks,
        svg.line(strip.left, strip.y(0), strip.left + strip.width, strip.y(0), pen="grey", width=canvas.line),
        svg.text(strip.left - 8, strip.y(0.5) + 0.35 * canvas.text, told.letter, anchor="end", weight=600),
        panels.axes(memory, canvas, (), ends),
        panels.traces(memory, canvas, [label]),
        "" if canvas.narrow else svg.text(memory.left, memory.top - 7, told.outcome, size=size),
        name="along",
    )


def saturated(area: Area, canvas: Canvas, told: Told) -> str:
    """Return which part of the steps the gate is near 0, between, and near 1, as one bar in three parts."""
    parts = (
        (told.shut, "grey", f"below {EDGE:g}", " of the steps", "start"),
        (told.between, "faint", "between", "", "middle"),
        (told.open, told.letter, f"above {1 - EDGE:g}", "", "end"),
    )
    x, marks, y = area.left, [], area.top + area.height + canvas.small + 3
    for k, (share, pen, words, more, anchor) in enumerate(parts):
        marks.append(svg.rect(x, area.top, area.width * share, area.height, pen=pen))
        said = f"{words}: {spoken(100 * share, 0)} %{more}"
        marks.append(svg.text(area.left + k * area.width / 2, y, said, size=canvas.small, anchor=anchor))
        x += area.width * share
    return svg.group(*marks, name="saturation")
