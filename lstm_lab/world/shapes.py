"""The four marks every picture is made of, how they are moved and mixed, and how Pillow paints them.

A picture is a plain list of marks in the unit square, x to the right and y downwards, in the order they are
painted. ``pixels`` turns the list into an array for networks; ``drawing.scene`` turns it into SVG for people.
"""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from lstm_lab.checks import Array

Point = tuple[float, float]
Colour = str
"""A colour as ``#rrggbb``."""


class Ellipse(NamedTuple):
    """A filled ellipse around (x, y), its radii along its own axes, turned clockwise by ``angle`` degrees."""

    x: float
    y: float
    rx: float
    ry: float
    angle: float
    fill: Colour


class Polygon(NamedTuple):
    """A filled outline with straight sides."""

    points: tuple[Point, ...]
    fill: Colour


class Curve(NamedTuple):
    """A filled smooth outline through its points; a point given twice in a row is a corner."""

    points: tuple[Point, ...]
    fill: Colour


class Stroke(NamedTuple):
    """A smooth open line through its points, with round ends."""

    points: tuple[Point, ...]
    width: float
    fill: Colour


Shape = Ellipse | Polygon | Curve | Stroke


def ellipse(
    fill: Colour, x: float, y: float, rx: float, ry: float | None = None, angle: float = 0
) -> Ellipse:
    """Return an ellipse; a circle if ``ry`` is left out."""
    return Ellipse(x, y, rx, rx if ry is None else ry, angle, fill)


def curve(fill: Colour, points: str) -> Curve:
    """Return a smooth outline through the points, written as in ``outline``."""
    return Curve(outline(points), fill)


def polygon(fill: Colour, points: str) -> Polygon:
    """Return an outline with straight sides through the points, written as in ``outline``."""
    return Polygon(outline(points), fill)


def stroke(fill: Colour, width: float, points: str) -> Stroke:
    """Return a smooth open line through the points, written as in ``outline``."""
    return Stroke(outline(points), width, fill)


@cache
def outline(points: str) -> tuple[Point, ...]:
    """Return the points of an outline written down as SVG does.

    >>> outline("0 -1, 2 0.5")
    ((0.0, -1.0), (2.0, 0.5))
    """
    pairs = (pair.split() for pair in points.split(","))
    return tuple((float(x), float(y)) for x, y in pairs)


def between(start: str, end: str, t: float) -> list[Point]:
    """Return the outline a share ``t`` of the way from one outline to another of as many points."""
    both = zip(outline(start), outline(end), strict=True)
    return [(blend(a[0], b[0], t), blend(a[1], b[1], t)) for a, b in both]


def both_sides(right_half: Sequence[Point], shift: float = 0.0) -> tuple[Point, ...]:
    """Return a whole outline from its right half, mirrored about x = 0 and then moved right by ``shift``.

    >>> both_sides([(0, -1), (2, 0), (0, 1)], shift=10)
    ((10, -1), (12, 0), (10, 1), (8, 0))
    """
    left = [(-x, y) for x, y in reversed(right_half) if x != 0]
    return tuple((x + shift, y) for x, y in (*right_half, *left))


def place(
    shapes: Iterable[Shape], x: float, y: float, scale: float, angle: float = 0.0, mirror: bool = False
) -> list[Shape]:
    """Return the shapes mirrored, turned about their origin, scaled and moved to (x, y).

    Args:
        shapes: marks in a frame of their own.
        x: where the frame's origin goes, in the unit square.
        y: likewise, downwards.
        scale: the length of one unit of the frame.
        angle: turn in degrees, clockwise.
        mirror: swap left and right first.

    Returns:
        New marks, in the same order.
    """
    side = -1.0 if mirror else 1.0
    cos, sin = scale * math.cos(math.radians(angle)), scale * math.sin(math.radians(angle))

    def at(points: Iterable[Point]) -> tuple[Point, ...]:
        return tuple((x + side * cos * u - sin * v, y + side * sin * u + cos * v) for u, v in points)

    placed: list[Shape] = []
    for shape in shapes:
        if isinstance(shape, Ellipse):
            ((u, v),) = at([(shape.x, shape.y)])
            turned = side * shape.angle + angle
            placed.append(Ellipse(u, v, scale * shape.rx, scale * shape.ry, turned, shape.fill))
        elif isinstance(shape, Stroke):
            placed.append(Stroke(at(shape.points), scale * shape.width, shape.fill))
        else:
            placed.append(shape._replace(points=at(shape.points)))
    return placed


def blend(start: float, end: float, t: float) -> float:
    """Return the number a share ``t`` of the way from ``start`` to ``end``."""
    return start + (end - start) * t


def tint(start: Colour, end: Colour, t: float) -> Colour:
    """Return the colour a share ``t`` of the way from ``start`` to ``end``.

    >>> tint("#000000", "#ff8000", 0.5)
    '#804000'
    """
    a, b = int(start[1:], 16), int(end[1:], 16)
    mixed = (blend(a >> k & 255, b >> k & 255, t) for k in (16, 8, 0))
    return "#{:02x}{:02x}{:02x}".format(*(min(255, max(0, math.floor(channel + 0.5))) for channel in mixed))


def hsl(hue: float, saturation: float, lightness: float) -> Colour:
    """Return a colour from its hue in degrees and its saturation and lightness in 0..1.

    >>> hsl(120, 1, 0.5)
    '#00ff00'
    """
    reach = saturation * min(lightness, 1 - lightness)

    def channel(n: int) -> int:
        k = (n + hue / 30) % 12
        return math.floor(255 * min(1.0, max(0.0, lightness - reach * max(-1, min(k - 3, 9 - k, 1)))) + 0.5)

    return f"#{channel(0):02x}{channel(8):02x}{channel(4):02x}"


def bends(points: Sequence[Point], closed: bool) -> list[tuple[Point, Point, Point, Point]]:
    """Return the cubic Bézier pieces of the smooth line through the points (uniform Catmull-Rom).

    A piece from p to q leaves p by a sixth of (q − the point before p) and reaches q by a sixth of
    (the point after q − p). Two equal points in a row make a corner: the empty piece between them is left out.

    Args:
        points: at least two points.
        closed: whether the line returns to its first point.

    Returns:
        One (p, first handle, second handle, q) per piece.

    Source: Catmull & Rom 1974.
    """
    n = len(points)
    pieces = []
    for k in range(n if closed else n - 1):
        p, q = points[k], points[(k + 1) % n]
        if p == q:
            continue
        before = points[k - 1] if closed or k > 0 else p
        after = points[(k + 2) % n] if closed or k + 2 < n else q
        leave = (p[0] + (q[0] - before[0]) / 6, p[1] + (q[1] - before[1]) / 6)
        reach = (q[0] - (after[0] - p[0]) / 6, q[1] - (after[1] - p[1]) / 6)
        pieces.append((p, leave, reach, q))
    return pieces


def pixels(shapes: Iterable[Shape], size: int = 32) -> Array:
    """Return the picture as Pillow paints it: four times too large, then averaged down.

    Args:
        shapes: marks in the unit square, in painter's order.
        size: pixels a side.

    Returns:
        Red, green and blue, uint8, shape (size, size, 3).
    """
    large = 4 * size
    image = Image.new("RGB", (large, large), "white")
    draw = ImageDraw.Draw(image)
    steps = 5 if size <= 64 else 16
    for shape in shapes:
        if isinstance(shape, Stroke):
            _paint_stroke(draw, shape, large, steps)
        else:
            draw.polygon((_outline(shape, steps) * large - 0.5).ravel().tolist(), fill=shape.fill)
    return np.asarray(image.reduce(4))


def _outline(shape: Ellipse | Polygon | Curve, steps: int) -> Array:
    """Return the outline as points, shape (n, 2)."""
    if isinstance(shape, Polygon):
        return np.array(shape.points)
    if isinstance(shape, Curve):
        return _along(shape.points, True, steps)
    cos, sin = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    axes = np.array([[shape.rx * cos, shape.rx * sin], [-shape.ry * sin, shape.ry * cos]])
    return _circle(4 * steps) @ axes + (shape.x, shape.y)


def _along(points: Sequence[Point], closed: bool, steps: int) -> Array:
    """Return points along the smooth line, ``steps`` a piece, shape (pieces · steps, 2)."""
    pieces = np.array(bends(points, closed))
    line = np.matmul(_cubic(steps), pieces).reshape(-1, 2)
    return line if closed else np.vstack([line, points[-1]])


def _paint_stroke(draw: ImageDraw.ImageDraw, shape: Stroke, large: int, steps: int) -> None:
    line = _along(shape.points, False, steps) * large - 0.5
    r = max(1.0, shape.width * large) / 2
    along = np.gradient(line, axis=0)
    across = r * along[:, ::-1] * (-1, 1) / np.hypot(along[:, :1], along[:, 1:])
    draw.polygon(np.vstack([line + across, (line - across)[::-1]]).ravel().tolist(), fill=shape.fill)
    for x, y in (line[0].tolist(), line[-1].tolist()):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=shape.fill)


@cache
def _circle(n: int) -> Array:
    angles = np.arange(n) * (2 * np.pi / n)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@cache
def _cubic(steps: int) -> Array:
    """Return the Bernstein weights of a cubic at ``steps`` places from its start, shape (steps, 4)."""
    t = np.arange(steps) / steps
    return np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
