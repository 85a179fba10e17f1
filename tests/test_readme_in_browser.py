"""The first picture of the README moves in a browser, one frame at a time, and stands still for who asked for that."""

from pathlib import Path

import pytest
from browser import new_page
from playwright.sync_api import Browser, Page

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "tour.svg"
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser):
    opened = new_page(browser)
    opened.goto(PICTURE.as_uri())
    yield opened
    opened.close()


def shown_after(page: Page, seconds: float) -> list[str]:
    """Return the classes of the frames that are visible so many seconds after the start."""
    return page.evaluate(
        """seconds => {
            for (const each of document.getAnimations()) { each.pause(); each.currentTime = 1000 * seconds; }
            const frames = [...document.querySelectorAll(".turn")];
            return frames.filter(each => getComputedStyle(each).visibility === "visible")
                .map(each => each.getAttribute("class"));
        }""",
        seconds,
    )


def test_frames_follow_each_other_one_at_a_time_and_begin_again(page: Page) -> None:
    assert [shown_after(page, t) for t in (0.1, 0.5, 4.1, 8.1, 10.9)] == [
        ["turn t0"],
        ["turn t1"],
        ["turn t10"],
        ["turn t20"],
        ["turn t20"],
    ]
    assert shown_after(page, 11.1) == ["turn t0"]


def test_nothing_moves_for_a_reader_who_asked_for_less_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert shown_after(page, 0) == ["turn t20"]
