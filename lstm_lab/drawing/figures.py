"""Still figures, drawn by matplotlib, each with the sentence that says what it shows.

Importing this costs about a second; pages whose pictures move do not need it.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_lab.checks import Array
from lstm_lab.notation import BLACK, DIM, FAINT, HUES, NETWORKS
from lstm_lab.world.shows import FACE_ALONE

COLOURS = (
    NETWORKS["rnn"].colour,
    HUES["orange"],
    HUES["blue"],
    HUES["sky"],
    HUES["green"],
    NETWORKS["lstm"].colour,
    HUES["purple"],
)
"""For starts and squishes, in order; each has a dash or a mark of its own as well."""


class Still:
    """A figure and its sentence, as a notebook shows them: picture, caption and alt text at once."""

    def __init__(self, figure: Figure, sentence: str) -> None:
        self.figure, self.sentence = figure, sentence

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=100)
        width, height = (int(100 * inches) for inches in self.figure.get_size_inches())
        bundle = {"image/png": buffer.getvalue(), "text/plain": self.sentence}
        return bundle, {"image/png": {"width": width, "height": height, "alt": self.sentence}}


def room(width: float = 7.0, height: float = 3.4) -> tuple[Figure, Axes]:
    """Return a new figure with one pair of axes, in the type and with the bare frame of all our figures."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=11)
    axes.grid(color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def agreement(w: Array, p: Array) -> Still:
    """Return what a network says of many faces against what there is to know.

    Args:
        w: wolfness of each face, which is the ideal observer's P(wolf), shape (N,).
        p: the network's P(wolf), shape (N,).
    """
    figure, axes = room(5.2, 4.2)
    axes.plot([0, 1], [0, 1], color=BLACK, linestyle=(0, (2, 4)), linewidth=2)
    axes.plot(w, p, "o", color=NETWORKS["rnn"].colour, markersize=4, alpha=0.5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xlabel("wolfness of the face = P(wolf) of the ideal observer", fontsize=12)
    axes.set_ylabel("P(wolf) of the network", fontsize=12)
    distance = float(np.abs(p - w).mean())
    sentence = (
        f"P(wolf) of the picture network against that of the ideal observer, for {len(w)} faces: "
        f"the mean distance is {distance:.3f}."
    )
    return Still(figure, sentence)


def by_step(sizes: Array, pictures: Sequence[str]) -> Still:
    """Return what each step of a show adds to a gradient, on a scale of powers of ten.

    Args:
        sizes: length of each step's contribution, positive, shape (T,).
        pictures: what was on screen at each step, T names.
    """
    figure, axes = room(7.6, 2.9)
    steps = np.arange(len(sizes))
    axes.bar(steps, sizes, color=NETWORKS["rnn"].colour, width=0.7)
    axes.set_yscale("log")
    axes.set_xticks(steps, pictures, rotation=40, ha="right")
    axes.set_ylabel("length it adds", fontsize=12)
    least = int(np.argmin(sizes))
    sentence = (
        f"What each picture adds to the gradient: from {sizes[-1]:.2g} at the last ({pictures[-1]}) "
        f"to {sizes[least]:.2g} at picture {least + 1} ({pictures[least]})."
    )
    return Still(figure, sentence)


def slopes(a: Array, curves: Mapping[str, Array]) -> Still:
    """Return the slopes of activations side by side, on one scale from 0 to 1.

    Args:
        a: where, shape (N,).
        curves: slope by name of the activation, shape (N,) each.
    """
    figure, axes = room(7.0, 2.9)
    for (name, slope), style, colour in zip(
        curves.items(), ("-", "--", "-.", ":"), COLOURS[::2], strict=False
    ):
        axes.plot(a, slope, style, color=colour, linewidth=2.5, label=f"{name}: at most {slope.max():.2f}")
    axes.legend(fontsize=11, frameon=False)
    axes.set(ylim=(0, 1.08), xlim=(a[0], a[-1]))
    axes.set_xlabel("a, the sum before the squish", fontsize=12)
    axes.set_ylabel("slope", fontsize=12)
    told = ", ".join(f"{name} at most {slope.max():.2f}" for name, slope in curves.items())
    return Still(figure, f"Slopes of the squishes: {told}.")


def gap_accuracy(rows: Sequence[Mapping[str, Any]], starts: Sequence[str], title: str) -> Still:
    """Return accuracy by gap, every seed a dot, with the ideal observer above and the face alone below.

    Args:
        rows: of a race: each with start, gap, network and ideal.
        starts: the starts to show, from left to right within a gap.
        title: what was raced on.
    """
    figure, axes = room(7.4, 3.2)
    gaps = sorted({row["gap"] for row in rows})
    ideal = float(np.mean([row["ideal"] for row in rows]))
    axes.axhline(ideal, color=BLACK, linestyle=(0, (2, 4)), linewidth=2, label=f"ideal observer {ideal:.2f}")
    axes.axhline(FACE_ALONE, color=DIM, linewidth=1, label=f"the face alone {FACE_ALONE:.2f}")
    for k, (start, mark) in enumerate(zip(starts, "os^Dv", strict=False)):
        mine = [row for row in rows if row["start"] == start]
        middle = 0.3 * (k - (len(starts) - 1) / 2)
        x = [gaps.index(row["gap"]) + middle + 0.04 * (row["seed"] - 3) for row in mine]
        axes.plot(x, [row["network"] for row in mine], mark, color=COLOURS[2 * k], alpha=0.8, label=start)
    axes.set_xticks(range(len(gaps)), [str(gap) for gap in gaps])
    axes.set(ylim=(0.6, 0.92))
    axes.set_title(title, fontsize=12, loc="left")
    axes.set_xlabel("pictures between the bear and the face", fontsize=12)
    axes.set_ylabel("named right", fontsize=12)
    axes.legend(fontsize=10, frameon=False, ncols=2, loc="lower left")
    told = "; ".join(f"{start}: {_solved(rows, start, gaps)}" for start in starts)
    return Still(figure, f"{title}. Runs within 2 points of the ideal observer, by gap: {told}.")


def _solved(rows: Sequence[Mapping[str, Any]], start: str, gaps: Sequence[int]) -> str:
    parts = []
    for gap in gaps:
        mine = [row["difference"] for row in rows if row["start"] == start and row["gap"] == gap]
        parts.append(f"{gap}: {sum(d > -0.02 for d in mine)} of {len(mine)}")
    return ", ".join(parts)


def gradient_by_lag(rows: Sequence[Mapping[str, Any]], starts: Sequence[str], least: float = 1e-20) -> Still:
    """Return how much of the last step's gradient is left further back, every seed a line, on powers of ten.

    Args:
        rows: each with start, seed, lag and left, a share of the last step's.
        starts: the starts to show, each in a colour and a dash of its own.
        least: the lower end of the axis; what is smaller leaves the picture.
    """
    figure, axes = room(7.4, 3.6)
    dashes: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
    for start, colour, dash in zip(starts, COLOURS, dashes, strict=False):
        mine = [row for row in rows if row["start"] == start]
        for seed in sorted({row["seed"] for row in mine}):
            line = sorted((row["lag"], row["left"]) for row in mine if row["seed"] == seed)
            axes.plot(*zip(*line, strict=True), color=colour, linestyle=dash, linewidth=1.3, alpha=0.8)
        axes.plot([], [], color=colour, linestyle=dash, linewidth=2.5, label=start)
    axes.set_yscale("log")
    axes.set_ylim(least, 10)
    axes.set_xlabel("steps back", fontsize=12)
    axes.set_ylabel("gradient left", fontsize=12)
    axes.legend(fontsize=10, frameon=False, loc="lower left")
    far = max(row["lag"] for row in rows)
    told = []
    for start in starts:
        left = sorted(row["left"] for row in rows if row["start"] == start and row["lag"] == far)
        told.append(f"{start} {left[0]:.0e} to {left[-1]:.0e}")
    return Still(figure, f"Left of the gradient {far} steps back, over seeds: {'; '.join(told)}.")


def cliff(ws: Array, errors: Array, w: float, plain: float, clipped: float) -> Still:
    """Return an error surface with a cliff, and where two steps from its edge land.

    Args:
        ws: the weight, shape (N,), and ``errors`` at each.
        w: where the step starts; ``plain`` and ``clipped`` where it would land.
    """
    figure, axes = room(7.4, 2.9)
    axes.plot(ws, errors, color=BLACK, linewidth=2)
    height = float(np.interp(w, ws, errors))
    inside = ws[0] < plain < ws[-1]
    beyond = "" if inside else ", far outside the picture"
    dashed = {"color": HUES["vermilion"], "linestyle": "--", "linewidth": 2}
    axes.plot([w], [height], "o", color=BLACK, markersize=8)
    axes.axvline(clipped, color=HUES["blue"], linewidth=2, label=f"with clipping to {clipped:.2f}")
    axes.plot([], [], **dashed, label=f"without clipping to {plain:.2f}{beyond}")
    if inside:
        axes.axvline(plain, **dashed)
    else:
        edge = ws[0] if plain < ws[0] else ws[-1]
        away = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 18, **dashed}
        axes.annotate("", (edge, height), (w, height), arrowprops=away)
    axes.set(xlim=(ws[0], ws[-1]))
    axes.set_xlabel("w", fontsize=12)
    axes.set_ylabel("error", fontsize=12)
    axes.legend(fontsize=11, frameon=False)
    return Still(
        figure,
        f"From w = {w:.2f} one step leads to {plain:.2f} without clipping{beyond}, and to {clipped:.2f} with it.",
    )


def gate_taken(rows: Sequence[Mapping[str, Any]], gate: str, title: str) -> Still:
    """Return what is named right show by show with all gates, with one clamped open, and retrained with it open.

    Args:
        rows: each with how, gate, show, seed, network and ideal.
        gate: the letter of the gate that is held open.
        title: on which channels.
    """
    figure, axes = room(7.4, 3.0)
    shows = sorted({row["show"] for row in rows})
    ideal = float(np.mean([row["ideal"] for row in rows]))
    axes.axhline(ideal, color=BLACK, linestyle=(0, (2, 4)), linewidth=2, label=f"ideal observer {ideal:.2f}")
    axes.axhline(FACE_ALONE, color=DIM, linewidth=1, linestyle="--", label=f"the face alone {FACE_ALONE:.2f}")
    axes.axhline(0.5, color=DIM, linewidth=1, label="guessing 0.50")
    told = []
    for k, (how, colour, mark) in enumerate(
        (("all gates", BLACK, "o"), ("clamped", HUES["vermilion"], "^"), ("retrained", HUES["blue"], "s"))
    ):
        mine = [row for row in rows if row["how"] == how and (row["gate"] == gate or how == "all gates")]
        x = [shows.index(row["show"]) + 0.27 * (k - 1) + 0.035 * (row["seed"] - 3) for row in mine]
        label = how if how == "all gates" else f"{gate} = 1, {how}"
        axes.plot(x, [row["network"] for row in mine], mark, color=colour, alpha=0.8, label=label)
        medians = [
            float(np.median([row["network"] for row in mine if row["show"] == show])) for show in shows
        ]
        told.append(f"{label} {', '.join(f'{median:.2f}' for median in medians)}")
    axes.set_xticks(range(len(shows)), [f"show {show}" for show in shows])
    axes.set(ylim=(0.45, 0.92))
    axes.set_title(title, fontsize=12, loc="left")
    axes.set_ylabel("named right", fontsize=12)
    axes.legend(fontsize=10, frameon=False, ncols=1, loc="center left", bbox_to_anchor=(1, 0.5))
    return Still(figure, f"{title}. Named right show by show, median of the seeds: {'; '.join(told)}.")
