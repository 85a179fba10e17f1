"""The exercises of lesson 15: the coupled update, and a gate that sees the memory."""

from typing import Any

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.exercises.checking import Exercise, Mistake


def coupled_memory(f, g, c_prev):
    """Return the new long-term memory of a cell that writes as much as it forgets."""
    i = 1 - f
    c = f * c_prev + i * g
    return c


def peephole_gate(a, p, c):
    """Return a gate that adds to its sum a what it sees of the memory c, through one weight p for each unit."""
    return sigmoid(a + p * c)


def _coupled_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(15)
    return [
        (rng.random((B, H)), rng.uniform(-1, 1, (B, H)), rng.normal(size=(B, H))) for B, H in ((3, 4), (1, 2))
    ]


def _peephole_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(16)
    return [
        (rng.normal(size=(B, H)), rng.normal(size=H), rng.normal(size=(B, H))) for B, H in ((3, 3), (2, 4))
    ]


VARIANTS: dict[str, Exercise] = {
    "coupled_memory": Exercise(
        coupled_memory,
        _coupled_calls,
        (
            Mistake(lambda f, g, c: f * c + g, "g goes in whole: it has to pass its gate, i = 1 − f."),
            Mistake(
                lambda f, g, c: f * c + f * g, "you write with f; what is written is what forgetting leaves."
            ),
            Mistake(
                lambda f, g, c: (1 - f) * c + f * g, "keep and write are swapped: f says how much to keep."
            ),
            Mistake(lambda f, g, c: f * c - (1 - f) * g, "what is written is added, not taken away."),
            Mistake(lambda f, g, c: f * c, "nothing is written yet: add i ⊙ g."),
            Mistake(
                lambda f, g, c: np.tanh(f * c + (1 - f) * g), "c is not squeezed; that is done for h alone."
            ),
            Mistake(lambda f, g, c: 1 - f, "that is i; use it, and return the new c."),
        ),
        (
            "There is one gate with weights, f. The other is what is left to 1.",
            "i = 1 - f, then the same sum as in an LSTM: kept and written.",
        ),
    ),
    "peephole_gate": Exercise(
        peephole_gate,
        _peephole_calls,
        (
            Mistake(lambda a, p, c: a + p * c, "that is the sum; squeeze it with sigmoid."),
            Mistake(lambda a, p, c: sigmoid(a) + p * c, "the memory joins the sum before it is squeezed."),
            Mistake(lambda a, p, c: sigmoid(a + c), "each unit has a weight for what it sees: p."),
            Mistake(lambda a, p, c: sigmoid(a - p * c), "what the gate sees is added, not taken away."),
            Mistake(lambda a, p, c: np.tanh(a + p * c), "a gate lies between 0 and 1: squeeze with sigmoid."),
            Mistake(
                lambda a, p, c: sigmoid(a + (c @ p if len(c) == len(p) else 0)),
                "each gate sees the memory of its own unit and of no other: entry by entry, not a product with @.",
            ),
            Mistake(lambda a, p, c: sigmoid(a + p), "it sees the memory: p times c."),
            Mistake(lambda a, p, c: sigmoid(p * c), "what x and h say, a, belongs to the sum as well."),
            Mistake(
                lambda a, p, c: sigmoid(a + (c @ p)[:, None]),
                "each gate sees the memory of its own unit and of no other: entry by entry, not a product with @.",
            ),
        ),
        (
            "Three parts: what x and h say, a; the weighted memory of the same unit; and the function of a gate.",
            "sigmoid(...) of a plus p * c.",
        ),
        if_it_stops=" a and c have the shape (B, H) and p has (H,): NumPy repeats p for every row by itself.",
    ),
}
