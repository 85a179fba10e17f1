"""The exercises of lessons 05, 08 and 09 on the whole memory: taps, remember, and the cell put together."""

from typing import Any

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.exercises.checking import Exercise, Mistake
from lstm_lab.exercises.gates import Layers, forget, layers_of, learn, some_layers, use
from lstm_lab.files import data_folder, read_arrays
from lstm_lab.models import load


def tap_memory(c, event, keep, write, read):
    """Return the new memory, and what is read from it."""
    c = keep * c + write * event
    return c, read * c


def remember(x, h, c, layers):
    """Return the new memory: what stays of the old one and what is learned."""
    kept = forget(x, h, c, layers.f)
    learned = learn(x, h, layers.i, layers.g)
    return kept + learned


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


def _remember_calls() -> list[tuple[Any, ...]]:
    _, layers, state = some_layers(3)
    return [(*state(), layers) for _ in range(3)]


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


def _early_answer(x: Array, h: Array, c: Array, layers: Layers) -> tuple[Array, Array]:
    return use(x, h, c, layers.o), remember(x, h, c, layers)


def _wrong_order(x: Array, h: Array, c: Array, layers: Layers) -> tuple[Array, Array]:
    h, c = lstm_step(x, h, c, layers)
    return c, h


def _next_answer(x: Array, h: Array, c: Array, layers: Layers) -> tuple[Array, Array]:
    c = remember(x, h, c, layers)
    return use(x, c, c, layers.o), c


CELL: dict[str, Exercise] = {
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
            Mistake(
                lambda c, event, keep, write, read: (
                    keep * c - write * event,
                    read * (keep * c - write * event),
                ),
                "what is written is added; yours takes it away.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (
                    write * c + keep * event,
                    read * (write * c + keep * event),
                ),
                "two taps are swapped: keep multiplies the old c, write multiplies the event.",
            ),
            Mistake(
                lambda c, event, keep, write, read: (keep * c + write, read * (keep * c + write)),
                "write says how much of the event: multiply the event by it.",
            ),
        ),
        (
            "The new c is what stays of the old one plus what is written. Multiply by taps.",
            "c = keep * c + write * event. Then return c, read * c.",
        ),
        if_it_stops=" All five are vectors of one length: * multiplies them number by number, @ sums up.",
        parts=("c", "read * c"),
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
            Mistake(
                lambda x, h, c, layers: remember(x, c, h, layers),
                "h and c are swapped: the gates read h, and forget(x, h, c, layers.f) multiplies c.",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, c, h, layers.f) + learn(x, h, layers.i, layers.g),
                "h and c are swapped in forget: forget(x, h, c, layers.f).",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c, layers.f) + learn(x, c, layers.i, layers.g),
                "learn reads the short-term memory h; yours reads c.",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c, layers.i) + learn(x, h, layers.f, layers.g),
                "two layers are swapped: forget takes layers.f, learn takes layers.i and layers.g.",
            ),
            Mistake(
                lambda x, h, c, layers: c + remember(x, h, c, layers),
                "the old c is in it twice: forget has already multiplied it by what stays.",
            ),
            Mistake(
                lambda x, h, c, layers: forget(x, h, c + learn(x, h, layers.i, layers.g), layers.f),
                "forget is for the old memory alone; yours holds back what is learned as well.",
            ),
        ),
        (
            "You have written both parts already. Remember has no weights of its own.",
            "kept = forget(x, h, c, layers.f). learned = learn(x, h, layers.i, layers.g). Return their sum.",
        ),
        if_it_stops=" layers holds four: layers.i, layers.f, layers.g and layers.o.",
    ),
    "lstm_step": Exercise(
        lstm_step,
        _show_calls,
        (
            Mistake(
                _early_answer,
                "c is right; h says the old memory. Use the new c, the one remember returned.",
            ),
            Mistake(
                _next_answer,
                "c is right; the gates of use read the old h and the new c: use(x, h, c, layers.o).",
            ),
            Mistake(
                lambda x, h, c, layers: (use(x, h, c, layers.o), c),
                "c stays as it was: let remember make the new one first.",
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
