"""The exercises of lessons 01 to 03: softmax, one step of an RNN, a whole show, and one step back."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_lab import starts
from lstm_lab.checks import Array
from lstm_lab.exercises.checking import Exercise, Mistake


def softmax(logits):
    """Turn numbers into probabilities: each positive, together 1."""
    e = np.exp(logits - logits.max())
    return e / e.sum()


def rnn_step(x, h, W_x, W_h, b):
    """Return the next h of a tanh RNN."""
    return np.tanh(x @ W_x + h @ W_h + b)


def read_show(pictures, h, W_x, W_h, b):
    """Run an RNN over the pictures and return the last h."""
    for x in pictures:
        h = rnn_step(x, h, W_x, W_h, b)
    return h


def rnn_step_backward(d_h, x, h_prev, h, W_h):
    """Return what one step of a tanh RNN adds to the gradients, and what it hands to the step before."""
    d_a = d_h * (1 - h**2)
    d_W_x = np.outer(x, d_a)
    d_W_h = np.outer(h_prev, d_a)
    d_h_prev = d_a @ W_h.T
    return d_W_x, d_W_h, d_a, d_h_prev


def _softmax_calls() -> list[tuple[Array]]:
    return [(np.array([2.0, 1.0, 0.0]),), (np.array([-1.0, -1.0]),), (np.array([1000.0, 999.0, 0.0]),)]


def _rnn_calls() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(0)
    p = starts.rnn_default(rng, 3, 4)
    return [(rng.normal(size=3), rng.normal(size=4), p.W_x, p.W_h, p.b) for _ in range(3)]


def _show_calls() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(1)
    p = starts.rnn_default(rng, 3, 4)
    return [(rng.normal(size=(T, 3)), np.zeros(4), p.W_x, p.W_h, p.b) for T in (6, 1, 2)]


def _backward_calls() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(2)
    p = starts.rnn_default(rng, 3, 4)
    calls = []
    for _ in range(3):
        x, h_prev = rng.normal(size=3), np.tanh(rng.normal(size=4))
        calls.append((rng.normal(size=4), x, h_prev, rnn_step(x, h_prev, p.W_x, p.W_h, p.b), p.W_h))
    return calls


def _backward_slip(
    slope: Callable[[Array], Array], back: Callable[[Array, Array], Array]
) -> Callable[..., Any]:
    def slip(d_h: Array, x: Array, h_prev: Array, h: Array, W_h: Array) -> tuple[Array, ...]:
        d_a = d_h * slope(h)
        return np.outer(x, d_a), np.outer(h_prev, d_a), d_a, back(d_a, W_h)

    return slip


def _part_slip(part: int, wrong: Callable[..., Array]) -> Callable[..., Any]:
    """Return a slip in one of the four parts: ``wrong`` gives it from d_a, d_h, h_prev, h and W_h."""

    def slip(d_h: Array, x: Array, h_prev: Array, h: Array, W_h: Array) -> tuple[Array, ...]:
        parts = list(rnn_step_backward(d_h, x, h_prev, h, W_h))
        parts[part] = wrong(parts[2], d_h, h_prev, h, W_h)
        return tuple(parts)

    return slip


def _every_h(pictures: Array, h: Array, *weights: Array) -> Array:
    return np.stack([read_show(pictures[: t + 1], h, *weights) for t in range(len(pictures))])


_ROWS = " Vectors are rows here: write x @ W_x and h @ W_h."

FIRST: dict[str, Exercise] = {
    "softmax": Exercise(
        softmax,
        _softmax_calls,
        (
            Mistake(
                lambda z: np.exp(z) / np.exp(z).sum(),
                "it is right for small numbers, but exp(1000) is too large for a computer. "
                "Subtract the largest number from all of them first; the probabilities stay the same.",
            ),
            Mistake(lambda z: np.exp(z - z.max()), "the numbers do not add up to 1. Divide by their sum."),
            Mistake(lambda z: np.exp(z), "the numbers do not add up to 1. Divide by their sum."),
            Mistake(
                lambda z: np.exp(z - z.max()) / np.exp(z).sum(),
                "above and below are different exponentials. Divide np.exp(logits - logits.max()) by its own sum.",
            ),
            Mistake(
                lambda z: np.exp(-z) / np.exp(-z).sum(), "the sign: the largest number has the largest share."
            ),
            Mistake(
                lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum()),
                "that is the logarithm of the probabilities.",
            ),
            Mistake(
                lambda z: np.exp(z) / z.sum(), "divide by the sum of the exponentials, not of the logits."
            ),
            Mistake(
                lambda z: z / z.sum(), "the exponential is missing: a negative number would stay negative."
            ),
        ),
        (
            "Make every number positive with np.exp, then divide by the sum.",
            "e = np.exp(logits - logits.max()) keeps the numbers small enough. Then e / e.sum().",
        ),
        if_it_stops=" logits is an array: np.exp takes all of its numbers at once, math.exp only one.",
    ),
    "rnn_step": Exercise(
        rnn_step,
        _rnn_calls,
        (
            Mistake(
                lambda x, h, W_x, W_h, b: x @ W_x + h @ W_h + b,
                "the squish is missing: put np.tanh around it all.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + b),
                "the old h is not used, so nothing is remembered.",
            ),
            Mistake(lambda x, h, W_x, W_h, b: np.tanh(h @ W_h + b), "the picture x is not used."),
            Mistake(lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h), "the bias b is missing."),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + W_h @ h + b),
                "W_h @ h reads the table the wrong way round. Vectors are rows here: write h @ W_h.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: 1 / (1 + np.exp(-(x @ W_x + h @ W_h + b))),
                "that squish is the sigmoid. This cell uses tanh.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.maximum(0, x @ W_x + h @ W_h + b),
                "that squish is the relu. This cell uses tanh.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h) + b,
                "the bias b is added inside the tanh, before the squish.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h + b),
                "the old h goes through its own table: h @ W_h.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x) + np.tanh(h @ W_h + b),
                "add first, then squish once: one np.tanh around the whole sum.",
            ),
            Mistake(
                lambda x, h, W_x, W_h, b: np.tanh(x @ W_x - h @ W_h + b),
                "a sign: what the old h says is added.",
            ),
        ),
        (
            "Three parts are added: what the picture says, what the old h says, and a bias. Then squish.",
            "x @ W_x is what the picture says. Write the same for h, add b, and put np.tanh around the sum.",
        ),
        if_it_stops=_ROWS,
    ),
    "rnn_step_backward": Exercise(
        rnn_step_backward,
        _backward_calls,
        (
            Mistake(
                _backward_slip(np.ones_like, lambda d_a, W_h: d_a @ W_h.T),
                "the slope of the squish is missing: d_a = d_h * (1 - h**2).",
            ),
            Mistake(
                _backward_slip(lambda h: h * (1 - h), lambda d_a, W_h: d_a @ W_h.T),
                "h (1 − h) is the slope of a sigmoid. The slope of tanh is 1 − h².",
            ),
            Mistake(
                _backward_slip(lambda h: h**2 - 1, lambda d_a, W_h: d_a @ W_h.T),
                "the sign of the slope is wrong: it is 1 − h², not h² − 1.",
            ),
            Mistake(
                _backward_slip(lambda h: 1 + h**2, lambda d_a, W_h: d_a @ W_h.T),
                "a sign in the slope: it is 1 − h², not 1 + h².",
            ),
            Mistake(
                _backward_slip(lambda h: 1 - h, lambda d_a, W_h: d_a @ W_h.T),
                "the slope of tanh is 1 − h²: h is squared.",
            ),
            Mistake(
                lambda d_h, x, h_prev, h, W_h: rnn_step_backward(d_h, x, h_prev, h_prev, W_h),
                "the slope is taken at h, which the step returned, not at h_prev.",
            ),
            Mistake(
                _part_slip(1, lambda d_a, d_h, h_prev, h, W_h: np.outer(d_a, h_prev)),
                "d_W_h is transposed: rows belong to h_prev, columns to d_a, so np.outer(h_prev, d_a).",
            ),
            Mistake(
                _part_slip(1, lambda d_a, d_h, h_prev, h, W_h: np.outer(h, d_a)),
                "d_W_h is made of what went into W_h, and that was h_prev, not h.",
            ),
            Mistake(
                _part_slip(2, lambda d_a, d_h, h_prev, h, W_h: d_h),
                "b is added before the squish, so d_b is d_a, not d_h.",
            ),
            Mistake(
                _part_slip(3, lambda d_a, d_h, h_prev, h, W_h: d_h @ W_h.T),
                "d_h_prev has not gone through the squish: it is d_a @ W_h.T, not d_h @ W_h.T.",
            ),
            Mistake(
                lambda *call: tuple(rnn_step_backward(*call)[k] for k in (0, 1, 3, 2)),
                "the last two are in the wrong order: return d_W_x, d_W_h, d_b, d_h_prev.",
            ),
            Mistake(
                _backward_slip(lambda h: 1 - h**2, lambda d_a, W_h: d_a @ W_h),
                "d_h_prev goes the way of h backwards: h @ W_h on the way there, d_a @ W_h.T on the way back.",
            ),
            Mistake(
                _backward_slip(lambda h: 1 - h**2, lambda d_a, W_h: np.zeros_like(d_a)),
                "the path through h is forgotten: d_h_prev = d_a @ W_h.T, else no step learns from a later one.",
            ),
            Mistake(
                _backward_slip(lambda h: 1 - h**2, lambda d_a, W_h: d_a),
                "d_h_prev has not gone through W_h: it is d_a @ W_h.T.",
            ),
        ),
        (
            "Go backwards through h = tanh(a): d_a = d_h times the slope 1 − h². The rest follows from d_a.",
            "a = x @ W_x + h_prev @ W_h + b, so d_W_x is np.outer(x, d_a), d_W_h is np.outer(h_prev, d_a), "
            "d_b is d_a itself, and d_h_prev is d_a @ W_h.T.",
        ),
        if_it_stops=" d_a has one number per unit; np.outer makes a table of two vectors.",
        parts=("d_W_x", "d_W_h", "d_b", "d_h_prev"),
    ),
    "read_show": Exercise(
        read_show,
        _show_calls,
        (
            Mistake(
                lambda xs, h, *w: rnn_step(xs[-1], h, *w),
                "only the last picture counts. Let the new h be the next step's h.",
            ),
            Mistake(
                lambda xs, h, *w: rnn_step(xs[0], h, *w),
                "it stops after the first picture. Return after the loop.",
            ),
            Mistake(lambda xs, h, *w: h, "h never changes. Put the result of rnn_step back into h."),
            Mistake(lambda xs, h, *w: read_show(xs[:-1], h, *w), "the last picture is left out."),
            Mistake(
                lambda xs, h, *w: read_show(xs[::-1], h, *w), "it reads the show backwards. Order matters."
            ),
            Mistake(
                lambda xs, h, *w: rnn_step(xs, h, *w),
                "it reads every picture from the same h. Take them one after another: for x in pictures.",
            ),
            Mistake(_every_h, "it returns the h of every step. Return the last one alone."),
        ),
        (
            "for x in pictures: let the new h be rnn_step of x and the old h.",
            "h = rnn_step(x, h, W_x, W_h, b) inside the loop, return h after it.",
        ),
        if_it_stops=_ROWS,
    ),
}
