"""What a learner writes, checked: ``check(your_function)`` answers with a sentence, never with an exception.

An exercise has the name of the function the learner writes. ``hint(name)`` gives a nudge, ``reveal(name)`` the answer.
"""

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from lstm_lab.exercises.cell import CELL
from lstm_lab.exercises.checking import Code, Exercise, Mistake, Text, Verdict, judge, returns_nothing
from lstm_lab.exercises.forecasting import FORECASTING
from lstm_lab.exercises.gates import GATES, Layer, Layers, layers_of
from lstm_lab.exercises.looking import LOOKING
from lstm_lab.exercises.rnn import FIRST
from lstm_lab.exercises.scanning import SCANNING
from lstm_lab.exercises.variants import VARIANTS
from lstm_lab.exercises.words import WORDS
from lstm_lab.progress import Deed, keep

EXERCISES: dict[str, Exercise] = FIRST | CELL | GATES | LOOKING | FORECASTING | SCANNING | WORDS | VARIANTS

__all__ = [
    "EXERCISES",
    "Code",
    "Exercise",
    "Layer",
    "Layers",
    "Mistake",
    "Text",
    "Verdict",
    "check",
    "hint",
    "layers_of",
    "reveal",
]


def check(function: Callable[..., Any]) -> Verdict:
    """Try a learner's function against the answer of its name.

    Args:
        function: written by the learner, named as the exercise.

    Returns:
        A verdict whose sentence says what is right or what went wrong, and whether it was noted; it never raises.
    """
    if isinstance(function, str):
        return Verdict(False, f"Pass the function itself, without quotes: check({function}).")
    name = getattr(function, "__name__", str(function))
    if name not in EXERCISES:
        return Verdict(False, f"There is no exercise named {name}; there are: {', '.join(EXERCISES)}.")
    verdict = judge(name, EXERCISES[name], function, _unsolved(function))
    noted = keep(Deed("exercise", name)) if verdict.right else ""
    return verdict._replace(sentence=f"{verdict.sentence} {noted}".rstrip())


def hint(name: str, number: int = 1) -> Text:
    """Return a nudge for an exercise; ``number`` counts from 1, the last tells most."""
    hints = _named(name).hints
    at = min(max(int(number), 1), len(hints))
    more = f" (hint {at} of {len(hints)})" if len(hints) > 1 else ""
    return Text(hints[at - 1] + more)


def reveal(name: str) -> Code:
    """Return the answer to an exercise as Python."""
    return Code(textwrap.dedent(inspect.getsource(_named(name).answer)).rstrip())


def _unsolved(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the exercises that a function calls by their names, and that return nothing yet."""
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    known = getattr(function, "__globals__", {})
    return tuple(
        name
        for name in names
        if name in EXERCISES and name in known and returns_nothing(EXERCISES[name], known[name])
    )


def _named(name: str) -> Exercise:
    if name not in EXERCISES:
        raise ValueError(f"there is no exercise named {name!r}; there are: {', '.join(EXERCISES)}")
    return EXERCISES[name]
