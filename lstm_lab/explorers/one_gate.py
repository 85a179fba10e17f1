"""One gate set by weights and a bias: what it makes of each picture and of a show, and what is asked about it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import GATES, LSTMParams, LSTMState, LSTMStep, gate_index, lstm_step, trace
from lstm_lab.cells.activations import FAR
from lstm_lab.checks import Array
from lstm_lab.drawing import gates
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers.base import Asked, Challenge, Prediction, Preset, Values
from lstm_lab.measures import saturation
from lstm_lab.tasks import ONE_HOT_COLUMNS, one_hot_batch
from lstm_lab.world.shows import show_of

PICTURES: tuple[str, ...] = ("bear", "fox", "goldfish", "tree", "squirrel", "title card", "face")
SHOW = (
    *("bear", "tree", "squirrel", "fox", "title card"),
    *("goldfish", "squirrel", "tree", "goldfish", "face"),
)
TELLING, IDLE = ("bear", "fox", "goldfish"), ("tree", "squirrel")
"""Which pictures say something about dog or wolf, and which do not."""
COLUMNS: list[str] = [*ONE_HOT_COLUMNS]
HELD: dict[str, dict[str, float]] = {
    "f": {"i": -FAR, "g": 0.0, "o": FAR},
    "i": {"f": FAR, "g": FAR, "o": FAR},
    "o": {"f": FAR, "i": -FAR, "g": 0.0},
}
"""The biases of the other three while one gate is set: nothing learned; everything kept, 1 offered; a memory kept."""
START = {"f": 1.0, "i": 0.0, "o": 1.0}
"""The long-term memory before the show."""
GATE_NAMES = {"f": "forget", "i": "input", "o": "output"}


Score = Callable[["WhoSetsRun"], float]
Check = Callable[["WhoSetsRun"], bool]


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


ENOUGH = 0.95
"""A challenge is met from here on: no gate reaches 0 or 1."""
CARRIED = 0.8
"""The same for a memory carried over nine pictures."""


def told_apart(run: WhoSetsRun) -> float:
    """Return how much wider an input gate opens for what tells than for trees and squirrels, in 0..1."""
    least = min(opened(run, name) for name in TELLING)
    most = max(opened(run, name) for name in IDLE)
    return max(0.0, least - most)


def carried_over(run: WhoSetsRun) -> float:
    """Return what a forget gate leaves of a memory over the show without its title card, in [0, 1]."""
    return float(np.prod(run.along[[kind != "title card" for kind in SHOW]]))


def waited(run: WhoSetsRun) -> float:
    """Return how much wider an output gate opens for the face than for all else, in 0..1."""
    return max(0.0, opened(run, "face") - max(opened(run, name) for name in PICTURES if name != "face"))


def openness(run: WhoSetsRun) -> str:
    """Return for which pictures a gate is open."""
    if np.ptp(run.opened) < 0.01:
        return "for all alike" if run.opened[0] > 0.5 else "for none"
    return "for some"


# --- what is asked, gate by gate ------------------------------------------------------------------


BIASES = {"Bias 0, no weights?": 0.0, "Bias +2?": 2.0, "Bias −2?": -2.0}


def _biases(gate: str, *seen: tuple[str, float, float]) -> dict[str, Preset]:
    """Return a preset for each of ``BIASES``: what is seen there, and between what the memory or h ends."""
    return {
        question: Preset(
            {"gate": gate, "weights": weighing(), "bias": bias},
            observation,
            lambda run, low=low, high=high: (
                run.gate == gate and np.ptp(run.along) == 0 and low <= run.carried[-1] <= high
            ),
        )
        for (question, bias), (observation, low, high) in zip(BIASES.items(), seen, strict=True)
    }


def _one_weight(gate: str, weights: tuple[float, ...], bias: float, observation: str, check: Check) -> Preset:
    return Preset({"gate": gate, "weights": weights, "bias": bias}, observation, check)


def _challenge(gate: str, text: str, score: Score, missing: Callable[[WhoSetsRun], str]) -> Challenge:
    """Return a challenge for one gate; with another chosen it has no score and asks for this one."""
    return Challenge(
        f"Gate {gate}: {text}",
        lambda run: min(score(run), 1.0) if run.gate == gate else 0.0,
        lambda run: missing(run) if run.gate == gate else f"Choose the gate {gate}.",
    )


def _prediction(gate: str) -> Prediction:
    return Prediction(
        f"Bias 2, every weight 0: the {GATE_NAMES[gate]} gate is open …",
        ("for some", "for all alike", "for none"),
        {"gate": gate, "weights": weighing(), "bias": 2.0},
        openness,
        "With a bias alone",
    )


def _gates(run: WhoSetsRun, names: Sequence[str]) -> str:
    return ", ".join(f"{name} {spoken(opened(run, name))}" for name in names) + "."


ASKED = {
    "f": Asked(
        _biases(
            "f",
            ("Half open for every picture: of a memory of 1, next to nothing is left after ten.", 0, 0.002),
            (
                "A little more than a quarter is left. So many start a forget gate with a positive bias.",
                *(0.25, 0.3),
            ),
            ("Nearly shut for every picture: the memory is gone after the second.", 0, 1e-8),
        )
        | {
            "Can a title card clear it?": _one_weight(
                *("f", weighing(title=-8.0), 2.0),
                "One weight does it: the title card shuts the gate, and the memory goes. All else keeps 0.88 of it.",
                lambda run: run.carried[3] > 0.55 and run.carried[4] < 0.01 and opened(run, "tree") > 0.88,
            )
        },
        _challenge(
            "f",
            "carry a memory over all other pictures, and clear it at the title card.",
            lambda run: carried_over(run) * (1 - opened(run, "title card")) / CARRIED,
            lambda run: (
                f"Nine others leave {spoken(carried_over(run))} of it, "
                f"a title card {spoken(opened(run, 'title card'))}."
            ),
        ),
        _prediction("f"),
    ),
    "i": Asked(
        _biases(
            "i",
            ("Half of each picture gets in, of a squirrel as much as of a bear.", 4.99, 5.01),
            ("Nearly all of each picture gets in, and what tells drowns among the rest.", 8.8, 8.82),
            ("Little of each picture gets in, of a bear no more than of a tree.", 1.19, 1.2),
        )
        | {
            "Who ignores squirrels?": _one_weight(
                *("i", weighing(bear=4, fox=4, goldfish=4, squirrel=-6), 0.0),
                "A weight of −6 shuts the gate for squirrels. A tree has no weight: half of each gets in.",
                lambda run: opened(run, "squirrel") < 0.01 and opened(run, "tree") == 0.5,
            )
        },
        _challenge(
            "i",
            "open for bear, fox and goldfish, shut for tree and squirrel.",
            lambda run: told_apart(run) / ENOUGH,
            lambda run: _gates(run, (*TELLING, *IDLE)),
        ),
        _prediction("i"),
    ),
    "o": Asked(
        _biases(
            "o",
            ("Half open all along: as much is said at a tree as at the face.", 0.38, 0.39),
            ("Nearly open all along: the memory is said whether anybody asks or not.", 0.67, 0.68),
            ("Nearly shut all along, at the face as well: whoever asks hears next to nothing.", 0, 0.1),
        )
        | {
            "Who waits for the face?": _one_weight(
                *("o", weighing(face=4), 0.0),
                "The face opens the gate. But at all other pictures half is said: nothing shuts it there.",
                lambda run: opened(run, "face") > 0.95 and opened(run, "tree") == 0.5,
            )
        },
        _challenge(
            "o",
            "silent until the face.",
            lambda run: waited(run) / ENOUGH,
            lambda run: _gates(run, ("face", "bear", "tree")),
        ),
        _prediction("o"),
    ),
}
"""What a learner is asked who starts with a gate."""
STARTS: dict[str, Values] = {gate: {"weights": weighing(), "bias": 0.0} for gate in "io"}
"""Where a gate begins whose weights are not those of the forget gate: nothing tells the pictures apart yet."""
