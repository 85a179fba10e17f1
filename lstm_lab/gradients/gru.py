"""Backward through the GRU."""

import numpy as np

from lstm_lab.cells import GRUParams, GRUState, GRUStep
from lstm_lab.checks import Array
from lstm_lab.gradients.record import Backward, checked_record, weight_sums
from lstm_lab.gradients.slopes import sigmoid_slope, tanh_slope


def gru_backward(
    params: GRUParams, trace: GRUStep, d_hs: Array, d_last: GRUState | None = None
) -> Backward[GRUParams, GRUState]:
    """Return the gradients of a GRU; see ``backward``.

    d_h_t = what reaches h_t directly + d_h_{t+1} ⊙ z_{t+1} + Σ d_a_{t+1} W_hᵀ     with d_q for n
    d_a_n = d_h_t ⊙ (1 − z) ⊙ (1 − n²)
    d_q   = d_a_n ⊙ r
    d_a_r = d_a_n ⊙ q ⊙ r (1 − r)
    d_a_z = d_h_t ⊙ (h_{t-1} − n) ⊙ z (1 − z)
    """
    params, trace, d_hs, last = checked_record(params, trace, GRUStep, d_hs, d_last)
    r, z, n, q = trace.r, trace.z, trace.n, trace.q
    block = np.empty((5, *d_hs.shape))
    d_a, total = block[:4], block[4]  # order q r z n: the first three go back to h, the last three to x
    tanh_slope(n, 1 - z, out=d_a[3])
    sigmoid_slope(z, trace.h_prev - n, out=d_a[2])
    np.multiply(d_a[3], r, out=d_a[0])
    sigmoid_slope(r, d_a[3] * q, out=d_a[1])
    W_h_T = np.ascontiguousarray(np.roll(params.W_h, 1, axis=0).swapaxes(1, 2))
    (d_h_after,) = last
    for t in reversed(range(len(d_hs))):
        d_h = np.add(d_hs[t], d_h_after, out=total[t])
        d_a[:, t] *= d_h
        d_h_after = d_h * z[t] + (d_a[:3, t] @ W_h_T).sum(0)

    to_h = np.roll(d_a[:3], -1, axis=0)
    W_x, W_h, b_x, d_xs = weight_sums(trace.x, trace.h_prev, d_a[1:], to_h, params.W_x)
    d_params = GRUParams(W_x, W_h, b_x, to_h.sum((1, 2)))
    return Backward(d_xs, d_params, GRUState(d_h_after), total, None)
