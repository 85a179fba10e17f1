"""Change the cell: one unit that sees a light, as an LSTM, with peepholes, or with coupled gates."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import (
    CoupledParams,
    CoupledStep,
    LSTMParams,
    LSTMStep,
    PeepholeParams,
    PeepholeStep,
    trace,
)
from lstm_lab.drawing import svg, variants
from lstm_lab.drawing.numbers import steps_of
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.variants import Watched, Wired
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider

PLAIN, PEEPHOLE, COUPLED = "LSTM", "peephole", "coupled"
STEPS, FIRST, LAST = 44, 5, 34
LIGHT = LAST - FIRST + 1
WIDE_OPEN, SHUT = 20.0, -20.0
O_BIAS = -5.0
"""With nothing else to read, the output gate stands at σ(−5) = 0.007."""
RINGS = 0.5
"""Where h passes this, the unit is said to ring."""
GOAL = 17


class Change(NamedTuple):
    """One unit over 44 steps, with a light on from step 5 to 34.

    ``run`` is the record of the cell, arrays (44, 1, 1). ``rings`` is the step of the light at which h first passes
    ½, counted from 1; None if it never does while the light is on.
    """

    cell: str
    b_f: float
    p_f: float
    p_o: float
    run: LSTMStep | PeepholeStep | CoupledStep
    rings: int | None

    def of_unit(self, name: str) -> np.ndarray:
        """Return one quantity over time, shape (44,)."""
        return getattr(self.run, name)[:, 0, 0]

    @property
    def left(self) -> float:
        """What c is in the end, when the light has been off for ten steps."""
        return float(self.of_unit("c")[-1])


def one_unit(cell: str, b_f: float, p_f: float, p_o: float) -> LSTMParams | PeepholeParams | CoupledParams:
    """Return a unit set by hand that reads one number x, 1 while the light is on.

        a_i = −20 + 40 x                   writes while the light is on, and not else; a coupled cell has no a_i
        a_f = 20 + (b_f − 20) x            in the dark it keeps all
        a_g = 20                           g = 1
        a_o = −5                           shut, unless it sees c

    Args:
        cell: "LSTM", "peephole" or "coupled".
        b_f: what the forget gate adds up while the light is on, before any peephole.
        p_f: the peephole of the forget gate; read by "peephole" alone, as is
        p_o: the peephole of the output gate.
    """
    from_x = {"i": 40.0, "f": b_f - WIDE_OPEN, "g": 0.0, "o": 0.0}
    bias = {"i": SHUT, "f": WIDE_OPEN, "g": WIDE_OPEN, "o": O_BIAS}
    gates = "fgo" if cell == COUPLED else "ifgo"
    W_x = np.array([from_x[gate] for gate in gates]).reshape(-1, 1, 1)
    b = np.array([bias[gate] for gate in gates]).reshape(-1, 1)
    W_h = np.zeros_like(W_x)
    if cell == COUPLED:
        return CoupledParams(W_x, W_h, b)
    if cell == PLAIN:
        return LSTMParams(W_x, W_h, b)
    return PeepholeParams(W_x, W_h, b, np.zeros(1), np.array([p_f]), np.array([p_o]))


def change(cell: str, b_f: float, p_f: float, p_o: float) -> Change:
    """Return what a unit does while the light goes on and off; arguments as in ``one_unit``."""
    xs = np.zeros((STEPS, 1, 1))
    xs[FIRST - 1 : LAST] = 1
    params: Any = one_unit(cell, b_f, p_f, p_o)
    run: Any = trace(params, xs)
    loud = np.flatnonzero(run.h[FIRST - 1 : LAST, 0, 0] >= RINGS)
    rings = int(loud[0]) + 1 if loud.size else None
    return Change(cell, b_f, p_f, p_o, run, rings)


def reached(run: Change) -> str:
    """Return which of three answers the memory after the light is."""
    c = run.left
    return "below 1" if c < 1 else "about 20" if c < 25 else "30"


class CellVariants(Explorer):
    """One unit watches a light for 30 steps: as an LSTM, with peepholes, or with coupled gates."""

    question = "What do one wire more, or one gate fewer, change?"
    misconception = "A gate sees the memory that it opens and shuts."
    not_shown = "learning: these weights were set by hand. The third peephole, to i, is 0 here."
    height = 274.0
    lecture = ("cell", "p_o")
    leading = "b_f"
    presets: ClassVar[Mapping[str, Preset]] = {
        "Can an LSTM count?": Preset(
            {"cell": PLAIN, "b_f": 12.0},
            "c counts to 30. But h stays at 0.01: the output gate is shut, and it does not see c.",
            lambda run: abs(run.left - LIGHT) < 0.01 and run.of_unit("h").max() < 0.02,
        ),
        "If the output gate sees c?": Preset(
            {"cell": PEEPHOLE, "b_f": 12.0, "p_f": 0.0, "p_o": 0.5},
            "It opens as c grows: h passes ½ at step 11 of the light. One unit is an alarm clock.",
            lambda run: run.rings == 11,
        ),
        "If the forget gate sees c?": Preset(
            {"cell": PEEPHOLE, "b_f": 12.0, "p_f": -1.0, "p_o": 0.5},
            "A full memory shuts the gate that keeps it: c climbs to 9.8 and stays there, like a filled tank.",
            lambda run: round(run.left, 1) == 9.8 and abs(np.ptp(run.of_unit("c")[20:LAST])) < 0.05,
        ),
        "Can coupled gates count?": Preset(
            {"cell": COUPLED, "b_f": 3.0},
            "c creeps towards 1: what is written is only what forgetting leaves.",
            lambda run: 0.7 < run.left < 1 and run.of_unit("c").max() < 1,
        ),
        "And if they keep all?": Preset(
            {"cell": COUPLED, "b_f": 12.0},
            "f = 1 leaves i = 0: nothing is written, and c stays at 0.",
            lambda run: run.left < 0.001,
        ),
    }
    challenge = Challenge(
        f"Let h first pass ½ at step {GOAL} of the light.",
        lambda run: 0.0 if run.rings is None else max(0.0, 1 - abs(run.rings - GOAL) / GOAL),
        lambda run: "It never does." if run.rings is None else f"Now at {run.rings}.",
    )
    prediction = Prediction(
        "coupled gates, forget bias 3, so f = 0.95: after 30 steps of light c is …",
        ("30", "about 20", "below 1"),
        {"cell": COUPLED, "b_f": 3.0},
        reached,
        "After 30 steps",
    )

    def controls(self) -> dict[str, Any]:
        """Return the cell, the bias of its forget gate, and the two peepholes."""
        return {
            "cell": Choice("cell", PEEPHOLE, (PLAIN, PEEPHOLE, COUPLED)),
            "b_f": Slider("forget bias", 6.0, 0, 12, 0.5),
            "p_f": Slider("peephole p_f", 0.0, -4, 1, 0.25),
            "p_o": Slider("peephole p_o", 0.5, -1, 2, 0.1),
        }

    def settle(self) -> None:
        """Let the hand move the peepholes only where there are any."""
        for name in ("p_f", "p_o"):
            self.inputs[name].enable(self.inputs["cell"].value == PEEPHOLE)

    def compute(self, values: Values) -> Change:
        """Return the unit at these values."""
        return change(**values)

    def picture(self, record: Change, canvas: Canvas) -> str:
        """Return the cell with its new wires beside its memory and its gates over time."""
        run = record
        seen = Watched(
            (FIRST, LAST),
            run.of_unit("c"),
            {name: run.of_unit(name) for name in "fioh"},
            None if run.rings is None else FIRST - 1 + run.rings,
        )
        words = f"{run.cell} cell: {of_cell(run)}" if run.cell != PLAIN else "LSTM: no gate sees c"
        top = 1.9 * canvas.text
        if canvas.narrow:
            cell = Area(6, top, 318, canvas.height - top - 8, (0, 1), (0, 1))
            over = Area(372, top + 4, 176, canvas.height - top - 26, (1, STEPS), (0, 32))
            panels_ = [variants.memory(seen, over, canvas, "c over time")]
        else:
            cell = Area(10, 34, 440, canvas.height - 52, (0, 1), (0, 1))
            over = Area(530, 26, 440, 92, (1, STEPS), (0, 32))
            under = Area(530, 166, 440, canvas.height - 166 - 38, (1, STEPS), (0, 1))
            panels_ = [
                variants.memory(seen, over, canvas, "c over time; blue: the light is on; dotted: 1"),
                variants.levels(seen, under, canvas, "gates and h over time", "fioh"),
            ]
        return svg.document(
            canvas,
            "One unit: its cell, its memory and its gates over time",
            self.describe(run),
            svg.text(cell.left, canvas.text + 2, words, weight=600),
            variants.cell(wiring(run), cell, canvas),
            *panels_,
        )

    def describe(self, record: Change) -> str:
        """Return what the unit counts, and whether anybody hears of it."""
        run = record
        f = run.of_unit("f")[FIRST - 1 : LAST]
        gate = (
            f"f = {spoken(f[-1], 3)}"
            if np.ptp(f) < 0.005
            else f"f between {spoken(f.min(), 3)} and {spoken(f.max(), 3)}"
        )
        names = {PLAIN: "LSTM", PEEPHOLE: "Peephole LSTM", COUPLED: "Coupled LSTM"}
        told = "h never passes ½" if run.rings is None else f"h passes ½ at step {run.rings} of the light"
        return (
            f"{names[run.cell]}: with {gate} while the light is on, {steps_of(LIGHT)} of light leave c = "
            f"{spoken(run.left)}; {told}."
        )


def of_cell(run: Change) -> str:
    """Return what is new in a cell, in a few words."""
    return "its gates see c" if run.cell == PEEPHOLE else "i is 1 − f"


def wiring(run: Change) -> Wired:
    """Return the gates of a cell and its new wires, with their weights."""
    if run.cell == PLAIN:
        return Wired("figo", {}, False)
    if run.cell == COUPLED:
        return Wired("fgo", {"i": ""}, True)
    return Wired("figo", {"f": f"p_f {spoken(run.p_f)}", "o": f"p_o {spoken(run.p_o)}"}, False)
