"""Whole cell: step through a channel of shows and read every gate of one unit, wired by hand or trained."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.cells import LSTMStep
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.numbers import percent
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.whole import Whole, whole
from lstm_lab.evaluation import wolf_share
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, FrameComposer, Slider, TimeStepper
from lstm_lab.explorers.frames import PICTURES, cast, face, symbol
from lstm_lab.handwired import UNITS, hand_wired
from lstm_lab.measures import direct_path
from lstm_lab.models import Answers, Model, answers
from lstm_lab.stage import Frame, network, perform, wolf_if_asked
from lstm_lab.tasks import one_hot_batch
from lstm_lab.world.shows import chance_of_wolf, ideal_observer, show_of

LONGEST, POSES = 24, 3
NETWORKS = ("hand-wired", "trained")
TRAINED = "lstm_channels"
COIN_FLIP = 0.5
"""The wolfness of every face here: the picture says nothing, so what the network says is what it remembers."""
CARRY = 8
"""How many pictures a unit has to carry the bear past."""
CARRIED = 0.98
"""The share of the bear at which it is kept: no forget gate is at 1."""
ENOUGH = 0.3
"""What the bear has to put into c of that unit at least."""
CARRIER, COUNTER = 13, 15
"""Two units of the trained network: one keeps what a show is about, one counts pictures."""
HOLDERS = {"hand-wired": UNITS.index("show"), "trained": CARRIER}
"""The unit of each network whose c follows the genre; there a learner who changes the network starts."""


class WholeRun(NamedTuple):
    """A channel of T pictures as one network read it, one of its units, and how many pictures have been read.

    ``frames`` T of them; ``network`` one of ``NETWORKS``; ``step`` in 0..T; ``trace`` the record of the cell,
    arrays (T, 1, H); ``unit`` in 0..H−1 and what it is called.
    ``wolf`` (T,) the network's P(wolf) at a face, and elsewhere if the face between dog and wolf came next;
    ``ideal`` (T,) the ideal observer's.
    """

    frames: tuple[Frame, ...]
    network: str
    step: int
    unit: int
    unit_name: str
    trace: LSTMStep
    wolf: Array
    ideal: Array

    @property
    def now(self) -> LSTMStep:
        """The present step of every unit, arrays (1, H); before the first picture all of it is 0."""
        if self.step:
            return cells.at(self.trace, self.step - 1)
        return LSTMStep(*(np.zeros(values.shape[1:]) for values in self.trace))


def units_of(name: str) -> tuple[str, ...]:
    """Return what the units of a network are called."""
    if name == "hand-wired":
        return UNITS
    return tuple(f"unit {k}" for k in range(cells.hidden_size(network(TRAINED).cell)))


def watch(show: Sequence[str], name: str = "hand-wired", unit: int = 0, step: int | None = None) -> WholeRun:
    """Show a channel to one of the two networks and look at one unit of it.

    Args:
        show: kinds of pictures in order, from ``PICTURES``.
        name: one of ``NETWORKS``.
        unit: which unit, from 0; never more than there are.
        step: how many pictures have been read; all if not given, and never more than there are.
    """
    frames = tuple(poses(kind)[tuple(show[:t]).count(kind) % POSES] for t, kind in enumerate(show))
    names = units_of(name)
    read = len(show) if step is None else min(step, len(show))
    unit = min(unit, len(names) - 1)
    if not frames:
        nothing = np.empty(0)
        D = cells.input_size(wired().cell if name == "hand-wired" else network(TRAINED).cell)
        trace = LSTMStep(np.empty((0, 1, D)), *np.empty((12, 0, 1, len(names))))
        return WholeRun((), name, 0, unit, names[unit], trace, nothing, nothing)
    run, asked = _by_hand(tuple(show)) if name == "hand-wired" else _trained(frames)
    belief = ideal_observer(show_of(show, COIN_FLIP))
    at_face = np.array([kind == "?" for kind in show])
    return WholeRun(
        frames=frames,
        network=name,
        step=read,
        unit=unit,
        unit_name=names[unit],
        trace=run.trace,
        wolf=np.where(at_face, wolf_share(run.probabilities[:, 0]), asked),
        ideal=np.where(at_face, belief.wolf[:, 0], chance_of_wolf(belief.wild[:, 0], COIN_FLIP)),
    )


@cache
def poses(kind: str) -> tuple[Frame, ...]:
    """Return the few pictures of a kind that a channel shows in turn: many more would not fit into a frame."""
    return cast((kind,) * POSES, COIN_FLIP, 0)


@cache
def wired() -> Model:
    """Return the hand-wired network, built once."""
    return hand_wired()


@lru_cache(maxsize=32)
def _by_hand(show: tuple[str, ...]) -> tuple[Answers, Array]:
    """Return what the hand-wired network made of clean symbols, and P(wolf) had the face come next, (T,)."""
    run = answers(wired(), one_hot_batch(show_of(show, COIN_FLIP)).xs)
    faces = one_hot_batch(show_of(["?"] * len(show), COIN_FLIP)).xs
    return run, wolf_if_asked(wired(), run, faces)[:, 0]


@lru_cache(maxsize=32)
def _trained(frames: tuple[Frame, ...]) -> tuple[Answers, Array]:
    """Return what the trained network made of the pictures, and P(wolf) had the face come next, (T,)."""
    (heard,) = perform(frames, (network(TRAINED),), face(COIN_FLIP, 0)).heard
    return heard.answers, heard.asked[:, 0]


def now(run: WholeRun) -> LSTMStep:
    """Return the present step of the chosen unit alone, arrays (1, 1)."""
    k, step = run.unit, run.now
    return LSTMStep(step.x, *(values[:, k : k + 1] for values in step[1:]))


def called(run: WholeRun) -> str:
    """Return how the chosen unit is spoken of."""
    return run.unit_name if run.network == "trained" else f"unit “{run.unit_name}”"


def of_unit(run: WholeRun, quantity: str) -> Array:
    """Return one quantity of the chosen unit along the channel, shape (T,)."""
    return getattr(run.trace, quantity)[:, 0, run.unit]


def carried(run: WholeRun) -> tuple[float, float]:
    """Return what the first bear put into the unit's c, and how much of that is there 8 pictures later.

    Both are 0 if no bear is followed by at least 8 trees and squirrels. "There" is the smallest share at any of
    the 8, so that what is lost and filled with something else does not count; in [0, 1].
    """
    kinds = [frame.kind for frame in run.frames]
    if "bear" not in kinds:
        return 0.0, 0.0
    t = kinds.index("bear")
    after = kinds[t + 1 : t + 1 + CARRY]
    if len(after) < CARRY or not set(after) <= {"tree", "squirrel"}:
        return 0.0, 0.0
    c, before = of_unit(run, "c"), of_unit(run, "c_prev")[t]
    put = c[t] - before
    if abs(put) < 1e-9:
        return 0.0, 0.0
    shares = (c[t + 1 : t + 1 + CARRY] - before) / put
    return float(put), float(np.clip(np.min(np.minimum(shares, 2 - shares)), 0, 1))


def moved_on(run: WholeRun) -> tuple[float, bool]:
    """Return how far c of the unit went in the 8 pictures after the first bear, and whether f kept the bear in it.

    A bear is kept if ∏ f over the 8 leaves at least half of it.
    """
    t = [frame.kind for frame in run.frames].index("bear")
    c, kept = of_unit(run, "c"), direct_path(of_unit(run, "f")[t : t + 1 + CARRY])[0]
    return float(c[t + CARRY] - c[t]), bool(kept >= 0.5)


def score(run: WholeRun) -> float:
    """Return how well the chosen unit of the trained network carries the first bear past 8 pictures."""
    if run.network != "trained":
        return 0.0
    put, share = carried(run)
    return min(1.0, share / CARRIED) * min(1.0, abs(put) / ENOUGH)


def score_sentence(run: WholeRun) -> str:
    """Return what is missing, or what the unit carries."""
    if run.network != "trained":
        return "Choose the trained network."
    put, share = carried(run)
    if put == 0:
        return f"Add a bear, then {CARRY} trees or squirrels."
    wrote = (
        f"{run.unit_name.capitalize()} wrote {spoken(put)}{'' if abs(put) >= ENOUGH else ', which is little'}"
    )
    moved, kept = moved_on(run)
    if share < 0.5 and abs(moved) > abs(put):
        return f"{wrote}; {'buried' if kept else 'overwritten'}: c moved on by {spoken(moved)}."
    return f"{wrote}; {percent(share)} of it stays."


def at_the_title_card(run: WholeRun) -> str:
    """Return which gate of the unit a title card moved most, against the picture before it."""
    t = run.step - 1
    moves = {
        "i opens": of_unit(run, "i")[t] - of_unit(run, "i")[t - 1],
        "f shuts": of_unit(run, "f")[t - 1] - of_unit(run, "f")[t],
        "o opens": of_unit(run, "o")[t] - of_unit(run, "o")[t - 1],
    }
    return max(moves, key=lambda name: moves[name])


def shown(*show: str, step: int | None = None, network: str = "hand-wired", unit: int = 0) -> dict[str, Any]:
    """Return the values that lead to a step of a channel, its end if not given."""
    return {"show": show, "step": len(show) if step is None else step, "network": network, "unit": unit}


class Units(Slider):
    """A slider over the units of a network, which may be another network later."""

    def end_at(self, high: float) -> None:
        """Change the highest value."""
        self.high = self.slider.max = self._kind(high)
        self.value = min(self.value, self.high)


EIGHT = ("tree", "squirrel", "tree", "tree", "squirrel", "squirrel", "tree", "squirrel")


class WholeCell(Explorer):
    """Every gate of one unit, picture by picture, and what the network would answer."""

    question = "What does each gate do, picture by picture?"
    misconception = "A gate is set once, for the whole sequence."
    not_shown = (
        "how the trained weights were found, and the other units: the answer is made of the h of all of them."
    )
    height = 292.0
    taller_in_lecture = 6.0
    lecture = ("step",)
    presets: ClassVar[Mapping[str, Preset]] = {
        "Who keeps the bear past eight trees?": Preset(
            shown("bear", *EIGHT, "?", step=9),
            "The unit “show”: at each tree f is 1.00, i 0.00, so c is what the bear wrote.",
            lambda run: (
                of_unit(run, "f")[1:9].min() > 0.99
                and abs(of_unit(run, "c")[8] / of_unit(run, "c")[0] - 1) < 0.01
                and run.wolf[-1] > 0.8
            ),
        ),
        "What does the title card do?": Preset(
            shown("bear", "fox", "tree", "title card", "?", step=4),
            "f falls to 0.00: two animals are gone at once. The face is a coin flip.",
            lambda run: (
                of_unit(run, "f")[3] < 0.005
                and abs(of_unit(run, "c")[3]) < 0.01 < 1 < of_unit(run, "c")[2]
                and abs(run.wolf[-1] - 0.5) < 0.02
            ),
        ),
        "What opens at a face?": Preset(
            shown("bear", "tree", "squirrel", "?"),
            "o, shut until now, is 1.00 at the face: h says what c has held since the bear.",
            lambda run: of_unit(run, "o")[3] > 0.99 and of_unit(run, "o")[:3].max() < 0.01,
        ),
        "Does a trained one ignore squirrels?": Preset(
            shown("bear", *["squirrel"] * 6, "?", step=5, network="trained", unit=CARRIER),
            "Unit 13 nearly: i stays below 0.06. Unit 15 does not: c moves by 0.8 or more.",
            lambda run: (
                of_unit(run, "i")[1:7].max() < 0.06
                and np.abs(np.diff(of_unit(run, "c")[:7])).max() < 0.02
                and np.abs(np.diff(run.trace.c[:7, 0, COUNTER])).min() > 0.8
            ),
        ),
    }
    challenge = Challenge(
        "Find a trained unit that keeps a bear.",
        score,
        score_sentence,
    )
    prediction = Prediction(
        "Bear, tree, title card: what does the unit “show” do there?",
        ("i opens", "f shuts", "o opens"),
        shown("bear", "tree", "title card", "?", step=3),
        at_the_title_card,
        "At the title card",
    )

    def controls(self) -> dict[str, Any]:
        """Return the channel, the step, the network and its unit; a picture added is a picture read."""
        start = ("bear", "tree", "squirrel", "tree", "?", "title card", "goldfish", "squirrel", "?")
        show = FrameComposer("channel", start, PICTURES, LONGEST)
        step = TimeStepper("pictures read", 3, len(start), 900)
        network_, unit = Choice("network", "hand-wired", NETWORKS), Units("unit", 0, 0, len(UNITS) - 1, 1)
        step.follow(show)

        def open_at_the_holder(change: Any) -> None:
            unit.end_at(len(units_of(change["new"])) - 1)
            unit.value = HOLDERS[change["new"]]

        network_.observe(open_at_the_holder, "value")
        return {"show": show, "step": step, "network": network_, "unit": unit}

    def compute(self, values: Values) -> WholeRun:
        """Return the run at these values."""
        return watch(values["show"], values["network"], int(values["unit"]), values["step"])

    def picture(self, record: WholeRun, canvas: Canvas) -> str:
        """Return the cell at the present step, and the unit along the channel."""
        run = record
        symbols = [symbol(frame) for frame in run.frames]
        drawn = Whole(
            pictures=tuple(name for name, _ in symbols),
            symbols=dict(symbols),
            names=tuple(frame.kind for frame in run.frames),
            step=run.step,
            unit_name=called(run),
            now=now(run),
            gates={letter: of_unit(run, letter) for letter in "fio"},
            c=of_unit(run, "c"),
            h=of_unit(run, "h"),
            wolf=run.wolf,
            ideal=run.ideal,
        )
        return svg.document(canvas, "An LSTM cell at work", self.describe(run), whole(drawn, canvas))

    def describe(self, record: WholeRun) -> str:
        """Return what each gate of the unit does at the present step, and what the network would say."""
        run, T, unit = record, len(record.frames), called(record)
        if T == 0:
            return f"The channel is empty: nothing has been read, and c and h of {unit} are 0. Add a picture."
        if run.step == 0:
            return f"None of {T} pictures has been read: c and h of {unit} are 0."
        value = {name: float(each[0, 0]) for name, each in now(run)._asdict().items() if name != "x"}
        said = {name: spoken(each) for name, each in value.items()}
        kept, learned = spoken(value["f"] * value["c_prev"]), spoken(value["i"] * value["g"])
        became = "stays" if said["c"] == said["c_prev"] else "becomes"
        t = run.step - 1
        name = run.frames[t].kind
        wolf, ideal = spoken(run.wolf[t]), spoken(run.ideal[t])
        answer = f"The network says wolf {wolf}" if name == "?" else f"A face next would get wolf {wolf}"
        return (
            f"Picture {run.step} of {T}, the {'face' if name == '?' else name}. {unit[0].upper()}{unit[1:]}: "
            f"f {said['f']} keeps {kept}; i {said['i']} × g {said['g']} lets in {learned}; c {became} {said['c']}; "
            f"o {said['o']} lets h say {said['h']}. {answer} (ideal observer {ideal})."
        )
