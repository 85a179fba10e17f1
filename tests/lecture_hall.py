"""The lecture hall as `make lecture` opens it, for tests and benchmarks."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
from browser import REPOSITORY
from playwright.sync_api import FrameLocator, Page


class Hall(NamedTuple):
    """A running hall: its address, its process, and the folder in which it keeps what is temporary."""

    url: str
    process: subprocess.Popen[str]
    folder: Path

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels that run now."""
        family = psutil.Process(self.process.pid).children()
        return [each for each in family if "ipykernel_launcher" in " ".join(each.cmdline())]


@contextmanager
def lecture_hall(folder: Path) -> Iterator[Hall]:
    """Open the hall; it keeps everything in a folder and reads and writes no settings but its own."""
    temporary = folder / "temporary"
    temporary.mkdir()
    homes = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "RUNTIME", "CONFIG")}
    process = subprocess.Popen(
        [sys.executable, "tools/open_lecture.py", "--no-browser"],
        cwd=REPOSITORY,
        env=os.environ
        | homes
        | {"TMPDIR": str(temporary), "IPYTHONDIR": str(folder / "ipython")}
        | {"LSTM_LAB_PORT": "", "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"open at (http\S+)/", line):
            break
    else:
        raise RuntimeError(f"the hall did not open:\n{''.join(lines)}")
    try:
        yield Hall(found[1], process, temporary)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def go_to(page: Page, key: str, seconds: float = 120) -> FrameLocator:
    """Go to a page of the hall and wait until it is there; return its frame."""
    page.evaluate("key => { location.hash = key }", key)
    page.wait_for_function("key => location.hash.slice(1) === key", arg=key)
    page.wait_for_timeout(100)
    page.wait_for_function("() => document.body.dataset.ready === 'true'", timeout=1000 * seconds)
    return page.frame_locator("iframe.shown")
