"""The whole cell at work: the diagram with the numbers of one unit now, and that unit along the channel."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import LSTMStep
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.diagram import cell_diagram, port, unit_values
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.reel import over_time, pitch, reel
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.notation import QUANTITIES

Array = np.ndarray

STRIP = 14
"""How high the strip of a gate is."""


class Whole(NamedTuple):
    """T pictures, what they did to one unit, and how many of them have been read.

    ``pictures`` T ids in ``symbols``, which holds the ``<symbol>`` text of each; ``names`` T words; ``step`` in 0..T.
    ``now`` the present step of that unit, arrays (1, 1). ``gates`` by letter, ``c``, ``h`` of the unit, ``wolf`` and
    ``ideal``, the network's P(wolf) and the ideal observer's: (T,) each.
    """

    pictures: tuple[str, ...]
    symbols: Mapping[str, str]
    names: tuple[str, ...]
    step: int
    unit_name: str
    now: LSTMStep
    gates: Mapping[str, Array]
    c: Array
    h: Array
    wolf: Array
    ideal: Array


def whole(run: Whole, canvas: Canvas) -> str:
    """Return the marks of the whole picture; a narrow one has the pictures and the diagram alone."""
    if (
        canvas.narrow
    ):  # x enters from below, where the pictures are: so there is room for words above the cell
        cell = Area(8, 2, canvas.width - 16, canvas.height - 19, (0, 1), (0, 1))
        strip = Area(112, canvas.height - 29, canvas.width - 176, 26, (0, 1), (0, 1))
        strip = over_time(strip, len(run.names))
        below = reel(strip, canvas, run.pictures, run.symbols, run.step, canvas.height)
        return _cell(run, cell, canvas) + below
    cell = Area(4, 22, 470, canvas.height - 72, (0, 1), (0, 1))
    time = over_time(Area(540, 5, 452, 32, (0, 1), (0, 1)), len(run.names))
    memory = time._replace(top=62, height=82, y_limits=_limits("c"))
    gates = memory._replace(top=154, height=3 * (STRIP + 4), y_limits=(0, 1))
    wolf = memory._replace(top=gates.top + gates.height + 24, height=canvas.height - 242, y_limits=(0, 1))
    return "".join(
        (
            "" if run.names else svg.text(time.left, 26, "The channel is empty: add a picture."),
            reel(time, canvas, run.pictures, run.symbols, run.step, canvas.height - 2),
            svg.text(4, 14, f"the cell now: {run.unit_name}", weight=600),
            _cell(run, cell, canvas),
            _event(run, cell, canvas),
            _memory(run, memory, canvas),
            _gates(run, gates, canvas),
            _answers(run, wolf, canvas),
        )
    )


def _limits(letter: str) -> tuple[float, float]:
    return QUANTITIES[letter].low, QUANTITIES[letter].high


def _cell(run: Whole, area: Area, canvas: Canvas) -> str:
    return cell_diagram(area, canvas, "use", unit_values(run.now) if run.step else None)


def _event(run: Whole, area: Area, canvas: Canvas) -> str:
    """Return the present picture below the place where x enters, with its name beside it."""
    if not run.step:
        return ""
    x, y = port("x", area)
    side = canvas.height - y - 4
    edge = svg.number(side)
    place = f'x="{svg.number(x - side / 2)}" y="{svg.number(y + 2)}" width="{edge}" height="{edge}"'
    name = svg.text(x + side / 2 + 8, y + side / 2 + 6, run.names[run.step - 1].replace("?", "face"))
    return svg.group(f'<use href="#{svg.escape(run.pictures[run.step - 1])}" {place}/>', name, name="event")


def _memory(run: Whole, area: Area, canvas: Canvas) -> str:
    """Return c and h along the channel, thin where they are still to come."""
    t = run.step - 1
    at = f", {spoken(run.c[t])} and {spoken(run.h[t])} now" if run.step else ""
    marks = [
        svg.text(area.left, area.top - 8, f"c and h of this unit{at}", weight=600),
        _scale(area, canvas, (-2, -1, 0, 1, 2)),
    ]
    return svg.group(*marks, _lines(run, area, canvas, {"c": run.c, "h": run.h}, ("c", "h")), name="memory")


def _lines(run: Whole, area: Area, canvas: Canvas, values: Mapping[str, Array], pens: tuple[str, ...]) -> str:
    """Return lines over the pictures, thick up to the present one, each with its name at its end."""
    steps = np.arange(len(run.names))
    if not len(steps):
        return ""
    lines = [Line(name, steps, ys, pen, 1.2) for (name, ys), pen in zip(values.items(), pens, strict=True)]
    read = [
        each._replace(label="", xs=steps[: run.step], ys=each.ys[: run.step], width=None) for each in lines
    ]
    marks = [panels.traces(area, canvas, lines)]
    if run.step:
        marks.append(panels.traces(area, canvas, [each._replace(dots=run.step == 1) for each in read]))
        ends = zip(values, (float(each.ys[-1]) for each in read), pens, strict=True)
        marks += [_now(run, area, canvas, *each) for each in ends]
    return "".join(marks)


def _now(run: Whole, area: Area, canvas: Canvas, name: str, value: float, pen: str) -> str:
    """Return a dot at the present value; beyond the limits a tip at the edge, with the number beside it."""
    x, (low, high) = area.x(run.step - 1), area.y_limits
    if low <= value <= high:
        return svg.dot(x, area.y(value), 4, pen=pen)
    up = value > high
    edge, turn = (area.top, 1) if up else (area.top + area.height, -1)
    tip = f"M{svg.number(x - 6)} {svg.number(edge + 9 * turn)}h12l-6 {svg.number(-9 * turn)}z"
    base = edge + 0.85 * canvas.text if up else edge - 3
    left = x + 64 > area.x(len(run.names) - 1)  # there stand the names of the lines
    side, anchor = (x - 10, "end") if left else (x + 10, "start")
    words = svg.text(side, base, f"{name} {spoken(value, 1)}", anchor=anchor, weight=600, halo=True)
    return svg.group(svg.path(tip, pen=pen, filled=True), words, name="now beyond")


def _scale(area: Area, canvas: Canvas, ticks: tuple[float, ...]) -> str:
    return panels.axes(area, canvas, (), {value: f"{value:g}".replace("-", "−") for value in ticks})


def _gates(run: Whole, area: Area, canvas: Canvas) -> str:
    """Return the gates of the unit as strips of columns, as high as the gate is open."""
    wide = pitch(area)
    marks = []
    for row, (letter, levels) in enumerate(run.gates.items()):
        foot = area.top + row * (STRIP + 4) + STRIP
        right = area.x(max(len(levels), 1) - 0.5)
        marks.append(svg.rect(area.left, foot - STRIP, right - area.left, STRIP, opacity=0.45))
        for t, level in enumerate(levels):
            tall = STRIP * float(level)
            see = 1 if t < run.step else 0.45
            marks.append(
                svg.rect(area.x(t) - wide / 2 + 1.5, foot - tall, wide - 3, tall, pen=letter, opacity=see)
            )
        middle = foot - STRIP / 2 + 0.35 * canvas.text
        marks.append(svg.text(area.left - 8, middle, letter, anchor="end", weight=600))
        if run.step:
            marks.append(svg.text(right + 8, middle, spoken(float(levels[run.step - 1])), halo=True))
    return svg.group(*marks, name="gates")


def _answers(run: Whole, area: Area, canvas: Canvas) -> str:
    """Return P(wolf) of the network and of the ideal observer along the channel."""
    at_face = bool(run.step) and run.names[run.step - 1] == "?"
    words = "P(wolf) at the face" if at_face else "P(wolf) if the face came now"
    if run.step:
        t = run.step - 1
        words += f": LSTM {spoken(run.wolf[t])}, ideal {spoken(run.ideal[t])}"
    marks = [svg.text(area.left, area.top - 7, words, weight=600), _scale(area, canvas, (0, 0.5, 1))]
    lines = _lines(run, area, canvas, {"ideal": run.ideal, "LSTM": run.wolf}, ("ideal", "lstm"))
    faces = [
        svg.text(
            area.x(t),
            area.top + area.height - 3,
            "?",
            size=canvas.small,
            anchor="middle",
            weight=600,
            halo=True,
        )
        for t, name in enumerate(run.names)
        if name == "?"
    ]
    return svg.group(*marks, lines, *faces, name="answers")
