"""Backward through the LSTM of the story."""

import numpy as np

from lstm_lab.cells import StoryParams, StoryState, StoryStep
from lstm_lab.checks import Array
from lstm_lab.gradients.record import Backward, checked_record, weight_sums
from lstm_lab.gradients.slopes import sigmoid_slope, tanh_slope


def story_backward(
    params: StoryParams, trace: StoryStep, d_hs: Array, d_last: StoryState | None = None
) -> Backward[StoryParams, StoryState]:
    """Return the gradients of a story LSTM; see ``backward``.

    d_h_t = what reaches h_t directly + Σ d_a_{t+1} W_hᵀ        over the four gates
    d_a_u = d_h_t ⊙ v ⊙ (1 − u²)
    d_a_v = d_h_t ⊙ u ⊙ v (1 − v)
    d_c_t = d_k_{t+1} ⊙ f_{t+1}
    d_k_t = d_c_t + d_a_u W_uᵀ
    d_a_i = d_c_t ⊙ g ⊙ i (1 − i)
    d_a_f = d_k_t ⊙ c_{t-1} ⊙ f (1 − f)
    d_a_g = d_c_t ⊙ i ⊙ (1 − g²)
    """
    params, trace, d_hs, last = checked_record(params, trace, StoryStep, d_hs, d_last)
    i, f, g, v, u = trace.i, trace.f, trace.g, trace.v, trace.u
    block = np.empty((6, *d_hs.shape))
    d_a, d_a_u, total_h = block[:4], block[4], block[5]
    tanh_slope(u, v, out=d_a_u)
    sigmoid_slope(i, g, out=d_a[0])
    sigmoid_slope(f, trace.c_prev, out=d_a[1])
    tanh_slope(g, i, out=d_a[2])
    sigmoid_slope(v, u, out=d_a[3])
    d_cs = np.empty((len(d_hs) + 1, *d_hs.shape[1:]))  # the start's first, then every step's
    W_h_T = np.ascontiguousarray(params.W_h.swapaxes(1, 2))
    W_u_T = np.ascontiguousarray(params.W_u.T)
    d_h_after, d_cs[-1] = last
    for t in reversed(range(len(d_hs))):
        d_a_t, d_c = d_a[:, t], d_cs[t + 1]
        d_h = np.add(d_hs[t], d_h_after, out=total_h[t])
        d_a_u[t] *= d_h
        d_k = d_c + d_a_u[t] @ W_u_T
        d_a_t[0] *= d_c
        d_a_t[1] *= d_k
        d_a_t[2] *= d_c
        d_a_t[3] *= d_h
        np.multiply(d_k, f[t], out=d_cs[t])
        d_h_after = (d_a_t @ W_h_T).sum(0)

    W_x, W_h, b, d_xs = weight_sums(trace.x, trace.h_prev, d_a, d_a, params.W_x)
    rows = d_a_u.reshape(-1, d_a_u.shape[-1])
    d_params = StoryParams(W_x, W_h, b, trace.k.reshape(rows.shape).T @ rows, rows.sum(0))
    return Backward(d_xs, d_params, StoryState(d_h_after, d_cs[0]), total_h, d_cs[1:])
