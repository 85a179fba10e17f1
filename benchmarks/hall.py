"""Measure the lecture hall: how long pages and sliders make a class wait, and what the hall holds in memory.

    python benchmarks/hall.py            some explorers, about two minutes
    python benchmarks/hall.py 02_echo    one, by its address

For each explorer: from the choice on the map until its picture is painted, nothing being ready (cold); from the turn of
the page until it is painted, the hall having loaded it beforehand (turned); and from the key press that moves its
first slider until the second frame that the browser paints after the picture has changed.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
from playwright.sync_api import Page

sys.path.extend([str(Path(__file__).resolve().parents[1] / name) for name in ("tests", "tools")])
import browser  # pyright: ignore[reportMissingImports]
from lecture_hall import Hall, go_to, lecture_hall  # pyright: ignore[reportMissingImports]
from line import Line, show

EXPLORERS = ["00_tour", "02_echo", "04_telescope", "06_who_sets_the_gates", "10_gradient_flow", "11_surgery"]
STEPS = 30
SLOW = 100
"""The budget: milliseconds that 95 % of a slider's pictures stay below."""
PAINTED = """() => {
    const shown = () => document.querySelector("iframe.shown")?.contentDocument
        ?.querySelector(".shown .lab-explorer.lab-lecture .lab-frame svg.lab");
    return new Promise(resolve => {
        const look = () => shown() ? requestAnimationFrame(() => resolve(performance.now() - window.begun))
            : requestAnimationFrame(look);
        look();
    });
}"""
WATCH = """() => {
    const inside = document.querySelector("iframe.shown").contentWindow;
    const area = inside.document.querySelector(".shown .lab-explorer");
    window.moved = new Promise(resolve => {
        let pressed = null;
        area.addEventListener("keydown", () => { pressed = performance.now(); }, {capture: true, once: true});
        const observer = new inside.MutationObserver(changes => {
            const added = changes.flatMap(change => [...change.addedNodes]).filter(node => node.nodeType === 1);
            if (!added.some(node => node.matches("svg.lab") || node.querySelector("svg.lab"))) return;
            observer.disconnect();
            const paint = () => new Promise(done => inside.requestAnimationFrame(done));
            paint().then(paint).then(() => resolve(performance.now() - pressed));
        });
        observer.observe(area, {childList: true, subtree: true});
    });
}"""


class Waits(NamedTuple):
    """Milliseconds that a class waits for an explorer: unprepared, prepared, and at each move of its slider."""

    cold: float
    turned: float
    moves: list[float]


def painted(page: Page, act: str) -> float:
    """Return how long after an act, in JavaScript, the picture is painted."""
    page.evaluate(f"() => {{ window.begun = performance.now(); {act} }}")
    return page.evaluate(PAINTED)


def waits(page: Page, key: str) -> Waits:
    """Return the waits for an explorer; the hall is left on its page."""
    order = page.evaluate(
        "() => JSON.parse(document.getElementById('order').textContent).map(each => each.key)"
    )
    before, far = order[order.index(key) - 1], order[order.index(key) - len(order) // 2]
    go_to(page, far)
    cold = painted(page, f"location.hash = '{key}'")
    go_to(page, before)
    page.frame_locator(f"iframe[src*='/{key}.']").locator(".lab-frame svg.lab").wait_for(
        state="attached", timeout=120_000
    )
    page.wait_for_timeout(2000)
    turned = painted(page, "document.getElementById('next').click()")
    page.wait_for_timeout(5000)  # the page after it has been loaded
    frame = go_to(page, key)
    handle = frame.locator(".noUi-handle").first
    moves = []
    for k in range(STEPS):
        handle.focus()
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight" if k % 4 < 2 else "ArrowLeft")
        moves.append(page.evaluate("() => window.moved"))
        page.wait_for_timeout(60)
    return Waits(cold, turned, moves[2:])


def megabytes(process: psutil.Process) -> float:
    """Return what of a process stands in memory."""
    return process.memory_info().rss / 2**20


def held(hall: Hall) -> str:
    """Return what the hall holds in memory, in words."""
    kernels = [megabytes(each) for each in hall.kernels()]
    server = megabytes(psutil.Process(hall.process.pid))
    return f"{server:.0f} MB the server, {' + '.join(f'{each:.0f}' for each in kernels)} MB its kernels"


def lines(keys: list[str]) -> Iterator[Line]:
    """Yield, of explorers by their keys in the hall, how long a class waits for each, and what the hall holds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        lecture_hall(Path(folder)) as hall,
        browser.browser_window() as window,
    ):
        page = browser.new_page(window)
        page.goto(hall.url)
        for key in keys:
            found = waits(page, key)
            p95 = statistics.quantiles(found.moves, n=20, method="inclusive")[-1]
            yield Line(
                f"hall {key}",
                f"{statistics.median(found.moves):.0f} / {p95:.0f} ms",
                f"turned to in {found.turned:.0f} ms, jumped to in {found.cold / 1000:.1f} s",
                f"95 % ≤ {SLOW} ms",
                f"over {SLOW} ms" if p95 > SLOW else "",
            )
        yield Line("hall, in memory with three pages", held(hall))


def main() -> None:
    """Measure the explorers named on the command line, or some, and print a line for each."""
    parser = argparse.ArgumentParser(description="how long a class waits")
    parser.add_argument("keys", nargs="*", default=EXPLORERS)
    keys = parser.parse_args().keys
    if browser.chromium() is None:
        raise SystemExit(browser.MISSING)
    show(lines(keys))


if __name__ == "__main__":
    main()
