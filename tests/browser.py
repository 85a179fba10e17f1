"""A real JupyterLab in a real Chromium, for tests and benchmarks.

A test asks for ``browser`` and ``server``.

Both are started with directories of their own and talk to loopback alone. Where there is no Chromium the
tests that need it are skipped, visibly; with LSTM_LAB_REQUIRE_BROWSER set they fail instead.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from chromium import MISSING, chromium
from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
ELSEWHERE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")
READY = """() => {
    const session = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session;
    const ready = window.jupyterapp?.shell?.currentWidget?.context?.isReady;
    return ready && session?.kernel?.connectionStatus === "connected" && session.kernel.status === "idle";
}"""
RUN_ALL = """limit => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells"),
    new Promise((_, fail) => setTimeout(() => fail(new Error("run all took too long")), limit)),
])"""


class Server(NamedTuple):
    """A running JupyterLab: its address and the folder it serves."""

    url: str
    root: Path


@contextmanager
def jupyterlab(root: Path) -> Iterator[Server]:
    """Serve a folder with a JupyterLab that reads and writes no settings but its own. No token: loopback only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        places = {
            name: str(Path(home, name.lower()))
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        } | {
            "JUPYTERLAB_SETTINGS_DIR": str(Path(home, "settings")),
            "JUPYTERLAB_WORKSPACES_DIR": str(Path(home, "workspaces")),
            "PYTHONPATH": str(REPOSITORY),
        }
        config = Path(places["JUPYTER_CONFIG_DIR"], "labconfig", "page_config.json")
        config.parent.mkdir(parents=True)
        silent = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        config.write_text(json.dumps(silent), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"),
            *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"),
            *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]
        log = Path(home, "log")
        with log.open("w", encoding="utf-8") as written:
            process = subprocess.Popen(command, env=os.environ | places, stdout=written, stderr=written)
        server = Server(f"http://127.0.0.1:{port}", root)
        try:
            _wait_for(server, process, log)
            yield server
        finally:
            end_sessions(server)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(server: Server, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/api", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def end_sessions(server: Server) -> None:
    try:
        with urllib.request.urlopen(f"{server.url}/api/sessions", timeout=5) as answer:
            sessions = json.load(answer)
        for session in sessions:
            end = urllib.request.Request(f"{server.url}/api/sessions/{session['id']}", method="DELETE")
            urllib.request.urlopen(end, timeout=5).close()
    except OSError:
        pass  # it is going down already


@contextmanager
def browser_window() -> Iterator[Browser]:
    """Start a Chromium that reaches nothing but loopback."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, width: int = 1280, height: int = 720) -> Page:
    """Open a window of a projector's size in which every request that leaves this machine is refused."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.route(ELSEWHERE, lambda route: route.abort())
    page.set_default_timeout(20_000)
    return page


def write_notebook(path: Path, *cells: tuple[str, str]) -> None:
    """Write a notebook of (kind, source) cells, kind being "code" or "markdown"."""
    empty: dict[str, dict[str, Any]] = {"code": {"outputs": [], "execution_count": None}, "markdown": {}}
    notebook = {
        "cells": [
            {"cell_type": kind, "id": f"cell-{k}", "metadata": {}, "source": source, **empty[kind]}
            for k, (kind, source) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")


def open_notebook(page: Page, server: Server, path: str) -> None:
    """Open a notebook, by its path below the served folder, and wait until its kernel is connected and idle."""
    page.goto(f"{server.url}/lab/tree/{path}?reset")
    page.wait_for_function(READY, timeout=60_000)


def run_all(page: Page, seconds: float = 60) -> None:
    """Run every cell and wait for the last one."""
    page.evaluate(RUN_ALL, seconds * 1000)


def command(page: Page, name: str, **arguments: Any) -> None:
    """Execute one of JupyterLab's commands."""
    page.evaluate("([name, options]) => window.jupyterapp.commands.execute(name, options)", [name, arguments])


def plain(words: str | None) -> str:
    """Return words with a common space where one must not break, as between a number and its unit."""
    return (words or "").replace("\xa0", " ")


def error_outputs(page: Page) -> list[str]:
    """Return the text of every error on the page: of cells, and of widgets that could not be shown."""
    broken = page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.error'], "
        ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .jupyter-widgets-error-widget"
    )
    return broken.all_inner_texts()


@pytest.fixture(scope="session", name="browser")
def start_browser() -> Iterator[Browser]:
    """A Chromium; skips where there is none."""
    if chromium() is None:
        if os.environ.get("LSTM_LAB_REQUIRE_BROWSER"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with browser_window() as window:
        yield window


@pytest.fixture(scope="session", name="server")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab over an empty folder, ``server.root``, that tests write notebooks into."""
    with jupyterlab(tmp_path_factory.mktemp("served")) as running:
        yield running
