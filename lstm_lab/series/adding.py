"""The adding problem: two of many numbers are marked; say their sum.

    xs[t] = (a number from 0 to 1, 1 where it is marked and 0 elsewhere)
    wanted at the last step: the sum of the two marked numbers

Two numbers drawn evenly from [0, 1] have the sum 1 on average, and its variance is 2/12: who always answers 1 has a
mean squared error of 1/6.
"""

from collections.abc import Callable

import numpy as np

from lstm_lab.tasks import Batch

ALWAYS_ONE = 1 / 6
"""The mean squared error of the answer 1, whatever was marked: 0.1667."""
SOLVED = 0.01
"""A run has solved the task if its mean squared error on unseen sequences falls below this."""


def adding_batch(rng: np.random.Generator, steps: int, count: int) -> Batch:
    """Return sequences of numbers, one marked in each half, and the sum to be said at the end.

    Args:
        rng: where the chances come from.
        steps: T, how many numbers there are, at least 2.
        count: B, how many sequences.

    Returns:
        Inputs (T, B, 2), targets (T, B, 1) and weights (T, B) that count the last step alone; with
        ``readout.squared_error`` the loss is the mean squared error.

    Raises:
        ValueError: fewer than 2 steps.
    """
    if steps < 2:
        raise ValueError(f"steps must be at least 2, got {steps}")
    numbers, marks, each = rng.random((steps, count)), np.zeros((steps, count)), np.arange(count)
    early, late = rng.integers(0, steps // 2, count), rng.integers(steps // 2, steps, count)
    marks[early, each] = marks[late, each] = 1
    targets, weights = np.zeros((steps, count, 1)), np.zeros((steps, count))
    targets[-1, :, 0] = numbers[early, each] + numbers[late, each]
    weights[-1] = 1 / count
    return Batch(np.stack([numbers, marks], axis=-1), targets, weights)


def adding_batches(steps: int, count: int = 32) -> Callable[[np.random.Generator], Batch]:
    """Return a function that draws fresh sequences from a generator, to train on."""
    return lambda rng: adding_batch(rng, steps, count)
