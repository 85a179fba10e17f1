"""Where the parts of the cell diagram lie, how large they are, and with which pen and how wide a value is drawn.

All sizes are in ``em``, the height of the diagram's text, so that a large picture is the small one seen closer.
"""

from collections.abc import Mapping
from typing import NamedTuple

from lstm_lab.drawing.cell_topology import ADDED, Node
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas
from lstm_lab.notation import QUANTITIES

Point = tuple[float, float]

LAYER = (2.05, 1.0)
"""Half the width and half the height of a box with weights."""
PILL = (1.5, 0.8)
"""The same of a function without weights."""
RADIUS = 0.85
"""Of a × or a +."""
MARGIN = 3.5
"""From the edge of the area to the frame: room for the numbers that enter and leave."""
CORNER = 0.7
"""Of the bends of a wire."""

COLUMNS = {"f": 0.13, "tap": 0.205, "i": 0.2975, "g": 0.465, "o": 0.655, "use": 0.87}
"""Shares of the frame's width."""
ROWS = {"over": 0.01, "c": 0.175, "low": 0.297, "ops": 0.415, "say": 0.445}
ROWS |= {"gates": 0.675, "bus": 0.865, "under": 0.91, "foot": 1.0}
"""Shares of the area's height: they, and ``JOIN``, do not depend on the size of the text, so ports do not either."""
JOIN = 0.125
"""Where x enters, as a share of the area's width."""

PENS = {"h_prev": "h", "layer": "h", "joined": "ink", "v": "o"} | dict.fromkeys(
    ("c_prev", "kept", "learned", "shown", "u"), "c"
)
"""The pen of what has no row of its own in ``notation``; its limits are lent too."""
WIDEST = {"c": 0.66, "h": 0.46}
"""The width of a line at its limit; of all others 0.4."""
WORDS = {"h_prev": "hₜ₋₁", "c_prev": "cₜ₋₁", "layer": "h"}
NODES = {node.name: node for there, _ in ADDED.values() for node in there}


class Grid(NamedTuple):
    """Where the named columns and rows lie; ``em`` is the size of the text."""

    xs: Mapping[str, float]
    ys: Mapping[str, float]
    em: float

    def point(self, column: str, row: str) -> Point:
        """Return where a column and a row meet."""
        return self.xs[column], self.ys[row]


class Look(NamedTuple):
    """What every part needs to be drawn: the canvas, the grid, and the values by name."""

    canvas: Canvas
    grid: Grid
    values: Mapping[str, float]


def grid(area: Area, canvas: Canvas) -> Grid:
    """Return the grid of an area; text, boxes and lines grow with the room there is."""
    base = canvas.small
    em = base * min(max(min(area.width / (34 * base), area.height / (15.5 * base)), 1), 1.5)
    left, right = area.left + MARGIN * em, area.left + area.width - MARGIN * em
    xs = {name: left + share * (right - left) for name, share in COLUMNS.items()}
    xs |= {"left": area.left, "right": area.left + area.width, "in": left, "out": right}
    xs["join"] = area.left + JOIN * area.width
    return Grid(xs, {name: area.top + share * area.height for name, share in ROWS.items()}, em)


def pen_of(quantity: str) -> str:
    """Return the pen a quantity is drawn with."""
    return PENS.get(quantity, quantity)


def width_of(quantity: str, look: Look) -> float:
    """Return the width of a wire: its value's share of the fixed limit, and never invisible."""
    pen, em = pen_of(quantity), look.grid.em
    widest = WIDEST.get(pen, 0.4) * em
    thinnest = max(0.1 * em, look.canvas.line)
    if quantity == "joined":
        return max(0.12 * em, look.canvas.line)
    if quantity not in look.values:
        return max(0.55 * widest, thinnest)
    share = min(abs(look.values[quantity]) / QUANTITIES[pen].high, 1.0)
    return thinnest + share * (widest - thinnest)


def half(node: Node) -> tuple[float, float]:
    """Return half the width and half the height of a node, in em."""
    if node.kind == "layer":
        return LAYER
    if node.kind == "op":
        return (RADIUS, RADIUS) if len(node.symbol) == 1 else PILL
    return 0, 0
