"""The usual way, on trained networks: the race between them, a look inside one, and an operation."""

LAG_RACE = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import LagRace
from lstm_lab.explorers.lag_race import GAPS
from lstm_lab.world.shows import FACE_ALONE

lag = LagRace()

def draw(seeds):
    run = lag.compute({**lag.values(), "seeds": seeds})
    gap = run.gap
    figure, (runs, stairs) = plt.subplots(1, 2, figsize=(10.6, 2.7), width_ratios=(1.4, 1), layout="constrained")
    for start, color, mark, style in zip(run.pair, ("#B35806", "#8073AC"), "oD", ("--", "-")):
        for x, each in enumerate(GAPS):
            tally = run.counted[start, each]
            for k, (right, made_it) in enumerate(zip(tally.right, tally.made_it)):
                runs.plot(x + 0.06 * (k - 2), right, mark, color=color, fillstyle="full" if made_it else "none")
        runs.plot([run.counted[start, each].middle for each in GAPS], style, color=color, label=start)
    runs.plot([run.ideal[each] for each in GAPS], "k:", label="ideal observer")
    runs.axhline(FACE_ALONE, color="0.5", label="the face alone")
    runs.axvspan(GAPS.index(gap) - 0.5, GAPS.index(gap) + 0.5, color="0.93", zorder=0)
    runs.set(ylim=(0.63, 0.93), xticks=range(len(GAPS)), xticklabels=GAPS, title="Named right, run by run",
             xlabel="pictures between clue and face")
    runs.legend(fontsize=8)
    runs.grid(alpha=0.3)
    names = list(dict.fromkeys(start for start, _ in run.counted))
    solved = np.array([[run.counted[name, each].solved for each in GAPS] for name in names])
    stairs.imshow(solved, cmap="Blues", vmin=0, vmax=5, aspect="auto")
    for row, column in np.ndindex(*solved.shape):
        stairs.text(column, row, solved[row, column], ha="center", va="center",
                    color="w" if solved[row, column] > 2 else "k")
    for row, name in enumerate(names):
        stairs.text(len(GAPS) - 0.3, row, f"{run.reached[name]:4}  {run.counted[name, gap].seconds:.1f} s", va="center")
    stairs.set(xticks=range(len(GAPS)), xticklabels=GAPS, yticks=range(len(names)), yticklabels=names,
               title="Seeds that solve it, of 5")
    plt.show()
    print(lag.describe(run))

interact(draw, seeds=IntSlider(value=5, min=1, max=5));
"""

GATE_XRAY = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import GateXRay
from lstm_lab.stage import drawn
from lstm_lab.world.pictures import pixels

inside = GateXRay()
inside_film = np.hstack([np.pad(pixels(list(drawn(frame)), 32), ((0, 0), (2, 2), (0, 0)), constant_values=255)
                         for frame in inside.record.frames])

def draw(step):
    run = inside.compute({**inside.values(), "step": step})
    T = len(run.frames)
    rows = [["film"] * 3, *([name, "map", "words"] for name in "fig"),
            *([name, "wolf", "words"] for name in ("o", "memory"))]
    figure, axes = plt.subplot_mosaic(rows, figsize=(10.6, 2.9), width_ratios=(2, 2, 0.8),
                                      height_ratios=(2, 1, 1, 1, 1, 2))
    figure.subplots_adjust(0.05, 0.08, 0.98, 0.92, 0.25, 0.5)
    axes["film"].imshow(inside_film, extent=(0.5, T + 0.5, 0, 1), aspect="auto")
    axes["film"].set_title(f"unit {run.unit} of {run.network}", loc="left", fontsize=10)
    axes["film"].axis("off")
    for letter, color in (("f", "#D55E00"), ("i", "#009E73"), ("g", "#CC79A7"), ("o", "#0072B2")):
        axes[letter].bar(range(1, T + 1), run.of_unit(letter), 1, color=color)
        axes[letter].set(ylim=(-1 if letter == "g" else 0, 1), ylabel=letter, xticks=(), yticks=())
        axes[letter].text(T + 1, 0, f"{run.of_unit(letter)[step - 1]:.2f}")
    axes["memory"].plot(range(1, T + 1), run.of_unit("c"), "k", linewidth=4)
    axes["memory"].plot(range(1, T + 1), run.of_unit("h"), "--", color="0.4", linewidth=2.5)
    axes["memory"].set(ylim=(-2, 2), ylabel="c and h")
    units = getattr(run.trace, run.letter)[:, 0, list(run.rows)].T
    image = axes["map"].imshow(units, cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto",
                               extent=(0.5, T + 0.5, len(units), 0))
    figure.colorbar(image, ax=axes["map"])
    axes["map"].set(title=f"{run.letter} of all {len(units)} units, {run.order}", yticks=())
    axes["wolf"].plot(range(1, T + 1), run.wolf, color="#8073AC", linewidth=3)
    axes["wolf"].plot(range(1, T + 1), run.ideal, "k:")
    axes["wolf"].set(ylim=(0, 1), title="P(wolf) if the face came now")
    for name in ("film", "f", "i", "g", "o", "memory", "map", "wolf"):
        axes[name].axvline(step, color="k", linewidth=1)
        axes[name].set_xlim(0.5, T + 0.5)
    words = [f"{job}\\n{scores[run.unit]:.2f}" for job, scores in list(run.scores.items())[:4]]
    axes["words"].text(0, 1, "\\n".join(words), va="top", fontsize=9)
    axes["words"].axis("off")
    plt.show()
    print(inside.describe(run))

interact(draw, step=IntSlider(value=10, min=1, max=len(inside.record.frames)));
"""

SURGERY = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from lstm_lab.explorers import Surgery
from lstm_lab.explorers.operating import CHANNEL, MEMORY
from lstm_lab.stage import Frame, drawn
from lstm_lab.world.pictures import pixels

surgery_bench = Surgery()
surgery_film = np.hstack([np.pad(pixels(list(drawn(Frame(kind))), 32), ((0, 0), (2, 2), (0, 0)), constant_values=255)
                          for kind in CHANNEL])

def draw(unit):
    run = surgery_bench.compute({**surgery_bench.values(), "unit": unit})
    figure, axes = plt.subplot_mosaic([["film", "shows", "units"], ["wolf", "shows", "units"], ["c", "shows", "units"]],
                                      figsize=(10.6, 2.9), width_ratios=(2.4, 1, 1), height_ratios=(0.6, 2, 2),
                                      layout="constrained")
    T, cost = len(CHANNEL), run.effect
    axes["film"].imshow(surgery_film, extent=(-0.5, T - 0.5, 0, 1), aspect="auto")
    axes["film"].axis("off")
    for name, intact, operated in (("wolf", run.intact.wolf, run.operated.wolf),
                                   ("c", run.intact.c[:, MEMORY], run.operated.c[:, MEMORY])):
        axes[name].plot(operated, color="#8073AC", linewidth=3, label="operated")
        axes[name].plot(intact, "--", color="0.4", label="intact")
        axes[name].grid(alpha=0.3)
    axes["wolf"].plot(run.ideal, "k:", label="ideal")
    axes["wolf"].set(ylim=(0, 1), title="P(wolf) if the face came now")
    axes["wolf"].legend(fontsize=8)
    axes["c"].set(ylim=(-2, 2), title=f"c of unit {MEMORY}")
    shows = np.arange(len(cost.intact))
    axes["shows"].plot(shows - 0.1, 100 * cost.intact, "o", color="0.4", fillstyle="none")
    axes["shows"].errorbar(shows + 0.1, 100 * cost.operated,
                           100 * np.abs(np.stack([cost.difference - cost.low, cost.high - cost.difference])),
                           fmt="o", color="#8073AC")
    axes["shows"].plot(shows, 100 * run.trial.ideal, "k_")
    axes["shows"].axhline(68.75, color="k", linestyle=":")
    axes["shows"].set(ylim=(0, 100), xticks=shows, xticklabels=("1st", "2nd", "3rd"),
                      title=f"Right of {run.trial.targets.shape[1]}: {100 * cost.total[0]:.1f} points")
    order = np.argsort(run.trial.sizes)
    axes["units"].barh(range(len(order)), run.trial.sizes[order], color="0.4")
    axes["units"].barh(range(len(order)), 5 * run.costs[order], left=1, color="#8073AC")
    axes["units"].axhspan(list(order).index(unit) - 0.5, list(order).index(unit) + 0.5, color="0.87", zorder=0)
    for row, each in enumerate(order):
        axes["units"].text(2.2, row, f"{100 * run.costs[each]:.1f}", fontsize=7, va="center")
    axes["units"].set(xlim=(0, 2.6), yticks=range(len(order)), yticklabels=order, xticks=(), title="Silenced one each")
    axes["units"].tick_params(axis="y", labelsize=7)
    plt.show()
    print(surgery_bench.describe(run))

interact(draw, unit=IntSlider(value=11, min=0, max=15));
"""
