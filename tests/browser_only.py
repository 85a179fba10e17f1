"""The browser-only version as the site carries it, for tests: built once, and served with Pyodide beside it.

A test asks for ``lite_site`` or ``lite``.

Pyodide itself is the npm package. The pure-Python packages that its kernel needs come from the registry that pip uses,
in the versions of Pyodide's lock file, once; they are kept in pytest's cache. NumPy and matplotlib for a browser are on
no registry but Pyodide's own, so the package that is served here does not ask for them.
"""

import functools
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pages import lite

THEIRS = json.loads(lite.PYODIDE_LOCK.read_text(encoding="utf-8"))
KERNEL_NEEDS = ("micropip", "ipython", "jedi")


def closure(names: tuple[str, ...], packages: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of these packages and of all they depend on."""
    found: dict[str, Any] = {}
    left = list(names)
    while left:
        name = left.pop().lower().replace("_", "-")
        if name not in found:
            found[name] = packages[name]
            left += packages[name]["depends"]
    return found


def download(entries: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Fetch pure-Python wheels in the versions of a lock file, those that are not there yet; return them by name."""
    missing = [
        f"{name}=={each['version']}"
        for name, each in entries.items()
        if not (folder / each["file_name"]).is_file()
    ]
    if missing:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--python-version=3.14"]
        done = subprocess.run(
            [*command, "--only-binary=:all:", f"--dest={folder}", *missing],
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            told = f"the kernel's packages could not be fetched: {done.stderr[-500:]}"
            (pytest.fail if os.environ.get("LSTM_LAB_REQUIRE_BROWSER") else pytest.skip)(told)
    return {each["file_name"]: folder / each["file_name"] for each in entries.values()}


def lock_of(site: Path, wheels: dict[str, Path], entries: dict[str, Any], address: str) -> lite.Lock:
    """Return the site's lock file with what is at hand here alone: these wheels and the site's own."""
    hashes = {name: hashlib.sha256(wheel.read_bytes()).hexdigest() for name, wheel in wheels.items()}
    here = {name: {**each, "sha256": hashes[each["file_name"]]} for name, each in entries.items()}
    own = sorted((site / lite.LOCK).parent.glob("*.whl"))
    lock = lite.lock({**THEIRS, "packages": here}, own, address)
    for each in lock["packages"].values():
        each["depends"] = [
            name for name in each["depends"] if name.lower().replace("_", "-") in lock["packages"]
        ]
    return lock


class Handler(SimpleHTTPRequestHandler):
    """Serves the site, below ``/pyodide/`` the npm package and the wheels, and a few files written for the test."""

    def __init__(
        self, *arguments: Any, written: dict[str, Any], wheels: dict[str, Path], **options: Any
    ) -> None:
        self.written, self.wheels = written, wheels
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        answer = self.written.get(self.path.partition("?")[0])
        if answer is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0].removeprefix("/pyodide/")
        if path.startswith("/pyodide/"):
            return str(self.wheels.get(name, lite.PYODIDE_LOCK.parent / name))
        return super().translate_path(path)

    def log_message(self, format: str, *values: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session", name="lite_site")
def build_lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``lite`` of a site."""
    return built(tmp_path_factory.getbasetemp()) / "lite"


@functools.cache
def built(folder: Path) -> Path:
    """Build a site with nothing but the browser-only version, once for all the files of tests that ask for it."""
    lite.write(folder / "browser_only")
    return folder / "browser_only"


class Served(NamedTuple):
    """Where the site is served, and what stands there besides: JSON by path, which a test may add to."""

    url: str
    written: dict[str, Any]

    def add_notebook(self, name: str, notebook: Any) -> None:
        """List and serve one more notebook."""
        everything = self.written["/api/contents/all.json"]
        first = next(each for each in everything["content"] if each["type"] == "notebook")
        everything["content"].append({**first, "name": name, "path": name})
        self.written[f"/files/{name}"] = notebook


@pytest.fixture(scope="session", name="lite")
def serve_lite(lite_site: Path, pytestconfig: pytest.Config) -> Iterator[Served]:
    """The site, served on loopback."""
    entries = closure(KERNEL_NEEDS, THEIRS["packages"])
    cache = pytestconfig.cache
    folder = cache.mkdir("pyodide-wheels") if cache else lite_site.parent
    wheels = download(entries, folder)
    configuration = json.loads((lite_site / "jupyter-lite.json").read_text(encoding="utf-8"))
    told = configuration["jupyter-config-data"]
    told["exposeAppInBrowser"] = True
    told["litePluginSettings"][lite.PYODIDE_KERNEL_PLUGIN_ID]["pyodideUrl"] = "./pyodide/pyodide.mjs"
    listing = json.loads((lite_site / "api" / "contents" / "all.json").read_text(encoding="utf-8"))
    written: dict[str, Any] = {"/jupyter-lite.json": configuration, "/api/contents/all.json": listing}
    handler = functools.partial(Handler, written=written, wheels=wheels, directory=str(lite_site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        written[f"/{lite.LOCK}"] = lock_of(lite_site, wheels, entries, f"{url}/pyodide/")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Served(url, written)
        server.shutdown()
