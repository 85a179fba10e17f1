"""The LSTM cell as every library computes it today."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.checks import Array, expect, expect_record

GATES = ("i", "f", "g", "o")


def gate_index(name: str, gates: Sequence[str] = GATES) -> int:
    """Return the place of a gate in the slabs of ``W_x``, ``W_h`` and ``b``.

    >>> gate_index("f")
    1

    Args:
        name: one letter of ``gates``; g, the candidate, is counted among them.
        gates: the order of the slabs, as ``GATES``, ``GRU_GATES`` or ``STORY_GATES``.

    Raises:
        ValueError: no gate has that name.
    """
    if name not in gates:
        raise ValueError(f"there is no gate {name!r}; the gates are {', '.join(gates)}")
    return list(gates).index(name)


class LSTMParams(NamedTuple):
    """Weights of an LSTM with D inputs and H hidden units, one slab per gate in the order of ``GATES``.

    ``W_x`` has shape (4, D, H), ``W_h`` (4, H, H) and ``b`` (4, H).
    """

    W_x: Array
    W_h: Array
    b: Array

    def checked(self) -> "LSTMParams":
        """Return the weights as float64, if they fit each other."""
        W_x = expect("W_x", self.W_x, "G D H", G=4)
        H = W_x.shape[2]
        W_h = expect("W_h", self.W_h, "G H H", G=4, H=H)
        return LSTMParams(W_x, W_h, expect("b", self.b, "G H", G=4, H=H))


def checked_lstm(params: object) -> LSTMParams:
    """Return the weights of an LSTM as float64 arrays, for what is said of this one cell alone.

    Raises:
        ShapeError: they do not fit each other.
        ValueError: the weights of another cell, or a number that is not finite.
    """
    if not isinstance(params, LSTMParams):
        raise ValueError(f"params must be of type LSTMParams, got {type(params).__name__}")
    return params.checked()


class LSTMState(NamedTuple):
    """What the cell carries from one step to the next: ``h`` and ``c``, each of shape (B, H)."""

    h: Array
    c: Array


class LSTMStep(NamedTuple):
    """Every value of one step; ``x`` has shape (B, D), the others (B, H).

    ``a_i`` to ``a_o`` are the pre-activations, ``i`` to ``o`` the gates, ``g`` the candidate.
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


def lstm_step(params: LSTMParams, x: Array, state: LSTMState) -> LSTMStep:
    """Advance an LSTM by one time step.

        a = x W_x + h_{t-1} W_h + b       one slab per gate
        i, f, o = σ(a_i), σ(a_f), σ(a_o)  how much to write, keep and show
        g = tanh(a_g)                     what to write
        c = f ⊙ c_{t-1} + i ⊙ g
        h = o ⊙ tanh(c)

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h and c, each of shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: a number that is not finite.

    Source: Hochreiter & Schmidhuber 1997; forget gate from Gers et al. 2000.
    """
    W_x, W_h, b = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[1])
    h_prev, c_prev = expect_record("state", state, LSTMState, "B H", B=len(x), H=b.shape[1])

    a_i, a_f, a_g, a_o = x @ W_x + h_prev @ W_h + b[:, None]
    i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
    g = np.tanh(a_g)
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return LSTMStep(x, h_prev, c_prev, a_i, a_f, a_g, a_o, i, f, g, o, c, h)


def lstm_trace(params: LSTMParams, xs: Array, start: LSTMState) -> LSTMStep:
    """Run an LSTM over whole sequences, fast; equal to ``lstm_step`` in a loop.

    The input part of every step is one product, made before the loop. The arrays are laid out gate first, so
    that each gate is one block, and all four are squeezed together, σ being a tanh that is halved and moved.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h and c before the first step, each of shape (B, H).

    Returns:
        The record of ``lstm_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[1])
    T, B, D = xs.shape
    H = b.shape[1]
    block = np.empty((10, T + 1, B, H))  # memory asked for once comes sooner than ten times
    a, gates, hs, cs = block[:4, 1:], block[4:8, 1:], block[8], block[9]
    hs[0], cs[0] = expect_record("start", start, LSTMState, "B H", B=B, H=H)

    np.matmul(xs.reshape(T * B, D), W_x, out=a.reshape(4, T * B, H))
    a += b[:, None, None]
    from_h = np.empty((4, B, H))
    scale = np.array([0.5, 0.5, 1.0, 0.5])[:, None, None]
    shift = np.array([0.5, 0.5, 0.0, 0.5])[:, None, None]
    for t in range(T):
        a_t, gates_t, c, h = a[:, t], gates[:, t], cs[t + 1], hs[t + 1]
        a_t += np.matmul(hs[t], W_h, out=from_h)
        np.tanh(np.multiply(a_t, scale, out=gates_t), out=gates_t)
        gates_t *= scale
        gates_t += shift
        i, f, g, o = gates_t
        np.multiply(f, cs[t], out=c)
        c += np.multiply(i, g, out=h)
        np.multiply(o, np.tanh(c, out=h), out=h)
    a_i, a_f, a_g, a_o = a
    i, f, g, o = gates
    return LSTMStep(xs, hs[:-1], cs[:-1], a_i, a_f, a_g, a_o, i, f, g, o, cs[1:], hs[1:])
