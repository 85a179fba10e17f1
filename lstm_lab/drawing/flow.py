"""The picture of gradients flowing back: a triangle of loss and source steps a cell, and one loss step's lines."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.colour import MAGNITUDE
from lstm_lab.drawing.numbers import power, raised
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas

SHADES: tuple[float, float] = (-12.0, 0.0)
"""Powers of ten at the dark and at the pale end of a map."""
DECADES: tuple[float, float] = (-12.0, 3.0)
SPANS = (10, 20, 40, 60)
NAMES = {"rnn": "RNN", "lstm": "LSTM, bias on f", "gru": "GRU, bias on z"}
MEMORY = {"rnn": "short-term memory h", "lstm": "long-term memory c", "gru": "memory h"}
LINES = {
    "gru": ("GRU", "gru", None, None),
    "rnn": ("RNN", "rnn", None, None),
    "lstm": ("LSTM", "lstm", 4.5, None),
    "through h": ("through h", "h", 2.5, "6 3"),
    "direct": ("direct ∏ f", "f", 3.0, "2 4"),
}
"""Label, pen, width and dash of each line, in the order they are drawn."""


class Panels(NamedTuple):
    """Where the panels of a canvas lie: a map for each cell there is room for, the scale of colours, the lines."""

    maps: Mapping[str, Area]
    scale: Area
    lines: Area


def place(canvas: Canvas, pictures: int) -> Panels:
    """Return where each panel lies. The axis of steps ends at 10, 20, 40 or 60, the others never move."""
    span = (0.0, float(next(span for span in SPANS if pictures - 1 <= span)))
    top, foot = canvas.text * 2.1, canvas.small * 2 + 12
    side = canvas.height - top - foot
    steps, turned = (0.5, pictures + 0.5), (pictures + 0.5, 0.5)
    if canvas.narrow:
        maps = {"lstm": Area(48, top, 166, side, steps, turned)}
        return Panels(
            maps, Area(230, top, 14, side, (0, 1), SHADES), Area(334, top, 178, side, span, DECADES)
        )
    maps = {name: Area(44 + 206 * k, top, 192, side, steps, turned) for k, name in enumerate(NAMES)}
    return Panels(maps, Area(660, top, 14, side, (0, 1), SHADES), Area(776, top, 180, side, span, DECADES))


def triangle(
    area: Area, canvas: Canvas, cell: str, shares: Array, loss: int, draws: Array, first: bool
) -> str:
    """Return what is left of each loss step's gradient, a row each, at each picture before it, a column each.

    Args:
        area: where; its limits are the pictures, counted from 1.
        canvas: for the size of the text.
        cell: a key of ``NAMES``.
        shares: log₁₀ of what is left, shape (T, T), source step first; drawn within ``SHADES``.
        loss: the loss step whose row is marked, from 0.
        draws: log₁₀ of what is left at the first picture, of several networks, the drawn one first.
        first: whether the rows are named.
    """
    T = len(shares)
    low, high = SHADES
    right = area.left + area.width
    row = canvas.small * 1.35
    where = "at the bear:" if canvas.narrow else "remains at the bear:"
    said = [(where, canvas.small, 400), (f"× {power(draws[0])}", canvas.text, 600)]
    if not canvas.narrow:
        said.append((f"{len(draws)} draws: {between(draws)}", canvas.small, 400))
    return svg.group(
        panels.title(area, canvas, NAMES[cell]),
        svg.heat(
            area.left,
            area.top,
            area.width,
            area.height,
            np.where(np.tri(T, dtype=bool), np.maximum(shares.T, low), high),
            low,
            high,
            MAGNITUDE,
        ),
        svg.path(_stairs(area, T), pen="paper", filled=True),
        _chosen(area, canvas, loss),
        *(
            svg.text(
                right,
                area.top + canvas.small + row * k,
                words,
                size=size,
                weight=weight,
                anchor="end",
                pen="ink" if weight > 400 else "grey",
            )
            for k, (words, size, weight) in enumerate(said)
        ),
        _ticks(area, canvas, cell, T, first),
        name=f"map {cell}",
    )


def between(draws: Array | list[float]) -> str:
    """Return from where to where numbers reach, each given by its log₁₀, as powers of ten.

    >>> between([-12.2, -9.4, -10.0]), between([-0.2, -0.4]), between([float("-inf")] * 2)
    ('10⁻¹²–10⁻⁹', '0.40–0.63', '0')
    """
    low, high = min(draws), max(draws)
    if high == -np.inf:
        return "0"
    if low >= -1.3 and high < 3:
        return f"{power(low)}–{power(high)}"
    ends = ["0" if end == -np.inf else f"10{raised(round(end))}" for end in (low, high)]
    return f"about {ends[0]}" if ends[0] == ends[1] else "–".join(ends)


def scale(area: Area, canvas: Canvas) -> str:
    """Return the colours of the maps with their powers of ten."""
    low, high = SHADES
    marks = [svg.heat(*area[:4], np.linspace(high, low, 64)[:, None], low, high, MAGNITUDE)]
    for decade in (0, -3, -6, -9, -12):
        y = area.y(decade) + canvas.small * 0.35
        words = "1" if decade == 0 else f"10{raised(decade)}"
        marks.append(svg.text(area.left + area.width + 5, y, words, size=canvas.small, pen="grey"))
    return svg.group(*marks, name="scale")


def lines(area: Area, canvas: Canvas, by_name: Mapping[str, Array], loss: int) -> str:
    """Return what remains k steps before one loss step, each way and each cell a line, a power of ten a line.

    Args:
        area: where, and which steps and powers of ten.
        canvas: for the size of the text.
        by_name: log₁₀ of what remains by steps back, shape (loss + 1,), by the names in ``LINES``.
        loss: the loss step, from 0.
    """
    low, high = area.y_limits
    drawn = []
    for name, (_, pen, width, dash) in LINES.items():
        first = min(loss, 1) if name == "through h" else 0
        steps = np.arange(first, loss + 1)
        values = np.clip(by_name[name][first:], low - 2, high + 2)
        drawn.append(Line("", steps, values, pen, width, dash, dots=loss == 0 and name != "through h"))
    decades = {float(d): f"10{raised(d)}" if d else "1" for d in range(int(low), int(high) + 1, 3)}
    last = area.x_limits[1]
    return svg.group(
        panels.title(area, canvas, f"Loss at picture {loss + 1}: what remains"),
        panels.axes(area, canvas, (0, last / 2, last), decades, "steps back"),
        svg.line(
            area.left, area.y(0), area.left + area.width, area.y(0), pen="grey", width=1.6 * canvas.line
        ),
        panels.traces(area, canvas, drawn),
        _labels(area, canvas, {name: float(values[-1]) for name, values in by_name.items()}, area.x(loss)),
        name="lines",
    )


def _labels(area: Area, canvas: Canvas, last: Mapping[str, float], x: float) -> str:
    """Return a label for each line, the highest on top, led to from the line's end by a stroke of its own kind."""
    top, foot = area.top + 0.5 * canvas.text, area.top + area.height - 0.3 * canvas.text
    names = sorted(LINES, key=lambda name: -last[name])
    ends = [min(max(area.y(max(last[name], area.y_limits[0])), top), foot) for name in names]
    marks = []
    for name, end, place in zip(names, ends, panels.spread(ends, canvas.text * 1.15, top, foot), strict=True):
        label, pen, _, dash = LINES[name]
        marks.append(svg.line(x + 2, end, x + 24, place, pen=pen, width=2 * canvas.line, dash=dash))
        marks.append(svg.text(x + 28, place + canvas.text * 0.35, label, halo=True))
    return "".join(marks)


def _stairs(area: Area, T: int) -> str:
    """Return the outline of everything above the diagonal: pictures that come after the loss."""
    wide, tall = area.width / T, area.height / T
    steps = "".join(f"h{wide:.3f}v{tall:.3f}" for _ in range(T - 1))
    return f"M{area.left + wide:.3f} {area.top - 1:.3f}v1v{tall:.3f}{steps}h2V{area.top - 1:.3f}Z"


def _chosen(area: Area, canvas: Canvas, loss: int) -> str:
    """Return a line under the row of one loss step, and a pointer at its right end."""
    top, foot, right = area.y(loss + 0.5), area.y(loss + 1.5), area.x(loss + 1.5)
    under = f"M{svg.number(area.left)} {svg.number(foot + canvas.line)}H{svg.number(right)}"
    tip = f"M{svg.number(right + 2)} {svg.number((top + foot) / 2)}l8 -5v10z"
    return (
        svg.path(under, pen="paper", width=2.6 * canvas.line)
        + svg.path(under, pen="ink", width=1.2 * canvas.line)
        + svg.path(tip, pen="ink", filled=True)
    )


def _ticks(area: Area, canvas: Canvas, cell: str, T: int, first: bool) -> str:
    foot = area.top + area.height + canvas.small + 4
    size = canvas.small
    marks = [
        svg.text(area.left, foot, "bear", size=size, pen="grey"),
        svg.text(area.left + area.width, foot, T, size=size, anchor="end", pen="grey"),
        svg.text(
            area.left + area.width / 2,
            foot + size + 4,
            f"{MEMORY[cell]} at picture",
            size=size,
            anchor="middle",
            pen="grey",
        ),
    ]
    if first:
        x, middle = area.left - 2.0 * size, area.top + area.height / 2
        marks += [
            svg.text(area.left - 6, area.y(k) + size * 0.35, k, size=size, anchor="end", pen="grey")
            for k in dict.fromkeys((1, T))
        ]
        marks.append(svg.text(x, middle, "loss at picture", size=size, anchor="middle", pen="grey", turn=90))
    return "".join(marks)
