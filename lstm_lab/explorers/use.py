"""Use: what of the memory is said now, by the textbook's cell and by the story's."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import LSTMParams, LSTMStep, StoryParams, StoryState, StoryStep, story_step, trace
from lstm_lab.cells.activations import FAR
from lstm_lab.drawing import gates, svg
from lstm_lab.drawing.equation import Equation, Term, equals, plain, times
from lstm_lab.drawing.gates import Level
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers.base import Challenge, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.gate_bench import (
    GateBench,
    Layer,
    advance,
    candidate_at,
    gate_at,
    one_story_unit,
    one_unit,
    said,
    weighed,
)

CELLS = ("textbook", "story")
STEPS, PULSE = 6, 2


class UseRun(NamedTuple):
    """One step of both cells from the same memory, the same event and the same output gate.

    ``cell`` names the one to look at. ``gate`` are the weights of o and of v; ``say`` those of u, of k and bias.
    """

    cell: str
    gate: Layer
    say: Layer
    textbook: LSTMStep
    story: StoryStep


def use(
    k: float,
    learned: float,
    b_o: float,
    cell: str,
    h: float,
    x: float,
    w_h: float,
    w_x: float,
    w_u: float,
    b_u: float,
) -> UseRun:
    """Return what both cells say of one memory.

        o = v = σ(w_h h_prev + w_x x + b_o)
        c = k + learned
        h = o ⊙ tanh(c)                                 the textbook's
        h = v ⊙ tanh(w_u k + b_u)                       the story's: before the learned part is added

    Args:
        k: what is kept of the old memory.
        learned: what this event adds to it, in [−1, 1].
        b_o: the bias of the output gate.
        cell: which of ``CELLS`` to look at.
        h: the short-term memory both start from, h_prev.
        x: the event.
        w_h: the gate's weight for the short-term memory.
        w_x: the gate's weight for the event.
        w_u: the story's weight for the kept memory.
        b_u: the story's bias beside it.
    """
    gate, write = Layer(w_h, w_x, b_o), {"f": gate_at(1.0), "i": gate_at(1.0), "g": candidate_at(learned)}
    memory = StoryState(np.array([[h]]), np.array([[k]]))
    return UseRun(
        cell,
        gate,
        Layer(w_h=w_u, b=b_u),
        advance(one_unit(**write, o=gate), x, h, k),
        story_step(one_story_unit(w_u, b_u, **write, v=gate), np.array([[x]]), memory),
    )


def seen(run: UseRun) -> LSTMStep | StoryStep:
    """Return the step of the cell to look at."""
    return run.textbook if run.cell == CELLS[0] else run.story


def fate(run: UseRun) -> str:
    """Return what is said of a memory of 2, and what becomes of it."""
    step = seen(run)
    h = "h is 0" if abs(said(step.h)) < 0.05 else "h is 2"
    return f"{h}, c is erased" if abs(said(step.c)) < 0.05 else f"{h}, c stays 2"


NOTHING = 0.005
"""Below this nothing is said: a gate never reaches 0, and on screen such an h is 0.00."""


def kept_quiet(run: UseRun) -> float:
    """Return how well the textbook's cell keeps a memory of at least 1 and says nothing of it, in 0..1."""
    c, h = abs(said(run.textbook.c)), abs(said(run.textbook.h))
    return min(c, 1.0) * (1.0 if h < NOTHING else max(0.0, 1 - 5 * h))


class Use(GateBench):
    """One output gate of one unit, in the textbook's cell and in the story's."""

    question = "What of the memory is said now?"
    misconception = "Whatever an LSTM remembers, it says."
    not_shown = "what h does at the next step, where it is read by every gate, and how the weights are found."
    title = "An output gate and what it says of the memory"
    heading = "From the memory to what is said"
    limits = (-3.0, 3.0)
    lecture = ("b_o", "cell")
    more = ("h", "x", "w_h", "w_x", "w_u", "b_u")
    leading = "b_o"
    presets: ClassVar[Mapping[str, Preset]] = {
        "What if the tap is shut?": Preset(
            {"b_o": -8.0, "k": 2.0, "learned": 0.0},
            "Nothing is said, and nothing is lost: c is still 2. To hide is not to forget.",
            lambda run: abs(said(run.textbook.h)) < 0.01 and said(run.textbook.c) == 2,
        ),
        "What if it is open?": Preset(
            {"b_o": 5.0},
            "h is tanh(c): what is said is squeezed into −1 to 1, the memory is not.",
            lambda run: abs(said(run.textbook.h) - np.tanh(said(run.textbook.c))) < 0.01,
        ),
        "And a large memory?": Preset(
            {"b_o": 5.0, "k": 2.0, "learned": 1.0},
            "c is 3, and h hardly above what it is for c = 2: tanh is flat there, so h cannot count.",
            lambda run: said(run.textbook.c) == 3 and 0.96 < np.tanh(2) < said(run.textbook.h) < 1,
        ),
        "When does the story hear of it?": Preset(
            {"b_o": 5.0, "k": 0.0, "learned": 1.0, "cell": "story"},
            "One step later: u reads what was kept, before the learned part is added. The textbook answers at once.",
            lambda run: said(run.story.h) == 0 and said(run.story.c) == 1 and said(run.textbook.h) > 0.75,
        ),
        "And if nothing is learned?": Preset(
            {"k": 1.0, "learned": 0.0, "cell": "story"},
            "Then k is c. With a weight of 1 and no bias in u, both cells say the same.",
            lambda run: said(run.story.h) == said(run.textbook.h) != 0,
        ),
    }
    challenge = Challenge(
        "Textbook: hold a memory of 1 or more, and say nothing.",
        kept_quiet,
        lambda run: f"c is {spoken(said(run.textbook.c))}, h is {spoken(said(run.textbook.h))}.",
    )
    prediction = Prediction(
        "c is 2, the output gate nearly 0. Then …",
        ("h is 0, c is erased", "h is 0, c stays 2", "h is 2, c stays 2"),
        {"k": 2.0, "learned": 0.0, "b_o": -8.0},
        fate,
        "At o = 0.00",
    )

    def controls(self) -> dict[str, Any]:
        """Return the two parts of the memory, the bias of the gate and the cell; what the gate reads, the weights."""
        return {
            "k": Slider("kept k", 0.5, -2, 2, 0.1),
            "learned": Slider("learned", 0.5, -1, 1, 0.1),
            "b_o": Slider("bias b_o", 0.0, -8, 8, 0.1),
            "cell": Choice("cell", CELLS[0], CELLS),
            "h": Slider("short-term h", 0.5, -1, 1, 0.1),
            "x": Slider("event x", 1.0, -2, 2, 0.1),
            "w_h": Slider("w_h (h in the gate)", 2.0, -4, 4, 0.5),
            "w_x": Slider("w_x (x in the gate)", 1.0, -4, 4, 0.5),
            "w_u": Slider("w_u (k in u)", 1.0, -4, 4, 0.5),
            "b_u": Slider("bias b_u", 0.0, -3, 3, 0.1),
        }

    def settle(self) -> None:
        """Let the weights of u be moved only where they count: in the story's cell."""
        for name in ("w_u", "b_u"):
            self.inputs[name].enable(self.inputs["cell"].value == "story")

    def compute(self, values: Values) -> UseRun:
        """Return the step of both cells at these values."""
        return use(**values)

    def stage(self, record: UseRun) -> str:
        """Return the whole textbook cell, or the story's."""
        return "use" if record.cell == CELLS[0] else "story"

    def flow(self, record: UseRun) -> dict[str, float]:
        """Return what the gate reads, the memory, and what is said of it."""
        own = ("o", "shown") if record.cell == CELLS[0] else ("v", "u")
        names = ("x", "h_prev", "kept", "learned", "c", *own, "h")
        return {name: said(getattr(seen(record), name)) for name in names}

    def worked(self, record: UseRun) -> tuple[Equation, ...]:
        """Return the gate, what can be said, and what is said."""
        if record.cell == CELLS[0]:
            step = record.textbook
            product = Term("o·tanh(c)", f"{spoken(said(step.o))}·tanh({spoken(said(step.c))})")
            return (
                weighed("o", "σ", record.gate, step),
                Equation("h", "", (product,), "", said(step.h), "h"),
            )
        told = record.story
        terms = (times("w_u·k", record.say.w_h, said(told.k), "c"), plain("b_u", record.say.b))
        return (
            weighed("v", "σ", record.gate, told),
            Equation("u", "tanh", terms, f"tanh({spoken(said(told.a_u))})", said(told.u), "u"),
            Equation("h", "", (times("v·u", said(told.v), said(told.u)),), "", said(told.h), "h"),
        )

    def briefly(self, worked: tuple[Equation, ...]) -> tuple[Equation, ...]:
        """Return the gate and what is said."""
        return worked[0], worked[-1]

    def levels(self, record: UseRun) -> tuple[Level, ...]:
        """Return the memory and what both cells say of it."""
        step, told, first = record.textbook, record.story, record.cell == CELLS[0]
        squeezed = (
            Level("tanh(c)", said(step.shown), "o") if first else Level("u, from k alone", said(told.u), "u")
        )
        return (
            Level("kept: k", said(told.k), "c"),
            Level("c = k + learned", said(step.c), "c"),
            squeezed,
            Level("h, textbook", said(step.h), "h", strong=first),
            Level("h, story", said(told.h), "h", strong=not first),
        )

    def describe(self, record: UseRun) -> str:
        """Return what is said of the memory, and what the other cell would say, with numbers."""
        step = seen(record)
        h, c = said(step.h), said(step.c)
        stays = f"The memory itself stays: c = {spoken(c)}."
        if record.cell == CELLS[0]:
            o, a_o, other = said(record.textbook.o), said(record.textbook.a_o), said(record.story.h)
            return (
                f"The output gate stands at o = σ({spoken(a_o)}) {equals(o)} {spoken(o)}, and tanh(c) is "
                f"{spoken(said(record.textbook.shown))}: the cell says h = {spoken(h)}. {stays} "
                f"The story's cell, which does not read what was learned now, says {spoken(other)}."
            )
        v, u, other = said(record.story.v), said(record.story.u), said(record.textbook.h)
        return (
            f"From the kept part k = {spoken(said(record.story.k))} comes u = {spoken(u)}; v = {spoken(v)} of it is "
            f"said: h = {spoken(h)}. {stays} The textbook's cell, which reads c with what was learned now, says "
            f"{spoken(other)}."
        )


# --- one impulse ----------------------------------------------------------------------------------


class ImpulseRun(NamedTuple):
    """Both cells over a few steps, with every gate open, in which something is learned only once.

    Arrays have shape (T, 1, 1).
    """

    textbook: LSTMStep
    story: StoryStep


def impulse() -> ImpulseRun:
    """Return both cells over six steps: i ⊙ g is 1 at step 2 and 0 at all others, every gate is 1."""
    xs = np.zeros((STEPS, 1, 1))
    xs[PULSE - 1] = 1.0
    open_, write = gate_at(1.0), Layer(w_x=FAR)
    textbook: LSTMParams = one_unit(f=open_, i=open_, g=write, o=open_)
    story: StoryParams = one_story_unit(1.0, 0.0, f=open_, i=open_, g=write, v=open_)
    return ImpulseRun(trace(textbook, xs), trace(story, xs))


def said_of(run: ImpulseRun) -> str:
    """Return when either cell first says something, in a sentence."""
    at, later = (int(np.flatnonzero(np.abs(h[:, 0, 0]) > 0.05)[0]) + 1 for h in (run.textbook.h, run.story.h))
    return (
        f"Both cells learn 1.00 at step {PULSE} and keep it. The textbook's says h = "
        f"{spoken(float(run.textbook.h[at - 1, 0, 0]))} at step {at}, the story's the same at step {later}."
    )


class Impulse:
    """Something is learned once, and two cells say so: the textbook's at that step, the story's one step later.

    Shown at the end of a cell: a still picture with its sentence.
    """

    def __init__(self) -> None:
        self.run = impulse()

    def __repr__(self) -> str:
        return said_of(self.run)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        canvas = svg.NORMAL._replace(height=200)
        runs = {"textbook": self.run.textbook, "story": self.run.story}
        marks = [
            gates.impulse(side, canvas, name, run.i[:, 0, 0] * run.g[:, 0, 0], run.c[:, 0, 0], run.h[:, 0, 0])
            for side, (name, run) in zip(gates.halves(canvas), runs.items(), strict=True)
        ]
        picture = svg.document(canvas, "One impulse through two cells", repr(self), *marks)
        return {"image/svg+xml": picture, "text/plain": repr(self)}
