"""What a learner writes, checked: ``check(your_function)`` answers with a sentence, never with an exception.

An exercise has the name of the function the learner writes. ``hint(name)`` gives a nudge, ``reveal(name)`` the answer.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterable
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
    ``parts`` names what is returned, in order, where it is several arrays.
    """

    answer: Callable[..., Any]
    calls: Callable[[], list[tuple[Any, ...]]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    if_it_stops: str = ""
    if_nothing: str = ""
    parts: tuple[str, ...] = ()


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


def rnn_step_backward(d_h, x, h_prev, h, W_h):
    """Return what one step of a tanh RNN adds to the gradients, and what it hands to the step before."""
    d_a = d_h * (1 - h**2)
    d_W_x = np.outer(x, d_a)
    d_W_h = np.outer(h_prev, d_a)
    d_h_prev = d_a @ W_h.T
    return d_W_x, d_W_h, d_a, d_h_prev


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
    names = exercise.parts
    if names and (not isinstance(given, tuple) or len(given) != len(names)):
        return f"it should return {len(names)} things: return {', '.join(names)}."
    pairs = list(zip(names, given, wanted, strict=True)) if names else [("it", given, wanted)]
    for mistake in exercise.mistakes:
        with np.errstate(all="ignore"):
            slipped = mistake.made_by(*_copies(call))
        slips = slipped if names else (slipped,)
        if not _agree([w for _, _, w in pairs], slips) and _agree([g for _, g, _ in pairs], slips):
            return mistake.sentence
    return next((wrong for pair in pairs if (wrong := _one_wrong(*pair))), "")


def _agree(given: Iterable[Any], wanted: Iterable[Any]) -> bool:
    """Return whether arrays are equal, part by part."""
    for one, other in zip(given, wanted, strict=True):
        try:
            a, b = (np.asarray(each).astype(float, casting="same_kind") for each in (one, other))
        except Exception:
            return False
        if a.shape != b.shape or not np.allclose(a, b, atol=1e-9, equal_nan=True):
            return False
    return True


def _one_wrong(name: str, given: Any, wanted: Any) -> str:
    """Return what is wrong with one array, in a sentence; nothing if it is right."""
    if _agree([given], [wanted]):
        return ""
    alone = name == "it"
    should, has = ("it should return", "it returns") if alone else (f"{name} should have", f"{name} has")
    try:
        value = np.asarray(given).astype(float, casting="same_kind")
    except Exception:
        return f"{should} numbers, {has} {type(given).__name__}."
    if value.shape != np.shape(wanted):
        return f"{should} shape {np.shape(wanted)}, {has} shape {value.shape}."
    if not np.isfinite(value).all():
        return f"{has} a number that is not finite."
    worst = float(np.abs(value - wanted).max())
    shape = "the shape" if alone else f"the shape of {name}"
    return f"{shape} is right, the numbers are not: the largest difference is {worst:.2g}."


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
