"""The slope of each activation, told from its value."""

from collections.abc import Callable

import numpy as np

from lstm_lab.checks import Array

SLOPES: dict[str, Callable[[Array], Array]] = {
    "tanh": lambda h: 1 - h**2,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: (h > 0).astype(np.float64),
    "linear": np.ones_like,
}
"""The slope of each activation, told from its value."""


def sigmoid_slope(s: Array, factor: Array, out: Array) -> Array:
    """Put factor ⊙ s (1 − s) into ``out``, without a temporary array as long as the sequence."""
    np.subtract(1, s, out=out)
    out *= s
    out *= factor
    return out


def tanh_slope(s: Array, factor: Array, out: Array) -> Array:
    """Put factor ⊙ (1 − s²) into ``out``, which may be ``s`` itself."""
    np.multiply(s, s, out=out)
    np.subtract(1, out, out=out)
    out *= factor
    return out
