"""Two tasks made of pulses: tell when so many steps have gone by, and when as many have come of one kind as of another.

Timing      xs[t] = (1 at a pulse, else 0)                       wanted: YES exactly ``wait`` steps after each pulse
Counting    xs[t] = (1 while it counts up, 1 while down)         wanted, counting down: YES at the end, NO before

The second is the language aⁿbⁿ: n letters a, then n letters b.

Source: timing as in Gers, Schraudolph & Schmidhuber 2002; aⁿbⁿ for LSTMs in Gers & Schmidhuber 2001.
"""

from typing import NamedTuple

import numpy as np

from lstm_lab import models
from lstm_lab.checks import Array
from lstm_lab.models import Model
from lstm_lab.tasks import Batch

NO, YES = 0, 1
"""The two answers, places in the output of a network."""


class Hits(NamedTuple):
    """What share of sequences a network answers rightly at every step, and what share of the YES it should say."""

    whole: float
    yes: float


def timing_batch(rng: np.random.Generator, wait: int, count: int, pulses: int = 3) -> Batch:
    """Return sequences with pulses at odd times, and a YES a fixed time after each.

    Between an answer and the next pulse lie 1 to ``wait`` steps, evenly drawn, so that no rhythm gives it away.

    Args:
        rng: where the chances come from.
        wait: N, how many steps after a pulse to say YES, at least 1.
        count: B, how many sequences.
        pulses: how many pulses each has.

    Returns:
        Inputs (T, B, 1), targets and weights (T, B), as ``tasks.answers_wanted`` weighs: the mean over YES plus the
        mean over NO. T = pulses · 2 · wait.

    Raises:
        ValueError: wait or pulses below 1.
    """
    _expect_at_least_1(wait=wait, pulses=pulses)
    steps = 2 * wait * pulses
    xs, targets, each = np.zeros((steps, count, 1)), np.full((steps, count), NO), np.arange(count)
    at = rng.integers(0, wait, count)
    for _ in range(pulses):
        xs[at, each, 0] = 1
        targets[at + wait, each] = YES
        at = at + wait + rng.integers(1, wait + 1, count)
    return Batch(xs, targets, _even(targets == YES, np.ones_like(targets, dtype=bool)))


def counting_batch(numbers: Array) -> Batch:
    """Return sequences that count up to a number and down again, one for each number.

    Args:
        numbers: n of each sequence, shape (B,), each at least 1.

    Returns:
        Inputs (T, B, 2), targets and weights (T, B); only the steps that count down are weighed, as in
        ``timing_batch``. T = 2 · the largest number.

    Raises:
        ValueError: a number below 1.
    """
    numbers = np.asarray(numbers)
    _expect_at_least_1(number=int(numbers.min()))
    t = np.arange(2 * numbers.max())[:, None]
    up, down = t < numbers, (t >= numbers) & (t < 2 * numbers)
    targets = np.where(t == 2 * numbers - 1, YES, NO)
    return Batch(np.stack([up, down], axis=-1).astype(np.float64), targets, _even(targets == YES, down))


def hits(model: Model, batch: Batch) -> Hits:
    """Return how often a network is right in a batch, at the steps that count."""
    said = models.answers(model, batch.xs).logits.argmax(-1)
    right = (said == batch.targets) | (batch.weights == 0)
    return Hits(float(right.all(axis=0).mean()), float(right[batch.targets == YES].mean()))


def counts_to(model: Model, most: int) -> int:
    """Return the largest number up to which a network is right at every step, for it and for every smaller number.

    Args:
        model: a network that reads two inputs and gives two answers.
        most: the largest number to try, at least 1.
    """
    batch = counting_batch(np.arange(1, most + 1))
    said = models.answers(model, batch.xs).logits.argmax(-1)
    right = ((said == batch.targets) | (batch.weights == 0)).all(axis=0)
    return int(np.logical_and.accumulate(right).sum())


def _even(yes: Array, counted: Array) -> Array:
    others = counted & ~yes
    return yes / yes.sum() + others / max(1, others.sum())


def _expect_at_least_1(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
