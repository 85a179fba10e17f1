"""The tour of lesson 00: a bear, some trees, a question, and two networks that were trained alike."""

from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.frames import symbol
from lstm_lab.stage import Frame, Performance, asked_after, network, perform
from lstm_lab.world.shows import chance_of_wolf

MOST, FEW = 60, 0
DRAWS = 24
POSES = 5
FIRST = ("bear", "fox", "goldfish", "nothing")
DEPENDS = 0.1
"""From this difference on we say that an answer still depends on the first picture."""


class Recall(NamedTuple):
    """What one network answers to the face after each picture, over many draws of background noise.

    ``mean``, ``low`` and ``high`` (T,) are P(wolf): its mean, and the tenth and ninetieth of a hundred draws.
    ``swapped`` (T,) is its mean had the first picture been of the other genre; None if nothing came first.
    """

    name: str
    mean: Array
    low: Array
    high: Array
    swapped: Array | None

    @property
    def difference(self) -> float:
        """How far the last answer moves if the first picture is swapped for one of the other genre; 0 to 1."""
        return 0.0 if self.swapped is None else float(abs(self.mean[-1] - self.swapped[-1]))

    def until(self, count: int) -> "Recall":
        """Return the beginning: what is answered after the first ``count`` pictures."""
        swapped = None if self.swapped is None else self.swapped[:count]
        return Recall(self.name, self.mean[:count], self.low[:count], self.high[:count], swapped)


class TourRun(NamedTuple):
    """A show of one first picture and many trees, the face that is asked about, and who remembers what.

    ``other`` is the picture that is put in place of the first to see whether it still matters.
    """

    first: str
    other: str
    trees: int
    w: float
    frames: tuple[Frame, ...]
    question: Frame
    ideal: Recall
    rnn: Recall
    lstm: Recall


def tour(first: str, trees: int, w: float, seed: int) -> TourRun:
    """Return the run of a show: a first picture (or none), trees and squirrels, and a face of wolfness w.

    Every show is the beginning of the longest one, noise included, so that one more tree is one more tree.
    Without a first picture there is at least one tree.
    """
    longest = _longest(first, w, seed)
    opening = 0 if first == "nothing" else 1
    shown = max(opening + trees, 1)
    ideal, rnn, lstm = (recall.until(shown) for recall in (longest.ideal, longest.rnn, longest.lstm))
    return longest._replace(
        trees=shown - opening, frames=longest.frames[:shown], ideal=ideal, rnn=rnn, lstm=lstm
    )


@lru_cache(maxsize=128)
def _longest(first: str, w: float, seed: int) -> TourRun:
    """Return the run of the longest show, of which every other is the beginning."""
    question = Frame("face", w, seed=7)
    other = {"bear": "goldfish", "fox": "goldfish", "goldfish": "bear", "nothing": ""}[first]
    show = _watched(first, seed)
    asked, swapped = (
        _asked(show, question, seed),
        other and _asked(_instead(first, other, seed), question, seed),
    )
    ideal, rnn, lstm = (
        _recall(name, mine, swapped[k] if swapped else None)
        for k, (name, mine) in enumerate(zip(_names(show), asked, strict=True))
    )
    return TourRun(first, other, MOST, w, show.frames, question, ideal, rnn, lstm)


@lru_cache(maxsize=4)  # some ten MB each
def _watched(first: str, seed: int) -> Performance:
    """Return what the networks made of the longest show."""
    rng = np.random.default_rng(seed)
    coins, poses = rng.random(MOST), rng.integers(POSES, size=MOST)
    neutral = tuple(
        Frame("tree" if t == 0 or coin < 0.6 else "squirrel", seed=int(pose))
        for t, (coin, pose) in enumerate(zip(coins, poses, strict=True))
    )
    opening = () if first == "nothing" else (Frame(first, seed=2),)
    return _played(opening + neutral, seed)


@lru_cache(maxsize=4)
def _instead(first: str, other: str, seed: int) -> Performance:
    """Return what they made of the same show with another first picture."""
    return _played((Frame(other, seed=2), *_watched(first, seed).frames[1:]), seed)


def _played(frames: tuple[Frame, ...], seed: int) -> Performance:
    return perform(frames, (network("rnn_tour"), network("lstm_tour")), Frame("face"), seed, DRAWS)


def _names(show: Performance) -> list[str]:
    """Return the name of each that answers."""
    return ["ideal observer", *(each.model.name for each in show.heard)]


def _asked(show: Performance, question: Frame, seed: int) -> list[Array]:
    """Return P(wolf) had the face come after each picture, (T, draws), of the ideal observer and each network."""
    answers = [chance_of_wolf(show.belief.wild[:, 0], question.w)[:, None]]
    for each in show.heard:
        answers.append(asked_after(each.model, each.answers, question, np.random.default_rng([seed, 1])))
    return answers


def _recall(name: str, asked: Array, swapped: Array | None) -> Recall:
    low, high = np.quantile(asked, [0.1, 0.9], axis=1)
    return Recall(name, asked.mean(axis=1), low, high, None if swapped is None else swapped.mean(axis=1))


def who_remembers(run: TourRun) -> str:
    """Return whose answer still depends on the first picture."""
    rnn, lstm = (recall.difference >= DEPENDS for recall in (run.rnn, run.lstm))
    return {(True, True): "both", (True, False): "only the RNN", (False, True): "only the LSTM"}.get(
        (rnn, lstm), "neither"
    )


def _apart(run: TourRun) -> float:
    """Return how far both are on the way to contradicting each other: the lesser way of the two, 0 to 1."""
    ways = (0.45 - run.rnn.mean[-1]) / 0.05, (run.lstm.mean[-1] - 0.55) / 0.05
    return float(np.clip(min(ways), 0, 1))


class Tour(Explorer):
    """Put a bear in the show, add trees, and see which network still knows when the face comes."""

    question = "Who still remembers the first picture?"
    misconception = "A network with a memory remembers what it has seen."
    not_shown = "other seeds and other starting weights, which keep longer or shorter: lesson 11 races them."
    height = 270
    taller_in_lecture = 16.0
    lecture = ("trees", "w")
    presets: ClassVar = {
        "No tree at all?": Preset(
            {"trees": 0},
            "Straight after the bear both networks make something of it.",
            lambda run: who_remembers(run) == "both",
        ),
        "One single tree?": Preset(
            {"trees": 1},
            "One tree, and the RNN's answer hardly depends on the bear.",
            lambda run: who_remembers(run) == "only the LSTM",
        ),
        "Fifty trees?": Preset(
            {"trees": 50},
            "The LSTM's two lines stay apart all the way; the RNN's are one line.",
            lambda run: run.lstm.difference > 0.5 and run.rnn.difference < 0.05,
        ),
        "Longer than in training?": Preset(
            {"trees": MOST},
            "At 60 it has never been trained, and still it keeps the bear.",
            lambda run: run.lstm.difference > 0.5,
        ),
        "What if nothing came first?": Preset(
            {"first": "nothing", "trees": 50},
            "With nothing to remember, the ideal observer goes by the face alone.",
            lambda run: run.ideal.mean[-1] == 0.5,
        ),
    }
    challenge = Challenge(
        "Find a show and a face to which the RNN says dog (0.40 or less) and the LSTM wolf (0.60 or more).",
        _apart,
        lambda run: f"RNN {run.rnn.mean[-1]:.2f}, LSTM {run.lstm.mean[-1]:.2f}.",
    )
    prediction = Prediction(
        "after a bear and 50 trees, whose answer still depends on the bear?",
        ("both", "only the RNN", "only the LSTM", "neither"),
        {"first": "bear", "trees": 50, "w": 0.5},
        who_remembers,
        "After 50 trees",
    )
    hidden: ClassVar = {"seed": 0}

    def controls(self) -> dict[str, Any]:
        """Return the first picture, how many trees and squirrels follow it, and the face."""
        first, trees = Choice("first", "bear", FIRST), Slider("trees", FEW, 0, MOST, 1)
        trees.layout.flex = "2 1 230px"  # the slider this explorer is about is the longest
        first.observe(lambda change: trees.start_at(int(change["new"] == "nothing")), "value")
        return {
            "first": first,
            "trees": trees,
            "w": Slider("wolfness w", 0.5, 0, 1, 0.01),
        }

    def compute(self, values: Values) -> TourRun:
        """Return the run of the show that was put together."""
        return tour(values["first"], int(values["trees"]), values["w"], values["seed"])

    def describe(self, run: TourRun) -> str:
        """Return who says what, and how far swapping the first picture moves each answer."""
        count = {0: "no tree at all", 1: "one tree"}.get(run.trees, f"{run.trees} trees and squirrels")
        before = f"a {run.first} and {count}" if run.other else f"nothing but {count}"
        told = (
            f"After {before}, P(wolf) is {run.ideal.mean[-1]:.2f} for the ideal observer, "
            f"{run.lstm.mean[-1]:.2f} for the LSTM and {run.rnn.mean[-1]:.2f} for the RNN."
        )
        if not run.other:
            return f"{told} There is nothing to remember: the face alone gives {run.w:.2f}."
        alone = " This face settles it alone." if run.ideal.difference < DEPENDS else ""
        return (
            f"{told} Had the {run.first} been a {run.other}, the answers would differ by {run.ideal.difference:.2f}, "
            f"{run.lstm.difference:.2f} and {run.rnn.difference:.2f}: that is how much the first picture still "
            f"counts.{alone}"
        )

    def picture(self, run: TourRun, canvas: Canvas) -> str:
        """Return the film strip, P(wolf) after every picture, and the face with everybody's answer."""
        right = 120 if canvas.narrow else 250
        strip = Area(50, 4, canvas.width - right - 60, 40 if canvas.narrow else 58, (0, 1), (0, 1))
        top = strip.height + 2.4 * canvas.text
        height = canvas.height - top - 2 * canvas.small - 14
        plot = Area(50, top, strip.width - 6.2 * canvas.text, height, (0, MOST), (0, 1))
        return svg.document(
            canvas,
            "Who remembers the first picture",
            self.describe(run),
            _film(run, strip, canvas),
            _memories(run, plot, canvas),
            _question(run, canvas.width - right + 10, right - 14, canvas),
        )


def _film(run: TourRun, area: Area, canvas: Canvas) -> str:
    """Return the show as a strip; of a long one the beginning and the last picture."""
    share = area.height + 6
    room = int(area.width // share)
    drawn = [symbol(frame) for frame in run.frames]
    names, symbols = [name for name, _ in drawn], dict(drawn)
    if len(names) <= room:
        return panels.film_strip(area._replace(width=share * len(names)), canvas, names, symbols)
    middle = area.left + share * (room - 2) - 3
    left_out = f"… {len(names) - room + 2} more"
    return (
        panels.film_strip(area._replace(width=share * (room - 3)), canvas, names[: room - 3], symbols)
        + svg.text(middle, area.top + area.height / 2 + 0.35 * canvas.text, left_out, anchor="middle")
        + panels.film_strip(
            area._replace(left=area.left + share * (room - 1), width=share), canvas, names[-1:], symbols
        )
    )


def _memories(run: TourRun, plot: Area, canvas: Canvas) -> str:
    """Return P(wolf) after every picture, and as thin lines what it would be after the other first picture."""
    steps = np.arange(len(run.ideal.mean)) + (0 if run.other else 1)
    alone = len(steps) == 1
    thin, thick = (canvas.line, 2.2 * canvas.line) if canvas.narrow else (1.3 * canvas.line, None)
    lines, surfaces = [], []
    for pen, name, recall in (
        ("ideal", "ideal", run.ideal),
        ("lstm", "LSTM", run.lstm),
        ("rnn", "RNN", run.rnn),
    ):
        surfaces.append(panels.between(plot, steps, recall.high, recall.low, pen=pen, opacity=0.18))
        if recall.swapped is not None:
            lines.append(Line("", steps, recall.swapped, pen, thin, dots=alone, hollow=True))
        lines.append(Line(f"{name} {recall.mean[-1]:.2f}", steps, recall.mean, pen, thick, dots=alone))
    had = f"{run.other} first" if canvas.narrow else f"had it been a {run.other}"
    swap = f" · {'ring' if alone else 'thin'}: {had}" if run.other else ""
    return (
        panels.title(plot, canvas, f"P(wolf) if the face came now{swap}")
        + panels.axes(plot, canvas, range(0, MOST + 1, 10), [0, 0.5, 1])
        + _below(plot, canvas)
        + "".join(surfaces)
        + panels.traces(plot, canvas, lines)
    )


def _below(plot: Area, canvas: Canvas) -> str:
    """Return the name of the axis and, where there is room, what the band is."""
    below, size = plot.top + plot.height + 2 * canvas.small + 8, canvas.small
    axis = svg.text(plot.left, below, "trees and squirrels so far", size=size, pen="grey")
    if canvas.narrow:
        return axis
    band = "pale band: what background noise does"
    return axis + svg.text(plot.left + plot.width, below, band, size=size, anchor="end", pen="grey")


def _question(run: TourRun, left: float, width: float, canvas: Canvas) -> str:
    """Return the face that is asked about and, where there is room, every answer as a bar."""
    name, face_symbol = symbol(run.question)
    side = min(width, 150)
    middle = left + width / 2
    face = panels.film_strip(
        Area(middle - side / 2, 4, side + 4, side, (0, 1), (0, 1)), canvas, [name], {name: face_symbol}
    )
    heading = svg.text(middle, side + 4 + 1.4 * canvas.text, "Dog or wolf?", anchor="middle", weight=600)
    if canvas.narrow:
        return face + heading
    bars = Area(left + 52, side + 34, width - 100, canvas.height - side - 40, (0, 1), (0, 1))
    answers = {"ideal": run.ideal.mean[-1], "LSTM": run.lstm.mean[-1], "RNN": run.rnn.mean[-1]}
    return (
        face + heading + panels.bars(bars, canvas, answers, {"ideal": "grey", "LSTM": "lstm", "RNN": "rnn"})
    )
