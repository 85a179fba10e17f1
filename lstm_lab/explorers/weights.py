"""A control for several weights of which one at a time is in the hand."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_lab.explorers.controls import Control, number_box, number_in, written


class Weights(Control):
    """One weight a name; a list says whose weight the slider moves, all of them are the value.

    >>> weights = Weights("weight", (0, 2), ("bear", "tree"), -8, 8, 0.5)
    >>> weights.picker.value = "tree"
    >>> weights.slider.value = -3.5
    >>> weights.value
    (0.0, -3.5)
    """

    def __init__(
        self,
        label: str,
        value: Sequence[float],
        names: Sequence[str],
        low: float,
        high: float,
        step: float,
    ) -> None:
        self.names, self.low, self.high, self.step = tuple(names), low, high, step
        self.picker = widgets.Dropdown(options=self.names, value=self.names[0], description="of the")
        self.box = number_box(label, float(value[0]))
        self.slider = widgets.FloatSlider(value=float(value[0]), min=low, max=high, step=step, readout=False)
        super().__init__(label, [self.box, self.slider, self.picker], "slider")
        self.value = tuple(value)
        self.picker.observe(lambda _: self._set_widgets(self.value), "value")
        self.slider.observe(self._from_slider, "value")
        self.box.observe(self._from_box, "value")

    @traitlets.validate("value")
    def _on_steps(self, proposal: Any) -> tuple[float, ...]:
        weights = tuple(proposal["value"])
        if len(weights) != len(self.names):
            raise traitlets.TraitError(
                f"{self.label} must hold {len(self.names)} numbers, one each for {', '.join(self.names)}, "
                f"got {len(weights)}"
            )
        return tuple(self._snapped(float(weight)) for weight in weights)

    def _snapped(self, weight: float) -> float:
        steps = round((min(max(weight, self.low), self.high) - self.low) / self.step)
        return float(round(min(self.low + steps * self.step, self.high), 10))

    @property
    def _chosen(self) -> int:
        return self.names.index(self.picker.value)

    def _with(self, weight: float) -> tuple[float, ...]:
        """Return all weights, the chosen one changed."""
        k = self._chosen
        return (*self.value[:k], weight, *self.value[k + 1 :])

    def _from_slider(self, change: Any) -> None:
        self._heard(self._with(change["new"]))
        self.box.value = written(self.value[self._chosen])

    def _from_box(self, change: Any) -> None:
        if change["new"] == written(self.value[self._chosen]):
            return  # it came from the slider, or another name was chosen
        number = number_in(change["new"])
        if number is not None:
            self._heard(self._with(number))
        self._set_widgets(self.value)

    def _set_widgets(self, value: tuple[float, ...]) -> None:
        weight = value[self._chosen]
        self.box.value = written(weight)
        self.slider.value = weight

    def ends(self) -> tuple[tuple[float, ...], ...]:
        """Return all weights at their lowest, and all at their highest."""
        return tuple((float(end),) * len(self.names) for end in (self.low, self.high))

    def draw(self, rng: np.random.Generator) -> tuple[float, ...]:
        """Return random weights on the grid of steps."""
        steps = rng.integers(round((self.high - self.low) / self.step) + 1, size=len(self.names))
        return tuple(self._snapped(float(self.low + count * self.step)) for count in steps)
