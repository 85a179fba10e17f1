"""Remember: the sum of what was kept and what was learned. It has no weights."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import LSTMState, LSTMStep, trace
from lstm_lab.drawing.equation import Equation, equals, summed, times
from lstm_lab.drawing.gates import Level
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers.base import Challenge, Prediction, Preset, Values
from lstm_lab.explorers.controls import Slider
from lstm_lab.explorers.gate_bench import LONG, GateBench, advance, candidate_at, gate_at, one_unit, said

FROM, TO = 0.5, -1.0


class RememberRun(NamedTuple):
    """One step with gates set by hand, and the memory after ten such steps."""

    step: LSTMStep
    after_ten: float


def remember(f: float, i: float, g: float, c: float) -> RememberRun:
    """Return the new memory of one unit.

        c = f ⊙ c_prev + i ⊙ g

    The gates come from biases alone, so each step of ``lstm_step`` has the same ones.

    Args:
        f: the forget gate, in [0, 1].
        i: the input gate, in [0, 1].
        g: the candidate, in [−1, 1].
        c: the old memory, c_prev.
    """
    params = one_unit(f=gate_at(f), i=gate_at(i), g=candidate_at(g))
    start = LSTMState(np.zeros((1, 1)), np.array([[c]]))
    run = trace(params, np.zeros((LONG, 1, 1)), start)
    return RememberRun(advance(params, 0.0, 0.0, c), said(run.c[-1]))


def result(run: RememberRun) -> str:
    """Return which of three answers the new memory is."""
    c = said(run.step.c)
    return "2.00" if c > 1.5 else "1.00" if c > 0.88 else "0.76"


class Remember(GateBench):
    """The sum that joins what was kept and what was learned, with gates set by hand."""

    question = "How do old and new become one memory?"
    misconception = "What is learned takes the place of what was known."
    not_shown = (
        "where f, i and g come from: Forget and Learn show that. A trained cell sets them anew at each step."
    )
    title = "What was kept and what was learned, added"
    drawn = "remember"
    limits = (-3.0, 3.0)
    lecture = ("f", "i")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Keep and learn nothing?": Preset(
            {"f": 1.0, "i": 0.0, "g": 0.6, "c": 1.0},
            "The memory is the very same number, now and after ten such steps: nothing touches it on its way.",
            lambda run: said(run.step.c) == said(run.step.c_prev) == run.after_ten,
        ),
        "Overwrite it?": Preset(
            {"f": 0.0, "i": 1.0, "g": -0.6, "c": 1.0},
            "Forget all, learn all: the new memory is the candidate, whatever stood there before.",
            lambda run: said(run.step.c) == said(run.step.g) == said(run.step.learned),
        ),
        "Add, and add again?": Preset(
            {"f": 1.0, "i": 1.0, "g": 1.0, "c": 1.0},
            "Nothing holds c within 1: each such step adds another 1. It can count.",
            lambda run: said(run.step.c) == 2 and run.after_ten == 11,
        ),
        "Forget and learn nothing?": Preset(
            {"f": 0.0, "i": 0.0, "g": 0.6, "c": 1.0},
            "Both taps are shut, and the memory is empty: i = 1 − f is a choice, not a law.",
            lambda run: said(run.step.c) == 0,
        ),
        "A leak that is refilled?": Preset(
            {"f": 0.8, "i": 0.5, "g": 0.4, "c": 1.0},
            "0.20 leaks away and 0.20 is learned: the memory stands still while both taps are open.",
            lambda run: abs(said(run.step.c) - 1) < 1e-12 and abs(run.after_ten - 1) < 1e-12,
        ),
    }
    challenge = Challenge(
        "From c = 0.5 reach −1.00 in one step.",
        lambda run: (
            max(0.0, 1 - abs(said(run.step.c) - TO) / (FROM - TO)) if said(run.step.c_prev) == FROM else 0.0
        ),
        lambda run: (
            f"c is {spoken(said(run.step.c))} now."
            if said(run.step.c_prev) == FROM
            else f"Start from c = 0.5; here it is {spoken(said(run.step.c_prev))}."
        ),
    )
    prediction = Prediction(
        "c was 1, and f, i and g are all 1. The new c is …",
        ("0.76", "1.00", "2.00"),
        {"f": 1.0, "i": 1.0, "g": 1.0, "c": 1.0},
        result,
        "With all of them at 1",
    )

    def controls(self) -> dict[str, Any]:
        """Return the two gates, the candidate and the old memory."""
        return {
            "f": Slider("forget gate f", 0.5, 0, 1, 0.1),
            "i": Slider("input gate i", 0.5, 0, 1, 0.1),
            "c": Slider("old memory c", 1.0, -2, 2, 0.1),
            "g": Slider("candidate g", 0.8, -1, 1, 0.1),
        }

    def compute(self, values: Values) -> RememberRun:
        """Return the step at these values."""
        return remember(**values)

    def flow(self, record: RememberRun) -> dict[str, float]:
        """Return what is kept, what is learned, and their sum."""
        names = ("c_prev", "f", "kept", "i", "g", "learned", "c")
        return {name: said(getattr(record.step, name)) for name in names}

    def worked(self, record: RememberRun) -> tuple[Equation, ...]:
        """Return the sum of the two products."""
        step = record.step
        terms = (
            times("f·cₜ₋₁", said(step.f), said(step.c_prev), "c"),
            times("i·g", said(step.i), said(step.g), "i"),
        )
        return (Equation("c", "", terms, summed(said(step.kept), said(step.learned)), said(step.c), "c"),)

    def levels(self, record: RememberRun) -> tuple[Level, ...]:
        """Return the old memory, its two parts, and the new one."""
        step = record.step
        return (
            Level("old memory cₜ₋₁", said(step.c_prev), "c"),
            Level("kept: f·cₜ₋₁", said(step.kept), "c"),
            Level("learned: i·g", said(step.learned), "i"),
            Level("new memory c", said(step.c), "c", strong=True),
            Level(f"after {LONG} such steps", record.after_ten, "c"),
        )

    def describe(self, record: RememberRun) -> str:
        """Return the sum in words and numbers."""
        step = record.step
        kept, learned, c = said(step.kept), said(step.learned), said(step.c)
        beyond = " It is beyond 1: nothing bounds c." if abs(c) > 1 else ""
        return (
            f"Of the old memory {spoken(said(step.c_prev))}, {spoken(kept)} is kept; {spoken(learned)} is learned. "
            f"The new memory is c = {summed(kept, learned)} {equals(c)} {spoken(c)}.{beyond} "
            f"Ten such steps take it to {spoken(record.after_ten)}."
        )
