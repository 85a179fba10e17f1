"""Measure the pages without a kernel: how long one takes to open, a slider to answer, and what it weighs.

    python benchmarks/static_site.py         of site/, which `make site` builds
    python benchmarks/static_site.py FOLDER

Each page is opened from its file, offline, in a Chromium that has loaded nothing before. Its clock runs from the start
of the navigation to the end of the load event. A slider's clock runs from the key press to the second frame the browser
paints after it, up to 30 steps on each explorer. Weights are compressed: the page with all it loads.
"""

import gzip
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.extend([str(ROOT / name) for name in ("tests", "tools")])
import browser  # noqa: E402  # pyright: ignore[reportMissingImports]
from line import Line, show  # noqa: E402

STEPS = 30
HEAVY, SLOW = 3000, 50
"""Budgets: KB of a page with all it loads, and milliseconds that 95 % of a slider's pictures stay below."""
OPENED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
PAINTED = """range => new Promise(done => {
    let pressed = 0;
    range.addEventListener("keydown", () => { pressed = performance.now(); }, {capture: true, once: true});
    range.addEventListener("input", () => requestAnimationFrame(() => requestAnimationFrame(() =>
        done(performance.now() - pressed))), {once: true});
    setTimeout(() => done(null), 5000);
})"""


def moved(page: Page) -> list[float]:
    """Return the milliseconds from each key press to the painted picture, of every explorer on a page."""
    samples = []
    for slider in page.locator("figure.film input").all():
        slider.focus()
        page.keyboard.press("Home")
        for _ in range(min(STEPS, int(slider.get_attribute("max") or 0))):
            slider.evaluate(f"range => {{ window.painted = ({PAINTED})(range) }}")
            page.keyboard.press("ArrowRight")
            milliseconds = page.evaluate("() => window.painted")
            if milliseconds is None:
                raise SystemExit(f"{page.url}: a slider did not answer")
            samples.append(milliseconds)
    return samples


def weight(urls: set[str]) -> int:
    """Return the compressed bytes of files."""
    files = [Path(url.removeprefix("file://")) for url in urls if url.startswith("file:")]
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def lines(site: Path) -> Iterator[Line]:
    """Yield, of each page of a built site, how soon it opens, how soon its sliders answer, and what it weighs."""
    paths = [site / "index.html", *sorted((site / "lessons").glob("*.html"))]
    every: list[float] = []
    with browser.browser_window() as window:
        for path in paths:
            context = window.new_context(offline=True, viewport={"width": 1280, "height": 720})
            page = context.new_page()
            asked: set[str] = set()
            page.on("request", lambda request, asked=asked: asked.add(request.url))
            page.goto(path.resolve().as_uri())
            opened, samples = page.evaluate(OPENED), moved(page)
            every += samples
            kilobytes = weight(asked) / 1000
            answers = f", sliders {latency(samples)}" if samples else ""
            yield Line(
                f"page {path.stem}",
                f"opens in {opened:.0f} ms{answers}",
                f"{kilobytes:.0f} KB compressed with all it loads",
                f"{HEAVY} KB",
                "too heavy" if kilobytes > HEAVY else "",
            )
            context.close()
    missed = f"over {SLOW} ms" if high(every) > SLOW else ""
    yield Line("all sliders of all pages", latency(every), "", f"95 % ≤ {SLOW} ms", missed)


def main() -> None:
    """Print a line for each page, and the slider's median and 95 % over all."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    if not (site / "index.html").exists():
        raise SystemExit(f"there is no {site / 'index.html'}; `make site` builds it")
    if browser.chromium() is None:
        raise SystemExit(browser.MISSING)
    show(lines(site))


def latency(samples: list[float]) -> str:
    """Return a latency in words: half of the pictures are painted sooner, and 95 % of them."""
    return f"{statistics.median(samples):.0f} / {high(samples):.0f} ms"


def high(samples: list[float]) -> float:
    """Return what 95 % of the samples stay below."""
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
