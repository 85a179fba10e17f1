"""The exercise of lesson 11: how long a memory lasts."""

from typing import Any

import numpy as np

from lstm_lab.exercises.checking import Exercise, Mistake


def half_life(f):
    """Return after how many steps half of a memory is left, if its forget gate stands at f."""
    return np.log(0.5) / np.log(f)


def _half_life_calls() -> list[tuple[Any, ...]]:
    return [(0.9,), (0.99,), (0.3,), (np.array([0.5, 0.8, 0.999]),), (np.array([[0.05], [0.95]]),)]


LOOKING: dict[str, Exercise] = {
    "half_life": Exercise(
        half_life,
        _half_life_calls,
        (
            Mistake(
                lambda f: np.log(f) / np.log(0.5),
                "it is upside down: at f = 0.99 a memory lasts long, and yours says 0.01 steps.",
            ),
            Mistake(
                lambda f: np.log(2) / np.log(f),
                "the sign: a number of steps is positive, and the logarithm of f is negative. So is that of 0.5.",
            ),
            Mistake(
                lambda f: np.log(f) / np.log(2),
                "it is upside down, and its sign is wrong: the logarithm of 0.5 comes first, that of f divides it.",
            ),
            Mistake(
                lambda f: 0.5 / f,
                "f multiplies once at every step, so n steps leave f to the power of n. Where is that 0.5?",
            ),
            Mistake(
                lambda f: 1 / (1 - f),
                "at f = 0.99 that is 100 steps, and only 0.37 is left by then. Half is left sooner.",
            ),
            Mistake(
                lambda f: 0.5 / (1 - f),
                "that would be right if every step took the same piece. Every step takes the same share.",
            ),
            Mistake(
                lambda f: np.log(0.5) / np.log(1 - f), "f is the share that stays, 1 - f the share that goes."
            ),
            Mistake(
                lambda f: np.log(0.5) / f, "the logarithm of f divides, not f itself: n log f = log 0.5."
            ),
            Mistake(lambda f: np.log(0.5 / f), "divide one logarithm by the other, not what is inside."),
            Mistake(lambda f: np.log(0.5) * np.log(f), "n log f = log 0.5: divide by log f."),
            Mistake(
                lambda f: -np.log(f), "that is how much one step takes off the logarithm. How many do log 2?"
            ),
            Mistake(
                lambda f: np.log2(0.5) / np.log(f),
                "the two logarithms have different bases. Any base will do, if both have it.",
            ),
            Mistake(
                lambda f: np.log10(0.5) / np.log(f),
                "the two logarithms have different bases. Any base will do, if both have it.",
            ),
            *(
                Mistake(
                    lambda f, rounded=rounded: rounded(np.log(0.5) / np.log(f)),
                    "do not round: between two steps the level that would be half is a fraction.",
                )
                for rounded in (np.ceil, np.floor, np.round)
            ),
        ),
        (
            "n steps multiply a memory by f n times. When is that product one half?",
            "f to the power of n is 0.5. Take the logarithm of both sides: n times log f is log 0.5. Solve for n.",
        ),
        if_it_stops=" f may be an array: np.log takes all of its numbers at once.",
    ),
}
