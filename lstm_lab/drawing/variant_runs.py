"""What three kinds of LSTM came to on three tasks, as a still figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lstm_lab.drawing.figures import COLOURS, Still
from lstm_lab.notation import BLACK, FAINT

Row = Mapping[str, Any]


def three_tasks(rows: Sequence[Row], cells: Sequence[str], panels: Mapping[tuple[str, int], str]) -> Still:
    """Return a panel a task, in it a row a cell, every seed a dot and the median a bar.

    Args:
        rows: each with task, size, cell, seed and result.
        cells: from top to bottom.
        panels: what the result is called, by task and size, from left to right.
    """
    figure = Figure(figsize=(2.75 * len(panels), 2.5), layout="constrained")
    told = []
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for panel, ((task, size), words) in zip(axes, panels.items(), strict=True):
        for y, (cell, colour) in enumerate(zip(cells, COLOURS, strict=False)):
            found = [r["result"] for r in rows if (r["task"], r["size"], r["cell"]) == (task, size, cell)]
            spread = y + 0.09 * (np.arange(len(found)) - (len(found) - 1) / 2)
            panel.plot(found, spread, "os^"[y % 3], color=colour, alpha=0.85)
            panel.plot([np.median(found)] * 2, [y - 0.32, y + 0.32], color=BLACK, linewidth=2)
            told.append(f"{words}, {cell} {min(found):g} to {max(found):g}")
        panel.set_title(words, fontsize=11, loc="left")
        panel.set_ylim(len(cells) - 0.4, -0.6)
        panel.set_yticks(range(len(cells)), cells)
        panel.spines[["top", "right"]].set_visible(False)
        panel.grid(color=FAINT, linewidth=0.8)
        panel.set_axisbelow(True)
        panel.tick_params(labelsize=10.5)
    return Still(figure, f"Five seeds each, lowest to highest: {'; '.join(told)}.")
