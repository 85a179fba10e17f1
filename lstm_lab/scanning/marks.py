"""A task that the field decides: two marks far apart, and at each of them the question whether they are alike.

A mark is a × or a + of five dark pixels in a 3 × 3 square, each as likely, whatever the other one is. So whoever
sees one of them only is right half of the time, and no better, however good it is. Whoever sees both can always be
right: dark pixels are at least 0.7, the others at most 0.3.

A network names the pair: which mark is here, and which is the other one. From its four chances follows the chance
that they are alike.
"""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.readout import softmax
from lstm_lab.scanning.network import ScanNetwork, scan

SIDE = 16
NEAR = 5
"""The least distance there is between the centres: three 3 × 3 convolutions at one see nothing of the other."""
CROSS, PLUS = 0, 1
PAIRS = ("× here, × there", "× here, + there", "+ here, × there", "+ here, + there")
"""The four answers, at the place of each mark."""
ALIKE = (True, False, False, True)
SHAPES = np.array([[[1, 0, 1], [0, 1, 0], [1, 0, 1]], [[0, 1, 0], [1, 1, 1], [0, 1, 0]]], dtype=bool)
"""× and +, five dark pixels each: to count pixels is not enough."""

ARRANGEMENTS = ("one row", "one column", "anywhere")


class Marks(NamedTuple):
    """Pictures of two marks each.

    ``pictures`` (B, SIDE, SIDE) in [0, 1]; ``places`` (B, 2, 2) row and column of both centres; ``shapes`` (B, 2)
    CROSS or PLUS; ``distances`` (B,).
    """

    pictures: Array
    places: Array
    shapes: Array
    distances: Array

    @property
    def alike(self) -> Array:
        """Whether the two marks of each picture are alike, (B,)."""
        return self.shapes[:, 0] == self.shapes[:, 1]


def draw_marks(rng: np.random.Generator, count: int, arrangement: str) -> Marks:
    """Return pictures with two marks each, at least 5 places apart.

    Args:
        rng: where all chance comes from.
        count: B.
        arrangement: "one row" or "one column", both marks in it; or "anywhere", at least 5 rows and 5 columns between.

    Raises:
        ValueError: an unknown arrangement.
    """
    if arrangement not in ARRANGEMENTS:
        raise ValueError(f"arrangement must be one of {', '.join(ARRANGEMENTS)}, got {arrangement!r}")
    places = np.array([_two_places(rng, arrangement) for _ in range(count)])
    shapes = rng.integers(2, size=(count, 2))
    return painted(places, shapes, rng.random((2, count, SIDE, SIDE)))


def painted(places: Array, shapes: Array, noise: Array) -> Marks:
    """Return the pictures of marks; a pixel depends on its own noise and on whether a mark covers it.

    Args:
        places: rows and columns of both centres, shape (B, 2, 2).
        shapes: CROSS or PLUS, shape (B, 2).
        noise: in [0, 1), shape (2, B, SIDE, SIDE): how light a light pixel is, and how dark a dark one.
    """
    dark = np.zeros(noise.shape[1:], dtype=bool)
    for k, (centres, kinds) in enumerate(zip(places, shapes, strict=True)):
        for (r, c), kind in zip(centres, kinds, strict=True):
            dark[k, r - 1 : r + 2, c - 1 : c + 2] |= SHAPES[kind]
    pictures = np.where(dark, 0.7 + 0.3 * noise[1], 0.3 * noise[0])
    distances = np.abs(places[:, 0] - places[:, 1]).max(axis=1)
    return Marks(pictures, places, shapes, distances)


def asked(marks: Marks) -> tuple[Array, Array, Array]:
    """Return pictures, targets and weights, (B, SIDE, SIDE) each: at both marks' centres the pair is asked for."""
    targets, weights = np.zeros(marks.pictures.shape, dtype=np.intp), np.zeros(marks.pictures.shape)
    B = np.arange(len(weights))
    for here, there in ((0, 1), (1, 0)):
        at = (B, marks.places[:, here, 0], marks.places[:, here, 1])
        targets[at] = 2 * marks.shapes[:, here] + marks.shapes[:, there]
        weights[at] = 1 / (2 * len(B))
    return marks.pictures, targets, weights


def asked_everywhere(rng: np.random.Generator, count: int) -> tuple[Array, Array, Array]:
    """Return ``asked`` of ``count`` pictures of each arrangement."""
    batches = [asked(draw_marks(rng, count, arrangement)) for arrangement in ARRANGEMENTS]
    pictures, targets, weights = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return pictures, targets, weights / len(ARRANGEMENTS)


def chance_alike(logits: Array) -> Array:
    """Return the chance a network gives to the two marks being alike, (...), from its four scores (..., 4)."""
    return softmax(logits)[..., ALIKE].sum(axis=-1)


def named_right(network: ScanNetwork, marks: Marks) -> Array:
    """Return whether a network says rightly at each mark's centre if they are alike, booleans (B, 2)."""
    logits = scan(network, marks.pictures).logits
    B = np.arange(len(marks.pictures))[:, None]
    said = chance_alike(logits[B, marks.places[..., 0], marks.places[..., 1]]) > 0.5
    return said == marks.alike[:, None]


def _two_places(rng: np.random.Generator, arrangement: str) -> Array:
    """Return the centres of two marks, drawn until they are as the arrangement asks."""
    while True:
        one, other = rng.integers(1, SIDE - 1, size=(2, 2))
        if arrangement != "anywhere":
            shared = 0 if arrangement == "one row" else 1
            other[shared] = one[shared]
        apart = np.abs(one - other)
        far = apart.min() >= NEAR if arrangement == "anywhere" else apart.max() >= NEAR
        if far:
            return np.stack([one, other])
