"""A drawn picture of the story as SVG: the marks Pillow paints for a network, sharp at every size for people.

Coordinates are whole thousandths of the picture's side: a quarter of a pixel on a picture of 256, so a picture
takes about 3 KB.
"""

import base64
import hashlib
import re
from collections.abc import Iterable

from lstm_lab.drawing.svg import escape
from lstm_lab.world.shapes import Ellipse, Point, Polygon, Shape, Stroke, bends

UNIT = 1000


def scene_svg(shapes: Iterable[Shape], size: float, title: str, description: str = "") -> str:
    """Return a picture as an SVG document of its own.

    Args:
        shapes: marks in the unit square, in painter's order.
        size: its side in pixels.
        title: its name, for those who point at it or cannot see it.
        description: what is to be seen; left out if empty.
    """
    told = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {UNIT} {UNIT}" width="{size:g}" height="{size:g}" '
        f'role="img"><title>{escape(title)}</title>{told}{_marks(shapes)}</svg>'
    )


def scene_symbol(shapes: Iterable[Shape], name: str) -> tuple[str, str]:
    """Return an id and a ``<symbol>`` of that id, so that a strip can show one picture many times by ``<use>``.

    The id is made from the name and from what is drawn: equal pictures share it, different ones never do.

    Args:
        shapes: marks in the unit square, in painter's order.
        name: what the picture shows; becomes the first part of the id and the symbol's title.
    """
    marks = _marks(shapes)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "picture"
    label = f"{slug}-{hashlib.sha256(f'{name}{marks}'.encode()).hexdigest()[:10]}"
    return (
        label,
        f'<symbol id="{label}" viewBox="0 0 {UNIT} {UNIT}"><title>{escape(name)}</title>{marks}</symbol>',
    )


def photo_symbol(file: bytes, name: str) -> tuple[str, str]:
    """Return an id and a ``<symbol>`` as ``scene_symbol`` does, for a square JPEG file instead of marks."""
    label = f"photo-{hashlib.sha256(name.encode() + file).hexdigest()[:10]}"
    data = base64.b64encode(file).decode("ascii")
    image = f'<image width="{UNIT}" height="{UNIT}" href="data:image/jpeg;base64,{data}"/>'
    return (
        label,
        f'<symbol id="{label}" viewBox="0 0 {UNIT} {UNIT}"><title>{escape(name)}</title>{image}</symbol>',
    )


def _marks(shapes: Iterable[Shape]) -> str:
    return "".join(_mark(shape) for shape in shapes)


def _mark(shape: Shape) -> str:
    fill = _colour(shape.fill)
    if isinstance(shape, Ellipse):
        x, y, rx, ry = (_whole(value) for value in (shape.x, shape.y, shape.rx, shape.ry))
        if rx == ry:
            return f'<circle cx="{x}" cy="{y}" r="{rx}" fill="{fill}"/>'
        angle = round(shape.angle, 1)
        turned = f' transform="rotate({angle:g} {x} {y})"' if angle else ""
        return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}"{turned}/>'
    if isinstance(shape, Polygon):
        first, *rest = (_at(point) for point in shape.points)
        return f'<path d="M{_pair(first)}L{" ".join(_pair(point) for point in rest)}Z" fill="{fill}"/>'
    if isinstance(shape, Stroke):
        width = _whole(shape.width)
        return (
            f'<path d="{_smooth(shape.points, False)}" fill="none" stroke="{fill}" stroke-width="{width}" '
            'stroke-linecap="round"/>'
        )
    return f'<path d="{_smooth(shape.points, True)}Z" fill="{fill}"/>'


def _smooth(points: tuple[Point, ...], closed: bool) -> str:
    """Return path data, relative; ``s`` where the handle mirrors the last one, which is everywhere but at corners."""
    pieces = bends(points, closed)
    here = _at(pieces[0][0])
    data = [f"M{_pair(here)}"]
    previous = None
    for p, leave, reach, q in pieces:
        mirrored = previous is not None and _near(leave, (2 * p[0] - previous[0], 2 * p[1] - previous[1]))
        drawn = (reach, q) if mirrored else (leave, reach, q)
        steps = [(x - here[0], y - here[1]) for x, y in (_at(point) for point in drawn)]
        data.append(("s" if mirrored else "c") + " ".join(_pair(step) for step in steps))
        here, previous = _at(q), reach
    return "".join(data).replace(" -", "-")


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) + abs(a[1] - b[1]) < 1e-9


def _whole(value: float) -> int:
    return round(UNIT * value)


def _at(point: Point) -> tuple[int, int]:
    return _whole(point[0]), _whole(point[1])


def _pair(point: tuple[int, int]) -> str:
    return f"{point[0]} {point[1]}"


def _colour(fill: str) -> str:
    """Return the colour in three digits where that says the same."""
    return f"#{fill[1]}{fill[3]}{fill[5]}" if fill[1::2] == fill[2::2] else fill
