"""What stands still: the ground behind every animal, the tree, and the card between two shows."""

import math

from lstm_lab.world.shapes import Colour, Polygon, Shape, curve, ellipse, hsl, polygon, stroke, tint

BACKDROPS = 5

SKIES = ("#b9dff0", "#c8e9dc", "#f4e9bd", "#f8d9bf", "#f3cdd2", "#d9d1ee", "#b9c9ea", "#c4e6ea")
GROUNDS = ("#8cc084", "#74b79c", "#b3c47a", "#d6a67d", "#b98fa6", "#8e90c6", "#7296bd", "#84bda6")


def colours(sky: float, light: float) -> tuple[Colour, Colour]:
    """Return the colours of the air and of the ground, neighbours in ``SKIES`` and ``GROUNDS`` mixed.

    Args:
        sky: how far round the circle of colours, in [0, 1).
        light: darker (−1) to lighter (1).
    """
    place = sky * len(SKIES)
    k, share = int(place) % len(SKIES), place % 1
    after = (k + 1) % len(SKIES)
    towards, by = ("#ffffff", 0.3 * light) if light > 0 else ("#46506a", -0.16 * light)
    air, ground = tint(SKIES[k], SKIES[after], share), tint(GROUNDS[k], GROUNDS[after], share)
    return tint(air, towards, by), tint(ground, towards, by)


def backdrop(number: int, sky: float, light: float, seed: int) -> list[Shape]:
    """Return one of five grounds in the unit square.

    Args:
        number: 0 hills and a sun, 1 a round window, 2 wallpaper, 3 two slopes, 4 snow.
        sky: see ``colours``.
        light: see ``colours``.
        seed: moves the small things.
    """
    air, ground = colours(sky, light)
    soft, far = tint(air, "#ffffff", 0.5), tint(air, ground, 0.5)
    at = (seed % 7) / 6
    shapes: list[Shape] = [polygon(air, "0 0, 1 0, 1 1, 0 1")]
    if number == 0:
        shapes += [
            ellipse(soft, 0.15 + 0.7 * at, 0.19, 0.11),
            curve(far, "-0.2 0.8, 0.1 0.6, 0.45 0.7, 0.8 0.58, 1.2 0.75, 1.2 1.2, -0.2 1.2"),
            curve(ground, "-0.2 0.84, 0.3 0.76, 0.7 0.82, 1.2 0.76, 1.2 1.2, -0.2 1.2"),
        ]
    elif number == 1:
        shapes += [ellipse(soft, 0.5, 0.5, 0.44), ellipse(ground, 0.5, 1.06, 0.75, 0.28)]
    elif number == 2:
        shapes += [
            Polygon(((x, 0), (x + 0.1, 0), (x + 0.1, 1), (x, 1)), soft)
            for x in (0.05, 0.25, 0.45, 0.65, 0.85)
        ]
        shapes += [polygon(ground, "0 0.79, 1 0.79, 1 1, 0 1")]
    elif number == 3:
        shapes += [
            curve(soft, "-0.1 0.35, 0.3 0.24, 0.6 0.34, 1.1 0.22, 1.1 0.7, -0.1 0.7"),
            curve(far, "-0.3 0.5, 0.25 0.62, 0.65 0.85, 0.6 1.2, -0.3 1.2"),
            curve(ground, "1.3 0.6, 0.7 0.7, 0.2 0.8, -0.3 0.86, -0.3 1.2, 1.3 1.2"),
        ]
    else:
        spots = (
            (0.12, 0.14),
            (0.42, 0.07),
            (0.74, 0.13),
            (0.93, 0.34),
            (0.07, 0.46),
            (0.9, 0.62),
            (0.25, 0.3),
        )
        shapes += [ellipse(soft, x, y, 0.028 + 0.012 * ((k + seed) % 3)) for k, (x, y) in enumerate(spots)]
        shapes += [curve(ground, "-0.2 0.84, 0.5 0.77, 1.2 0.84, 1.2 1.2, -0.2 1.2")]
    return shapes


def shadow(sky: float, light: float, half_width: float) -> Shape:
    """Return what an animal's feet stand on, in its frame from −50 to 50."""
    return ellipse(tint(colours(sky, light)[1], "#2a3040", 0.25), 0, 45, half_width, 4.5)


def tree(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a broad tree with fruit or a fir, in a frame from −50 to 50.

    Args:
        turn: swaying left (−1) to right (1).
        hue: of the leaves, in [−1, 1].
        shade: of the leaves, darker (−1) to lighter (1).
        seed: which tree, and its fruit.
    """
    bark = hsl(24, 0.36, 0.33 + 0.04 * shade)
    leaf = hsl(115 + 28 * hue, 0.40, 0.38 + 0.06 * shade)
    light, dark = tint(leaf, "#e6f28f", 0.28), tint(leaf, "#0d2b1d", 0.28)
    if seed % 2:
        return _fir(turn, bark, leaf, dark)
    sway = 3 * turn
    fruit = ("#d94f3d", "#f2b134", "#f7d6e0")[seed // 2 % 3]
    places = ((-17, -12), (12, -28), (22, -6), (0, -2), (-27, 4), (10, 6))
    return [
        curve(bark, "-5 2, 5 2, 6 30, 13 46, 13 46, -13 46, -13 46, -6 30"),
        stroke(bark, 4, "0 20, 9 12, 14 4"),
        ellipse(dark, -18 + 0.5 * sway, 3, 22, 16),
        ellipse(dark, 19 + 0.5 * sway, 1, 22, 17),
        ellipse(leaf, -15 + sway, -13, 22, 19),
        ellipse(leaf, 15 + sway, -15, 23, 20),
        ellipse(leaf, sway, -2, 24, 15),
        ellipse(leaf, sway, -28, 20, 16),
        ellipse(light, -7 + 1.4 * sway, -31, 13, 9.5, -12),
        ellipse(light, -22 + 1.2 * sway, -17, 9, 6.5, -25),
        *(ellipse(fruit, x + sway, y, 3.2) for x, y in places),
    ]


def _fir(turn: float, bark: Colour, leaf: Colour, dark: Colour) -> list[Shape]:
    shapes: list[Shape] = [polygon(bark, "-5 26, 5 26, 6 46, -6 46")]
    for top, bottom, half in ((0, 34, 34), (-20, 16, 28), (-45, -3, 21)):
        tip = (3 * turn * (46 - top) / 90, top)
        left, right, under = (-half, bottom), (half, bottom), (0, bottom + 5)
        shapes += [
            Polygon((tip, right, (half / 2, bottom + 4), under, (-half / 2, bottom + 4), left), leaf),
            Polygon(
                (right, (half / 2, bottom + 4), under, (-half / 2, bottom + 4), left, (0, bottom - 4)), dark
            ),
        ]
    return shapes


BARS = ("#f4f1e8", "#f2cf3b", "#46b7c9", "#59b24c", "#c05aa6", "#d8453a", "#3558a8")


def title_card(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return the card that says a new show begins, in the unit square: a test card, and a star in its middle.

    Args:
        turn: of the star.
        hue: of the ink, in [−1, 1].
        shade: of the ink, darker (−1) to lighter (1).
        seed: where the bars begin.
    """
    ink = hsl(230 + 30 * hue, 0.3, 0.17 + 0.03 * shade)
    shapes: list[Shape] = []
    for k in range(7):
        left, right = k / 7, (k + 1) / 7
        shapes.append(Polygon(((left, 0), (right, 0), (right, 0.8), (left, 0.8)), BARS[(k + seed) % 7]))
    shapes.append(polygon(ink, "0 0.79, 1 0.79, 1 1, 0 1"))
    for k in range(6):
        left, right = 0.08 + 0.14 * k, 0.22 + 0.14 * k
        grey = tint("#2c2c31", "#f4f1e8", k / 5)
        shapes.append(Polygon(((left, 0.85), (right, 0.85), (right, 0.94), (left, 0.94)), grey))
    shapes += [
        ellipse(ink, 0.5, 0.42, 0.33),
        ellipse("#fdf8ea", 0.5, 0.42, 0.295),
        ellipse(ink, 0.5, 0.42, 0.26),
    ]
    star = []
    for k in range(10):
        angle, radius = math.radians(36 * k + 12 * turn), 0.21 if k % 2 == 0 else 0.095
        star.append((0.5 + radius * math.sin(angle), 0.43 - radius * math.cos(angle)))
    return [*shapes, Polygon(tuple(star), "#ffd23f")]
