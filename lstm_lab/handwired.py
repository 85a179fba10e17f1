"""An LSTM nobody trained: three units whose every weight was chosen by hand and can be read.

It reads the columns of ``tasks.one_hot_batch``. Pre-activations are large, so that a gate is open or shut:
σ(10) = 0.99995 and σ(−10) = 0.00005. No gate reads h (W_h is 0): in this story the picture alone decides.

    show    the long-term memory of what the show is about, positive for wild
    face    what the face of this very step says for wolf; kept for no longer than that step
    asked   whether this step is a question
"""

from html import escape
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import GATES, LSTMParams, gate_index
from lstm_lab.checks import Array
from lstm_lab.models import Model
from lstm_lab.readout import Dense
from lstm_lab.tasks import ONE_HOT_COLUMNS
from lstm_lab.world.shows import ANSWERS

UNITS = ("show", "face", "asked")
ALWAYS = "always"
"""The name of a bias in the tables: what is added whatever the picture."""

Row = dict[str, float]

_ONLY_AT_A_FACE = {ALWAYS: -10.0, "face": 20.0}

WIRING: dict[str, dict[str, Row]] = {
    "show": {
        "i": {ALWAYS: -10, "bear": 20, "fox": 20, "goldfish": 20},
        "f": {ALWAYS: 10, "title card": -20},
        "g": {"bear": 1, "fox": 1, "goldfish": -1, "tree": 0.1, "squirrel": -0.7},
        "o": _ONLY_AT_A_FACE,
    },
    "face": {"i": _ONLY_AT_A_FACE, "f": {ALWAYS: -10}, "g": {"log odds of w": 0.1}, "o": _ONLY_AT_A_FACE},
    "asked": {"i": _ONLY_AT_A_FACE, "f": {ALWAYS: -10}, "g": {"face": 10}, "o": _ONLY_AT_A_FACE},
}
"""By unit and gate: the bias, and what each picture adds to the pre-activation."""

READOUT: dict[str, Row] = {
    "show": {"wolf": 1.5, "dog": -1.5},
    "face": {"wolf": 5, "dog": -5},
    "asked": {"no question": -30},
    ALWAYS: {"no question": 10},
}
"""By unit: what its h adds to each answer; and the biases."""


class Weight(NamedTuple):
    """One weight that is not 0: of which unit, into which gate or answer, read from what."""

    unit: str
    into: str
    reads: str
    value: float


class WeightTable(NamedTuple):
    """The weights of a hand-wired network that are not 0, a gate or answer a line; shows itself in a notebook."""

    rows: tuple[Weight, ...]

    def by_gate(self) -> dict[tuple[str, str], Row]:
        """Return what each gate of a unit, and each answer, reads: by (unit, gate) and then by picture."""
        lines: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            lines.setdefault((row.unit, row.into), {})[row.reads] = row.value
        return lines

    def __repr__(self) -> str:
        return "\n".join(
            f"{unit:7} {into:12} " + ", ".join(f"{reads} {_signed(value)}" for reads, value in line.items())
            for (unit, into), line in self.by_gate().items()
        )

    def _repr_html_(self) -> str:
        head = "<tr><th>unit</th><th>into</th><th>weights that are not 0</th></tr>"
        lines = [
            f"<tr><td>{escape(unit)}</td><td>{escape(into)}</td><td style='text-align:left'>"
            + " · ".join(f"{escape(reads)} <b>{_signed(value)}</b>" for reads, value in line.items())
            + "</td></tr>"
            for (unit, into), line in self.by_gate().items()
        ]
        return f"<table>{head}{''.join(lines)}</table>"


def hand_wired() -> Model:
    """Return an LSTM of three units that answers the story's questions, every weight chosen by hand.

    Unit by unit, from ``WIRING``:

        show   i  shut (−10); bear, fox and goldfish open it (+20): they alone tell
               f  open (+10); the title card shuts it (−20): what was remembered no longer counts
               g  bear and fox +1, goldfish −1: one step of evidence, tanh(1) = 0.76. A tree would write 0.10 and
                  a squirrel, taken for a guest of the garden, −0.60; the shut input gate keeps both out
               o  shut (−10); the face opens it (+20): h is 0 until somebody asks
        face   i and o open at a face alone, f always shut: it holds what this face says and nothing else.
               g  0.1 × the log odds of w: small, so that both tanh on the way to h stay nearly straight
        asked  i and o open at a face alone, f always shut; g is 1: h is tanh(1) = 0.76 at a face and 0 elsewhere

    and from ``READOUT``, in log odds of wolf against dog:

        3 × h of show    a show that is surely wild makes a wolf log 19 = 2.94 more likely, never more: the context
                         saturates, and so does tanh. With n bears, 3 tanh(0.76 n) is 1.93, 2.73, 2.94; right
                         are 1.82, 2.73, 2.92
        10 × h of face   takes the 0.1 back
        no question      leads by 10, until asked takes away 30 × 0.76

    The face does not open the input gate of show, so it is not counted twice. What it says about the show is lost
    for a second face in the same show; shows of ``draw_channels`` have one face each.

    Returns:
        A model for inputs of ``tasks.one_hot_batch`` (D = 8, H = 3) with the answers wolf, dog, no question.
    """
    D, H = len(ONE_HOT_COLUMNS), len(UNITS)
    W_x, b = np.zeros((len(GATES), D, H)), np.zeros((len(GATES), H))
    for unit, gates in WIRING.items():
        for gate, row in gates.items():
            k, u = gate_index(gate), UNITS.index(unit)
            b[k, u] = row.get(ALWAYS, 0)
            W_x[k, :, u] = [row.get(column, 0) for column in ONE_HOT_COLUMNS]
    cell = LSTMParams(W_x, np.zeros((len(GATES), H, H)), b)
    readout = Dense(np.stack([_answers(unit) for unit in UNITS]), _answers(ALWAYS))
    return Model("hand-wired", cell, readout, {"task": "the story, clean symbols", "units": UNITS})


def weight_table(model: Model | None = None) -> WeightTable:
    """Return every weight of a hand-wired network that is not 0, read off its arrays.

    Args:
        model: a network with the units and inputs of ``hand_wired``, perhaps with other weights; that one if
            left out.

    Raises:
        ValueError: the model is no LSTM, or has other numbers of inputs, units or answers.
    """
    wired = hand_wired() if model is None else model
    cell, readout = wired.cell, wired.readout
    if not isinstance(cell, LSTMParams):
        raise ValueError(f"the table is one of an LSTM's weights, got {type(cell).__name__}")
    sizes, expected = (*cell.W_x.shape[1:], len(readout.b)), (len(ONE_HOT_COLUMNS), len(UNITS), len(ANSWERS))
    if sizes != expected:
        raise ValueError(
            f"the table names {', '.join(map(str, expected))} inputs, units and answers, "
            f"{wired.name} has {', '.join(map(str, sizes))}"
        )
    rows = []
    for u, unit in enumerate(UNITS):
        for k, gate in enumerate(GATES):
            rows.append(Weight(unit, gate, ALWAYS, float(cell.b[k, u])))
            for d, column in enumerate(ONE_HOT_COLUMNS):
                rows.append(Weight(unit, gate, column, float(cell.W_x[k, d, u])))
            for v, other in enumerate(UNITS):
                rows.append(Weight(unit, gate, f"h of {other}", float(cell.W_h[k, v, u])))
    for a, answer in enumerate(ANSWERS):
        rows.append(Weight("answer", answer, ALWAYS, float(readout.b[a])))
        for u, unit in enumerate(UNITS):
            rows.append(Weight("answer", answer, f"h of {unit}", float(readout.W[u, a])))
    return WeightTable(tuple(row for row in rows if row.value != 0))


def _answers(unit: str) -> Array:
    return np.array([READOUT[unit].get(answer, 0.0) for answer in ANSWERS], dtype=np.float64)


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−")
