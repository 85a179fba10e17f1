"""Jacobians of steps, read off the record in one go: what an explorer can wait for.

``gradients.step_jacobians`` asks ``backward`` for every row; here the rows of each cell are written out, and a test
holds the two equal.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from lstm_lab.cells import (
    CoupledParams,
    CoupledStep,
    GRUParams,
    GRUStep,
    LSTMParams,
    LSTMStep,
    Params,
    PeepholeParams,
    PeepholeStep,
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
        peephole as the LSTM, but ∂c/∂c' = diag(f + g i (1 − i) p_i + c' f (1 − f) p_f)
                and slope = o (1 − tanh² c) + tanh(c) o (1 − o) p_o
        coupled as the LSTM, but ∂c/∂h' = (c' − g) f (1 − f) ⊙ W_fᵀ + (1 − f) (1 − g²) ⊙ W_gᵀ

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
        PeepholeParams: (PeepholeStep, _peephole_jacobians),
        CoupledParams: (CoupledStep, _coupled_jacobians),
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
    *W_c, W_o = _turned(params.W_h, groups)
    i, f, g = run.i, run.f, run.g
    c_h = _summed([g * i * (1 - i), run.c_prev * f * (1 - f), i * (1 - g**2)], W_c)
    return _shown_through_o(run, c_h, f, run.o * (1 - run.shown**2), W_o)


def _peephole_jacobians(params: PeepholeParams, run: PeepholeStep, groups: int) -> Array:
    *W_c, W_o = _turned(params.W_h, groups)
    p_i, p_f, p_o = (p.reshape(groups, -1) for p in (params.p_i, params.p_f, params.p_o))
    f, g, o, shown = run.f, run.g, run.o, run.shown
    to_i, to_f = g * run.i * (1 - run.i), run.c_prev * f * (1 - f)
    c_h = _summed([to_i, to_f, run.i * (1 - g**2)], W_c)
    slope = o * (1 - shown**2) + shown * o * (1 - o) * p_o
    return _shown_through_o(run, c_h, f + to_i * p_i + to_f * p_f, slope, W_o)


def _coupled_jacobians(params: CoupledParams, run: CoupledStep, groups: int) -> Array:
    *W_c, W_o = _turned(params.W_h, groups)
    f, g = run.f, run.g
    c_h = _summed([(run.c_prev - g) * f * (1 - f), run.i * (1 - g**2)], W_c)
    return _shown_through_o(run, c_h, f, run.o * (1 - run.shown**2), W_o)


def _shown_through_o(
    run: LSTMStep | PeepholeStep | CoupledStep, c_h: Array, c_c: Array, slope: Array, W_o: Array
) -> Array:
    """Return the Jacobian of h = o ⊙ tanh(c) and c from ∂c/∂h', the diagonal of ∂c/∂c', and ∂h/∂c at this step."""
    o = run.o
    h_h = slope[..., None] * c_h + (run.shown * o * (1 - o))[..., None] * W_o
    return _of_two(h_h, _with_diagonal(np.zeros_like(h_h), slope * c_c), c_h, c_c)


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


def _of_two(h_h: Array, h_c: Array, c_h: Array, c_c: Array) -> Array:
    """Return the Jacobians of h and c from their four parts; of ∂c/∂c' the diagonal."""
    H = h_h.shape[-1]
    J = np.zeros((*h_h.shape[:-2], 2 * H, 2 * H))
    J[..., :H, :H], J[..., :H, H:], J[..., H:, :H] = h_h, h_c, c_h
    _with_diagonal(J[..., H:, H:], c_c)
    return J
