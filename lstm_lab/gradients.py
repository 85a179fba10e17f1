"""Backward through the cells: how a loss changes with every input, weight and memory on the way.

``d_h`` is short for dLoss/dh. Each backward follows one pattern: the local slopes of all steps at once, then the
loop from the last step to the first, then the weights in one product per kind.
"""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar, overload

import numpy as np

from lstm_lab.cells import (
    GRUParams,
    GRUState,
    GRUStep,
    LSTMParams,
    LSTMState,
    LSTMStep,
    Params,
    RNNParams,
    RNNState,
    RNNStep,
    State,
    Step,
    StoryParams,
    StoryState,
    StoryStep,
    checked,
    zero_state,
)
from lstm_lab.checks import Array, expect, expect_record

AnyParams = TypeVar("AnyParams")
AnyState = TypeVar("AnyState")

SLOPES: dict[str, Callable[[Array], Array]] = {
    "tanh": lambda h: 1 - h**2,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: (h > 0).astype(np.float64),
    "linear": np.ones_like,
}
"""The slope of each activation, told from its value."""


class Backward(NamedTuple, Generic[AnyParams, AnyState]):
    """Gradients of a loss through a whole sequence.

    ``d_xs`` (T, B, D), ``d_params`` shaped as the weights, ``d_start`` as the state before the first step.
    ``d_hs`` and ``d_cs`` (T, B, H) are dLoss/dh_t and dLoss/dc_t along every path from t to the loss; ``d_cs`` is
    None for a cell without c.
    """

    d_xs: Array
    d_params: AnyParams
    d_start: AnyState
    d_hs: Array
    d_cs: Array | None


def rnn_backward(
    params: RNNParams, trace: RNNStep, d_hs: Array, d_last: RNNState | None = None
) -> Backward[RNNParams, RNNState]:
    """Return the gradients of a plain recurrent cell; see ``backward``.

    d_h_t = what reaches h_t directly + d_a_{t+1} W_hᵀ
    d_a_t = d_h_t ⊙ slope             1 − h² for tanh
    """
    params, trace, d_hs, last = _checked(params, trace, RNNStep, d_hs, d_last)
    d_a = SLOPES[params.activation](trace.h)
    total = np.empty_like(d_hs)
    W_h_T = np.ascontiguousarray(params.W_h.T)
    (d_h_after,) = last
    for t in reversed(range(len(d_hs))):
        np.add(d_hs[t], d_h_after, out=total[t])
        d_a[t] *= total[t]
        d_h_after = d_a[t] @ W_h_T

    W_x, W_h, b, d_xs = _weights(trace.x, trace.h_prev, d_a[None], d_a[None], params.W_x[None])
    d_params = RNNParams(W_x[0], W_h[0], b[0], params.activation)
    return Backward(d_xs, d_params, RNNState(d_h_after), total, None)


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
    params, trace, d_hs, last = _checked(params, trace, LSTMStep, d_hs, d_last)
    i, f, g, o = trace.i, trace.f, trace.g, trace.o
    block = np.empty((7, *d_hs.shape))
    d_a, total_h, total_c, c_slope = block[:4], block[4], block[5], block[6]
    np.tanh(trace.c, out=c_slope)
    _sigmoid_slope(i, g, out=d_a[0])
    _sigmoid_slope(f, trace.c_prev, out=d_a[1])
    _tanh_slope(g, i, out=d_a[2])
    _sigmoid_slope(o, c_slope, out=d_a[3])
    _tanh_slope(c_slope, o, out=c_slope)
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

    W_x, W_h, b, d_xs = _weights(trace.x, trace.h_prev, d_a, d_a, params.W_x)
    return Backward(d_xs, LSTMParams(W_x, W_h, b), LSTMState(d_h_after, d_c_after), total_h, total_c)


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
    params, trace, d_hs, last = _checked(params, trace, GRUStep, d_hs, d_last)
    r, z, n, q = trace.r, trace.z, trace.n, trace.q
    block = np.empty((5, *d_hs.shape))
    d_a, total = block[:4], block[4]  # order q r z n: the first three go back to h, the last three to x
    _tanh_slope(n, 1 - z, out=d_a[3])
    _sigmoid_slope(z, trace.h_prev - n, out=d_a[2])
    np.multiply(d_a[3], r, out=d_a[0])
    _sigmoid_slope(r, d_a[3] * q, out=d_a[1])
    W_h_T = np.ascontiguousarray(np.roll(params.W_h, 1, axis=0).swapaxes(1, 2))
    (d_h_after,) = last
    for t in reversed(range(len(d_hs))):
        d_h = np.add(d_hs[t], d_h_after, out=total[t])
        d_a[:, t] *= d_h
        d_h_after = d_h * z[t] + (d_a[:3, t] @ W_h_T).sum(0)

    to_h = np.roll(d_a[:3], -1, axis=0)
    W_x, W_h, b_x, d_xs = _weights(trace.x, trace.h_prev, d_a[1:], to_h, params.W_x)
    d_params = GRUParams(W_x, W_h, b_x, to_h.sum((1, 2)))
    return Backward(d_xs, d_params, GRUState(d_h_after), total, None)


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
    params, trace, d_hs, last = _checked(params, trace, StoryStep, d_hs, d_last)
    i, f, g, v, u = trace.i, trace.f, trace.g, trace.v, trace.u
    block = np.empty((6, *d_hs.shape))
    d_a, d_a_u, total_h = block[:4], block[4], block[5]
    _tanh_slope(u, v, out=d_a_u)
    _sigmoid_slope(i, g, out=d_a[0])
    _sigmoid_slope(f, trace.c_prev, out=d_a[1])
    _tanh_slope(g, i, out=d_a[2])
    _sigmoid_slope(v, u, out=d_a[3])
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

    W_x, W_h, b, d_xs = _weights(trace.x, trace.h_prev, d_a, d_a, params.W_x)
    rows = d_a_u.reshape(-1, d_a_u.shape[-1])
    d_params = StoryParams(W_x, W_h, b, trace.k.reshape(rows.shape).T @ rows, rows.sum(0))
    return Backward(d_xs, d_params, StoryState(d_h_after, d_cs[0]), total_h, d_cs[1:])


@overload
def backward(
    params: RNNParams, trace: RNNStep, d_hs: Array, d_last: RNNState | None = None
) -> Backward[RNNParams, RNNState]: ...
@overload
def backward(
    params: LSTMParams, trace: LSTMStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[LSTMParams, LSTMState]: ...
@overload
def backward(
    params: GRUParams, trace: GRUStep, d_hs: Array, d_last: GRUState | None = None
) -> Backward[GRUParams, GRUState]: ...
@overload
def backward(
    params: StoryParams, trace: StoryStep, d_hs: Array, d_last: StoryState | None = None
) -> Backward[StoryParams, StoryState]: ...
@overload
def backward(params: Params, trace: Step, d_hs: Array, d_last: Any = None) -> Backward[Any, Any]: ...
def backward(params: Any, trace: Any, d_hs: Array, d_last: Any = None) -> Any:
    """Return how a loss changes with everything a cell read and computed.

    Args:
        params: the weights that made the trace.
        trace: the record of ``cells.trace`` or ``cells.unroll``.
        d_hs: how the loss changes with each h_t directly, through what reads it there, shape (T, B, H); 0 where
            nothing reads it.
        d_last: the same for the state after the last step, where something reads that too.

    Returns:
        Gradients by inputs, weights and start, and the whole dLoss/dh_t (and dLoss/dc_t) at every step.

    Raises:
        ShapeError: the trace, d_hs or d_last does not fit the weights.
        ValueError: records of another cell, or a number that is not finite.
    """
    by_kind: dict[type, Any] = {
        RNNParams: rnn_backward,
        LSTMParams: lstm_backward,
        GRUParams: gru_backward,
        StoryParams: story_backward,
    }
    return by_kind[type(checked(params))](params, trace, d_hs, d_last)


def step_jacobians(params: Params, trace: Step) -> Array:
    """Return how each step's state changes with the state before it.

        J_t[j, k] = ∂s_t[j] / ∂s_{t-1}[k]     s = h, or h and then c, as one row of S numbers

    Each row of J is one backward through one step, from a state gradient that is 1 at j and 0 elsewhere.

    Args:
        params: the weights that made the trace.
        trace: a record with a time axis.

    Returns:
        Shape (T, B, S, S), S = H or 2H.

    Raises:
        ShapeError: the trace has no time axis, or does not fit the weights.
        ValueError: the record of another cell, or a number that is not finite.
    """
    T, B, H = expect("trace.h", trace.h, "T B H").shape
    parts = len(trace.state)
    S = parts * H
    repeated: Any = type(trace)(*(np.tile(values.reshape(1, T * B, -1), (1, S, 1)) for values in trace))
    unit = np.repeat(np.eye(S), T * B, axis=0)
    d_last: Any = type(trace.state)(*np.split(unit, parts, axis=1))
    back = backward(params, repeated, np.zeros((1, S * T * B, H)), d_last)
    return np.moveaxis(np.concatenate(back.d_start, axis=1).reshape(S, T, B, S), 0, 2)


def step_jacobian(params: Params, step: Step) -> Array:
    """Return ``step_jacobians`` of a single step's record, shape (B, S, S)."""
    record: Any = type(step)(*(values[None] for values in step))
    return step_jacobians(params, record)[0]


def backward_by_step(params: Params, trace: Step, d_hs: Array, d_last: State | None = None) -> list[Backward]:
    """Return ``backward`` one step at a time: what each single step adds to the gradient of the shared weights.

    s_T     = d_last
    B_t     = ``backward`` through step t alone, from d_hs[t] and s_t
    s_{t−1} = B_t.d_start

    The weights are the same at every step, so Σ_t B_t.d_params is the whole gradient.

    Args:
        params: the weights that made the trace.
        trace: a record with a time axis.
        d_hs: dLoss/dh_t that does not go through later steps, shape (T, B, H).
        d_last: dLoss by the state after the last step, zeros if left out.

    Returns:
        One ``Backward`` per step, first step first; ``d_params`` of entry t is that step's contribution.

    Raises:
        ShapeError, ValueError: as ``backward``.
    """
    d_hs = expect("d_hs", d_hs, "T B H", T=len(trace.h))
    steps: list[Backward] = []
    after: Any = d_last
    for t in reversed(range(len(d_hs))):
        one: Any = type(trace)(*(values[t : t + 1] for values in trace))
        steps.append(backward(params, one, d_hs[t : t + 1], after))
        after = steps[-1].d_start
    return steps[::-1]


def central_difference(f: Callable[[Array], float], x: Array, eps: float = 1e-6) -> Array:
    """Return the gradient of a function measured by moving each entry a little both ways.

        d_x[k] = (f(x + ε e_k) − f(x − ε e_k)) / 2ε     off by about ε²

    Args:
        f: takes an array like ``x`` and returns one number.
        x: where to measure, any shape; not changed.
        eps: how far to move.

    Returns:
        df/dx, the shape of ``x``.
    """
    d_x = np.zeros(np.shape(x))
    for k in np.ndindex(d_x.shape):
        move = np.zeros(d_x.shape)
        move[k] = eps
        d_x[k] = (f(x + move) - f(x - move)) / (2 * eps)
    return d_x


def _sigmoid_slope(s: Array, factor: Array, out: Array) -> Array:
    """Put factor ⊙ s (1 − s) into ``out``, without a temporary array as long as the sequence."""
    np.subtract(1, s, out=out)
    out *= s
    out *= factor
    return out


def _tanh_slope(s: Array, factor: Array, out: Array) -> Array:
    """Put factor ⊙ (1 − s²) into ``out``, which may be ``s`` itself."""
    np.multiply(s, s, out=out)
    np.subtract(1, out, out=out)
    out *= factor
    return out


def _checked(params: Any, trace: Any, kind: type, d_hs: Array, d_last: Any) -> tuple[Any, Any, Array, Any]:
    params = checked(params)
    if not isinstance(trace, kind):
        raise ValueError(f"trace must be of type {kind.__name__}, got {type(trace).__name__}")
    D, H = params.W_x.shape[-2:]
    T, B, _ = expect("trace.h", trace.h, "T B H", H=H).shape
    expect("trace.x", trace.x, "T B D", T=T, B=B, D=D)
    d_hs = expect("d_hs", d_hs, "T B H", T=T, B=B, H=H)
    if d_last is None:
        return params, trace, d_hs, zero_state(params, B)
    state = type(trace.state)
    return params, trace, d_hs, expect_record("d_last", d_last, state, "B H", B=B, H=H)


def _weights(xs: Array, h_prev: Array, d_x_sums: Array, d_h_sums: Array, W_x: Array) -> tuple[Array, ...]:
    """Return dLoss by W_x, W_h, the bias of the input sums, and the inputs; gates first, all steps in one product."""
    T, B, D = xs.shape
    H = h_prev.shape[2]
    to_x, to_h = d_x_sums.reshape(-1, T * B, H), d_h_sums.reshape(-1, T * B, H)
    d_W_x = xs.reshape(T * B, D).T @ to_x
    d_W_h = h_prev.reshape(T * B, H).T @ to_h
    d_xs = to_x[0] @ W_x[0].T
    for slab, W in zip(to_x[1:], W_x[1:], strict=True):
        d_xs += slab @ W.T
    return d_W_x, d_W_h, to_x.sum(1), d_xs.reshape(T, B, D)
