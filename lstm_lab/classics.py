"""Small systems from the papers on vanishing gradients, to be run and looked at.

The unit with a cliff in its error and the bound on products of Jacobians are from Pascanu, Mikolov & Bengio 2013,
the latch from Bengio, Simard & Frasconi 1994.
"""

import numpy as np

from lstm_lab.cells import RNNParams, sigmoid, trace
from lstm_lab.checks import Array
from lstm_lab.gradients import step_jacobians
from lstm_lab.measures import reach


def random_reach(scale: float, seed: int, steps: int = 60, H: int = 16) -> float:
    """Return log₁₀ of λ₁ of the product of a random tanh network's Jacobians.

    Args:
        scale: the largest singular value that the random W_h is given.
        seed: settles W_h, W_x and the N(0, 1) inputs.
        steps: how many Jacobians are multiplied.
        H: units.
    """
    rng = np.random.default_rng(seed)
    W_h = rng.normal(size=(H, H))
    params = RNNParams(rng.normal(size=(2, H)), scale * W_h / np.linalg.norm(W_h, 2), np.zeros(H))
    run = trace(params, rng.normal(size=(steps, 1, 2)))
    return float(reach(step_jacobians(params, run)[:, 0]).products[-1])


def cliff_error(w: Array, b: float = -2.5, steps: int = 50) -> Array:
    """Return the error of a unit that feeds itself, whose surface over w has a cliff.

        x_0 = 0.5,  x_t = w σ(x_{t−1}) + b,  error = (σ(x_50) − 0.7)²

    Args:
        w: its weight, any shape.
        b: its bias.
        steps: how often it feeds itself.
    """
    x = np.full(np.shape(w), 0.5)
    for _ in range(steps):
        x = w * sigmoid(x) + b
    return (sigmoid(x) - 0.7) ** 2


def latch(w: float, push: float, steps: int = 500) -> float:
    """Return where a tanh unit that starts at 1 is after being pushed down at every step.

        h_0 = 1,  h_t = tanh(w h_{t−1} − push)

    Args:
        w: its weight to itself; above 1 it can hold a bit.
        push: what comes in at every step, taken away.
        steps: how long.
    """
    h = 1.0
    for _ in range(steps):
        h = float(np.tanh(w * h - push))
    return h


def latch_limit(w: float) -> float:
    """Return the push that a latch just withstands.

        h* = w x* − artanh(x*),  x* = √(1 − 1/w)

    Raises:
        ValueError: w is not above 1; such a unit holds nothing.
    """
    if not w > 1:
        raise ValueError(f"w must be above 1 for a unit to latch, got {w}")
    x = np.sqrt(1 - 1 / w)
    return float(w * x - np.arctanh(x))
