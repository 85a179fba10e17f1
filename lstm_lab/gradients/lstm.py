"""Backward through the LSTM."""

import numpy as np

from lstm_lab.cells import LSTMParams, LSTMState, LSTMStep
from lstm_lab.checks import Array
from lstm_lab.gradients.record import Backward, checked_record, weight_sums
from lstm_lab.gradients.slopes import sigmoid_slope, tanh_slope


def lstm_backward(
    params: LSTMParams, trace: LSTMStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[LSTMParams, LSTMState]:
    """Return the gradients of an LSTM; see ``backward``.

    d_h_t = what reaches h_t directly + Σ d_a_{t+1} W_hᵀ        over the four gates
    d_c_t = d_h_t ⊙ o ⊙ (1 − tanh² c) + d_c_{t+1} ⊙ f_{t+1}
    d_a_i = d_c_t ⊙ g ⊙ i (1 − i)
    d_a_f = d_c_t ⊙ c_{t-1} ⊙ f (1 − f)
    d_a_g = d_c_t ⊙ i ⊙ (1 − g²)
    d_a_o = d_h_t ⊙ tanh c ⊙ o (1 − o)
    """
    params, trace, d_hs, last = checked_record(params, trace, LSTMStep, d_hs, d_last)
    i, f, g, o = trace.i, trace.f, trace.g, trace.o
    block = np.empty((7, *d_hs.shape))
    d_a, total_h, total_c, c_slope = block[:4], block[4], block[5], block[6]
    np.tanh(trace.c, out=c_slope)
    sigmoid_slope(i, g, out=d_a[0])
    sigmoid_slope(f, trace.c_prev, out=d_a[1])
    tanh_slope(g, i, out=d_a[2])
    sigmoid_slope(o, c_slope, out=d_a[3])
    tanh_slope(c_slope, o, out=c_slope)
    W_h_T = np.ascontiguousarray(params.W_h.swapaxes(1, 2))
    d_h_after, d_c_after = (part.copy() for part in last)
    to_h = np.empty((4, *d_h_after.shape))
    for t in reversed(range(len(d_hs))):
        d_a_t = d_a[:, t]
        d_h = np.add(d_hs[t], d_h_after, out=total_h[t])
        d_c = np.multiply(d_h, c_slope[t], out=total_c[t])
        d_c += d_c_after
        d_a_t[:3] *= d_c
        d_a_t[3] *= d_h
        np.multiply(d_c, f[t], out=d_c_after)
        np.add.reduce(np.matmul(d_a_t, W_h_T, out=to_h), axis=0, out=d_h_after)

    W_x, W_h, b, d_xs = weight_sums(trace.x, trace.h_prev, d_a, d_a, params.W_x)
    return Backward(d_xs, LSTMParams(W_x, W_h, b), LSTMState(d_h_after, d_c_after), total_h, total_c)
