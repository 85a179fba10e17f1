"""The usual way, on series: the forecast desk."""

FORECAST_DESK = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import ForecastDesk

spots_desk = ForecastDesk()

def draw(start):
    run = spots_desk.compute({**spots_desk.values(), "start": start})
    figure, (lines, bars) = plt.subplots(1, 2, figsize=(10.6, 3), width_ratios=(4, 1), layout="constrained")
    years = start + np.arange(-len(run.before), len(run.after)) / 12
    ahead = years[len(run.before):]
    lines.plot(years, np.concatenate([run.before, run.after]), "k", linewidth=1)
    for name, style in (("last month", "0.4"), ("linear", "k"), (run.network, "#8073AC")):
        lines.plot(ahead, run.said[name], {"last month": ":", "linear": "--"}.get(name, "-"), color=style, label=name)
    lines.axvspan(ahead[0], ahead[-1], color="0.93", zorder=0)
    lines.axvline(start, color="k", linestyle="--")
    lines.set(ylim=(0, 295), title="Sunspots, month by month", xlabel="year")
    lines.legend(fontsize=8)
    lines.grid(alpha=0.3)
    bars.barh(list(run.off)[::-1], list(run.off.values())[::-1], color="0.4")
    for row, value in enumerate(list(run.off.values())[::-1]):
        bars.text(value + 2, row, f"{value:.1f}", va="center")
    bars.set(xlim=(0, 170), title="Off by")
    plt.show()
    print(spots_desk.describe(run))

interact(draw, start=FloatSlider(value=1971.5, min=1933, max=1972.75, step=0.25));
"""
