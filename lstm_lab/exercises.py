"""What a learner writes, checked: ``check(your_function)`` answers with a sentence, never with an exception.

An exercise has the name of the function the learner writes. ``hint(name)`` gives a nudge, ``reveal(name)`` the answer.
"""

import inspect
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import starts
from lstm_lab.checks import Array


class Verdict(NamedTuple):
    """What ``check`` answers: whether the function is right, and a sentence that says so or says what is wrong."""

    right: bool
    sentence: str

    def __repr__(self) -> str:
        return self.sentence


class Text(str):
    """A text that a notebook shows as it is."""

    def __repr__(self) -> str:
        return str(self)


class Mistake(NamedTuple):
    """A known slip: a function that makes it, and the sentence that names it."""

    made_by: Callable[..., Any]
    sentence: str


class Exercise(NamedTuple):
    """One task: the answer, the calls it is tried on, the slips we know, and nudges in order.

    ``if_it_stops`` and ``if_nothing`` are said in addition, where it stops with a ValueError or returns nothing.
    """

    answer: Callable[..., Any]
    calls: Callable[[], list[tuple[Any, ...]]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    if_it_stops: str = ""
    if_nothing: str = ""


def softmax(logits):
    """Turn numbers into probabilities: each positive, together 1."""
    e = np.exp(logits - logits.max())
    return e / e.sum()


def rnn_step(x, h, W_x, W_h, b):
    """Return the next h of a tanh RNN."""
    return np.tanh(x @ W_x + h @ W_h + b)


def remember(pictures, h, W_x, W_h, b):
    """Run an RNN over the pictures and return the last h."""
    for x in pictures:
        h = rnn_step(x, h, W_x, W_h, b)
    return h


def check(function: Callable[..., Any]) -> Verdict:
    """Try a learner's function against the answer of its name.

    Args:
        function: written by the learner, named as the exercise.

    Returns:
        A verdict whose sentence says what is right or what went wrong; it never raises.
    """
    if isinstance(function, str):
        return Verdict(False, f"Pass the function itself, without quotes: check({function}).")
    name = getattr(function, "__name__", str(function))
    exercise = EXERCISES.get(name)
    if exercise is None:
        return Verdict(False, f"There is no exercise named {name}; there are: {', '.join(EXERCISES)}.")
    for call in exercise.calls():
        try:
            with np.errstate(all="ignore"):
                given = function(*_copies(call))
        except (Exception, SystemExit) as error:
            more = exercise.if_it_stops if isinstance(error, ValueError) else ""
            return Verdict(False, f"Not yet: {name} stopped with {type(error).__name__}: {error}.{more}")
        wrong = _what_is_wrong(exercise, call, given)
        if wrong:
            return Verdict(False, f"Not yet: {wrong}")
    return Verdict(True, f"Right: {name} agrees with the answer on {len(exercise.calls())} different inputs.")


def hint(name: str, number: int = 1) -> Text:
    """Return a nudge for an exercise; ``number`` counts from 1, the last tells most."""
    hints = _named(name).hints
    at = min(max(int(number), 1), len(hints))
    more = f" (hint {at} of {len(hints)})" if len(hints) > 1 else ""
    return Text(hints[at - 1] + more)


def reveal(name: str) -> Text:
    """Return the answer to an exercise as Python."""
    return Text(textwrap.dedent(inspect.getsource(_named(name).answer)).rstrip())


def _named(name: str) -> Exercise:
    if name not in EXERCISES:
        raise ValueError(f"there is no exercise named {name!r}; there are: {', '.join(EXERCISES)}")
    return EXERCISES[name]


def _copies(call: tuple[Any, ...]) -> list[Any]:
    return [part.copy() if isinstance(part, np.ndarray) else part for part in call]


def _what_is_wrong(exercise: Exercise, call: tuple[Any, ...], given: Any) -> str:
    wanted = exercise.answer(*call)
    if given is None or given is Ellipsis:
        return f"it returns nothing. End it with a line that starts with return.{exercise.if_nothing}"
    try:
        value = np.asarray(given).astype(float, casting="same_kind")
    except Exception:
        return f"it should return numbers, it returns {type(given).__name__}."
    if value.shape == np.shape(wanted) and np.allclose(value, wanted, atol=1e-9):
        return ""
    for mistake in exercise.mistakes:
        with np.errstate(all="ignore"):
            slipped = np.asarray(mistake.made_by(*_copies(call)))
        if slipped.shape == value.shape and np.allclose(value, slipped, atol=1e-9, equal_nan=True):
            return mistake.sentence
    if value.shape != np.shape(wanted):
        return f"it should return shape {np.shape(wanted)}, it returns shape {value.shape}."
    if not np.isfinite(value).all():
        return "it returns a number that is not finite."
    worst = float(np.abs(value - wanted).max())
    return f"the shape is right, the numbers are not: the largest difference is {worst:.2g}."


def _softmax_calls() -> list[tuple[Array]]:
    return [(np.array([2.0, 1.0, 0.0]),), (np.array([-1.0, -1.0]),), (np.array([1000.0, 999.0, 0.0]),)]


def _rnn_calls() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(0)
    p = starts.rnn_default(rng, 3, 4)
    return [(rng.normal(size=3), rng.normal(size=4), p.W_x, p.W_h, p.b) for _ in range(3)]


def _remember_calls() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(1)
    p = starts.rnn_default(rng, 3, 4)
    return [(rng.normal(size=(T, 3)), np.zeros(4), p.W_x, p.W_h, p.b) for T in (1, 2, 6)]


def _every_h(pictures: Array, h: Array, *weights: Array) -> Array:
    return np.stack([remember(pictures[: t + 1], h, *weights) for t in range(len(pictures))])


_ROWS = " Vectors are rows here: write x @ W_x and h @ W_h."

EXERCISES: dict[str, Exercise] = {
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
        ),
        (
            "Three parts are added: what the picture says, what the old h says, and a bias. Then squish.",
            "x @ W_x is what the picture says. Write the same for h, add b, and put np.tanh around the sum.",
        ),
        if_it_stops=_ROWS,
    ),
    "remember": Exercise(
        remember,
        _remember_calls,
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
            Mistake(_every_h, "it returns the h of every step. Return the last one alone."),
        ),
        (
            "for x in pictures: let the new h be rnn_step of x and the old h.",
            "h = rnn_step(x, h, W_x, W_h, b) inside the loop, return h after it.",
        ),
        if_it_stops=_ROWS,
        if_nothing=" If it does, your rnn_step returns nothing yet: solve that one first.",
    ),
}
