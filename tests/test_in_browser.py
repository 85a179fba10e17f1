"""What a learner does, in a real JupyterLab: move, read, type, tab, darken, enlarge."""

import re

import pytest
from browser import (
    command,
    error_outputs,
    new_page,
    open_notebook,
    plain,
    run_all,
    write_notebook,
)

from lstm_lab.explorers import ALL, Forget, Learn, Use

pytestmark = pytest.mark.browser

FRAME = ".lab-explorer >> nth=0 >> .lab-frame"
FOCUS = """() => {
    const at = document.activeElement;
    if (!at || !at.closest(".lab-explorer")) return null;
    return [...document.querySelectorAll(".lab-explorer")[0].querySelectorAll("*")].indexOf(at);
}"""
REACHABLE = """() => {
    const root = document.querySelectorAll(".lab-explorer")[0];
    const all = [...root.querySelectorAll("*")];
    return [...root.querySelectorAll("button, input, select, .noUi-handle")]
        .filter(each => each.offsetParent !== null).map(each => all.indexOf(each));
}"""
ON_SCREEN = """([marks, property]) => [...document.querySelector(".lab-explorer").querySelectorAll(marks)].map(each => {
    const placed = each.getScreenCTM();
    return parseFloat(getComputedStyle(each)[property]) * Math.hypot(placed.a, placed.b);
})"""
SAID_AND_DRAWN = {
    "Tour": (r"and (\d\.\d\d) for the RNN", "RNN {}"),
    "PictureBench": (r"w = (\d\.\d\d)", "w = {}"),
    "UnrollIt": (r"Picture 2 of 3, the fox: no question (\d\.\d\d)", "{}"),
    "Echo": (r"h ends at (−?\d\.\d\d)", "h = {}"),
    "Telescope": (r"is multiplied by (.+?): it", "× {}"),
    "TwoMemories": (r"Long-term c: nature (\d\.\d\d)", "nature {}"),
    "WholeCell": (r"keeps (\d\.\d\d)", "kept {}"),
    "Learn": (r"≈ (\d\.\d\d): that is how much", "{}"),
    "Forget": (r"≈ (\d\.\d\d): it keeps", "{}"),
    "Remember": (r"The new memory is c = .+? = (\d\.\d\d)\.", "{}"),
    "WhoSets": (r"= (\d\.\d\d) for the (bear)", "{1} +1.5: {0}"),
    "Use": (r"the cell says h = (\d\.\d\d)", "{}"),
    "GradientFlow": (r"by (\S+) in the LSTM", "× {}"),
    "LagRace": (r"RNN default solves it in (\d of \d) seeds", "{}"),
    "MemoryTape": (r"reaches the first \?, where (h = −?\d\.\d\d)", "{}"),
    "GateXRay": (r"; (c −?\d\.\d\d),", "{}"),
    "FinishSentence": (r"the LSTM says \D+ (\d\.\d\d)", "{}"),
    "Surgery": (r"In all ([+−]?\d+\.\d) ±", "in all {} points"),
    "WhatItSees": (r"it (can see \d+ of 256)", "{}"),
    "ForecastDesk": (r"is off by (\d+\.\d) sunspots", "{}"),
    "CellVariants": (r"of light leave (c) = (\d+\.\d\d)", "{} {}"),
}
"""What the sentence says, with a number, and how the picture prints that number."""

BEYOND = """() => [...document.querySelectorAll(".lab-explorer")].flatMap(each => {
    const edge = each.getBoundingClientRect().right + 1;
    return [...each.querySelectorAll("button, input, select, .noUi-target, svg.lab text")]
        .filter(part => part.getBoundingClientRect().right > edge).map(part => part.outerHTML);
})"""
COLOURS = """() => {
    const picture = document.querySelector(".lab-frame svg.lab");
    const fill = name => getComputedStyle(picture.querySelector(name)).fill;
    return [fill("text"), fill("rect.paper")];
}"""


@pytest.fixture(scope="module")
def lesson(browser, server):
    """A page with a sentence and two explorers, run once; tests leave it as they found it."""
    write_notebook(
        server.root / "lesson.ipynb",
        ("markdown", "A sentence of prose."),
        ("code", "from lstm_lab.explorers import Echo\nEcho(w=0.9)"),
        ("code", "Echo(w=-0.5)"),
        (
            "code",
            "from lstm_lab.explorers.controls import TimeStepper\nTimeStepper('step', 0, 5, milliseconds=80)",
        ),
    )
    page = new_page(browser)
    open_notebook(page, server, "lesson.ipynb")
    command(page, "application:toggle-left-area")
    run_all(page)
    page.locator(".lab-frame svg.lab").nth(1).wait_for(state="attached")
    page.locator(".lab-explorer").first.evaluate("each => each.scrollIntoView()")
    yield page
    page.close()


def height(locator):
    """Return how high something is on screen, in pixels."""
    return locator.evaluate("each => each.getBoundingClientRect().height")


def read(page):
    """Return the words of the first picture, and its read-out."""
    return (
        page.locator(f"{FRAME} >> svg.lab text").all_text_contents(),
        page.locator(f"{FRAME} >> .lab-finding").inner_text(),
    )


def test_a_lesson_runs_without_an_error(lesson):
    assert error_outputs(lesson) == []
    assert lesson.locator(".lab-explorer").count() == 2


def test_an_arrow_key_moves_the_picture_and_the_sentence_together(lesson):
    words, finding = read(lesson)
    lesson.locator(".lab-explorer .noUi-handle").first.focus()
    lesson.keyboard.press("ArrowRight")
    lesson.wait_for_function(
        "before => document.querySelector('.lab-finding').innerText !== before", arg=finding
    )
    moved, said = read(lesson)
    said = plain(said)
    assert "w = 0.95" in said
    assert moved != words
    (half,) = [word for word in moved if word.startswith("half gone: ")]
    assert f"Half of that is gone {half.removeprefix('half gone: ')} steps later" in said
    (last,) = [word for word in moved if word.startswith("h = ")]
    assert f"h ends at {last.removeprefix('h = ')}," in said
    assert lesson.get_by_label("weight w").first.input_value() == "0.95"
    lesson.keyboard.press("ArrowLeft")
    lesson.wait_for_function("said => document.querySelector('.lab-finding').innerText === said", arg=finding)


def test_a_number_can_be_typed_and_the_slider_follows(lesson):
    box = lesson.get_by_label("weight w").first
    box.fill("1.2")
    box.press("Enter")
    lesson.locator(f"{FRAME} >> .lab-finding:has-text('w = 1.20')").wait_for()
    lesson.wait_for_timeout(300)
    handle = lesson.locator(".lab-explorer .noUi-handle").first
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(1.2)
    assert box.input_value() == "1.2"
    for typed, shown in (("0,4", "0.4"), ("many", "0.4"), ("7.6", "3")):
        box.fill(typed)
        box.press("Enter")
        lesson.wait_for_function(
            "shown => document.querySelector('.lab-slider input').value === shown", arg=shown
        )
        lesson.wait_for_timeout(200)
        assert box.input_value() == shown
    lesson.get_by_role("button", name="Reset").first.click()
    lesson.locator(f"{FRAME} >> .lab-finding:has-text('w = 0.90')").wait_for()


def test_a_preset_and_a_prediction_answer_and_copy_shows_the_line_that_rebuilds_the_view(lesson):
    first = lesson.locator(".lab-explorer").first
    first.get_by_role("button", name="And with no squish?").click()
    first.get_by_text("It explodes").wait_for()
    first.get_by_role("button", name="Copy as Python").click()
    line = first.locator("code")
    line.wait_for()
    assert line.inner_text() == (
        "from lstm_lab.explorers.echo import Echo; Echo(w=1.1, b=0.0, pulse=1.0, activation='linear')"
    )
    first.get_by_role("button", name="after 8 to 40").click()
    first.get_by_text("after 8 to 40. At w = 0.95: within 7 steps.").wait_for()
    first.get_by_role("button", name="Reset").click()
    lesson.locator(f"{FRAME} >> .lab-finding:has-text('w = 0.90')").wait_for()


def test_the_handle_of_a_slider_has_the_name_of_its_box(lesson):
    slider = lesson.get_by_role("slider", name="weight w")
    slider.first.wait_for()
    assert slider.count() == 2


def test_tab_reaches_every_control_and_leaves(lesson):
    wanted = set(lesson.evaluate(REACHABLE))
    assert len(wanted) > 15
    lesson.locator(".lab-explorer").first.get_by_role("button", name="Reset").focus()
    seen = []
    for _ in range(len(wanted) + 5):
        at = lesson.evaluate(FOCUS)
        if at is None or at == -1:
            break
        seen.append(at)
        lesson.keyboard.press("Tab")
    else:
        pytest.fail("Tab never left the explorer")
    assert wanted <= set(seen)
    assert len(seen) == len(set(seen))


def test_an_explorer_fits_on_a_projector_with_and_without_the_side_bar(lesson):
    room = lesson.locator(".jp-WindowedPanel-outer").first.bounding_box()
    for _ in range(2):
        box = lesson.locator(".lab-explorer").first.bounding_box()
        assert box["height"] <= room["height"]
        assert box["width"] <= room["width"]
        command(lesson, "application:toggle-left-area")
        lesson.wait_for_timeout(300)


def test_the_picture_follows_the_dark_theme_without_being_drawn_again(lesson):
    def channels(colour):
        return [float(part) for part in re.findall(r"[\d.]+", colour)][:3]

    ink, paper = lesson.evaluate(COLOURS)
    assert channels(ink) < channels(paper)
    command(lesson, "apputils:change-theme", theme="JupyterLab Dark")
    lesson.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    lesson.wait_for_timeout(500)
    ink, paper = lesson.evaluate(COLOURS)
    assert min(channels(ink)) > 200
    assert max(channels(paper)) < 60
    command(lesson, "apputils:change-theme", theme="JupyterLab Light")
    lesson.wait_for_function("() => document.body.dataset.jpThemeLight === 'true'")


def test_one_toggle_enlarges_every_explorer_and_the_prose_and_still_fits(lesson):
    room = lesson.locator(".jp-WindowedPanel-outer").first.bounding_box()
    lesson.get_by_role("button", name="Lecture").first.click()
    lesson.wait_for_function(
        "() => [...document.querySelectorAll('.lab-frame svg.lab')].every(e => e.viewBox.baseVal.width === 620)"
    )
    assert lesson.locator(".lab-lecture").count() == 2
    assert min(lesson.evaluate(ON_SCREEN, ["svg.lab text", "fontSize"])) >= 24
    assert min(lesson.evaluate(ON_SCREEN, ["svg.lab .s", "strokeWidth"])) >= 3
    prose = lesson.locator(".jp-RenderedMarkdown p").first.evaluate(
        "p => parseFloat(getComputedStyle(p).fontSize)"
    )
    assert prose >= 24
    assert lesson.locator(".lab-explorer").first.bounding_box()["height"] <= room["height"]
    assert lesson.locator(".lab-explorer").first.locator(".noUi-handle:visible").count() <= 2
    lesson.get_by_role("button", name="Lecture").nth(1).click()
    lesson.wait_for_function("() => document.querySelectorAll('.lab-lecture').length === 0")


def test_lecture_mode_closes_the_side_bar_brings_its_explorer_to_the_top_and_opens_the_bar_again(lesson):
    room, explorer = lesson.locator(".jp-WindowedPanel-outer").first, lesson.locator(".lab-explorer").first
    shut = room.bounding_box()
    command(lesson, "application:toggle-left-area")
    lesson.wait_for_timeout(300)
    beside = room.bounding_box()
    assert beside["width"] < shut["width"]
    explorer.get_by_role("button", name="Lecture").click()
    lesson.wait_for_function("() => document.querySelectorAll('.lab-lecture').length === 2")
    lesson.wait_for_timeout(1500)
    assert room.bounding_box() == shut
    assert min(lesson.evaluate(ON_SCREEN, ["svg.lab text", "fontSize"])) >= 24
    assert explorer.bounding_box()["y"] == pytest.approx(shut["y"], abs=30)
    explorer.get_by_role("button", name="Lecture").click()
    lesson.wait_for_function("() => document.querySelectorAll('.lab-lecture').length === 0")
    lesson.wait_for_timeout(500)
    assert room.bounding_box() == beside
    command(lesson, "application:toggle-left-area")


def test_a_long_line_of_code_and_a_wide_picture_keep_to_the_page_in_lecture_mode(browser, server):
    write_notebook(
        server.root / "wide.ipynb",
        ("code", "from lstm_lab.explorers import Diagram, Echo\nEcho()"),
        ("code", "from lstm_lab.drawing.figures import room, Still\nStill(room(7.0, 3.0)[0], 'bare')"),
        ("code", "first = " + " + ".join(["'a long word'"] * 20) + "\nDiagram('use')"),
    )
    page = new_page(browser)
    open_notebook(page, server, "wide.ipynb")
    run_all(page)
    page.get_by_role("button", name="Lecture").click()
    page.wait_for_timeout(1500)
    whole = "[...document.querySelectorAll('.cm-content')].every(e => e.scrollWidth <= e.parentElement.clientWidth)"
    assert page.evaluate(whole)
    still = page.locator(".jp-RenderedImage img").bounding_box()
    seen = page.locator(".jp-WindowedPanel-outer").first.bounding_box()
    drawn = page.locator(".jp-OutputArea svg.lab, .jp-RenderedSVG img").last.bounding_box()
    assert still and seen and drawn
    assert still["width"] > 1050 and drawn["height"] < seen["height"]
    page.close()


@pytest.fixture(scope="module")
def every(browser, server):
    """A page with every explorer, each in a cell of its own, run once."""
    write_notebook(
        server.root / "all.ipynb",
        ("code", "from lstm_lab import explorers"),
        *(("code", f"explorers.{kind.__name__}()") for kind in ALL),
    )
    page = new_page(browser)
    open_notebook(page, server, "all.ipynb")
    command(page, "application:toggle-left-area")
    run_all(page)
    page.locator(".lab-explorer:has(svg.lab)").nth(len(ALL) - 1).wait_for(state="attached")
    yield page
    page.close()


def test_every_explorer_of_a_page_runs_without_an_error(every):
    assert error_outputs(every) == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_arrow_key_on_the_first_slider_moves_the_picture_and_the_sentence_together(every, kind):
    explorer = every.locator(".lab-explorer").nth(ALL.index(kind))
    finding = explorer.locator(".lab-finding")  # its text content: innerText is empty far from the screen
    said_first, drawn_first = finding.text_content(), explorer.locator("svg.lab").inner_html()
    explorer.locator(".noUi-handle:visible").first.focus()
    every.keyboard.press("ArrowLeft" if kind.__name__ in ("UnrollIt", "LagRace") else "ArrowRight")
    every.wait_for_function(
        "([k, said]) => document.querySelectorAll('.lab-finding')[k].textContent !== said",
        arg=[ALL.index(kind), said_first],
    )
    in_sentence, in_picture = SAID_AND_DRAWN[kind.__name__]
    said = re.search(in_sentence, plain(finding.text_content()))
    assert said is not None
    assert explorer.locator("svg.lab").inner_html() != drawn_first
    assert in_picture.format(*said.groups()) in map(
        plain, explorer.locator("svg.lab text").all_text_contents()
    )
    explorer.get_by_role("button", name="Reset").click()
    every.wait_for_function(
        "([k, said]) => document.querySelectorAll('.lab-finding')[k].textContent === said",
        arg=[ALL.index(kind), said_first],
    )


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_tab_leaves_every_explorer(every, kind):
    explorer = every.locator(".lab-explorer").nth(ALL.index(kind))
    explorer.get_by_role("button", name="Reset").focus()
    inside = "each => each.contains(document.activeElement)"
    presses = 0
    while explorer.evaluate(inside):
        assert (presses := presses + 1) < 40
        every.keyboard.press("Tab")
    assert presses > 8


@pytest.mark.parametrize("kind", [Learn, Forget, Use], ids=lambda kind: kind.__name__)
def test_four_controls_stand_two_by_two_and_with_more_of_them_it_still_fits(every, kind):
    explorer = every.locator(".lab-explorer").nth(ALL.index(kind))
    (a, b, c, d) = (explorer.locator(".lab-two > .lab-control").nth(k).bounding_box() for k in range(4))
    assert a["x"] == c["x"] < b["x"] == d["x"] and a["y"] < c["y"]
    assert abs(a["width"] - b["width"]) < 30 and a["y"] == pytest.approx(b["y"], abs=4)
    more = explorer.get_by_role("button", name="More")
    assert more.bounding_box()["x"] > d["x"] + d["width"]
    more.click()
    explorer.locator(".lab-folded").wait_for()
    assert height(explorer) <= 600
    more.click()
    explorer.locator(".lab-presets").wait_for()


def test_with_the_side_bar_open_every_explorer_still_fits_and_nothing_is_cut_off(every):
    assert every.locator(".lab-explorer .noUi-target").first.bounding_box()["width"] >= 220
    command(every, "application:toggle-left-area")
    every.wait_for_function("() => document.querySelector('.lab-explorer').offsetWidth < 900")
    assert max(height(each) for each in every.locator(".lab-explorer:has(svg.lab)").all()) <= 600
    assert every.evaluate(BEYOND) == []
    assert min(each.bounding_box()["width"] for each in every.locator(".noUi-target:visible").all()) >= 90
    command(every, "application:toggle-left-area")
    every.wait_for_function("() => document.querySelector('.lab-explorer').offsetWidth > 1000")


@pytest.mark.parametrize("size", ["small", "large"])
def test_every_explorer_fits_on_a_projector(every, size):
    explorers = every.locator(".lab-explorer:has(svg.lab)")
    room = min(600, height(every.locator(".jp-WindowedPanel-outer").first))
    if size == "large":
        every.get_by_role("button", name="Lecture").first.click()
        every.locator(".lab-lecture").nth(len(ALL) - 1).wait_for(state="attached")
        every.wait_for_function("() => !document.querySelector(\".lab-frame svg.lab[width='1060']\")")
        assert [len(each.locator(".noUi-handle:visible").all()) <= 2 for each in explorers.all()] == [
            True
        ] * len(ALL)
    heights = {kind.__name__: height(explorers.nth(k)) for k, kind in enumerate(ALL)}
    assert {name: tall for name, tall in heights.items() if tall > room} == {}
    assert every.evaluate(BEYOND) == []
    if size == "large":
        for places in every.locator(".lab-explorer > .lab-only-lecture select").all():
            assert places.evaluate("each => parseFloat(getComputedStyle(each).paddingRight)") >= 48
            places.select_option("… and the answer")
        every.locator(".lab-finding > b").nth(len(ALL) - 1).wait_for()
        answered = {kind.__name__: height(explorers.nth(k)) for k, kind in enumerate(ALL)}
        assert {name: tall for name, tall in answered.items() if tall > room} == {}


def test_play_runs_to_the_end_and_stops(lesson):
    box = lesson.get_by_label("step").first
    play = lesson.get_by_role("button", name="Play")
    play.scroll_into_view_if_needed()
    assert box.input_value() == "0"
    play.click()
    lesson.wait_for_function("() => document.querySelector('.lab-time input').value === '5'")
    lesson.wait_for_function("() => !document.querySelector('.lab-time .widget-toggle-button.mod-active')")
    play.click()
    lesson.wait_for_function(
        "() => ['1', '2', '3'].includes(document.querySelector('.lab-time input').value)"
    )
    lesson.wait_for_function("() => document.querySelector('.lab-time input').value === '5'")
    lesson.wait_for_function("() => !document.querySelector('.lab-time .widget-toggle-button.mod-active')")
    lesson.get_by_role("button", name="Back").click()
    lesson.wait_for_function("() => document.querySelector('.lab-time input').value === '4'")
