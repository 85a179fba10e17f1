"""Unroll it: one cell that reads picture after picture, drawn as a loop and as copies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import RNNParams, RNNState, rnn_step
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.unrolled import MUCH, Unrolled, count_of, likeliest, unrolled
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import FrameComposer, Slider, TimeStepper
from lstm_lab.explorers.frames import PICTURES, cast, face, symbol
from lstm_lab.models import Model
from lstm_lab.readout import dense, softmax
from lstm_lab.stage import Frame, network, perform, seen
from lstm_lab.tasks import features_of
from lstm_lab.world.shows import ANSWERS

LONGEST = 8
SURE = 0.75
COIN_FLIP = (0.35, 0.65)
NETWORK = "rnn_small"


class UnrollRun(NamedTuple):
    """A show of T pictures as one network read it, and how many of them have been read.

    ``frames`` T of them; ``w`` the wolfness of every face; ``step`` in 0..T; ``weights`` those of the cell.
    ``h`` (T, H) and ``probabilities`` (T, 3), wolf, dog, no question, what the network made of each picture;
    ``moved`` (T, H) which units of h a picture changed by more than ``MUCH``.
    ``asked`` (T,) its P(wolf) if the face came next, ``ideal_asked`` (T,) the ideal observer's; ``ideal`` (T,)
    the ideal observer's P(wolf) at a face, NaN elsewhere. ``alone`` (T,) the network's P(wolf) if it met that
    picture with nothing before it.
    """

    frames: tuple[Frame, ...]
    w: float
    step: int
    weights: RNNParams
    h: Array
    moved: Array
    probabilities: Array
    asked: Array
    ideal_asked: Array
    ideal: Array
    alone: Array


def unroll_show(show: Sequence[str], w: float = 0.5, step: int | None = None, seed: int = 0) -> UnrollRun:
    """Show pictures to the small recurrent network.

    Args:
        show: kinds of pictures in order, from ``PICTURES``.
        w: wolfness of every face, in [0, 1].
        step: how many of them have been read; all if not given, and never more than there are.
        seed: settles how the animals are drawn. The first bear is the same bear wherever it stands in the show;
            every ? is the same face.
    """
    model = network(NETWORK)
    weights = model.cell
    if not isinstance(weights, RNNParams):
        raise TypeError(f"{NETWORK} must be a plain recurrent network, it is {type(weights).__name__}")
    read = len(show) if step is None else min(step, len(show))
    frames = cast(tuple(show), w, seed)
    if not frames:
        h, nothing = np.empty((0, len(weights.b))), np.empty(0)
        three = np.empty((0, len(ANSWERS)))
        return UnrollRun(frames, w, read, weights, h, h > 0, three, nothing, nothing, nothing, nothing)
    told = perform(frames, (model,), face(w, seed))
    heard = told.heard[0]
    trace = heard.answers.trace
    ask = np.broadcast_to(features_of(seen(face(w, seed))), told.features.shape)
    return UnrollRun(
        frames=frames,
        w=w,
        step=read,
        weights=weights,
        h=trace.h[:, 0],
        moved=np.abs(trace.h - trace.h_prev)[:, 0] > MUCH,
        probabilities=heard.answers.probabilities[:, 0],
        asked=wolf_after(model, ask, trace.h[:, 0]),
        ideal_asked=told.ideal_asked,
        ideal=told.belief.wolf[:, 0],
        alone=wolf_after(model, told.features, np.zeros_like(trace.h[:, 0])),
    )


def wolf_after(model: Model, features: Array, h: Array) -> Array:
    """Return P(wolf) if pictures, as features (T, D), came after the memories h (T, H); shape (T,)."""
    cell: Any = model.cell
    return softmax(dense(model.readout, rnn_step(cell, features, RNNState(h)).h))[:, ANSWERS.index("wolf")]


def last_wolf(run: UnrollRun) -> float:
    """Return the network's P(wolf) at the last picture, if that is a face; NaN if it is none."""
    if not run.frames or run.frames[-1].kind != "?":
        return float("nan")
    return float(run.probabilities[-1, ANSWERS.index("wolf")])


def score(run: UnrollRun) -> float:
    """Return how near a show that opens with a goldfish comes to a sure wolf for the coin-flip face."""
    asked = bool(run.frames) and run.frames[-1].kind == "?" and run.frames[0].kind == "goldfish"
    return min(1.0, last_wolf(run) / SURE) if asked and run.w == 0.5 else 0.0


def score_sentence(run: UnrollRun) -> str:
    """Return what is missing, or what was reached."""
    if not run.frames or run.frames[0].kind != "goldfish":
        return "The show has to open with a goldfish."
    if run.w != 0.5:
        return "Set the face to w = 0.50."
    if run.frames[-1].kind != "?":
        return "The show has to end with the face, ?."
    return f"At the end it says wolf {spoken(last_wolf(run))}; it takes {SURE}."


def named(run: UnrollRun) -> str:
    """Return what the network says at the end: wolf, dog or a coin flip."""
    wolf, (low, high) = last_wolf(run), COIN_FLIP
    return "wolf" if wolf > high else "dog" if wolf < low else "a coin flip"


def shown(*show: str) -> dict[str, Any]:
    """Return the values that lead to the end of a show with the coin-flip face."""
    return {"show": show, "step": len(show), "w": 0.5}


class UnrollIt(Explorer):
    """One trained cell reads a show: the loop, its copies, its one table of weights, and h."""

    question = "How can one network read a whole show?"
    misconception = "Each step has its own weights."
    not_shown = (
        "how the weights were found, what a single unit of h stands for, and gaps longer than a few pictures."
    )
    height = 258.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Draw again", "Other animals of the same kinds, the same story")
    lecture = ("show", "step")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Bear, fox, ?": Preset(
            shown("bear", "fox", "?"),
            "Two pictures of the forest, and the coin-flip face is taken for a wolf's. Step back and see h change.",
            lambda run: last_wolf(run) >= 0.8,
        ),
        "Bear, title card, ?": Preset(
            shown("bear", "title card", "?"),
            "The title card opens a new show, so the bear no longer counts: close to a coin flip.",
            lambda run: named(run) == "a coin flip",
        ),
        "Title card, bear, ?": Preset(
            shown("title card", "bear", "?"),
            "The very same three pictures in another order: now the bear counts, and it is a wolf.",
            lambda run: last_wolf(run) >= SURE,
        ),
        "Goldfish, tree, ?": Preset(
            shown("goldfish", "tree", "?"),
            "The tree says nothing either way; the goldfish is carried past it, and the face is a dog's.",
            lambda run: last_wolf(run) <= 1 - SURE,
        ),
    }
    challenge = Challenge(
        f"Open with a goldfish and still get wolf, at least {SURE}, for the coin-flip face.",
        score,
        score_sentence,
    )
    prediction = Prediction(
        "bear, title card, then a coin-flip face. It says…",
        ("wolf", "a coin flip", "dog"),
        shown("bear", "title card", "?"),
        named,
        "After a bear and a title card",
    )

    def controls(self) -> dict[str, Any]:
        """Return the show, the step and the wolfness of its faces; a picture added is a picture read."""
        show = FrameComposer("show", ("bear", "fox", "?"), PICTURES, LONGEST)
        step = TimeStepper("pictures read", 3, 3, 900)
        step.follow(show)
        return {"show": show, "step": step, "w": Slider("wolfness w", 0.5, 0, 1, 0.01)}

    def compute(self, values: Values) -> UnrollRun:
        """Return the run at these values."""
        return unroll_show(**values)

    def picture(self, record: UnrollRun, canvas: Canvas) -> str:
        """Return the loop, the weights and the copies."""
        run = record
        symbols = dict(symbol(frame) for frame in run.frames)
        seen_ = Unrolled(
            tuple(symbol(frame)[0] for frame in run.frames),
            symbols,
            tuple(frame.kind for frame in run.frames),
            run.h,
            run.moved,
            run.probabilities,
            run.step,
            run.weights,
        )
        title = "A recurrent network as a loop and as copies that share one table of weights"
        return svg.document(canvas, title, self.describe(run), unrolled(seen_, canvas))

    def describe(self, record: UnrollRun) -> str:
        """Return what the network says at the present step, and what made it say so."""
        run, T, H = record, len(record.frames), len(record.weights.b)
        same = f"the same {count_of(run.weights)} numbers"
        if T == 0:
            return f"The show is empty: nothing has been read, and all {H} units of h are 0. {same.capitalize()} wait."
        steps = "The next step would use" if T == 1 else f"{'Both' if T == 2 else f'All {T}'} steps use"
        use = f"{steps} {same}."
        if run.step == 0:
            return f"Nothing has been read, and all {H} units of h are 0. {use}"
        t = run.step - 1
        kind, where = run.frames[t].kind, f"Picture {run.step} of {T}"
        if kind == "?":
            wolf, ideal, first = run.probabilities[t, 0], run.ideal[t], run.alone[t]
            why = f"With nothing before it: wolf {spoken(first)}. The difference is h, what it carries over."
            return (
                f"{where}, the face (w {spoken(run.w)}): the network says wolf {spoken(wolf)} "
                f"(ideal observer {spoken(ideal)}). {why if t else 'Nothing came before it.'} {use}"
            )
        word, chance = likeliest(run.probabilities[t])
        moved = int(run.moved[t].sum())
        return (
            f"{where}, the {kind}: {word} {spoken(chance)}. {moved} of {H} units of h "
            f"change{'s' * (moved == 1)} by over {MUCH}. A face next would get "
            f"wolf {spoken(run.asked[t])} (ideal observer {spoken(run.ideal_asked[t])}). {use}"
        )
