"""The still figures of series: learning that stays flat and then falls, an echo expected, errors seed by seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lstm_lab.checks import Array
from lstm_lab.drawing.figures import Still, room
from lstm_lab.drawing.panels import spread
from lstm_lab.notation import BLACK, DIM, FAINT, HUES, NETWORKS

DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
LOOKED_EVERY = 50
"""Updates between two looks at a curve."""
ASKED = {"one month ahead": "test_1", "one year ahead": "test_12", "11 years alone": "alone_132"}
"""What is asked of the sunspots, and the column of a table that answers it."""
STARTS = {
    "RNN tanh": NETWORKS["rnn"].colour,
    "RNN orthogonal": HUES["orange"],
    "LSTM forget bias 0": HUES["blue"],
    "LSTM forget bias 1": NETWORKS["lstm"].colour,
    "LSTM forget bias 3": HUES["green"],
    "GRU": NETWORKS["gru"].colour,
}
"""The colour of each start, the same in every picture; each has a dash or a mark of its own as well."""
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
ARROW = {"arrowstyle": "-", "color": BLACK}


def curves(rows: Sequence[Mapping[str, Any]], always_one: float, solved: float) -> Still:
    """Return how the error fell in every run on the adding problem, one panel for each length.

    Args:
        rows: each with start, steps, curve (losses as words, one every 50 updates), updates and error.
        always_one: the error of the answer 1.
        solved: the error below which a run has solved it.
    """
    lengths = sorted({row["steps"] for row in rows})
    starts = list(dict.fromkeys(row["start"] for row in rows))
    figure = Figure(figsize=(3.6 * len(lengths), 3.5), layout="constrained")
    panels = figure.subplots(1, len(lengths), sharey=True, squeeze=False)[0]
    told = []
    for axes, steps in zip(panels, lengths, strict=True):
        axes.axhline(always_one, color=BLACK, linewidth=1, linestyle=(0, (2, 4)))
        for start, dash in zip(starts, DASHES, strict=False):
            colour = STARTS[start]
            mine = [row for row in rows if row["start"] == start and row["steps"] == steps]
            for row in mine:
                losses = [float(each) for each in row["curve"].split()]
                axes.plot(
                    LOOKED_EVERY * np.arange(len(losses)), losses, color=colour, linestyle=dash, linewidth=1.2
                )
            axes.plot([], [], color=colour, linestyle=dash, linewidth=2.5, label=start)
            if mine:
                told.append(
                    f"{start} at {steps} steps {sum(row['error'] < solved for row in mine)} of {len(mine)}"
                )
        axes.set(ylim=(0, 0.25), xlim=(0, 1000), xticks=(0, 500, 1000))
        axes.set_title(f"{steps} numbers", fontsize=12, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=11)
        axes.set_xlabel("updates", fontsize=12)
    panels[0].set_ylabel("mean squared error", fontsize=12)
    panels[0].annotate(
        "always 1: 1/6",
        (990, always_one),
        (990, 0.225),
        ha="right",
        fontsize=11,
        arrowprops=ARROW,
        bbox=PAPER,
    )
    figure.legend(
        *panels[0].get_legend_handles_labels(), fontsize=10, frameon=False, ncols=3, loc="outside lower left"
    )
    return Still(figure, f"Runs that solved the adding problem, error below {solved}: {'; '.join(told)}.")


def expected(xs: Array, calls: Array, delay: int, network: Array, ideal: Array) -> Still:
    """Return one series of calls and echoes, and below how likely an echo next is at every step.

    Args:
        xs: what was heard, shape (T,).
        calls: the steps of the calls.
        delay: in steps.
        network, ideal: the chance that the echo comes next, shape (T,) each.
    """
    figure = Figure(figsize=(9.4, 3.8), layout="constrained")
    heard, chances = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.2))
    steps = np.arange(len(xs))
    heard.vlines(steps, 0, xs, color=NETWORKS["picture"].colour, linewidth=2.5)
    for k, call in enumerate(calls):
        heard.text(call + 0.6, 1.06, f"call {k + 1}", fontsize=10, va="top")
        heard.annotate("", (call + delay, 0.72), (call, 0.72), arrowprops={"arrowstyle": "<->", "color": DIM})
        heard.text(call + delay / 2, 0.76, str(delay), fontsize=10, ha="center", color=DIM)
    heard.set(ylim=(-0.4, 1.15), yticks=(0, 1))
    heard.set_ylabel("heard", fontsize=12)
    chances.plot(steps + 1, network, color=NETWORKS["lstm"].colour, linewidth=3.5, label="network")
    chances.plot(steps + 1, ideal, color=BLACK, linestyle=(0, (2, 2)), linewidth=1.6, label="ideal observer")
    chances.set(ylim=(0, 1.02), xlim=(0, len(xs)))
    chances.set_ylabel("P(echo)", fontsize=12)
    chances.set_xlabel("step", fontsize=12)
    chances.legend(fontsize=10, frameon=False, loc="upper left")
    for axes in (heard, chances):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=11)
    at = [float(network[call + delay - 1]) for call in calls]
    best = [float(ideal[call + delay - 1]) for call in calls]
    return Still(
        figure,
        f"A series with a delay of {delay} steps. The network's chance of an echo at its step, call by call: "
        f"{_numbers(at)}; the ideal observer's: {_numbers(best)}.",
    )


def in_time(rows: Sequence[Mapping[str, Any]], ideal: Sequence[float]) -> Still:
    """Return how many echoes each run expects in time, call by call, every seed a mark.

    Args:
        rows: each with start, seed, first, second and third, as shares.
        ideal: the same of the ideal observer.
    """
    figure, axes = room(7.4, 3.2)
    calls = ("first", "second", "third")
    axes.plot(
        range(3), ideal, color=BLACK, linestyle=(0, (2, 4)), linewidth=2, marker="_", label="ideal observer"
    )
    told = []
    starts = list(dict.fromkeys(row["start"] for row in rows))
    for k, (start, mark) in enumerate(zip(starts, "os^Dv", strict=False)):
        mine = [row for row in rows if row["start"] == start]
        for row in mine:
            x = np.arange(3) + 0.17 * (k - (len(starts) - 1) / 2) + 0.02 * (row["seed"] - 3)
            label = start if row is mine[0] else None
            axes.plot(x, [row[call] for call in calls], mark, color=STARTS[start], alpha=0.8, label=label)
        thirds = [row["third"] for row in mine]
        told.append(f"{start} {min(thirds):.2f} to {max(thirds):.2f}")
    axes.set_xticks(range(3), [f"{call} call" for call in calls])
    axes.set(ylim=(-0.03, 1.03), xlim=(-0.6, 2.6))
    axes.set_ylabel("expected in time", fontsize=12)
    axes.legend(fontsize=10, frameon=False, loc="upper left")
    return Still(
        figure,
        f"Echoes of the third call that are expected at their step, over seeds: {'; '.join(told)}; "
        f"the ideal observer {ideal[2]:.2f}.",
    )


def parts(numbers: Array, first: int, choosing: int, testing: int) -> Still:
    """Return a monthly series with its three parts in the order of time.

    Args:
        numbers: one a month, shape (N,).
        first: the year of the first; ``choosing`` and ``testing`` the years in which the other parts begin.
    """
    figure, axes = room(9.4, 2.7)
    years = first + np.arange(len(numbers)) / 12
    axes.plot(years, numbers, color=BLACK, linewidth=0.7)
    ends = (first, choosing, testing, first + len(numbers) / 12)
    for k, words in enumerate(("learned from", "chooses", "tests")):
        axes.axvspan(ends[k], ends[k + 1], color=("#ffffff", FAINT, "#b9d4e6")[k], zorder=0)
        axes.text((ends[k] + ends[k + 1]) / 2, 272, words, ha="center", fontsize=11)
    axes.set(xlim=(first, ends[-1]), ylim=(0, 300))
    axes.set_ylabel("sunspots", fontsize=12)
    top = int(numbers.argmax())
    return Still(
        figure,
        f"Sunspots month by month from {first} on, {len(numbers):,} numbers: learned from until {choosing - 1}, "
        f"chosen by until {testing - 1}, tested on after; the highest is {numbers[top]:.1f} in {int(years[top])}.",
    )


def seeds(rows: Sequence[Mapping[str, Any]], rules: Mapping[str, Mapping[str, float]]) -> Still:
    """Return how far off every run is in the test, beside the rules without a network, one panel a question.

    Args:
        rows: each with kind, seed, and the errors that ``ASKED`` names.
        rules: errors by rule, by question of ``ASKED``; the questions are panels, in this order.
    """
    figure = Figure(figsize=(9.4, 3.3), layout="constrained")
    panels = figure.subplots(1, len(rules), squeeze=False)[0]
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    told = []
    for axes, (question, errors) in zip(panels, rules.items(), strict=True):
        for k, (kind, mark) in enumerate(zip(kinds, "os^", strict=False)):
            mine = sorted(row[ASKED[question]] for row in rows if row["kind"] == kind)
            x = k + 0.06 * (np.arange(len(mine)) - (len(mine) - 1) / 2)
            axes.plot(x, mine, mark, color=NETWORKS[kind].colour, alpha=0.85)
            told.append(f"{question}, {kind.upper()} {mine[0]:.1f} to {mine[-1]:.1f}")
        top = 1.12 * max(*errors.values(), *(row[ASKED[question]] for row in rows))
        places = spread(list(errors.values()), 0.075 * top, 0, top)
        for (rule, error), place, dash in zip(errors.items(), places, ("-", "--", ":"), strict=False):
            axes.axhline(error, color=BLACK if rule == "linear" else DIM, linestyle=dash, linewidth=1.6)
            axes.text(len(kinds) - 0.45, place, rule, fontsize=10, va="center", bbox=PAPER)
        axes.set_xticks(range(len(kinds)), [kind.upper() for kind in kinds])
        axes.set(xlim=(-0.5, len(kinds) + 0.75), ylim=(0, top))
        axes.set_title(question, fontsize=12, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=11)
    panels[0].set_ylabel("off by, sunspots", fontsize=12)
    return Still(figure, f"Off by, in sunspots, over seeds: {'; '.join(told)}.")


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
