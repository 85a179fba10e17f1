"""Who sets the gates: weights and a bias turn what is seen into the position of a tap."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import GATES, LSTMParams, LSTMState, LSTMStep, gate_index, lstm_step, trace
from lstm_lab.cells.activations import FAR, sigmoid
from lstm_lab.checks import Array
from lstm_lab.drawing import gates, svg
from lstm_lab.drawing.gates import Told
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.frames import symbol
from lstm_lab.explorers.weights import Weights
from lstm_lab.measures import saturation
from lstm_lab.stage import Frame
from lstm_lab.tasks import ONE_HOT_COLUMNS, one_hot_batch
from lstm_lab.world.shows import show_of

PICTURES: tuple[str, ...] = ("bear", "fox", "goldfish", "tree", "squirrel", "title card", "face")
SHOW = (
    *("bear", "tree", "squirrel", "fox", "title card"),
    *("goldfish", "squirrel", "tree", "goldfish", "face"),
)
COLUMNS: list[str] = [*ONE_HOT_COLUMNS]
REACH = 8.0
"""The curve is drawn from −8 to 8; a sum beyond stands at its edge."""
HELD: dict[str, dict[str, float]] = {
    "f": {"i": -FAR, "g": 0.0, "o": FAR},
    "i": {"f": FAR, "g": FAR, "o": FAR},
    "o": {"f": FAR, "i": -FAR, "g": 0.0},
}
"""The biases of the other three while one gate is set: nothing learned; everything kept, 1 offered; a memory kept."""
START = {"f": 1.0, "i": 0.0, "o": 1.0}
"""The long-term memory before the show."""
GATE_NAMES = {"f": "forget", "i": "input", "o": "output"}


class WhoSetsRun(NamedTuple):
    """One gate of one unit without short-term memory, over each kind of picture and over a show of T.

    ``alone`` is the step of each of the seven kinds by itself, arrays (7, 1); ``run`` the trace of the show, arrays
    (T, 1, 1). ``along`` (T,) is the gate there, ``opened`` (7,) the gate and ``sums`` (7,) its pre-activation at each
    kind; ``carried`` (T,) what comes of it: c for f and i, h for o. ``shut`` and ``open`` are the shares of steps
    within a tenth of 0 and of 1.
    """

    gate: str
    weights: tuple[float, ...]
    bias: float
    alone: LSTMStep
    run: LSTMStep
    sums: Array
    opened: Array
    along: Array
    carried: Array
    shut: float
    open: float


def who_sets(gate: str, weights: Sequence[float], bias: float) -> WhoSetsRun:
    """Return what one gate makes of a show.

        gate = σ(w_picture + bias)          for a picture seen as one-hot: its own weight is all that counts

    Args:
        gate: f, i or o.
        weights: one for each of ``PICTURES``.
        bias: the gate's bias.
    """
    b = np.zeros((len(GATES), 1))
    for name, held in HELD[gate].items():
        b[gate_index(name)] = held
    b[gate_index(gate)] = bias
    W_x = np.zeros((len(GATES), len(ONE_HOT_COLUMNS), 1))
    for name, weight in zip(PICTURES, weights, strict=True):
        W_x[gate_index(gate), COLUMNS.index(name), 0] = weight
    params = LSTMParams(W_x, np.zeros((len(GATES), 1, 1)), b)

    kinds = seen(PICTURES)[:, 0]
    empty = LSTMState(np.zeros((len(kinds), 1)), np.zeros((len(kinds), 1)))
    alone = lstm_step(params, kinds, empty)
    run = trace(params, seen(SHOW), LSTMState(np.zeros((1, 1)), np.full((1, 1), START[gate])))
    levels = getattr(run, gate)
    share = saturation(levels, edge=gates.EDGE)
    return WhoSetsRun(
        gate=gate,
        weights=tuple(weights),
        bias=bias,
        alone=alone,
        run=run,
        sums=getattr(alone, f"a_{gate}")[:, 0],
        opened=getattr(alone, gate)[:, 0],
        along=levels[:, 0, 0],
        carried=(run.h if gate == "o" else run.c)[:, 0, 0],
        shut=float(share.low[0]),
        open=float(share.high[0]),
    )


def seen(kinds: Sequence[str]) -> Array:
    """Return pictures as one-hot columns, faces between dog and wolf, shape (T, 1, 8)."""
    return one_hot_batch(show_of(kinds, 0.5)).xs


def opened(run: WhoSetsRun, picture: str) -> float:
    """Return the gate at one kind of picture."""
    return float(run.opened[PICTURES.index(picture)])


def weighing(**weights: float) -> tuple[float, ...]:
    """Return a weight for each of ``PICTURES``, 0 where none is given; ``title`` is the title card."""
    return tuple(float(weights.get(name.split()[0], 0.0)) for name in PICTURES)


def told_apart(run: WhoSetsRun) -> float:
    """Return how well an input gate opens for bears and goldfish and shuts for trees and squirrels, in 0..1."""
    if run.gate != "i":
        return 0.0
    right = [opened(run, name) for name in ("bear", "goldfish")]
    right += [1 - opened(run, name) for name in ("tree", "squirrel")]
    return max(0.0, 2 * min(right) - 1)


def openness(run: WhoSetsRun) -> str:
    """Return for which pictures a gate is open."""
    if np.ptp(run.opened) < 0.01:
        return "for all alike" if run.opened[0] > 0.5 else "for none"
    return "for some"


class WhoSets(Explorer):
    """The weights and the bias of one gate, and how they set it from picture to picture."""

    question = "Who sets the gates?"
    misconception = "We choose the gates by hand, once for a whole show."
    not_shown = (
        "the short-term memory, which every gate reads as well, and training, which finds such weights."
    )
    height = 290.0
    lecture = ("weights", "bias")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Bias 0, no weights?": Preset(
            {"weights": weighing(), "bias": 0.0},
            "Half open for every picture: of a memory of 1, next to nothing is left after ten.",
            lambda run: bool(np.all(run.along == 0.5)) and run.carried[-1] < 0.002,
        ),
        "Bias +2?": Preset(
            {"weights": weighing(), "bias": 2.0},
            "A little more than a quarter is left. So many start a forget gate with a positive bias.",
            lambda run: np.ptp(run.along) == 0 and 0.25 < run.carried[-1] < 0.3,
        ),
        "Bias −2?": Preset(
            {"weights": weighing(), "bias": -2.0},
            "Nearly shut for every picture: the memory is gone after the second.",
            lambda run: np.ptp(run.along) == 0 and run.carried[1] < 0.02,
        ),
        "Can a title card clear it?": Preset(
            {"weights": weighing(title=-8.0), "bias": 4.0},
            "One weight does it: the gate is open for all pictures but the title card, and there the memory goes.",
            lambda run: run.carried[3] > 0.9 and run.carried[4] < 0.02 and opened(run, "tree") > 0.9,
        ),
        "Who ignores squirrels?": Preset(
            {
                "gate": "i",
                "weights": weighing(bear=6, fox=6, goldfish=6, tree=-2, squirrel=-2, title=-2, face=-2),
                "bias": -2.0,
            },
            "An input gate with these weights: bears, foxes and goldfish get in, trees and squirrels hardly.",
            lambda run: opened(run, "squirrel") < 0.05 and opened(run, "bear") > 0.95,
        ),
    }
    challenge = Challenge(
        "Gate i: open for bears and goldfish, shut for trees and squirrels.",
        told_apart,
        lambda run: (
            "Choose the gate i."
            if run.gate != "i"
            else ", ".join(
                f"{name} {spoken(opened(run, name))}" for name in ("bear", "goldfish", "tree", "squirrel")
            )
            + "."
        ),
    )
    prediction = Prediction(
        "Bias 2, every weight 0: the forget gate is open …",
        ("for some", "for all alike", "for none"),
        {"gate": "f", "weights": weighing(), "bias": 2.0},
        openness,
        "With a bias alone",
    )

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
            side = Area(22, 12, 120, canvas.height - 56, (-REACH, REACH), unit)
            left, wide = 300, canvas.width - 300 - 84
            film = Area(left, 6, wide, 30, across, unit)
            strip = Area(left, 40, wide, 62, across, unit)
            memory = Area(left, 118, wide, canvas.height - 130, across, (0, told.top))
            marks = [gates.curve(side, canvas, told), gates.along(film, strip, memory, canvas, told)]
        else:
            side = Area(30, 32, 230, canvas.height - 82, (-REACH, REACH), unit)
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
        sums=run.sums,
        opened=run.opened,
        line=(xs, sigmoid(xs)),
        pictures=[by_kind[kind][0] for kind in SHOW],
        symbols=dict(frames),
        along=run.along,
        carried=run.carried,
        top=float(len(SHOW)) if run.gate == "i" else 1.0,
        outcome=outcome[run.gate],
        pen="h" if run.gate == "o" else "c",
        shut=run.shut,
        between=1 - run.shut - run.open,
        open=run.open,
    )
