"""The exercises of lesson 12: words as rows of a table, and a temperature for the next word."""

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.exercises.checking import Exercise, Mistake


def look_up(words, W):
    """Return the row of the table for every word: what its one-hot vector times W is."""
    return W[words]


def with_temperature(logits, tau):
    """Return the chances of the next word at the temperature tau."""
    z = logits / tau
    e = np.exp(z - z.max())
    return e / e.sum()


def _table_calls() -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(3)
    words = (np.array([2, 0, 2]), np.array([4, 1, 3, 0, 0]), np.array([1]))
    return [(each, rng.normal(size=(5, 5 - k))) for k, each in enumerate(words)]


def _temperature_calls() -> list[tuple[Array, float]]:
    logits = np.array([3.0, 1.0, -1.0])
    return [(logits, 2.0), (logits, 0.5), (np.array([4000.0, 3990.0, 0.0, 0.0]), 4.0)]


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max())
    return e / e.sum()


WORDS: dict[str, Exercise] = {
    "look_up": Exercise(
        look_up,
        _table_calls,
        (
            Mistake(
                lambda words, W: W[:, words % W.shape[1]].T,
                "those are columns of the table. A word's vector is its row.",
            ),
            Mistake(
                lambda words, W: W[:, words] if words.max() < W.shape[1] else W[words],
                "those are columns of the table. A word's vector is its row.",
            ),
            Mistake(
                lambda words, W: W[words].sum(axis=0),
                "the rows are added up, so the order of the words is lost. Return one row for each word.",
            ),
            Mistake(
                lambda words, W: W[words[-1]],
                "that is the row of the last word alone. Return one row for each word.",
            ),
            Mistake(
                lambda words, W: np.eye(len(W))[words],
                "those are the one-hot vectors. Multiply them with the table, or take its rows at once.",
            ),
        ),
        (
            "A one-hot vector times a table picks one row of it. Which row?",
            "np.eye(len(W))[words] @ W is right, and so is the short way: index the table with all words at once.",
        ),
        if_it_stops=" words is an array of whole numbers, the places of the words.",
    ),
    "with_temperature": Exercise(
        with_temperature,
        _temperature_calls,
        (
            Mistake(
                lambda logits, tau: _softmax(logits * tau),
                "it is the wrong way round: a high temperature must make the chances more alike.",
            ),
            Mistake(lambda logits, tau: _softmax(logits), "the temperature is not used."),
            Mistake(
                lambda logits, tau: _softmax(logits) / tau,
                "the chances do not add up to 1. Divide the logits by tau, before the softmax.",
            ),
            Mistake(
                lambda logits, tau: np.exp(logits / tau) / np.exp(logits / tau).sum(),
                "it is right for small numbers, but exp(1000) is too large for a computer. "
                "Subtract the largest first.",
            ),
            Mistake(
                lambda logits, tau: np.exp(logits / tau - (logits / tau).max()),
                "the numbers do not add up to 1. Divide by their sum.",
            ),
        ),
        (
            "Divide the logits by tau, then do what softmax does.",
            "z = logits / tau, e = np.exp(z - z.max()), and then e / e.sum().",
        ),
    ),
}
