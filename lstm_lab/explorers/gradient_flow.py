"""Gradient flow: how much of every loss reaches every picture before it, in an RNN, an LSTM and a GRU."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lstm_lab.backflow import CELLS, FlowRun, gradient_flow, log_sigmoid
from lstm_lab.drawing import flow as drawn
from lstm_lab.drawing import svg
from lstm_lab.drawing.numbers import power, raised, steps_of
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Slider, TimeStepper

GOAL = 50
TENTH = -1.0
"""log₁₀ of what the challenge asks for."""
SPARE = 0.12
"""log₁₀ of how much more may be left before the bias counts as larger than needed."""


def left(run: FlowRun, name: str) -> float:
    """Return log₁₀ of what is left at the first picture, by the name of a line."""
    return float(run.lines[name][-1])


def direct_left(run: FlowRun) -> str:
    """Return in words what is left on the direct path at the first picture."""
    log = left(run, "direct")
    return "about half" if log > -1 else "a thousandth" if log > -4 else "far less"


def thrift(run: FlowRun) -> float:
    """Return how nearly a tenth is left on the direct path 50 steps back, 0..1; more than needed counts as waste."""
    distance = left(run, "direct") - TENTH
    short = min(run.loss / GOAL, 1.0)
    return short * float(10 ** -max(-distance, distance - SPARE, 0.0))


def thrift_sentence(run: FlowRun) -> str:
    """Return what is missing, or what was reached."""
    if run.loss < GOAL:
        return f"Now {steps_of(run.loss)}; it takes {GOAL}."
    distance = left(run, "direct") - TENTH
    verdict = "too little" if distance < 0 else "more than asked" if distance > SPARE else "enough"
    return f"{power(left(run, 'direct'))} is left: {verdict}."


class GradientFlow(Explorer):
    """How much of every loss reaches every picture before it, and which way it came."""

    question = "Does the loss reach the bear?"
    misconception = "An LSTM cannot vanish."
    not_shown = (
        "training: these are starts, and the loss is Σ h. After training, small need not mean forgotten."
    )
    height = 284.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Draw again", "Other starting weights, the same show")
    lecture = ("bias", "scale")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Bias 0: does an LSTM vanish?": Preset(
            {"bias": 0.0, "pictures": 33, "loss": 32},
            "It does, later than the RNN: in each of five draws less than a ten-thousandth remains.",
            lambda run: left(run, "rnn") + 2 < left(run, "lstm") and run.draws["lstm"].max() < -4,
        ),
        "And with bias 1?": Preset(
            {"bias": 1.0, "pictures": 33, "loss": 32},
            "About a thousandth remains over 32 steps: over a thousand times what bias 0 leaves, and still little.",
            lambda run: -3.3 < left(run, "lstm") < -2.3 and -3.3 < np.median(run.draws["lstm"]) < -2.3,
        ),
        "Bias 3?": Preset(
            {"bias": 3.0, "pictures": 33, "loss": 32},
            "In each of five draws more than a fifth remains. The RNN has no such bias: its line has not moved.",
            lambda run: 10 ** run.draws["lstm"].min() > 0.2 and run.draws["rnn"].max() < -8,
        ),
        "What if W_h is large?": Preset(
            {"bias": 0.0, "scale": 5.0, "pictures": 33, "loss": 32},
            "Through h comes over a thousand times what comes along ∏ f. In all five RNNs the gradient grows.",
            lambda run: left(run, "through h") > left(run, "direct") + 3 and run.draws["rnn"].min() > 0.5,
        ),
        "And if W_h is 0?": Preset(
            {"bias": 1.0, "scale": 0.0, "pictures": 33, "loss": 32},
            "Nothing goes through h. The RNN has no other way; the LSTM is left with ∏ f, the GRU with ∏ z.",
            lambda run: (
                left(run, "rnn") == left(run, "through h") == -np.inf
                and abs(left(run, "lstm") - left(run, "direct")) < 1e-9
                and left(run, "gru") > -6
            ),
        ),
    }
    challenge = Challenge(
        f"Leave a tenth on the direct path over {GOAL} steps, at the smallest bias.",
        thrift,
        thrift_sentence,
    )
    prediction = Prediction(
        "bias 0, 32 steps. The direct path ∏ f keeps …?",
        ("about half", "a thousandth", "far less"),
        {"bias": 0.0, "scale": 1.0, "pictures": 33, "loss": 32},
        direct_left,
        "At bias 0, with f near one half 32 times",
    )

    def controls(self) -> dict[str, Any]:
        """Return the bias, the scale, the number of pictures and the loss step; at the end it stays at the end."""
        pictures = Slider("pictures", 41, 10, 60, 1)
        loss = TimeStepper("steps to loss", 40, 40, 250)

        def follow(change: Any) -> None:
            at_the_end = loss.value == loss.last
            loss.reach(change["new"] - 1)
            loss.value = loss.last if at_the_end else loss.value

        pictures.observe(follow, "value")
        bias, scale = Slider("forget bias", 1, -2, 5, 0.1), Slider("W_h times", 1, 0, 5, 0.1)
        for slider in (bias, scale, pictures):
            slider.layout.flex = "1 1 360px"  # two and two, where there is room
        return {"bias": bias, "scale": scale, "pictures": pictures, "loss": loss}

    def compute(self, values: Values) -> FlowRun:
        """Return the run at these values."""
        return gradient_flow(**values)

    def picture(self, record: FlowRun, canvas: Canvas) -> str:
        """Return the triangles, their scale of colours and the lines of one loss step."""
        run, where = record, drawn.place(canvas, record.pictures)
        triangles = [
            drawn.triangle(area, canvas, cell, run.maps[cell], run.loss, run.draws[cell], k == 0)
            for k, (cell, area) in enumerate(where.maps.items())
        ]
        title = "What is left of each loss's gradient at each picture before it"
        return svg.document(
            canvas,
            title,
            self.describe(run),
            *triangles,
            drawn.scale(where.scale, canvas),
            drawn.lines(where.lines, canvas, run.lines, run.loss),
        )

    def describe(self, record: FlowRun) -> str:
        """Return what is left at the first picture in each cell, and by which way, with numbers."""
        run = record
        if run.loss == 0:
            return "The loss is at the bear itself: nothing is lost yet. Move it to later pictures."
        rnn, lstm, gru, direct, through = (power(left(run, name)) for name in (*CELLS, "direct", "through h"))
        return (
            f"From picture {run.loss + 1} back to the bear, {steps_of(run.loss)}, the gradient is multiplied by {rnn} "
            f"in the RNN, by {lstm} in the LSTM (direct ∏ f {direct}, through h {through}), by {gru} in the GRU. "
            f"The bias alone: {spoken(10 ** log_sigmoid(run.bias))}{raised(run.loss)} = {power(run.bias_alone)}."
        )
