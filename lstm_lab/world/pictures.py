"""The eight kinds of picture a show is made of, each drawn from a handful of numbers.

A ``Picture`` is those numbers; ``shapes`` draws it; ``pixels`` is what a network sees of it.
"""

import math
from typing import NamedTuple

import numpy as np

from lstm_lab.world import animals, scenery
from lstm_lab.world.face import face
from lstm_lab.world.shapes import Curve, Ellipse, Polygon, Shape, Stroke, pixels, place

__all__ = [
    "FACES",
    "KINDS",
    "Curve",
    "Ellipse",
    "Picture",
    "Polygon",
    "Shape",
    "Stroke",
    "draw_picture",
    "pixels",
    "shapes",
]

KINDS = ("wolf", "bear", "fox", "dog", "goldfish", "tree", "squirrel", "title card")
FACES = ("wolf", "dog")

STANDING = {
    "bear": (animals.bear, 36, False),
    "fox": (animals.fox, 30, True),
    "goldfish": (animals.goldfish, 34, True),
    "tree": (scenery.tree, 26, False),
    "squirrel": (animals.squirrel, 36, True),
}
"""How each is drawn, half the width of its shadow, and whether it is seen from the side."""


class Picture(NamedTuple):
    """The numbers one picture is drawn from. All but ``kind`` and ``w`` are independent of both."""

    kind: str
    """One of ``KINDS``."""
    w: float
    """Wolfness of a face, in [0, 1]; nan where there is no face."""
    turn: float = 0.0
    """Looking left (−1) to right (1)."""
    lean: float = 0.0
    """Tilted left (−1) to right (1)."""
    size: float = 1.0
    """In [0.85, 1.1]."""
    x: float = 0.0
    """Off the middle, in [−0.05, 0.05] of the picture's side."""
    y: float = 0.0
    """Likewise, downwards."""
    hue: float = 0.0
    """Of the coat, in [−1, 1]."""
    shade: float = 0.0
    """Of the coat, darker (−1) to lighter (1)."""
    backdrop: int = 0
    """Which of the five grounds."""
    sky: float = 0.55
    """Colour of the ground, as a share of the colour circle, in [0, 1)."""
    light: float = 0.0
    """Of the ground, darker (−1) to lighter (1)."""
    seed: int = 0
    """Moves the small things; in 0..9999."""


def draw_picture(rng: np.random.Generator, kind: str, w: float | None = None) -> Picture:
    """Return a picture of that kind with everything else drawn at random.

    A wolf's w is the third smallest of four uniform numbers, Beta(3, 2), a dog's the second smallest, Beta(2, 3):
    at equal chances the probability of a wolf, seen w, is w. Every call takes 15 numbers from ``rng``, whatever
    the kind, so a dog and a wolf drawn from the same stream differ in nothing but w.

    Args:
        rng: source of randomness.
        kind: one of ``KINDS``.
        w: wolfness of a face in [0, 1], if it is not to be drawn.

    Raises:
        ValueError: an unknown kind; a w outside [0, 1], or for a kind without a face.
    """
    u = rng.random(15)
    if kind not in KINDS:
        raise _unknown(kind)
    if w is not None and kind not in FACES:
        raise ValueError(f"w is for a wolf or a dog, got w={w} for {kind!r}")
    if w is not None and not 0 <= w <= 1:
        raise ValueError(f"w must be between 0 and 1, got {w}")
    if w is None and kind in FACES:
        w = float(np.sort(u[11:])[2 if kind == "wolf" else 1])
    turn, lean, x, y, hue, shade, light = (2 * u[:7] - 1).tolist()
    size, ground, sky, seed = u[7:11].tolist()
    return Picture(
        kind,
        math.nan if w is None else w,
        turn,
        lean,
        0.85 + 0.25 * size,
        0.05 * x,
        0.05 * y,
        hue,
        shade,
        int(scenery.BACKDROPS * ground),
        sky,
        light,
        int(10_000 * seed),
    )


def shapes(picture: Picture) -> list[Shape]:
    """Return the picture as marks in the unit square, in the order they are painted.

    A face is drawn from its w alone: whether it was called a wolf or a dog makes no difference.

    Raises:
        ValueError: an unknown kind, or a face whose w is outside [0, 1].
    """
    kind, w, turn, lean, size, x, y, hue, shade, ground, sky, light, seed = picture
    if kind == "title card":
        return scenery.title_card(turn, hue, shade, seed)
    behind = scenery.backdrop(ground, sky, light, seed)
    middle, scale = (0.5 + x, 0.5 + y), 0.01 * size
    if kind in FACES:
        if not 0 <= w <= 1:
            raise ValueError(f"w must be between 0 and 1, got {w}")
        return behind + place(face(w, turn, hue, shade), middle[0], middle[1] + 0.04, 0.94 * scale, 9 * lean)
    if kind not in STANDING:
        raise _unknown(kind)
    draw, half_width, looks_aside = STANDING[kind]
    animal = [scenery.shadow(sky, light, half_width), *draw(turn, hue, shade, seed)]
    return behind + place(animal, *middle, scale, 3 * lean, mirror=looks_aside and turn < 0)


def _unknown(kind: str) -> ValueError:
    return ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
