"""The parts of the cell diagram: its grid, its wires with their widths and numbers, its boxes and circles.

All sizes are in ``em``, the height of the diagram's text, so that a large picture is the small one seen closer.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lstm_lab.drawing import svg
from lstm_lab.drawing.cell_topology import ADDED, Node, Wire
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.notation import QUANTITIES

Point = tuple[float, float]

LAYER = (2.05, 1.1)
"""Half the width and half the height of a box with weights."""
PILL = (1.5, 0.8)
"""The same of a function without weights."""
RADIUS = 0.85
"""Of a × or a +."""
MARGIN = 3.5
"""From the edge of the area to the frame: room for the numbers that enter and leave."""
CORNER = 0.7
"""Of the bends of a wire."""

COLUMNS = {"f": 0.135, "tap": 0.2, "i": 0.305, "g": 0.475, "o": 0.66, "use": 0.85}
"""Shares of the frame's width."""
ROWS = {
    "over": 0.01,
    "c": 0.17,
    "low": 0.285,
    "ops": 0.4,
    "gates": 0.635,
    "bus": 0.835,
    "under": 0.9,
    "foot": 1.0,
}
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


class Place(NamedTuple):
    """Where words stand: a column and a row, how many ``em`` from there, and which end of the words."""

    column: str
    row: str
    dx: float
    dy: float
    anchor: str = "start"


LABELS = {
    "f": Place("f", "gates", 0.45, -1.6),
    "i": Place("i", "gates", 0.45, -1.6),
    "g": Place("g", "gates", 0.45, -1.6),
    "o": Place("o", "gates", 2.2, -0.5),
    "v": Place("o", "gates", 2.2, -0.5),
    "kept": Place("i", "c", 0, -0.65, "middle"),
    "learned": Place("g", "ops", 1.1, 0.35),
    "shown": Place("use", "ops", 0.5, 1.75),
    "u": Place("use", "ops", 0.5, 1.9),
    "x": Place("join", "foot", 0.6, -0.25),
    "h_prev": Place("left", "bus", 0, 1.3),
    "c_prev": Place("left", "c", 0, 1.35),
    "c": Place("right", "c", 0, 1.35, "end"),
    "h": Place("right", "bus", 0, 1.3, "end"),
}
"""Where the number of a wire stands."""
TITLES = {
    "forget": Place("f", "c", 0.9, -1.25, "end"),
    "remember": Place("g", "c", -0.9, -1.25),
    "learn": Place("g", "ops", -1.1, -0.55, "end"),
    "use": Place("use", "gates", 1.15, 0.35),
}
"""Where the story's word for an operation stands."""


def grid(area: Area, canvas: Canvas) -> Grid:
    """Return the grid of an area; text, boxes and lines grow with the room there is."""
    base = canvas.small
    em = base * min(max(min(area.width / (34 * base), area.height / (15.5 * base)), 1), 1.5)
    left, right = area.left + MARGIN * em, area.left + area.width - MARGIN * em
    xs = {name: left + share * (right - left) for name, share in COLUMNS.items()}
    xs |= {"left": area.left, "right": area.left + area.width, "in": left, "out": right}
    xs["join"] = area.left + JOIN * area.width
    return Grid(xs, {name: area.top + share * area.height for name, share in ROWS.items()}, em)


# --- wires ----------------------------------------------------------------------------------------


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


def wire(wire: Wire, look: Look, others: Sequence[Wire]) -> str:
    """Return a wire with rounded bends, an arrowhead at its end, and a hop over every wire it crosses."""
    width, em = width_of(wire.quantity, look), look.grid.em
    points = _ends_trimmed(wire, look)
    long, half = 0.5 * em + 0.75 * width, 0.24 * em + 0.5 * width
    before, (bx, by) = points[-2:]
    ux, uy = _direction(before, (bx, by))
    arrow = wire.target != "join"
    if arrow:
        points[-1] = (bx - long * ux, by - long * uy)
    tip = _commands([(bx, by), (bx - long * ux - half * uy, by - long * uy + half * ux)])
    tip += _commands([(bx - long * ux + half * uy, by - long * uy - half * ux)]).replace("M", "L") + "Z"
    pen = pen_of(wire.quantity)
    crossed = [each for other in others if other != wire for each in _upright(other, look)]
    marks = [
        svg.path(_rounded(points, CORNER * em, crossed), pen=pen, width=width),
        svg.path(tip, pen=pen, filled=True) if arrow else "",
    ]
    if _branches(wire):
        marks.append(svg.dot(*look.grid.point(*wire.path[0]), 0.22 * em, pen=pen))
    return svg.group(*marks, name=f"wire {wire.source}-{wire.target}")


def ghost_wire(wire: Wire, look: Look) -> str:
    """Return the pale line of a wire that a later stage adds."""
    line = _rounded(_ends_trimmed(wire, look), CORNER * look.grid.em, [])
    return svg.group(
        svg.path(line, pen="faint", width=max(0.12 * look.grid.em, look.canvas.line)), name="ghost"
    )


def _branches(wire: Wire) -> bool:
    source = NODES[wire.source]
    return source.kind != "closed" and wire.path[0] != (source.column, source.row)


def _ends_trimmed(wire: Wire, look: Look) -> list[Point]:
    """Return the points of a wire, from the edge of its source to the edge of its target."""
    points = [look.grid.point(*place) for place in wire.path]
    if not _branches(wire):
        points[0] = _edge(wire.source, points[0], points[1], look.grid.em)
    points[-1] = _edge(wire.target, points[-1], points[-2], look.grid.em)
    return points


def _edge(name: str, at: Point, towards: Point, em: float) -> Point:
    """Return where a wire meets the edge of a node."""
    wide, high = _half(NODES[name])
    ux, uy = _direction(at, towards)
    return at[0] + ux * wide * em, at[1] + uy * high * em


def _half(node: Node) -> tuple[float, float]:
    """Return half the width and half the height of a node, in em."""
    if node.kind == "layer":
        return LAYER
    if node.kind == "op":
        return (RADIUS, RADIUS) if len(node.symbol) == 1 else PILL
    return 0, 0


def _direction(a: Point, b: Point) -> Point:
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _upright(wire: Wire, look: Look) -> list[tuple[float, float, float]]:
    """Return the vertical pieces of a wire: x, top and bottom."""
    points = _ends_trimmed(wire, look)
    return [
        (a[0], min(a[1], b[1]), max(a[1], b[1]))
        for a, b in itertools.pairwise(points)
        if abs(a[0] - b[0]) < 0.01
    ]


def _commands(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _rounded(points: Sequence[Point], radius: float, crossed: Sequence[tuple[float, float, float]]) -> str:
    """Return the path through points, its corners rounded, with a small arch over each upright line."""
    parts = [_commands(points[:1])]
    for k in range(1, len(points)):
        before, here = points[k - 1], points[k]
        if abs(before[1] - here[1]) < 0.01:
            parts.append(_hops(before, here, 0.7 * radius, crossed))
        if k == len(points) - 1:
            parts.append(f"L{number(here[0])} {number(here[1])}")
            break
        after = points[k + 1]
        (ux, uy), (vx, vy) = _direction(before, here), _direction(here, after)
        parts.append(f"L{number(here[0] - radius * ux)} {number(here[1] - radius * uy)}")
        parts.append(
            f"Q{number(here[0])} {number(here[1])} {number(here[0] + radius * vx)} {number(here[1] + radius * vy)}"
        )
    return "".join(parts)


def _hops(a: Point, b: Point, radius: float, crossed: Sequence[tuple[float, float, float]]) -> str:
    """Return the arches of a piece from left to right over the upright lines between its ends."""
    y = a[1]
    over = sorted(x for x, top, foot in crossed if a[0] + radius < x < b[0] - radius and top < y < foot)
    r = number(radius)
    return "".join(
        f"L{number(x - radius)} {number(y)}A{r} {r} 0 0 1 {number(x + radius)} {number(y)}" for x in over
    )


# --- nodes ----------------------------------------------------------------------------------------


def node(node: Node, look: Look, wires: Sequence[Wire]) -> str:
    """Return a box with its level, a circle with its tap, a pill, or a dot where two vectors join."""
    grid = look.grid
    x, y = grid.point(node.column, node.row)
    draw = {"layer": _layer, "op": _op, "join": _join}.get(node.kind)
    return svg.group(draw(node, x, y, look, wires), name=f"node {node.name}") if draw else ""


def ghost_node(node: Node, look: Look) -> str:
    """Return the pale outline of a node that a later stage adds."""
    em, (wide, high) = look.grid.em, _half(node)
    x, y = look.grid.point(node.column, node.row)
    radius = 0.35 if node.kind == "layer" else high
    outline = (
        svg.box(
            x - wide * em,
            y - high * em,
            2 * wide * em,
            2 * high * em,
            pen="faint",
            line_width=max(0.12 * em, look.canvas.line),
            radius=radius * em,
        )
        if wide
        else ""
    )
    return svg.group(outline, name="ghost")


def _layer(node: Node, x: float, y: float, look: Look, wires: Sequence[Wire]) -> str:
    em, pen = look.grid.em, pen_of(node.name)
    wide, high = LAYER[0] * em, LAYER[1] * em
    line = 0.15 * em
    value = look.values.get("h" if node.name == "layer" else node.name)
    row = QUANTITIES[pen]
    inside = 2 * high - line
    if value is None:
        level, zero, opacity = inside, y + high - line / 2, 0.2
    else:
        low = 0.0 if node.symbol == "σ" else -1.0
        share = (min(max(value, low), 1.0)) / (1.0 - low)
        zero = y + high - line / 2 + low / (1.0 - low) * inside
        level, opacity = share * inside, 0.4
    fill = f'x="{number(x - wide)}" width="{number(2 * wide)}" y="{number(min(zero, zero - level))}"'
    marks = [
        svg.box(x - wide, y - high, 2 * wide, 2 * high, pen="paper", line_width=0, radius=0.35 * em),
        f'<rect {fill} height="{number(abs(level))}" class="{svg._names(pen, False)}" opacity="{opacity}"/>',
        f'<rect x="{number(x - wide)}" y="{number(y - high)}" width="{number(2 * wide)}" height="{number(2 * high)}" '
        f'rx="{number(0.35 * em)}" class="s q-{row.letter}" '
        f'style="stroke-width:{number(line)};stroke-dasharray:none"/>',
    ]
    size = em * 1.05
    letter = "" if node.name == "layer" else node.name
    gap = 0.45 * em if letter else 0
    total = svg.text_width(letter, size) + gap + svg.text_width(node.symbol, size)
    start = x - total / 2
    if letter:
        marks.append(svg.text(start, y + 0.36 * em, letter, size=size, weight=700))
    marks.append(svg.text(start + svg.text_width(letter, size) + gap, y + 0.36 * em, node.symbol, size=size))
    return "".join(marks)


def _op(node: Node, x: float, y: float, look: Look, wires: Sequence[Wire]) -> str:
    em = look.grid.em
    line = max(0.12 * em, look.canvas.line)
    if len(node.symbol) > 1:
        wide, high = PILL[0] * em, PILL[1] * em
        return svg.box(
            x - wide,
            y - high,
            2 * wide,
            2 * high,
            node.symbol,
            line_width=line,
            radius=high,
            size=em,
            weight=400,
        )
    r = RADIUS * em
    gates = [w.quantity for w in wires if w.target == node.name and NODES[w.source].symbol == "σ"]
    marks = [svg.dot(x, y, r, hollow=True, width=line)]
    if gates and gates[0] in look.values:
        marks.append(_dial(x, y, r - 0.2 * em, look.values[gates[0]], pen_of(gates[0]), 0.26 * em))
    arm = 0.32 * em * (0.9 if node.symbol == "×" else 1.15)
    n = number
    cross = (
        f"M{n(x - arm)} {n(y - arm)}L{n(x + arm)} {n(y + arm)}M{n(x - arm)} {n(y + arm)}L{n(x + arm)} {n(y - arm)}"
        if node.symbol == "×"
        else f"M{n(x - arm)} {n(y)}L{n(x + arm)} {n(y)}M{n(x)} {n(y - arm)}L{n(x)} {n(y + arm)}"
    )
    return "".join([*marks, svg.path(cross, pen="ink", width=0.16 * em)])


def _dial(x: float, y: float, radius: float, share: float, pen: str, width: float) -> str:
    """Return an arc clockwise from the top: how far a tap is open."""
    share = min(max(share, 0.0), 0.9995)
    angle = 2 * math.pi * share
    end = (x + radius * math.sin(angle), y - radius * math.cos(angle))
    large = int(share > 0.5)
    r = number(radius)
    arc = f"M{number(x)} {number(y - radius)}A{r} {r} 0 {large} 1 {number(end[0])} {number(end[1])}"
    return svg.path(arc, pen=pen, width=width, dash="none")


def _join(node: Node, x: float, y: float, look: Look, wires: Sequence[Wire]) -> str:
    return svg.dot(x, y, 0.3 * look.grid.em)


# --- words ----------------------------------------------------------------------------------------


def frame(look: Look, stage: str) -> str:
    """Return the outline of the cell; at the stage "memories" it is closed."""
    grid, line = look.grid, look.canvas.line
    left, top = grid.point("in", "over")
    right, foot = grid.point("out", "under")
    where = (
        f'x="{number(left)}" y="{number(top)}" width="{number(right - left)}" height="{number(foot - top)}"'
    )
    radius = number(0.9 * grid.em)
    outline = f'<rect {where} rx="{radius}" class="s grey" style="stroke-width:{number(1.2 * line)}"/>'
    if stage != "memories":
        return outline
    ground = svg.rect(left, top, right - left, foot - top, radius=0.9 * grid.em, opacity=0.5)
    middle = (left + right) / 2
    return (
        ground
        + outline
        + svg.text(middle, grid.ys["gates"], "LSTM", size=2 * grid.em, anchor="middle", weight=600)
    )


def label(wire: Wire, look: Look) -> str:
    """Return the number of a wire beside it, with the letter of what enters or leaves the cell."""
    place, em = LABELS.get(wire.quantity), look.grid.em
    if place is None:
        return ""
    x, y = look.grid.point(place.column, place.row)
    x, y = x + place.dx * em, y + place.dy * em
    value = look.values.get(wire.quantity)
    written = "" if value is None else spoken(value)
    word = WORDS.get(wire.quantity, wire.quantity)
    marks = []
    if wire.quantity in ("kept", "learned", "x"):
        written = f"{word} {written}".strip()
    elif place.column in ("left", "right"):
        marks.append(svg.text(x, y - 2 * em, word, size=1.1 * em, anchor=place.anchor, weight=600))
    if written:
        marks.append(svg.text(x, y, written, size=em, anchor=place.anchor, halo=True))
    return svg.group(*marks, name=f"label {wire.quantity}")


def title(node: Node, look: Look) -> str:
    """Return the story's word for an operation, beside it."""
    place, em = TITLES.get(node.name), look.grid.em
    if place is None or node.kind != "op":
        return ""
    x, y = look.grid.point(place.column, place.row)
    return svg.text(x + place.dx * em, y + place.dy * em, node.name, size=em, anchor=place.anchor, weight=600)
