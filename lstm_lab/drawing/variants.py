"""One unit of three kinds of LSTM: which wire of its cell is new, and what its memory does over time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, number, spoken

Array = np.ndarray

COLUMNS = {"left": 0.0, "peep": 0.13, "f": 0.21, "i": 0.4, "g": 0.56, "o": 0.73, "use": 0.91, "right": 1.0}
WIDE, HIGH = 1.6, 1.3
"""Half the width and half the height of a gate, in the size of the text."""
ROWS = {"c": 0.14, "peep": 0.42, "learn": 0.42, "use": 0.5, "gates": 0.73, "bus": 1.0}
"""Where the parts of the cell lie, as shares of its area."""


class Wired(NamedTuple):
    """What a cell has: its gates with their own weights, and the new wires, each with what is written at it.

    ``gates`` are letters of f, i, g, o. ``new`` maps a gate to the words at its new wire: from c for a peephole,
    from f for a coupled gate, which then has no weights of its own.
    """

    gates: str
    new: Mapping[str, str]
    coupled: bool


class Watched(NamedTuple):
    """One unit over T steps: ``lit`` steps of light, the memory c, and what lies between 0 and 1, by letter."""

    lit: tuple[int, int]
    c: Array
    levels: Mapping[str, Array]
    alarm: int | None


# --- the cell -------------------------------------------------------------------------------------


def cell(wired: Wired, area: Area, canvas: Canvas) -> str:
    """Return the cell as a figure: its memory above, its gates below, new wires dashed and thick."""
    xs = {name: area.left + share * area.width for name, share in COLUMNS.items()}
    ys = {name: area.top + share * area.height for name, share in ROWS.items()}
    em = canvas.small
    return svg.group(
        _memory_line(xs, ys, em),
        _inputs(wired, xs, ys, em),
        _products(xs, ys, em),
        *(_peephole(gate, words, xs, ys, em) for gate, words in wired.new.items() if not wired.coupled),
        *(_gate(gate, wired, xs, ys, em) for gate in "figo"),
        _link(xs, ys, em) if wired.coupled else "",
        name="cell",
    )


def _memory_line(xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    y = ys["c"]
    return svg.group(
        svg.arrow(xs["left"] + 2.5 * em, y, xs["right"] - 1.1 * em, y, pen="c", width=4),
        svg.text(xs["left"], y + 0.35 * em, "cₜ₋₁", size=1.1 * em, weight=600),
        svg.text(xs["right"], y + 0.35 * em, "c", size=1.1 * em, weight=600, anchor="end"),
    )


def _inputs(wired: Wired, xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    """Return the line of x and h, with a fork to each gate that has weights of its own."""
    y, foot = ys["bus"] - 0.4 * em, ys["gates"] + HIGH * em
    right = xs["o"]
    return svg.group(
        svg.text(xs["left"], y + 0.35 * em, "x, hₜ₋₁", size=em),
        svg.path(f"M{number(xs['left'] + 4 * em)} {number(y)}H{number(right)}", pen="grey", width=1.5),
        *(svg.arrow(xs[gate], y, xs[gate], foot, pen="grey", width=1.5) for gate in wired.gates),
    )


def _products(xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    """Return what the gates act on: × with the old memory, × with the candidate, the sum, and × with tanh(c)."""
    top, learn, use, gates = ys["c"], ys["learn"], ys["use"], ys["gates"]
    head, r = gates - HIGH * em, 0.8 * em
    return svg.group(
        svg.arrow(xs["f"], head, xs["f"], top + r, pen="f"),
        _bent(xs["i"], head, learn, xs["g"] - r, "i", em),
        svg.arrow(xs["g"], head, xs["g"], learn + r, pen="g"),
        svg.arrow(xs["g"], learn - r, xs["g"], top + r, pen="i"),
        svg.arrow(xs["use"], top, xs["use"], use - r, pen="c", width=2.5),
        _bent(xs["o"], head, use, xs["use"] - r, "o", em),
        svg.path(f"M{number(xs['use'])} {number(use + r)}V{number(ys['bus'] - 0.4 * em)}", pen="h"),
        svg.text(xs["right"], ys["bus"] - 0.05 * em, "h", size=1.1 * em, weight=600, anchor="end"),
        _pill(xs["use"], (top + use) / 2 - 0.2 * em, "tanh", em),
        *(
            _sign(xs[x], y, sign, em)
            for x, y, sign in (("f", top, "×"), ("g", top, "+"), ("g", learn, "×"), ("use", use, "×"))
        ),
    )


def _bent(x: float, y: float, level: float, end: float, pen: str, em: float) -> str:
    """Return an arrow from a gate up to a level, and along it to what the gate acts on."""
    line = f"M{number(x)} {number(y)}V{number(level)}H{number(end - 0.5 * em)}"
    return svg.path(line, pen=pen) + _tip(end, level, 1, 0, em, pen)


def _sign(x: float, y: float, sign: str, em: float) -> str:
    return svg.dot(x, y, 0.8 * em, hollow=True) + svg.text(
        x, y + 0.4 * em, sign, size=1.2 * em, anchor="middle", weight=600
    )


def _pill(x: float, y: float, words: str, em: float) -> str:
    return svg.box(x - 1.5 * em, y - 0.8 * em, 3 * em, 1.6 * em, words, size=em, radius=0.8 * em, weight=400)


def _gate(gate: str, wired: Wired, xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    """Return the box of a gate: its letter and its function; a coupled one has no weights of its own."""
    x, y = xs[gate], ys["gates"]
    function = "tanh" if gate == "g" else "σ" if gate in wired.gates else "1 − f"
    return svg.group(
        svg.box(x - WIDE * em, y - HIGH * em, 2 * WIDE * em, 2 * HIGH * em, pen=gate, line_width=2.5),
        svg.text(x, y - 0.15 * em, gate, size=1.1 * em, weight=700, anchor="middle"),
        svg.text(x, y + 0.95 * em, function, size=em, anchor="middle"),
        name=f"gate {gate}",
    )


def _tip(x: float, y: float, dx: float, dy: float, em: float, pen: str = "ink") -> str:
    """Return an arrowhead whose tip is at (x, y), pointing along (dx, dy)."""
    a, b = 0.75 * em, 0.42 * em
    points = [(x, y), (x - a * dx + b * dy, y - a * dy - b * dx), (x - a * dx - b * dy, y - a * dy + b * dx)]
    return svg.path(
        "M" + "L".join(f"{number(px)} {number(py)}" for px, py in points) + "Z", pen=pen, filled=True
    )


def _peephole(gate: str, words: str, xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    """Return the wire through which a gate sees the memory: f the old one, o the new one."""
    x, head = xs[gate] - 1.05 * em, ys["gates"] - HIGH * em
    if gate == "o":
        start, way = (x, ys["c"]), ""
    else:
        start, way = (xs["peep"], ys["c"]), f"V{number(ys['peep'])}H{number(x)}"
    wire = f"M{number(start[0])} {number(start[1])}{way}V{number(head - 0.5 * em)}"
    return svg.group(
        svg.path(wire, width=3, dash="7 4"),
        _tip(x, head, 0, 1, em),
        svg.dot(*start, 0.35 * em),
        svg.text(
            start[0], start[1] - 1.1 * em, words, size=em, weight=600, anchor="start" if way else "middle"
        ),
        name=f"new {gate}",
    )


def _link(xs: Mapping[str, float], ys: Mapping[str, float], em: float) -> str:
    """Return the wire from f to i of a coupled cell."""
    left, right, y = xs["f"] + WIDE * em, xs["i"] - WIDE * em, ys["gates"]
    wire = f"M{number(left)} {number(y)}H{number(right - 0.5 * em)}"
    return svg.group(svg.path(wire, width=3, dash="7 4"), _tip(right, y, 1, 0, em), name="new i")


# --- over time ------------------------------------------------------------------------------------


def memory(run: Watched, area: Area, canvas: Canvas, words: str) -> str:
    """Return c over time, the light above it, and the line above which a coupled memory never gets."""
    steps = np.arange(1, len(run.c) + 1)
    one = area.y(1)
    return svg.group(
        panels.title(area, canvas, words),
        panels.axes(area, canvas, (1, 10, 20, 30, 40), (0, 10, 20, 30)),
        _light(run.lit, area, canvas),
        svg.line(area.left, one, area.left + area.width, one, pen="grey", width=canvas.line, dash="2 3"),
        panels.traces(area, canvas, [Line(f"c {spoken(run.c[-1])}", steps, run.c, "c")]),
        _alarm(run, area, canvas),
        _alarm_words(run, area, canvas),
        name="memory",
    )


def levels(run: Watched, area: Area, canvas: Canvas, words: str, shown: Sequence[str]) -> str:
    """Return gates and h over time, between 0 and 1."""
    steps = np.arange(1, len(run.c) + 1)
    lines = [Line(f"{name} {spoken(run.levels[name][-1])}", steps, run.levels[name], name) for name in shown]
    return svg.group(
        panels.title(area, canvas, words),
        panels.axes(area, canvas, (1, 10, 20, 30, 40), (0, 0.5, 1), "step"),
        panels.traces(area, canvas, lines),
        _alarm(run, area, canvas),
        name="levels",
    )


def _light(lit: tuple[int, int], area: Area, canvas: Canvas) -> str:
    first, last = lit
    left, right, high = area.x(first - 0.5), area.x(last + 0.5), 0.5 * canvas.small
    return svg.rect(left, area.top - high / 2, right - left, high, pen="x", radius=2)


def _alarm(run: Watched, area: Area, canvas: Canvas) -> str:
    if run.alarm is None:
        return ""
    x = area.x(run.alarm)
    return svg.line(x, area.top, x, area.top + area.height, pen="h", width=1.5 * canvas.line, dash="5 3")


def _alarm_words(run: Watched, area: Area, canvas: Canvas) -> str:
    if run.alarm is None or canvas.narrow:
        return ""
    x, y = area.x(run.alarm) + 6, area.top + area.height - 0.6 * canvas.small
    return svg.text(x, y, "h passes ½", size=canvas.small, halo=True)
