"""The face that is a dog at w = 0, a wolf at w = 1, and a fair question in between.

Every part moves with w, smoothly and in one direction: the ears rise and sharpen, the head narrows and grows a
ruff, the muzzle lengthens, the pale mask spreads, the blaze darkens, the eyes slant and pale, the coat cools.
Nothing else in a picture depends on w.
"""

import math
from typing import NamedTuple

from lstm_lab.world.shapes import (
    Colour,
    Curve,
    Point,
    Shape,
    Stroke,
    between,
    blend,
    both_sides,
    ellipse,
    hsl,
    tint,
)

NOSE = "#2b2426"

BODY = ("0 22, 20 24, 27 40, 30 70, 0 80", "0 22, 20 24, 33 38, 40 70, 0 80")
BIB = ("0 28, 9 34, 9 50, 0 56", "0 28, 17 34, 19 52, 0 66")
HEAD = (
    "0 -32, 17 -29, 28 -15, 31.5 1, 31.5 11, 29.5 18, 26 24, 20 30, 11 35, 0 36.5",
    "0 -28, 16 -26, 25 -13, 30 0, 41 12, 30 15, 35 25, 23 25, 9 36, 0 40",
)
MASK = (
    "0 4, 9 5, 15 10, 17 17, 16 24, 13 29, 8 32, 0 33",
    "0 2, 11 0, 26 3, 36 12, 26 16, 30 24, 17 26, 0 38",
)
MUZZLE = (
    "0 5, 11 7, 19 15, 17.5 24, 9.5 28.5, 0 27.5",
    "0 2, 6 5, 8.5 17, 9.5 29, 7 36.5, 0 39",
)
BLAZE = (
    "0 -28, 3 -20, 3.5 -8, 7 3, 4 8, 0 9",
    "0 -26, 7.5 -20, 7 -8, 5 8, 4.5 18, 0 24",
)


class Coat(NamedTuple):
    """The colours of one face."""

    fur: Colour
    dark: Colour
    ear: Colour
    mask: Colour
    blaze: Colour
    iris: Colour


def coat(w: float, hue: float, shade: float) -> Coat:
    """Return the colours of a face: warm and even for a dog, cool with strong contrast for a wolf.

    Args:
        w: wolfness in [0, 1].
        hue: cooler (−1) or warmer (1).
        shade: darker (−1) or lighter (1).
    """
    fur = tint(
        hsl(30 + 8 * hue, 0.62, 0.61 + 0.07 * shade), hsl(222 + 25 * hue, 0.14, 0.42 + 0.06 * shade), w
    )
    dark = tint(
        hsl(22 + 8 * hue, 0.52, 0.36 + 0.06 * shade), hsl(226 + 25 * hue, 0.18, 0.23 + 0.03 * shade), w
    )
    cream = tint(hsl(38, 0.75, 0.88 + 0.03 * shade), hsl(215, 0.25, 0.95), w)
    return Coat(
        fur=fur,
        dark=dark,
        ear=tint(dark, fur, w),
        mask=cream,
        blaze=tint(cream, dark, w),
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
    worn = coat(w, hue, shade)
    return [
        Curve(both_sides(between(*BODY, w)), tint(worn.fur, worn.dark, 0.6)),
        Curve(both_sides(between(*BIB, w)), worn.mask),
        *_ears(w, turn, worn),
        Curve(both_sides(between(*HEAD, w)), worn.fur),
        Curve(both_sides(between(*MASK, w), 2.5 * turn), worn.mask),
        *_eyes(w, turn, worn),
        *_muzzle(w, turn, worn),
    ]


def _ears(w: float, turn: float, worn: Coat) -> list[Shape]:
    lining = tint(worn.ear, "#d9a5a0", blend(0.12, 0.75, w))
    shapes: list[Shape] = []
    for side in (-1, 1):
        shapes += [
            Curve(ear(w, side, turn, 1.0), worn.ear),
            Curve(ear(w, side, turn, blend(0.35, 0.6, w)), lining),
        ]
    return shapes


def ear(w: float, side: int, turn: float, share: float) -> tuple[Point, ...]:
    """Return an ear's outline, its tip in the middle: hanging on a dog, tipped in between, upright on a wolf.

    An ear has two bones. With w the lower one rises early and the upper one late.

    Args:
        w: wolfness in [0, 1].
        side: −1 for the left ear, 1 for the right.
        turn: see ``face``.
        share: 1 for the whole ear, less for its lining.
    """
    root = (side * blend(20, 16.5, w) - 2.5 * turn, -21.0)
    low = blend(112, 13, 1 - (1 - w) ** 1.8)
    high = blend(178, 8, w**1.1)
    reach = 0.15 + 0.85 * share
    middle = _towards(root, side * low, blend(17, 15, w) * reach)
    tip = _towards(middle, side * high, blend(25, 19, w) * reach)
    places = (root, middle, _towards(tip, side * high, -blend(7, 4.5, w) * share))
    widths = (blend(8, 11.5, w), blend(10, 8, w), blend(9, 2.2, w))
    outer, inner = [], []
    for place, angle, width in zip(places, (low, (low + high) / 2, high), widths, strict=True):
        outer.append(_towards(place, side * (angle - 90), width * share))
        inner.append(_towards(place, side * (angle + 90), width * share))
    return (*outer, tip, *reversed(inner))


def _towards(start: Point, degrees: float, length: float) -> Point:
    """Return the point ``length`` from ``start``; 0 degrees is up and 90 to the right."""
    angle = math.radians(degrees)
    return start[0] + length * math.sin(angle), start[1] - length * math.cos(angle)


def _eyes(w: float, turn: float, worn: Coat) -> list[Shape]:
    shapes: list[Shape] = []
    for side in (-1, 1):
        x, y = side * blend(13, 14, w) + 3.5 * turn, blend(-5, -5.5, w)
        rx, ry, slant = blend(6.4, 6.6, w), blend(7, 3.6, w), -side * blend(0, 22, w)
        brow = between("-4 -12.5, 0 -13.5, 5 -11.5", "-7 -3.5, 0 -7, 8 -9.8", w)
        shapes += [
            ellipse(worn.dark, x, y, rx + blend(0.7, 1.7, w), ry + blend(0.7, 1.7, w), slant),
            ellipse(worn.iris, x, y, rx, ry, slant),
            ellipse("#161214", x + turn, y, blend(5, 2.4, w), blend(5.5, 2.8, w)),
            ellipse("#ffffff", x + turn + blend(2, 1, w), y - blend(2.6, 1.1, w), blend(2, 0.9, w)),
            Stroke(tuple((x + side * u, y + v) for u, v in brow), blend(2, 2.8, w), worn.dark),
        ]
    return shapes


def _muzzle(w: float, turn: float, worn: Coat) -> list[Shape]:
    near = 5.5 * turn
    nose_y, mouth_y = blend(10.5, 25, w), blend(20, 32.5, w)
    nose = between("0 -4.8, 7 -3.6, 6 2, 0 5.5", "0 -3.8, 5 -3.2, 4 1.2, 0 4", w)
    smile = between("-11 -2, -5.5 2.2, 0 0, 5.5 2.2, 11 -2", "-6.5 0.5, -3 2.2, 0 0, 3 2.2, 6.5 0.5", w)
    tongue = between("0 0, 5 1.5, 5.5 8, 0 12.5", "0 0, 2 1, 2 1.5, 0 2", 1 - (1 - w) ** 1.5)
    blaze = [(x, y, 2 + 3.5 * (y + 28) / 50) for x, y in between(*BLAZE, w)]
    sides = [(x + far * turn, y) for x, y, far in blaze] + [
        (far * turn - x, y) for x, y, far in blaze[-2:0:-1]
    ]
    return [
        Curve(both_sides(between(*MUZZLE, w), near), tint(worn.mask, "#ffffff", 0.4)),
        Curve(tuple(sides), worn.blaze),
        Curve(both_sides([(x, mouth_y + y) for x, y in tongue], near), "#ef7f86"),
        Curve(both_sides([(x, nose_y + y) for x, y in nose], near), NOSE),
        ellipse("#8d8588", near - 1.5, nose_y - 2.2, 1.9, 0.9),
        Stroke(((near, nose_y + 4), (near, mouth_y)), 1.6, NOSE),
        Stroke(tuple((near + x, mouth_y + y) for x, y in smile), 1.6, NOSE),
    ]
