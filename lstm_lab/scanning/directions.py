"""Recurrence over space: a cell that runs along the rows or the columns of a picture, one way or both ways."""

from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array, expect
from lstm_lab.gradients import Backward, backward

ALONG = ("rows", "columns")


class Sweep(NamedTuple):
    """Cells that run along the rows or along the columns of a picture, with the same weights on every line.

    ``along`` is "rows" (each row is a sequence, from left to right) or "columns" (each column is one, from top to
    bottom). ``there`` runs that way, ``back`` the other way round; a sweep without ``back`` goes one way.
    """

    along: str
    there: cells.Params
    back: cells.Params | None = None

    @property
    def outputs(self) -> int:
        """How many features it leaves at each place."""
        return sum(cells.hidden_size(each) for each in (self.there, self.back) if each is not None)


class SweepRun(NamedTuple):
    """What a sweep computed: ``h`` of both ways side by side (B, R, S, F), and the traces, ``back`` in its own time."""

    h: Array
    there: Any
    back: Any


class SweepBackward(NamedTuple):
    """Gradients of a sweep: by its input, and ``Backward`` of the cells that ran there and back."""

    d_x: Array
    there: Backward
    back: Backward | None


def sweep_over(sweep: Sweep, x: Array) -> SweepRun:
    """Run a sweep over features.

        h_there[c] = cell(x[c], h_there[c − 1])        along each row, from the left
        h_back[c]  = cell(x[c], h_back[c + 1])         along each row, from the right
        h          = [h_there, h_back]

    Every row is a sequence of its own; along columns read r for c.

    Args:
        sweep: cells for C inputs each.
        x: features of B pictures, shape (B, R, S, C).

    Raises:
        ShapeError: x does not fit the cells.
        ValueError: along is neither "rows" nor "columns".
    """
    xs = _as_sequences(sweep.along, expect("x", x, "B R S C", C=cells.input_size(sweep.there)))
    there = cells.trace(sweep.there, xs)
    if sweep.back is None:
        return SweepRun(_as_pictures(sweep.along, there.h, x.shape), there, None)
    back = cells.trace(sweep.back, np.ascontiguousarray(xs[::-1]))
    both = np.concatenate([there.h, back.h[::-1]], axis=2)
    return SweepRun(_as_pictures(sweep.along, both, x.shape), there, back)


def sweep_backward(sweep: Sweep, run: SweepRun, d_h: Array) -> SweepBackward:
    """Return the gradients of a sweep from the gradient of what it left at each place.

    Args:
        sweep: the cells that made the run.
        run: the record of ``sweep_over``.
        d_h: dLoss/dh, shape (B, R, S, F).

    Raises:
        ShapeError: d_h does not fit the run.
    """
    B, R, S, _ = run.h.shape
    d_hs = _as_sequences(sweep.along, expect("d_h", d_h, "B R S F", B=B, R=R, S=S, F=sweep.outputs))
    H = cells.hidden_size(sweep.there)
    there = backward(sweep.there, run.there, np.ascontiguousarray(d_hs[..., :H]))
    if sweep.back is None:
        return SweepBackward(_as_pictures(sweep.along, there.d_xs, (B, R, S)), there, None)
    back = backward(sweep.back, run.back, np.ascontiguousarray(d_hs[::-1, :, H:]))
    d_xs = there.d_xs + back.d_xs[::-1]
    return SweepBackward(_as_pictures(sweep.along, d_xs, (B, R, S)), there, back)


def _as_sequences(along: str, x: Array) -> Array:
    """Turn (B, R, S, C) into (T, N, C): one sequence a row of each picture, or one a column."""
    if along not in ALONG:
        raise ValueError(f"along must be rows or columns, got {along!r}")
    B, R, S, C = x.shape
    if along == "rows":
        return np.ascontiguousarray(x.transpose(2, 0, 1, 3)).reshape(S, B * R, C)
    return np.ascontiguousarray(x.transpose(1, 0, 2, 3)).reshape(R, B * S, C)


def _as_pictures(along: str, xs: Array, shape: tuple[int, ...]) -> Array:
    """Turn (T, N, F) back into (B, R, S, F)."""
    B, R, S = shape[:3]
    F = xs.shape[2]
    if along == "rows":
        return xs.reshape(S, B, R, F).transpose(1, 2, 0, 3)
    return xs.reshape(R, B, S, F).transpose(1, 0, 2, 3)
