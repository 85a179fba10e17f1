"""What does this pixel see? A place of a picture, what can reach it, and what does, with and without recurrence."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab import starts
from lstm_lab.checks import Array
from lstm_lab.drawing import field as drawn
from lstm_lab.drawing import svg
from lstm_lab.drawing.field import Seen
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.scanning import digits, marks
from lstm_lab.scanning.field import Span, by_distance, effective, reach, sensitivity
from lstm_lab.scanning.network import READERS, Scan, ScanNetwork, load_networks, new_network, scan

SIDE = marks.SIDE
DEPTHS = (1, 2, 3)
BLIND = "convolution only"
TRAINED = "LSTM, trained"
STARTS: Mapping[str, Any] = {
    "RNN, untrained": starts.rnn_default,
    "RNN orthogonal, untrained": starts.rnn_orthogonal,
    "LSTM bias 0, untrained": starts.lstm_default,
    "LSTM bias 3, untrained": lambda rng, D, H: starts.lstm_forget_bias(rng, D, H, 3.0),
}
PLACES: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "in one row": ((7, 2), (7, 13)),
    "far off": ((3, 2), (12, 12)),
}
PICTURES = ("two marks, far off", "two marks, in one row", "a digit")
SLOPE = np.where(marks.ALIKE, 1.0, -1.0)
"""An untrained network's answer is one number: the scores of the pairs that are alike, less those of the others."""
GOAL = 170


class FieldRun(NamedTuple):
    """What one place sees through convolutions alone, and through what else reads the picture.

    ``pixels`` (SIDE, SIDE) is the picture. ``without`` and ``seen`` hold gradients and fields. ``said`` is the chance
    of *alike* that a trained network gives at the place, without and with what reads on; None where nothing is asked
    there. ``alike`` is the truth.
    """

    row: int
    column: int
    depth: int
    reader: str
    weights: str
    picture: str
    pixels: Array
    without: Seen
    seen: Seen
    said: tuple[float, float] | None
    alike: bool | None

    @property
    def share(self) -> float:
        """Which part of what the place can see holds 90 % of the gradient."""
        return self.seen.holding / self.seen.pixels


@cache
def picture_of(name: str) -> tuple[Array, Array | None, bool | None]:
    """Return a picture (SIDE, SIDE) in [0, 1], the places of its marks (2, 2), and if they are alike."""
    if name == "a digit":
        _, judged = digits.load_digits()
        three = judged.pictures[int(np.argmax(judged.answers == 3))]
        return three.repeat(2, axis=0).repeat(2, axis=1), None, None
    places = np.array([PLACES[name.removeprefix("two marks, ")]])
    shapes = np.array([[marks.CROSS, marks.PLUS if "far off" in name else marks.CROSS]])
    noise = np.random.default_rng(14).random((2, 1, SIDE, SIDE))
    each = marks.painted(places, shapes, noise)
    return each.pictures[0], places[0], bool(each.alike[0])


@lru_cache(maxsize=64)
def network_of(weights: str, reader: str, depth: int, seed: int) -> ScanNetwork:
    """Return a stored network, or one that has learned nothing, the same for the same seed."""
    if weights == TRAINED:
        return _stored()[f"{reader}, {depth}"]
    return new_network(weights, np.random.default_rng(seed), depth, reader, STARTS[weights])


@cache
def _stored() -> dict[str, ScanNetwork]:
    return load_networks("scan_marks")


@lru_cache(maxsize=32)
def _run(weights: str, reader: str, depth: int, seed: int, picture: str) -> Scan:
    return scan(network_of(weights, reader, depth, seed), picture_of(picture)[0][None])


def look(values: Values, reader: str) -> tuple[Seen, float]:
    """Return what a place sees through a network that is read in this way, and the chance it gives to *alike*.

    The answer whose slope is taken is a trained network's log odds of *alike*, an untrained one's ``SLOPE`` · scores.
    """
    weights, depth, seed, name = (values[key] for key in ("weights", "depth", "seed", "picture"))
    row, column = values["row"] - 1, values["column"] - 1
    network, run = network_of(weights, reader, depth, seed), _run(weights, reader, depth, seed, name)
    scores = run.logits[0, row, column]
    slope = _odds_slope(scores) if weights == TRAINED else SLOPE
    gradient = sensitivity(network, run, row, column, slope)
    span = reach((SIDE, SIDE), row, column, depth, reader)
    return Seen(reader, gradient, span, span.pixels, effective(gradient)), float(marks.chance_alike(scores))


def _odds_slope(scores: Array) -> Array:
    """Return how log(p / (1 − p)) changes with the scores, p being the chance of a pair that is alike.

    ∂/∂score_k = chance of k among the alike pairs, less that among the others; each is 0 for the others' pairs.
    """
    alike = np.array(marks.ALIKE)
    slope = np.zeros(len(scores))
    for chosen, sign in ((alike, 1.0), (~alike, -1.0)):
        e = np.exp(scores[chosen] - scores[chosen].max())
        slope[chosen] = sign * e / e.sum()
    return slope


def what_it_sees(values: Values) -> FieldRun:
    """Return the run at these values; row and column are counted from 1."""
    pixels, places, alike = picture_of(values["picture"])
    without, blind_said = look(values, BLIND)
    seen, said = look(values, values["reader"])
    row, column = values["row"] - 1, values["column"] - 1
    asked = values["weights"] == TRAINED and places is not None and [row, column] in places.tolist()
    return FieldRun(
        row,
        column,
        values["depth"],
        values["reader"],
        values["weights"],
        values["picture"],
        pixels,
        without,
        seen,
        (blind_said, said) if asked else None,
        alike,
    )


def other_mark(run: FieldRun) -> bool:
    """Return whether the place is one mark's and the field covers the whole of the other."""
    _, places, _ = picture_of(run.picture)
    if places is None or [run.row, run.column] not in places.tolist():
        return False
    ((r, c),) = [each for each in places.tolist() if each != [run.row, run.column]]
    mask = Span(*run.seen.span).mask((SIDE, SIDE))
    return bool(mask[r - 1 : r + 2, c - 1 : c + 2].all())


def widened(run: FieldRun) -> float:
    """Return how near an untrained network that can see everything comes to ``GOAL`` pixels that matter, in 0..1."""
    if run.weights == TRAINED or run.seen.pixels < run.pixels.size:
        return 0.0
    return min(run.seen.holding / GOAL, 1.0)


def how_many(run: FieldRun) -> str:
    """Return in words how many pixels hold 90 % of the gradient."""
    part = run.seen.holding / run.pixels.size
    return "fewer than 50" if run.seen.holding < 50 else "about half" if part < 0.75 else "nearly all"


def _same(run: FieldRun, weights: str) -> FieldRun:
    """Return the run at the same place with other weights, of the first draw."""
    values = {"row": run.row + 1, "column": run.column + 1, "depth": run.depth, "reader": run.reader}
    return what_it_sees({**values, "weights": weights, "picture": run.picture, "seed": 0})


def looks_there(run: FieldRun) -> float:
    """Return how much a pixel near the other mark matters, as a multiple of one that is near neither mark.

    Near is within 2 places of the centre; the place that answers is one mark's.
    """
    _, places, _ = picture_of(run.picture)
    if places is None:
        return 0.0
    r, c = np.indices(run.pixels.shape)
    near = [np.maximum(abs(r - row), abs(c - column)) <= 2 for row, column in places.tolist()]
    here = (run.row, run.column)
    there = near[1] if near[0][here] else near[0]
    sizes = np.abs(run.seen.gradient)
    return float(sizes[there].mean() / sizes[~(near[0] | near[1])].mean())


class WhatItSees(Explorer):
    """A place of a picture, and what its answer can depend on: by convolutions alone, and with recurrent sweeps."""

    question = "What does this pixel see?"
    misconception = "What a place can see, it uses."
    not_shown = "pooling, strides and attention, which widen a field too. A gradient is that of this picture."
    height = 268.0
    taller_in_lecture = 24.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Draw again", "Other untrained weights; trained ones stay")
    lecture = ("column", "reader")
    more = ("weights", "picture")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Only convolutions?": Preset(
            {"row": 8, "column": 8, "depth": 3, "reader": BLIND},
            "Each of them adds one place on every side: 3 × 3, 5 × 5, 7 × 7. Nothing outside reaches the answer.",
            lambda run: (
                run.seen.pixels == 49
                and bool((run.seen.gradient[Span(*run.seen.span).mask(run.pixels.shape)] != 0).all())
                and np.count_nonzero(run.seen.gradient) == 49
            ),
        ),
        "A sweep one way?": Preset(
            {"row": 8, "column": 8, "reader": "+ rows, one way"},
            "All of these rows to the left of the place, and to its right no more than the convolutions saw.",
            lambda run: run.seen.span == (5, 10, 0, 10) and np.count_nonzero(run.seen.gradient[:, 10:]) == 0,
        ),
        "Can it see it all?": Preset(
            {"row": 8, "column": 8, "reader": "+ rows, columns", "weights": "RNN, untrained"},
            "Every pixel can reach it, and most do not matter: 90 % of the gradient lies in fewer than a quarter.",
            lambda run: run.seen.pixels == np.count_nonzero(run.seen.gradient) == 256 and run.share < 0.25,
        ),
        "Does an open gate widen it?": Preset(
            {"row": 8, "column": 8, "reader": "+ rows, columns", "weights": "LSTM bias 3, untrained"},
            "The same field, and more than twice as many pixels matter as with the RNN, before any training.",
            lambda run: run.seen.holding > 2 * _same(run, "RNN, untrained").seen.holding,
        ),
        "And after training?": Preset(
            {"reader": "+ rows, columns", "weights": TRAINED},
            "It looks across the picture at the other mark and knows the answer. Without the sweeps it guesses.",
            lambda run: (
                other_mark(run)
                and looks_there(run) > 2
                and run.said is not None
                and run.said[1] < 0.1
                and 0.3 < run.said[0] < 0.7
                and not run.alike
            ),
        ),
    }
    challenge = Challenge(
        "Before training, let 170 of all 256 pixels hold 90 % of the gradient.",
        lambda run: widened(run),
        lambda run: (
            "These are trained."
            if run.weights == TRAINED
            else f"Now {run.seen.holding} of {run.seen.pixels}."
        ),
    )
    prediction = Prediction(
        "all 256 pixels reach an untrained RNN. How many hold 90 % of the gradient?",
        ("fewer than 50", "about half", "nearly all"),
        {"row": 4, "column": 3, "depth": 2, "reader": "+ rows, columns", "weights": "RNN, untrained"},
        lambda run: how_many(run),
        "All 256 can reach it; what holds 90 % of the gradient",
    )

    def controls(self) -> dict[str, Any]:
        """Return the place, the number of convolutions, what reads on, the weights and the picture."""
        return {
            "row": Slider("row", 4, 1, SIDE, 1),
            "column": Slider("column", 3, 1, SIDE, 1),
            "depth": Slider("convolutions", 2, DEPTHS[0], DEPTHS[-1], 1),
            "reader": Choice("then", "+ rows", tuple(READERS), listed=True),
            "weights": Choice("weights", "LSTM bias 3, untrained", (*STARTS, TRAINED), listed=True),
            "picture": Choice("picture", PICTURES[0], PICTURES, listed=True),
        }

    def compute(self, values: Values) -> FieldRun:
        """Return what the place sees at these values."""
        return what_it_sees(values)

    def picture(self, record: FieldRun, canvas: Canvas) -> str:
        """Return the picture, a map of each field, and how both fall with distance."""
        run, at = record, (record.row, record.column)
        where = drawn.place(canvas, run.pixels.shape)
        both = (run.without._replace(name=_blind(run.depth)), run.seen)
        parts = [
            drawn.gradient_map(where.without, canvas, run.pixels, both[0], at, True),
            drawn.gradient_map(where.reading, canvas, run.pixels, both[1], at, False),
            drawn.scale(where.scale, canvas, words=canvas.narrow),
        ]
        if where.picture is not None:
            parts.insert(0, drawn.picture(where.picture, canvas, run.pixels, both, at))
        if where.lines is not None:
            parts.append(drawn.lines(where.lines, canvas, *(_falls(each, at) for each in both)))
        return svg.document(canvas, "What one place of a picture sees", self.describe(run), *parts)

    def describe(self, record: FieldRun) -> str:
        """Return how many pixels can reach the place, how few matter, and what a trained network says there."""
        run = record
        total = run.pixels.size
        told = (
            f"Row {run.row + 1}, column {run.column + 1}: {_blind(run.depth)} can see {run.without.pixels} of {total} "
            f"pixels; 90 % of the gradient lies in {run.without.holding}."
        )
        if run.reader != BLIND:
            told += (
                f" With sweeps ({run.reader.removeprefix('+ ')}; {run.weights}) it can see {run.seen.pixels} of "
                f"{total}; 90 % lies in {run.seen.holding}."
            )
        if run.said is not None:
            told += (
                f" Are the marks alike? It gives {spoken(run.said[1])}, and {spoken(run.said[0])} without the sweeps;"
                f" they {'are' if run.alike else 'are not'}."
            )
        return told


def _blind(depth: int) -> str:
    return "1 convolution" if depth == 1 else f"{depth} convolutions"


def _falls(seen: Seen, at: tuple[int, int]) -> Array:
    """Return log₁₀ of the mean gradient by distance from the place, as a part of its largest; −99 for none."""
    sizes = by_distance(seen.gradient, *at)[:SIDE]
    with np.errstate(divide="ignore"):
        return np.maximum(np.log10(sizes) - np.log10(sizes.max()), -99.0)
