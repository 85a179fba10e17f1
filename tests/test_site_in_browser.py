"""The site in a real Chromium, from files and offline: films move, keys reach everything, nothing is hidden."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from built_site import LESSONS, MOVING, PAGES
from held import complaints_of, serious, small
from pages import films, lessons
from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WIDTHS = "[...document.querySelectorAll('figure.film .film-host > svg')].map(s => s.viewBox.baseVal.width)"
WIDE = """[...document.querySelectorAll("main *")]
    .filter(e => !e.closest("svg, pre, .scrolls, .katex-display, .katex-mathml"))
    .filter(e => e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 90))"""
SHOWN = """f => [Number(f.dataset.frame), f.querySelector("output").textContent,
    f.querySelector("input").getAttribute("aria-valuetext"), f.querySelector(".film-sentence").textContent,
    f.querySelector("svg desc").textContent, f.querySelector(".film-note").textContent]"""
CLICKED = f"""([f, selector]) => [...f.querySelectorAll(selector)].map(button => {{
    button.click();
    return ({SHOWN})(f);
}})"""
MOVED = f"""([f, place]) => {{
    const range = f.querySelector("input");
    range.value = place;
    range.dispatchEvent(new Event("input"));
    return ({SHOWN})(f);
}}"""
WITH_FILMS = ["index.html", *dict.fromkeys(f"lessons/{name}.html" for name, _ in MOVING)]
WITHOUT = [name for name in PAGES if name not in WITH_FILMS]
every_page = pytest.mark.parametrize("page", [*WITH_FILMS, *WITHOUT], indirect=True)
every_moving_page = pytest.mark.parametrize("page", WITH_FILMS, indirect=True)
every_name = pytest.mark.parametrize("name", PAGES)


class Shown(NamedTuple):
    """What a figure shows: the frame's number, its value, that value as spoken, the sentence, the picture's own."""

    frame: int
    value: str
    spoken: str
    sentence: str
    description: str
    note: str


@contextmanager
def window(browser: Browser, **look: Any) -> Iterator[Callable[[Path], Page]]:
    """Open files offline in a window of a projector's size; at the end no page may have complained."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **look}, offline=True)
    context.set_default_timeout(10_000)
    complaints: list[list[str]] = []

    def open_file(file: Path) -> Page:
        page = context.new_page()
        complaints.append(complaints_of(page))
        page.goto(file.as_uri())
        return page

    yield open_file
    context.close()
    assert [*chain(*complaints)] == []


@pytest.fixture(scope="module", name="page")
def one_page_after_the_other(request: pytest.FixtureRequest, browser: Browser, pages: Path) -> Iterator[Page]:
    """A page, for all tests that leave it as it was."""
    with window(browser) as open_file:
        yield open_file(pages / request.param)


@pytest.fixture(name="open_page")
def open_pages(pages: Path, browser: Browser) -> Iterator[Open]:
    """Open a page of the site in a look of its own."""
    with ExitStack() as stack:
        yield lambda name, **look: stack.enter_context(window(browser, **look))(pages / name)


def film_of(figure: Locator) -> films.Film:
    """Return the film that a figure shows."""
    key = figure.get_attribute("id")
    return next(film for lesson in lessons.lessons() for film in lesson.films if film.key == key)


def seen(figure: Locator) -> Shown:
    """Return what a figure shows now."""
    return Shown(*figure.evaluate(SHOWN))


def go_back(figure: Locator) -> None:
    """Put a figure back to its start."""
    figure.get_by_role("button", name="Back to the start").click()


def hold(shown: Shown, film: films.Film, frame: int) -> None:
    """Hold number, value, sentence and picture of a figure to a frame of its film."""
    value, sentence = film.value_at(frame), film.sentences[frame]
    assert shown[:5] == (frame, value, value, sentence, sentence)


@every_moving_page
def test_moving_the_range_by_keys_changes_picture_and_sentence_together(page: Page) -> None:
    for figure in page.locator("figure.film").all():
        film, pictures = film_of(figure), set()
        first, count = film.rows[0].first, len(film.rows[0].values)
        figure.locator("input").focus()
        for key, frame in (("End", first + count - 1), ("Home", first), ("ArrowRight", first + 1)):
            page.keyboard.press(key)
            hold(seen(figure), film, frame)
            pictures.add(figure.locator(".film-host").inner_html())
        assert len(pictures) == 3
        go_back(figure)


@every_moving_page
def test_presets_lead_to_their_frames_and_the_range_goes_on_from_there(page: Page) -> None:
    for figure in page.locator("figure.film").all():
        film = film_of(figure)
        element = figure.element_handle()
        reached = [Shown(*shown) for shown in page.evaluate(CLICKED, [element, ".film-places button"])]
        for place, shown in zip(film.places, reached, strict=True):
            hold(shown, film, place.frame)
            also = film.row_of(place.frame).also
            assert shown.note == f"What to see: {place.observation}" + (f" Also set: {also}." if also else "")
        for k, place in enumerate(film.places, 1):
            row = film.row_of(place.frame)
            if len(row.values) > 1:
                last = len(row.values) - 1
                to = 0 if place.frame == row.first + last else last
                page.evaluate(CLICKED, [element, f".film-places button:nth-of-type({k})"])
                shown = Shown(*page.evaluate(MOVED, [element, to]))
                hold(shown, film, row.first + to)
                assert place.observation not in shown.note
        go_back(figure)
        assert seen(figure).note == "" and seen(figure).frame == int(
            figure.locator(".film-back").get_attribute("data-frame") or -1
        )


@every_moving_page
def test_a_prediction_is_answered_after_the_choice_and_led_to_its_frame(page: Page) -> None:
    for figure in page.locator("figure.film").all():
        film = film_of(figure)
        if film.vote is None:
            continue
        assert film.vote.moment not in figure.inner_text()
        for choice, button in zip(film.vote.choices, figure.locator(".film-vote button").all(), strict=True):
            button.focus()
            page.keyboard.press("Space")
            shown, verdict = seen(figure), "Right" if choice == film.vote.outcome else "Not so"
            hold(shown, film, film.vote.frame)
            answer = f"{verdict}: you said “{choice}”. {film.vote.moment}: {film.vote.outcome}."
            assert shown.note.startswith(answer)
            assert figure.locator(".film-vote [aria-pressed=true]").all_inner_texts() == [choice]
        go_back(figure)


@every_page
def test_tab_reaches_every_control_and_leaves_the_page_again(page: Page) -> None:
    page.reload()  # Tab goes on from wherever a test before this one was
    page.evaluate("document.querySelector('details.series').open = true")
    wanted = page.locator("a[href], button:visible, input:visible, summary").count()
    page.evaluate("window.reached = new Set(); addEventListener('focusin', e => reached.add(e.target))")
    for _ in range(wanted + 40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body") and page.evaluate("reached.size") > 1:
            break
    else:
        pytest.fail("Tab does not leave the page")
    missed = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, summary')]"
        ".filter(each => each.checkVisibility() && !reached.has(each)).map(each => each.outerHTML.slice(0, 80))"
    )
    assert missed == []
    page.evaluate("document.querySelector('details.series').open = false")


@every_page
def test_axe_finds_nothing_serious_in_light_or_dark(page: Page) -> None:
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, "color-contrast", "link-in-text-block") == []
    page.emulate_media(color_scheme="light")


@every_name
def test_nothing_is_wider_than_a_phone_and_what_scrolls_sideways_is_reached_by_keys(
    name: str, open_page: Open
) -> None:
    page = open_page(name, viewport={"width": 390, "height": 800})
    page.wait_for_function(
        f"{WIDTHS}.every(width => width === 620)"
    )  # its script comes when the width is known
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(WIDE) == []
    assert serious(page, "scrollable-region-focusable") == []


@every_moving_page
def test_an_explorer_fits_a_projector_in_normal_and_in_large_print(page: Page) -> None:
    heights = "[...document.querySelectorAll('figure.film')].map(f => f.getBoundingClientRect().height)"
    for figure in page.locator("figure.film").all():
        figure.locator(".film-places button").last.click()
    assert max(page.evaluate(heights)) <= 720
    toggle = page.get_by_role("button", name="Large print")
    toggle.click()
    page.wait_for_function(f"{WIDTHS}.every(width => width === 620)")
    assert toggle.get_attribute("aria-pressed") == "true"
    assert max(page.evaluate(heights)) <= 720
    assert small(page, "figure.film") == []
    for figure in page.locator("figure.film").all():
        assert seen(figure).sentence == seen(figure).description
    toggle.click()
    assert page.evaluate("document.documentElement.classList.contains('large')") is False


@every_page
def test_paper_shows_every_picture_and_sentence_light_and_without_controls(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    controls = page.locator("button, input, summary, .film-lead")
    assert all(not each.is_visible() for each in controls.all())
    for part in page.locator("figure svg, figure img, .film-sentence, .map img").all():
        if not part.evaluate("e => Boolean(e.parentElement.closest('svg'))"):
            assert part.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    ink = page.evaluate("getComputedStyle(document.querySelector('p')).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 120
    page.emulate_media(media="screen", color_scheme="light")


@every_name
def test_without_scripts_every_explorer_shows_its_picture_and_its_sentence(
    name: str, open_page: Open
) -> None:
    page = open_page(name, java_script_enabled=False)
    for figure in page.locator("figure.film").all():
        assert figure.locator("svg").first.is_visible()
        assert (
            figure.locator(".film-sentence").inner_text() == figure.locator("svg desc").first.text_content()
        )
    assert all(
        not each.is_visible() for each in page.locator("figure button, figure input, .large-print").all()
    )


def test_large_print_stays_on_from_page_to_page(open_page: Open) -> None:
    page = open_page("index.html")
    page.get_by_role("button", name="Large print").click()
    page.get_by_role("link", name="Start with lesson").click()
    page.wait_for_url(f"**/{LESSONS[0]}.html")
    assert page.evaluate("document.documentElement.classList.contains('large')")
    page.get_by_role("button", name="Large print").click()


def test_large_print_switched_off_before_its_pictures_have_come_stays_off(open_page: Open) -> None:
    page = open_page(WITH_FILMS[-1])
    page.get_by_role("button", name="Large print").evaluate("button => { button.click(); button.click(); }")
    page.wait_for_function("[...document.scripts].filter(s => s.src.includes('.large.js')).length > 0")
    page.wait_for_timeout(500)
    assert set(page.evaluate(WIDTHS)) == {1060}
