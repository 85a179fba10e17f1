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
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.extend([str(ROOT / name) for name in ("tests", "tools")])
import browser  # noqa: E402  # pyright: ignore[reportMissingImports]

STEPS = 30
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


def main() -> None:
    """Print a line for each page, and the slider's median and 95 % over all."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    paths = [site / "index.html", *sorted((site / "lessons").glob("*.html"))]
    if not paths[0].exists():
        raise SystemExit(f"there is no {paths[0]}; `make site` builds it")
    if browser.chromium() is None:
        raise SystemExit(browser.MISSING)
    every: list[float] = []
    print(f"{'page':<32}{'opens ms':>10}{'slider ms':>11}{'95 %':>7}{'KB':>7}")
    with browser.browser_window() as window:
        for path in paths:
            context = window.new_context(offline=True, viewport={"width": 1280, "height": 720})
            page = context.new_page()
            asked: set[str] = set()
            page.on("request", lambda request, asked=asked: asked.add(request.url))
            page.goto(path.resolve().as_uri())
            opened, samples = page.evaluate(OPENED), moved(page)
            every += samples
            answers = (
                f"{statistics.median(samples):>11.0f}{high(samples):>7.0f}"
                if samples
                else f"{'–':>11}{'–':>7}"
            )
            print(f"{path.stem:<32}{opened:>10.0f}{answers}{weight(asked) / 1000:>7.0f}")
            context.close()
    print(f"{'all sliders':<42}{statistics.median(every):>11.0f}{high(every):>7.0f}")


def high(samples: list[float]) -> float:
    """Return what 95 % of the samples stay below."""
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
