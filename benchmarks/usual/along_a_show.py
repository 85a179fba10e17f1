"""The usual way, along a show: who sets a gate, three painted gates, and how far a gradient reaches back."""

WHO_SETS = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import WhoSets
from lstm_lab.explorers.who_sets import PICTURES, SHOW
from lstm_lab.stage import Frame, drawn
from lstm_lab.world.pictures import pixels

who = WhoSets()
who_film = np.hstack([np.pad(pixels(drawn(Frame(kind)), 64), ((0, 0), (4, 4), (0, 0)), constant_values=255)
                      for kind in SHOW])
ORANGE = "#D55E00"

def draw(bias):
    run = who.compute({**who.values(), "bias": bias})
    figure, axes = plt.subplot_mosaic([["curve", "film"], ["curve", "gate"], ["curve", "memory"], ["curve", "share"]],
                                      figsize=(10.6, 2.9), width_ratios=(1, 1.7), height_ratios=(2, 2, 2, 0.6),
                                      layout="constrained")
    curve, film, gate, memory, share = axes.values()
    sums = np.linspace(-8, 8, 65)
    curve.plot(sums, 1 / (1 + np.exp(-sums)), color=ORANGE, linewidth=3)
    curve.axhspan(0, 0.1, color="0.9")
    curve.axhspan(0.9, 1, color="0.9")
    curve.plot(run.sums.clip(-8, 8), run.opened, "o", color=ORANGE, markersize=8)
    for place, k in enumerate(np.argsort(-run.opened)):
        curve.annotate(f"{PICTURES[k]} {run.opened[k]:.2f}", (run.sums[k].clip(-8, 8), run.opened[k]),
                       (8.6, 0.95 - 0.15 * place), arrowprops={"arrowstyle": "-", "color": "0.5"})
    curve.set(xlim=(-8, 8), ylim=(0, 1), xticks=(-8, 0, 8), yticks=(0, 0.5, 1), xlabel="weight + bias",
              title=f"{run.gate} = σ(weight + bias)")
    curve.grid(alpha=0.3)

    T = len(SHOW)
    film.imshow(who_film, extent=(-0.5, T - 0.5, 0, 1), aspect="auto")
    film.set_title("The forget gate along a show")
    film.axis("off")
    gate.bar(range(T), 1, 0.7, color="0.93")
    bars = gate.bar(range(T), run.along, 0.7, color=ORANGE)
    gate.bar_label(bars, [f"{level:.2f}" for level in run.along], fontsize=8)
    gate.set(xlim=(-0.5, T - 0.5), ylim=(0, 1.3), xticks=(), yticks=(), ylabel=run.gate)
    memory.plot(range(T), run.carried, "ko-", linewidth=3)
    memory.text(T - 0.8, run.carried[-1], f"c = {run.carried[-1]:.2f}")
    memory.set(xlim=(-0.5, T - 0.5), ylim=(0, 1), xticks=(), yticks=(0, 1))
    memory.set_title("long-term memory c, 1 before the show", fontsize=9)
    memory.grid(alpha=0.3)
    parts = run.shut, 1 - run.shut - run.open, run.open
    words = ("below 0.1", "between", "above 0.9")
    left = 0
    for k, (part, word, color) in enumerate(zip(parts, words, ("0.4", "0.85", ORANGE))):
        share.barh(0, part, 1, left, color=color)
        share.text(k / 2, -1, f"{word}: {100 * part:.0f} %", ha=("left", "center", "right")[k], va="top", fontsize=9)
        left += part
    share.set(xlim=(0, 1), ylim=(-1.5, 0.5))
    share.axis("off")
    plt.show()
    print(who.describe(run))

interact(draw, bias=FloatSlider(value=3, min=-4, max=4, step=0.5));
"""

MEMORY_TAPE = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from matplotlib.patches import Rectangle
from lstm_lab.drawing.tape import SHARES
from lstm_lab.explorers import MemoryTape
from lstm_lab.explorers.memory_tape import CHANNEL, FIRST, SECOND, frames, says
from lstm_lab.explorers.memory_tape import NAMES as JOBS
from lstm_lab.explorers.painter import levels_of, spelled
from lstm_lab.stage import drawn
from lstm_lab.world.pictures import pixels

tape = MemoryTape()
widths = np.array([SHARES.get(kind, 2.1) for kind in CHANNEL])
edges = np.append(0, np.cumsum(widths))
middles = edges[:-1] + widths / 2
sides = (24 * widths).astype(int)
tape_film = np.full((sides.max(), sides.sum(), 3), 255, np.uint8)
for frame, side, right in zip(frames(), sides, np.cumsum(sides)):
    tape_film[-side:, right - side:right] = pixels(drawn(frame), side)

def draw(level):
    values = tape.values()
    strips, (gate, first, last) = [levels_of(strip) for strip in values["tape"]], values["brush"]
    strips["fio".index(gate)][first - 1:last] = level
    run = tape.compute({**values, "tape": tuple(spelled(strip) for strip in strips)})
    step = run.step
    figure, axes = plt.subplot_mosaic([["film", "jobs"], ["strips", "jobs"], ["memory", "jobs"]], figsize=(10.6, 2.98),
                                      width_ratios=(4.5, 1), height_ratios=(1, 2, 1.4), layout="constrained")
    film, jobs, painted, memory = axes.values()
    film.imshow(tape_film, extent=(0, edges[-1], 0, 1), aspect="auto")
    for kind, middle in zip(CHANNEL, middles):
        if kind not in ("tree", "squirrel"):
            film.text(middle, 1.05, kind, ha="center", fontsize=9)
    film.axis("off")

    painted.bar(middles, step.g[:, 0, 0] / 2, widths - 0.1, 3.5, color="#CC79A7")
    for row, (name, color) in enumerate((("f", "#D55E00"), ("i", "#009E73"), ("o", "#0072B2"))):
        painted.bar(middles, 0.85 * getattr(step, name)[:, 0, 0], widths - 0.1, 2 - row, color=color)
    painted.axhline(3.5, color="0.5")
    gate, first, last = run.brush
    painted.add_patch(Rectangle((edges[first - 1], 2 - "fio".index(gate)), edges[last] - edges[first - 1], 0.9,
                                fill=False, linewidth=2))
    painted.set(ylim=(0, 4), yticks=(3.5, 2.4, 1.4, 0.4), xticks=(),
                yticklabels=("g candidate", "f forget", "i learn", "o use"))

    memory.stairs(run.ideal, edges, baseline=None, color="k", linestyle=":", linewidth=2)
    memory.stairs(step.h[:, 0, 0], edges, baseline=None, color="0.4", linestyle="--", linewidth=2.5)
    memory.stairs(step.c[:, 0, 0], edges, baseline=None, color="k", linewidth=4)
    memory.text(edges[-1], step.c[-1, 0, 0], " c")
    memory.text(edges[-1], step.h[-1, 0, 0], " h")
    for t in (FIRST, SECOND):
        memory.text(middles[t], -2.2, f"h = {run.h(t):.2f}\\n{says(run.h(t))}", ha="center", va="top", weight="bold")
    memory.set(ylim=(-2, 2), yticks=(-1, 0, 1), xticks=(), ylabel="c and h")
    memory.set_xlabel("thick: c · dashed: h · dotted: c of a perfect memory", loc="left", fontsize=9)
    memory.grid(alpha=0.3)
    for each in (painted, memory):
        each.set_xlim(0, edges[-1])
        for t in (FIRST, SECOND):
            each.axvspan(edges[t], edges[t + 1], color="0.93", zorder=0)

    parts = [float(part[0]) for part in run.parts]
    jobs.barh(JOBS, 1, 0.3, color="0.93")
    bars = jobs.barh(JOBS, parts, 0.3, color="k")
    jobs.bar_label(bars, [f"{100 * part:.0f} %" for part in parts], padding=3)
    for name, label in zip(JOBS, jobs.get_yticklabels()):
        label.set_weight("bold" if name == run.worst else "normal")
    jobs.invert_yaxis()
    jobs.set(xlim=(0, 1), xticks=(), title=f"score {100 * run.score:.0f} %")
    plt.show()
    print(tape.describe(run))

interact(draw, level=FloatSlider(value=0.5, min=0, max=1, step=0.05));
"""

GRADIENT_FLOW = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.drawing.flow import MEMORY, between
from lstm_lab.drawing.flow import NAMES as CELLS
from lstm_lab.drawing.numbers import power
from lstm_lab.explorers import GradientFlow

flow = GradientFlow()
LINES = {"gru": ("GRU", "#C2416B", "-.", 3), "rnn": ("RNN", "#B35806", "--", 3), "lstm": ("LSTM", "#8073AC", "-", 4.5),
         "through h": ("through h", "0.4", "--", 2.5), "direct": ("direct ∏ f", "#D55E00", ":", 3)}

def draw(bias):
    run = flow.compute({**flow.values(), "bias": bias})
    T, loss = run.pictures, run.loss
    figure, axes = plt.subplots(1, 4, figsize=(10.6, 2.84), layout="constrained")
    for panel, (name, title) in zip(axes, CELLS.items()):
        shares = np.where(np.tri(T, dtype=bool), run.maps[name].T.clip(-12), np.nan)
        image = panel.imshow(shares, cmap="inferno", vmin=-12, vmax=0, aspect="auto",
                             extent=(0.5, T + 0.5, T + 0.5, 0.5))
        panel.axhline(loss + 1.5, color="k", linewidth=1)
        panel.text(T, 1, f"remains at the bear:\\n× {power(run.draws[name][0])}\\n"
                   f"{len(run.draws[name])} draws: {between(run.draws[name])}", ha="right", va="top", fontsize=8)
        panel.set(xticks=(1, T), xticklabels=("bear", T), yticks=(1, T), xlabel=f"{MEMORY[name]} at picture",
                  title=title)
    axes[0].set_ylabel("loss at picture")
    bar = figure.colorbar(image, ax=axes[2])
    bar.set_ticks((0, -3, -6, -9, -12), labels=("1", *(f"$10^{{{d}}}$" for d in (-3, -6, -9, -12))))

    lines = axes[3]
    for name, (label, color, style, width) in LINES.items():
        values = 10.0 ** run.lines[name].clip(-14, 5)
        lines.plot(values, style, color=color, linewidth=width)
        lines.annotate(label, (loss, values[-1].clip(1e-12)), (4, -3), textcoords="offset points",
                       annotation_clip=False)
    lines.axhline(1, color="0.5")
    lines.set_yscale("log")
    lines.set(xlim=(0, 40), ylim=(1e-12, 1e3), xticks=(0, 20, 40), yticks=(1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3),
              xlabel="steps back", title=f"Loss at picture {loss + 1}: what remains")
    lines.grid(alpha=0.3)
    plt.show()
    print(flow.describe(run))

interact(draw, bias=FloatSlider(value=1, min=-2, max=5, step=0.1));
"""
