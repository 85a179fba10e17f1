"""Putting a long channel together: written in words as runs, or with one button for many pictures at a time.

A channel is written in short: "bear, 150 tree, title card, ?" is 153 pictures.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_lab.explorers.controls import Control

TIMES = (1, 10, 50)
"""How many pictures one press of a button can add."""


def in_runs(show: Sequence[str]) -> str:
    """Return a channel as runs of equal pictures.

    >>> in_runs(["bear", "tree", "tree", "?"])
    'bear, 2 tree, ?'
    """
    runs = [(kind, len(list(same))) for kind, same in groupby(show)]
    return ", ".join(kind if count == 1 else f"{count} {kind}" for kind, count in runs)


@lru_cache(maxsize=64)
def show_in(words: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pictures of a channel that ``in_runs`` or a reader wrote.

    A reader may write capitals, plurals and "face" for "?".

    >>> show_in("Bear, 3 trees, face", ("bear", "tree", "?"))
    ('bear', 'tree', 'tree', 'tree', '?')

    Args:
        words: runs with commas between them; each a kind of picture, after a number if there are several.
        kinds: those there are.

    Raises:
        ValueError: a run that is none, or a picture there is not.
    """
    show: list[str] = []
    for run in filter(None, (each.strip() for each in words.split(","))):
        found = re.fullmatch(r"(?:(\d+)\s*[x×]?\s*)?(.*\S)", run)
        kind = _kind(found[2], kinds) if found else ""
        if not found or not kind:
            raise ValueError(f"there is no picture {run!r}; there are {', '.join(kinds)}")
        show += [kind] * min(int(found[1] or 1), 10_000)
    return tuple(show)


def _kind(word: str, kinds: tuple[str, ...]) -> str:
    """Return the kind a reader means, empty if there is none."""
    meant = word.lower()
    for guess in (meant, meant.removesuffix("s"), meant.removesuffix("es")):
        guess = "?" if guess == "face" else guess
        if guess in kinds:
            return guess
    return ""


class ChannelComposer(Control):
    """A long channel put together by hand: a line to write it in, and a button per kind of picture that adds many.

    The value is the channel as runs. What cannot be read stays in the line, with a word on what is wrong.

    >>> channel = ChannelComposer("channel", "bear", ("bear", "tree", "?"), longest=200)
    >>> channel.times.value = 50
    >>> channel.buttons["tree"].click()
    >>> channel.value, channel.count.value
    ('bear, 50 tree', '51 of 200')
    """

    def __init__(self, label: str, value: str, kinds: Sequence[str], longest: int) -> None:
        self.kinds, self.longest = tuple(kinds), longest
        self.line = widgets.Text(description=label, continuous_update=False)
        self.line.add_class("lab-line")
        self.count = widgets.Label()
        self.times = widgets.ToggleButtons(
            options=[(f"×{n}", n) for n in TIMES],
            value=TIMES[0],
            tooltips=[f"A button adds {n}" for n in TIMES],
        )
        self.buttons = {kind: widgets.Button(description=kind, tooltip=f"Add: {kind}") for kind in self.kinds}
        self.back = widgets.Button(description="Take back", tooltip="Remove the last pictures that are alike")
        self.clear = widgets.Button(description="Clear", tooltip="Remove every picture")
        row = [self.line, self.count, self.times, *self.buttons.values(), self.back, self.clear]
        super().__init__(label, row, "composer")
        self.add_class("lab-long")
        self.value = value
        self._set_widgets(self.value)
        for kind, button in self.buttons.items():
            button.on_click(lambda _, kind=kind: self.add(kind))
        self.back.on_click(lambda _: self.remove_last())
        self.clear.on_click(lambda _: self.set_trait("value", ""))
        self.line.observe(self._from_line, "value")

    def show(self) -> tuple[str, ...]:
        """Return the pictures, in order."""
        return show_in(self.value, self.kinds)

    def add(self, kind: str) -> None:
        """Append as many pictures as are chosen, or as there is room for."""
        count: Any = self.times.value
        self.value = in_runs((*self.show(), *(kind,) * count))

    def remove_last(self) -> None:
        """Remove the last run of equal pictures, if there is one."""
        self.value = ", ".join(self.value.split(", ")[:-1])

    def _from_line(self, change: Any) -> None:
        if change["new"] == self.value:
            return  # it came from a button
        try:
            show_in(change["new"], self.kinds)
        except ValueError as error:
            self.count.value = str(error).split(";")[0].capitalize()
            return
        self.value = change["new"]
        self._set_widgets(self.value)

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> str:
        try:
            return in_runs(show_in(proposal["value"], self.kinds)[: self.longest])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None

    def _set_widgets(self, value: str) -> None:
        length = len(show_in(value, self.kinds))
        self.line.value = value
        self.count.value = f"{length} of {self.longest}"
        for button in self.buttons.values():
            button.disabled = length == self.longest
        self.back.disabled = self.clear.disabled = not value

    def ends(self) -> tuple[str, ...]:
        """Return no picture at all, and the longest channel of the first and of the last kind."""
        return "", in_runs((self.kinds[0],) * self.longest), in_runs((self.kinds[-1],) * self.longest)

    def draw(self, rng: np.random.Generator) -> str:
        """Return a random channel of a few runs."""
        kinds = [str(kind) for kind in rng.choice(self.kinds, int(rng.integers(12)))]
        show = [kind for kind in kinds for _ in range(int(rng.choice((1, 1, 2, 5, 30, 150))))]
        return in_runs(show[: self.longest])
