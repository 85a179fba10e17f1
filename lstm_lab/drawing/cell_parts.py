"""The parts of the cell diagram that stand still: boxes, circles, the frame, and the words and numbers beside them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from lstm_lab.drawing import svg
from lstm_lab.drawing.cell_grid import LAYER, NODES, PILL, RADIUS, WORDS, Look, half, pen_of
from lstm_lab.drawing.cell_topology import Node, Wire
from lstm_lab.drawing.svg import number, spoken
from lstm_lab.notation import QUANTITIES


class Place(NamedTuple):
    """Where words stand: a column and a row, how many ``em`` from there, and which end of the words."""

    column: str
    row: str
    dx: float
    dy: float
    anchor: str = "start"


LABELS = {
    "f": Place("f", "gates", 0.62, -1.5),
    "i": Place("i", "gates", 0.62, -1.5),
    "g": Place("g", "gates", 0.62, -1.5),
    "o": Place("o", "gates", 2.2, -0.5),
    "v": Place("o", "gates", 2.2, -0.5),
    "kept": Place("i", "c", 0, -0.65, "middle"),
    "learned": Place("g", "ops", 1.1, 0.35),
    "shown": Place("use", "ops", 0.62, 1.75),
    "u": Place("use", "say", 0.62, 2.05),
    "x": Place("join", "foot", 0.6, -0.1),
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


# --- nodes ----------------------------------------------------------------------------------------


def node(node: Node, look: Look, wires: Sequence[Wire]) -> str:
    """Return a box with its level, a circle with its tap and its word, a pill, or a dot where two vectors join."""
    grid = look.grid
    x, y = grid.point(node.column, node.row)
    draw = {"layer": _layer, "op": _op, "join": _join}.get(node.kind)
    return (
        svg.group(draw(node, x, y, look, wires), _title(node, look), name=f"node {node.name}") if draw else ""
    )


def ghost_node(node: Node, look: Look) -> str:
    """Return the pale outline of a node that a later stage adds."""
    em, (wide, high) = look.grid.em, half(node)
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
    place = LABELS.get(node.name)
    if node.kind == "port" and place is not None:
        words = WORDS.get(node.name, node.name)
        x, y = x, y + (place.dy - 2) * em
        outline = svg.text(x, y, words, size=1.1 * em, anchor=place.anchor, pen="grey")
    return svg.group(outline, name="ghost")


def _layer(node: Node, x: float, y: float, look: Look, wires: Sequence[Wire]) -> str:
    em, pen = look.grid.em, pen_of(node.name)
    wide, high = LAYER[0] * em, LAYER[1] * em
    line = 0.15 * em
    value = look.values.get("h" if node.name == "layer" else node.name)
    inside, low = 2 * high - line, 0.0 if node.symbol == "σ" else -1.0
    if value is None:
        level, zero, opacity = inside, y + high - line / 2, 0.2
    else:
        share = (min(max(value, low), 1.0)) / (1.0 - low)
        zero = y + high - line / 2 + low / (1.0 - low) * inside
        level, opacity = share * inside, 0.4
    marks = [
        svg.box(x - wide, y - high, 2 * wide, 2 * high, pen="paper", line_width=0, radius=0.35 * em),
        svg.rect(x - wide, min(zero, zero - level), 2 * wide, abs(level), pen=pen, opacity=opacity),
        svg.path(_outline(x, y, wide, high, 0.35 * em), pen=pen, width=line, dash="none"),
    ]
    if value is not None and low < 0:
        ticks = ((x - wide, x - wide + 0.25 * em), (x + wide - 0.25 * em, x + wide))
        marks += [svg.line(a, zero, b, zero, pen=pen, width=0.1 * em, dash="none") for a, b in ticks]
    letter = "" if node.name == "layer" else node.name
    apart = (0.6, 0.6) if node.symbol == "σ" else (1.4, 0.4)
    words = ((letter, -apart[0], 700), (node.symbol, apart[1], 400)) if letter else ((node.symbol, 0, 400),)
    size, halo = 1.05 * em, value is not None
    texts = [
        svg.text(x + dx * em, y + 0.36 * em, word, size=size, anchor="middle", weight=weight, halo=halo)
        for word, dx, weight in words
    ]
    rim = (
        f'<g style="--lab-rim:{number(0.17 * em)}px">{"".join(texts)}</g>'  # the level ends beside the words
    )
    return "".join([*marks, rim])


def _outline(x: float, y: float, wide: float, high: float, radius: float) -> str:
    """Return the path of a box with rounded corners around its middle."""
    r, across, down = number(radius), number(2 * (wide - radius)), number(2 * (high - radius))
    start = f"M{number(x - wide + radius)} {number(y - high)}"
    top, foot = f"h{across}a{r} {r} 0 0 1 {r} {r}v{down}", f"a{r} {r} 0 0 1 -{r} {r}h-{across}"
    return f"{start}{top}{foot}a{r} {r} 0 0 1 -{r} -{r}v-{down}a{r} {r} 0 0 1 {r} -{r}z"


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
    outline = f'<rect {where} rx="{radius}" class="s grey" style="stroke-width:{number(line)}"/>'
    if stage != "memories":
        return outline
    middle, em = (left + right) / 2, grid.em
    return svg.group(
        svg.rect(left, top, right - left, foot - top, radius=0.9 * em, opacity=0.45),
        outline,
        svg.text(middle, grid.ys["ops"] + 1.9 * em, "LSTM", size=2 * em, anchor="middle", weight=600),
        svg.text(middle, grid.ys["c"] + 0.35 * em, QUANTITIES["c"].story, size=em, anchor="middle"),
        svg.text(middle, grid.ys["bus"] + 0.35 * em, QUANTITIES["h"].story, size=em, anchor="middle"),
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
    if wire.quantity == "x" or (wire.quantity in ("kept", "learned") and _is_roomy(look, value)):
        written = f"{word} {written}".strip()
    elif place.column in ("left", "right"):
        marks.append(svg.text(x, y - 2 * em, word, size=1.1 * em, anchor=place.anchor, weight=600))
    if written:
        marks.append(svg.text(x, y, written, size=em, anchor=place.anchor, halo=True))
    return svg.group(*marks, name=f"label {wire.quantity}")


def _is_roomy(look: Look, value: float | None) -> bool:
    """Return whether there is room for a word beside a number."""
    return value is None or look.grid.xs["right"] - look.grid.xs["left"] > 33.5 * look.grid.em


def _title(node: Node, look: Look) -> str:
    """Return the story's word for an operation, beside it."""
    place, em = TITLES.get(node.name), look.grid.em
    if place is None or node.kind != "op":
        return ""
    x, y = look.grid.point(place.column, place.row)
    return svg.text(x + place.dx * em, y + place.dy * em, node.name, size=em, anchor=place.anchor, weight=600)
