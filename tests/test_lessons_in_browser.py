"""Every lesson as a reader opens it: in a real JupyterLab, run to its end, every explorer moved and put back.

The kernel's memory is watched meanwhile: a visitor of Binder has about a gigabyte.
"""

import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbconvert
import nbformat
import psutil
import pytest
from browser import (
    Server,
    command,
    end_sessions,
    error_outputs,
    new_page,
    open_notebook,
    plain,
    run_all,
)
from pages.notebooks import line_of, lines_of
from playwright.sync_api import Browser, Locator, Page
from test_in_browser import SAID_AND_DRAWN

from benchmarks import lessons as measured
from lstm_lab.drawing.svg import escape

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KERNEL = "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.id"
ANOTHER_SENTENCE = """([k, said]) => {
    const now = document.querySelectorAll(".lab-explorer .lab-finding")[k].textContent;
    return now && now !== said;
}"""
THAT_SENTENCE = (
    "([k, said]) => document.querySelectorAll('.lab-explorer .lab-finding')[k].textContent === said"
)


IN_LESSONS = SAID_AND_DRAWN | {
    "WhoSets": (r"= (\d\.\d\d) for the bear", "{}"),
    "XRay": SAID_AND_DRAWN["GateXRay"],
}
"""As SAID_AND_DRAWN, for explorers that start elsewhere in a lesson."""


class Opened(NamedTuple):
    """A lesson that ran to its end: its page, the kinds of its explorers, and the bytes its kernel had at each look."""

    page: Page
    kinds: list[str]
    looks: list[int]


def explorers_of(lesson: Path) -> list[str]:
    """Return the classes of the explorers a committed lesson shows, in its order."""
    return [line.split("; ")[-1].split("(")[0].split(".")[0] for line in lines_of(lesson)]


@pytest.fixture(scope="module", params=LESSONS, ids=lambda p: p.stem)
def opened(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Opened]:
    """One lesson after the other, each in a window and a kernel of its own."""
    lesson: Path = request.param
    shutil.copy(lesson, server.root)
    page = new_page(browser)
    open_notebook(page, server, lesson.name)
    command(page, "application:toggle-left-area")
    kinds = explorers_of(lesson)
    with measured.watched(process_of(page.evaluate(KERNEL))) as looks:
        run_all(page, seconds=180)
        if kinds:
            page.locator(".lab-explorer:has(svg.lab)").nth(len(kinds) - 1).wait_for(state="attached")
        yield Opened(page, kinds, looks)
    page.close()
    end_sessions(server)


def process_of(kernel: str) -> int:
    """Return the process of a kernel, which was given a file of its name."""
    for process in psutil.process_iter(["cmdline"]):
        if any(kernel in part for part in process.info["cmdline"] or ()):
            return process.pid
    raise LookupError(f"no process of kernel {kernel}")


def press_towards_the_room(page: Page, handle: Locator) -> None:
    """Move a slider by one step: on, or back where it stands at its end."""
    at_the_end = handle.evaluate("each => +each.ariaValueNow >= +each.ariaValueMax")
    handle.focus()
    page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")


@pytest.mark.browser
def test_a_lesson_runs_to_its_end_without_an_error(opened: Opened) -> None:
    assert error_outputs(opened.page) == []
    assert opened.page.locator(".lab-explorer:not(.lab-done)").count() == len(opened.kinds)


@pytest.mark.browser
def test_an_arrow_key_moves_every_explorer_and_its_sentence_agrees_with_its_picture(opened: Opened) -> None:
    for k, kind in enumerate(opened.kinds):
        explorer = opened.page.locator(".lab-explorer").nth(k)
        finding, picture = explorer.locator(".lab-finding"), explorer.locator("svg.lab")
        said_first, drawn_first = finding.text_content() or "", picture.inner_html()
        press_towards_the_room(opened.page, explorer.locator(".noUi-handle:visible").first)
        opened.page.wait_for_function(ANOTHER_SENTENCE, arg=[k, said_first])
        said = plain(finding.text_content())
        drawn = [plain(each) for each in picture.locator("text").all_text_contents()]
        assert picture.inner_html() != drawn_first, kind
        in_sentence, in_picture = IN_LESSONS[kind]
        told = re.search(in_sentence, said)
        assert told, f"{kind} says: {said}"
        assert in_picture.format(*told.groups()) in drawn, kind
        explorer.get_by_role("button", name="Reset").click()
        opened.page.wait_for_function(THAT_SENTENCE, arg=[k, said_first])


@pytest.mark.browser
def test_the_kernel_of_a_lesson_stays_below_a_gigabyte(opened: Opened) -> None:
    assert 20 < max(opened.looks) / 1e6 <= measured.LARGE


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
@pytest.mark.filterwarnings("default")  # the exporter's own
def test_an_exported_page_shows_every_explorer_and_needs_no_kernel(lesson: Path) -> None:
    page, _ = nbconvert.HTMLExporter().from_filename(str(lesson))
    assert "application/vnd.jupyter.widget" not in page
    cells = nbformat.read(lesson, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = [output.data for output in outputs if line_of(output)]
    assert len(shown) == len(explorers_of(lesson))
    embedded = [
        b64decode(data).decode() for data in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page)
    ]
    for data in shown:
        assert data["image/svg+xml"] in embedded
        assert f"<desc>{escape(data['text/plain'])}</desc>" in data["image/svg+xml"]
