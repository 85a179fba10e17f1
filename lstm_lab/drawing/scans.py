"""Still figures of networks that read pictures: digits, how often each start names them, fields, and far marks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_lab.checks import Array
from lstm_lab.drawing.figures import COLOURS, Still, room
from lstm_lab.notation import BLACK, DIM, FAINT

Row = Mapping[str, Any]


def in_a_row(pictures: Array, names: Sequence[object], what: str) -> Still:
    """Return pictures in a row, each with its name below.

    Args:
        pictures: in [0, 1], dark being 1, shape (N, R, S).
        names: what each is.
        what: all of them in a few words, for the sentence.
    """
    count, rows, columns = pictures.shape
    figure = Figure(
        figsize=(min(7.6, 1.25 * count), 0.35 + min(7.6, 1.25 * count) / count), layout="constrained"
    )
    panels = figure.subplots(1, count, squeeze=False)[0]
    for axes, picture, name in zip(panels, pictures, names, strict=True):
        axes.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        axes.set(xticks=(), yticks=())
        axes.set_xlabel(str(name), fontsize=12)
    named = ", ".join(map(str, names))
    return Still(figure, f"{what}, {rows} × {columns} pixels each: {named}.")


def every_run(rows: Sequence[Row], lines: Mapping[str, float], title: str) -> Still:
    """Return how often each start is right, every seed a dot, the best start on top.

    Args:
        rows: each with start, seed and right.
        lines: what to compare with, by name.
        title: what was read, and how.
    """
    runs: dict[str, list[float]] = {}
    for row in rows:
        runs.setdefault(row["start"], []).append(row["right"])
    order = sorted(runs, key=lambda start: float(np.median(runs[start])))
    figure, axes = room(7.4, 1.0 + 0.42 * len(order) + 0.22 * len(lines))
    for y, start in enumerate(order):
        spread = y + 0.07 * (np.arange(len(runs[start])) - (len(runs[start]) - 1) / 2)
        axes.plot(runs[start], spread, "o", color=COLOURS[2], alpha=0.85)
        axes.plot([np.median(runs[start])] * 2, [y - 0.3, y + 0.3], color=BLACK, linewidth=2)
    for (name, value), dash in zip(lines.items(), ("--", ":", "-."), strict=False):
        axes.axvline(value, color=DIM, linestyle=dash, linewidth=1.8, label=f"{name} {value:.2f}")
    axes.set_yticks(range(len(order)), order)
    axes.set(ylim=(-0.6, len(order) - 0.4))
    axes.set_xlabel("named right, digits of other writers", fontsize=12)
    axes.set_title(title, fontsize=12, loc="left")
    figure.legend(fontsize=10, frameon=False, loc="outside lower center")
    told = "; ".join(f"{start} {min(runs[start]):.2f} to {max(runs[start]):.2f}" for start in order[::-1])
    return Still(figure, f"{title}. Named right, lowest to highest seed: {told}.")


def field_by_distance(rows: Sequence[Row], starts: Sequence[str]) -> Still:
    """Return how much of the gradient is left so many columns away, every seed a line, on powers of ten.

    Args:
        rows: each with start, seed, distance and left, a share of what the place's own column has.
        starts: in the order of the legend.
    """
    figure, axes = room(7.4, 3.4)
    far = max(row["distance"] for row in rows)
    told = []
    for start, colour, dash in zip(starts, COLOURS, ("-", "--", "-.", ":", (0, (5, 1))), strict=False):
        mine = [row for row in rows if row["start"] == start]
        for seed in sorted({row["seed"] for row in mine}):
            line = sorted((row["distance"], row["left"]) for row in mine if row["seed"] == seed)
            axes.plot(*zip(*line, strict=True), color=colour, linestyle=dash, linewidth=1.1)
        axes.plot([], [], color=colour, linestyle=dash, linewidth=2.5, label=start)
        ends = sorted(row["left"] for row in mine if row["distance"] == far)
        told.append(f"{start} {ends[0]:.0e} to {ends[-1]:.0e}")
    axes.set_yscale("log")
    axes.set_ylim(1e-10, 10)
    axes.set_xlabel("columns away", fontsize=12)
    axes.set_ylabel("gradient left", fontsize=12)
    axes.legend(fontsize=10, frameon=False, loc="lower left")
    return Still(
        figure, f"Left of the gradient {far} columns away, before training, over seeds: {'; '.join(told)}."
    )


def far_marks(rows: Sequence[Row], arrangements: Mapping[str, str]) -> Still:
    """Return how often a network says rightly if two marks are alike, by their distance, every seed a line.

    Args:
        rows: each with reader, seed, arrangement, distance and right.
        arrangements: which pictures to show, a panel each, and what its title is.
    """
    figure = Figure(figsize=(8.4, 3.0), layout="constrained")
    panels = figure.subplots(1, len(arrangements), sharey=True, squeeze=False)[0]
    told = []
    for axes, (arrangement, title) in zip(panels, arrangements.items(), strict=True):
        means = _by_reader(axes, [row for row in rows if row["arrangement"] == arrangement])
        axes.set_title(title, fontsize=12, loc="left")
        axes.set_xlabel("places between the centres", fontsize=12)
        told.append(f"{title}: {', '.join(f'{reader} {mean:.2f}' for reader, mean in means.items())}")
    panels[0].set(ylim=(0.3, 1.05))
    panels[0].set_ylabel("said right", fontsize=12)
    panels[-1].legend(fontsize=10, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return Still(
        figure, f"Are two far marks alike? Said right, mean over seeds and distances. {'; '.join(told)}."
    )


def _by_reader(axes: Axes, rows: Sequence[Row]) -> dict[str, float]:
    """Draw a line for each reader and seed; return the mean of each reader."""
    means = {}
    readers = dict.fromkeys(row["reader"] for row in rows)
    for k, (reader, colour, mark) in enumerate(zip(readers, COLOURS[::2], "osD^", strict=False)):
        mine = [row for row in rows if row["reader"] == reader]
        for seed in sorted({row["seed"] for row in mine}):
            line = sorted((row["distance"], row["right"]) for row in mine if row["seed"] == seed)
            beside = [distance + 0.14 * (k - 1.5) for distance, _ in line]
            axes.plot(
                beside, [right for _, right in line], linewidth=1, color=colour, marker=mark, markersize=4
            )
        axes.plot([], [], label=reader, color=colour, marker=mark)
        means[reader] = float(np.mean([row["right"] for row in mine]))
    axes.axhline(0.5, color=DIM, linestyle=":", linewidth=1.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    return means
