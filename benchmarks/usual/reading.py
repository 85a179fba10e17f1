"""The usual way, on networks that read pictures: what one place sees."""

WHAT_IT_SEES = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import WhatItSees
from lstm_lab.scanning.field import by_distance

sees = WhatItSees()

def draw(column):
    run = sees.compute({**sees.values(), "column": column})
    figure, (picture, *maps, lines) = plt.subplots(1, 4, figsize=(10.6, 2.7), layout="constrained")
    picture.imshow(run.pixels, cmap="Blues", vmin=0, vmax=1)
    for axes, seen, color, style in zip(maps, (run.without, run.seen), ("#D55E00", "k"), ("--", "-")):
        logs = np.where(seen.gradient == 0, np.nan, np.log10(np.abs(seen.gradient) + 1e-300))
        image = axes.imshow(logs - np.nanmax(logs), cmap="inferno", vmin=-6, vmax=0)
        axes.plot(*np.argwhere(run.pixels > 0.5).T[::-1], "ks", markersize=2)
        axes.set_title(f"{seen.name}: {seen.pixels} of 256, 90 % in {seen.holding}", fontsize=9)
        top, foot, left, right = seen.span
        for each in (picture, axes):
            each.plot(np.array([left, right, right, left, left]) - 0.5, np.array([top, top, foot, foot, top]) - 0.5,
                      style, color=color, linewidth=2)
            each.plot(run.column, run.row, "wo", markeredgecolor="k")
            each.set(xticks=(), yticks=())
        sizes = by_distance(seen.gradient, run.row, run.column)
        lines.semilogy(sizes / sizes.max(), style, marker="o", color=color)
    figure.colorbar(image, ax=maps[-1])
    lines.set(ylim=(1e-6, 1), xlim=(0, 15), xlabel="places away", title="How it falls off")
    lines.grid(alpha=0.3)
    plt.show()
    print(sees.describe(run))

interact(draw, column=IntSlider(value=3, min=1, max=16));
"""
