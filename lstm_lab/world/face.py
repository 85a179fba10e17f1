"""The face that is a dog at w = 0, a wolf at w = 1, and a fair question in between.

Every part moves with w, smoothly and in one direction: the ears rise and sharpen, the head narrows and grows a
ruff, the muzzle lengthens, the pale mask spreads, the eyes slant and pale, the coat cools. Nothing else about a
picture depends on it.
"""

import math
from typing import NamedTuple

from lstm_lab.world.shapes import (
    Colour,
    Curve,
    Point,
    Shape,
    blend,
    both_sides,
    curve,
    ellipse,
    hsl,
    stroke,
    tint,
)


class Coat(NamedTuple):
    """The colours of one face."""

    fur: Colour
    dark: Colour
    ear: Colour
    mask: Colour
    bridge: Colour
    iris: Colour


NOSE = "#2b2426"


def coat(w: float, hue: float, shade: float) -> Coat:
    """Return the colours of a face: warm and even for a dog, cool with strong contrast for a wolf.

    Args:
        w: wolfness in [0, 1].
        hue: warmer or cooler, in [-1, 1].
        shade: darker or lighter, in [-1, 1].
    """
    fur = tint(hsl(30 + 9 * hue, 0.62, 0.60 + 0.07 * shade), hsl(222 + 25 * hue, 0.13, 0.40 + 0.06 * shade), w)
    dark = tint(hsl(22 + 9 * hue, 0.52, 0.36 + 0.06 * shade), hsl(226 + 25 * hue, 0.18, 0.22 + 0.03 * shade), w)
    cream = tint(hsl(38, 0.75, 0.87 + 0.03 * shade), hsl(215, 0.25, 0.95), w)
    return Coat(
        fur=fur,
        dark=dark,
        ear=tint(dark, fur, w),
        mask=cream,
        bridge=tint(cream, dark, w),
        iris=tint("#5b3216", "#ffd23f", w),
    )


def face(w: float, turn: float, hue: float, shade: float) -> list[Shape]:
    """Return the face in a frame from −50 to 50, looking at us.

    Args:
        w: wolfness in [0, 1].
        turn: looking left (−1) to right (1): near parts move further than far ones.
        hue: see ``coat``.
        shade: see ``coat``.
    """
    colours = coat(w, hue, shade)
    return [
        *_shoulders(w, colours),
        *_ears(w, turn, colours),
        *_head(w, turn, colours),
        *_eyes(w, turn, colours),
        *_muzzle(w, turn, colours),
    ]


def _shoulders(w: float, colours: Coat) -> list[Shape]:
    body = both_sides([(0, 22), (20, 24), (blend(27, 31, w), 40), (blend(30, 36, w), 70), (0, 80)])
    bib = both_sides([(0, 28), (blend(9, 17, w), 34), (blend(10, 20, w), 52), (0, blend(56, 70, w))])
    return [Curve(body, colours.dark), Curve(bib, colours.mask)]


def _ears(w: float, turn: float, colours: Coat) -> list[Shape]:
    shapes: list[Shape] = []
    for side in (-1, 1):
        outer = _ear(w, side, turn, 1.0)
        inner = _ear(w, side, turn, blend(0.35, 0.6, w))
        shapes += [Curve(outer, colours.ear), Curve(inner, tint(colours.ear, "#d9a5a0", blend(0.1, 0.75, w)))]
    return shapes


def _ear(w: float, side: int, turn: float, share: float) -> tuple[Point, ...]:
    """Return an ear's outline: two bones, which hang to the side on a dog and stand up on a wolf."""
    root = (side * blend(20, 17, w) - 2.5 * turn, -21.0)
    low, high = blend(112, 14, w), blend(178, 9, w)
    reach = 0.15 + 0.85 * share
    middle = _towards(root, side * low, blend(17, 15, w) * reach)
    tip = _towards(middle, side * high, blend(25, 19, w) * reach)
    widths = (blend(8, 11.5, w) * share, blend(10, 8, w) * share, blend(9, 0.6, w) * share)
    across = (low, (low + high) / 2, high)
    places = (root, middle, _towards(tip, side * high, -blend(7, 3, w) * share))
    outer = [_towards(p, side * (a - 90), r) for p, a, r in zip(places, across, widths, strict=True)]
    inner = [_towards(p, side * (a + 90), r) for p, a, r in zip(places, across, widths, strict=True)]
    return (*outer, tip, *reversed(inner))


def _towards(start: Point, degrees: float, length: float) -> Point:
    """Return the point ``length`` from ``start``; 0 degrees is up and 90 to the right."""
    angle = math.radians(degrees)
    return start[0] + length * math.sin(angle), start[1] - length * math.cos(angle)


def _head(w: float, turn: float, colours: Coat) -> list[Shape]:
    head = [
        (0, blend(-31, -28, w)),
        (blend(18, 16, w), blend(-28, -26, w)),
        (blend(29, 25, w), blend(-13, -13, w)),
        (blend(31.5, 30, w), blend(2, 0, w)),
        (blend(31, 41, w), blend(11, 12, w)),
        (blend(29, 30, w), blend(18, 15, w)),
        (blend(26, 35, w), blend(24, 25, w)),
        (blend(21, 23, w), blend(30, 25, w)),
        (blend(12, 9, w), blend(35, 36, w)),
        (0, blend(36, 40, w)),
    ]
    mask = [
        (0, blend(4, 2, w)),
        (blend(9, 11, w), blend(5, 0, w)),
        (blend(15, 26, w), blend(10, 3, w)),
        (blend(17, 35, w), blend(17, 12, w)),
        (blend(16, 26, w), blend(24, 16, w)),
        (blend(13, 29, w), blend(29, 23, w)),
        (blend(8, 17, w), blend(32, 25, w)),
        (0, blend(33, 38, w)),
    ]
    blaze = [
        (0, blend(-27, -27, w)),
        (blend(3, 7, w), blend(-20, -20, w)),
        (blend(4, 6.5, w), blend(-6, -6, w)),
        (blend(8, 5, w), blend(8, 10, w)),
        (0, blend(14, 24, w)),
    ]
    return [
        Curve(both_sides(head), colours.fur),
        Curve(both_sides(mask, 2.5 * turn), colours.mask),
        Curve(both_sides(blaze, 3.5 * turn), colours.bridge),
    ]


def _eyes(w: float, turn: float, colours: Coat) -> list[Shape]:
    shapes: list[Shape] = []
    y = blend(-5, -5.5, w)
    for side in (-1, 1):
        x = side * blend(13, 14, w) + 3.5 * turn
        rx, ry, slant = blend(6, 6.4, w), blend(6.6, 3.1, w), -side * blend(0, 24, w)
        shapes += [
            ellipse(colours.dark, x, y, rx + 1.5, ry + 1.5, slant),
            ellipse(colours.iris, x, y, rx, ry, slant),
            ellipse("#161214", x + turn, y, blend(4, 2.3, w), blend(4.4, 2.5, w)),
            ellipse("#ffffff", x + turn + blend(1.8, 1, w), y - blend(2.2, 1, w), blend(1.7, 0.8, w)),
            stroke(
                colours.dark,
                blend(2, 3.2, w),
                (x - side * blend(4, 7, w), y - blend(11.5, 3.5, w)),
                (x, y - blend(12.5, 6.5, w)),
                (x + side * blend(5, 8, w), y - blend(10.5, 9, w)),
            ),
        ]
    return shapes


def _muzzle(w: float, turn: float, colours: Coat) -> list[Shape]:
    near = 5.5 * turn
    muzzle = [
        (0, blend(6, 2, w)),
        (blend(11, 6, w), blend(8, 5, w)),
        (blend(19, 8.5, w), blend(16, 17, w)),
        (blend(17, 9.5, w), blend(25, 29, w)),
        (blend(9, 7, w), blend(29.5, 37, w)),
        (0, blend(29, 39.5, w)),
    ]
    nose_y, mouth_y = blend(10.5, 25, w), blend(22, 33, w)
    nose = [
        (0, nose_y - blend(4.5, 3.5, w)),
        (blend(7, 4.5, w), nose_y - blend(3.5, 3, w)),
        (blend(6, 4, w), nose_y + blend(2, 1, w)),
        (0, nose_y + blend(5.5, 4, w)),
    ]
    half = blend(11, 6, w)
    tongue = blend(13, 0, w)
    ridge = [
        (0, blend(10, -2, w)),
        (blend(3, 5, w), blend(10, 2, w)),
        (blend(3, 5, w), blend(11, 15, w)),
        (0, blend(12, 26, w)),
    ]
    return [
        curve("#ef7f86", *both_sides(
            [(0, mouth_y - 2), (blend(6, 2, w), mouth_y), (blend(5.5, 2, w), mouth_y + 0.7 * tongue), (0, mouth_y + tongue)], near)),
        Curve(both_sides(muzzle, near), tint(colours.mask, "#ffffff", 0.35)),
        Curve(both_sides(ridge, near), colours.bridge),
        curve(NOSE, *both_sides(nose, near)),
        ellipse("#8d8588", near - 1.5, nose_y - 2, 1.8, 0.9),
        stroke(NOSE, 1.6, (near, nose_y + 4), (near, mouth_y)),
        stroke(NOSE, 1.6, (near - half, mouth_y - blend(1, -1, w)), (near - half / 2, mouth_y + 2), (near, mouth_y),
               (near + half / 2, mouth_y + 2), (near + half, mouth_y - blend(1, -1, w))),
    ]
