"""Decks in a real Chromium, from files and offline: every slide fits, sliders move, keys do what they should."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from built_site import LESSONS
from held import complaints_of, serious, small
from pages import stills
from pages.lessons import lessons
from PIL import Image
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PRESENT = ".slides > section.present"
MISFITS = """() => {
    const slide = document.querySelector(".slides > section.present");
    const room = slide.getBoundingClientRect();
    const inner = part => part.closest(".notes, .katex") || part.parentElement.closest("svg");
    const found = [...slide.querySelectorAll("*")].filter(part => {
        const box = part.getBoundingClientRect();
        return !inner(part) && box.width &&
            (box.right > room.right + 1 || box.bottom > room.bottom + 1 || box.left < room.left - 1 || box.top < -1);
    }).map(part => `${part.tagName} leaves the slide: ${part.textContent.trim().slice(0, 40)}`);
    for (const formula of slide.querySelectorAll(".katex-html")) {
        const box = formula.getBoundingClientRect();
        if (box.right > room.right) found.push(`a formula leaves the slide: ${formula.textContent.slice(0, 40)}`);
    }
    const blocks = [...slide.children].filter(part => part.getBoundingClientRect().height);
    for (const [one, other] of blocks.slice(1).map((part, k) => [blocks[k], part])) {
        if (one.getBoundingClientRect().bottom > other.getBoundingClientRect().top + 1) found.push("blocks overlap");
    }
    return found;
}"""
every_deck = pytest.mark.parametrize("name", LESSONS)


@pytest.fixture(name="deck")
def open_decks(browser: Browser, pages: Path) -> Iterator:
    """Open a deck from its file without a network; at the end nothing may have been asked of one, or complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    complaints: list[list[str]] = []

    def open_deck(name: str, query: str = "") -> Page:
        page = context.new_page()
        page.set_default_timeout(10_000)
        complaints.append(complaints_of(page))
        page.goto((pages / "slides" / f"{name}.html").as_uri() + query)
        page.wait_for_selector(".slides > section.present, .pdf-page")
        return page

    yield open_deck
    context.close()
    assert [*chain(*complaints)] == []


def go(page: Page, number: int) -> None:
    page.evaluate("to => { location.hash = `#/${to}` }", number)
    page.wait_for_function(
        "to => [...document.querySelectorAll('.slides > section')][to].classList.contains('present')",
        arg=number,
    )


def at(page: Page) -> int:
    """Return which slide is shown."""
    return page.evaluate(
        "[...document.querySelectorAll('.slides > section')].findIndex(each => each.matches('.present'))"
    )


def slides_of(page: Page, kind: str) -> list[int]:
    return page.evaluate(
        "kind => [...document.querySelectorAll('.slides > section')]"
        ".flatMap((each, k) => each.classList.contains(kind) ? [k] : [])",
        kind,
    )


@every_deck
def test_every_slide_fits_and_can_be_read_from_the_last_row(name: str, deck) -> None:
    page = deck(name)
    for number in range(page.locator(".slides > section").count()):
        go(page, number)
        assert page.evaluate(MISFITS) == [], number
        assert small(page, PRESENT) == [], number


@every_deck
def test_moving_the_slider_moves_picture_and_sentence_and_every_place_fits(name: str, deck) -> None:
    page = deck(name)
    shown = next(lesson.films for lesson in lessons() if lesson.name == name)
    for number, film in zip(slides_of(page, "film"), shown, strict=True):
        go(page, number)
        figure = page.locator("section.present figure.film")
        figure.locator("input").focus()
        page.keyboard.press("End")
        last = film.rows[0].first + len(film.rows[0].values) - 1
        page.wait_for_function(
            "to => document.querySelector('section.present figure').dataset.frame === to", arg=f"{last}"
        )
        assert figure.locator(".film-sentence").inner_text() == film.sentences[last]
        assert figure.locator("svg desc").first.text_content() == film.sentences[last]
        page.keyboard.press("Escape")
        for place in film.places:
            figure.get_by_role("button", name=place.question, exact=True).click()
            page.wait_for_function(
                "to => document.querySelector('section.present figure').dataset.frame === to",
                arg=f"{place.frame}",
            )
            assert page.evaluate(MISFITS) == [], place.question
            assert small(page, PRESENT) == [], place.question
        assert at(page) == number


def test_keys_go_on_and_back_and_arrows_belong_to_a_slider_that_has_the_focus(deck) -> None:
    page = deck("00_start_here")
    for key, number in (("PageDown", 1), ("Space", 2), ("PageUp", 1), ("ArrowRight", 2)):
        page.keyboard.press(key)
        page.wait_for_function(
            "to => document.querySelectorAll('.slides > section')[to].matches('.present')", arg=number
        )
    value = page.locator("section.present figure input")
    page.keyboard.press("r")
    page.keyboard.press("ArrowRight")
    assert (at(page), value.input_value()) == (2, "1")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("section.answer.present")
    assert at(page) == 3
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("section.film.present")
    value.focus()
    page.keyboard.press("PageDown")
    page.wait_for_selector("section.answer.present")


def test_a_preset_pressed_by_the_space_bar_does_not_turn_the_slide(deck) -> None:
    page = deck("00_start_here")
    go(page, 2)
    button = page.get_by_role("button", name="Fifty trees?")
    button.focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('section.present output').value === '50'")
    assert at(page) == 2


def test_the_answer_to_a_question_comes_one_step_after_it(deck) -> None:
    page = deck("07_forget_that_is_keep")
    number = next(k for k in slides_of(page, "section") if k > 3)
    go(page, number)
    evidence = page.locator("section.present .evidence")
    assert evidence.evaluate("each => getComputedStyle(each).opacity") == "0"
    page.keyboard.press("PageDown")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('section.present .evidence')).opacity === '1'"
    )
    assert at(page) == number


def test_the_speakers_view_opens_from_a_file_and_shows_where_the_slider_goes(deck) -> None:
    page = deck("00_start_here")
    go(page, 2)
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.wait_for()
    assert "trees: 50" in notes.inner_text()


def test_a_deck_prints_one_page_for_each_step(deck) -> None:
    page = deck("00_start_here", "?print-pdf")
    page.wait_for_selector(".pdf-page")
    assert page.locator(".pdf-page").count() >= page.locator(".slides section").count() >= 7
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["00_start_here", "07_forget_that_is_keep"])
def test_axe_finds_nothing_serious_on_any_slide(name: str, deck) -> None:
    page = deck(name)
    for number in range(page.locator(".slides > section").count()):
        go(page, number)
        assert serious(page) == [], number


def test_stills_are_painted_as_wide_as_a_projector_and_no_taller_than_drawn(
    browser: Browser, tmp_path: Path
) -> None:
    for name, high in (("one", 300), ("two", 200)):
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {high}"><rect width="9" height="9"/></svg>'
        (tmp_path / f"{name}.svg").write_text(picture, encoding="utf-8")
    stills.paint(browser, tmp_path, ["one", "two"])
    for name, size in (("one", (1280, 600)), ("two", (1280, 400))):
        with Image.open(tmp_path / f"{name}.png") as painted:
            assert painted.size == size
