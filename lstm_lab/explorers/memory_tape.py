"""Memory tape: paint the gates of one memory unit, picture by picture, over a channel of two shows."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import GATES, LSTMParams, LSTMStep, trace
from lstm_lab.cells.activations import logit
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.tape import Taped, taped
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice
from lstm_lab.explorers.frames import face, symbol
from lstm_lab.explorers.painter import Brush, Painted, Tape, levels_of, spelled
from lstm_lab.handwired import UNITS, hand_wired
from lstm_lab.measures import direct_path
from lstm_lab.models import answers
from lstm_lab.stage import Frame, network, perform
from lstm_lab.tasks import one_hot_batch
from lstm_lab.world.shows import show_of
from lstm_lab.xray import holds_wild, look_inside

STRIPS = ("f", "i", "o")
"""The painted gates, from top to bottom."""
SQUIRRELS = (4, 8, 12, 13, 18)
CHANNEL = (
    "bear",
    *("squirrel" if t in SQUIRRELS else "tree" for t in range(1, 21)),
    *("?", "title card", "goldfish"),
    *("tree", "tree", "squirrel", "tree", "tree", "tree", "?"),
)
LENGTH = len(CHANNEL)
BEAR, FIRST, TITLE, FISH, SECOND = 0, 21, 22, 23, LENGTH - 1
"""Places of the pictures that matter."""
PLACES = {
    "every picture": (1, LENGTH),
    "the bear": (1, 1),
    "trees and squirrels": (2, FIRST),
    "the first ?": (FIRST + 1, FIRST + 1),
    "the title card": (TITLE + 1, TITLE + 1),
    "the goldfish": (FISH + 1, FISH + 1),
    "after the goldfish": (FISH + 2, SECOND),
    "the last ?": (SECOND + 1, SECOND + 1),
}
NETWORK = "lstm_channels"
WIRED, TRAINED = "hand-wired", "trained"
SILENT = 0.05
"""An h below this says nothing."""
DONE = 0.995
"""A job is done from here on; it is written as 100 %."""
BEST = ("1x31", "1x31", "0.7x31")
"""The best that one setting for all pictures can do, on a grid of 0.05; see ``best_constant``."""


class Unit(NamedTuple):
    """One memory unit of a network as it read the channel, arrays (T,): its gates, and g, what it would write.

    ``c`` and ``h`` are those of its own record.
    """

    name: str
    gates: Array
    g: Array
    c: Array
    h: Array


class Parts(NamedTuple):
    """How well a memory did its jobs, each in 0..1, shape (B,).

    ``carried``  part of the bear that is still in c at the first question: i of the bear × every f after it
    ``pure``     the bear's part of what the bear, trees and squirrels have in c then
    ``cleared``  the second show's part of all that is in c at the last question
    ``silent``   part of all |h| that was shown at the two questions
    ``right``    1 − |h − h*| / |h*|, at least 0, the mean of both questions; h* = tanh(g) of bear and goldfish
    """

    carried: Array
    pure: Array
    cleared: Array
    silent: Array
    right: Array

    @property
    def score(self) -> Array:
        """The mean of the five."""
        return np.mean(self, axis=0)


NAMES = ("bear carried", "squirrels kept out", "old show cleared", "silent until asked", "answers right")
"""The jobs in words, in the order of ``Parts``."""
MEANT = (
    "still in c at the first ?",
    "the bear’s part of c",
    "new in c at the last ?",
    "of all h, said at a ?",
    "h at ? as it should be",
)
"""What each part is a part of, in the same order."""


class TapeRun(NamedTuple):
    """A painted tape and what it made of the channel.

    ``step`` the LSTM's record, arrays (T, 1, 1). ``ideal`` (T,) what a perfect memory would hold: g of the bear,
    nothing after the title card, then g of the goldfish. ``whose`` says in words where the gates come from.
    """

    step: LSTMStep
    brush: tuple[str, int, int]
    ideal: Array
    parts: Parts
    whose: str

    @property
    def score(self) -> float:
        """The mean of the five parts."""
        return float(self.parts.score[0])

    @property
    def worst(self) -> str:
        """The part that is done worst, in words; empty if all are done."""
        parts = [float(part[0]) for part in self.parts]
        return NAMES[int(np.argmin(parts))] if min(parts) < DONE else ""

    def h(self, t: int) -> float:
        """Return h after picture t, counted from 0."""
        return float(self.step.h[t, 0, 0])


def play(levels: Array, g: Array) -> LSTMStep:
    """Run an LSTM of one unit whose gates read nothing but a tape.

        a = logit of the painted level, within ±40        artanh of g for the candidate

    Args:
        levels: f, i, o of each sequence, each in [0, 1], shape (3, T, B).
        g: what would be written, each in (−1, 1), shape (T,).

    Returns:
        The record of ``lstm_trace``, arrays (T, B, 1).
    """
    a: dict[str, Array] = dict(zip(STRIPS, logit(levels), strict=True))
    a["g"] = np.broadcast_to(np.arctanh(g)[:, None], levels.shape[1:])
    return trace(TAPE_CELL, np.stack([a[name] for name in GATES], axis=-1))


TAPE_CELL = LSTMParams(np.eye(4)[:, :, None], np.zeros((4, 1, 1)), np.zeros((4, 1)))
"""An LSTM that takes its four pre-activations from outside, one input each."""


def held(step: LSTMStep, t: int) -> Array:
    """Return what each picture up to t has in c after picture t, (∏ of the later f) i g; shape (t + 1, B)."""
    upto = slice(t + 1)
    return direct_path(step.f[upto, :, 0]) * step.learned[upto, :, 0]


def judge(step: LSTMStep) -> Parts:
    """Return how well the memories of a record did the five jobs of the channel."""
    first, last = np.abs(held(step, FIRST)), np.abs(held(step, SECOND))
    h, g = np.abs(step.h[:, :, 0]), step.g[:, :, 0]
    wanted = np.tanh(step.g[[BEAR, FISH], :, 0])
    off = _part(np.abs(step.h[[FIRST, SECOND], :, 0] - wanted), np.abs(wanted))
    return Parts(
        carried=_part(first[BEAR], np.abs(g[BEAR])),
        pure=_part(first[BEAR], first[:FIRST].sum(axis=0)),
        cleared=_part(last[TITLE:].sum(axis=0), last.sum(axis=0)),
        silent=_part(h[FIRST] + h[SECOND], h.sum(axis=0)),
        right=np.maximum(1 - off, 0).mean(axis=0),
    )


def _part(some: Array, whole: Array) -> Array:
    """Return some / whole, 0 where there is next to nothing."""
    return np.divide(some, whole, out=np.zeros_like(some), where=whole > 1e-12)


def best_constant(steps: int = 20) -> tuple[str, ...]:
    """Return the tape with the highest score among those with one level for each gate, on a grid of 1 / steps."""
    grid = np.linspace(0, 1, steps + 1)
    settings = np.array(list(product(grid, repeat=len(STRIPS)))).T
    levels = np.broadcast_to(settings[:, None], (len(STRIPS), LENGTH, settings.shape[1]))
    best = settings[:, np.argmax(judge(play(levels, unit(WIRED).g)).score)]
    return tuple(spelled(np.full(LENGTH, level)) for level in best)


@cache
def unit(whose: str) -> Unit:
    """Return the memory unit of a network, as it read the channel: ``"hand-wired"`` or ``"trained"``."""
    if whose == WIRED:
        run = answers(hand_wired(), one_hot_batch(show_of(CHANNEL)).xs).trace
        return _unit("the hand-wired LSTM", run, UNITS.index("show"))
    number = holder()
    run = perform(frames(), (network(NETWORK),), face(0.5, 0)).heard[0].answers.trace
    return _unit(f"unit {number} of the trained LSTM", run, number)


def _unit(name: str, run: Any, number: int) -> Unit:
    gates = np.stack([getattr(run, gate)[:, 0, number] for gate in STRIPS])
    return Unit(name, gates, *(getattr(run, each)[:, 0, number] for each in ("g", "c", "h")))


@cache
def holder() -> int:
    """Return the unit of the trained LSTM whose c follows the ideal observer's log odds of wild best."""
    inside = look_inside(network(NETWORK), np.random.default_rng(0), (0, 20), (1, 3))
    return int(np.argmax(holds_wild(inside)))


def frames() -> tuple[Frame, ...]:
    """Return the pictures of the channel; its face is the one that looks like neither animal."""
    return tuple(face(0.5, 0) if kind == "?" else Frame(kind) for kind in CHANNEL)


def tape_run(tape: Painted, brush: tuple[str, int, int], writes: str) -> TapeRun:
    """Return what a tape made of the channel.

    Args:
        tape: three strips of levels, f, i and o, or the name of a network whose gates are meant.
        brush: the gate that is painted, and its first and last picture, counted from 1.
        writes: the network whose g is written.
    """
    levels = unit(tape).gates if isinstance(tape, str) else np.stack([levels_of(strip) for strip in tape])
    source = unit(writes)
    step = play(levels[:, :, None], source.g)
    ideal = np.repeat([source.g[BEAR], 0.0, source.g[FISH]], [TITLE, 1, LENGTH - FISH])
    return TapeRun(step, brush, ideal, judge(step), _whose(tape, levels, writes))


def _whose(tape: Painted, levels: Array, writes: str) -> str:
    if isinstance(tape, str):
        mixed = "" if tape == writes else f", writing the g of {unit(writes).name}"
        return f"The gates of {unit(tape).name}{mixed}"
    same = np.all(levels == levels[:, :1], axis=1)
    if same.all():
        said = ", ".join(
            f"{gate} = {spoken(level)}" for gate, level in zip(STRIPS, levels[:, 0], strict=True)
        )
        return f"At every picture {said}"
    return "Your tape" if writes == WIRED else f"Your gates, the g of {unit(writes).name}"


def says(h: float) -> str:
    """Return the animal that an h speaks for."""
    return "nothing" if abs(h) < SILENT else "wolf" if h > 0 else "dog"


def constant(f: float, i: float, o: float) -> Values:
    """Return the values of a tape with one level for each gate."""
    return {"tape": tuple(f"{level:g}x{LENGTH}" for level in (f, i, o)), "writes": WIRED}


def reached(run: TapeRun) -> str:
    """Return between which of the prediction's limits a score lies."""
    return CHOICES[0] if run.score < 0.5 else CHOICES[1] if run.score <= 0.8 else CHOICES[2]


CHOICES = ("under 50 %", "50 to 80 %", "over 80 %")


class MemoryTape(Explorer):
    """The gates of one memory unit as three strips to paint on, over a channel of two shows."""

    question = "When to write, keep and speak?"
    misconception = "One setting fits the whole sequence."
    not_shown = (
        "how gates find their levels. In a network they read h too: painting one would move the others."
    )
    height = 298.0
    lecture = ("tape", "brush")
    more = ("writes",)
    leading = "tape"
    presets: ClassVar[Mapping[str, Preset]] = {
        "What if all gates stay half open?": Preset(
            constant(0.5, 0.5, 0.5),
            "The bear is gone after a few pictures; what is in c was written by whatever came last.",
            lambda run: run.parts.carried[0] < 0.001 and run.parts.pure[0] < 0.001,
        ),
        "What if nothing is ever forgotten?": Preset(
            constant(1, 1, 1),
            "The bear is all there, and buried: five squirrels weigh more, so the first answer is dog.",
            lambda run: run.parts.carried[0] == 1 and says(run.h(FIRST)) == "dog",
        ),
        "How does the hand-wired LSTM do it?": Preset(
            {"tape": WIRED, "writes": WIRED},
            "i opens for bear and goldfish, f shuts at the title card, o opens at the two questions.",
            lambda run: not run.worst,
        ),
        "And the trained one?": Preset(
            {"tape": TRAINED, "writes": TRAINED},
            "It found the same use for i and f. But o stays open: other units tell when somebody asks.",
            lambda run: (
                run.step.i[BEAR] > 0.7
                and run.step.i[1:FIRST].max() < 0.2
                and run.step.f[TITLE] < 0.1
                and run.step.o[1:FIRST].min() > 0.9
                and run.parts.silent[0] < 0.3
            ),
        ),
    }
    challenge = Challenge(
        "Paint all five jobs to 100 %.",
        lambda run: run.score,
        lambda run: f"Least done: {run.worst}." if run.worst else "That is all of them.",
    )
    prediction = Prediction(
        "one setting for all 31 pictures: its best score?",
        CHOICES,
        {"tape": BEST, "writes": WIRED},
        reached,
        "The best single setting gets 40\u00a0%",
    )

    def controls(self) -> dict[str, Any]:
        """Return the tape with its paint, the brush, and whose g is written."""
        known = {name: (lambda name=name: unit(name).gates) for name in (WIRED, TRAINED)}
        tape = Tape("paint level", (f"0.5x{LENGTH}",) * len(STRIPS), STRIPS, LENGTH, known)
        brush = Brush("pictures", ("f", 1, LENGTH), STRIPS, LENGTH, PLACES)
        brush.observe(lambda change: tape.aim(*change["new"]), "value")
        return {"tape": tape, "brush": brush, "writes": Choice("g as written by", WIRED, (WIRED, TRAINED))}

    def compute(self, values: Values) -> TapeRun:
        """Return the run at these values."""
        return tape_run(**values)

    def picture(self, record: TapeRun, canvas: Canvas) -> str:
        """Return the pictures, the strips, c and h, and how well each job is done."""
        run, step = record, record.step
        shown = [symbol(frame) for frame in frames()]
        seen = Taped(
            pictures=tuple(name for name, _ in shown),
            symbols=dict(shown),
            names=CHANNEL,
            asked=(FIRST, SECOND),
            strips={gate: getattr(step, gate)[:, 0, 0] for gate in STRIPS},
            g=step.g[:, 0, 0],
            c=step.c[:, 0, 0],
            h=step.h[:, 0, 0],
            ideal=run.ideal,
            brush=run.brush,
            verdicts=tuple(says(run.h(t)) for t in (FIRST, SECOND)),
            parts={name: float(part[0]) for name, part in zip(NAMES, run.parts, strict=True)},
            meant=dict(zip(NAMES, MEANT, strict=True)),
            score=run.score,
            worst=run.worst,
        )
        title = "Three painted gates over a channel of two shows, and the memory they make"
        return svg.document(canvas, title, self.describe(run), taped(seen, canvas))

    def describe(self, record: TapeRun) -> str:
        """Return what reaches the questions, and which job is done worst."""
        run = record
        first, last = (f"h = {spoken(run.h(t))} says {says(run.h(t))}" for t in (FIRST, SECOND))
        carried = spoken(100 * float(run.parts.carried[0]), 0)
        least = spoken(100 * float(min(part[0] for part in run.parts)), 0)
        rest = f"Least done: {run.worst}, {least} %." if run.worst else "All five jobs are done."
        return (
            f"{run.whose}: {carried} % of the bear reaches the first ?, where {first}; at the last, {last}. "
            f"{rest}"
        )
