"""Learn: what an event would write into the memory, and how much of it is let in."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from lstm_lab.cells import LSTMParams, LSTMStep
from lstm_lab.drawing.equation import Equation, equals, times
from lstm_lab.drawing.gates import Level
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers.base import Challenge, Prediction, Preset, Values
from lstm_lab.explorers.controls import Slider
from lstm_lab.explorers.gate_bench import GateBench, Layer, advance, one_unit, said, weighed


class LearnRun(NamedTuple):
    """One step of a unit with an input gate and a candidate.

    ``gate`` and ``candidate`` are their weights, ``step`` is the step; ``low`` and ``high`` are what the same unit
    would learn from the events −1 and 1.
    """

    gate: Layer
    candidate: Layer
    step: LSTMStep
    low: float
    high: float


def learn(
    h: float, x: float, b_i: float, b_g: float, w_hi: float, w_xi: float, w_hg: float, w_xg: float
) -> LearnRun:
    """Return what one unit learns from an event.

        i = σ(w_hi h_prev + w_xi x + b_i)          g = tanh(w_hg h_prev + w_xg x + b_g)
        learned = i ⊙ g

    Args:
        h: the short-term memory it starts from, h_prev.
        x: the event.
        b_i: the bias of the input gate.
        b_g: the bias of the candidate.
        w_hi: the gate's weight for the short-term memory.
        w_xi: the gate's weight for the event.
        w_hg: the candidate's weight for the short-term memory.
        w_xg: the candidate's weight for the event.
    """
    gate, candidate = Layer(w_hi, w_xi, b_i), Layer(w_hg, w_xg, b_g)
    params: LSTMParams = one_unit(i=gate, g=candidate)
    low, high = (said(advance(params, event, h, 0.0).learned) for event in (-1.0, 1.0))
    return LearnRun(gate, candidate, advance(params, x, h, 0.0), low, high)


def fate(run: LearnRun) -> str:
    """Return how much of a candidate is learned."""
    i = said(run.step.i)
    return "all of it" if i > 0.9 else "nothing" if i < 0.1 else "a part of it"


ALL = 0.9
"""From here on all of an event is learned: neither σ nor tanh reaches 1."""


class Learn(GateBench):
    """One input gate and one candidate: what the event says, and how much of it is let in."""

    question = "How much of this event is learned?"
    misconception = "A gate is a switch: on or off."
    not_shown = "the old memory that this is added to (Remember), many units, and how the weights are found."
    title = "An input gate, a candidate, and what is learned"
    heading = "How much, what, and what is learned"
    drawn = "learn"
    focus = "learn"
    limits = (-1.0, 1.0)
    lecture = ("b_i", "x")
    more = ("w_hi", "w_xi", "w_hg", "w_xg")
    presets: ClassVar[Mapping[str, Preset]] = {
        "A loud event, a shut tap?": Preset(
            {"b_i": -5.0, "x": 2.0},
            "The candidate is as strong as it can be, and next to nothing of it is learned.",
            lambda run: said(run.step.g) > 0.95 and abs(said(run.step.learned)) < 0.01,
        ),
        "An open tap?": Preset(
            {"b_i": 6.0},
            "Learned is the candidate itself: the gate says how much, the candidate says what.",
            lambda run: said(run.step.i) > 0.99 and abs(said(run.step.learned) - said(run.step.g)) < 0.01,
        ),
        "Half open?": Preset(
            {"b_i": 0.0, "h": 0.0},
            "Half of the candidate gets in. A gate stands anywhere between 0 and 1, so its slope is not 0.",
            lambda run: said(run.step.i) == 0.5 and said(run.step.learned) == 0.5 * said(run.step.g),
        ),
        "Can it learn a minus?": Preset(
            {"b_i": 3.0, "x": -1.0},
            "Yes: the gate is never negative, the candidate may be. So an event can take away from a memory.",
            lambda run: said(run.step.i) > 0.8 and said(run.step.learned) < -0.5,
        ),
        "Can the past shut the tap?": Preset(
            {"h": -1.0, "w_hi": 4.0},
            "The same event, but the short-term memory shuts the gate: it decides what is worth learning.",
            lambda run: said(run.step.x) == 1 and said(run.step.i) < 0.1 and said(run.step.g) > 0.4,
        ),
    }
    challenge = Challenge(
        "One setting: ignore the event −1, learn all of the event 1 (see More).",
        lambda run: min(max(abs(run.high) - abs(run.low), 0.0) / ALL, 1.0),
        lambda run: f"From −1 it learns {spoken(run.low)}, from 1 it learns {spoken(run.high)}.",
    )
    prediction = Prediction(
        "The candidate says 1, the input gate 0. Learned is …",
        ("all of it", "a part of it", "nothing"),
        {"x": 2.0, "b_i": -6.0, "b_g": 1.0},
        fate,
        "At i = 0.00 and g = 1.00",
    )

    def controls(self) -> dict[str, Any]:
        """Return the bias of the gate, the event, the short-term memory and the bias of the candidate; the weights."""
        return {
            "b_i": Slider("bias b_i", 1.0, -6, 6, 0.1),
            "b_g": Slider("bias b_g", 0.0, -3, 3, 0.1),
            "x": Slider("event x", 1.0, -2, 2, 0.1),
            "h": Slider("short-term h", -0.5, -1, 1, 0.1),
            "w_hi": Slider("w_hi (h in i)", 2.0, -4, 4, 0.5),
            "w_xi": Slider("w_xi (x in i)", 0.0, -4, 4, 0.5),
            "w_hg": Slider("w_hg (h in g)", 0.0, -4, 4, 0.5),
            "w_xg": Slider("w_xg (x in g)", 1.0, -4, 4, 0.5),
        }

    def compute(self, values: Values) -> LearnRun:
        """Return the step at these values."""
        return learn(**values)

    def flow(self, record: LearnRun) -> dict[str, float]:
        """Return what the two layers read and say, and what is learned."""
        step = record.step
        return {name: said(getattr(step, name)) for name in ("x", "h_prev", "i", "g", "learned")}

    def worked(self, record: LearnRun) -> tuple[Equation, ...]:
        """Return how much, what, and their product."""
        step = record.step
        product = times("i·g", said(step.i), said(step.g))
        return (
            weighed("i", "σ", record.gate, step),
            weighed("g", "tanh", record.candidate, step),
            Equation("learned", "", (product,), "", said(step.learned), "c"),
        )

    def levels(self, record: LearnRun) -> tuple[Level, ...]:
        """Return the gate, the candidate and what is learned."""
        step = record.step
        return (
            Level("how much: i", said(step.i), "i"),
            Level("what: g", said(step.g), "g"),
            Level("learned: i·g", said(step.learned), "c", strong=True),
        )

    def describe(self, record: LearnRun) -> str:
        """Return what the event says, how much of it is let in, and what is learned, with numbers."""
        step = record.step
        i, g = said(step.i), said(step.g)
        return (
            f"Of the event {spoken(said(step.x))} the candidate makes g = {spoken(g)}: that is what could be learned. "
            f"The input gate stands at i = σ({spoken(said(step.a_i))}) {equals(i)} {spoken(i)}: that is how much. "
            f"Learned is {spoken(said(step.learned))}."
        )
