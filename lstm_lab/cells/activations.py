"""The curves that squeeze a pre-activation into a range."""

from collections.abc import Callable

import numpy as np

from lstm_lab.checks import Array


def sigmoid(a: Array) -> Array:
    """Squeeze any numbers into 0..1.

        σ(a) = 1 / (1 + e⁻ᵃ) = ½ + ½ tanh(a/2)

    The second form never overflows, whatever the size of ``a``.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])

    Args:
        a: pre-activations, any shape.

    Returns:
        The same shape, each in [0, 1].
    """
    return 0.5 + 0.5 * np.tanh(0.5 * a)


FAR = 40.0
"""A pre-activation at which σ and tanh are 1 to the last bit, and their slopes 0, in double and in single precision."""


def logit(level: float | Array) -> Array:
    """Return the pre-activation at which σ stands at a level: the way back from ``sigmoid``.

        a = ln(level / (1 − level))          within ±40, where σ is 1 and 0

    >>> logit(np.array([0.0, 0.5, 1.0]))
    array([-40.,   0.,  40.])

    Args:
        level: each in [0, 1], any shape.

    Returns:
        The same shape.
    """
    level = np.asarray(level, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.clip(np.log(level) - np.log1p(-level), -FAR, FAR)


def relu(a: Array) -> Array:
    """Keep what is positive and make the rest 0."""
    return np.maximum(a, 0.0)


def linear(a: Array) -> Array:
    """Return ``a`` as it is."""
    return a


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "linear": linear,
}
