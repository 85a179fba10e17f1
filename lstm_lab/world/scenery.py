"""What stands still: the backdrop behind every animal, the tree, and the card between two shows."""

import math

from lstm_lab.world.shapes import Curve, Polygon, Shape, both_sides, curve, ellipse, hsl, polygon, stroke, tint

BACKDROPS = 5


def backdrop(number: int, hue: float, light: float, seed: int) -> list[Shape]:
    """Return one of five grounds in the unit square, in any colour.

    Args:
        number: 0 hills and a sun, 1 a round window, 2 stripes, 3 a path between slopes, 4 dots.
        hue: of the sky, as a share of the colour circle.
        light: of the sky, in [-1, 1].
        seed: moves the small things.
    """
    degrees = 360 * hue
    sky = hsl(degrees, 0.42, 0.80 + 0.06 * light)
    soft, deep = tint(sky, "#ffffff", 0.4), tint(sky, hsl(degrees + 40, 0.35, 0.45), 0.35)
    ground = hsl(degrees + 60, 0.33, 0.60 + 0.04 * light)
    shapes: list[Shape] = [polygon(sky, (0, 0), (1, 0), (1, 1), (0, 1))]
    a = (seed % 7) / 6
    if number == 0:
        shapes += [
            ellipse(soft, 0.15 + 0.7 * a, 0.2, 0.11),
            curve(deep, (-0.2, 0.8), (0.2 * a, 0.58), (0.45, 0.7), (0.8, 0.56 + 0.08 * a), (1.2, 0.75), (1.2, 1.2), (-0.2, 1.2)),
            curve(ground, (-0.2, 0.82), (0.3, 0.76), (0.7, 0.82), (1.2, 0.74), (1.2, 1.2), (-0.2, 1.2)),
        ]
    elif number == 1:
        shapes += [ellipse(soft, 0.5, 0.5, 0.44), ellipse(ground, 0.5, 1.08, 0.75, 0.27)]
    elif number == 2:
        shapes += [polygon(soft, (x, 0), (x + 0.1, 0), (x + 0.1, 1), (x, 1)) for x in (0.05, 0.25, 0.45, 0.65, 0.85)]
        shapes += [polygon(ground, (0, 0.8), (1, 0.8), (1, 1), (0, 1))]
    elif number == 3:
        shapes += [
            curve(soft, (-0.1, 0.35), (0.3, 0.2 + 0.1 * a), (0.6, 0.34), (1.1, 0.22), (1.1, 0.7), (-0.1, 0.7)),
            curve(deep, (-0.3, 0.5), (0.25, 0.62), (0.65, 0.85), (0.6, 1.2), (-0.3, 1.2)),
            curve(ground, (1.3, 0.55), (0.7, 0.68), (0.2, 0.84), (-0.3, 0.9), (-0.3, 1.2), (1.3, 1.2)),
        ]
    else:
        spots = [(0.12, 0.14), (0.42, 0.07), (0.74, 0.13), (0.93, 0.34), (0.07, 0.46), (0.9, 0.62), (0.25, 0.3), (0.62, 0.3)]
        shapes += [ellipse(soft, x, y, 0.028 + 0.012 * ((k + seed) % 3)) for k, (x, y) in enumerate(spots)]
        shapes += [curve(ground, (-0.2, 0.84), (0.5, 0.77), (1.2, 0.84), (1.2, 1.2), (-0.2, 1.2))]
    return shapes


def tree(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a broad tree or a fir, in a frame from −50 to 50."""
    bark = hsl(24, 0.36, 0.32 + 0.04 * shade)
    leaf = hsl(112 + 28 * hue, 0.42, 0.36 + 0.06 * shade)
    light, dark = tint(leaf, "#e6f28f", 0.28), tint(leaf, "#0d2b1d", 0.28)
    sway = 3 * turn
    if seed % 2:
        shapes: list[Shape] = [polygon(bark, (-5, 26), (5, 26), (6, 46), (-6, 46))]
        for top, bottom, half in ((2, 34, 33), (-18, 16, 27), (-42, -2, 20)):
            lean = sway * (46 - top) / 88
            shapes += [
                curve(leaf, (lean, top), (lean, top), (half * 0.5, (top + bottom) / 2), (half, bottom), (half, bottom), (half * 0.5, bottom + 3),
                      (0, bottom + 4), (-half * 0.5, bottom + 3), (-half, bottom), (-half, bottom), (-half * 0.5, (top + bottom) / 2)),
                curve(dark, (half, bottom), (half, bottom), (half * 0.5, bottom + 3), (0, bottom + 4), (-half * 0.5, bottom + 3), (-half, bottom), (-half, bottom), (0, bottom - 5)),
            ]
        return shapes
    fruit = ("#d94f3d", "#f2b134", "#f7d6e0")[seed // 2 % 3]
    places = ((-17, -18), (13, -29), (20, -4), (-4, -6), (-26, 2))
    return [
        curve(bark, (-5, 2), (5, 2), (6, 30), (13, 46), (13, 46), (-13, 46), (-13, 46), (-6, 30)),
        stroke(bark, 4, (0, 18), (10, 8), (16, 0)),
        ellipse(dark, -18 + sway * 0.5, 2, 22, 16),
        ellipse(dark, 19 + sway * 0.5, 0, 22, 17),
        ellipse(leaf, -15 + sway, -14, 22, 19),
        ellipse(leaf, 14 + sway, -16, 23, 20),
        ellipse(leaf, sway, -2, 24, 15),
        ellipse(light, -5 + sway * 1.4, -29, 18, 14),
        *(ellipse(fruit, x + sway, y, 3) for x, y in places),
    ]


def title_card(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return the card that says a new show begins: a test card of coloured bars behind a star, in the unit square."""
    bars = ("#f4f1e8", "#f2cf3b", "#46b7c9", "#59b24c", "#c05aa6", "#d8453a", "#3558a8")
    first = seed % len(bars)
    edges = [k / 7 for k in range(8)]
    ink = hsl(230 + 30 * hue, 0.3, 0.17 + 0.03 * shade)
    shapes: list[Shape] = [
        polygon(bars[(k + first) % 7], (edges[k], 0), (edges[k + 1], 0), (edges[k + 1], 1), (edges[k], 1)) for k in range(7)
    ]
    shapes += [
        polygon(ink, (0, 0.78), (1, 0.78), (1, 1), (0, 1)),
        *(polygon(hsl(0, 0, 0.2 + 0.15 * k), (0.08 + 0.14 * k, 0.84), (0.22 + 0.14 * k, 0.84), (0.22 + 0.14 * k, 0.94), (0.08 + 0.14 * k, 0.94)) for k in range(6)),
        ellipse(ink, 0.5, 0.42, 0.32),
        ellipse("#fdf8ea", 0.5, 0.42, 0.285),
        ellipse(ink, 0.5, 0.42, 0.25),
    ]
    points = []
    for k in range(10):
        angle, radius = math.radians(36 * k + 12 * turn), 0.2 if k % 2 == 0 else 0.088
        points.append((0.5 + radius * math.sin(angle), 0.42 - radius * math.cos(angle)))
    return [*shapes, Polygon(tuple(points), "#ffd23f")]


__all__ = ["BACKDROPS", "Curve", "backdrop", "both_sides", "title_card", "tree"]
