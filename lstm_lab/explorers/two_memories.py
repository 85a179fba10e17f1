"""Two memories: a hand-wired LSTM that keeps "nature" and "science" in c, and says in h what is fresh."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.cells import GATES, LSTMParams, LSTMStep
from lstm_lab.drawing import svg
from lstm_lab.drawing.memories import Memories, memories
from lstm_lab.drawing.scene import scene_symbol
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import FrameComposer, TimeStepper
from lstm_lab.explorers.frames import symbol
from lstm_lab.stage import Frame
from lstm_lab.world.props import PROPS, prop

UNITS = ("nature", "science")
TELLS = {"bear": "nature", "fox": "nature", "planet": "science", "flask": "science"}
PICTURES = (*TELLS, "tree", "squirrel", "title card", "?")
LONGEST = 10
POSES = 3

WRITE, KEEP, CANDIDATE, READ = GATES  # i, f, g, o
TABLE: Mapping[str, Mapping[str, float]] = {
    WRITE: {"bias": -5, "own": 10},
    KEEP: {"bias": 5, "other": -6, "title card": -10},
    CANDIDATE: {"own": 3},
    READ: {"bias": -4, "own": 8, "?": 8, "own h": 5},
}
"""Every number of the cell: what each gate of a unit adds up before it is squished.

"own" is a picture of the unit's own kind (for nature a bear or a fox), "other" one of the other kind, "own h" the
unit's short-term memory of the step before. What is not written here is 0.
"""

READS = {"bias": "", "own": "own kind", "other": "other kind", "?": "face", "own h": "h before"}
"""What the names of ``TABLE`` are called on screen."""

HELD, GONE = 0.9, 0.1
CLEAR = 0.5
"""From here on we say that a memory holds something."""


class MemoryRun(NamedTuple):
    """A channel of T pictures as the hand-wired cell read them, and how many of them have been read.

    ``show`` T kinds of pictures; ``step`` in 0..T; ``trace`` the record of the cell, arrays (T, 1, 2), units in
    the order of ``UNITS``.
    """

    show: tuple[str, ...]
    step: int
    trace: LSTMStep


@cache
def cell() -> LSTMParams:
    """Return the weights of the hand-wired cell, from ``TABLE``: D = 8 pictures, H = 2 units."""
    D, H = len(PICTURES), len(UNITS)
    params = LSTMParams(np.zeros((4, D, H)), np.zeros((4, H, H)), np.zeros((4, H)))
    for gate, row in enumerate(GATES):
        for name, weight in TABLE[row].items():
            if name == "bias":
                params.b[gate] = weight
            elif name == "own h":
                params.W_h[gate] = weight * np.eye(H)
            else:
                params.W_x[gate] += weight * _reads(name)
    return params


def _reads(name: str) -> np.ndarray:
    """Return which pictures a row of the table is about, for each unit: 0 or 1, shape (8, 2)."""
    rows = []
    for kind in PICTURES:
        about = TELLS.get(kind)
        rows.append(
            [name == (kind if about is None else "own" if about == unit else "other") for unit in UNITS]
        )
    return np.array(rows, dtype=np.float64)


def watch(show: Sequence[str], step: int | None = None) -> MemoryRun:
    """Show a channel to the hand-wired cell.

    Args:
        show: kinds of pictures in order, from ``PICTURES``.
        step: how many of them have been read; all if not given, and never more than there are.
    """
    if len(show) == 0:
        return MemoryRun((), 0, LSTMStep(*(np.empty((0, 1, len(UNITS))) for _ in LSTMStep._fields)))
    xs = np.zeros((len(show), 1, len(PICTURES)))
    xs[range(len(show)), 0, [PICTURES.index(kind) for kind in show]] = 1
    read = len(show) if step is None else min(step, len(show))
    return MemoryRun(tuple(show), read, cells.trace(cell(), xs))


@cache
def weights_in_words() -> tuple[str, ...]:
    """Return each gate's row of ``TABLE`` as the sum it takes, before it is squished.

    >>> weights_in_words()[0]
    'keep f = σ(5 − 6 other kind − 10 title card)'
    """
    names = {KEEP: "keep", WRITE: "write", CANDIDATE: "new", READ: "read"}
    lines = []
    for gate, name in names.items():
        terms = [
            f"{'−' if weight < 0 else '+'} {abs(weight):g} {READS.get(source, source)}".rstrip()
            for source, weight in TABLE[gate].items()
        ]
        total = " ".join(terms).removeprefix("+ ").replace("− ", "−", TABLE[gate].get("bias", 0) < 0)
        lines.append(f"{name} {gate} = {'tanh' if gate == CANDIDATE else 'σ'}({total})")
    return tuple(lines)


@cache
def icon(kind: str, nth: int) -> tuple[str, str]:
    """Return an id and the SVG ``<symbol>`` of a picture; those of one kind differ as animals do."""
    pose = nth % POSES
    if kind in PROPS:
        return scene_symbol(prop(kind, pose), kind)
    return symbol(Frame(kind, seed=100 * PICTURES.index(kind) + pose))


def held(run: MemoryRun) -> np.ndarray:
    """Return c after the present picture, by unit; zeros before the first. Shape (2,)."""
    return run.trace.c[run.step - 1, 0] if run.step else np.zeros(len(UNITS))


def said(run: MemoryRun) -> np.ndarray:
    """Return h after the present picture, as ``held``."""
    return run.trace.h[run.step - 1, 0] if run.step else np.zeros(len(UNITS))


def where_is_nature(run: MemoryRun) -> str:
    """Return which of the two memories still holds nature."""
    in_c, in_h = held(run)[0] >= CLEAR, said(run)[0] >= CLEAR
    names = {(True, True): "in both", (True, False): "only in c", (False, True): "only in h"}
    return names.get((bool(in_c), bool(in_h)), "in neither")


def what_it_does(now: LSTMStep) -> str:
    """Return in words which taps are open, or shut that were open, with how far; of what is empty nothing is kept."""
    i, f, o = now.i[0], now.f[0], now.o[0]
    full = [k for k in range(len(UNITS)) if spoken(now.c_prev[0, k]) != "0.00"]
    kept = [f"{spoken(f[k])} of {UNITS[k]}" for k in full if f[k] < CLEAR]
    wrote = [f"writes {unit} ({spoken(i[k])})" for k, unit in enumerate(UNITS) if i[k] >= CLEAR]
    did = [f"keeps only {' and '.join(kept)}"] if kept else []
    if full and not kept:
        did = [f"keeps {spoken(f[full].min())} of what there was"]
    did += wrote or ["writes nothing"]
    if np.all(o >= CLEAR):
        far = " and ".join(dict.fromkeys(map(spoken, o)))
        did.append(f"opens both read taps ({far})")
    else:
        did += [f"reads out {unit} ({spoken(o[k])})" for k, unit in enumerate(UNITS) if o[k] >= CLEAR]
    return " and ".join([", ".join(did[:-1]), did[-1]]) if len(did) > 1 else did[0]


def score(run: MemoryRun) -> float:
    """Return how near a channel with a planet and without a title card ends to nature kept and science gone."""
    if "planet" not in run.show or "title card" in run.show:
        return 0.0
    nature, science = run.trace.c[-1, 0]
    return float(np.clip(nature / HELD, 0, 1) * np.clip((1 - science) / (1 - GONE), 0, 1))


def score_sentence(run: MemoryRun) -> str:
    """Return what is missing, or what the channel ends with."""
    if "planet" not in run.show:
        return "The channel has to show a planet."
    if "title card" in run.show:
        return "The title card clears both: do it without."
    nature, science = run.trace.c[-1, 0]
    return f"It ends with nature {spoken(nature)}, science {spoken(science)}."


def shown(*show: str) -> dict[str, Any]:
    """Return the values that lead to the end of a channel."""
    return {"show": show, "step": len(show)}


BEAR_AND_SIX = ("bear", "tree", "squirrel", "tree", "tree", "squirrel", "tree")


class TwoMemories(Explorer):
    """A channel of nature and science enters a cell of two units: c keeps, h says what is fresh."""

    question = "What is remembered, and for how long?"
    misconception = "There is one memory, and each picture changes it."
    not_shown = "how weights are learned: these were set by hand. Nothing bounds c: a bear adds nearly 1."
    height = 276.0
    taller_in_lecture = -8.0
    lecture = ("show", "step")
    presets: ClassVar[Mapping[str, Preset]] = {
        "What is left of the bear after six trees?": Preset(
            shown(*BEAR_AND_SIX),
            "In h next to nothing, in c nearly all of it: the write tap is shut, the keep tap open.",
            lambda run: held(run)[0] >= HELD and said(run)[0] <= 0.05,
        ),
        "And when somebody asks?": Preset(
            shown(*BEAR_AND_SIX, "?"),
            "The face opens the read tap, and h says nature again: it had been in c all along.",
            lambda run: said(run)[0] >= 0.7 and run.trace.h[-2, 0, 0] <= 0.05,
        ),
        "A nature show, then a science show?": Preset(
            shown("bear", "fox", "tree", "planet", "flask"),
            "Each picture of science lets a part of nature go and writes science.",
            lambda run: held(run)[1] >= HELD and held(run)[0] < held(run)[1] / 5,
        ),
        "What does a new show do?": Preset(
            shown("planet", "tree", "bear", "tree", "title card"),
            "The title card shuts both keep taps and opens neither write tap: both memories are cleared.",
            lambda run: float(held(run).max()) <= 0.05 and float(run.trace.c[-2, 0].max()) >= HELD,
        ),
    }
    challenge = Challenge(
        "Show a planet, no title card, and end at nature ≥ 0.90, science ≤ 0.10.",
        score,
        score_sentence,
    )
    prediction = Prediction(
        "After a bear and six trees, where is the bear?",
        ("only in c", "only in h", "in both", "in neither"),
        shown(*BEAR_AND_SIX),
        where_is_nature,
        "After six trees and squirrels",
    )

    def controls(self) -> dict[str, Any]:
        """Return the channel and the step; a picture added is a picture read."""
        start = ("bear", "tree", "squirrel", "tree", "planet", "tree", "?")
        show = FrameComposer("show", start, PICTURES, LONGEST)
        show.buttons["squirrel"].add_class("lab-only-alone")  # in large print all buttons fit into one row
        step = TimeStepper("pictures read", 4, len(start), 900)
        step.follow(show)
        return {"show": show, "step": step}

    def compute(self, values: Values) -> MemoryRun:
        """Return the run at these values."""
        return watch(values["show"], values["step"])

    def picture(self, record: MemoryRun, canvas: Canvas) -> str:
        """Return the cell with its taps, and both memories along the channel."""
        run = record
        icons = [icon(kind, run.show[:t].count(kind)) for t, kind in enumerate(run.show)]
        drawn = Memories(
            tuple(name for name, _ in icons),
            dict(icons),
            run.show,
            run.step,
            run.trace,
            UNITS,
            weights_in_words(),
        )
        title = "Long-term and short-term memory in a cell of two units"
        return svg.document(canvas, title, self.describe(run), memories(drawn, canvas))

    def describe(self, record: MemoryRun) -> str:
        """Return what the present picture did to both memories."""
        run, T = record, len(record.show)
        if T == 0:
            return "The show is empty: nothing has been read, and both memories are 0. Add a picture."
        if run.step == 0:
            return f"None of {T} pictures has been read: c and h are 0 for nature and for science."
        now = cells.at(run.trace, run.step - 1)
        c, h = now.c[0], now.h[0]
        name = "face" if run.show[run.step - 1] == "?" else run.show[run.step - 1]
        return (
            f"Picture {run.step} of {T}, the {name}: the cell {what_it_does(now)}. "
            f"Long-term c: nature {spoken(c[0])}, science {spoken(c[1])}. "
            f"Short-term h: nature {spoken(h[0])}, science {spoken(h[1])}."
        )
