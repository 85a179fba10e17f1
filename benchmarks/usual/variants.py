"""The usual way, other cells: the wires of three LSTMs, and what one unit of each does while a light is on."""

CELL_VARIANTS = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from matplotlib.patches import Rectangle
from lstm_lab.explorers import CellVariants

variants = CellVariants()
XS = {"f": 2.1, "i": 4, "g": 5.6, "o": 7.3, "use": 9.1}
COLORS = {"f": "#D55E00", "i": "#009E73", "g": "#CC79A7", "o": "#0072B2", "h": "0.4"}
STYLES = {"f": "-", "i": "--", "g": ":", "o": "-.", "h": "--"}

def arrow(axes, x, y, dx, dy, color, style="-", width=1.5):
    axes.annotate("", (x + dx, y + dy), (x, y),
                  arrowprops={"arrowstyle": "-|>", "color": color, "linestyle": style, "linewidth": width})

def draw(p_o):
    run = variants.compute({**variants.values(), "p_o": p_o})
    figure, panels = plt.subplot_mosaic([["cell", "c"], ["cell", "gates"]], figsize=(10.6, 2.88), layout="constrained")
    axes = panels["cell"]
    arrow(axes, 0.7, 5, 9, 0, "k", width=4)
    for gate in "figo":
        x = XS[gate]
        axes.add_patch(Rectangle((x - 0.6, 1), 1.2, 1, fill=False, edgecolor=COLORS[gate], linewidth=2))
        axes.text(x, 1.5, gate + "\\n" + ("tanh" if gate == "g" else "σ"), ha="center", va="center", fontsize=8)
        arrow(axes, x, 0.2, 0, 0.8, "0.5")
    arrow(axes, XS["f"], 2, 0, 2.8, COLORS["f"])
    arrow(axes, XS["g"], 2, 0, 2.8, COLORS["g"], ":")
    arrow(axes, XS["i"], 3.4, 1.4, 0, COLORS["i"], "--")
    axes.plot([XS["i"]] * 2, [2, 3.4], "--", color=COLORS["i"])
    arrow(axes, XS["o"], 3.2, 1.6, 0, COLORS["o"], "-.")
    axes.plot([XS["o"]] * 2, [2, 3.2], "-.", color=COLORS["o"])
    arrow(axes, XS["use"], 5, 0, -1.6, "k", width=2.5)
    axes.plot([XS["use"]] * 2, [3, 0.2], "--", color="0.4")
    axes.plot([1.3, 1.3, 1.7], [5, 3.4, 3.4], "--k", linewidth=3)
    arrow(axes, 1.7, 3.4, 0, -1.4, "k", "--", 3)
    arrow(axes, XS["o"] - 0.3, 5, 0, -3, "k", "--", 3)
    axes.text(1.3, 5.3, f"p_f {run.p_f:.2f}", weight="bold")
    axes.text(XS["o"] - 1, 5.3, f"p_o {run.p_o:.2f}", weight="bold")
    axes.plot([XS["f"], XS["g"], XS["g"], XS["use"]], [5, 5, 3.4, 3.2], "o", color="w", markeredgecolor="k")
    for words, x, y in (("$c_{t-1}$", 0, 4.9), ("c", 9.8, 4.9), ("$x, h_{t-1}$", 0, 0.2), ("h", 9.8, 0.2)):
        axes.text(x, y, words)
    axes.set(xlim=(-0.1, 10.2), ylim=(0, 6), title=f"{run.cell} cell: its gates see c")
    axes.axis("off")

    steps = np.arange(1, 45)
    c = run.of_unit("c")
    panels["c"].plot(steps, c, "k", linewidth=4)
    panels["c"].annotate(f"c {c[-1]:.2f}", (44, c[-1]), (6, -3), textcoords="offset points")
    panels["c"].plot([4.5, 34.5], [32, 32], color="#56B4E9", linewidth=6)
    panels["c"].axhline(1, color="0.5", linestyle=":")
    panels["c"].set(ylim=(0, 32.5), title="c over time; blue: the light is on; dotted: 1")
    for letter in "fioh":
        values = run.of_unit(letter)
        panels["gates"].plot(steps, values, STYLES[letter], color=COLORS[letter])
        panels["gates"].annotate(f"{letter} {values[-1]:.2f}", (44, values[-1]), (6, -3), textcoords="offset points")
    panels["gates"].set(ylim=(0, 1), yticks=(0, 0.5, 1), xlabel="step", title="gates and h over time")
    for name in ("c", "gates"):
        panels[name].grid(alpha=0.3)
        if run.rings is not None:
            panels[name].axvline(4 + run.rings, color="0.4", linestyle="--")
    plt.show()
    print(variants.describe(run))

interact(draw, p_o=FloatSlider(value=0.5, min=-1, max=2, step=0.1));
"""
