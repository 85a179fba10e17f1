"""The usual way, the LSTM's cell: two memories, one gate at a time, and the whole of it."""

DIAGRAM = """
import matplotlib.pyplot as plt
from matplotlib.patches import Ellipse, Rectangle
from lstm_lab.drawing.diagram import nodes, wires

X = {"left": 0, "in": 0.8, "join": 1, "f": 1.8, "tap": 2.5, "i": 3.2, "g": 4.6, "o": 6.2, "use": 7.9, "out": 9.2,
     "right": 10}
Y = {"c": 5, "low": 4.2, "ops": 3.4, "say": 3.2, "gates": 1.8, "bus": 0.8, "foot": 0}
COLORS = {"x": "#56B4E9", "i": "#009E73", "f": "#D55E00", "g": "#CC79A7", "o": "#0072B2", "v": "#0072B2",
          "u": "#8A7F00", "h": "0.4", "h_prev": "0.4", "k": "#A0522D"}
STYLES = {"i": "--", "g": ":", "o": "-.", "v": "-.", "h": "--", "h_prev": "--"}
NUMBERS = {"c_prev": (0, 4.5), "h_prev": (0, 0.3), "x": (1.2, 0), "f": (1.9, 2.5), "i": (3.3, 2.5), "g": (4.7, 2.5),
           "o": (7, 2), "v": (7, 2), "kept": (2.5, 5.2), "learned": (5, 3.3), "shown": (8, 2.5), "u": (8, 2.4),
           "c": (9.4, 4.5), "h": (9.4, 0.3)}
WORDS = {"forget": (1.2, 5.5), "remember": (4.2, 5.5), "learn": (3.6, 3.7), "use": (8.3, 1.7)}

def draw_cell(axes, stage, flow, focus=""):
    def points(wire):
        return [X[column] for column, _ in wire.path], [Y[row] for _, row in wire.path]

    axes.add_patch(Rectangle((X["in"], 0.4), X["out"] - X["in"], 5.5, fill=False, edgecolor="0.5"))
    for wire in wires("story" if stage == "story" else "use"):
        axes.plot(*points(wire), color="0.9", linewidth=1)
    for wire in wires(stage):
        xs, ys = points(wire)
        shown = wire.quantity in (*flow, "joined") or not focus
        style = {"color": COLORS.get(wire.quantity, "k"), "alpha": 1 if shown else 0.35,
                 "linewidth": 1 + 3 * min(abs(flow.get(wire.quantity, 0.2)), 1)}
        axes.plot(xs, ys, STYLES.get(wire.quantity, "-"), **style)
        axes.annotate("", (xs[-1], ys[-1]), (xs[-2], ys[-2]),
                      arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 10, **style})
    for node in nodes(stage):
        x, y, color = X[node.column], Y[node.row], COLORS.get(node.name, "k")
        alpha = 1 if node.name in (focus, *flow) or not focus else 0.35
        if node.kind == "layer":
            low = -1 if node.symbol == "tanh" else 0
            level = (flow.get(node.name, low) - low) / (1 - low)
            axes.add_patch(Rectangle((x - 0.6, y - 0.4), 1.2, 0.8, facecolor="w", zorder=3))
            axes.add_patch(Rectangle((x - 0.6, y - 0.4), 1.2, 0.8 * level, color=color, alpha=0.4, zorder=3))
            axes.add_patch(Rectangle((x - 0.6, y - 0.4), 1.2, 0.8, fill=False, edgecolor=color, linewidth=2,
                                     alpha=alpha, zorder=3))
            axes.text(x, y, f"{node.name} {node.symbol}", ha="center", va="center", alpha=alpha, zorder=4)
        elif node.kind == "op":
            width = 0.5 if len(node.symbol) == 1 else 0.9
            axes.add_patch(Ellipse((x, y), width, 0.6, facecolor="w", edgecolor="k", alpha=alpha, zorder=3))
            axes.text(x, y, node.symbol, ha="center", va="center", alpha=alpha, zorder=4)
            if node.name in WORDS:
                axes.text(*WORDS[node.name], node.name, weight="bold", alpha=alpha)
    for name, value in flow.items():
        axes.text(*NUMBERS[name], f"{name} {value:.2f}" if name in ("x", "kept", "learned") else f"{value:.2f}")
    for name, place in (("$c_{t-1}$", (0, 5.2)), ("$h_{t-1}$", (0, 1)), ("c", (9.6, 5.2)), ("h", (9.6, 1))):
        axes.text(*place, name, weight="bold")
    axes.set(xlim=(-0.1, 10.1), ylim=(-0.1, 6))
    axes.axis("off")
"""

BENCH = (
    DIAGRAM
    + r"""
import re
from ipywidgets import FloatSlider, interact
from lstm_lab import explorers

def written(equation):
    letters = re.sub(r"_(\w+)", r"_{\1}", " + ".join(term.letters for term in equation.terms))
    letters = letters.replace("ₜ₋₁", "_{t-1}")
    numbers = " ".join(f"{'−' if term.minus else '+'} {term.number}" for term in equation.terms)
    left, right = (f"{equation.squeeze}(", ")") if equation.squeeze else ("", "")
    lines = [f"{left}${letters}${right}", f"{left}{numbers.removeprefix('+ ')}{right}", equation.steps]
    return f"{equation.name} = " + "\n   = ".join(filter(None, lines))

def draw_bench(bench, values):
    run = bench.compute({**bench.values(), **values})
    figure, axes = plt.subplot_mosaic([["cell", "paper"], ["cell", "bars"]], figsize=(10.6, 2.84),
                                      width_ratios=(1.1, 1), height_ratios=(1.6, 1), layout="constrained")
    draw_cell(axes["cell"], bench.stage(run), bench.flow(run), bench.focus)

    worked = bench.worked(run)
    size = 10 if len(worked) < 3 else 8
    for k, equation in enumerate(worked):
        axes["paper"].text(0, 1 - k / len(worked), written(equation), va="top", size=size)
        axes["paper"].text(1, 1 - k / len(worked), f"{equation.value:.2f}", va="top", ha="right", weight="bold",
                           bbox={"facecolor": "w", "edgecolor": COLORS.get(equation.pen, "k")})
    axes["paper"].axis("off")

    levels = bench.levels(run)
    bars = axes["bars"].barh([level.name for level in levels], [level.value for level in levels],
                             color=[COLORS.get(level.pen, "k") for level in levels])
    axes["bars"].bar_label(bars, fmt="%.2f", padding=3)
    axes["bars"].axvline(0, color="0.5")
    axes["bars"].invert_yaxis()
    axes["bars"].set(xlim=bench.limits, xticks=(bench.limits[0], 0, bench.limits[1]), title=bench.heading)
    for name, level in zip(axes["bars"].get_yticklabels(), levels):
        name.set_weight("bold" if level.strong else "normal")
    plt.show()
    print(bench.describe(run))
"""
)

LEARN = (
    BENCH
    + """
learn = explorers.Learn()
interact(lambda b_i: draw_bench(learn, {"b_i": b_i}), b_i=FloatSlider(value=1, min=-6, max=6, step=0.1));
"""
)

FORGET = (
    BENCH
    + """
forget = explorers.Forget()
interact(lambda b_f: draw_bench(forget, {"b_f": b_f}), b_f=FloatSlider(value=0, min=-6, max=6, step=0.1));
"""
)

REMEMBER = (
    BENCH
    + """
remember = explorers.Remember()
interact(lambda f: draw_bench(remember, {"f": f}), f=FloatSlider(value=0.5, min=0, max=1, step=0.1));
"""
)

USE = (
    BENCH
    + """
use = explorers.Use()
interact(lambda b_o: draw_bench(use, {"b_o": b_o}), b_o=FloatSlider(value=0, min=-6, max=6, step=0.1));
"""
)

TWO_MEMORIES = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from matplotlib.patches import Rectangle
from lstm_lab.explorers import TwoMemories
from lstm_lab.explorers.two_memories import UNITS, weights_in_words
from lstm_lab.stage import Frame, drawn
from lstm_lab.world.pictures import pixels
from lstm_lab.world.props import PROPS, prop

two = TwoMemories()
two_images = [pixels(prop(kind) if kind in PROPS else drawn(Frame(kind)), 64) for kind in two.values()["show"]]
two_pale = [(255 - 0.4 * (255 - image)).astype(np.uint8) for image in two_images]
ROWS = ("c_prev", "c", 4.4, "k"), ("h_prev", "h", 1.9, "0.4")
TAPS = ("f", "keep", 3.2, 4.4, "#D55E00"), ("i", "write", 5.6, 4.4, "#009E73"), ("o", "read", 5.6, 1.9, "#0072B2")
PLACES = {"c_prev": 1.3, "h_prev": 1.3, "c": 9, "h": 9}

def draw(step):
    run = two.compute({**two.values(), "step": step})
    T = len(run.show)
    figure, axes = plt.subplot_mosaic([["cell", "film"], ["cell", "c"], ["cell", "h"]], figsize=(10.6, 2.76),
                                      width_ratios=(1.4, 1), height_ratios=(1, 2, 1), layout="constrained")
    cell = axes["cell"]

    def now(name):
        return getattr(run.trace, name)[step - 1, 0] if step else np.zeros(len(UNITS))

    cell.add_patch(Rectangle((3, 1.2), 5, 4, facecolor="0.95", edgecolor="0.5"))
    cell.text(3.2, 1.4, "LSTM", fontsize=16, weight="bold")
    cell.text(3.2, 2.6, "c = keep × c before + write × new\\nh = read × tanh(c)")
    for before, after, top, color in ROWS:
        for name in (before, after):
            left, rows = PLACES[name], (top, top - 0.4)
            cell.barh(rows, 0.6, 0.25, left, color="0.93")
            cell.barh(rows, 0.6 * now(name) / 2, 0.25, left, color=color)
            for row, value in zip(rows, now(name)):
                cell.text(left + 0.65, row, f"{value:.2f}", va="center")
        for row, unit in zip(rows, UNITS):
            cell.text(1.2, row, unit, ha="right", va="center")
        for start, end, word in ((2.2, 3, f"${after}_{{t-1}}$"), (8, 8.8, after)):
            cell.annotate("", (end, top + 0.3), (start, top + 0.3), arrowprops={"arrowstyle": "-|>", "color": color})
            cell.text(start, top + 0.5, word, weight="bold")
    cell.text(0, 4.8, "long-term memory")
    cell.text(0, 2.3, "short-term memory")
    for name, word, left, top, color in TAPS:
        rows = top, top - 0.4
        cell.text(left, top + 0.25, f"{word} {name}", weight="bold")
        cell.barh(rows, 1.4, 0.25, left, color="w", edgecolor=color)
        cell.barh(rows, 1.4 * now(name), 0.25, left, color=color)
        for row, value in zip(rows, now(name)):
            cell.text(left + 1.5, row, f"{value:.2f}", va="center")
    cell.annotate("", (3.2, 1.2), (3.2, 0.9), arrowprops={"arrowstyle": "-|>", "color": "#56B4E9"})
    if step:
        cell.imshow(two_images[step - 1], extent=(2.7, 3.7, 0, 0.9), aspect="auto")
        cell.text(2.6, 0.4, run.show[step - 1], ha="right")
    cell.text(3.9, 0, "\\n".join(weights_in_words()), fontsize=8)
    cell.set(xlim=(0, 10.4), ylim=(0, 5.4))
    cell.axis("off")

    film = axes["film"]
    film.imshow(np.hstack(two_images[:step] + two_pale[step:]), extent=(-0.5, T - 0.5, 0, 1), aspect="auto")
    if step:
        film.add_patch(Rectangle((step - 1.5, 0), 1, 1, fill=False, linewidth=3))
    film.axis("off")
    for name, high, style, words in (("c", 2, "-", "long-term memory c"), ("h", 1, "--", "short-term memory h")):
        panel, steps = axes[name], np.append(-0.5, np.arange(step))
        values = np.vstack([np.zeros(len(UNITS)), getattr(run.trace, name)[:step, 0]])
        for k, (unit, width) in enumerate(zip(UNITS, (3, 1.5))):
            panel.plot(steps, values[:, k], style, marker="o", fillstyle="none" if k else "full",
                       color="k" if name == "c" else "0.4", linewidth=width, markersize=4)
            panel.annotate(f"{unit} {values[-1, k]:.2f}", (steps[-1], values[-1, k]), (6, -3),
                           textcoords="offset points")
        panel.axvspan(step - 1.5, step - 0.5, color="0.93")
        panel.set(xlim=(-0.5, T - 0.5), ylim=(0, high), xticks=(), yticks=range(high + 1))
        panel.set_title(words, fontsize=10)
        panel.grid(alpha=0.3)
    plt.show()
    print(two.describe(run))

interact(draw, step=IntSlider(value=4, min=0, max=7));
"""

WHOLE_CELL = (
    DIAGRAM
    + """
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.drawing.diagram import unit_values
from lstm_lab.explorers import WholeCell
from lstm_lab.explorers.whole_cell import now, of_unit
from lstm_lab.stage import drawn
from lstm_lab.world.pictures import pixels

whole = WholeCell()
whole_images = [pixels(drawn(frame), 64) for frame in whole.record.frames]
whole_pale = [(255 - 0.4 * (255 - image)).astype(np.uint8) for image in whole_images]

def draw(step):
    run = whole.compute({**whole.values(), "step": step})
    T, steps = len(run.frames), np.arange(len(run.frames))
    figure, axes = plt.subplot_mosaic([["cell", "film"], ["cell", "memory"], ["cell", "gates"], ["cell", "wolf"]],
                                      figsize=(10.6, 2.92), width_ratios=(1.1, 1), height_ratios=(1, 2, 1.5, 1.2),
                                      layout="constrained")
    cell, film, memory, gates, wolf = axes.values()
    draw_cell(cell, "use", unit_values(now(run)))
    cell.set_title(f"the cell now, unit {run.unit_name}")
    if step:
        cell.imshow(whole_images[step - 1], extent=(0.5, 1.5, -1.1, 0), aspect="auto")
        cell.text(1.7, -0.7, run.frames[step - 1].kind)
        cell.set(xlim=(-0.1, 10.1), ylim=(-1.1, 6))
    film.imshow(np.hstack(whole_images[:step] + whole_pale[step:]), extent=(-0.5, T - 0.5, 0, 1), aspect="auto")
    if step:
        film.add_patch(Rectangle((step - 1.5, 0), 1, 1, fill=False, linewidth=3))
    film.axis("off")

    for name, style, color in (("c", "-", "k"), ("h", "--", "0.4")):
        values = of_unit(run, name)
        memory.plot(steps, values, style, color=color, linewidth=1)
        memory.plot(steps[:step], values[:step], style, color=color, linewidth=3)
        memory.plot(steps[:step][-1:], values[:step][-1:], "o", color=color)
        memory.text(T - 0.8, values[-1], name)
    memory.set(ylim=(-2, 2), yticks=(-2, -1, 0, 1, 2))
    memory.set_title(f"c and h of this unit, {now(run).c[0, 0]:.2f} and {now(run).h[0, 0]:.2f} now", fontsize=10)

    for row, (name, color) in enumerate((("f", "#D55E00"), ("i", "#009E73"), ("o", "#0072B2"))):
        levels = of_unit(run, name)
        bars = gates.bar(steps, 0.9 * levels, 0.9, 2 - row, color=color)
        for bar in bars[step:]:
            bar.set_alpha(0.45)
        gates.text(T - 0.3, 2.2 - row, f"{now(run)._asdict()[name][0, 0]:.2f}")
    gates.set(ylim=(0, 3), yticks=(0.5, 1.5, 2.5), yticklabels=("o", "i", "f"))

    for name, values, style, color in (("ideal", run.ideal, ":", "k"), ("LSTM", run.wolf, "-", "#8073AC")):
        wolf.plot(steps, values, style, color=color, linewidth=1)
        wolf.plot(steps[:step], values[:step], style, color=color, linewidth=3)
        wolf.plot(steps[:step][-1:], values[:step][-1:], "o", color=color)
        wolf.text(T - 0.8, values[-1], name)
    for t, frame in enumerate(run.frames):
        if frame.kind in ("?", "face"):
            wolf.text(t, 0.05, "?", ha="center", weight="bold")
    said = f": LSTM {run.wolf[step - 1]:.2f}, ideal {run.ideal[step - 1]:.2f}" if step else ""
    wolf.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    wolf.set_title(f"P(wolf) if the face came now{said}", fontsize=10)
    for each in (memory, gates, wolf):
        each.axvspan(step - 1.5, step - 0.5, color="0.93", zorder=0)
        each.set(xlim=(-0.5, T - 0.5), xticks=())
    plt.show()
    print(whole.describe(run))

interact(draw, step=IntSlider(value=3, min=0, max=9));
"""
)
