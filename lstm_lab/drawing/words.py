"""Still figures of the small language: who knows the speaker's language, by how many words stand between."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstm_lab.drawing.figures import COLOURS, Still, room
from lstm_lab.notation import BLACK, DIM
from lstm_lab.results import CALLED


def language_by_gap(
    rows: Sequence[Mapping[str, Any]], starts: Sequence[str], gaps: Mapping[int, str]
) -> Still:
    """Return how often the language is named right, every seed a mark, with the ceiling, a wrong rule and guessing.

    Args:
        rows: each with start, seed, gap, right, ideal and last_country.
        starts: the starts to show, from left to right within a gap.
        gaps: what each gap is called, in order.
    """
    figure, axes = room(7.4, 3.4)
    order = list(gaps)
    ideal, last = (
        [float(np.mean([row[what] for row in rows if row["gap"] == gap])) for gap in order]
        for what in ("ideal", "last_country")
    )
    axes.plot(
        range(len(order)), ideal, color=BLACK, linestyle=(0, (2, 4)), linewidth=2, label="ideal observer"
    )
    axes.plot(range(len(order)), last, color=DIM, linestyle="--", linewidth=1.5, label="last country named")
    axes.axhline(1 / 12, color=DIM, linewidth=1, label="guessing, 1 in 12")
    told = []
    for k, (start, mark) in enumerate(zip(starts, "os^D", strict=False)):
        mine = [row for row in rows if row["start"] == start]
        middle = 0.18 * (k - (len(starts) - 1) / 2)
        x = [order.index(row["gap"]) + middle + 0.025 * (row["seed"] - 3) for row in mine]
        name = CALLED.get(start, start)
        axes.plot(x, [row["right"] for row in mine], mark, color=COLOURS[2 * k], alpha=0.8, label=name)
        medians = [np.median([row["right"] for row in mine if row["gap"] == gap]) for gap in order]
        told.append(f"{name} {', '.join(f'{median:.2f}' for median in medians)}")
    axes.set_xticks(range(len(order)), list(gaps.values()))
    axes.set(ylim=(0, 1.02))
    axes.set_xlabel("words between country and language", fontsize=12)
    axes.set_ylabel("language named right", fontsize=12)
    axes.legend(fontsize=10, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    words = ", ".join(gaps.values())
    return Still(
        figure,
        f"The speaker's language named right, with {words} words between, median of the seeds: {'; '.join(told)}. "
        f"The ideal observer: {', '.join(f'{each:.2f}' for each in ideal)}.",
    )
