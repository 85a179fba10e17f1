"""Measure slider → painted: every explorer against the same panel under ``interact`` with pyplot, in one run.

    python benchmarks/explorers.py            all of them, some minutes
    python benchmarks/explorers.py Echo Tour  some, by name

Five explorers at a time live in one notebook and their usual panels (``usual``) in another, each with a kernel of its
own, so that neither finds ready what the other has computed; both are open in one Chromium, and everyone takes turns,
so that whatever else the machine does slows all alike. The clock runs in the page: from the key press that moves
a slider, over the change of the picture, to the second frame the browser paints after it. The slider goes 15 steps
one way and back again, so half of the pictures have never been drawn before; one with fewer steps turns at its ends.
Afterwards, with the browser closed, the same sliders are moved in the kernel alone (``kernel``).
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Locator, Page

sys.path.extend([str(Path(__file__).resolve().parents[1] / name) for name in ("tests", "tools")])
import browser  # pyright: ignore[reportMissingImports]
from kernel import DRAGGED, ONE_WAY, Work, drag
from line import Line, show
from usual import USUAL

from lstm_lab import explorers

FLOOR = """
from ipywidgets import HTML, FloatSlider, VBox

slider, out = FloatSlider(value=0.5, min=-3, max=3, step=0.05), HTML()
slider.observe(lambda change: out.set_trait("value", f"<svg class='lab'><text>{change['new']}</text></svg>"), "value")
VBox([slider, out])
"""
EXPLORER = "from lstm_lab import explorers\nexplorers.{name}()"
TOGETHER = 5
"""How many explorers are on a page at most."""
WARM_UP = 2
LONGEST = 150
"""Seconds after which no further round of a page begins, however few have been made."""
SLOW, PROMISED = 100, 7
"""Budgets: milliseconds that 95 % stay below, and times faster than the usual way."""
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
BACK = """handle => {
    const at = name => Number(handle.getAttribute(`aria-${name}`));
    return at("valuenow") <= at("valuemin") ? "ArrowRight" : at("valuenow") >= at("valuemax") ? "ArrowLeft" : null;
}"""


class Spot(NamedTuple):
    """A slider on a page: the number of its cell, and of a cell with several the slider's label."""

    page: Page
    cell: int
    label: str = ""

    def handle(self) -> Locator:
        """Return what the hand moves."""
        named = f"[aria-label='{self.label}']" if self.label else ""
        return self.page.locator(".jp-CodeCell").nth(self.cell).locator(f".noUi-handle{named}").first


class Latency(NamedTuple):
    """Milliseconds from a key press to the painted picture."""

    samples: list[float]

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """What 95 % of the samples stay below."""
        return statistics.quantiles(self.samples, n=20, method="inclusive")[-1]


def one_step(spot: Spot, key: str) -> float:
    """Return how long one press of a key on a slider takes to be painted, in milliseconds."""
    page = spot.page
    spot.handle().focus()
    page.evaluate(WATCH, spot.cell)
    page.keyboard.press(key)
    painted = page.evaluate("() => window.painted")
    if painted is None:
        said = "\n".join(browser.error_outputs(page)[:1])
        raise SystemExit(f"cell {spot.cell + 1} drew nothing within ten seconds of {key}\n{said}")
    return painted


def turned(spot: Spot, key: str) -> str:
    """Return the key to press next: at the end of a slider the one that leads back."""
    back = spot.handle().evaluate(BACK)
    return back or key


def open_cells(window: Browser, server: browser.Server, name: str, sources: list[str]) -> Page:
    """Return a page with a notebook of these cells, run."""
    browser.write_notebook(server.root / name, *(("code", source) for source in sources))
    page = browser.new_page(window, height=4000)
    browser.open_notebook(page, server, name)
    browser.run_all(page, seconds=90)
    page.locator(".jp-CodeCell .noUi-handle").nth(len(sources) - 1).wait_for(state="attached")
    page.wait_for_timeout(1500)
    if errors := browser.error_outputs(page):
        raise SystemExit(f"the notebook did not run:\n{errors[0]}")
    return page


def measure(names: list[str], steps: int) -> tuple[Latency, dict[str, tuple[Latency, Latency]]]:
    """Return the latency of a number that is only echoed, and by name of each explorer and of its usual way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browser.jupyterlab(Path(folder)) as server,
        browser.browser_window() as window,
    ):
        ours = [FLOOR, *(EXPLORER.format(name=name) for name in names)]
        lab = open_cells(window, server, "explorers.ipynb", ours)
        plain = open_cells(window, server, "usual.ipynb", [USUAL[name] for name in names])
        spots = [Spot(lab, 0)]
        for k, name in enumerate(names):
            label = getattr(explorers, name)().inputs[DRAGGED[name]].label
            spots += [Spot(lab, k + 1, label), Spot(plain, k)]
        found = take_turns(spots, steps)
    floor, *pairs = (Latency(samples) for samples in found)
    return floor, dict(zip(names, zip(pairs[::2], pairs[1::2], strict=True), strict=True))


def take_turns(spots: list[Spot], steps: int) -> list[list[float]]:
    """Return the times of every slider, each moved once a round, the first rounds left out."""
    found: list[list[float]] = [[] for _ in spots]
    keys = ["ArrowLeft"] * len(spots)
    begun = time.monotonic()
    for k in range(-WARM_UP, steps):
        if k % ONE_WAY == 0:
            keys = ["ArrowRight" if key == "ArrowLeft" else "ArrowLeft" for key in keys]
        for turn in range(len(spots)):
            place = (turn + k) % len(spots)  # each is first in its turn
            spots[place].page.wait_for_timeout(60)
            keys[place] = turned(spots[place], keys[place])
            taken = one_step(spots[place], keys[place])
            if k >= 0:
                found[place].append(taken)
        if k > 0 and time.monotonic() - begun > LONGEST:
            break
    return found


def lines(names: list[str], steps: int = 2 * ONE_WAY) -> Iterator[Line]:
    """Yield, of a number that is only echoed and of each explorer, what it takes from slider to painted picture."""
    for k in range(0, len(names), TOGETHER):
        floor, pairs = measure(names[k : k + TOGETHER], steps)
        yield Line(
            "a number that is only echoed", said(floor), f"{len(floor.samples)} key presses each, in turns"
        )
        for name, (ours, usual) in pairs.items():
            yield line_of(name, floor, ours, usual, drag(name))


def line_of(name: str, floor: Latency, ours: Latency, usual: Latency, work: Work) -> Line:
    """Return the line of an explorer: its latency, and beside it the usual way and what the explorer itself adds."""
    ratio = usual.median / ours.median
    missed = [f"over {SLOW} ms"] if ours.p95 > SLOW else []
    missed += [f"{ratio:.1f} times" if ratio < PROMISED else ""]
    return Line(
        name,
        said(ours),
        f"interact {said(usual)}: {ratio:.1f} times faster; own part {ours.median - floor.median:.0f} ms, "
        f"of it Python {work.median:.1f} ms; at most {work.largest:.0f} KB",
        f"95 % ≤ {SLOW} ms, {PROMISED} times",
        ", ".join(filter(None, missed)),
    )


def said(latency: Latency) -> str:
    """Return a latency in words: half of the pictures are painted sooner, and 95 % of them."""
    return f"{latency.median:.0f} / {latency.p95:.0f} ms"


def main() -> None:
    """Measure the explorers named on the command line, or all, and print the table."""
    known = [kind.__name__ for kind in explorers.ALL]
    parser = argparse.ArgumentParser(description="slider → painted, against interact with pyplot")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(known)}; all of them by default")
    parser.add_argument("--steps", type=int, default=2 * ONE_WAY, help="key presses each")
    options = parser.parse_args()
    names = options.names or known
    if unknown := [name for name in names if name not in USUAL]:
        parser.error(f"no usual panel is written for {', '.join(unknown)}; there are {', '.join(USUAL)}")
    if options.steps < 2:
        parser.error(f"a 95th percentile takes at least 2 steps, got {options.steps}")
    if browser.chromium() is None:
        raise SystemExit(browser.MISSING)
    print("slider to painted picture: half of the pictures are painted sooner / 95 % of them")
    show(lines(names, options.steps))


if __name__ == "__main__":
    main()
