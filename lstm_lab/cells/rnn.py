"""The plain recurrent cell: the new memory is one squeezed sum of the input and the old memory."""

from typing import NamedTuple

import numpy as np

from lstm_lab.cells.activations import ACTIVATIONS
from lstm_lab.checks import Array, expect, expect_record


class RNNParams(NamedTuple):
    """Weights of a plain recurrent cell with D inputs and H hidden units.

    ``W_x`` has shape (D, H), ``W_h`` (H, H) and ``b`` (H,). ``activation`` is a name in ``ACTIVATIONS``.
    """

    W_x: Array
    W_h: Array
    b: Array
    activation: str = "tanh"

    def checked(self) -> "RNNParams":
        """Return the weights as float64, if they fit each other and the activation exists.

        Raises:
            ShapeError: they do not fit each other.
            ValueError: an unknown activation, or a number that is not finite.
        """
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"there is no activation {self.activation!r}; the activations are {known}")
        W_x = expect("W_x", self.W_x, "D H")
        H = W_x.shape[1]
        W_h = expect("W_h", self.W_h, "H H", H=H)
        return RNNParams(W_x, W_h, expect("b", self.b, "H", H=H), self.activation)


class RNNState(NamedTuple):
    """What the cell carries from one step to the next: ``h`` of shape (B, H)."""

    h: Array


class RNNStep(NamedTuple):
    """Every value of one step; ``x`` has shape (B, D), the others (B, H)."""

    x: Array
    h_prev: Array
    a: Array
    h: Array

    @property
    def state(self) -> RNNState:
        """What the next step starts from."""
        return RNNState(self.h)


def rnn_step(params: RNNParams, x: Array, state: RNNState) -> RNNStep:
    """Advance a plain recurrent cell by one time step.

        a = x W_x + h_{t-1} W_h + b
        h = tanh(a)                       or another activation

    Args:
        params: weights for D inputs and H hidden units.
        x: one input per sequence, shape (B, D).
        state: the previous h, shape (B, H).

    Returns:
        Every intermediate value; ``.state`` is the next step's ``state``.

    Raises:
        ShapeError: x, the state or the weights do not fit each other.
        ValueError: an unknown activation, or a number that is not finite.

    Source: Elman 1990.
    """
    W_x, W_h, b, activation = params.checked()
    x = expect("x", x, "B D", D=W_x.shape[0])
    (h_prev,) = expect_record("state", state, RNNState, "B H", B=len(x), H=len(b))

    a = x @ W_x + h_prev @ W_h + b
    h = ACTIVATIONS[activation](a)
    return RNNStep(x, h_prev, a, h)


def rnn_trace(params: RNNParams, xs: Array, start: RNNState) -> RNNStep:
    """Run a plain recurrent cell over whole sequences, fast; equal to ``rnn_step`` in a loop.

    The input part of every step is one product, made before the loop.

    Args:
        params: weights for D inputs and H hidden units.
        xs: inputs of shape (T, B, D).
        start: h before the first step, shape (B, H).

    Returns:
        The record of ``rnn_step`` with a time axis in front.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: an unknown activation, or a number that is not finite.
    """
    W_x, W_h, b, activation = params.checked()
    xs = expect("xs", xs, "T B D", D=W_x.shape[0])
    T, B, D = xs.shape
    H = len(b)
    hs = np.empty((T + 1, B, H))
    (hs[0],) = expect_record("start", start, RNNState, "B H", B=B, H=H)

    squeeze = ACTIVATIONS[activation]
    a = (xs.reshape(T * B, D) @ W_x).reshape(T, B, H)
    a += b
    for a_t, h_prev, h in zip(a, hs[:-1], hs[1:], strict=True):
        a_t += h_prev @ W_h
        h[...] = squeeze(a_t)
    return RNNStep(xs, hs[:-1], a, hs[1:])
