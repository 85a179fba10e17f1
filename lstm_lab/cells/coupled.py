"""The LSTM with one gate for two jobs: it writes as much as it forgets."""

from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.cells.lstm import LSTMState
from lstm_lab.checks import Array, expect, expect_record

COUPLED_GATES = ("f", "g", "o")


class CoupledParams(NamedTuple):
    """Weights of a coupled LSTM with D inputs and H hidden units, slabs in the order of ``COUPLED_GATES``.

    ``W_x`` has shape (3, D, H), ``W_h`` (3, H, H) and ``b`` (3, H): a quarter less than an LSTM, for i has none.
    """

    W_x: Array
    W_h: Array
    b: Array

    def checked(self) -> "CoupledParams":
        """Return the weights as float64, if they fit each other."""
        W_x = expect("W_x", self.W_x, "G D H", G=3)
        H = W_x.shape[2]
        W_h = expect("W_h", self.W_h, "G H H", G=3, H=H)
        return CoupledParams(W_x, W_h, expect("b", self.b, "G H", G=3, H=H))


class CoupledStep(NamedTuple):
    """Every value of one step; ``x`` has shape (B, D), the others (B, H). ``i`` is what f leaves: 1 − f."""

    x: Array
    h_prev: Array
    c_prev: Array
    a_f: Array
    a_g: Array
    a_o: Array
    f: Array
    g: Array
    o: Array
    i: Array
    c: Array
    h: Array

    @property
    def state(self) -> LSTMState:
        """What the next step starts from."""
        return LSTMState(self.h, self.c)

    @property
    def kept(self) -> Array:
        """What is left of the old long-term memory: f ⊙ c_prev."""
        return self.f * self.c_prev

    @property
    def learned(self) -> Array:
        """What the event adds to it: i ⊙ g."""
        return self.i * self.g

    @property
    def shown(self) -> Array:
        """The long-term memory squeezed into (−1, 1), before the output gate: tanh(c)."""
        return np.tanh(self.c)


def coupled_step(params: CoupledParams, x: Array, state: LSTMState) -> CoupledStep:
    """Advance a coupled LSTM by one time step.

        a = x W_x + h_{t-1} W_h + b       one slab per gate
        f, o = σ(a_f), σ(a_o)             how much to keep and show
        g = tanh(a_g)                     what to write
        i = 1 − f                         how much to write: the room that forgetting makes
        c = f ⊙ c_{t-1} + i ⊙ g
        h = o ⊙ tanh(c)

    c is a mean of the old memory and the candidate, so it never leaves the range of the two: from |c| ≤ 1 on
    it stays within 1, and it cannot count. A GRU mixes its h in the same way.

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h and c, each of shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: a number that is not finite.

    Source: Greff et al. 2017, who call it CIFG.
    """
    W_x, W_h, b = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[1])
    h_prev, c_prev = expect_record("state", state, LSTMState, "B H", B=len(x), H=b.shape[1])

    a_f, a_g, a_o = x @ W_x + h_prev @ W_h + b[:, None]
    f, o = sigmoid(a_f), sigmoid(a_o)
    g = np.tanh(a_g)
    i = 1 - f
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return CoupledStep(x, h_prev, c_prev, a_f, a_g, a_o, f, g, o, i, c, h)


def coupled_trace(params: CoupledParams, xs: Array, start: LSTMState) -> CoupledStep:
    """Run a coupled LSTM over whole sequences, fast; equal to ``coupled_step`` in a loop.

    The input part of every step is one product, made before the loop; the arrays are laid out gate first.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h and c before the first step, each of shape (B, H).

    Returns:
        The record of ``coupled_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[1])
    T, B, D = xs.shape
    H = b.shape[1]
    block = np.empty((9, T + 1, B, H))
    a, gates, i_s, hs, cs = block[:3, 1:], block[3:6, 1:], block[6, 1:], block[7], block[8]
    hs[0], cs[0] = expect_record("start", start, LSTMState, "B H", B=B, H=H)

    np.matmul(xs.reshape(T * B, D), W_x, out=a.reshape(3, T * B, H))
    a += b[:, None, None]
    scale = np.array([0.5, 1.0, 0.5])[:, None, None]
    shift = np.array([0.5, 0.0, 0.5])[:, None, None]
    for t in range(T):
        a_t, gates_t, c, h = a[:, t], gates[:, t], cs[t + 1], hs[t + 1]
        a_t += hs[t] @ W_h
        np.tanh(np.multiply(a_t, scale, out=gates_t), out=gates_t)
        gates_t *= scale
        gates_t += shift
        f, g, o = gates_t
        i = np.subtract(1, f, out=i_s[t])
        np.multiply(f, cs[t], out=c)
        c += np.multiply(i, g, out=h)
        np.multiply(o, np.tanh(c, out=h), out=h)
    a_f, a_g, a_o = a
    f, g, o = gates
    return CoupledStep(xs, hs[:-1], cs[:-1], a_f, a_g, a_o, f, g, o, i_s, cs[1:], hs[1:])
