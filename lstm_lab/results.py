"""What a race tells: how many runs of each start solved each gap, and how far back each start reaches.

A row is one training run: its ``start``, ``gap`` (pictures between clue and face) and ``seed``; ``network`` and
``ideal``, how often the network and the ideal observer named the face right on the same shows, and ``difference``,
the first less the second; ``seconds`` of training.
"""

from collections.abc import Iterable, Mapping
from math import nan
from statistics import fmean, median
from typing import Any, NamedTuple

Row = Mapping[str, Any]

WITHIN = 0.02
"""A run has solved its task if it is less than this below the ideal observer on the same shows: 2 points."""

CALLED: Mapping[str, str] = {
    "RNN tanh": "RNN default",
    "RNN orthogonal": "RNN orthogonal",
    "RNN relu identity": "RNN identity",
    "GRU": "GRU default",
    "GRU chrono": "GRU chrono",
    "LSTM forget bias 0": "LSTM default",
    "LSTM forget bias 1": "LSTM bias 1",
    "LSTM forget bias 3": "LSTM bias 3",
    "LSTM chrono": "LSTM chrono",
}
"""What the starts of the race are called on screen; "default" is how torch starts."""


class Tally(NamedTuple):
    """The runs of one start at one gap, by seed; one entry a run, at least one.

    ``right`` is how often each named the face right, ``made_it`` whether that is solved.
    ``seconds`` is the median, NaN where it was not recorded.
    """

    seeds: tuple[int, ...]
    right: tuple[float, ...]
    made_it: tuple[bool, ...]
    seconds: float

    @property
    def runs(self) -> int:
        """How many runs."""
        return len(self.seeds)

    @property
    def solved(self) -> int:
        """How many of them solved the task."""
        return sum(self.made_it)

    @property
    def share(self) -> float:
        """What share of them did."""
        return self.solved / self.runs

    @property
    def middle(self) -> float:
        """How often the median run named the face right."""
        return median(self.right)


Tallies = Mapping[tuple[str, int], Tally]
"""By start and gap; where nothing was run there is no entry."""


def is_solved(row: Row) -> bool:
    """Return whether a run came within 2 points of the ideal observer.

    >>> is_solved({"difference": -0.019}), is_solved({"difference": -0.17})
    (True, False)
    """
    return row["difference"] > -WITHIN


def enough(runs: int) -> int:
    """Return how many of so many runs must solve a gap for their start to reach it: four in five.

    >>> enough(5), enough(3), enough(1)
    (4, 3, 1)
    """
    return -(-4 * runs // 5)


def tallies(rows: Iterable[Row]) -> Tallies:
    """Return the runs of every start at every gap.

    Args:
        rows: of one kind of show, such as those without noise: each start, gap and seed at most once.
    """
    together: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        together.setdefault((row["start"], row["gap"]), []).append(row)
    return {key: _tally(sorted(runs, key=lambda run: run["seed"])) for key, runs in together.items()}


def _tally(runs: list[Row]) -> Tally:
    return Tally(
        seeds=tuple(run["seed"] for run in runs),
        right=tuple(run["network"] for run in runs),
        made_it=tuple(is_solved(run) for run in runs),
        seconds=median(run.get("seconds", nan) for run in runs),
    )


def reaches(counted: Tallies) -> dict[str, int]:
    """Return how far each start reaches: the longest gap that, like every shorter one, four in five runs solve.

    Starts stand in the order of the tallies; 0 where not even the shortest gap is solved.
    """
    gaps = sorted({gap for _, gap in counted})
    reached = {}
    for start in dict.fromkeys(start for start, _ in counted):
        reached[start] = 0
        for gap in gaps:
            there = counted.get((start, gap))
            if there is None or there.solved < enough(there.runs):
                break
            reached[start] = gap
    return reached


def ideal_by_gap(rows: Iterable[Row]) -> dict[int, float]:
    """Return how often the ideal observer names the face right, a mean over the runs of each gap, short gaps first."""
    by_gap: dict[int, list[float]] = {}
    for row in rows:
        by_gap.setdefault(row["gap"], []).append(row["ideal"])
    return {gap: fmean(by_gap[gap]) for gap in sorted(by_gap)}
