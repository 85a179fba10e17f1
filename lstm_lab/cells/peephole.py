"""The LSTM whose gates look at the long-term memory itself, through one weight per gate and unit."""

from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.cells.lstm import LSTMState
from lstm_lab.checks import Array, expect, expect_record


class PeepholeParams(NamedTuple):
    """Weights of a peephole LSTM with D inputs and H hidden units, slabs in the order of ``GATES``.

    ``W_x`` has shape (4, D, H), ``W_h`` (4, H, H) and ``b`` (4, H), as in an LSTM. ``p_i``, ``p_f`` and ``p_o``
    have shape (H,): a gate sees the memory of its own unit and of no other.
    """

    W_x: Array
    W_h: Array
    b: Array
    p_i: Array
    p_f: Array
    p_o: Array

    def checked(self) -> "PeepholeParams":
        """Return the weights as float64, if they fit each other."""
        W_x = expect("W_x", self.W_x, "G D H", G=4)
        H = W_x.shape[2]
        W_h = expect("W_h", self.W_h, "G H H", G=4, H=H)
        b = expect("b", self.b, "G H", G=4, H=H)
        p_i, p_f, p_o = (expect(name, getattr(self, name), "H", H=H) for name in ("p_i", "p_f", "p_o"))
        return PeepholeParams(W_x, W_h, b, p_i, p_f, p_o)


class PeepholeStep(NamedTuple):
    """Every value of one step, named as in ``LSTMStep``; ``x`` has shape (B, D), the others (B, H).

    ``a_i`` to ``a_o`` are the pre-activations with what the gates saw of c.
    """

    x: Array
    h_prev: Array
    c_prev: Array
    a_i: Array
    a_f: Array
    a_g: Array
    a_o: Array
    i: Array
    f: Array
    g: Array
    o: Array
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


def peephole_step(params: PeepholeParams, x: Array, state: LSTMState) -> PeepholeStep:
    """Advance a peephole LSTM by one time step.

        a = x W_x + h_{t-1} W_h + b       one slab per gate
        a_i, a_f += p_i ⊙ c_{t-1}, p_f ⊙ c_{t-1}
        i, f = σ(a_i), σ(a_f)             how much to write and to keep
        g = tanh(a_g)                     what to write
        c = f ⊙ c_{t-1} + i ⊙ g
        a_o += p_o ⊙ c                    the output gate sees the new memory
        o = σ(a_o)                        how much to show
        h = o ⊙ tanh(c)

    A gate of an LSTM knows of c only what h shows: nothing, while the output gate is shut. With p_i, p_f and
    p_o = 0 this is the LSTM.

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h and c, each of shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: a number that is not finite.

    Source: Gers & Schmidhuber 2000.
    """
    W_x, W_h, b, p_i, p_f, p_o = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[1])
    h_prev, c_prev = expect_record("state", state, LSTMState, "B H", B=len(x), H=b.shape[1])

    a_i, a_f, a_g, a_o = x @ W_x + h_prev @ W_h + b[:, None]
    a_i, a_f = a_i + p_i * c_prev, a_f + p_f * c_prev
    i, f = sigmoid(a_i), sigmoid(a_f)
    g = np.tanh(a_g)
    c = f * c_prev + i * g
    a_o = a_o + p_o * c
    o = sigmoid(a_o)
    h = o * np.tanh(c)
    return PeepholeStep(x, h_prev, c_prev, a_i, a_f, a_g, a_o, i, f, g, o, c, h)


def peephole_trace(params: PeepholeParams, xs: Array, start: LSTMState) -> PeepholeStep:
    """Run a peephole LSTM over whole sequences, fast; equal to ``peephole_step`` in a loop.

    The input part of every step is one product, made before the loop; the arrays are laid out gate first.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h and c before the first step, each of shape (B, H).

    Returns:
        The record of ``peephole_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b, p_i, p_f, p_o = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[1])
    T, B, D = xs.shape
    H = b.shape[1]
    block = np.empty((10, T + 1, B, H))
    a, gates, hs, cs = block[:4, 1:], block[4:8, 1:], block[8], block[9]
    hs[0], cs[0] = expect_record("start", start, LSTMState, "B H", B=B, H=H)

    np.matmul(xs.reshape(T * B, D), W_x, out=a.reshape(4, T * B, H))
    a += b[:, None, None]
    to_i_f = np.stack([p_i, p_f])[:, None]
    for t in range(T):
        a_t, (i, f, g, o) = a[:, t], gates[:, t]
        a_t += hs[t] @ W_h
        a_t[:2] += to_i_f * cs[t]
        gates[:2, t] = sigmoid(a_t[:2])
        np.tanh(a_t[2], out=g)
        np.multiply(f, cs[t], out=cs[t + 1])
        cs[t + 1] += i * g
        a_t[3] += p_o * cs[t + 1]
        o[:] = sigmoid(a_t[3])
        np.multiply(o, np.tanh(cs[t + 1]), out=hs[t + 1])
    a_i, a_f, a_g, a_o = a
    i, f, g, o = gates
    return PeepholeStep(xs, hs[:-1], cs[:-1], a_i, a_f, a_g, a_o, i, f, g, o, cs[1:], hs[1:])
