"""Backward through the plain recurrent cell."""

import numpy as np

from lstm_lab.cells import RNNParams, RNNState, RNNStep
from lstm_lab.checks import Array
from lstm_lab.gradients.record import Backward, checked_record, weight_sums
from lstm_lab.gradients.slopes import SLOPES


def rnn_backward(
    params: RNNParams, trace: RNNStep, d_hs: Array, d_last: RNNState | None = None
) -> Backward[RNNParams, RNNState]:
    """Return the gradients of a plain recurrent cell; see ``backward``.

    d_h_t = what reaches h_t directly + d_a_{t+1} W_hᵀ
    d_a_t = d_h_t ⊙ slope             1 − h² for tanh
    """
    params, trace, d_hs, last = checked_record(params, trace, RNNStep, d_hs, d_last)
    d_a = SLOPES[params.activation](trace.h)
    total = np.empty_like(d_hs)
    W_h_T = np.ascontiguousarray(params.W_h.T)
    (d_h_after,) = last
    for t in reversed(range(len(d_hs))):
        np.add(d_hs[t], d_h_after, out=total[t])
        d_a[t] *= total[t]
        d_h_after = d_a[t] @ W_h_T

    W_x, W_h, b, d_xs = weight_sums(trace.x, trace.h_prev, d_a[None], d_a[None], params.W_x[None])
    d_params = RNNParams(W_x[0], W_h[0], b[0], params.activation)
    return Backward(d_xs, d_params, RNNState(d_h_after), total, None)
