"""Lag race: the same task, ever longer gaps, networks that start differently, and every run shown."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, ClassVar, NamedTuple

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_lab.drawing import race as drawn
from lstm_lab.drawing import svg
from lstm_lab.drawing.race import Racer, of_runs
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Control, Slider
from lstm_lab.files import DamagedFileError, data_folder, way_back
from lstm_lab.results import CALLED, Row, Tallies, Tally, enough, ideal_by_gap, reaches, tallies
from lstm_lab.world.shows import FACE_ALONE

GAPS = (1, 5, 10, 20, 50, 100)
NOISE = (0, 8)
SEEDS = 5


class RaceRun(NamedTuple):
    """A race as it stands with the first ``seeds`` runs of every start, and as it stands with all of them.

    ``gap`` and the two starts of ``pair`` are what is looked at; ``noise`` how many columns of background noise there
    were. ``counted`` are the runs of the seeds shown, ``whole`` all runs, by start and gap; ``reached`` the longest gap
    each start reaches with the seeds shown; ``ideal`` how often the ideal observer is right, by gap.
    """

    gap: int
    pair: tuple[str, str]
    noise: int
    seeds: int
    counted: Tallies
    whole: Tallies
    reached: Mapping[str, int]
    ideal: Mapping[int, float]


@cache
def race() -> tuple[Row, ...]:
    """Return the stored race, one row a run, read once.

    Raises:
        MissingFileError, DamagedFileError: it is not there, or not whole.
    """
    from lstm_lab.sweeps import read_table  # it loads joblib, which no other explorer has to wait for

    path = data_folder() / "race.csv"
    rows = read_table(path, ("gap", "noise_columns", "seed", "network", "ideal", "difference")).rows
    run = {(row["gap"], row["noise_columns"]) for row in rows}
    for gap, noise in product(GAPS, NOISE):
        if (gap, noise) not in run:
            raise DamagedFileError(
                f"{path.name} has no runs at gap {gap} with {noise} columns of noise{way_back(path)}"
            )
    return tuple(rows)


def standing(rows: Sequence[Row], gap: int, pair: tuple[str, str], noise: int, seeds: int) -> RaceRun:
    """Return how a race stands with the runs of the first few seeds.

    Args:
        rows: of the race.
        gap: pictures between the clue and the face.
        pair: the two starts that are compared.
        noise: columns of background noise beside the eight features.
        seeds: how many seeds are counted, the first ones.
    """
    mine = [row for row in rows if row["noise_columns"] == noise]
    counted = tallies(row for row in mine if row["seed"] <= seeds)
    return RaceRun(gap, pair, noise, seeds, counted, tallies(mine), reaches(counted), ideal_by_gap(mine))


def solved(run: RaceRun, which: int, gap: int | None = None) -> int:
    """Return how many runs of one of the pair solved a gap, by default the chosen one."""
    tally = run.counted.get((run.pair[which], gap or run.gap))
    return tally.solved if tally else 0


def winner(run: RaceRun) -> str:
    """Return which of the pair solves the gap with more seeds, by its name on screen."""
    first, second = solved(run, 0), solved(run, 1)
    return "a draw" if first == second else CALLED[run.pair[first < second]]


class Pair(Control):
    """Two starts, one against the other: a list each.

    >>> pair = Pair("contest", ("a", "c"), {"a": "one", "b": "two", "c": "three"})
    >>> pair.first.value = "b"
    >>> pair.value, pair.ends()
    (('b', 'c'), (('a', 'b'), ('c', 'a')))
    """

    def __init__(self, label: str, value: tuple[str, str], names: Mapping[str, str]) -> None:
        self.names = tuple(names)
        options = [(words, name) for name, words in names.items()]
        self.first = widgets.Dropdown(options=options, value=value[0], description=label)
        self.second = widgets.Dropdown(options=options, value=value[1], description="vs.")
        super().__init__(label, [self.first, self.second], "choice")
        self.value = value
        self._moving = False
        for part in self.children:
            part.observe(self._from_lists, "value")

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> tuple[str, str]:
        first, second = proposal["value"]
        unknown = [name for name in (first, second) if name not in self.names]
        if unknown:
            known = ", ".join(self.names)
            raise traitlets.TraitError(f"{self.label} must hold two of {known}, got {unknown[0]!r}")
        return first, second

    def _from_lists(self, change: Any) -> None:
        if not self._moving:
            self._heard((self.first.value, self.second.value))

    def _set_widgets(self, value: tuple[str, str]) -> None:
        self._moving = True  # one list moves before the other, and only both are a value
        try:
            self.first.value, self.second.value = value
        finally:
            self._moving = False

    def ends(self) -> tuple[tuple[str, str], ...]:
        """Return the first two starts, and the last against the first."""
        return (self.names[0], self.names[1]), (self.names[-1], self.names[0])

    def draw(self, rng: np.random.Generator) -> tuple[str, str]:
        """Return two starts at random, which may be the same."""
        first, second = rng.choice(self.names, 2)
        return str(first), str(second)


class LagRace(Explorer):
    """Networks that start differently, trained on the same task at ever longer gaps; every run is a mark."""

    question = "How far back can each network learn?"
    misconception = "The LSTM always wins, and one run proves it."
    not_shown = (
        "other sizes and budgets: 32 units, 1,200 updates each. A chrono start is told the gap beforehand."
    )
    height = 280.0
    lecture = ("gap", "pair")
    leading = "gap"
    presets: ClassVar[Mapping[str, Preset]] = {
        "LSTM against RNN?": Preset(
            {"gap": 20, "pair": ("RNN tanh", "LSTM forget bias 0")},
            "As torch starts them, both learn 10 pictures in every seed; at 20 only the LSTM does, at 50 neither.",
            lambda run: (
                [(solved(run, 0, gap), solved(run, 1, gap)) for gap in (10, 20, 50)]
                == [(SEEDS, SEEDS), (0, SEEDS), (0, 0)]
            ),
        ),
        "Does a forget bias help?": Preset(
            {"gap": 100, "pair": ("LSTM forget bias 0", "LSTM forget bias 3")},
            "With bias 0 no seed solves gap 50 or 100, with bias 3 every seed does. Nothing else is different.",
            lambda run: [(solved(run, 0, gap), solved(run, 1, gap)) for gap in (50, 100)] == [(0, SEEDS)] * 2,
        ),
        "And a GRU?": Preset(
            {"gap": 100, "pair": ("GRU", "LSTM forget bias 0")},
            "Its default start reaches 100, five times as far as the LSTM's, but not in every seed.",
            lambda run: (
                run.reached["GRU"] == 5 * run.reached["LSTM forget bias 0"] == 100 and solved(run, 0) < SEEDS
            ),
        ),
        "And with noise?": Preset(
            {"gap": 100, "pair": ("GRU", "LSTM forget bias 3"), "noise": 8},
            "At gap 100 the default GRU falls from four seeds to one. An LSTM with bias 3 keeps all five.",
            lambda run: (
                solved(standing(race(), 100, run.pair, 0, SEEDS), 0) == 4
                and (solved(run, 0), solved(run, 1)) == (1, SEEDS)
            ),
        ),
        "Are two seeds enough?": Preset(
            {"gap": 100, "pair": ("LSTM forget bias 1", "LSTM chrono"), "seeds": 2},
            "Two seeds say that bias 1 is better. Show all five, and chrono is: by one seed, which settles little.",
            lambda run: (
                solved(run, 0) > solved(run, 1)
                and run.whole["LSTM chrono", 100].solved == run.whole["LSTM forget bias 1", 100].solved + 1
            ),
        ),
    }
    challenge = Challenge(
        "Find an RNN that beats an LSTM 5 to 0.",
        lambda run: upset(run),
        lambda run: f"Now {solved(run, 0)} to {solved(run, 1)}.",
    )
    prediction = Prediction(
        "in noise at gap 20, who wins in more seeds?",
        ("RNN orthogonal", "a draw", "LSTM default"),
        {"gap": 20, "pair": ("RNN orthogonal", "LSTM forget bias 0"), "noise": 8, "seeds": SEEDS},
        lambda run: winner(run),
        "With 8 columns of noise",
    )

    def controls(self) -> dict[str, Any]:
        """Return the gap, the two starts, the noise and how many seeds are shown."""
        return {
            "gap": Choice("gap", 20, GAPS),
            "pair": Pair("race", ("RNN tanh", "LSTM forget bias 0"), CALLED),
            "noise": Choice("columns of noise", 0, NOISE),
            "seeds": Slider("seeds shown", SEEDS, 1, SEEDS, 1),
        }

    def compute(self, values: Values) -> RaceRun:
        """Return how the stored race stands at these values."""
        return standing(race(), **values)

    def picture(self, record: RaceRun, canvas: Canvas) -> str:
        """Return every run of the two starts, and the staircase of all."""
        run, chosen = record, GAPS.index(record.gap)
        racers = {start: _racer(run, start) for start in CALLED}
        pair = [racers[start] for start in dict.fromkeys(run.pair)]
        where = drawn.place(canvas, len(GAPS), len(CALLED))
        ideal = [run.ideal[gap] for gap in GAPS if gap in run.ideal]
        reached = {CALLED[start]: gap for start, gap in run.reached.items()}
        return svg.document(
            canvas,
            "How many runs learn the clue, by start and gap",
            self.describe(run),
            drawn.marks(where.marks, canvas, pair, GAPS, chosen, ideal, FACE_ALONE, SEEDS),
            drawn.stairs(
                where.stairs,
                canvas,
                list(racers.values()),
                GAPS,
                chosen,
                [racer.label for racer in pair],
                run.seeds,
                reached,
            ),
        )

    def describe(self, record: RaceRun) -> str:
        """Return how many runs of the two starts solve the gap, what that means, and how far each reaches."""
        run = record
        starts = tuple(dict.fromkeys(run.pair))
        noise = f", {run.noise} columns of noise" if run.noise else ""
        told = ", ".join(
            _told(CALLED[start], run.counted.get((start, run.gap)), "" if k else "solves it ")
            for k, start in enumerate(starts)
        )
        whole = ""
        if run.seeds < SEEDS:
            counts = " and ".join(of_runs(run.whole.get((start, run.gap))) for start in starts)
            whole = f" All seeds: {counts}."
        reached = ", ".join(
            f"{CALLED[start]} {'' if k else 'reaches '}{run.reached.get(start) or 'no gap'}"
            for k, start in enumerate(starts)
        )
        return (
            f"Gap {run.gap}{noise}: {told}. Solved is within 2 points of the ideal observer, "
            f"{spoken(run.ideal[run.gap])}.{whole} "
            f"{reached} ({enough(run.seeds)} of {_seeds(run.seeds)})."
        )


def upset(run: RaceRun) -> float:
    """Return by how many of the seeds an RNN is ahead of an LSTM, as a share of all; 0 if the pair is another."""
    kinds = [CALLED[start].split()[0] for start in run.pair]
    if sorted(kinds) != ["LSTM", "RNN"]:
        return 0.0
    lead = solved(run, kinds.index("RNN")) - solved(run, kinds.index("LSTM"))
    return max(lead, 0) / SEEDS


def _racer(run: RaceRun, start: str) -> Racer:
    label = CALLED[start]
    runs = tuple(run.counted.get((start, gap)) for gap in GAPS)
    return Racer(label, label.split()[0].lower(), runs)


def _told(label: str, tally: Tally | None, does: str) -> str:
    if tally is None:
        return f"{label} has no run"
    low, high = spoken(min(tally.right)), spoken(max(tally.right))
    right = low if low == high else f"{low} to {high}"
    return f"{label} {does}in {tally.solved} of {_seeds(tally.runs)} (right {right})"


def _seeds(count: int) -> str:
    return "1 seed" if count == 1 else f"{count} seeds"
