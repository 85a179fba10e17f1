"""The exercises of lessons 06, 07 and 09 on one gate each: learn, forget and use."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import starts
from lstm_lab.cells import LSTMParams, checked_lstm, sigmoid
from lstm_lab.checks import Array
from lstm_lab.exercises.checking import Exercise, Mistake


class Layer(NamedTuple):
    """The weights of one layer of a cell: ``W_x`` (D, H), ``W_h`` (H, H) and ``b`` (H,)."""

    W_x: Array
    W_h: Array
    b: Array


class Layers(NamedTuple):
    """The four layers of an LSTM by the letter of what they compute."""

    i: Layer
    f: Layer
    g: Layer
    o: Layer


def layers_of(params: LSTMParams) -> Layers:
    """Return the weights of an LSTM layer by layer.

    Raises:
        ShapeError: they do not fit each other.
        ValueError: the weights of another cell, or a number that is not finite.
    """
    return Layers(*(Layer(*slabs) for slabs in zip(*checked_lstm(params), strict=True)))


def learn(x, h, I, G):
    """Return how much of what is let into the memory."""
    i = sigmoid(x @ I.W_x + h @ I.W_h + I.b)
    g = np.tanh(x @ G.W_x + h @ G.W_h + G.b)
    return i * g


def forget(x, h, c, F):
    """Return what stays of the old memory."""
    f = sigmoid(x @ F.W_x + h @ F.W_h + F.b)
    return f * c


def use(x, h, c, O):
    """Return what is said of the memory c."""
    o = sigmoid(x @ O.W_x + h @ O.W_h + O.b)
    return o * np.tanh(c)


def some_layers(seed: int) -> tuple[np.random.Generator, Layers, Callable[[], tuple[Array, Array, Array]]]:
    rng = np.random.default_rng(seed)
    layers = layers_of(starts.lstm_forget_bias(rng, 3, 4, 1.0))
    return rng, layers, lambda: (rng.normal(size=3), np.tanh(rng.normal(size=4)), 2 * rng.normal(size=4))


def _learn_calls() -> list[tuple[Any, ...]]:
    _, layers, state = some_layers(1)
    return [(*state()[:2], layers.i, layers.g) for _ in range(3)]


def _forget_calls() -> list[tuple[Any, ...]]:
    _, layers, state = some_layers(2)
    return [(*state(), layers.f) for _ in range(3)]


def _use_calls() -> list[tuple[Any, ...]]:
    _, layers, state = some_layers(4)
    return [(*state(), layers.o) for _ in range(3)]


def level(x: Array, h: Array, layer: Layer) -> Array:
    return sigmoid(summed(x, h, layer))


def content(x: Array, h: Array, layer: Layer) -> Array:
    return np.tanh(summed(x, h, layer))


def summed(x: Array, h: Array, layer: Layer) -> Array:
    return x @ layer.W_x + h @ layer.W_h + layer.b


def _without_bias(layer: Layer) -> Layer:
    return layer._replace(b=np.zeros_like(layer.b))


_ROWS = " Vectors are rows here: write x @ F.W_x and h @ F.W_h, with the letter of your layer."

GATES: dict[str, Exercise] = {
    "learn": Exercise(
        learn,
        _learn_calls,
        (
            Mistake(
                lambda x, h, I, G: level(x, h, I) * level(x, h, G),
                "the candidate g is squished by tanh, so that it can be negative; yours is a sigmoid's.",
            ),
            Mistake(
                lambda x, h, I, G: content(x, h, I) * content(x, h, G),
                "the gate i is squished by the sigmoid, so that it stays between 0 and 1; yours is a tanh's.",
            ),
            Mistake(
                lambda x, h, I, G: content(x, h, I) * level(x, h, G),
                "the two layers are swapped: I goes with the sigmoid, G with tanh.",
            ),
            Mistake(
                lambda x, h, I, G: level(x, h, I) + content(x, h, G),
                "the gate multiplies the candidate; yours adds them.",
            ),
            Mistake(
                lambda x, h, I, G: (1 - level(x, h, I)) * content(x, h, G),
                "i says how much is let in: i = 1 learns all. So it is i * g, without 1 - i.",
            ),
            Mistake(
                lambda x, h, I, G: level(x, h, I), "that is the gate i alone. Multiply it by the candidate."
            ),
            Mistake(
                lambda x, h, I, G: content(x, h, G),
                "that is the candidate g alone. Multiply it by the gate.",
            ),
            Mistake(
                lambda x, h, I, G: (level(x, h, I), content(x, h, G)),
                "it returns two things, i and g. What is learned is one: return their product.",
            ),
            Mistake(
                lambda x, h, I, G: level(x, h, I) * summed(x, h, G),
                "the candidate g is not squished: put its sum into np.tanh.",
            ),
            Mistake(
                lambda x, h, I, G: summed(x, h, I) * content(x, h, G),
                "the gate i is not squished: put its sum into sigmoid.",
            ),
            Mistake(
                lambda x, h, I, G: summed(x, h, I) * summed(x, h, G),
                "neither sum is squished: i goes through sigmoid, g through np.tanh.",
            ),
            Mistake(
                lambda x, h, I, G: np.tanh(learn(x, h, I, G)),
                "nothing is squished after the product: return i * g as it is.",
            ),
            Mistake(lambda x, h, I, G: learn(x, 0 * h, I, G), "the short-term memory h is not used."),
            Mistake(lambda x, h, I, G: learn(0 * x, h, I, G), "the event x is not used."),
            Mistake(
                lambda x, h, I, G: learn(x, h, _without_bias(I), _without_bias(G)),
                "the biases I.b and G.b are missing.",
            ),
            Mistake(lambda x, h, I, G: learn(x, h, _without_bias(I), G), "the bias I.b is missing."),
            Mistake(lambda x, h, I, G: learn(x, h, I, _without_bias(G)), "the bias G.b is missing."),
        ),
        (
            "Two layers read the same x and h. One is squished to a tap between 0 and 1, one to content.",
            "i = sigmoid(x @ I.W_x + h @ I.W_h + I.b). Write g the same way with G and np.tanh. Return i * g.",
        ),
        if_it_stops=_ROWS,
    ),
    "forget": Exercise(
        forget,
        _forget_calls,
        (
            Mistake(
                lambda x, h, c, F: (1 - level(x, h, F)) * c,
                "f says how much stays: f = 1 keeps all. So it is f * c, without 1 - f.",
            ),
            Mistake(lambda x, h, c, F: level(x, h, F), "that is the gate f alone. Multiply c by it."),
            Mistake(
                lambda x, h, c, F: content(x, h, F) * c,
                "a tap lies between 0 and 1: squish it with the sigmoid, not with tanh.",
            ),
            Mistake(
                lambda x, h, c, F: summed(x, h, F) * c,
                "the gate f is not squished: put its sum into sigmoid.",
            ),
            Mistake(
                lambda x, h, c, F: level(x, h, F) * h,
                "the tap is for the long-term memory: multiply c by it; yours multiplies h.",
            ),
            Mistake(
                lambda *a: np.tanh(forget(*a)), "nothing is squished after the tap: return f * c as it is."
            ),
            Mistake(lambda x, h, c, F: forget(x, 0 * h, c, F), "the short-term memory h is not used."),
            Mistake(lambda x, h, c, F: forget(0 * x, h, c, F), "the event x is not used."),
            Mistake(
                lambda x, h, c, F: level(x, c, F) * c,
                "the gate looks at the short-term memory h; yours looks at c.",
            ),
            Mistake(lambda x, h, c, F: forget(x, h, c, _without_bias(F)), "the bias F.b is missing."),
            Mistake(lambda x, h, c, F: c - level(x, h, F), "a tap multiplies: f * c, not c - f."),
            Mistake(lambda x, h, c, F: c + level(x, h, F), "a tap multiplies: f * c, not c + f."),
            Mistake(
                lambda x, h, c, F: sigmoid(summed(x, h, F) * c),
                "c is multiplied after the squish: sigmoid makes f of the sum alone, then f * c.",
            ),
        ),
        (
            "One layer reads x and h, the sigmoid makes a tap of it, and the tap multiplies c.",
            "f = sigmoid(x @ F.W_x + h @ F.W_h + F.b). Then return f * c.",
        ),
        if_it_stops=_ROWS,
    ),
    "use": Exercise(
        use,
        _use_calls,
        (
            Mistake(
                lambda x, h, c, O: level(x, h, O) * c,
                "c has to pass through tanh before it is said: o * np.tanh(c).",
            ),
            Mistake(lambda x, h, c, O: np.tanh(c), "that says everything always. Multiply by the gate o."),
            Mistake(lambda x, h, c, O: level(x, h, O), "that is the gate o alone. Multiply tanh of c by it."),
            Mistake(
                lambda x, h, c, O: np.tanh(level(x, h, O) * c),
                "the gate multiplies what tanh returns; yours multiplies c before it.",
            ),
            Mistake(
                lambda x, h, c, O: content(x, h, O) * np.tanh(c),
                "a tap lies between 0 and 1: squish it with the sigmoid, not with tanh.",
            ),
            Mistake(
                lambda x, h, c, O: level(x, h, O) * sigmoid(c),
                "what is said may be negative: squish c with tanh, not with the sigmoid.",
            ),
            Mistake(
                lambda x, h, c, O: level(x, c, O) * np.tanh(c),
                "the gate looks at the short-term memory h; yours looks at c.",
            ),
            Mistake(
                lambda x, h, c, O: level(x, h, O) * np.tanh(h),
                "what is said comes from the long-term memory: np.tanh(c); yours takes tanh of h.",
            ),
            Mistake(lambda x, h, c, O: use(x, 0 * h, c, O), "the short-term memory h is not used."),
            Mistake(lambda x, h, c, O: use(0 * x, h, c, O), "the event x is not used."),
            Mistake(lambda x, h, c, O: use(x, h, c, _without_bias(O)), "the bias O.b is missing."),
            Mistake(
                lambda x, h, c, O: (1 - level(x, h, O)) * np.tanh(c),
                "o says how much is said: o = 1 says all. So it is o * np.tanh(c), without 1 - o.",
            ),
            Mistake(lambda x, h, c, O: level(x, h, O) + np.tanh(c), "a tap multiplies; yours adds the two."),
            Mistake(
                lambda x, h, c, O: summed(x, h, O) * np.tanh(c),
                "the gate o is not squished: put its sum into sigmoid.",
            ),
        ),
        (
            "One layer reads x and h and makes a tap. What flows through it is c, squished.",
            "o = sigmoid(x @ O.W_x + h @ O.W_h + O.b). Then return o * np.tanh(c).",
        ),
        if_it_stops=_ROWS,
    ),
}
