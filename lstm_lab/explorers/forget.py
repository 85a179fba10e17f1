"""Forget: the gate that says how much of the long-term memory is kept."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import LSTMStep
from lstm_lab.drawing.equation import Equation, equals, times
from lstm_lab.drawing.gates import Level
from lstm_lab.drawing.numbers import percent
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers.base import Challenge, Prediction, Preset, Values
from lstm_lab.explorers.controls import Slider
from lstm_lab.explorers.gate_bench import LONG, GateBench, Layer, advance, gate_at, one_unit, said, weighed
from lstm_lab.measures import direct_path


class ForgetRun(NamedTuple):
    """One step in which nothing is learned: the gate's weights and the step.

    ``left`` is the part of a memory that ten such steps leave, in [0, 1], and ``after_ten`` that part of c_prev.
    """

    gate: Layer
    step: LSTMStep
    left: float
    after_ten: float


def forget(h: float, x: float, c: float, b_f: float, w_h: float, w_x: float) -> ForgetRun:
    """Return what one unit keeps of its memory.

        f = σ(w_h h_prev + w_x x + b_f)          kept = f ⊙ c_prev

    Args:
        h: the short-term memory it starts from, h_prev.
        x: the event.
        c: the long-term memory it starts from, c_prev.
        b_f: the gate's bias.
        w_h: its weight for the short-term memory.
        w_x: its weight for the event.
    """
    gate = Layer(w_h, w_x, b_f)
    step = advance(one_unit(f=gate, i=gate_at(0.0)), x, h, c)
    left = float(direct_path(np.full(LONG + 1, said(step.f)))[0])
    return ForgetRun(gate, step, left, left * c)


LEFT = ("90 %", "a third", "next to nothing")


def fate(run: ForgetRun) -> str:
    """Return how much of the old memory ten such steps leave, in words."""
    return LEFT[0] if run.left > 0.8 else LEFT[1] if run.left > 0.1 else LEFT[2]


def near_half(run: ForgetRun) -> float:
    """Return how near to half of the memory ten such steps leave, in 0..1; two points beside it are near enough."""
    return max(0.0, 1 - max(0.0, abs(run.left - 0.5) - 0.02) / 0.48)


class Forget(GateBench):
    """One forget gate of one unit: what it reads, how far it opens, and what is left of the memory."""

    question = "What does a forget gate of 1 forget?"
    misconception = "Forget = 1 means forget."
    not_shown = "what is learned in its place (Remember), many units, and how the weights are found."
    title = "A forget gate and the memory it keeps"
    drawn = "forget"
    focus = "forget"
    lecture = ("b_f", "c")
    more = ("w_h", "w_x")
    presets: ClassVar[Mapping[str, Preset]] = {
        "What if the tap is open?": Preset(
            {"b_f": 5.0},
            "f is near 1, and nearly all of the memory passes. The forget gate says how much is kept.",
            lambda run: said(run.step.f) > 0.99 and said(run.step.kept) > 0.99 * said(run.step.c_prev) > 0,
        ),
        "What if it is shut?": Preset(
            {"b_f": -5.0},
            "f is near 0, and the memory is gone after this one step.",
            lambda run: said(run.step.f) < 0.01 and abs(said(run.step.kept)) < 0.01,
        ),
        "Is 0.88 nearly all?": Preset(
            {"b_f": 2.0},
            "For one step it is. Ten such steps leave little more than a quarter.",
            lambda run: round(said(run.step.f), 2) == 0.88 and 0.25 < run.after_ten < 0.3,
        ),
        "Can an event shut it?": Preset(
            {"b_f": 2.0, "x": -2.0, "w_x": 3.0},
            "The bias holds the tap open; this event, with its weight, shuts it. The gate reads what happens.",
            lambda run: said(run.step.f) < 0.1 < said(run.step.c_prev),
        ),
        "Does it turn a memory round?": Preset(
            {"b_f": 0.0, "c": -2.0},
            "Never: a gate is not below 0, so a negative memory shrinks towards 0 and stays negative.",
            lambda run: said(run.step.c_prev) < said(run.step.kept) < 0,
        ),
    }
    challenge = Challenge(
        "Ten such steps shall leave about half of the memory.",
        near_half,
        lambda run: f"With f = {spoken(said(run.step.f))} they leave {percent(run.left)}.",
    )
    prediction = Prediction(
        "f = 0.9. After ten such steps there is left …",
        LEFT,
        {"b_f": 2.2},
        fate,
        "After ten steps at f = 0.90",
    )

    def controls(self) -> dict[str, Any]:
        """Return both memories, the event and the bias, and the weights."""
        return {
            "b_f": Slider("bias b_f", 0.0, -6, 6, 0.1),
            "c": Slider("long-term c", 1.0, -2, 2, 0.1),
            "h": Slider("short-term h", 0.5, -1, 1, 0.1),
            "x": Slider("event x", -1.0, -2, 2, 0.1),
            "w_h": Slider("w_hf (h in f)", 2.0, -4, 4, 0.5),
            "w_x": Slider("w_xf (x in f)", 1.0, -4, 4, 0.5),
        }

    def compute(self, values: Values) -> ForgetRun:
        """Return the step at these values."""
        return forget(**values)

    def flow(self, record: ForgetRun) -> dict[str, float]:
        """Return what goes into the gate, and the memory before and after it."""
        step = record.step
        return {name: said(getattr(step, name)) for name in ("x", "h_prev", "c_prev", "f", "kept")}

    def worked(self, record: ForgetRun) -> tuple[Equation, ...]:
        """Return the gate, and what it leaves."""
        step = record.step
        product = times("f·cₜ₋₁", said(step.f), said(step.c_prev), "c")
        return (
            weighed("f", "σ", record.gate, step),
            Equation("kept", "", (product,), "", said(step.kept), "c"),
        )

    def levels(self, record: ForgetRun) -> tuple[Level, ...]:
        """Return the memory before, after this step, and after ten like it."""
        return (
            Level("old memory cₜ₋₁", said(record.step.c_prev), "c"),
            Level("kept: f·cₜ₋₁", said(record.step.kept), "c", strong=True),
            Level(f"after {LONG} such steps", record.after_ten, "c"),
        )

    def describe(self, record: ForgetRun) -> str:
        """Return the gate, what it keeps and what is lost, with numbers."""
        step = record.step
        f, c, kept = said(step.f), said(step.c_prev), said(step.kept)
        return (
            f"The forget gate stands at f = σ({spoken(said(step.a_f))}) {equals(f)} {spoken(f)}: it keeps "
            f"{percent(f)} of the long-term memory. {spoken(c)} becomes {spoken(kept)}; ten such steps leave "
            f"{spoken(record.after_ten)}."
        )
