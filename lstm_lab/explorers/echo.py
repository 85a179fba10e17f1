"""Echo: what one recurrent unit keeps of a single pulse."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import ACTIVATIONS, RNNParams, trace
from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.numbers import raised, steps_of
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.gradients import step_jacobians

STEPS = 40
EDGE = 1.25
WHISPER = 0.05
HOLD = 20
SAME = 0.1
"""Lines that end nearer to each other than this share one label."""


class EchoRun(NamedTuple):
    """One unit, run three times: with the pulse, without it, and with a whisper of a twentieth of its size.

    ``h``, ``h_without`` and ``h_whisper`` have one entry for the pulse's own step and one for each of the 40
    steps after it. ``half_gone`` is the first step at which the pulse's effect, |h − h_without|, is below half of
    what it was at first; None if that never comes. ``left`` is the part of it left after 40 steps and
    ``whisper_left`` the part of the whisper's left after 20. ``multiplier`` is ∂h/∂h_prev at the last step.
    ``rests`` are the values that repeat themselves, each with whether its neighbours are drawn in.
    """

    w: float
    b: float
    pulse: float
    activation: str
    h: Array
    h_without: Array
    h_whisper: Array
    effect: Array
    half_gone: int | None
    left: float
    whisper_left: float
    multiplier: float
    now: Array
    following: Array
    rests: tuple[tuple[float, bool], ...]


def echo(w: float, b: float, pulse: float, activation: str) -> EchoRun:
    """Return the run of one unit, h = activation(x + w h_prev + b), whose only input is a pulse at step 0."""
    params = RNNParams(np.ones((1, 1)), np.full((1, 1), w), np.full(1, b), activation)
    xs = np.zeros((STEPS + 1, 3, 1))
    xs[0, :, 0] = pulse, 0.0, WHISPER * pulse
    run = trace(params, xs)
    h, h_without, h_whisper = run.h[:, :, 0].T
    effect = np.abs(h - h_without)
    lost = np.flatnonzero(effect < effect[0] / 2)
    now = np.linspace(-EDGE, EDGE, 201)
    following = ACTIVATIONS[activation](w * now + b)
    return EchoRun(
        w=w,
        b=b,
        pulse=pulse,
        activation=activation,
        h=h,
        h_without=h_without,
        h_whisper=h_whisper,
        effect=effect,
        half_gone=int(lost[0]) if lost.size else None,
        left=_part(effect[-1], effect[0]),
        whisper_left=_part(abs(h_whisper - h_without)[HOLD], abs(h_whisper - h_without)[0]),
        multiplier=float(step_jacobians(params, run)[-1, 0, 0, 0]),
        now=now,
        following=following,
        rests=_rests(now, following),
    )


def _part(rest: float, whole: float) -> float:
    return float(rest / whole) if whole > 0 else 0.0


def _rests(now: Array, following: Array) -> tuple[tuple[float, bool], ...]:
    """Return where the curve crosses the diagonal, and whether it is flatter there than the diagonal is steep."""
    above = following - now
    rests = []
    for k in range(len(now) - 1):
        alone = above[k] == 0 and (k == 0 or above[k - 1] != 0) and above[k + 1] != 0
        if above[k] * above[k + 1] < 0 or alone:
            slope = (following[k + 1] - following[k]) / (now[k + 1] - now[k])
            rests.append((float(now[k] + above[k] / (1 - slope)), bool(abs(slope) < 1)))
    return tuple(rests)


def held(run: EchoRun) -> int:
    """Return for how many of the first 20 steps more than half of the pulse's effect was there."""
    if run.effect[0] == 0:
        return 0
    return HOLD if run.half_gone is None else min(run.half_gone - 1, HOLD)


def leaves_at(run: EchoRun) -> int | None:
    """Return the first step at which h is beyond the edge of the picture, or None."""
    beyond = np.flatnonzero(np.abs(run.h) > EDGE)
    return int(beyond[0]) if beyond.size else None


class Echo(Explorer):
    """A pulse enters one recurrent unit: what is left of it, step by step, and why."""

    question = "What does one recurrent unit keep of a single pulse?"
    misconception = "An RNN remembers everything it has read."
    not_shown = (
        "learning, noise, and many units: a weight matrix fades, rings and latches in several directions."
    )
    height = 262.0
    lecture = ("w", "activation")
    presets: ClassVar[Mapping[str, Preset]] = {
        "What if w is 0.8?": Preset(
            {"w": 0.8},
            "Each step keeps a part, and after a few of them next to nothing is left.",
            lambda run: run.half_gone is not None and run.half_gone <= 5 and run.left < 0.01,
        ),
        "What if w is negative?": Preset(
            {"w": -0.95},
            "It rings: h changes sign at every step while it fades.",
            lambda run: bool(np.all(np.diff(np.sign(run.h)) != 0)) and run.left < 0.5,
        ),
        "What if w is above 1?": Preset(
            {"w": 1.5},
            "It latches: the curve crosses the diagonal three times and h stays at the outer crossing.",
            lambda run: run.half_gone is None and sum(draws for _, draws in run.rests) == 2,
        ),
        "What if w is huge?": Preset(
            {"w": 3.0},
            "It saturates: h sits near 1, where tanh is flat, so a small change is wiped out in one step.",
            lambda run: run.h[-1] > 0.98 and run.multiplier < 0.05,
        ),
        "And with no squish?": Preset(
            {"w": 1.1, "activation": "linear"},
            "It explodes: nothing stops the growth, and h leaves the picture.",
            lambda run: leaves_at(run) is not None and run.left > 10,
        ),
    }
    challenge = Challenge(
        "Hold more than half of the pulse for 20 steps, yet let a whisper (1/20 of it) die away.",
        lambda run: held(run) / HOLD * (1 - min(run.whisper_left, 1.0)),
        lambda run: (
            f"Held {steps_of(held(run))}; {spoken(100 * min(run.whisper_left, 1), 0)} % of the whisper is left."
        ),
    )
    prediction = Prediction(
        "tanh, weight w = 0.95: when is half of the pulse gone?",
        ("within 7 steps", "after 8 to 40", "not even after 40"),
        {"w": 0.95, "b": 0.0, "pulse": 1.0, "activation": "tanh"},
        lambda run: (
            "not even after 40"
            if run.half_gone is None
            else "within 7 steps"
            if run.half_gone <= 7
            else "after 8 to 40"
        ),
        "At w = 0.95",
    )

    def controls(self) -> dict[str, Any]:
        """Return weight, bias, pulse and activation."""
        return {
            "w": Slider("weight w", 0.7, -3, 3, 0.05),
            "b": Slider("bias b", 0.0, -1, 1, 0.05),
            "pulse": Slider("pulse", 1.0, -1, 1, 0.05),
            "activation": Choice("activation", "tanh", tuple(ACTIVATIONS)),
        }

    def compute(self, values: Values) -> EchoRun:
        """Return the run at these values."""
        return echo(**values)

    def picture(self, record: EchoRun, canvas: Canvas) -> str:
        """Return h over time beside the cobweb that makes it."""
        top, foot = canvas.text * 2.1, canvas.small * 2 + 12
        side = canvas.height - top - foot
        left, right = canvas.small * 2.2, canvas.small * 7
        web = Area(canvas.width - side - 14, top, side, side, (-EDGE, EDGE), (-EDGE, EDGE))
        over = web.left - 3.4 * canvas.small - right
        time = Area(left, top, over - left, side, (0, STEPS), (-EDGE, EDGE))
        return svg.document(
            canvas,
            "h over time, and h from one step to the next",
            self.describe(record),
            _over_time(record, time, canvas),
            _cobweb(record, web, canvas),
        )

    def describe(self, record: EchoRun) -> str:
        """Return how long the pulse lasts, with its numbers."""
        run = record
        setting = f"With {run.activation}, w = {spoken(run.w)} and b = {spoken(run.b)},"
        if run.effect[0] == 0:
            reason = "there is no pulse" if run.pulse == 0 else "the activation swallows the pulse"
            return f"{setting} {reason}, so there is nothing to remember; h ends at {_value(run.h[-1])}."
        first = f"{setting} the pulse changes h by {spoken(run.effect[0])}."
        if run.half_gone is None:
            fate = f"More than half of that lasts all {STEPS} steps"
        else:
            fate = f"Half of that is gone {steps_of(run.half_gone)} later"
        rest = (
            f"{_value(run.left, 1)} times as much is there at the end"
            if run.left > 1.05
            else f"{spoken(100 * run.left, 0)} % is left after {STEPS}"
        )
        beyond = leaves_at(run)
        cut = f"; h leaves the picture at step {beyond}" if beyond is not None else ""
        change = f"one more step multiplies a small change by {spoken(run.multiplier)}"
        return f"{first} {fate}; {rest}{cut}. h ends at {_value(run.h[-1])}, where {change}."


def _value(value: float, digits: int = 2) -> str:
    if abs(value) < 10_000:
        return spoken(value, digits)
    power = int(np.floor(np.log10(abs(value))))
    return f"{spoken(value / 10.0**power, 1)} · 10{raised(power)}"


def together(lines: Sequence[Line]) -> bool:
    """Return whether all lines end at one place, where a stack of labels would point at nothing."""
    ends = np.clip([each.ys[-1] for each in lines], -EDGE, EDGE)
    return float(np.ptp(ends)) < SAME


def _over_time(run: EchoRun, area: Area, canvas: Canvas) -> str:
    steps = np.arange(STEPS + 1)
    lines = [
        Line("no pulse", steps, run.h_without, "grey", 1.2 * canvas.line, "1 3"),
        Line("whisper", steps, run.h_whisper, "ink", 1.2 * canvas.line, "3 3"),
        Line(f"h = {_value(run.h[-1])}", steps, run.h, "h", dots=True),
    ]
    key = "thin dashes: a whisper, 1/20 of it · dotted: no pulse"
    if canvas.narrow:
        lines.pop(1)
        key = "dotted: no pulse"
    if together(lines):
        lines = [each._replace(label="") for each in lines[:-1]] + lines[-1:]
    edge = area.left + area.width
    marks = [
        panels.title(area, canvas, "h over time"),
        svg.text(edge, area.top - 10, key, size=canvas.small, anchor="end", pen="grey"),
        panels.axes(area, canvas, (0, 10, 20, 30, 40), (-1, 0, 1), "steps after the pulse"),
        panels.between(area, steps, run.h, run.h_without),
        panels.traces(area, canvas, lines),
    ]
    beyond, top = leaves_at(run), area.top
    if beyond is not None:
        top += 2.9 * canvas.text  # the line of the half begins below these words
        words, below = f"h leaves the picture at step {beyond}", area.top + 2.4 * canvas.text
        side, anchor = (12, "start") if beyond < STEPS / 2 else (-12, "end")
        marks.append(svg.text(area.x(beyond) + side, below, words, anchor=anchor, halo=True))
    if run.half_gone is not None:
        x = area.x(run.half_gone)
        words = f"half gone: {run.half_gone}"
        side, anchor = (6, "start") if run.half_gone < 0.6 * STEPS else (-6, "end")
        marks.append(svg.line(x, top, x, area.top + area.height, width=1.5 * canvas.line, dash="5 3"))
        marks.append(svg.text(x + side, top + canvas.text, words, anchor=anchor, weight=600, halo=True))
    return svg.group(*marks, name="time")


def _cobweb(run: EchoRun, area: Area, canvas: Canvas) -> str:
    def place(x: float, y: float) -> tuple[float, float]:
        return area.x(x), area.y(float(np.clip(y, -9 * EDGE, 9 * EDGE)))

    seen = np.clip(run.h, -9 * EDGE, 9 * EDGE)
    corners = [place(seen[0], seen[0])]
    for before, after in pairwise(seen):
        corners += [place(before, after), place(after, after)]
    curve = [place(x, y) for x, y in zip(run.now, run.following, strict=True)]
    rests = [
        svg.dot(*place(value, value), 5, hollow=not draws, width=max(1.5, canvas.line))
        for value, draws in run.rests
    ]
    return svg.group(
        panels.title(area, canvas, "h → next h"),
        panels.axes(area, canvas, (-1, 0, 1), (-1, 0, 1), "h now", "h next"),
        panels.window(
            area,
            svg.line(*place(-EDGE, -EDGE), *place(EDGE, EDGE), pen="grey", width=canvas.line, dash="2 3"),
            svg.trace(*zip(*curve, strict=True), width=2.5),
            svg.trace(*zip(*corners, strict=True), pen="h", width=max(1.6, canvas.line), dash="none"),
            svg.dot(*place(seen[0], seen[0]), 4, pen="h"),
            *rests,
        ),
        name="cobweb",
    )
