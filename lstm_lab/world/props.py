"""What a science show shows: a planet with its ring, and a flask that bubbles, drawn as the animals are."""

import math

from lstm_lab.world.scenery import backdrop
from lstm_lab.world.shapes import Shape, curve, ellipse, hsl, place, polygon, stroke, tint

PROPS = ("planet", "flask")

NIGHT = "#25305e"
STARS = (
    (0.12, 0.16, 0.022),
    (0.33, 0.07, 0.014),
    (0.86, 0.11, 0.026),
    (0.95, 0.53, 0.014),
    (0.06, 0.55, 0.015),
    (0.9, 0.83, 0.02),
    (0.64, 0.93, 0.014),
    (0.16, 0.86, 0.026),
)


def prop(kind: str, seed: int = 0) -> tuple[Shape, ...]:
    """Return one picture of a science show in the unit square, in painter's order.

    Args:
        kind: one of ``PROPS``.
        seed: settles colours and the small things.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in PROPS:
        raise ValueError(f"kind must be one of {', '.join(PROPS)}, got {kind!r}")
    return tuple(_night(seed) if kind == "planet" else _laboratory(seed))


def _night(seed: int) -> list[Shape]:
    sky: list[Shape] = [polygon(NIGHT, "0 0, 1 0, 1 1, 0 1"), ellipse("#32407a", 0.5, 0.52, 0.42)]
    stars = [_star(x, y, 1.9 * r, 20.0 * k + 30 * seed) for k, (x, y, r) in enumerate(STARS)]
    return [*sky, *stars, *place(planet(seed), 0.5, 0.51, 0.01)]


def _star(x: float, y: float, r: float, turn: float) -> Shape:
    star = polygon("#ffe9a3", "0 -1, 0.3 -0.3, 1 0, 0.3 0.3, 0 1, -0.3 0.3, -1 0, -0.3 -0.3")
    return place([star], x, y, r, turn)[0]


def planet(seed: int) -> list[Shape]:
    """Return a planet with stripes and a tilted ring, in a frame from −50 to 50.

    Args:
        seed: its colour.
    """
    ground = hsl((28, 8, 44)[seed % 3], 0.88, 0.62)
    pale, dark, ring = tint(ground, "#ffffff", 0.45), tint(ground, "#5b1f2e", 0.32), "#ffe6b8"
    behind: list[Shape] = [
        ellipse(ring, 0, 0, 47, 15.5),
        ellipse(tint(ring, NIGHT, 0.5), 0, 0, 41, 12),
        ellipse("#32407a", 0, 0, 35, 9),
    ]
    ball: list[Shape] = [
        ellipse(dark, 0, 0, 27.5),
        ellipse(ground, -1.6, -1.6, 25.6),
        curve(pale, "-23 -13, -8 -9, 8 -10, 20 -15, 16 -20, 0 -16, -18 -19"),
        curve(dark, "-26 4, -8 9, 10 8, 25.5 2, 24.5 9, 8 15, -8 15.5, -24 11"),
        ellipse("#ffffff", -11, -17, 4.2, 2.6, -30),
    ]
    front: list[Shape] = [
        stroke(ring, 5.4, "-44.4 0.6, -38 7, -22 12, 0 13.8, 22 12, 38 7, 44.4 0.6"),
        stroke(tint(ring, "#b98a4e", 0.55), 1.8, "-40 4, -22 8.6, 0 10.2, 22 8.6, 40 4"),
    ]
    return place([*behind, *ball, *front], 0, 0, 1, angle=-18)


def _laboratory(seed: int) -> list[Shape]:
    room = backdrop(2, 0.86, 0.35, seed)
    table: list[Shape] = [
        polygon("#8d6a55", "0 0.84, 1 0.84, 1 1, 0 1"),
        ellipse("#6d4f3f", 0.5, 0.885, 0.33, 0.035),
    ]
    return [*room, *table, *place(flask(seed), 0.5, 0.505, 0.0091)]


def flask(seed: int) -> list[Shape]:
    """Return a flask of something that bubbles, in a frame from −50 to 50.

    Args:
        seed: the colour of what is in it, and where the bubbles are.
    """
    brew = hsl((140, 275, 190)[seed % 3], 0.62, 0.5)
    light, deep, glass, rim = tint(brew, "#ffffff", 0.42), tint(brew, "#102030", 0.25), "#e9f6fb", "#7fa6b8"
    outline = (
        "-9 -34, 9 -34, 9 -34, 9 -9, 9 -9, 34 31, 35 38, 29 42, 29 42, "
        "-29 42, -29 42, -35 38, -34 31, -9 -9, -9 -9"
    )
    inside = "-20 14, -20 14, 20 14, 20 14, 31 32.5, 31.5 37, 27 39.5, 27 39.5, -27 39.5, -27 39.5, -31.5 37, -31 32.5"
    at = 3.0 * math.sin(seed)
    return [
        place([curve(rim, outline)], 0, -0.2, 1.07)[0],
        curve(glass, outline),
        curve(brew, inside),
        curve(deep, "-30 31, -12 36, 10 35, 31 31, 31.5 37, 27 39.5, 27 39.5, -27 39.5, -27 39.5, -31.5 37"),
        ellipse(light, 0, 14, 20.5, 4),
        ellipse(light, -9 + at, 25, 4),
        ellipse(light, 8 - at, 29, 5.2),
        ellipse(light, 3 + at, 20, 2.6),
        stroke("#ffffff", 3, "-7 -8, -14 5"),
        stroke("#ffffff", 3, "-20 22, -25 31"),
        stroke(rim, 5.2, "-12 -35, 12 -35"),
        ellipse(light, 4 + 0.6 * at, -43, 3.4),
        ellipse(light, -5 - 0.6 * at, -47, 2.3),
    ]
