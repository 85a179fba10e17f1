"""Measure slider → painted: explorers against the same panel under ``interact`` with pyplot, in one run.

    python benchmarks/explorers.py            Echo
    python benchmarks/explorers.py Echo Tour  explorers by name

Both live in one notebook in one JupyterLab in one headless Chromium, and take turns, so that whatever else the
machine does slows both. The clock runs in the page: from the key press that moves a slider, over the change of
the picture, to the second frame the browser paints after it.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import browser  # pyright: ignore[reportMissingImports]

USUAL = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lstm_lab.explorers import Echo
from lstm_lab.explorers.echo import EDGE, echo

explorer, steps = Echo(), np.arange(41)

def draw(w):
    run = echo(w, 0.0, 1.0, "tanh")
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
    print(explorer.describe(run))

interact(draw, w=FloatSlider(value=0.5, min=-3, max=3, step=0.05));
"""
FLOOR = """
from ipywidgets import HTML, FloatSlider, VBox

slider, out = FloatSlider(value=0.5, min=-3, max=3, step=0.05), HTML()
slider.observe(lambda change: out.set_trait("value", f"<svg class='lab'><text>{change['new']}</text></svg>"), "value")
VBox([slider, out])
"""
EXPLORER = "from lstm_lab import explorers\nexplorers.{name}()"
WATCH = """place => {
    const area = document.querySelectorAll(".jp-CodeCell")[place].querySelector(".jp-OutputArea");
    const paint = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.painted = new Promise(resolve => {
        let pressed = null;
        area.addEventListener("keydown", () => { pressed = performance.now(); }, {capture: true, once: true});
        const observer = new MutationObserver(async changes => {
            const added = changes.flatMap(change => [...change.addedNodes]).filter(node => node.nodeType === 1);
            const picture = added.map(node => node.matches("img, svg") ? node : node.querySelector("img, svg.lab"))
                .find(Boolean);
            if (!picture) return;
            observer.disconnect();
            if (picture.decode) await picture.decode();
            await paint();
            resolve(performance.now() - pressed);
        });
        observer.observe(area, {childList: true, subtree: true});
        setTimeout(() => resolve(null), 10000);
    });
}"""
TURN = """handle => {
    const at = name => Number(handle.getAttribute(`aria-${name}`));
    return at("valuenow") <= at("valuemin") ? "ArrowRight" : at("valuenow") >= at("valuemax") ? "ArrowLeft" : null;
}"""


class Latency(NamedTuple):
    """Milliseconds from a key press to the painted picture."""

    name: str
    samples: list[float]

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """What 95 % of the samples stay below."""
        return statistics.quantiles(self.samples, n=20, method="inclusive")[-1]


def one_step(page: Page, place: int, key: str) -> float:
    """Return how long one press of a key on a cell's first slider takes to be painted, in milliseconds."""
    handle = page.locator(".jp-CodeCell").nth(place).locator(".noUi-handle").first
    handle.focus()
    key = handle.evaluate(TURN) or key  # at its end a slider can only turn back
    page.evaluate(WATCH, place)
    page.keyboard.press(key)
    painted = page.evaluate("() => window.painted")
    if painted is None:
        raise SystemExit(f"cell {place + 1} drew nothing within ten seconds of {key}")
    return painted


def measure(names: list[str], steps: int) -> list[Latency]:
    """Return the latencies of the usual way, of a number that is only echoed, and of each explorer, in turns."""
    with tempfile.TemporaryDirectory() as folder, browser.jupyterlab(Path(folder)) as server:
        cells = [("code", USUAL), ("code", FLOOR), *(("code", EXPLORER.format(name=name)) for name in names)]
        browser.write_notebook(server.root / "bench.ipynb", *cells)
        with browser.browser_window() as window:
            page = browser.new_page(window, height=4000)
            browser.open_notebook(page, server, "bench.ipynb")
            browser.run_all(page, seconds=90)
            page.locator(".lab-frame svg.lab").nth(len(names) - 1).wait_for(state="attached")
            if errors := browser.error_outputs(page):
                raise SystemExit(f"the notebook did not run:\n{errors[0]}")
            found: list[list[float]] = [[] for _ in cells]
            for k in range(steps + 3):
                key = "ArrowRight" if k % 12 < 6 else "ArrowLeft"
                for turn in range(len(found)):
                    place = (turn + k) % len(found)  # everyone follows the slow one in turn
                    page.wait_for_timeout(60)
                    found[place].append(one_step(page, place, key))
    labels = ["interact + pyplot", "an echoed number", *names]
    return [Latency(label, samples[3:]) for label, samples in zip(labels, found, strict=True)]


def main() -> None:
    """Print a table of medians and 95th percentiles, and how many times faster than the usual way each is."""
    parser = argparse.ArgumentParser(description="slider → painted, against interact with pyplot")
    parser.add_argument("names", nargs="*", default=["Echo"], help="explorers by class name")
    parser.add_argument("--steps", type=int, default=30, help="key presses each way")
    options = parser.parse_args()
    if browser.chromium() is None:
        raise SystemExit(f"no Chromium on the path; one of these is needed: {', '.join(browser.NAMES)}")
    usual, *ours = measure(options.names, options.steps)
    print(f"{'slider → painted':<20}{'median ms':>12}{'p95 ms':>10}{'times faster':>15}")
    for each in (usual, *ours):
        print(f"{each.name:<20}{each.median:>12.0f}{each.p95:>10.0f}{usual.median / each.median:>15.1f}")


if __name__ == "__main__":
    main()
