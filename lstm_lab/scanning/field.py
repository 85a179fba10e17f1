"""What a place of a picture sees: where its answer can depend on a pixel at all, and where it does so much."""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.scanning.network import READERS, Scan, ScanNetwork, scan, scan_backward


class Span(NamedTuple):
    """A rectangle of a picture: rows ``top`` to ``foot`` − 1, columns ``left`` to ``right`` − 1."""

    top: int
    foot: int
    left: int
    right: int

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        return (self.foot - self.top) * (self.right - self.left)

    def mask(self, shape: tuple[int, int]) -> Array:
        """Return which pixels of a picture lie inside, booleans of this shape."""
        inside = np.zeros(shape, dtype=bool)
        inside[self.top : self.foot, self.left : self.right] = True
        return inside


def reach(shape: tuple[int, int], row: int, column: int, depth: int, reader: str) -> Span:
    """Return the receptive field of a place: the pixels its answer can depend on, by the plan of the network alone.

        k convolutions of 3 × 3       k places every way: (2k + 1)² pixels
        a sweep along rows            from the place back to where the sweep began, and k places further on
        both ways                     the whole row, with the k rows above and below
        then along columns, both ways everything

    Args:
        shape: rows and columns of the picture.
        row, column: the place.
        depth: k, how many convolutions.
        reader: a name in ``READERS``.
    """
    rows, columns = shape
    span = Span(row - depth, row + depth + 1, column - depth, column + depth + 1)
    for along, both in READERS[reader]:
        if along == "rows":
            span = span._replace(left=0, right=columns if both else span.right)
        else:
            span = span._replace(top=0, foot=rows if both else span.foot)
    return Span(max(span.top, 0), min(span.foot, rows), max(span.left, 0), min(span.right, columns))


def sensitivity(network: ScanNetwork, run: Scan, row: int, column: int, d_logits: Array) -> Array:
    """Return how the answer at one place changes with every pixel.

        g[q] = ∂y(row, column) / ∂picture[q]       y a number made of the scores there

    Args:
        network: the weights that made the run.
        run: the record of ``scan`` over one picture.
        row, column: the place.
        d_logits: dy by each of the scores at that place, shape (K,).

    Returns:
        Shape (R, S), exactly 0 where the pixel is out of reach.
    """
    d = np.zeros_like(run.logits)
    d[0, row, column] = d_logits
    return scan_backward(network, run, d).d_pictures[0]


def measured_reach(network: ScanNetwork, picture: Array, row: int, column: int) -> Array:
    """Return which pixels the scores at one place depend on, measured: where a gradient is not exactly 0.

    Args:
        network: any; with weights drawn at random no gradient inside the field is 0 by chance.
        picture: shape (R, S).
        row, column: the place.
    """
    run = scan(network, picture[None])
    slopes = [sensitivity(network, run, row, column, d) for d in np.eye(run.logits.shape[-1])]
    return np.any(np.array(slopes) != 0, axis=0)


def effective(gradient: Array, share: float = 0.9) -> int:
    """Return how many pixels it takes, the weightiest first, to hold a share of the whole gradient.

    Args:
        gradient: of any shape; its size counts, not its sign.
        share: of the sum of all sizes, in (0, 1).
    """
    held = np.cumsum(np.sort(np.abs(gradient), axis=None)[::-1])
    return int(np.searchsorted(held, share * held[-1]) + 1) if held[-1] > 0 else 0


def by_distance(gradient: Array, row: int, column: int) -> Array:
    """Return the mean size of the gradient at each distance from a place, 0 first.

    The distance of a pixel is the larger of the rows and columns between; the last entry is the farthest pixel's.
    """
    r, c = np.indices(gradient.shape)
    distance = np.maximum(abs(r - row), abs(c - column))
    counts = np.bincount(distance.ravel())
    sums = np.bincount(distance.ravel(), np.abs(gradient).ravel())
    return sums / np.maximum(counts, 1)
