"""Who sets the gates: weights and a bias turn what is seen into the position of a tap."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lstm_lab.cells.activations import sigmoid
from lstm_lab.drawing import gates, svg
from lstm_lab.drawing.gates import Told
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Asked, Explorer, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.frames import symbol
from lstm_lab.explorers.one_gate import (
    ASKED,
    GATE_NAMES,
    PICTURES,
    SHOW,
    START,
    STARTS,
    WhoSetsRun,
    opened,
    weighing,
    who_sets,
)
from lstm_lab.explorers.weights import Weights
from lstm_lab.stage import Frame

REACH = 8.0
"""The curve is drawn from −8 to 8; a sum beyond stands at its edge."""


class WhoSets(Explorer):
    """The weights and the bias of one gate, and how they set it from picture to picture.

    What it asks is about the gate it starts with: ``WhoSets(gate="i")`` asks about the input gate.
    """

    question = "Who sets the gates?"
    misconception = "We choose the gates by hand, once for a whole show."
    not_shown = (
        "the short-term memory, which every gate reads as well, and training, which finds such weights."
    )
    height = 290.0
    lecture = ("weights", "bias")
    presets: ClassVar[Mapping[str, Preset]] = ASKED["f"].presets
    challenge = ASKED["f"].challenge
    prediction = ASKED["f"].prediction

    def __init__(self, **values: Any) -> None:
        super().__init__(**(STARTS.get(values.get("gate", "f"), {}) | values))

    def asks(self, start: Values) -> Asked:
        """Return what is asked about the gate it starts with."""
        return ASKED[start.get("gate", "f")]

    @property
    def called(self) -> str:
        """The name of what is asked about the gate it starts with."""
        return f"{super().called} {self._start['gate']}"

    def controls(self) -> dict[str, Any]:
        """Return the gate, its weights and its bias."""
        first = weighing(bear=1, fox=1, goldfish=1, squirrel=-1, title=-5)
        return {
            "gate": Choice("gate", "f", tuple(GATE_NAMES)),
            "weights": Weights("weight", first, PICTURES, -8, 8, 0.5),
            "bias": Slider("bias", 3.0, -4, 4, 0.5),
        }

    def compute(self, values: Values) -> WhoSetsRun:
        """Return the gate over each kind and over the show."""
        return who_sets(**values)

    def picture(self, record: WhoSetsRun, canvas: Canvas) -> str:
        """Return the curve with its dots, the show with the gate below, and how often it is near an end."""
        told, T = _told(record), len(SHOW)
        across, unit = (-0.5, T - 0.5), (0.0, 1.0)
        if canvas.narrow:
            side = Area(22, 12, 100, canvas.height - 56, (-REACH, REACH), unit)
            left, wide = 314, canvas.width - 314 - 84
            film = Area(left, 6, wide, 30, across, unit)
            strip = Area(left, 40, wide, 62, across, unit)
            memory = Area(left, 118, wide, canvas.height - 130, across, (0, told.top))
            marks = [gates.curve(side, canvas, told), gates.along(film, strip, memory, canvas, told)]
        else:
            side = Area(74, 32, 214, canvas.height - 82, (-REACH, REACH), unit)
            left, wide = 462, canvas.width - 462 - 82
            film = Area(left, 28, wide, 46, across, unit)
            strip = Area(left, 94, wide, 52, across, unit)
            memory = Area(left, 174, wide, 54, across, (0, told.top))
            share = Area(left, canvas.height - 36, wide, 12, unit, unit)
            marks = [
                svg.text(2, 16, f"{record.gate} = σ(weight + bias), one dot a picture", weight=600),
                svg.text(left, 16, f"The {GATE_NAMES[record.gate]} gate along a show", weight=600),
                gates.curve(side, canvas, told),
                gates.along(film, strip, memory, canvas, told),
                gates.saturated(share, canvas, told),
            ]
        return svg.document(canvas, "What a gate makes of each picture", self.describe(record), *marks)

    def describe(self, record: WhoSetsRun) -> str:
        """Return where the gate stands widest and narrowest, how often near an end, and what comes of it."""
        run, name = record, GATE_NAMES[record.gate]
        best, least = (int(k) for k in (np.argmax(run.opened), np.argmin(run.opened)))
        if np.ptp(run.opened) < 0.005:
            first = f"The {name} gate stands at {run.gate} = {spoken(opened(run, 'bear'))} whatever it sees"
        else:
            first = (
                f"What it sees sets the {name} gate: {run.gate} = {spoken(float(run.opened[best]))} for the "
                f"{PICTURES[best]}, {spoken(float(run.opened[least]))} for the {PICTURES[least]}"
            )
        ends = f"below 0.1 in {spoken(100 * run.shut, 0)} % of the steps, above 0.9 in {spoken(100 * run.open, 0)} %"
        last = spoken(float(run.carried[-1]))
        after = {
            "f": f"Of a memory of 1.00 before this show, {last} is left at its end.",
            "i": f"Each picture offers 1.00; the memory has taken in {last} at the end.",
            "o": f"Of a memory of 1.00, h = {last} is said at the face.",
        }
        return f"{first}; {ends}. {after[run.gate]}"


def _told(run: WhoSetsRun) -> Told:
    """Return a run as what is drawn of it."""
    frames = [symbol(Frame(kind, seed=k)) for k, kind in enumerate(PICTURES)]
    by_kind = dict(zip(PICTURES, frames, strict=True))
    xs = np.linspace(-REACH, REACH, 65)
    outcome = {
        "f": "long-term memory c, 1 before the show",
        "i": "long-term memory c, 0 before the show; each picture offers 1",
        "o": "what is said: h, of a memory c = 1",
    }
    return Told(
        letter=run.gate,
        names=PICTURES,
        weights=run.weights,
        sums=run.sums,
        opened=run.opened,
        line=(xs, sigmoid(xs)),
        pictures=[by_kind[kind][0] for kind in SHOW],
        symbols=dict(frames),
        along=run.along,
        carried=run.carried,
        before=None if run.gate == "o" else START[run.gate],
        top=float(len(SHOW)) if run.gate == "i" else 1.0,
        outcome=outcome[run.gate],
        pen="h" if run.gate == "o" else "c",
        shut=run.shut,
        between=1 - run.shut - run.open,
        open=run.open,
    )
