"""Gate X-ray: every gate, every unit and the answers of a trained network along a channel of up to 200 pictures."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.cells import LSTMStep
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.xray import RAIL, Film, Job, Looked, looked_into
from lstm_lab.evaluation import wolf_share
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.channel import ChannelComposer, show_in
from lstm_lab.explorers.controls import Choice, TimeStepper
from lstm_lab.explorers.frames import symbol
from lstm_lab.explorers.unroll_it import face
from lstm_lab.explorers.whole_cell import COIN_FLIP, PICTURES, Units, poses
from lstm_lab.measures import half_life
from lstm_lab.stage import Frame, network, perform
from lstm_lab.xray import JOBS, STORED, contrast, descending, holds_wild, look_inside, of_all

NETWORKS = ("lstm_channels", "lstm_long", "lstm_small")
CALLED: Mapping[str, str] = {
    "lstm_channels": "LSTM of channels",
    "lstm_long": "LSTM of long gaps",
    "lstm_small": "small LSTM",
}
"""What the networks are called in the picture."""
LONGEST, POSES = 200, 2
ORDERS = (STORED, *JOBS)
GATES, LETTERS = "figo", ("c", "f", "i", "g", "o", "h")
GAPS, SHOWS, COUNT = (0, 20), (1, 3), 300
"""The channels on which units are judged: pictures between clue and face, shows, and how many channels."""
LONG_AGO = 9999.0
"""From this half-life on we only say that it is longer."""
FAR = 0.6
"""How far from the ideal observer the challenge asks for."""
HOLDER, COPIER, MIXED = 13, 10, 9
"""Units of lstm_channels: one holds what a show is about, one is told by it each time, one does several things."""


class XRayRun(NamedTuple):
    """A channel of T pictures as one network read it, and one of its units.

    ``step`` in 0..T, how many have been read; ``trace`` the record of the cell, arrays (T, 1, H); ``order`` one of
    ``ORDERS`` and ``rows`` the units in it; ``letter`` the quantity of all units that is shown; ``scores`` by job,
    (H,) each, the numbers of all units. ``wolf`` (T,) the network's P(wolf) at a face, and elsewhere if the face
    between dog and wolf came next; ``ideal`` (T,) the ideal observer's.
    """

    frames: tuple[Frame, ...]
    network: str
    step: int
    unit: int
    order: str
    rows: tuple[int, ...]
    letter: str
    trace: LSTMStep
    wolf: Array
    ideal: Array
    scores: Mapping[str, Array]

    def of_unit(self, letter: str, unit: int | None = None) -> Array:
        """Return one quantity of a unit along the channel, of the chosen one if none is named; shape (T,)."""
        return getattr(self.trace, letter)[:, 0, self.unit if unit is None else unit]


def look(
    channel: str, step: int, order: str = STORED, unit: int = 0, letter: str = "h", name: str = NETWORKS[0]
) -> XRayRun:
    """Show a channel to a trained network and look at one unit of it.

    Args:
        channel: runs of pictures, as ``"bear, 150 tree, ?"``.
        step: how many have been read; never more than there are.
        order: one of ``ORDERS``.
        unit: which unit, from 0; never more than there are.
        letter: one of ``LETTERS``, shown for all units.
        name: one of ``NETWORKS``.

    Raises:
        ValueError: a picture there is not.
    """
    show = show_in(channel, PICTURES)[:LONGEST]
    frames, trace, wolf, ideal = watched(show, name)
    H = hidden(name)
    return XRayRun(
        frames=frames,
        network=name,
        step=min(int(step), len(frames)),
        unit=min(int(unit), H - 1),
        order=order,
        rows=rows_of(name, order),
        letter=letter,
        trace=trace,
        wolf=wolf,
        ideal=ideal,
        scores=scores_of(name),
    )


@lru_cache(maxsize=64)
def watched(show: tuple[str, ...], name: str) -> tuple[tuple[Frame, ...], LSTMStep, Array, Array]:
    """Return the pictures of a channel, a network's record, its P(wolf) and the ideal observer's."""
    seen: dict[str, int] = {}
    frames = []
    for kind in show:
        frames.append(poses(kind)[seen.get(kind, 0) % POSES])
        seen[kind] = seen.get(kind, 0) + 1
    if not frames:
        nothing = np.empty(0)
        return (), LSTMStep(*(np.empty((0, 1, hidden(name))) for _ in LSTMStep._fields)), nothing, nothing
    told = perform(tuple(frames), (network(name),), face(COIN_FLIP, 0))
    (heard,) = told.heard
    at_face = np.array([kind == "?" for kind in show])
    wolf = np.where(at_face, wolf_share(heard.answers.probabilities[:, 0]), heard.asked[:, 0])
    return told.frames, heard.answers.trace, wolf, np.where(at_face, told.belief.wolf[:, 0], told.ideal_asked)


def hidden(name: str) -> int:
    """Return how many units a network has."""
    return cells.hidden_size(network(name).cell)


@cache
def scores_of(name: str) -> Mapping[str, Array]:
    """Return how much of each job every unit of a network does over fresh channels, (H,) each.

    By the names of ``JOBS``, and signed: under ``"wild"`` the correlation itself, under a gate's letter how much
    further it is open at telling pictures than at trees and squirrels.
    """
    inside = look_inside(network(name), np.random.default_rng(0), GAPS, SHOWS, COUNT)
    gates = {gate: contrast(inside, gate) for gate in "fio"}
    return {job: score(inside) for job, score in JOBS.items()} | gates | {"wild": holds_wild(inside)}


@cache
def rows_of(name: str, order: str) -> tuple[int, ...]:
    """Return the units of a network in an order, as ``units_by`` would."""
    if order == STORED:
        return tuple(range(hidden(name)))
    return tuple(int(unit) for unit in descending(scores_of(name)[order]))


def lasting(steps: float) -> str:
    """Return a half-life in words.

    >>> lasting(0.42), lasting(77.3), lasting(np.inf)
    ('0.4', '77', 'over 9999')
    """
    return f"over {LONG_AGO:.0f}" if steps > LONG_AGO else spoken(steps, 1 if steps < 10 else 0)


def place(scores: Array, unit: int) -> str:
    """Return the place of a unit among all, the highest score first.

    >>> place(np.array([0.1, 0.9, 0.5]), 2)
    '2nd of 3'
    """
    n = int(np.flatnonzero(descending(scores) == unit)[0]) + 1
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending} of {len(scores)}"


def jobs_of(run: XRayRun) -> tuple[Job, ...]:
    """Return what the chosen unit does, job by job."""
    k, scores = run.unit, run.scores
    wild, lasts, trees, clear = (scores[job] for job in JOBS)
    said = (
        ("follows wild", spoken(scores["wild"][k]), wild),
        ("trees until half gone", lasting(lasts[k]), lasts),
        ("shuts out trees", spoken(trees[k]), trees),
        ("clears at the title card", spoken(clear[k]), clear),
    )
    return tuple(
        Job(name, number, place(values, k), run.order == job)
        for (name, number, values), job in zip(said, JOBS, strict=True)
    )


def farthest(run: XRayRun) -> float:
    """Return how far the network's P(wolf) ever is from the ideal observer's; 0 for an empty channel."""
    return float(np.abs(run.wolf - run.ideal).max(initial=0.0))


def misled(run: XRayRun) -> float:
    """Return how far a channel without a face brings lstm_channels away from the ideal observer, as a share of 0.6."""
    faced = any(frame.kind == "?" for frame in run.frames)
    return 0.0 if faced or run.network != NETWORKS[0] else min(farthest(run) / FAR, 1.0)


def misled_in_words(run: XRayRun) -> str:
    """Return what is missing, or how far away the network is."""
    if run.network != NETWORKS[0]:
        return f"Choose {NETWORKS[0]}."
    if any(frame.kind == "?" for frame in run.frames):
        return "Take the faces out."
    return f"{spoken(farthest(run))} at most."


def verdict(run: XRayRun) -> str:
    """Return what the network answers last."""
    wolf = run.wolf[-1] if len(run.wolf) else 0.5
    return "dog" if wolf < 0.35 else "a coin flip" if wolf <= 0.65 else "wolf"


def at(channel: str, step: int, order: str, unit: int, **others: str) -> Values:
    """Return the values that lead to a unit at a step of a channel."""
    return {"channel": channel, "step": step, "order": order, "unit": unit, **others}


TWO_SHOWS = "bear, 6 tree, ?, title card, goldfish, 6 tree, ?"
BEAR, TREE, FACE, TITLE, FISH, LAST_TREE, LAST_FACE = 0, 6, 7, 8, 9, 15, 16
"""Places in it."""
AFTER_A_BEAR, AFTER_A_FISH = "bear, 150 tree, ?", "goldfish, 150 tree, ?"
WILD, SLOW, CLEARS = "who follows wild", "who forgets slowest", "who clears at the title card"


class GateXRay(Explorer):
    """Gates and memory of a trained network's units along a channel, and what it answers."""

    question = "Which unit does what?"
    misconception = "Each unit is a time step, or a concept."
    not_shown = "causes: a unit that follows something may not matter to the answer. Surgery tests that."
    height = 250.0
    taller_in_lecture = 32.0
    lecture = ("step", "unit")
    more = ("letter", "network")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Who holds the bear over 150 trees?": Preset(
            at(AFTER_A_BEAR, 151, WILD, HOLDER),
            "Unit 13: its c is 0.61 at the bear and 0.50 now. The network is as sure as the ideal observer.",
            lambda run: (
                round(float(run.of_unit("c")[0]), 2) == 0.61
                and round(float(run.of_unit("c")[150]), 2) == 0.50
                and abs(run.wolf[150] - run.ideal[150]) < 0.02
            ),
        ),
        "And a goldfish?": Preset(
            at(AFTER_A_FISH, 151, WILD, HOLDER),
            "Each tree adds a little for wild: c crosses 0, and the dog of 0.14 has become 0.55. Training had 20.",
            lambda run: (
                run.of_unit("c")[0] < -0.5 < 0 < run.of_unit("c")[150]
                and round(float(run.wolf[150]), 2) == 0.55
                and round(float(run.ideal[150]), 2) == 0.14
            ),
        ),
        "What does the title card do?": Preset(
            at(TWO_SHOWS, TITLE + 1, CLEARS, HOLDER),
            "f of unit 13 falls to 0.01 and c to 0.05: the bear is gone. In most other units f hardly moves.",
            lambda run: (
                round(float(run.of_unit("f")[TITLE]), 2) == 0.01
                and round(float(run.of_unit("c")[TITLE]), 2) == 0.05
                and np.sum(run.scores[CLEARS] < 0.1) > run.trace.f.shape[-1] / 2
            ),
        ),
        "Does following mean holding?": Preset(
            at(TWO_SHOWS, TREE + 1, WILD, COPIER),
            "Unit 10 follows wild, yet forgets half at each tree. Trees tell nothing: it reads it back from h.",
            lambda run: run.scores[WILD][COPIER] > 0.9 and 0.9 < run.scores[SLOW][COPIER] < 1.1,
        ),
        "Does a unit do one thing?": Preset(
            at(TWO_SHOWS, FISH + 1, STORED, MIXED),
            "Unit 9 falls at the bear and at the goldfish alike, rises at faces, and parts wild from home at trees.",
            lambda run: (
                max(run.of_unit("c")[[BEAR, FISH]]) < -0.4
                and min(run.of_unit("c")[[FACE, LAST_FACE]] - run.of_unit("c")[[TREE, LAST_TREE]]) > 0.3
                and run.of_unit("c")[LAST_TREE] > 0.5 > 0 > run.of_unit("c")[TREE]
            ),
        ),
    }
    challenge = Challenge(
        f"Without a face, bring it {FAR:.2f} away from the ideal observer.",
        misled,
        misled_in_words,
    )
    prediction = Prediction(
        "trained on up to 20 trees: after a goldfish and 150, it says?",
        ("dog", "a coin flip", "wolf"),
        at(AFTER_A_FISH, 152, WILD, HOLDER, network=NETWORKS[0]),
        verdict,
        "After 150 trees",
    )

    def controls(self) -> dict[str, Any]:
        """Return the channel, the step, the order, the unit, what is shown of all units, and the network."""
        start = "bear, 9 tree, 3 squirrel, ?, title card, goldfish, 18 tree, ?"
        channel = ChannelComposer("channel", start, PICTURES, LONGEST)
        step = TimeStepper("picture", 10, len(channel.show()), 300)
        order = Choice("sort", WILD, ORDERS, listed=True)
        unit = Units("unit", HOLDER, 0, hidden(NETWORKS[0]) - 1, 1)
        letter, network_ = Choice("of all units", "h", LETTERS), Choice("network", NETWORKS[0], NETWORKS)

        def follow(change: Any) -> None:
            step.reach(max(1, len(channel.show())))
            step.value = len(channel.show())

        def sort(change: Any) -> None:
            unit.value = rows_of(network_.value, change["new"])[0]

        channel.observe(follow, "value")
        order.observe(sort, "value")
        network_.observe(lambda change: unit.end_at(hidden(change["new"]) - 1), "value")
        return {
            "channel": channel,
            "step": step,
            "order": order,
            "network": network_,
            "unit": unit,
            "letter": letter,
        }

    def compute(self, values: Values) -> XRayRun:
        """Return the run at these values."""
        return look(**{"name" if name == "network" else name: value for name, value in values.items()})

    def picture(self, record: XRayRun, canvas: Canvas) -> str:
        """Return the pictures, the unit's gates and memory, all units, the answers, and what the unit does."""
        run = record
        at_face = bool(run.step) and run.frames[run.step - 1].kind == "?"
        symbols = [symbol(frame) for frame in run.frames]
        called, shown = of_all(run.trace, run.letter)
        looked = Looked(
            first=1,
            now=run.step,
            film=Film(
                tuple(name for name, _ in symbols), dict(symbols), tuple(frame.kind for frame in run.frames)
            ),
            words=(),
            unit_name=f"unit {run.unit}, {CALLED[run.network]}",
            gates={letter: run.of_unit(letter) for letter in GATES},
            memory={letter: run.of_unit(letter) for letter in "ch"},
            letter=called,
            units=shown[:, 0, list(run.rows)].T,
            order=run.order,
            total=len(run.rows),
            names=tuple(str(unit) for unit in run.rows),
            row=run.rows.index(run.unit),
            answers={"LSTM": ("lstm", run.wolf), "ideal": ("ideal", run.ideal)},
            asked="P(wolf) at the face" if at_face else "P(wolf) if the face came now",
            jobs=jobs_of(run),
            judged=f"over {COUNT} other channels",
        )
        title = f"Every gate and every unit of a trained network along a channel. {RAIL}"
        return svg.document(canvas, title, self.describe(run), looked_into(looked, canvas))

    def describe(self, record: XRayRun) -> str:
        """Return what the unit's gates do at the present picture, what it remembers, and both answers."""
        run, T, k = record, len(record.frames), record.unit
        if T == 0:
            return (
                f"The channel is empty: nothing has been read, and c and h of unit {k} are 0. Add a picture."
            )
        if run.step == 0:
            return f"None of {T} pictures has been read: c and h of unit {k} are 0."
        t = run.step - 1
        value = {name: float(run.of_unit(name)[t]) for name in ("i", "f", "g", "o", "c", "h", "c_prev")}
        said = {name: spoken(each) for name, each in value.items()}
        kind = run.frames[t].kind
        half = lasting(float(half_life(value["f"])))
        learned, kept = spoken(value["i"] * value["g"]), spoken(value["f"] * value["c_prev"])
        return (
            f"Picture {run.step} of {T}, the {'face' if kind == '?' else kind}. Unit {k}: i {said['i']} × "
            f"g {said['g']} lets in {learned}; f {said['f']} keeps {kept} "
            f"(at this f, half is left after {half} pictures); c {said['c']}, o {said['o']}, h {said['h']}. "
            f"P(wolf): network {spoken(run.wolf[t])}, ideal observer {spoken(run.ideal[t])}."
        )
