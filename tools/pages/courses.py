"""Where the leading control of an explorer can be put, and in which words.

The leading control is the one that still moves on a page without a kernel.
"""

from functools import singledispatch
from typing import Any

from lstm_lab.explorers import Explorer
from lstm_lab.explorers.controls import Choice, Control, Slider, TimeStepper, written
from lstm_lab.explorers.painter import Tape, spelled

MOST = 61
"""Up to so many values a control takes all of them."""


def leading(explorer: Explorer) -> str:
    """Return the name of the control that still moves: the one the explorer names, or its first slider.

    Raises:
        ValueError: there is no such control.
    """
    moved = (name for name, each in explorer.inputs.items() if isinstance(each, Slider | TimeStepper))
    name = explorer.leading or next(moved, "")
    if name not in explorer.inputs:
        raise ValueError(f"{type(explorer).__name__} has no slider and names no leading control")
    return name


@singledispatch
def course(control: Control) -> list[Any]:
    """Return every value a control can take now, in order."""
    raise ValueError(f"a {type(control).__name__} cannot lead: it has no order of values")


@course.register
def _(control: Slider) -> list[Any]:
    steps = round((control.high - control.low) / control.step)
    kind = type(control.low)
    return [kind(round(min(control.low + k * control.step, control.high), 10)) for k in range(steps + 1)]


@course.register
def _(control: TimeStepper) -> list[Any]:
    return list(range(control.last + 1))


@course.register
def _(control: Choice) -> list[Any]:
    return list(control.options)


@course.register
def _(control: Tape) -> list[Any]:
    """Return tapes with one level of the first strip at every place; of a known tape, that tape alone."""
    if isinstance(control.value, str):
        return [control.value]
    levels = control.levels()
    tapes = []
    for tenth in range(11):
        painted = levels.copy()
        painted[0] = tenth / 10
        tapes.append(tuple(spelled(row) for row in painted))
    return tapes if control.value in tapes else [control.value]


def stops(values: list[Any], needed: set[int]) -> list[int]:
    """Return which of a control's values get a frame: all if they are few, else evenly spaced and those needed.

    >>> stops(list(range(9)), {3}), len(stops(list(range(161)), {7}))
    ([0, 1, 2, 3, 4, 5, 6, 7, 8], 42)
    """
    last = len(values) - 1
    if last < MOST:
        return list(range(len(values)))
    strides = [stride for stride in range(2, last) if last // stride < MOST]
    even = next(
        (stride for stride in strides if last % stride == 0 and last // stride >= MOST // 2), strides[0]
    )
    return sorted({*range(0, last, even), last, *needed})


def name_of(control: Control) -> str:
    """Return what the leading control is called."""
    return f"{control.strips[0]} at every picture" if isinstance(control, Tape) else control.label


def beside(control: Control, value: Any, start: Any) -> str:
    """Return in words what the leading control's course leaves alone and is not as at the start; mostly nothing."""
    if not isinstance(control, Tape):
        return ""
    if isinstance(value, str):
        return f"all gates: {value}"
    changed = zip(control.strips[1:], value[1:], start[1:], strict=True)
    return "; ".join(f"{gate}: {strip.split('x')[0]}" for gate, strip, first in changed if strip != first)


def words(control: Control, value: Any) -> str:
    """Return a value of the leading control as a reader sees it."""
    if isinstance(control, Tape):
        return "as painted" if isinstance(value, str) else value[0].split("x")[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return written(value).replace("-", "−")
