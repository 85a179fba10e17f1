"""The wires of the cell diagram: as wide as their values, with rounded bends, arrowheads, forks and crossings."""

import itertools
import math
from collections.abc import Collection, Sequence

from lstm_lab.drawing import svg
from lstm_lab.drawing.cell_grid import CORNER, NODES, Look, Point, half, pen_of, width_of
from lstm_lab.drawing.cell_topology import Wire
from lstm_lab.drawing.svg import number


def wire(wire: Wire, look: Look, others: Sequence[Wire], alike: Collection[Wire]) -> str:
    """Return a wire with rounded bends and an arrowhead at its end; it passes below every wire it crosses.

    Args:
        wire: what to draw.
        look: where, and from which values.
        others: all wires of the diagram.
        alike: those brought out, or left pale, together with this one: what two of them share is drawn once.
    """
    width, em, pen = width_of(wire.quantity, look), look.grid.em, pen_of(wire.quantity)
    points = _ends_trimmed(wire, look)
    tip = ""
    if wire.target != "join":
        points[-1], tip = _head(points[-2], points[-1], 0.5 * em + 0.75 * width, 0.24 * em + 0.5 * width)
    crossed = [each for other in others if other != wire for each in _upright(other, look)]
    forks = [at for at in points[1:-1] if any(_passes(other, at, look) for other in others if other != wire)]
    if any(_passes(other, at, look) for at in forks for other in alike if other != wire):
        points = points[points.index(forks[-1]) :]
    if _branches(wire):
        forks.append(points[0])
    return svg.group(
        svg.path(_rounded(points, CORNER * em, crossed, forks), pen=pen, width=width),
        svg.path(tip, pen=pen, filled=True) if tip else "",
        *(svg.dot(*at, 0.24 * em, pen=pen) for at in forks),
        name=f"wire {wire.source}-{wire.target}",
    )


def _head(before: Point, tip: Point, long: float, half_wide: float) -> tuple[Point, str]:
    """Return where the shaft of an arrow ends, and the path of its head."""
    (x, y), (ux, uy) = tip, _direction(before, tip)
    foot = (x - long * ux, y - long * uy)
    sides = [(foot[0] + s * half_wide * uy, foot[1] - s * half_wide * ux) for s in (-1, 1)]
    return foot, _commands([tip, *sides]) + "Z"


def ghost_wire(wire: Wire, look: Look) -> str:
    """Return the pale line of a wire that a later stage adds."""
    line = _rounded(_ends_trimmed(wire, look), CORNER * look.grid.em)
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
    wide, high = half(NODES[name])
    ux, uy = _direction(at, towards)
    return at[0] + ux * wide * em, at[1] + uy * high * em


def _direction(a: Point, b: Point) -> Point:
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _passes(wire: Wire, at: Point, look: Look) -> bool:
    """Return whether a wire of the joined vectors runs straight on through a point."""
    path = [look.grid.point(*place) for place in wire.path]
    level = [(a, b) for a, b in itertools.pairwise(path) if a[1] == b[1] == at[1]]
    return wire.quantity == "joined" and any(a[0] < at[0] < b[0] for a, b in level)


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


def _rounded(
    points: Sequence[Point],
    radius: float,
    crossed: Sequence[tuple[float, float, float]] = (),
    sharp: Sequence[Point] = (),
) -> str:
    """Return the path through points, broken at each upright line it crosses; all corners but the sharp are round."""
    parts = [_commands(points[:1])]
    for k in range(1, len(points)):
        before, here = points[k - 1], points[k]
        if abs(before[1] - here[1]) < 0.01:
            parts.append(_breaks(before, here, radius, crossed))
        if k == len(points) - 1 or here in sharp:
            parts.append(f"L{number(here[0])} {number(here[1])}")
            continue
        after = points[k + 1]
        bend = min(radius, math.dist(before, here), math.dist(here, after))
        (ux, uy), (vx, vy) = _direction(before, here), _direction(here, after)
        parts.append(f"L{number(here[0] - bend * ux)} {number(here[1] - bend * uy)}")
        parts.append(
            f"Q{number(here[0])} {number(here[1])} {number(here[0] + bend * vx)} {number(here[1] + bend * vy)}"
        )
    return "".join(parts)


def _breaks(a: Point, b: Point, room: float, crossed: Sequence[tuple[float, float, float]]) -> str:
    """Return the breaks of a piece from left to right at the upright lines between its ends."""
    over = sorted(x for x, top, foot in crossed if a[0] + room < x < b[0] - room and top < a[1] < foot)
    y = number(a[1])
    return "".join(f"L{number(x - room)} {y}M{number(x + room)} {y}" for x in over)
