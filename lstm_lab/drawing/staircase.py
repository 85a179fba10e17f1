"""The staircase of a race as a still figure: how many seeds of each start solve each gap, clean and in noise."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from lstm_lab.drawing.figures import Still
from lstm_lab.notation import BLACK, SOLVED
from lstm_lab.results import CALLED, Row, Tallies, enough, reaches, tallies

SHADES = LinearSegmentedColormap.from_list("solved", ["#f2f2f2", SOLVED])
PALE = 0.7
"""Up to this share a square is pale enough for dark ink."""


def staircase(rows: Sequence[Row], title: str, names: Mapping[str, str] = CALLED) -> Still:
    """Return one panel for each amount of noise: a row a start, a column a gap, the seeds that solve it as a number.

    Starts stand in the order of how much they solve, the least on top, the same in every panel.

    Args:
        rows: of a race, each with start, gap, noise_columns, seed, network, ideal, difference and seconds.
        title: what was raced on.
        names: what the starts are called, in the figure and in its sentence; one without a name, as in the rows.
    """
    counted = {
        noise: tallies(row for row in rows if row["noise_columns"] == noise)
        for noise in sorted({row["noise_columns"] for row in rows})
    }
    starts = _least_first(counted)
    called = {start: names.get(start, start) for start in starts}
    gaps = sorted({row["gap"] for row in rows})
    figure = Figure(figsize=(4.6 + 2.2 * len(counted), 0.9 + 0.34 * len(starts)), layout="constrained")
    panels = figure.subplots(1, len(counted), sharey=True, squeeze=False)[0]
    for axes, (noise, tally) in zip(panels, counted.items(), strict=True):
        _panel(axes, tally, starts, gaps)
        axes.set_title(f"{noise} columns of noise" if noise else "no noise", fontsize=12, loc="left")
        axes.set_xlabel("pictures between", fontsize=12)
    panels[0].set_yticks(range(len(starts)), [called[start] for start in starts])
    figure.suptitle(title, fontsize=12, x=0.01, ha="left")
    return Still(figure, f"{title}. {_sentence(counted, called)}")


def _least_first(counted: Mapping[int, Tallies]) -> list[str]:
    """Return the starts, those that solved the smallest share of all their gaps first."""
    shares: dict[str, list[float]] = {}
    for tally in counted.values():
        for (start, _), runs in tally.items():
            shares.setdefault(start, []).append(runs.share)
    return sorted(shares, key=lambda start: float(np.mean(shares[start])))


def _panel(axes: Axes, tally: Tallies, starts: Sequence[str], gaps: Sequence[int]) -> None:
    shares = np.full((len(starts), len(gaps)), np.nan)
    for (start, gap), runs in tally.items():
        row, column = starts.index(start), gaps.index(gap)
        shares[row, column] = runs.share
        ink = "#ffffff" if runs.share > PALE else BLACK
        axes.text(column, row, str(runs.solved), ha="center", va="center", color=ink, fontsize=11)
    axes.imshow(shares, cmap=SHADES, vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(gaps)), [str(gap) for gap in gaps])
    axes.set_xticks(np.arange(0.5, len(gaps)), minor=True)
    axes.set_yticks(np.arange(0.5, len(starts)), minor=True)
    axes.grid(which="minor", color="#ffffff", linewidth=2)
    axes.tick_params(which="both", length=0, labelsize=11)
    axes.spines[:].set_visible(False)


def _sentence(counted: Mapping[int, Tallies], called: Mapping[str, str]) -> str:
    """Return how far each start reaches, with every amount of noise."""
    reached = {noise: reaches(tally) for noise, tally in counted.items()}
    with_noise = " and ".join(
        f"with {noise} columns of noise" if noise else "without noise" for noise in reached
    )
    told = []
    for start, name in called.items():
        far = " and ".join(str(each.get(start, 0) or "none") for each in reached.values())
        told.append(f"{name} {far}")
    seeds = max(runs.runs for tally in counted.values() for runs in tally.values())
    return (
        f"The longest gap that, like every shorter one, at least {enough(seeds)} of {seeds} seeds solve "
        f"to within 2 points of the ideal observer, {with_noise}: {'; '.join(told)}."
    )
