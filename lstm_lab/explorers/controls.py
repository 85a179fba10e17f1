"""The controls of explorers: each has a ``label`` and a ``.value``, and setting ``.value`` drives it.

A control also knows its ``ends`` (its extreme values) and can ``draw`` a random one, so that one set of tests
drives every explorer. ``.value`` itself never travels to the browser; the widgets inside do.
"""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

PLAYING = "playing" if widgets.Play.class_traits().get("playing") else "_playing"
"""The trait of a clock that says whether it runs; ipywidgets 7, which Colab has, calls it by its old name."""


class Control(widgets.HBox):
    """A labelled row of widgets with one ``value``. Subclasses keep the two in step."""

    value: Any = traitlets.Any()

    def __init__(self, label: str, children: Sequence[widgets.Widget], name: str) -> None:
        super().__init__(children)
        self.label = label
        self._listening = False
        self.add_class("lab-control")
        self.add_class(f"lab-{name}")
        self.observe(self._show, "value")

    def ends(self) -> tuple[Any, ...]:
        """Return the extreme values."""
        raise NotImplementedError

    def draw(self, rng: np.random.Generator) -> Any:
        """Return a random value."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop what moves by itself; most controls do not."""

    def enable(self, on: bool) -> None:
        """Let the hand move it, or not."""
        for part in self.children:
            part.disabled = not on

    def _show(self, change: Any) -> None:
        """Make the widgets show the value. What a widget said itself is never said back to it."""
        if not self._listening:
            self._set_widgets(self.value)

    def _set_widgets(self, value: Any) -> None:
        raise NotImplementedError

    def _heard(self, value: Any) -> None:
        """Take a value that came from one of the widgets."""
        self._listening = True
        try:
            self.value = value
        finally:
            self._listening = False


def written(value: float) -> str:
    """Return a number as a box shows it.

    >>> written(0.30000000000000004), written(-2)
    ('0.3', '-2')
    """
    return f"{value:.10g}"


def number_in(words: str) -> float | None:
    """Return the number a reader typed, with a decimal point or comma; None if it is none.

    >>> number_in("0,4"), number_in("7.6"), number_in("many")
    (0.4, 7.6, None)
    """
    try:
        number = float(words.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def number_box(label: str, value: float) -> widgets.Text:
    """Return a box for a number. It holds text: a browser's own number box drops the comma of "0,4" and says 4."""
    return widgets.Text(value=written(value), description=label, continuous_update=False)


class Slider(Control):
    """A slider with a labelled number box beside it, for reals or, with whole steps, for integers.

    Values snap to the steps here as they do in the browser, so that the two never disagree. What the hand
    moves is never sent back to it: only its partner is told.

    >>> w = Slider("weight w", 0.9, -2, 2, 0.05)
    >>> w.value = 7
    >>> w.value, w.ends()
    (2.0, (-2.0, 2.0))
    """

    def __init__(self, label: str, value: float, low: float, high: float, step: float) -> None:
        whole = all(float(each).is_integer() for each in (value, low, high, step))
        self._kind: Callable[[Any], float] = int if whole else float
        limits = {"min": self._kind(low), "max": self._kind(high), "step": self._kind(step)}
        Bar = widgets.IntSlider if whole else widgets.FloatSlider
        self.box = number_box(label, value)
        self.slider = Bar(value=self._kind(value), readout=False, **limits)
        self.low, self.high, self.step = limits["min"], limits["max"], limits["step"]
        super().__init__(label, [self.box, self.slider], "slider")
        self.value = self._kind(value)
        self.slider.observe(self._from_slider, "value")
        self.box.observe(self._from_box, "value")

    def _from_slider(self, change: Any) -> None:
        self._heard(change["new"])
        self.box.value = written(self.value)

    def _from_box(self, change: Any) -> None:
        if change["new"] == written(self.value):
            return  # it came from the slider
        number = number_in(change["new"])
        if number is not None:
            self._heard(number)
        self._set_widgets(self.value)

    def start_at(self, low: float) -> None:
        """Change the lowest value."""
        self.low = self.slider.min = self._kind(low)
        self.value = max(self.value, self.low)

    @traitlets.validate("value")
    def _on_a_step(self, proposal: Any) -> float:
        steps = round((min(max(proposal["value"], self.low), self.high) - self.low) / self.step)
        return self._kind(round(min(self.low + steps * self.step, self.high), 10))

    def _set_widgets(self, value: float) -> None:
        self.slider.value = value
        self.box.value = written(value)

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        return self.low, self.high

    def draw(self, rng: np.random.Generator) -> float:
        """Return a random value on the grid of steps."""
        steps = round((self.high - self.low) / self.step)
        return self._kind(round(min(self.low + int(rng.integers(steps + 1)) * self.step, self.high), 10))


class Choice(Control):
    """One of a few options: buttons side by side, or a list where the words would not fit.

    >>> Choice("activation", "tanh", ("tanh", "relu")).ends()
    ('tanh', 'relu')
    """

    def __init__(self, label: str, value: Any, options: Sequence[Any], *, listed: bool = False) -> None:
        self.options = tuple(options)
        kind = widgets.Dropdown if listed else widgets.ToggleButtons
        self.picker = kind(options=self.options, value=value, description=label)
        super().__init__(label, [self.picker], "choice")
        self.value = value
        self.picker.observe(lambda change: self._heard(change["new"]), "value")

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> Any:
        if proposal["value"] not in self.options:
            known = ", ".join(map(str, self.options))
            raise traitlets.TraitError(f"{self.label} must be one of {known}, got {proposal['value']!r}")
        return proposal["value"]

    def _set_widgets(self, value: Any) -> None:
        self.picker.value = value

    def ends(self) -> tuple[Any, ...]:
        """Return every option."""
        return self.options

    def draw(self, rng: np.random.Generator) -> Any:
        """Return a random option."""
        return self.options[int(rng.integers(len(self.options)))]


class FrameComposer(Control):
    """A show put together by hand: one button per kind of picture appends it, two more take back and clear.

    >>> show = FrameComposer("show", ("bear", "tree"), ("wolf", "bear", "tree"), longest=4)
    >>> show.add("wolf")
    >>> show.value
    ('bear', 'tree', 'wolf')
    """

    def __init__(self, label: str, value: Sequence[str], kinds: Sequence[str], longest: int = 24) -> None:
        self.kinds, self.longest = tuple(kinds), longest
        self.buttons = {kind: widgets.Button(description=kind, tooltip=f"Add: {kind}") for kind in self.kinds}
        self.back = widgets.Button(description="Take back", tooltip="Remove the last picture")
        self.clear = widgets.Button(description="Clear", tooltip="Remove every picture")
        self.count = widgets.Label()
        row = [self.count, *self.buttons.values(), self.back, self.clear]
        super().__init__(label, row, "composer")
        self.value = tuple(value)
        for kind, button in self.buttons.items():
            button.on_click(lambda _, kind=kind: self.add(kind))
        self.back.on_click(lambda _: self.remove_last())
        self.clear.on_click(lambda _: self.set_trait("value", ()))
        self._set_widgets(self.value)

    def add(self, kind: str) -> None:
        """Append one picture, if there is room for it."""
        if len(self.value) < self.longest:
            self.value = (*self.value, kind)

    def remove_last(self) -> None:
        """Remove the last picture, if there is one."""
        self.value = self.value[:-1]

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> tuple[str, ...]:
        frames = tuple(proposal["value"])
        unknown = [frame for frame in frames if frame not in self.kinds]
        if unknown:
            raise traitlets.TraitError(
                f"{self.label} must hold pictures of {', '.join(self.kinds)}, got {unknown[0]!r}"
            )
        return frames[: self.longest]

    def _set_widgets(self, value: tuple[str, ...]) -> None:
        self.count.value = f"{self.label}, {len(value)} of {self.longest}"
        for button in self.buttons.values():
            button.disabled = len(value) == self.longest
        self.back.disabled = self.clear.disabled = not value

    def ends(self) -> tuple[tuple[str, ...], ...]:
        """Return no picture at all, and the longest show of the first and of the last kind."""
        return (), (self.kinds[0],) * self.longest, (self.kinds[-1],) * self.longest

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Return a random show of random length."""
        return tuple(str(kind) for kind in rng.choice(self.kinds, int(rng.integers(self.longest + 1))))


class TimeStepper(Control):
    """A place in time: Back, Play, Step and a slider. Play stops at the end and never starts by itself.

    The clock of Play lives in the browser and holds one message in flight, so it waits for each frame.

    >>> t = TimeStepper("step", 0, last=9)
    >>> t.forward.click(); t.forward.click(); t.backward.click()
    >>> t.value
    1
    """

    def __init__(self, label: str, value: int, last: int, milliseconds: int = 600) -> None:
        self.last = last
        self.backward = widgets.Button(description="◂ Back", tooltip="One step back")
        self.forward = widgets.Button(description="Step ▸", tooltip="One step on")
        self.playing = widgets.ToggleButton(description="Play", tooltip="Play to the end, or pause")
        self.clock = widgets.Play(value=value, min=0, max=last, interval=milliseconds, show_repeat=False)
        self.clock.add_class("lab-hidden")
        self.box = number_box(label, value)
        self.slider = widgets.IntSlider(value=value, min=0, max=last, readout=False)
        super().__init__(
            label, [self.box, self.slider, self.backward, self.playing, self.forward, self.clock], "time"
        )
        self.value = value
        self.playing.observe(self._play_or_pause, "value")
        self.clock.observe(lambda change: self.playing.set_trait("value", change["new"]), PLAYING)
        self.box.observe(self._from_box, "value")
        for part in (self.slider, self.clock):
            part.observe(self._from_part, "value")
        self.backward.on_click(lambda _: self.set_trait("value", self.value - 1))
        self.forward.on_click(lambda _: self.set_trait("value", self.value + 1))

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> int:
        return int(min(max(proposal["value"], 0), self.last))

    def _from_part(self, change: Any) -> None:
        self._heard(change["new"])
        self.box.value = written(self.value)
        for part in (self.slider, self.clock):
            if part is not change["owner"]:
                part.value = self.value

    def _from_box(self, change: Any) -> None:
        if change["new"] == written(self.value):
            return  # it came from another part
        number = number_in(change["new"])
        if number is not None:
            self._heard(round(number))
        self._set_widgets(self.value)

    def _play_or_pause(self, change: Any) -> None:
        if change["new"] and self.value == self.last:
            self.value = 0
        self.clock.set_trait(PLAYING, change["new"])

    def stop(self) -> None:
        """Stop playing."""
        self.playing.value = False

    def reach(self, last: int) -> None:
        """Change where time ends, for a show that grew or shrank."""
        self.last = last
        self.slider.max = self.clock.max = last
        self.value = min(self.value, last)

    def follow(self, show: FrameComposer) -> None:
        """Go to the end of a show whenever it changes: a picture added is a picture read.

        >>> show, t = FrameComposer("show", ("bear",), ("bear", "tree")), TimeStepper("pictures read", 0, last=1)
        >>> t.follow(show)
        >>> show.add("tree")
        >>> t.value, t.ends()
        (2, (0, 2))
        """

        def at_the_end(change: Any) -> None:
            self.reach(max(1, len(change["new"])))
            self.value = len(change["new"])

        show.observe(at_the_end, "value")

    def _set_widgets(self, value: int) -> None:
        self.slider.value = self.clock.value = value
        self.box.value = written(value)

    def ends(self) -> tuple[int, int]:
        """Return the first and the last step."""
        return 0, self.last

    def draw(self, rng: np.random.Generator) -> int:
        """Return a random step."""
        return int(rng.integers(self.last + 1))
