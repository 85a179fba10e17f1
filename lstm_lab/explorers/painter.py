"""Painting levels along a tape: one control is the brush (which strip, which places), one the tape and the paint.

A strip is written in short as runs: "0.5x3 1" is 0.5, 0.5, 0.5, 1.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_lab.checks import Array
from lstm_lab.explorers.controls import Control, number_box, number_in, written

DIGITS = 3
"""Painted levels are kept to this many decimals."""
STEP = 0.05

Painted = str | tuple[str, ...]


def spelled(levels: Array) -> str:
    """Return a strip of levels as runs.

    >>> spelled(np.array([0.5, 0.5, 0.5, 1]))
    '0.5x3 1'
    """
    runs = [(written(level), len(list(same))) for level, same in groupby(np.round(levels, DIGITS).tolist())]
    return " ".join(level if count == 1 else f"{level}x{count}" for level, count in runs)


def levels_of(strip: str) -> Array:
    """Return the levels that ``spelled`` wrote.

    >>> levels_of("0.5x3 1")
    array([0.5, 0.5, 0.5, 1. ])

    Raises:
        ValueError: a run that is none, or a level outside 0..1.
    """
    levels: list[float] = []
    for run in strip.split():
        level, _, count = run.partition("x")
        try:
            levels += [float(level)] * int(count or 1)
        except ValueError:
            raise ValueError(f"a strip must be runs like 0.5x3, got {run!r}") from None
    outside = [level for level in levels if not 0 <= level <= 1]
    if outside:
        raise ValueError(f"levels must lie in 0..1, got {outside[0]:g}")
    return np.array(levels)


class Brush(Control):
    """What the paint goes to: a strip, and the places from first to last, counted from 1.

    In large print a list of places by name stands where the slider with its two handles would.

    >>> brush = Brush("pictures", ("f", 1, 5), ("f", "i"), 5, {"the last": (5, 5)})
    >>> brush.places.value = (5, 5)
    >>> brush.value
    ('f', 5, 5)
    """

    def __init__(
        self,
        label: str,
        value: tuple[str, int, int],
        strips: Sequence[str],
        length: int,
        places: Mapping[str, tuple[int, int]],
    ) -> None:
        self.strips, self.length = tuple(strips), length
        self.picker = widgets.ToggleButtons(options=self.strips, value=value[0], description="gate")
        self.box = number_box(label, 0)
        self.slider = widgets.IntRangeSlider(value=value[1:], min=1, max=length, readout=False)
        room = max(map(len, places), default=0) + 10  # the list's arrow covers the end of its longest line
        elsewhere = ("some pictures".ljust(room), None)
        self.places = widgets.Dropdown(options=[elsewhere, *places.items()], description="at")
        for part in (self.box, self.slider):
            part.add_class("lab-only-alone")
        self.places.add_class("lab-only-lecture")
        super().__init__(label, [self.picker, self.box, self.slider, self.places], "time")
        self.value = value
        self._set_widgets(self.value)
        self.picker.observe(lambda change: self._choose((change["new"], *self.value[1:])), "value")
        self.slider.observe(lambda change: self._choose((self.value[0], *change["new"])), "value")
        self.box.observe(self._from_box, "value")
        self.places.observe(self._from_places, "value")

    def _choose(self, value: tuple[str, int, int]) -> None:
        self._heard(value)
        self._name_the_places()

    def _from_box(self, change: Any) -> None:
        if change["new"] == self._range():
            return  # it came from another part
        ends = [number_in(part) for part in change["new"].replace("-", "–").split("–")]
        if len(ends) <= 2 and None not in ends:
            self._heard((self.value[0], ends[0], ends[-1]))
        self._set_widgets(self.value)

    def _from_places(self, change: Any) -> None:
        if change["new"] is not None and change["new"] != self.value[1:]:
            self._heard((self.value[0], *change["new"]))
            self.slider.value = self.value[1:]
            self.box.value = self._range()

    def _range(self) -> str:
        first, last = self.value[1:]
        return str(first) if first == last else f"{first}–{last}"

    def _name_the_places(self) -> None:
        self.box.value = self._range()
        known = [place for _, place in self.places.options]
        self.places.value = self.value[1:] if self.value[1:] in known else None

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> tuple[str, int, int]:
        strip, *ends = proposal["value"]
        if strip not in self.strips:
            raise traitlets.TraitError(
                f"there is no strip {strip!r}; the strips are {', '.join(self.strips)}"
            )
        first, last = sorted(int(min(max(end, 1), self.length)) for end in ends)
        return strip, first, last

    def _set_widgets(self, value: tuple[str, int, int]) -> None:
        self.picker.value = value[0]
        self.slider.value = value[1:]
        self._name_the_places()

    def ends(self) -> tuple[tuple[str, int, int], ...]:
        """Return the first and the last place alone, and all of them."""
        first, last = self.strips[0], self.strips[-1]
        return (first, 1, 1), (last, self.length, self.length), (last, 1, self.length)

    def draw(self, rng: np.random.Generator) -> tuple[str, int, int]:
        """Return a random strip and a random range."""
        first, last = sorted(int(end) for end in rng.integers(1, self.length + 1, 2))
        return self.strips[int(rng.integers(len(self.strips)))], first, last


class Tape(Control):
    """Strips of levels in 0..1, with a slider that paints: where the brush is, its level is laid down at once.

    The value is one text of runs per strip, or the name of a known tape; whatever is painted on a known tape
    begins with its levels.

    >>> tape = Tape("level", ("0.5x4", "1x4"), ("f", "i"), 4, {})
    >>> tape.aim("i", 2, 3)
    >>> tape.slider.value = 0.25
    >>> tape.value
    ('0.5x4', '1 0.25x2 1')
    """

    def __init__(
        self,
        label: str,
        value: Painted,
        strips: Sequence[str],
        length: int,
        known: Mapping[str, Callable[[], Array]],
    ) -> None:
        self.strips, self.length, self.known = tuple(strips), length, dict(known)
        self._aim = (0, slice(0, length))
        self._showing = False
        self.box = number_box(label, 0)
        self.slider = widgets.FloatSlider(value=0, min=0, max=1, step=STEP, readout=False)
        super().__init__(label, [self.box, self.slider], "slider")
        self.value = value
        self._set_widgets(self.value)
        self.slider.observe(self._from_slider, "value")
        self.box.observe(self._from_box, "value")

    def levels(self) -> Array:
        """Return the levels, one row per strip."""
        return self.levels_in(self.value)

    def levels_in(self, value: Painted) -> Array:
        """Return the levels that a value stands for."""
        if isinstance(value, str):
            return self.known[value]()
        return np.stack([levels_of(strip) for strip in value])

    def aim(self, strip: str, first: int, last: int) -> None:
        """Point the brush at the places first..last of a strip; the slider shows what is there."""
        self._aim = self.strips.index(strip), slice(first - 1, last)
        self._set_widgets(self.value)

    def paint(self, level: float) -> None:
        """Lay one level down where the brush is."""
        levels = self.levels().copy()
        levels[self._aim] = min(max(level, 0.0), 1.0)
        self._heard(tuple(spelled(row) for row in levels))

    def _from_slider(self, change: Any) -> None:
        if not self._showing:
            self.paint(change["new"])
            self.box.value = self._words()

    def _from_box(self, change: Any) -> None:
        if self._showing or change["new"] == self._words():
            return  # it came from the slider
        number = number_in(change["new"])
        if number is not None:
            self.paint(number)
        self._set_widgets(self.value)

    def _words(self) -> str:
        here = np.round(self.levels()[self._aim], DIGITS)
        return written(here[0]) if np.all(here == here[0]) else "mixed"

    @traitlets.validate("value")
    def _fits(self, proposal: Any) -> Painted:
        value = proposal["value"]
        if isinstance(value, str):
            if value not in self.known:
                raise traitlets.TraitError(f"there is no tape {value!r}; there are: {', '.join(self.known)}")
            return value
        try:
            strips = [levels_of(strip) for strip in value]
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None
        lengths = [len(strip) for strip in strips]
        if lengths != [self.length] * len(self.strips):
            raise traitlets.TraitError(
                f"a tape must have {len(self.strips)} strips of {self.length} levels, got {lengths}"
            )
        return tuple(spelled(strip) for strip in strips)

    def _set_widgets(self, value: Painted) -> None:
        self._showing = True  # what is shown is not painted
        try:
            level = float(self.levels_in(value)[self._aim][0])
            self.slider.value = round(round(level / STEP) * STEP, 10)
            self.box.value = self._words()
        finally:
            self._showing = False

    def ends(self) -> tuple[Painted, ...]:
        """Return everything shut, everything open, and the known tapes."""
        shut, opened = ((f"{level}x{self.length}",) * len(self.strips) for level in (0, 1))
        return shut, opened, *self.known

    def draw(self, rng: np.random.Generator) -> Painted:
        """Return strips of a few random runs."""
        strips = []
        for _ in self.strips:
            levels = np.full(self.length, rng.integers(21) / 20)
            for _ in range(int(rng.integers(5))):
                first, last = sorted(rng.integers(0, self.length + 1, 2))
                levels[first:last] = rng.integers(21) / 20
            strips.append(spelled(levels))
        return tuple(strips)
