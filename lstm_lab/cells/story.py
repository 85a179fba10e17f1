"""The LSTM of the story: it answers from what it remembered, before it writes what it learned.

It is the cell that some courses draw with four named gates: learn (i and g), forget (f), remember (c) and
use (u and v).
"""

from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.checks import Array, expect, expect_record

STORY_GATES = ("i", "f", "g", "v")


class StoryParams(NamedTuple):
    """Weights of a story LSTM with D inputs and H hidden units, slabs in the order of ``STORY_GATES``.

    ``W_x`` has shape (4, D, H), ``W_h`` (4, H, H), ``b`` (4, H), ``W_u`` (H, H) and ``b_u`` (H,).
    """

    W_x: Array
    W_h: Array
    b: Array
    W_u: Array
    b_u: Array

    def checked(self) -> "StoryParams":
        """Return the weights as float64, if they fit each other."""
        W_x = expect("W_x", self.W_x, "G D H", G=4)
        H = W_x.shape[2]
        W_h = expect("W_h", self.W_h, "G H H", G=4, H=H)
        b = expect("b", self.b, "G H", G=4, H=H)
        W_u = expect("W_u", self.W_u, "H H", H=H)
        return StoryParams(W_x, W_h, b, W_u, expect("b_u", self.b_u, "H", H=H))


class StoryState(NamedTuple):
    """What the cell carries from one step to the next: ``h`` and ``c``, each of shape (B, H)."""

    h: Array
    c: Array


class StoryStep(NamedTuple):
    """Every value of one step; ``x`` has shape (B, D), the others (B, H).

    ``k`` is what was kept of the old memory, ``u`` what can be said from it, ``v`` how much of that is said.
    """

    x: Array
    h_prev: Array
    c_prev: Array
    a_i: Array
    a_f: Array
    a_g: Array
    a_v: Array
    i: Array
    f: Array
    g: Array
    v: Array
    k: Array
    c: Array
    a_u: Array
    u: Array
    h: Array

    @property
    def state(self) -> StoryState:
        """What the next step starts from."""
        return StoryState(self.h, self.c)

    @property
    def kept(self) -> Array:
        """What is left of the old long-term memory, as in the textbook cell: k."""
        return self.k

    @property
    def learned(self) -> Array:
        """What the event adds to it: i ⊙ g."""
        return self.i * self.g


def story_step(params: StoryParams, x: Array, state: StoryState) -> StoryStep:
    """Advance a story LSTM by one time step.

        a = x W_x + h_{t-1} W_h + b       one slab per gate
        i, f, v = σ(a_i), σ(a_f), σ(a_v)  how much to learn, keep and use
        g = tanh(a_g)                     what to learn
        k = f ⊙ c_{t-1}                   what is kept
        c = k + i ⊙ g
        a_u = k W_u + b_u
        u = tanh(a_u)                     what can be said from what was kept
        h = u ⊙ v

    What is learned at t reaches h only at t+1. With W_u = I, b_u = 0 and c in the place of k in a_u, this is
    the textbook LSTM with o = v.

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h and c, each of shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b, W_u, b_u = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[1])
    h_prev, c_prev = expect_record("state", state, StoryState, "B H", B=len(x), H=len(b_u))

    a_i, a_f, a_g, a_v = x @ W_x + h_prev @ W_h + b[:, None]
    i, f, v = sigmoid(a_i), sigmoid(a_f), sigmoid(a_v)
    g = np.tanh(a_g)
    k = f * c_prev
    c = k + i * g
    a_u = k @ W_u + b_u
    u = np.tanh(a_u)
    h = u * v
    return StoryStep(x, h_prev, c_prev, a_i, a_f, a_g, a_v, i, f, g, v, k, c, a_u, u, h)


def story_trace(params: StoryParams, xs: Array, start: StoryState) -> StoryStep:
    """Run a story LSTM over whole sequences, fast; equal to ``story_step`` in a loop.

    The input part of every step is one product, made before the loop; the arrays are laid out gate first.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h and c before the first step, each of shape (B, H).

    Returns:
        The record of ``story_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    W_x, W_h, b, W_u, b_u = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[1])
    T, B, D = xs.shape
    H = len(b_u)
    block = np.empty((13, T + 1, B, H))
    a, gates, hs, cs = block[:4, 1:], block[4:8, 1:], block[8], block[9]
    ks, a_us, us = block[10:, 1:]
    hs[0], cs[0] = expect_record("start", start, StoryState, "B H", B=B, H=H)

    np.matmul(xs.reshape(T * B, D), W_x, out=a.reshape(4, T * B, H))
    a += b[:, None, None]
    scale = np.array([0.5, 0.5, 1.0, 0.5])[:, None, None]
    shift = np.array([0.5, 0.5, 0.0, 0.5])[:, None, None]
    for t in range(T):
        a_t, gates_t = a[:, t], gates[:, t]
        a_t += hs[t] @ W_h
        np.tanh(np.multiply(a_t, scale, out=gates_t), out=gates_t)
        gates_t *= scale
        gates_t += shift
        i, f, g, v = gates_t
        np.multiply(f, cs[t], out=ks[t])
        np.add(ks[t], i * g, out=cs[t + 1])
        np.add(ks[t] @ W_u, b_u, out=a_us[t])
        np.tanh(a_us[t], out=us[t])
        np.multiply(us[t], v, out=hs[t + 1])
    a_i, a_f, a_g, a_v = a
    i, f, g, v = gates
    return StoryStep(xs, hs[:-1], cs[:-1], a_i, a_f, a_g, a_v, i, f, g, v, ks, cs[1:], a_us, us, hs[1:])
