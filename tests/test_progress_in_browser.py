"""A learner solves a challenge in one notebook, sees it in another after a restart, and forgets it; terms lead on."""

import shutil
from pathlib import Path

import pytest
from browser import REPOSITORY, Browser, Page, Server, error_outputs, new_page, open_notebook, run_all
from browser import write_notebook as write

pytestmark = pytest.mark.browser
RESTART = "() => window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()"
SHOWN = "from lstm_lab.explorers import Done\ndone = Done()\ndone"
DONE = ".lab-done g[class='challenge done']"


def shown(page: Page, count: int) -> None:
    """Wait until the map, its legend left out, has so many solved challenges."""
    page.wait_for_function(
        "([marks, count]) => document.querySelectorAll(marks).length === count + 1", arg=[DONE, count]
    )


def test_what_is_solved_in_one_notebook_is_seen_in_another_until_it_is_forgotten(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    kept = tmp_path / "progress.json"
    place = f"import os\nos.environ['LSTM_LAB_PROGRESS'] = {str(kept)!r}"
    solve = "from lstm_lab.explorers import Remember\nexplorer = Remember(c=0.5)\nexplorer"
    write(server.root / "solve.ipynb", ("code", place), ("code", solve))
    write(server.root / "look.ipynb", ("code", place), ("code", SHOWN))
    page = new_page(browser)
    open_notebook(page, server, "look.ipynb")
    run_all(page)
    shown(page, 0)
    open_notebook(page, server, "solve.ipynb")
    run_all(page)
    for name, value in (("forget gate f", "0"), ("input gate i", "1"), ("candidate g", "-1")):
        box = page.locator(".lab-control", has_text=name).locator("input")
        box.fill(value)
        box.press("Enter")
    page.get_by_text("Noted: 1 of 1 challenge of lesson 08.").wait_for()
    open_notebook(page, server, "look.ipynb")
    page.evaluate(RESTART)
    run_all(page)
    shown(page, 1)
    page.get_by_role("button", name="Forget …").click()
    assert kept.exists()
    page.get_by_role("button", name="Yes, forget it all").click()
    shown(page, 0)
    assert not kept.exists()
    assert error_outputs(page) == []
    page.close()


def test_a_click_on_a_terms_lesson_opens_it(browser: Browser, server: Server) -> None:
    for folder, name in (("docs", "glossary"), ("notebooks", "07_forget_that_is_keep")):
        (server.root / folder).mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / folder / f"{name}.ipynb", server.root / folder)
    page = new_page(browser)
    open_notebook(page, server, "docs/glossary.ipynb")
    page.locator("tr", has=page.locator("strong", has_text="half-life")).locator("a").click()
    page.get_by_role("heading", name="Forget, that is: keep").wait_for()
    assert page.url.endswith("/lab/tree/notebooks/07_forget_that_is_keep.ipynb")
    page.close()
