"""Where else the lessons run: the first one moves in Notebook 7 and in Voilà, and every link leads to what exists."""

import re
import shutil
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import (
    READY,
    Server,
    end_sessions,
    error_outputs,
    new_page,
    run_all,
)
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OWNER, NAME = PROJECT["urls"]["Repository"].removeprefix("https://github.com/").split("/")
TAG = f"v{PROJECT['version']}"
BINDER = f"https://mybinder.org/v2/gh/{OWNER}/{NAME}/{TAG}?urlpath="


@pytest.fixture
def first(server: Server) -> Path:
    """The first lesson, in the folder that is served."""
    return Path(shutil.copy(LESSONS[0], server.root))


def move_and_put_back(page: Page) -> None:
    """Move the first slider of the first explorer and put it back; picture and sentence must follow both times."""
    explorer = page.locator(".lab-explorer").first
    finding, picture = explorer.locator(".lab-finding"), explorer.locator("svg.lab")
    explorer.locator(".noUi-handle:visible").first.wait_for(timeout=60_000)
    said, drawn = finding.text_content(), picture.inner_html()
    changed = "said => document.querySelector('.lab-explorer .lab-finding').textContent !== said"
    explorer.locator(".noUi-handle:visible").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(changed, arg=said)
    assert picture.inner_html() != drawn
    explorer.get_by_role("button", name="Reset").click()
    page.wait_for_function(changed.replace("!==", "==="), arg=said)


@pytest.mark.browser
def test_the_first_lesson_moves_in_notebook_7(browser: Browser, server: Server, first: Path) -> None:
    page = new_page(browser)
    page.goto(f"{server.url}/notebooks/{first.name}?reset")
    page.wait_for_function(READY, timeout=60_000)
    run_all(page)
    page.locator(".jp-WindowedPanel-outer").evaluate(
        "each => each.scrollTo(0, 0)"
    )  # it went to the last cell
    move_and_put_back(page)
    assert error_outputs(page) == []
    assert page.locator(".lab-explorer:not(.lab-done)").count() == 1
    page.close()
    end_sessions(server)


@pytest.mark.browser
def test_the_first_lesson_moves_in_voila(browser: Browser, server: Server, first: Path) -> None:
    page = new_page(browser)
    page.goto(f"{server.url}/voila/render/{first.name}", timeout=60_000)
    move_and_put_back(page)
    assert page.locator(".lab-explorer:not(.lab-done)").count() == 1
    page.close()
    end_sessions(server)


def linked(start: str) -> list[str]:
    """Return what follows the start of links in the README, in order."""
    return [unquote(rest) for rest in re.findall(rf"\({re.escape(start)}([^)]+)\)", README)]


def test_the_readme_opens_every_lesson_on_binder_and_the_first_one_as_a_page_of_its_own() -> None:
    opened = set(linked(BINDER))
    assert opened == {f"lab/tree/notebooks/{lesson.name}" for lesson in LESSONS} | {
        f"voila/render/notebooks/{LESSONS[0].name}"
    }


def test_no_link_to_binder_leads_elsewhere() -> None:
    addresses = re.findall(r"https://mybinder\.org/v2/[^)]+", README)
    assert [each for each in addresses if not each.startswith(BINDER)] == []


def test_the_readme_names_the_published_pages_and_they_come_before_binder() -> None:
    site = f"https://{OWNER}.github.io/{NAME}/"
    assert -1 < README.index(f"({site})") < README.index(BINDER)


def test_the_line_for_colab_installs_this_version_and_nothing_else() -> None:
    assert f"%pip install -q --no-deps git+{PROJECT['urls']['Repository']}@{TAG}" in README
    assert (
        f"(https://colab.research.google.com/github/{OWNER}/{NAME}/blob/{TAG}/notebooks/{LESSONS[0].name})"
        in README
    )
