"""The browser-only version starts in Chromium with Pyodide's Python: the kernel, the package, a slider and a picture.

NumPy for a browser cannot be had where these tests run, so no explorer is moved here. What stands for it is a picture
written as text, with the package's own letters, moved through the same widgets.
"""

import json
from collections.abc import Iterator

import pytest
from browser import READY, Page, error_outputs, new_page, run_all, write_notebook
from browser_only import Served
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

IMPORTS = """import lstm_lab, ipywidgets as widgets
from lstm_lab.notation import QUANTITIES"""
MOVES = """keep = widgets.IntSlider(value=90, description="keep (%)")
picture = widgets.HTML()

def draw(change=None):
    left = 100 * (keep.value / 100) ** 10
    letter = QUANTITIES["f"].letter
    picture.value = (
        f'<svg class="moves" width="400" height="40"><rect width="{4 * left:.0f}" height="20" fill="#888"/>'
        f'<text y="36">{letter} = {keep.value} %: {left:.0f} % left after 10 steps</text></svg>'
    )

keep.observe(draw, "value")
draw()
widgets.VBox([keep, picture])"""
WHERE = """import sys, importlib.util
print(sys.platform, lstm_lab.__version__, "torch" if importlib.util.find_spec("torch") else "no torch")"""


def opened(page: Page, lite: Served, name: str) -> None:
    page.goto(f"{lite.url}/lab/index.html?path={name}")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.context?.isReady", timeout=60_000)


@pytest.fixture(scope="module", name="page")
def a_notebook_that_has_run(
    browser: Browser, lite: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("notebooks") / "small.ipynb"
    write_notebook(file, ("code", IMPORTS), ("code", MOVES), ("code", WHERE))
    notebook = json.loads(file.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python"}
    lite.add_notebook(file.name, notebook)
    page = new_page(browser)
    opened(page, lite, file.name)
    page.wait_for_function(READY, timeout=120_000)
    run_all(page, 120)
    yield page
    page.close()


def test_the_kernel_finds_the_package_by_itself_and_has_no_torch(page: Page) -> None:
    assert error_outputs(page) == []
    assert page.locator(".jp-OutputArea-output", has_text="emscripten").inner_text().split() == [
        *("emscripten", "0.1.0", "no", "torch")
    ]


def test_a_slider_moves_the_picture_beside_it(page: Page) -> None:
    picture = page.locator("svg.moves")
    picture.wait_for()
    assert "f = 90 %: 35 % left after 10 steps" in picture.inner_html()
    width = picture.locator("rect").bounding_box()
    page.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('svg.moves text').textContent.includes('f = 91 %')")
    assert "39 % left" in picture.inner_html()
    moved = picture.locator("rect").bounding_box()
    assert width and moved and moved["width"] > width["width"]


def test_a_lesson_shows_its_pictures_before_anything_runs(browser: Browser, lite: Served) -> None:
    page = new_page(browser)
    opened(page, lite, "00_start_here.ipynb")
    image = page.locator(".jp-RenderedSVG img, .jp-RenderedSVG svg").first
    image.wait_for(timeout=60_000)
    box = image.bounding_box()
    room = page.locator(".jp-RenderedSVG").first.bounding_box()
    assert box and room and box["height"] > 200
    assert 500 < box["width"] <= room["width"]
    page.close()
