"""Two memories through one closed cell: what goes in, how far each tap is open, what comes out, and the tape of it.

Long-term memory runs along the top, short-term memory along the bottom; a row is one unit, all the way through.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import LSTMStep
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.diagram import port
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.reel import over_time, reel
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.notation import QUANTITIES

Array = np.ndarray

TAPS = {"f": "keep", "i": "write", "o": "read"}
"""What each gate is called where a cell is told as a memory with taps."""
MOST = {name: QUANTITIES[name].high for name in "ch"}
"""The value at which a bar is full: c is drawn up to 2 and goes on, h never reaches 1."""
RIM = 0.08
"""So much of a panel is above its last number, so that a line along its edge is drawn whole."""
TALL = 11
"""How high a bar is."""
ROW = 1.35
"""From one row to the next, in heights of text."""


class Memories(NamedTuple):
    """T pictures, what they did to a cell of two units, and how many of them have been read.

    ``pictures`` T ids in ``symbols``, which holds the ``<symbol>`` text of each; ``names`` T words; ``step`` in 0..T;
    ``trace`` the record, arrays (T, 1, 2); ``units`` their two names. ``weights`` says, a line each, what the gates add
    up.
    """

    pictures: tuple[str, ...]
    symbols: Mapping[str, str]
    names: tuple[str, ...]
    step: int
    trace: LSTMStep
    units: tuple[str, ...]
    weights: tuple[str, ...]

    def at(self, quantity: str) -> Array:
        """Return a quantity at the present step, by unit; zeros before the first. Shape (2,)."""
        if self.step == 0:
            return np.zeros(len(self.units))
        return getattr(self.trace, quantity)[self.step - 1, 0]


def memories(run: Memories, canvas: Canvas) -> str:
    """Return the marks of the whole picture; a narrow one leaves out the weights and the bars beside the cell."""
    if canvas.narrow:
        strip = over_time(Area(4, 5, canvas.width - 8, 28, (0, 1), (0, 1)), len(run.names))
        area = Area(61, 38, 294, canvas.height - 40, (0, 1), (0, 1))
        time = over_time(Area(381, 0, 123, 0, (0, 1), (0, 1)), len(run.names))
        long, short = _one_above_the_other(time, 62, 33, canvas.height - 6)
        foot, beside = 34, ""
    else:
        area = Area(136, 6, 372, canvas.height - 72, (0, 1), (0, 1))
        strip = over_time(Area(634, 6, 336, 44, (0, 1), (0, 1)), len(run.names))
        long, short = _one_above_the_other(strip, 80, 44, canvas.height - 22)
        foot, beside = short.top + short.height + 4, _event(run, area, canvas)
    return "".join(
        (
            reel(strip, canvas, run.pictures, run.symbols, run.step, foot),
            ""
            if run.names
            else svg.text(strip.left, 0.7 * strip.height, "The show is empty: add a picture."),
            _cell(run, area, canvas),
            beside,
            _tape(run, "c", long, canvas),
            _tape(run, "h", short, canvas),
        )
    )


def _one_above_the_other(time: Area, top: float, gap: float, foot: float) -> tuple[Area, Area]:
    """Return the areas of c, 0 to 2, and of h below it, 0 to 1, on one scale, each with its rim."""
    unit, rim = (foot - top - gap) / 3, RIM
    long = time._replace(top=top - rim * unit, height=(2 + rim) * unit, y_limits=(0, 2 + rim))
    short = time._replace(top=foot - (1 + rim) * unit, height=(1 + rim) * unit, y_limits=(0, 1 + rim))
    return long, short


# --- the cell -------------------------------------------------------------------------------------


def _cell(run: Memories, area: Area, canvas: Canvas) -> str:
    """Return the closed cell, its taps inside, and both memories before it and after it; narrow, their names alone."""
    left, right, *_ = _inside(area, canvas)
    inside = left + 0.9 * canvas.text
    half = (right - inside) / 2
    marks = [_box(area, canvas)]
    for quantity, before in (("c", "c_prev"), ("h", "h_prev")):
        first = port(quantity, area)[1] - (0 if quantity == "c" else ROW * canvas.text + 3)
        marks += (
            [_names(run, area.left - 4, first, canvas)]
            if canvas.narrow
            else [
                _values(run, before, quantity, area.left - 6, first, canvas),
                _values(run, quantity, quantity, area.left + area.width + 6, first, canvas),
            ]
        )
        letters = "fi" if quantity == "c" else "o"
        for k, letter in enumerate(letters):
            at = inside + half * (k if quantity == "c" else 1)
            marks.append(_tap(run, letter, at, first, half - 2.9 * canvas.text, canvas))
    return svg.group(*marks, name="cell")


def _box(area: Area, canvas: Canvas) -> str:
    """Return the box of the closed cell and what leads in and out, its inside left free for the taps."""
    left, right, top, foot = _inside(area, canvas)
    small, width = canvas.small, 0.36 * canvas.small
    marks = [
        svg.rect(left, top, right - left, foot - top, radius=0.9 * small, opacity=0.45),
        f'<rect x="{number(left)}" y="{number(top)}" width="{number(right - left)}" height="{number(foot - top)}" '
        f'rx="{number(0.9 * small)}" class="s grey" style="stroke-width:{number(canvas.line)}"/>',
        svg.text(left + small, foot - small, "LSTM", size=1.7 * small, weight=600),
    ]
    for name, words in (("c_prev", "cₜ₋₁"), ("h_prev", "hₜ₋₁"), ("c", "c"), ("h", "h")):
        x, y = port(name, area)
        start, end, anchor = (x, left, "start") if name.endswith("_prev") else (right, x, "end")
        marks.append(
            svg.arrow(start, y, end, y, pen=name[0], width=width * (1 if name[0] == "c" else 0.7), dash=None)
        )
        marks.append(svg.text(x, y - 0.7 * small, words, size=1.1 * small, anchor=anchor, weight=600))
    x, y = port("x", area)
    marks.append(svg.arrow(x, y, x, foot, pen="x", width=0.8 * width))
    marks.append(svg.text(x + 0.6 * small, y - 0.15 * small, "x", size=small))
    if not canvas.narrow:
        below = top + 6.6 * canvas.text
        for k, equation in enumerate(("c = keep × c before + write × new", "h = read × tanh(c)")):
            marks.append(svg.text(left + 0.9 * canvas.text, below + 1.4 * canvas.text * k, equation))
    return svg.group(*marks, name="box")


def _inside(area: Area, canvas: Canvas) -> tuple[float, float, float, float]:
    """Return the left, right, upper and lower edge of the box, where the cell diagram has it."""
    margin = 3.2 * canvas.small
    top, foot = area.top + 0.01 * area.height, area.top + 0.9 * area.height
    return area.left + margin, area.left + area.width - margin, top, foot


def _names(run: Memories, right: float, first: float, canvas: Canvas) -> str:
    """Return the names of the units, one below the other."""
    return "".join(
        svg.text(
            right,
            first + ROW * canvas.text * row + 0.35 * canvas.small,
            name,
            size=canvas.small,
            anchor="end",
        )
        for row, name in enumerate(run.units)
    )


def _values(run: Memories, quantity: str, pen: str, edge: float, first: float, canvas: Canvas) -> str:
    """Return one memory as a bar and a number for each unit, its names where it enters.

    Before the cell the rows end at ``edge``, after it they begin there.
    """
    before = quantity.endswith("_prev")
    wide, room = 2.4 * canvas.text, 3 * canvas.small
    left = edge - wide - room if before else edge
    marks = []
    for row, (name, value) in enumerate(zip(run.units, run.at(quantity), strict=True)):
        y = first + ROW * canvas.text * row
        long = wide * min(max(float(value), 0.0), MOST[pen]) / MOST[pen]
        base = y + 0.35 * canvas.small
        marks.append(svg.rect(left, y - TALL / 2, wide, TALL, opacity=0.45, radius=2))
        marks.append(svg.rect(left, y - TALL / 2, long, TALL, pen=pen, radius=2))
        marks.append(svg.text(left + wide + 5, base, spoken(float(value)), size=canvas.small))
        if before:
            if row == 0:
                words = QUANTITIES[pen].story
                marks.append(svg.text(6, y - TALL / 2 - 5, words, size=canvas.small))
            marks.append(svg.text(left - 6, base, name, size=canvas.small, anchor="end"))
    return svg.group(*marks, name=f"values {quantity}")


def _tap(run: Memories, letter: str, left: float, first: float, wide: float, canvas: Canvas) -> str:
    """Return how far one tap is open for each unit, under its name."""
    heading = svg.text(left, first - TALL / 2 - 5, f"{TAPS[letter]} {letter}", size=canvas.small, weight=600)
    marks = [heading]
    for row, value in enumerate(run.at(letter)):
        y = first + ROW * canvas.text * row
        where = f'x="{number(left)}" y="{number(y - TALL / 2)}" width="{number(wide)}" height="{number(TALL)}" rx="2"'
        marks += [
            f'<rect {where} class="paper"/>',
            svg.rect(left, y - TALL / 2, wide * float(value), TALL, pen=letter, radius=2),
            f'<rect {where} class="s q-{letter}" style="stroke-dasharray:none;stroke-width:{number(canvas.line)}"/>',
        ]
        if run.step:
            words = spoken(float(value))
            marks.append(svg.text(left + wide + 5, y + 0.35 * canvas.small, words, size=canvas.small))
    return svg.group(*marks, name=f"tap {letter}")


def _event(run: Memories, area: Area, canvas: Canvas) -> str:
    """Return the present picture below the place where it enters, and the weights of the cell beside it."""
    x, y = port("x", area)
    side = canvas.height - y - 4
    pitch, base = (canvas.height - y) / len(run.weights), y + canvas.small
    marks = [
        svg.text(x + side / 2 + 14, base + pitch * k, words, size=canvas.small)
        for k, words in enumerate(run.weights)
    ]
    if run.step:
        edge = number(side)
        place = f'x="{number(x - side / 2)}" y="{number(y + 2)}" width="{edge}" height="{edge}"'
        marks.append(f'<use href="#{svg.escape(run.pictures[run.step - 1])}" {place}/>')
        name = run.names[run.step - 1].replace("?", "face")
        marks.append(svg.text(x - side / 2 - 8, y + side / 2 + 6, name, anchor="end"))
    return svg.group(*marks, name="event")


# --- the tape -------------------------------------------------------------------------------------


def _tape(run: Memories, quantity: str, area: Area, canvas: Canvas) -> str:
    """Return one memory along the channel, up to the present picture: a line with discs, a line with rings.

    What is beyond the panel goes along its edge, and a tip beside its number says so.
    """
    ticks = (0, 1, 2) if quantity == "c" else (0, 1)
    words = f"{QUANTITIES[quantity].story} {quantity}"
    marks = [panels.title(area, canvas, words), panels.axes(area, canvas, (), ticks)]
    if run.step:
        steps = np.arange(-1, run.step) + np.r_[0.5, np.zeros(run.step)]
        values = np.vstack([np.zeros(len(run.units)), getattr(run.trace, quantity)[: run.step, 0]])
        most = MOST[quantity]
        lines = [
            Line(
                f"{name} {spoken(ys[-1])}{' ▲' if ys[-1] > most else ''}",
                steps,
                np.minimum(ys, most),
                quantity,
                None if k == 0 else 1.6,
                dots=True,
                hollow=k > 0,
            )
            for k, (name, ys) in enumerate(zip(run.units, values.T, strict=True))
        ]
        marks.append(panels.traces(area, canvas, lines))
    return svg.group(*marks, name=f"tape {quantity}")
