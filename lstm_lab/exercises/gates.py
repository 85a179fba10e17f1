"""The exercises of lessons 05 to 09: taps, the four gates of the story, and the cell put together of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import starts
from lstm_lab.cells import LSTMParams, checked_lstm, sigmoid
from lstm_lab.checks import Array
from lstm_lab.exercises.checking import Exercise, Mistake
from lstm_lab.files import data_folder, read_arrays
from lstm_lab.models import load


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


def tap_memory(c, event, keep, write, read):
    """Return the new memory, and what is read from it."""
    c = keep * c + write * event
    return c, read * c


def learn(x, h, I, G):
    """Return how much of what is let into the memory."""
    i = sigmoid(x @ I.W_x + h @ I.W_h + I.b)
    g = np.tanh(x @ G.W_x + h @ G.W_h + G.b)
    return i * g


def forget(x, h, c, F):
    """Return what stays of the old memory."""
    f = sigmoid(x @ F.W_x + h @ F.W_h + F.b)
    return f * c


def remember(x, h, c, layers):
    """Return the new memory: what stays of the old one and what is learned."""
    kept = forget(x, h, c, layers.f)
    learned = learn(x, h, layers.i, layers.g)
    return kept + learned


def use(x, h, c, O):
    """Return what is said of the memory c."""
    o = sigmoid(x @ O.W_x + h @ O.W_h + O.b)
    return o * np.tanh(c)


def lstm_step(x, h, c, layers):
    """Return the next h and c of an LSTM."""
    c = remember(x, h, c, layers)
    h = use(x, h, c, layers.o)
    return h, c


def _tap_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(0)
    memory = np.array([0.8, 0.9]), np.array([0.5, 1.0])
    return [
        (*memory, np.array([1.0, 0.0]), np.array([0.0, 0.5]), np.array([1.0, 0.5])),
        *((rng.normal(size=3), rng.normal(size=3), *rng.random((3, 3))) for _ in range(2)),
    ]


def _some_layers(seed: int) -> tuple[np.random.Generator, Layers, Callable[[], tuple[Array, Array, Array]]]:
    rng = np.random.default_rng(seed)
    layers = layers_of(starts.lstm_forget_bias(rng, 3, 4, 1.0))
    return rng, layers, lambda: (rng.normal(size=3), np.tanh(rng.normal(size=4)), 2 * rng.normal(size=4))


def _learn_calls() -> list[tuple[Any, ...]]:
    _, layers, state = _some_layers(1)
    return [(*state()[:2], layers.i, layers.g) for _ in range(3)]


def _forget_calls() -> list[tuple[Any, ...]]:
    _, layers, state = _some_layers(2)
    return [(*state(), layers.f) for _ in range(3)]


def _remember_calls() -> list[tuple[Any, ...]]:
    _, layers, state = _some_layers(3)
    return [(*state(), layers) for _ in range(3)]


def _use_calls() -> list[tuple[Any, ...]]:
    _, layers, state = _some_layers(4)
    return [(*state(), layers.o) for _ in range(3)]


def _show() -> dict[str, Array]:
    arrays, _ = read_arrays(data_folder() / "torch_lstm.npz")
    return arrays


def _show_calls() -> list[tuple[Any, ...]]:
    cell: Any = load("lstm_channels").cell
    layers, show = layers_of(cell), _show()
    start = np.zeros((1, show["h"].shape[1]))
    h_prev, c_prev = (np.vstack([start, show[name][:-1]]) for name in "hc")
    return [(x, h, c, layers) for x, h, c in zip(show["xs"], h_prev, c_prev, strict=True)]


def _show_wanted() -> list[tuple[Array, Array]]:
    show = _show()
    return list(zip(show["h"], show["c"], strict=True))


def _level(x: Array, h: Array, layer: Layer) -> Array:
    return sigmoid(_sum(x, h, layer))


def _content(x: Array, h: Array, layer: Layer) -> Array:
    return np.tanh(_sum(x, h, layer))


def _sum(x: Array, h: Array, layer: Layer) -> Array:
    return x @ layer.W_x + h @ layer.W_h + layer.b


def _without_bias(layer: Layer) -> Layer:
    return layer._replace(b=np.zeros_like(layer.b))


def _early_answer(x: Array, h: Array, c: Array, layers: Layers) -> tuple[Array, Array]:
    return use(x, h, c, layers.o), remember(x, h, c, layers)


def _wrong_order(x: Array, h: Array, c: Array, layers: Layers) -> tuple[Array, Array]:
    h, c = lstm_step(x, h, c, layers)
    return c, h


_ROWS = " Vectors are rows here: write x @ F.W_x and h @ F.W_h, with the letter of your layer."

LSTM: dict[str, Exercise] = {
    "tap_memory": Exercise(
        tap_memory,
        _tap_calls,
        (
            Mistake(
                lambda c, event, keep, write, read: (
                    (1 - keep) * c + write * event,
                    read * ((1 - keep) * c + write * event),
                ),
                "keep says how much stays, so it multiplies c as it is. 1 - keep would throw that share away.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (
                    keep * c + write * event,
                    read * np.tanh(keep * c + write * event),
                ),
                "the new c is right. Here it is read without tanh: read * c. Lesson 09 puts the tanh in.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (keep * c + write * event, read * c),
                "it reads the old memory. Read after writing: keep the new c in a name first.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (c + write * event, read * (c + write * event)),
                "nothing is ever forgotten: multiply the old c by keep.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (keep * c + event, read * (keep * c + event)),
                "every event is written in full: multiply it by write.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (keep * c + write * event, keep * c + write * event),
                "what is read goes through a tap as well: read * c.",
            ),
            Mistake(lambda *a: tap_memory(*a)[::-1], "the two come in the other order: return c, read * c."),
            Mistake(
                lambda c, event, keep, write, read: (write * event, read * write * event),
                "the old memory is gone: add what stays of it, keep * c.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (
                    keep * (c + write * event),
                    read * keep * (c + write * event),
                ),
                "keep is for the old memory alone; yours holds back what is written as well. Mind the brackets.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (
                    keep * c + (1 - keep) * event,
                    read * (keep * c + (1 - keep) * event),
                ),
                "how much is written is a tap of its own: write, not 1 - keep.",
            ),
        ),
        (
            "The new c is what stays of the old one plus what is written. Multiply by taps.",
            "c = keep * c + write * event. Then return c, read * c.",
        ),
        parts=("c", "read * c"),
    ),
    "learn": Exercise(
        learn,
        _learn_calls,
        (
            Mistake(
                lambda x, h, I, G: _level(x, h, I) * _level(x, h, G),
                "the candidate g is squished by tanh, so that it can be negative; yours is a sigmoid's.",
            ),
            Mistake(
                lambda x, h, I, G: _content(x, h, I) * _content(x, h, G),
                "the gate i is squished by the sigmoid, so that it stays between 0 and 1; yours is a tanh's.",
            ),
            Mistake(
                lambda x, h, I, G: _content(x, h, I) * _level(x, h, G),
                "the two layers are swapped: I goes with the sigmoid, G with tanh.",
            ),
            Mistake(
                lambda x, h, I, G: _level(x, h, I) + _content(x, h, G),
                "the gate multiplies the candidate; yours adds them.",
            ),
            Mistake(
                lambda x, h, I, G: (1 - _level(x, h, I)) * _content(x, h, G),
                "i says how much is let in: i = 1 learns all. So it is i * g, without 1 - i.",
            ),
            Mistake(
                lambda x, h, I, G: _level(x, h, I), "that is the gate i alone. Multiply it by the candidate."
            ),
            Mistake(
                lambda x, h, I, G: _content(x, h, G),
                "that is the candidate g alone. Multiply it by the gate.",
            ),
            Mistake(
                lambda x, h, I, G: (_level(x, h, I), _content(x, h, G)),
                "it returns two things, i and g. What is learned is one: return their product.",
            ),
            Mistake(
                lambda x, h, I, G: _level(x, h, I) * _sum(x, h, G),
                "the candidate g is not squished: put its sum into np.tanh.",
            ),
            Mistake(
                lambda x, h, I, G: _sum(x, h, I) * _content(x, h, G),
                "the gate i is not squished: put its sum into sigmoid.",
            ),
            Mistake(
                lambda x, h, I, G: _sum(x, h, I) * _sum(x, h, G),
                "neither sum is squished: i goes through sigmoid, g through np.tanh.",
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
                lambda x, h, c, F: (1 - _level(x, h, F)) * c,
                "f says how much stays: f = 1 keeps all. So it is f * c, without 1 - f.",
            ),
            Mistake(lambda x, h, c, F: _level(x, h, F), "that is the gate f alone. Multiply c by it."),
            Mistake(
                lambda x, h, c, F: _content(x, h, F) * c,
                "a tap lies between 0 and 1: squish it with the sigmoid, not with tanh.",
            ),
            Mistake(
                lambda x, h, c, F: _sum(x, h, F) * c, "the gate f is not squished: put its sum into sigmoid."
            ),
            Mistake(
                lambda x, h, c, F: _level(x, h, F) * h,
                "the tap is for the long-term memory: multiply c by it; yours multiplies h.",
            ),
            Mistake(
                lambda *a: np.tanh(forget(*a)), "nothing is squished after the tap: return f * c as it is."
            ),
            Mistake(lambda x, h, c, F: forget(x, 0 * h, c, F), "the short-term memory h is not used."),
            Mistake(lambda x, h, c, F: forget(0 * x, h, c, F), "the event x is not used."),
            Mistake(
                lambda x, h, c, F: _level(x, c, F) * c,
                "the gate looks at the short-term memory h; yours looks at c.",
            ),
            Mistake(lambda x, h, c, F: forget(x, h, c, _without_bias(F)), "the bias F.b is missing."),
        ),
        (
            "One layer reads x and h, the sigmoid makes a tap of it, and the tap multiplies c.",
            "f = sigmoid(x @ F.W_x + h @ F.W_h + F.b). Then return f * c.",
        ),
        if_it_stops=_ROWS,
    ),
    "remember": Exercise(
        remember,
        _remember_calls,
        (
            Mistake(lambda x, h, c, layers: forget(x, h, c, layers.f), "what is learned is missing."),
            Mistake(lambda x, h, c, layers: learn(x, h, layers.i, layers.g), "what was kept is missing."),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c, layers.f) * learn(x, h, layers.i, layers.g),
                "the two are added, not multiplied: a sum is what lets a memory stay as it is.",
            ),
            Mistake(
                lambda x, h, c, layers: c + learn(x, h, layers.i, layers.g),
                "the old c is added whole. Let forget decide how much of it stays.",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c, layers.f) - learn(x, h, layers.i, layers.g),
                "the two are added; yours takes away what is learned.",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c, layers.f) + learn(x, h, layers.g, layers.i),
                "learn takes the gate first: learn(x, h, layers.i, layers.g).",
            ),
            Mistake(
                lambda *a: np.tanh(remember(*a)),
                "nothing is squished here: c may grow beyond 1. Return the sum as it is.",
            ),
            Mistake(
                lambda *a: remember(*a) / 2, "the two are added; yours is their mean, which halves both."
            ),
        ),
        (
            "You have written both parts already. Remember has no weights of its own.",
            "kept = forget(x, h, c, layers.f). learned = learn(x, h, layers.i, layers.g). Return their sum.",
        ),
        if_it_stops=" layers holds four: layers.i, layers.f, layers.g and layers.o.",
    ),
    "use": Exercise(
        use,
        _use_calls,
        (
            Mistake(
                lambda x, h, c, O: _level(x, h, O) * c,
                "c has to pass through tanh before it is said: o * np.tanh(c).",
            ),
            Mistake(lambda x, h, c, O: np.tanh(c), "that says everything always. Multiply by the gate o."),
            Mistake(
                lambda x, h, c, O: _level(x, h, O), "that is the gate o alone. Multiply tanh of c by it."
            ),
            Mistake(
                lambda x, h, c, O: np.tanh(_level(x, h, O) * c),
                "the gate multiplies what tanh returns; yours multiplies c before it.",
            ),
            Mistake(
                lambda x, h, c, O: _content(x, h, O) * np.tanh(c),
                "a tap lies between 0 and 1: squish it with the sigmoid, not with tanh.",
            ),
            Mistake(
                lambda x, h, c, O: _level(x, h, O) * sigmoid(c),
                "what is said may be negative: squish c with tanh, not with the sigmoid.",
            ),
            Mistake(
                lambda x, h, c, O: _level(x, c, O) * np.tanh(c),
                "the gate looks at the short-term memory h; yours looks at c.",
            ),
            Mistake(
                lambda x, h, c, O: _level(x, h, O) * np.tanh(h),
                "what is said comes from the long-term memory: np.tanh(c); yours takes tanh of h.",
            ),
            Mistake(lambda x, h, c, O: use(x, 0 * h, c, O), "the short-term memory h is not used."),
            Mistake(lambda x, h, c, O: use(0 * x, h, c, O), "the event x is not used."),
            Mistake(lambda x, h, c, O: use(x, h, c, _without_bias(O)), "the bias O.b is missing."),
        ),
        (
            "One layer reads x and h and makes a tap. What flows through it is c, squished.",
            "o = sigmoid(x @ O.W_x + h @ O.W_h + O.b). Then return o * np.tanh(c).",
        ),
        if_it_stops=_ROWS,
    ),
    "lstm_step": Exercise(
        lstm_step,
        _show_calls,
        (
            Mistake(
                _early_answer,
                "c is right; h says the old memory. Use the new c, the one remember returned.",
            ),
            Mistake(_wrong_order, "the two come in the other order: return h, c."),
        ),
        (
            "First the new c, from remember. Then the new h, from use. Two lines and a return.",
            "c = remember(x, h, c, layers), then h = use(x, h, c, layers.o), then return h, c.",
        ),
        if_it_stops=" Every gate reads the old h; only use reads the new c, and it takes layers.o.",
        if_nothing=" If it does, one of your gates returns nothing yet: solve that one first.",
        parts=("h", "c"),
        wanted=_show_wanted,
        if_right="agrees with torch.nn.LSTM on every picture of a whole show.",
    ),
}
