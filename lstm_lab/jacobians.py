"""Jacobians of steps, read off the record in one go: what an explorer can wait for.

``gradients.step_jacobians`` asks ``backward`` for every row; here the rows of each cell are written out, and a test
holds the two equal.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from lstm_lab.cells import (
    GRUParams,
    GRUStep,
    LSTMParams,
    LSTMStep,
    Params,
    RNNParams,
    RNNStep,
    Step,
    StoryParams,
    StoryStep,
    checked,
)
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.gradients import SLOPES


def group_jacobians(params: Params, run: Step, groups: int = 1) -> Array:
    """Return how each step's state changes with the state before it, in networks that stand side by side in one.

        J_t[j, k] = ∂s_t[j] / ∂s_{t-1}[k]          s = h, or h and then c, of one group

        RNN     ∂h/∂h' = slope ⊙ W_hᵀ              ⊙ multiplies row j by entry j
        GRU     ∂h/∂h' = diag z + (1 − z) (1 − n²) ⊙ (r ⊙ W_nᵀ + q r (1 − r) ⊙ W_rᵀ) + (h' − n) z (1 − z) ⊙ W_zᵀ
        LSTM    ∂c/∂h' = g i (1 − i) ⊙ W_iᵀ + c' f (1 − f) ⊙ W_fᵀ + i (1 − g²) ⊙ W_gᵀ          ∂c/∂c' = diag f
                ∂h/∂h' = slope ⊙ ∂c/∂h' + tanh(c) o (1 − o) ⊙ W_oᵀ          slope = o (1 − tanh² c)
                ∂h/∂c' = slope ⊙ ∂c/∂c'

    Of one network this is ``gradients.step_jacobians``. Of several it leaves out what one group does to another,
    which is nothing.

    Args:
        params: weights of any cell, W_h with a block on its diagonal for each group and 0 elsewhere.
        run: its record over one sequence of T steps.
        groups: how many networks of equally many units it is made of.

    Returns:
        Shape (T, groups, S, S); S = H, or 2H for a cell with c, of the H units of one group.

    Raises:
        ShapeError: no time axis, more than one sequence, or units that cannot be shared out.
        ValueError: the record of another cell, or a number that is not finite.
    """
    weights: Any = params
    weights = checked(weights)
    of_cell: dict[type, tuple[type, Any]] = {
        RNNParams: (RNNStep, _rnn_jacobians),
        GRUParams: (GRUStep, _gru_jacobians),
        LSTMParams: (LSTMStep, _lstm_jacobians),
        StoryParams: (StoryStep, _story_jacobians),
    }
    kind, jacobians = of_cell[type(weights)]
    if not isinstance(run, kind):
        raise ValueError(f"run must be of type {kind.__name__}, got {type(run).__name__}")
    record: Any = run
    T, _, H = expect("run.h", record.h, "T B H", B=1, H=weights.W_h.shape[-1]).shape
    if H % groups:
        raise ShapeError(f"{H} units cannot be shared out among {groups} groups")
    part = {name: getattr(record, name).reshape(T, groups, -1) for name in record._fields if name != "x"}
    return jacobians(weights, kind(x=None, **part), groups)


def _rnn_jacobians(params: RNNParams, run: RNNStep, groups: int) -> Array:
    return _turned(params.W_h, groups) * SLOPES[params.activation](run.h)[..., None]


def _gru_jacobians(params: GRUParams, run: GRUStep, groups: int) -> Array:
    h_prev, r, z, n, q = run.h_prev, run.r, run.z, run.n, run.q
    d_n = (1 - z) * (1 - n**2)
    J = _summed([d_n * q * r * (1 - r), (h_prev - n) * z * (1 - z), d_n * r], _turned(params.W_h, groups))
    return _with_diagonal(J, z)


def _lstm_jacobians(params: LSTMParams, run: LSTMStep, groups: int) -> Array:
    i, f, g, o = run.i, run.f, run.g, run.o
    *W_c, W_o = _turned(params.W_h, groups)
    c_h = _summed([g * i * (1 - i), run.c_prev * f * (1 - f), i * (1 - g**2)], W_c)
    shown = run.shown
    slope = o * (1 - shown**2)
    h_h = slope[..., None] * c_h + (shown * o * (1 - o))[..., None] * W_o
    return _of_two(h_h, _with_diagonal(np.zeros_like(h_h), slope * f), c_h, f)


def _story_jacobians(params: StoryParams, run: StoryStep, groups: int) -> Array:
    i, f, g, v, u = run.i, run.f, run.g, run.v, run.u
    *W_c, W_v = _turned(params.W_h, groups)
    f_h = run.c_prev * f * (1 - f)
    c_h = _summed([g * i * (1 - i), f_h, i * (1 - g**2)], W_c)
    h_k = (v * (1 - u**2))[..., None] * _turned(params.W_u, groups)
    h_h = h_k @ (f_h[..., None] * W_c[1]) + (u * v * (1 - v))[..., None] * W_v
    return _of_two(h_h, h_k * f[..., None, :], c_h, f)


def _turned(W: Array, groups: int) -> Array:
    """Return the blocks on the diagonal of W, or of each slab of it, transposed; shape (..., groups, H, H)."""
    ends = np.linspace(0, W.shape[-1], groups + 1, dtype=int)
    blocks = [W[..., a:b, a:b] for a, b in pairwise(ends)]
    return np.ascontiguousarray(np.stack(blocks, axis=-3).swapaxes(-1, -2))


def _summed(slopes: list[Array], slabs: Any) -> Array:
    """Return Σ slope[j] W[j, k] over gates, shape (T, groups, H, H)."""
    total = slopes[0][..., None] * slabs[0]
    for slope, W in zip(slopes[1:], slabs[1:], strict=True):
        total += slope[..., None] * W
    return total


def _with_diagonal(J: Array, values: Array) -> Array:
    """Add to the diagonal of matrices, in place."""
    k = np.arange(J.shape[-1])
    J[..., k, k] += values
    return J


def _of_two(h_h: Array, h_c: Array, c_h: Array, f: Array) -> Array:
    """Return the Jacobians of h and c from their four parts."""
    H = h_h.shape[-1]
    J = np.zeros((*h_h.shape[:-2], 2 * H, 2 * H))
    J[..., :H, :H], J[..., :H, H:], J[..., H:, :H] = h_h, h_c, c_h
    _with_diagonal(J[..., H:, H:], f)
    return J
