"""What several files of tests share and is started once: a test asks for it by its name.

A fixture that a test file imports would be started once more for that file, and no process can hold two Playwrights.
"""

import time
from collections.abc import Iterator

import pytest
from browser import start_browser, start_server
from browser_only import build_lite, serve_lite
from built_site import build_pages

from lstm_lab.explorers import base

BEGUN = time.monotonic()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Leave in pytest's cache how long all tests took, for the table of what is measured."""
    config = session.config
    whole = not (config.option.file_or_dir or config.option.keyword or config.option.markexpr)
    if whole and exitstatus == 0 and config.cache is not None:
        minutes = (time.monotonic() - BEGUN) / 60
        config.cache.set("lstm_lab/whole", {"tests": session.testscollected, "minutes": minutes})


@pytest.fixture(scope="session", autouse=True)
def no_progress_of_ours() -> Iterator[None]:
    """No test, and nothing that a test starts, reads or writes what the person at this machine has done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTM_LAB_PROGRESS", "off")
        yield


@pytest.fixture
def errors_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """An explorer that cannot draw raises instead of saying so, and each test is a notebook of its own."""
    monkeypatch.setenv("LSTM_LAB_RAISE", "1")
    base._live.clear()


__all__ = [
    "build_lite",
    "build_pages",
    "errors_are_raised",
    "no_progress_of_ours",
    "serve_lite",
    "start_browser",
    "start_server",
]
