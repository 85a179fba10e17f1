"""The usual way, before the LSTM's cell: pictures, an RNN, and what training does to it."""

TOUR = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import Tour
from lstm_lab.stage import drawn
from lstm_lab.world.pictures import pixels

tour = Tour()

def image(frame):
    return np.pad(pixels(drawn(frame), 64), ((0, 0), (0, 6), (0, 0)), constant_values=255)

def draw(trees):
    run = tour.compute({**tour.values(), "trees": trees})
    figure, axes = plt.subplot_mosaic(
        [["strip", "face"], ["lines", "face"], ["lines", "bars"]],
        figsize=(10.6, 2.7), width_ratios=(3.2, 1), height_ratios=(1, 1.2, 1.4), layout="constrained",
    )
    frames = run.frames if len(run.frames) <= 11 else (*run.frames[:10], run.frames[-1])
    axes["strip"].imshow(np.hstack([image(frame) for frame in frames]))
    if len(run.frames) > 11:
        axes["strip"].set_title(f"{len(run.frames) - 11} more before the last", loc="right", fontsize=9)
    axes["face"].imshow(image(run.question))
    axes["face"].set_title("Dog or wolf?")
    for name in ("strip", "face"):
        axes[name].axis("off")

    lines = axes["lines"]
    steps = np.arange(len(run.ideal.mean)) + (0 if run.other else 1)
    for name, recall, style, color in (
        ("ideal", run.ideal, ":", "k"), ("LSTM", run.lstm, "-", "#8073AC"), ("RNN", run.rnn, "--", "#B35806")
    ):
        lines.fill_between(steps, recall.low, recall.high, color=color, alpha=0.18)
        if recall.swapped is not None:
            lines.plot(steps, recall.swapped, style, color=color, linewidth=1)
        lines.plot(steps, recall.mean, style, color=color, linewidth=3)
        lines.annotate(f"{name} {recall.mean[-1]:.2f}", (steps[-1], recall.mean[-1]), (6, -3),
                       textcoords="offset points")
    lines.set(xlim=(0, 60), ylim=(0, 1), yticks=(0, 0.5, 1), xlabel="trees and squirrels so far",
              title=f"P(wolf) if the face came now · thin: had it been a {run.other}")
    lines.grid(alpha=0.3)

    ends = {"RNN": run.rnn.mean[-1], "LSTM": run.lstm.mean[-1], "ideal": run.ideal.mean[-1]}
    bars = axes["bars"].barh(list(ends), list(ends.values()), color=["#B35806", "#8073AC", "0.5"])
    axes["bars"].bar_label(bars, fmt="%.2f", padding=3)
    axes["bars"].set(xlim=(0, 1), xticks=())
    plt.show()
    print(tour.describe(run))

interact(draw, trees=IntSlider(value=0, min=0, max=60));
"""

PICTURE_BENCH = """
import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import PictureBench
from lstm_lab.world.pictures import KINDS, pixels, shapes

bench = PictureBench()

def draw(w):
    run = bench.compute({**bench.values(), "w": w})
    figure, (see, read, says, wolf) = plt.subplots(1, 4, figsize=(10.6, 2.64), layout="constrained")
    see.imshow(pixels(shapes(run.picture), 64))
    see.set_title("what you see")
    see.set_xlabel(f"w = {run.picture.w:.2f}")
    read.imshow(run.seen)
    read.set_title("what the network reads")
    read.set_xlabel(f"noise {run.noise:.2f}, pattern {run.pattern}")
    for each in (see, read):
        each.set(xticks=(), yticks=())

    bars = says.barh(KINDS, run.network, color="#1C8294")
    says.bar_label(bars, fmt="%.2f", padding=3)
    says.plot(run.ideal[[0, 3]], ["wolf", "dog"], "ko", fillstyle="none", label="ideal observer")
    says.legend(loc="lower right", fontsize=8)
    says.invert_yaxis()
    says.set(xlim=(-0.03, 1.25), xticks=(), title="what it says")

    wolf.plot(run.ws, run.ws, "k:", linewidth=2)
    wolf.plot(run.ws, run.curve, color="#1C8294", linewidth=3)
    wolf.axvline(w, color="0.5", linestyle=":")
    wolf.plot(w, run.network[0], "o", color="#1C8294", label=f"network {run.network[0]:.2f}")
    wolf.plot(w, run.ideal[0], "ko", fillstyle="none", label=f"ideal {run.ideal[0]:.2f}")
    wolf.legend(loc="upper left", fontsize=8)
    wolf.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), title="P(wolf)",
             xlabel="wolfness w of this face")
    wolf.grid(alpha=0.3)
    plt.show()
    print(bench.describe(run))

interact(draw, w=FloatSlider(value=0.9, min=0, max=1, step=0.01));
"""

UNROLL_IT = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import UnrollIt
from lstm_lab.stage import drawn
from lstm_lab.world.pictures import pixels

unroll = UnrollIt()
ANSWERS = ("wolf", "dog", "no question")

def draw(w):
    run = unroll.compute({**unroll.values(), "w": w})
    figure, axes = plt.subplots(figsize=(10.6, 2.58))
    figure.subplots_adjust(0, 0, 1, 1)

    def arrow(start, end, **style):
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "0.3", **style})

    def cell(x, t):
        axes.add_patch(plt.Rectangle((x, 0.9), 1.3, 0.9, fill=False, linewidth=3 if t + 1 == run.step else 1.5))
        colors = np.where(run.moved[t], "k", "0.55")
        axes.bar(x + np.linspace(0.08, 1.22, run.h.shape[1]), 0.42 * run.h[t], 0.055, 1.35, color=colors)
        axes.imshow(pixels(drawn(run.frames[t]), 64), extent=(x + 0.3, x + 1.0, 0, 0.6), aspect="auto")
        axes.text(x + 0.65, -0.05, run.frames[t].kind, ha="center", va="top")
        arrow((x + 0.65, 0.6), (x + 0.65, 0.9))
        arrow((x + 0.65, 1.8), (x + 0.65, 1.98))
        p = run.probabilities[t]
        left = x + 1.3 * np.concatenate([[0], p[:-1].cumsum()])
        axes.barh([2.05] * 3, 1.3 * p, 0.1, left, color=("k", "0.5", "0.9"), edgecolor="0.5")
        axes.text(x + 0.65, 2.15, f"{ANSWERS[p.argmax()]} {p.max():.2f}", ha="center", weight="bold")

    axes.axvspan(-0.05, 1.35, color="0.95", zorder=-1)
    axes.text(0, 2.5, "the loop", weight="bold")
    cell(0, run.step - 1)
    arrow((1.3, 1.6), (1.3, 1.1), connectionstyle="arc3,rad=-1.2")
    axes.text(1.7, 1.35, "h", weight="bold")

    axes.text(2.1, 2.5, "the weights, once", weight="bold")
    tables = (("$W_x$", run.weights.W_x), ("$W_h$", run.weights.W_h), ("b", run.weights.b[None]))
    top = 2.35
    for name, table in tables:
        foot = top - 0.056 * len(table)
        axes.imshow(table, extent=(2.5, 3.4, foot, top), vmin=-1, vmax=1, cmap="PuOr", aspect="auto")
        axes.text(2.45, (top + foot) / 2, name, ha="right", va="center")
        top = foot - 0.06
    count = sum(table.size for _, table in tables)
    axes.text(2.95, top, f"{count} numbers,\\nthe same at every step", ha="center", va="top")

    axes.text(4.4, 2.5, "the same cell, one copy for each picture", weight="bold")
    axes.plot([0.1, 8.6], [0.75, 0.75], "k", linewidth=2)
    for t in range(run.step):
        x = 4.4 + 2.1 * t
        cell(x, t)
        arrow((x - 0.75, 1.35), (x, 1.35))
        axes.text(x - 0.4, 1.42, "h" if t else "0", ha="center")
        axes.plot([x + 0.1, x + 0.1], [0.75, 0.9], "k", linewidth=2)
    axes.set(xlim=(-0.1, 10.1), ylim=(-0.3, 2.7))
    axes.axis("off")
    plt.show()
    print(unroll.describe(run))

interact(draw, w=FloatSlider(value=0.5, min=0, max=1, step=0.01));
"""

ECHO = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import Echo
from lstm_lab.explorers.echo import EDGE

echo, steps = Echo(), np.arange(41)

def draw(w):
    run = echo.compute({**echo.values(), "w": w})
    figure, (time, web) = plt.subplots(1, 2, figsize=(10.6, 2.62), width_ratios=(3.2, 1), layout="constrained")
    time.fill_between(steps, run.h, run.h_without, color="tab:blue", alpha=0.25)
    for line, style, words in ((run.h_without, ":", "no pulse"), (run.h_whisper, "--", "whisper")):
        time.plot(steps, line, style, color="0.3", linewidth=1)
        time.text(41, line[-1], words)
    time.plot(steps, run.h, "o--", color="0.4", markersize=3)
    time.text(41, run.h[-1], f"h = {run.h[-1]:.2f}")
    if run.half_gone is not None:
        time.axvline(run.half_gone, color="k", linestyle="--")
        time.text(run.half_gone + 0.4, 1.05, f"half gone: {run.half_gone}", weight="bold")
    time.set(xlim=(0, 40), ylim=(-EDGE, EDGE), yticks=(-1, 0, 1), xlabel="steps after the pulse", title="h over time")
    web.plot(run.now, run.following, "k", linewidth=2)
    web.plot(run.now, run.now, ":", color="0.5")
    web.plot(np.repeat(run.h, 2)[:-1], np.concatenate([run.h[:1], np.repeat(run.h[1:], 2)]), color="0.4")
    for rest, draws in run.rests:
        web.plot(rest, rest, "o", color="k", fillstyle="full" if draws else "none")
    web.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), xticks=(-1, 0, 1), yticks=(-1, 0, 1), title="h → next h")
    web.set(xlabel="h now", ylabel="h next")
    for each in (time, web):
        each.grid(alpha=0.3)
    plt.show()
    print(echo.describe(run))

interact(draw, w=FloatSlider(value=0.7, min=-3, max=3, step=0.05));
"""

TELESCOPE = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import Telescope

scope = Telescope()

def draw(scale):
    run = scope.compute({**scope.values(), "scale": scale})
    figure, (factors, product, shares, losses) = plt.subplots(1, 4, figsize=(10.6, 2.7), layout="constrained")
    back = np.arange(len(run.shares))
    factors.plot(back[1:], run.factors, color="tab:brown", linewidth=2)
    factors.axhline(run.bound, color="0.3", linestyle="--")
    factors.set(ylim=(0, 2.2), xlabel="steps back", title="Factor of each step")
    product.plot(back, 10.0**run.log_gradient, color="tab:brown", linewidth=2)
    product.set_yscale("log")
    product.set(ylim=(1e-12, 1e9), xlabel="steps back", title="Their product: what is left")
    product.text(1, 1e7, f"10^{run.log_gradient[-1]:.1f} over {run.back} steps back")
    shares.bar(back, 100 * run.shares, color="tab:brown")
    shares.text(back[-1], 4, f"clue: {100 * run.shares[-1]:.1f} %", ha="right", weight="bold")
    shares.set(ylim=(0, 100), xlabel="steps back", title="Share of the update")
    names = ("before", "from the clue's step", "from every step")
    bars = losses.barh(names, (run.loss, run.loss_clue, run.loss_all), color="tab:brown")
    losses.bar_label(bars, fmt="%.2f")
    losses.invert_yaxis()
    losses.set(xlim=(0, 3), title="Loss after one update")
    for each in (factors, product, shares):
        each.grid(alpha=0.3)
    plt.show()
    print(scope.describe(run))

interact(draw, scale=FloatSlider(value=0.9, min=0.2, max=2, step=0.01));
"""
