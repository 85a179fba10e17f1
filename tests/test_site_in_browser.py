"""The site in a real Chromium, from files and offline: films move, keys reach everything, nothing is hidden."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import REPOSITORY
from built_site import LESSONS, PAGES
from pages import films, lessons
from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
AXE = REPOSITORY / "tools" / "pages" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = "[...document.querySelectorAll('figure.film .film-host > svg')].map(s => s.viewBox.baseVal.width)"
WIDE = """[...document.querySelectorAll("main *")]
    .filter(e => !e.closest("svg, pre, .scrolls, .katex-display, .katex-mathml"))
    .filter(e => e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 90))"""
SHOWN = """f => [Number(f.dataset.frame), f.querySelector("output").textContent,
    f.querySelector("input").getAttribute("aria-valuetext"), f.querySelector(".film-sentence").textContent,
    f.querySelector("svg desc").textContent, f.querySelector(".film-note").textContent]"""
FINDINGS = """async rules => {
    const options = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
    const found = await axe.run(document, {...options, resultTypes: ["violations"], preload: false});
    return found.violations.filter(each => ["serious", "critical"].includes(each.impact))
        .map(each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
}"""
WITH_FILMS = [f"lessons/{lesson.name}.html" for lesson in lessons.lessons() if lesson.films]
every_page = pytest.mark.parametrize("name", PAGES)
every_moving_page = pytest.mark.parametrize("name", ["index.html", *WITH_FILMS])


class Shown(NamedTuple):
    """What a figure shows: the frame's number, its value, that value as spoken, the sentence, the picture's own."""

    frame: int
    value: str
    spoken: str
    sentence: str
    description: str
    note: str


@pytest.fixture(scope="module", name="contexts")
def start_contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Offline windows by their look; each kind is opened once."""
    known: dict[str, BrowserContext] = {}

    def context(**look: Any) -> BrowserContext:
        if repr(look) not in known:
            known[repr(look)] = browser.new_context(
                **{"viewport": {"width": 1280, "height": 720}, **look}, offline=True
            )
        return known[repr(look)]

    yield context
    for each in known.values():
        each.close()


@pytest.fixture(name="open_page")
def open_pages(pages: Path, contexts: Callable[..., BrowserContext]) -> Iterator[Open]:
    """Open a page of the site from its file; at the end nothing may have been asked of a network, or complained."""
    complaints: list[str] = []
    opened: list[Page] = []

    def open_page(name: str, **look: Any) -> Page:
        page = contexts(**look).new_page()
        opened.append(page)
        page.set_default_timeout(10_000)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(("file:", "data:")) else complaints.append(asked.url),
        )
        page.goto((pages / name).as_uri())
        return page

    yield open_page
    for page in opened:
        page.close()
    assert complaints == []


def film_of(figure: Locator) -> films.Film:
    """Return the film that a figure shows."""
    key = figure.get_attribute("id")
    return next(film for lesson in lessons.lessons() for film in lesson.films if film.key == key)


def seen(figure: Locator) -> Shown:
    """Return what a figure shows now."""
    return Shown(*figure.evaluate(SHOWN))


def hold(shown: Shown, film: films.Film, frame: int) -> None:
    """Hold number, value, sentence and picture of a figure to a frame of its film."""
    value, sentence = film.value_at(frame), film.sentences[frame]
    assert shown[:5] == (frame, value, value, sentence, sentence)


@every_moving_page
def test_moving_the_range_by_keys_changes_picture_and_sentence_together(name: str, open_page: Open) -> None:
    page = open_page(name)
    for figure in page.locator("figure.film").all():
        film, pictures = film_of(figure), set()
        first, count = film.rows[0].first, len(film.rows[0].values)
        figure.locator("input").focus()
        for key, frame in (("End", first + count - 1), ("Home", first), ("ArrowRight", first + 1)):
            page.keyboard.press(key)
            hold(seen(figure), film, frame)
            pictures.add(figure.locator(".film-host").inner_html())
        assert len(pictures) == 3


@every_moving_page
def test_presets_lead_to_their_frames_and_the_range_goes_on_from_there(name: str, open_page: Open) -> None:
    page = open_page(name)
    for figure in page.locator("figure.film").all():
        film = film_of(figure)
        for place, button in zip(film.places, figure.locator(".film-places button").all(), strict=True):
            button.focus()
            page.keyboard.press("Enter")
            shown, row = seen(figure), film.row_of(place.frame)
            hold(shown, film, place.frame)
            assert shown.note == f"What to see: {place.observation}" + (
                f" Also set: {row.also}." if row.also else ""
            )
            if len(row.values) > 1:
                last = row.first + len(row.values) - 1
                key, frame = ("Home", row.first) if place.frame == last else ("End", last)
                figure.locator("input").focus()
                page.keyboard.press(key)
                hold(seen(figure), film, frame)
                assert place.observation not in seen(figure).note
        figure.get_by_role("button", name="Back to the start").click()
        assert seen(figure).note == "" and seen(figure).frame == int(
            figure.locator(".film-back").get_attribute("data-frame") or -1
        )


@every_moving_page
def test_a_prediction_is_answered_after_the_choice_and_led_to_its_frame(name: str, open_page: Open) -> None:
    page = open_page(name)
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


@every_page
def test_tab_reaches_every_control_and_leaves_the_page_again(name: str, open_page: Open) -> None:
    page = open_page(name)
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


@every_page
def test_axe_finds_nothing_serious_in_light_or_dark(name: str, open_page: Open) -> None:
    page = open_page(name)
    page.add_script_tag(path=AXE)
    assert page.evaluate(FINDINGS, []) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(FINDINGS, ["color-contrast", "link-in-text-block"]) == []


@every_page
def test_nothing_is_wider_than_a_phone_and_what_scrolls_sideways_is_reached_by_keys(
    name: str, open_page: Open
) -> None:
    page = open_page(name, viewport={"width": 390, "height": 800})
    page.wait_for_function(
        f"{WIDTHS}.every(width => width === 620)"
    )  # its script comes when the width is known
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(WIDE) == []
    page.add_script_tag(path=AXE)
    assert page.evaluate(FINDINGS, ["scrollable-region-focusable"]) == []


@every_moving_page
def test_an_explorer_fits_a_projector_in_normal_and_in_large_print(name: str, open_page: Open) -> None:
    page = open_page(name)
    heights = "[...document.querySelectorAll('figure.film')].map(f => f.getBoundingClientRect().height)"
    for figure in page.locator("figure.film").all():
        figure.locator(".film-places button").last.click()
    assert max(page.evaluate(heights)) <= 720
    toggle = page.get_by_role("button", name="Large print")
    toggle.click()
    page.wait_for_function(f"{WIDTHS}.every(width => width === 620)")
    assert toggle.get_attribute("aria-pressed") == "true"
    assert max(page.evaluate(heights)) <= 720
    small = page.evaluate(
        """() => [...document.querySelectorAll("figure.film :is(p, button, label, output, figcaption span, text)")]
        .filter(e => e.checkVisibility() && e.textContent.trim()).map(e => {
            const svg = e.closest("svg");
            const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
            return [parseFloat(getComputedStyle(e).fontSize) * scale, e.textContent];
        }).filter(([size]) => size < 23.9)"""
    )
    assert small == []
    for figure in page.locator("figure.film").all():
        assert seen(figure).sentence == seen(figure).description
    toggle.click()
    assert page.evaluate("document.documentElement.classList.contains('large')") is False


@every_page
def test_paper_shows_every_picture_and_sentence_light_and_without_controls(
    name: str, open_page: Open
) -> None:
    page = open_page(name, color_scheme="dark")
    page.emulate_media(media="print")
    controls = page.locator("button, input, summary, .film-lead")
    assert all(not each.is_visible() for each in controls.all())
    for part in page.locator("figure svg, figure img, .film-sentence, .map img").all():
        if not part.evaluate("e => Boolean(e.parentElement.closest('svg'))"):
            assert part.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    ink = page.evaluate("getComputedStyle(document.querySelector('p')).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 120
    page.emulate_media(media="screen")


@every_page
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
