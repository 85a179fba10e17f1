"""An echo after a delay that nobody says: each series has its own, and only its echoes tell.

Three calls sound in each series, pulses of height 1. Each is answered by an echo of height 1/2 after the delay of
the series, 3 to 14 steps, except that one echo in ten stays away. Noise lies over all of it. The question at every
step: does the echo come next? Who has measured the delay at one call knows when to expect the next echo.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.tasks import Batch

SHORTEST, LONGEST = 3, 14
DELAYS = LONGEST - SHORTEST + 1
CALLS = 3
HEARD = 0.9
"""The chance that an echo comes."""
NOISE = 0.1
STEPS = 64
QUIET, ECHO = 0, 1
"""The two answers: nothing comes next, or the echo does."""


class Echoes(NamedTuple):
    """Series with what is true of them.

    ``xs`` (T, B, 1) what is heard. ``calls`` (3, B) the steps of the calls. ``delays`` (B,) in steps.
    ``heard`` (3, B) whether the echo of each call came.
    """

    xs: Array
    calls: Array
    delays: Array
    heard: Array


def draw_echoes(rng: np.random.Generator, count: int) -> Echoes:
    """Return series of calls and echoes, each with a delay of its own, every delay as likely."""
    delays = rng.integers(SHORTEST, LONGEST + 1, count)
    first = rng.integers(1, 6, (1, count))
    rests = rng.integers(LONGEST + 2, LONGEST + 8, (CALLS - 1, count))
    calls = np.concatenate([first, first + np.cumsum(rests, axis=0)])
    heard = rng.random((CALLS, count)) < HEARD
    xs = NOISE * rng.standard_normal((STEPS, count))
    each = np.broadcast_to(np.arange(count), calls.shape)
    xs[calls, each] += 1
    xs[(calls + delays)[heard], each[heard]] += 0.5
    return Echoes(xs[..., None], calls, delays, heard)


def comes_next(echoes: Echoes) -> Array:
    """Return 1 at each step that is followed by an echo, 0 elsewhere, shape (T, B)."""
    T, B, _ = echoes.xs.shape
    wanted = np.full((T, B), QUIET)
    each = np.broadcast_to(np.arange(B), echoes.calls.shape)
    wanted[(echoes.calls + echoes.delays - 1)[echoes.heard], each[echoes.heard]] = ECHO
    return wanted


def next_batch(echoes: Echoes) -> Batch:
    """Return the series with the question at every step: does the echo come next? The loss is nats per call."""
    T, B, _ = echoes.xs.shape
    return Batch(echoes.xs, comes_next(echoes), np.full((T, B), 1 / (CALLS * B)))


def label_batch(echoes: Echoes) -> Batch:
    """Return the series with one question at the end: which of the twelve delays was it? The loss is nats."""
    T, B, _ = echoes.xs.shape
    weights = np.zeros((T, B))
    weights[-1] = 1 / B
    return Batch(echoes.xs, np.broadcast_to(echoes.delays - SHORTEST, (T, B)), weights)


def echo_batches(asked: Callable[[Echoes], Batch], count: int = 32) -> Callable[[np.random.Generator], Batch]:
    """Return a function that draws fresh series with a question, ``next_batch`` or ``label_batch``, to train on."""
    return lambda rng: asked(draw_echoes(rng, count))


def ideal_next(echoes: Echoes) -> Array:
    """Return the chance that the echo comes next, for an observer who hears every pulse through the noise.

        P(delay | so far) ∝ Π chance of what was heard and not heard since each call
        P(echo next) = 0.9 · P(delay = steps since the last call + 1 | so far)

    The noise hides next to nothing: an echo is five times as high as its spread.

    Returns:
        Shape (T, B).
    """
    return _observed(echoes, remembers=np.ones(CALLS, bool))


def forgetful_next(echoes: Echoes) -> Array:
    """Return the same chance for an observer who forgets the delay at every call: nothing was measured."""
    return _observed(echoes, remembers=np.zeros(CALLS, bool))


def _observed(echoes: Echoes, remembers: Array) -> Array:
    T, B, _ = echoes.xs.shape
    delays = np.arange(SHORTEST, LONGEST + 1)[:, None]
    chances, belief = np.zeros((T, B)), np.full((DELAYS, B), 1 / DELAYS)
    for t in range(T):
        for k in range(CALLS):
            since = t - echoes.calls[k]
            if not remembers[k]:
                belief[:, since == 0] = 1 / DELAYS
            came = (since == echoes.delays) & echoes.heard[k]
            here = delays == since
            belief = np.where(came, here, belief * np.where(here, 1 - HEARD, 1.0))
        belief /= belief.sum(axis=0)
        since = t - np.where(echoes.calls <= t, echoes.calls, -STEPS).max(axis=0)
        chances[t] = HEARD * np.where(delays == since + 1, belief, 0).sum(axis=0)
    return chances


def nats_per_call(chances: Array, echoes: Echoes) -> float:
    """Return how surprised chances of an echo are by what came, summed over the steps, for each call."""
    wanted = comes_next(echoes)
    right = np.where(wanted == ECHO, chances, 1 - chances)
    return float(-np.log(np.clip(right, 1e-12, 1)).sum() / echoes.calls.size)


def expected_in_time(chances: Array, echoes: Echoes, call: int) -> Array:
    """Return for which series the echo of a call is expected at its step: above one half there, and not before.

    Whether it comes then does not matter. Who has not measured the delay never expects it: no step of twelve is
    that likely.

    Args:
        chances: of an echo next, shape (T, B).
        echoes: the series.
        call: 0, 1 or 2.

    Returns:
        Truth values, shape (B,).
    """
    B = len(echoes.delays)
    steps = echoes.calls[call] + np.arange(SHORTEST - 1, LONGEST)[:, None]
    window = chances[steps, np.arange(B)] > 0.5
    return window.any(axis=0) & (window.argmax(axis=0) + SHORTEST == echoes.delays)
