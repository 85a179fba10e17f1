"""The gradient as it is measured, without any formula: to hold the formulas to it."""

from collections.abc import Callable

import numpy as np

from lstm_lab.checks import Array


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
