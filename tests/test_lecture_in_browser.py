"""The lecture hall in a real Chromium: turn pages, move sliders, enlarge, use keys alone, close it."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from browser import REPOSITORY, jupyterlab, new_page, plain
from lecture import programme as pages
from lecture import server as served
from lecture_hall import Hall, go_to, lecture_hall
from playwright.sync_api import Browser, FrameLocator, Locator, Page

pytestmark = pytest.mark.browser

ALL = pages.programme(REPOSITORY / "notebooks")
ALONE = [page for page in ALL if page.name and "XRay.of" not in str(page.notebook)]
"""Explorers that their line alone rebuilds."""

ERRORS = (
    "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr'], "
    ".jupyter-widgets-error-widget"
)
ANSWER = "… and the answer"
SIZES = """([root, marks]) => [...root.querySelectorAll(marks)].filter(each => each.checkVisibility()).map(each => {
    const placed = each.getScreenCTM ? each.getScreenCTM() : null;
    const zoom = placed ? Math.hypot(placed.a, placed.b) : (each.currentCSSZoom ?? 1);
    return parseFloat(getComputedStyle(each).fontSize) / (each.currentCSSZoom ?? 1) * zoom;
})"""
BEYOND = """root => {
    const edge = root.getBoundingClientRect().right + 1;
    return [...root.querySelectorAll("button, input, select, .noUi-target, svg.lab text")]
        .filter(part => part.checkVisibility() && part.getBoundingClientRect().right > edge)
        .map(part => part.outerHTML);
}"""


class Wall(NamedTuple):
    """A page on the wall, and what it asked of elsewhere and complained of."""

    page: Page
    tried: list[str]
    complaints: list[str]

    def open(self, key: str) -> FrameLocator:
        """Go to a page of the hall and wait until it is there; return its frame."""
        return go_to(self.page, key)

    def ready(self) -> FrameLocator:
        """Wait until the present page is there; return its frame."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_function("() => document.body.dataset.ready === 'true'", timeout=120_000)
        return self.frame()

    def frame(self) -> FrameLocator:
        """Return the frame that is shown."""
        return self.page.frame_locator("iframe.shown")

    def where(self) -> str:
        """Return which page of the hall is shown."""
        return self.page.evaluate("() => location.hash.slice(1)")


@pytest.fixture(scope="module", name="hall")
def open_hall(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The hall as `make lecture` opens it, with a page more: every explorer below one another, in one kernel."""
    with lecture_hall(tmp_path_factory.mktemp("hall")) as opened:
        write_every(next(opened.folder.glob("lecture_*")))
        yield opened


def write_every(folder: Path) -> None:
    """Write the page with every explorer below one another."""
    cells = [ALONE[0].notebook["cells"][0], *(page.notebook["cells"][1] for page in ALONE)]
    numbered = [{**cell, "id": f"cell-{k}"} for k, cell in enumerate(cells)]
    every = ALONE[0]._replace(key="every", notebook={**ALONE[0].notebook, "cells": numbered})
    served.write_notebooks([every], folder)


def look_at(page: Page) -> Wall:
    """Return a page that notes what it asks of elsewhere and what it complains of."""
    wall = Wall(page, [], [])
    here = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(here) else wall.tried.append(asked.url))
    page.on("console", lambda said: wall.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wall.complaints.append(str(error)))
    return wall


@pytest.fixture(scope="module", name="wall")
def project(browser: Browser, hall: Hall) -> Iterator[Wall]:
    """The hall at a projector's size; tests go where they need to be."""
    wall = look_at(new_page(browser))
    wall.page.goto(hall.url)
    yield wall
    wall.page.close()


@pytest.fixture(scope="module", name="every")
def all_explorers(browser: Browser, hall: Hall) -> Iterator[Wall]:
    """Every explorer of the lessons on a page of the size of a frame."""
    wall = look_at(new_page(browser, height=720 - 46))
    wall.page.goto(f"{hall.url}/voila/render/every.ipynb")
    wall.page.locator(".lab-frame svg.lab").nth(len(ALONE) - 1).wait_for(state="attached", timeout=120_000)
    wall.page.wait_for_timeout(500)
    yield wall
    wall.page.close()


def said(frame: FrameLocator) -> str:
    return frame.locator(".lab-finding").inner_text()


def moved(frame: FrameLocator, before: str) -> str:
    """Return the sentence once it is another."""
    frame.locator(".lab-finding", has_not_text=before).wait_for()
    return said(frame)


def sizes(inside: Locator, marks: str) -> list[float]:
    """Return how large the letters of these marks are on the wall, in pixels."""
    return inside.evaluate(f"(root, marks) => ({SIZES})([root, marks])", marks)


def test_the_map_leads_to_every_page_and_is_read_from_the_last_row(wall: Wall) -> None:
    page = wall.page
    assert page.locator("#map a").count() == len(ALL)
    assert min(sizes(page.locator("body"), "#map a, #map h1, #bar button, #where")) >= 24
    assert page.locator("#map").evaluate("map => map.scrollHeight <= map.clientHeight")
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    page.get_by_role("link", name="Echo").click()
    wall.ready()
    assert (wall.where(), page.title()) == ("02_echo", "Echo · lstm_lab")
    number = [each.key for each in ALL].index("02_echo") + 1
    assert page.locator("#where").inner_text() == f"{number} of {len(ALL)} · 02 Echo"


def test_an_explorer_is_in_large_print_from_the_first_frame_and_moves(wall: Wall) -> None:
    frame = wall.open("04_telescope")
    assert frame.locator(".lab-explorer.lab-lecture").count() == 1
    assert frame.locator("svg.lab").evaluate("picture => picture.viewBox.baseVal.width") == 620
    before = said(frame)
    for sentence in (before, None):
        if sentence is None:
            frame.locator(".noUi-handle").first.press("ArrowRight")
            sentence = moved(frame, before)
        factor = re.search(r"is multiplied by (.+?): it", sentence)
        assert factor is not None
        assert f"× {factor[1]}" in frame.locator("svg.lab text").all_text_contents()


@pytest.mark.parametrize("key", ["10_whole_cell", "05_two_memories"])
def test_the_tallest_explorers_end_above_the_bar(wall: Wall, key: str) -> None:
    frame = wall.open(key)
    bottom = "each => innerHeight - each.getBoundingClientRect().bottom"
    assert 0 <= frame.locator(".lab-explorer").evaluate(bottom) < 30
    assert frame.locator(".lab-only-lecture select").evaluate(bottom) > 0
    for room in ("body", "#rendered_cells"):
        assert frame.locator(room).evaluate(
            "b => b.scrollHeight <= innerHeight && b.scrollWidth <= innerWidth"
        )


def test_where_the_hand_puts_a_slider_there_it_stands_although_the_page_is_enlarged(wall: Wall) -> None:
    frame = wall.open("02_echo")
    before = said(frame)
    track = frame.locator(".noUi-base").first
    assert track.evaluate("each => each.currentCSSZoom") > 1.1
    box = track.bounding_box()
    assert box is not None
    wall.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    assert "w = −1.50" in plain(moved(frame, before))
    wall.page.wait_for_timeout(600)  # the handle glides
    handle = frame.locator(".noUi-handle").first.bounding_box()
    assert handle is not None
    assert handle["x"] + handle["width"] / 2 == pytest.approx(box["x"] + box["width"] / 4, abs=6)


def test_the_next_page_is_there_before_it_is_asked_for_and_the_last_one_stays_as_it_was(wall: Wall) -> None:
    page, frame = wall.page, wall.open("00_tour")
    before = said(frame)
    frame.locator(".noUi-handle").first.press("ArrowRight")
    after = moved(frame, before)
    hidden = page.frame_locator("iframe[src*='01_recognise']")
    hidden.locator(".lab-frame svg.lab").wait_for(state="attached", timeout=60_000)
    hidden.locator(".voila-skeleton-container").first.wait_for(state="detached", timeout=120_000)
    page.keyboard.press("n")
    assert page.evaluate("() => document.body.dataset.ready") == "true"
    assert wall.where() == "01_recognise_one_picture"
    page.keyboard.press("p")
    assert said(wall.ready()) == after


def test_keys_turn_pages_wherever_the_hand_was_last(wall: Wall) -> None:
    page, frame = wall.page, wall.open("02_unroll_it")
    before = said(frame)
    frame.locator(".noUi-handle").first.focus()
    page.keyboard.press("PageDown")
    assert wall.where() == "02_echo"
    page.keyboard.press("PageUp")  # whether it has started or not
    assert wall.where() == "02_unroll_it"
    assert said(wall.ready()) == before
    page.keyboard.press("m")
    page.locator("#map").wait_for()
    assert wall.where() == ""
    page.keyboard.press("m")
    assert wall.where() == "02_unroll_it"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert "Page Down" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert wall.where() == "02_unroll_it"


def test_letters_in_a_box_are_letters_and_a_clicker_works_even_there(wall: Wall) -> None:
    page, frame = wall.page, wall.open("02_echo")
    box = frame.get_by_role("textbox", name="weight w")
    box.fill("")
    box.press_sequentially("nmfps?")
    assert (wall.where(), box.input_value()) == ("02_echo", "nmfps?")
    frame.locator("select:visible").first.focus()
    page.keyboard.press("n")
    assert wall.where() == "02_echo"
    page.keyboard.press("Control+p")
    assert wall.where() == "02_echo"
    box.focus()
    page.keyboard.press("PageUp")
    assert wall.where() == "02_unroll_it"


def test_full_screen_survives_the_turn_of_a_page(wall: Wall) -> None:
    page = wall.page
    wall.open("02_unroll_it").locator(".noUi-handle").first.focus()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("n")
    wall.ready()
    assert page.evaluate("() => document.fullscreenElement !== null")
    assert page.locator("#full").get_attribute("aria-pressed") == "true"
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_small_print_shows_every_control_and_stays_on_the_next_page(wall: Wall) -> None:
    page, frame = wall.page, wall.open("02_unroll_it")
    copy = frame.get_by_role("button", name="Copy as Python")
    assert copy.count() == 0
    page.keyboard.press("s")
    copy.wait_for()
    assert page.get_by_role("button", name="Small print").get_attribute("aria-pressed") == "true"
    page.keyboard.press("n")
    wall.ready().get_by_role("button", name="Copy as Python").wait_for()
    page.keyboard.press("s")
    wall.frame().locator(".lab-lecture").wait_for()
    page.keyboard.press("p")
    wall.ready().locator(".lab-lecture").wait_for()


def test_tab_reaches_every_control_of_a_page_and_then_the_bar(wall: Wall) -> None:
    page, frame = wall.page, wall.open("02_unroll_it")
    controls = frame.locator(".lab-explorer :is(button, input, select, .noUi-handle)").filter(visible=True)
    wanted = controls.count()
    assert wanted > 6
    controls.first.focus()
    inside = frame.locator("body")
    seen = 0
    while inside.evaluate(
        "body => body.ownerDocument.hasFocus() && body.ownerDocument.activeElement !== body"
    ):
        seen += 1
        assert seen <= wanted
        page.keyboard.press("Tab")
    assert seen == wanted
    assert page.evaluate("() => document.activeElement.id") == "previous"
    for name in ("next", "to-map", "full", "small", "keys"):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.id") == name


def test_a_lesson_fills_as_it_runs_without_an_error_and_its_formulas_are_set(wall: Wall) -> None:
    page, frame = wall.page, wall.open("08_remember")
    assert frame.locator(ERRORS).count() == 0
    assert frame.locator(".voila-skeleton-container").count() == 0
    assert frame.locator(".jp-RenderedText").count() > 3
    assert frame.locator(".jp-CodeCell .highlight").filter(visible=True).count() > 4
    assert "set_lecture" not in frame.locator("body").inner_text()
    assert frame.locator("mjx-container").count() > 3
    prose = frame.locator(".jp-RenderedMarkdown")
    assert [text for text in prose.all_inner_texts() if "$" in text] == []
    assert min(sizes(frame.locator("body"), ".jp-RenderedMarkdown p, .lab-finding")) >= 24
    assert min(sizes(frame.locator("body"), ".highlight pre, .jp-RenderedText pre")) >= 20
    assert frame.locator("body").evaluate("b => b.scrollWidth <= innerWidth")
    presses = 0
    while wall.where() == "08_remember":
        assert (presses := presses + 1) < 40
        page.keyboard.press("PageDown")
    assert presses > 4
    assert wall.where() == "08_remember_2"


def test_what_a_lesson_has_made_stands_alone_too(wall: Wall) -> None:
    frame = wall.open("11_x_ray")
    assert frame.locator(".lab-explorer").filter(visible=True).count() == 1
    assert frame.locator(".lab-explorer.lab-lecture .noUi-handle").filter(visible=True).count() <= 2
    assert frame.locator(".jp-RenderedText").filter(visible=True).count() == 0


def test_at_most_three_pages_and_their_kernels_are_kept(wall: Wall, hall: Hall) -> None:
    page = wall.page
    for key in ("05_two_memories", "00_tour", "10_memory_tape", "02_echo"):  # faster than they start
        page.evaluate("key => { location.hash = key }", key)
        page.wait_for_timeout(300)
    wall.ready()
    page.wait_for_timeout(1000)
    page.wait_for_function("() => document.querySelectorAll('iframe').length <= 3", timeout=60_000)

    for _ in range(60):
        if len(hall.kernels()) <= 3:
            break
        page.wait_for_timeout(500)
    assert len(hall.kernels()) <= 3


@pytest.mark.parametrize("place", range(len(ALONE)), ids=[page.key for page in ALONE])
def test_every_explorer_fits_the_wall_and_is_read_from_the_last_row(every: Wall, place: int) -> None:
    explorer = every.page.locator(".lab-explorer").nth(place)
    box = explorer.bounding_box()
    assert box is not None
    assert box["height"] <= 720 - 46 - 4
    assert box["width"] <= 1280
    assert box["width"] > 1150
    assert "lab-lecture" in (explorer.get_attribute("class") or "")
    assert min(sizes(explorer, "svg.lab text, .lab-finding, .lab-question, button, select, label")) >= 24
    assert explorer.evaluate(BEYOND) == []
    assert explorer.locator(".noUi-handle").filter(visible=True).count() <= 2


def test_every_explorer_answers_and_still_fits(every: Wall) -> None:
    lists = every.page.locator(".lab-explorer > .lab-only-lecture select")
    asking = [each for each in lists.all() if ANSWER in plain(each.text_content())]
    assert len(asking) > 10
    for each in asking:
        each.select_option(ANSWER)
    every.page.locator(".lab-finding > b").nth(len(asking) - 1).wait_for(state="attached")
    boxes: list[Any] = [each.bounding_box() for each in every.page.locator(".lab-explorer").all()]
    assert max(box["height"] for box in boxes) <= 720 - 46 - 4
    assert boxes[0]["y"] <= 4


def test_nothing_was_asked_of_elsewhere_and_nothing_complained(wall: Wall, every: Wall) -> None:
    assert wall.tried + every.tried == []
    assert wall.complaints + every.complaints == []


def test_plain_voila_below_jupyterlab_shows_a_lesson_alive_without_its_code(browser: Browser) -> None:
    with jupyterlab(REPOSITORY) as server:
        page = new_page(browser)
        page.goto(f"{server.url}/voila/render/notebooks/00_start_here.ipynb")
        page.locator(".lab-frame svg.lab").wait_for(timeout=60_000)
        assert page.locator("h1").inner_text().startswith("Start here")
        assert page.locator(".highlight, .jp-InputArea-editor").filter(visible=True).count() == 0
        assert page.locator(ERRORS).count() == 0
        finding = page.locator(".lab-finding")
        before = finding.inner_text()
        page.get_by_role("slider", name="trees").press("ArrowRight")
        page.locator(".lab-finding", has_not_text=before).wait_for()
        assert "one tree" in finding.inner_text() or "1 tree" in finding.inner_text()
        page.close()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_closes_the_hall_and_leaves_nothing_behind(hall: Hall) -> None:
    family = psutil.Process(hall.process.pid).children(recursive=True)
    assert {path.name.split("_")[0] for path in hall.folder.iterdir()} >= {"lecture", "voila"}
    hall.process.send_signal(signal.SIGINT)
    rest, _ = hall.process.communicate(timeout=60)
    assert rest == ""
    assert hall.process.returncode == 0
    assert [path.name for path in hall.folder.iterdir()] == []
    assert psutil.wait_procs(family, timeout=20)[1] == []
