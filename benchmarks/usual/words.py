"""The usual way, on a text: the next word of a trained network and what its memory holds."""

FINISH_SENTENCE = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import FinishSentence
from lstm_lab.language.grammar import COUNTRIES, VOCABULARY

finishing = FinishSentence()

def draw(step):
    run = finishing.compute({**finishing.values(), "step": step})
    figure, axes = plt.subplot_mosaic([["text"] * 3, ["next", "memory", "unit"]], figsize=(10.6, 2.8),
                                      height_ratios=(1, 3.4), layout="constrained")
    axes["text"].text(0, 0.5, " ".join(run.words[:step]), fontsize=9, wrap=True, va="center")
    axes["text"].axis("off")
    order = np.argsort(-run.trained)[:6][::-1]
    names = [VOCABULARY[k] for k in order]
    axes["next"].barh(names, run.chances[order], color="#8073AC")
    axes["next"].plot([run.ideal.get(name, np.nan) for name in names], range(6), "k|", markersize=16)
    for row, k in enumerate(order):
        axes["next"].text(1.05, row, f"{run.chances[k]:.2f}", va="center")
    axes["next"].set(xlim=(0, 1.2), title=f"Next word, dice {run.roll:.2f}: {run.hits}")
    axes["memory"].imshow(run.read.countries.T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes["memory"].set(yticks=range(12), yticklabels=COUNTRIES, title="Country in its memory")
    axes["memory"].tick_params(axis="y", labelsize=7)
    versions = run.read.levels.shape[2]
    own = COUNTRIES.index(run.known[0]) if run.known and versions > 1 else 0
    axes["unit"].plot(run.read.levels[:, run.unit], color="0.6", linewidth=1)
    axes["unit"].plot(run.read.levels[:, run.unit, own], color="k", linewidth=3)
    for k, country in enumerate(COUNTRIES[:versions]):
        axes["unit"].text(len(run.words), run.read.levels[step - 1, run.unit, k], country, fontsize=7)
    axes["unit"].set(ylim=(-1, 2), title=f"c of unit {run.unit}, twelve countries")
    for name in ("memory", "unit"):
        axes[name].axvline(step - 1, color="k", linewidth=1)
    plt.show()
    print(finishing.describe(run))

interact(draw, step=IntSlider(value=51, min=1, max=53));
"""
