"""The lessons with a kernel in the reader's own browser: JupyterLite, as one folder of the site.

Pyodide, NumPy and matplotlib come from Pyodide's own address. The site carries the rest: the package with its data and
what Pyodide does not have. All of it stands in one lock file, Pyodide's own with our entries added, so a lesson's
``from lstm_lab… import`` loads what it needs and the lessons stay as they are.
"""

import base64
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_KERNEL_PLUGIN_ID
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYODIDE_LOCK = ROOT / "tools" / "pages" / "node_modules" / "pyodide" / "pyodide-lock.json"
LOCK = "static/pyodide-lock/pyodide-lock.json"
CARRIED = ("ipywidgets", "comm")
"""Distributions that Pyodide does not have; each is carried as it is installed here."""
FRONT_END_ONLY = {"jupyterlab-widgets", "widgetsnbextension"}
"""What ipywidgets asks for and a kernel never imports: the browser's half, which the site holds as an extension."""
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension")
FITTING = "<style>.jp-RenderedSVG img { max-width: 100%; height: auto }</style>"
"""Beside the list of files a lesson has less room than its pictures are wide."""
INSTALLERS_OWN = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"}

Lock = dict[str, Any]


def write(site: Path) -> None:
    """Build ``site/lite``: JupyterLite, the lessons, the wheels they need, and a page on what to expect.

    Raises:
        subprocess.CalledProcessError: the package or JupyterLite could not be built, or JupyterLite finds its own
            files or our configuration unsound; its output says why.
    """
    output = site / "lite"
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        lessons = work / "lessons"
        lessons.mkdir()
        for page in (*sorted((ROOT / "notebooks").glob("*.ipynb")), ROOT / "docs" / "glossary.ipynb"):
            text = json.dumps(trusted(json.loads(page.read_text(encoding="utf-8"))), ensure_ascii=False)
            text = text.replace("../docs/", "").replace("../notebooks/", "")  # here they lie in one folder
            (lessons / page.name).write_text(text, encoding="utf-8")
        build = {
            "apps": ["lab"],
            "contents": [str(lessons)],
            "federated_extensions": [str(_installed_extension(each)) for each in EXTENSIONS],
            "ignore_sys_prefix": True,
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(output),
        }
        (work / "jupyter_lite_config.json").write_text(
            json.dumps({"LiteBuildConfig": build}), encoding="utf-8"
        )
        (work / "jupyter-lite.json").write_text(json.dumps(configuration()), encoding="utf-8")
        for step in ("build", "check"):
            _run([sys.executable, "-m", "jupyter", "lite", step], work)
        wheels = [own_wheel(work / "wheels"), *(packed(each, work / "wheels") for each in CARRIED)]
        target = output / LOCK
        target.parent.mkdir(parents=True)
        for wheel in wheels:
            shutil.copy(wheel, target.parent)
    theirs = json.loads(PYODIDE_LOCK.read_text(encoding="utf-8"))
    ours = [target.parent / wheel.name for wheel in wheels]
    target.write_text(json.dumps(lock(theirs, ours), sort_keys=True), encoding="utf-8")
    page = output / "lab" / "index.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("</head>", f"{FITTING}</head>", 1), encoding="utf-8"
    )
    about = Path(__file__).with_name("lite") / "about.html"
    shutil.copy(about, output)


def trusted(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lesson whose committed pictures are shown before anything runs: what is not trusted is hidden.

    On a server a signature says so; here the cells do.
    """
    cells = [{**cell, "metadata": {**cell["metadata"], "trusted": True}} for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def configuration() -> dict[str, Any]:
    """Return what jupyter-lite.json says: one lock file for all packages, and no other place to install from."""
    kernel = {
        "pyodideUrl": f"{PYODIDE_CDN_URL}/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./{LOCK}"},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "LSTM lab",
            "litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: kernel},
        },
    }


def lock(theirs: Mapping[str, Any], wheels: Sequence[Path], address: str = f"{PYODIDE_CDN_URL}/") -> Lock:
    """Return Pyodide's lock file with our wheels added; theirs are named by full address, ours lie beside the file."""
    packages = {
        name: {**entry, "file_name": address + entry["file_name"]}
        for name, entry in theirs["packages"].items()
    }
    return {**theirs, "packages": packages | {entry["name"]: entry for entry in map(locked, wheels)}}


def locked(wheel: Path) -> dict[str, Any]:
    """Return a wheel's entry in a lock file: its version, hash, what it defines and what it needs here."""
    metadata = metadata_of(wheel)
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    return {
        "name": canonicalize_name(metadata.name),
        "version": str(metadata.version),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if not top.endswith(".dist-info")),
        "depends": sorted({canonicalize_name(each.name) for each in needs(metadata)} - FRONT_END_ONLY),
        "unvendored_tests": False,
    }


def metadata_of(wheel: Path) -> Metadata:
    """Return the metadata that a wheel holds."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Metadata.from_email(archive.read(name), validate=False)


def needs(metadata: Metadata) -> list[Requirement]:
    """Return what a distribution asks for in Pyodide, extras left out."""
    here = {
        "extra": "",
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "python_version": "3.14",
    }
    asked = metadata.requires_dist or []
    return [each for each in asked if each.marker is None or each.marker.evaluate(here)]


def own_wheel(folder: Path) -> Path:
    """Build the package, its data inside, and return the wheel."""
    folder.mkdir(exist_ok=True)
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (wheel,) = folder.glob("lstm_lab-*.whl")
    return wheel


def packed(name: str, folder: Path) -> Path:
    """Write an installed pure-Python distribution as the wheel it came from, without what lies outside its packages.

    Raises:
        ValueError: it has compiled parts, or is not installed from a wheel.
    """
    distribution = importlib.metadata.distribution(name)
    if "Root-Is-Purelib: true" not in (distribution.read_text("WHEEL") or ""):
        raise ValueError(f"{name} is not pure Python as it is installed here")
    files = {
        file.as_posix(): Path(str(distribution.locate_file(file))).read_bytes()
        for file in distribution.files or []
        if ".." not in file.parts and file.suffix != ".pyc" and file.name not in INSTALLERS_OWN
    }
    home = next(file for file in files if file.endswith(".dist-info/METADATA")).rpartition("/")[0]
    lines = [f"{file},{_digest(content)},{len(content)}" for file, content in files.items()]
    files[f"{home}/RECORD"] = "\n".join([*lines, f"{home}/RECORD,,", ""]).encode()
    wheel = folder / f"{home.removesuffix('.dist-info')}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(file), content, zipfile.ZIP_DEFLATED)
    return wheel


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _installed_extension(name: str) -> Path:
    return Path(sys.prefix, "share", "jupyter", "labextensions", name)


def _run(command: list[str], folder: Path) -> None:
    """Run a command of this environment and show what it said if it fails."""
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": search}, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()
