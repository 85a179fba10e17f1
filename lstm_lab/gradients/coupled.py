"""Backward through the coupled LSTM."""

import numpy as np

from lstm_lab.cells import CoupledParams, CoupledStep, LSTMState
from lstm_lab.checks import Array
from lstm_lab.gradients.record import Backward, checked_record, weight_sums
from lstm_lab.gradients.slopes import sigmoid_slope, tanh_slope


def coupled_backward(
    params: CoupledParams, trace: CoupledStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[CoupledParams, LSTMState]:
    """Return the gradients of a coupled LSTM; see ``backward``.

    d_h_t = what reaches h_t directly + Σ d_a_{t+1} W_hᵀ        over the three gates
    d_c_t = d_h_t ⊙ o ⊙ (1 − tanh² c) + d_c_{t+1} ⊙ f_{t+1}
    d_a_f = d_c_t ⊙ (c_{t-1} − g) ⊙ f (1 − f)                    more kept is less written
    d_a_g = d_c_t ⊙ (1 − f) ⊙ (1 − g²)
    d_a_o = d_h_t ⊙ tanh c ⊙ o (1 − o)
    """
    params, trace, d_hs, last = checked_record(params, trace, CoupledStep, d_hs, d_last)
    f, g, o = trace.f, trace.g, trace.o
    block = np.empty((6, *d_hs.shape))
    d_a, total_h, total_c, c_slope = block[:3], block[3], block[4], block[5]
    np.tanh(trace.c, out=c_slope)
    sigmoid_slope(f, trace.c_prev - g, out=d_a[0])
    tanh_slope(g, trace.i, out=d_a[1])
    sigmoid_slope(o, c_slope, out=d_a[2])
    tanh_slope(c_slope, o, out=c_slope)
    W_h_T = np.ascontiguousarray(params.W_h.swapaxes(1, 2))
    d_h_after, d_c_after = last
    for t in reversed(range(len(d_hs))):
        d_a_t = d_a[:, t]
        d_h = np.add(d_hs[t], d_h_after, out=total_h[t])
        d_c = np.multiply(d_h, c_slope[t], out=total_c[t])
        d_c += d_c_after
        d_a_t[:2] *= d_c
        d_a_t[2] *= d_h
        d_c_after = d_c * f[t]
        d_h_after = (d_a_t @ W_h_T).sum(0)

    W_x, W_h, b, d_xs = weight_sums(trace.x, trace.h_prev, d_a, d_a, params.W_x)
    return Backward(d_xs, CoupledParams(W_x, W_h, b), LSTMState(d_h_after, d_c_after), total_h, total_c)
