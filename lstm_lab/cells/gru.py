"""The gated recurrent unit, in the form that PyTorch and cuDNN compute."""

from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.checks import Array, expect, expect_record

GRU_GATES = ("r", "z", "n")


class GRUParams(NamedTuple):
    """Weights of a GRU with D inputs and H hidden units, one slab per gate in the order of ``GRU_GATES``.

    ``W_x`` has shape (3, D, H), ``W_h`` (3, H, H), ``b_x`` and ``b_h`` (3, H). The two biases of n do not
    merge into one: ``b_h`` stands inside what the reset gate multiplies.
    """

    W_x: Array
    W_h: Array
    b_x: Array
    b_h: Array

    def checked(self) -> "GRUParams":
        """Return the weights as float64, if they fit each other."""
        W_x = expect("W_x", self.W_x, "G D H", G=3)
        H = W_x.shape[2]
        W_h = expect("W_h", self.W_h, "G H H", G=3, H=H)
        b_x = expect("b_x", self.b_x, "G H", G=3, H=H)
        return GRUParams(W_x, W_h, b_x, expect("b_h", self.b_h, "G H", G=3, H=H))


class GRUState(NamedTuple):
    """What the cell carries from one step to the next: ``h`` of shape (B, H)."""

    h: Array


class GRUStep(NamedTuple):
    """Every value of one step; ``x`` has shape (B, D), the others (B, H).

    ``r`` and ``z`` are the gates, ``n`` the candidate, ``q`` what the candidate could take from the old
    memory.
    """

    x: Array
    h_prev: Array
    a_r: Array
    a_z: Array
    q: Array
    a_n: Array
    r: Array
    z: Array
    n: Array
    h: Array

    @property
    def state(self) -> GRUState:
        """What the next step starts from."""
        return GRUState(self.h)


def gru_step(params: GRUParams, x: Array, state: GRUState) -> GRUStep:
    """Advance a GRU by one time step.

        a_r = x W_xr + h_{t-1} W_hr + b_xr + b_hr
        a_z = x W_xz + h_{t-1} W_hz + b_xz + b_hz
        r, z = σ(a_r), σ(a_z)             how much of the old to use, how much to keep
        q = h_{t-1} W_hn + b_hn
        a_n = x W_xn + b_xn + r ⊙ q
        n = tanh(a_n)                     what to write
        h = (1 − z) ⊙ n + z ⊙ h_{t-1}

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h, shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: a number that is not finite.

    Source: Cho et al. 2014, whose reset gate acts on h before the product; here it acts after it.
    """
    W_x, W_h, b_x, b_h = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[1])
    (h_prev,) = expect_record("state", state, GRUState, "B H", B=len(x), H=b_x.shape[1])

    x_r, x_z, x_n = x @ W_x + b_x[:, None]
    h_r, h_z, q = h_prev @ W_h + b_h[:, None]
    a_r, a_z = x_r + h_r, x_z + h_z
    r, z = sigmoid(a_r), sigmoid(a_z)
    a_n = x_n + r * q
    n = np.tanh(a_n)
    h = (1 - z) * n + z * h_prev
    return GRUStep(x, h_prev, a_r, a_z, q, a_n, r, z, n, h)


def gru_trace(params: GRUParams, xs: Array, start: GRUState) -> GRUStep:
    """Run a GRU over whole sequences, fast; equal to ``gru_step`` in a loop.

    The input part of every step is one product, made before the loop; the arrays are laid out gate first.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h before the first step, shape (B, H).

    Returns:
        The record of ``gru_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b_x, b_h = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[1])
    T, B, D = xs.shape
    H = b_x.shape[1]
    block = np.empty((8, T + 1, B, H))
    a, gates, qs, hs = block[:3, 1:], block[3:6, 1:], block[6, 1:], block[7]
    (hs[0],) = expect_record("start", start, GRUState, "B H", B=B, H=H)

    np.matmul(xs.reshape(T * B, D), W_x, out=a.reshape(3, T * B, H))
    a += b_x[:, None, None]
    from_h = np.empty((3, B, H))
    b_h = b_h[:, None]
    for t in range(T):
        a_t, gates_t, h = a[:, t], gates[:, t], hs[t + 1]
        np.add(np.matmul(hs[t], W_h, out=from_h), b_h, out=from_h)
        a_t[:2] += from_h[:2]
        gates_t[:2] = sigmoid(a_t[:2])
        r, z, n = gates_t
        qs[t] = from_h[2]
        a_t[2] += r * qs[t]
        np.tanh(a_t[2], out=n)
        np.multiply(1 - z, n, out=h)
        h += z * hs[t]
    a_r, a_z, a_n = a
    r, z, n = gates
    return GRUStep(xs, hs[:-1], a_r, a_z, qs, a_n, r, z, n, hs[1:])
