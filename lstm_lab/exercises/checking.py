"""What an exercise is, and how a learner's function is judged: by what it returns, never by how it is written."""

import copy
import inspect
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np

RIGHT, NOT_YET = ("✓", "#009E73"), ("○", "#B87700")
"""The mark before a verdict and its colour, which can be told from light and from dark paper."""


class Verdict(NamedTuple):
    """What ``check`` answers: whether the function is right, and a sentence that says so or says what is wrong."""

    right: bool
    sentence: str

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        mark, colour = RIGHT if self.right else NOT_YET
        shown = f'<b aria-hidden="true" style="color:{colour}">{mark}</b>'
        return f"<p>{shown} {escape(self.sentence)}</p>"


class Text(str):
    """A text that a notebook shows as it is, broken between words."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{escape(self)}</p>"


class Code(Text):
    """Lines of Python that a notebook shows as they are."""

    def _repr_html_(self) -> str:
        return f"<pre><code>{escape(self)}</code></pre>"


class Mistake(NamedTuple):
    """A known slip: a function that makes it, and the sentence that names it."""

    made_by: Callable[..., Any]
    sentence: str


class Exercise(NamedTuple):
    """One task: the answer, the calls it is tried on, the slips we know, and nudges in order.

    ``if_it_stops`` and ``if_nothing`` are said in addition, where it stops over its arguments or returns nothing.
    ``parts`` names what is returned, in order, where it is several arrays. ``wanted`` holds what each call should
    return, where that was worked out by something else than the answer; ``if_right`` says by what.
    """

    answer: Callable[..., Any]
    calls: Callable[[], list[tuple[Any, ...]]]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    if_it_stops: str = ""
    if_nothing: str = ""
    parts: tuple[str, ...] = ()
    wanted: Callable[[], list[Any]] | None = None
    if_right: str = ""


MISREAD = (ValueError, TypeError, AttributeError)
"""What a function stops with that takes its arguments for something else than they are."""


def judge(
    name: str, exercise: Exercise, function: Callable[..., Any], unsolved: Sequence[str] = ()
) -> Verdict:
    """Return what is to be said of a learner's function; never raises.

    Args:
        name: of the exercise.
        exercise: what it should do.
        function: the learner's.
        unsolved: names of exercises that the function builds on and that return nothing yet.
    """
    calls = exercise.calls()
    wanted = exercise.wanted() if exercise.wanted else [exercise.answer(*_copies(call)) for call in calls]
    for call, right in zip(calls, wanted, strict=True):
        try:
            with np.errstate(all="ignore"):
                given = function(*_copies(call))
        except (Exception, SystemExit) as error:
            wrong = _why_it_stopped(name, exercise, function, call, error)
        else:
            wrong = _what_is_wrong(exercise, call, given, right)
        if wrong and unsolved:
            wrong = f"your {unsolved[0]} returns nothing yet: solve that one first."
        if wrong:
            return Verdict(False, f"Not yet: {wrong}")
    agrees = exercise.if_right or f"agrees with the answer on {len(calls)} different inputs."
    return Verdict(True, f"Right: {name} {agrees}")


def _copies(call: tuple[Any, ...]) -> list[Any]:
    """Return arguments that a function may change as it likes, down to the arrays of a layer."""
    return copy.deepcopy(list(call))


def returns_nothing(exercise: Exercise, function: Callable[..., Any]) -> bool:
    """Return whether a function runs on the first call of an exercise and gives nothing back."""
    try:
        with np.errstate(all="ignore"):
            return _is_nothing(function(*_copies(exercise.calls()[0])))
    except (Exception, SystemExit):
        return False


def _is_nothing(given: Any) -> bool:
    return given is None or given is Ellipsis


def _why_it_stopped(
    name: str, exercise: Exercise, function: Callable[..., Any], call: tuple[Any, ...], error: BaseException
) -> str:
    takes = inspect.signature(exercise.answer)
    try:
        inspect.signature(function).bind(*call)
    except TypeError:
        return f"{name} is called with {len(call)} things: def {name}{takes}."
    except ValueError:  # nothing is known of what it takes
        pass
    more = exercise.if_it_stops if isinstance(error, MISREAD) else ""
    return f"{name} stopped with {type(error).__name__}: {error}.{more}"


def _what_is_wrong(exercise: Exercise, call: tuple[Any, ...], given: Any, wanted: Any) -> str:
    if _is_nothing(given):
        return f"it returns nothing. End it with a line that starts with return.{exercise.if_nothing}"
    names = exercise.parts
    if names and (not isinstance(given, tuple | list) or len(given) != len(names)):
        return f"it should return {len(names)} things: return {', '.join(names)}."
    pairs = list(zip(names, given, wanted, strict=True)) if names else [("it", given, wanted)]
    for mistake in exercise.mistakes:
        with np.errstate(all="ignore"):
            slipped = mistake.made_by(*_copies(call))
        slips = slipped if names else (slipped,)
        if not _agree([w for _, _, w in pairs], slips) and _agree([g for _, g, _ in pairs], slips):
            return mistake.sentence
    if not names and isinstance(given, tuple) and any(np.ndim(part) for part in given):
        return f"it returns {len(given)} things where one array is wanted: return one, without a comma."
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
    if _is_nothing(given):
        return f"{name} is {given}: nothing has been computed for it yet."
    alone = name == "it"
    should, has = ("it should return", "it returns") if alone else (f"{name} should have", f"{name} has")
    try:
        value = np.asarray(given).astype(float, casting="same_kind")
    except Exception:
        return f"{should} numbers, {has} {type(given).__name__}."
    if value.shape == () and np.ndim(wanted) == 1:
        return f"{has} one number where {len(wanted)} are wanted: * multiplies number by number, @ sums up."
    if value.shape != np.shape(wanted):
        return f"{should} shape {np.shape(wanted)}, {has} shape {value.shape}."
    if not np.isfinite(value).all():
        return f"{has} a number that is not finite."
    worst = float(np.abs(value - wanted).max())
    shape = "the shape" if alone else f"the shape of {name}"
    return f"{shape} is right, the numbers are not: the largest difference is {worst:.2g}."
