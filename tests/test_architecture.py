"""The house has the rooms and arrows that are drawn here; a new arrow is a deliberate edit of this table."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lstm_lab"

INSIDE = {
    "__init__": "",
    "notation": "",
    "checks": "",
    "files": "checks",
    "cells": "checks",
    "starts": "checks cells",
    "readout": "checks",
    "gradients": "checks cells",
    "jacobians": "checks cells gradients",
    "measures": "checks cells gradients jacobians",
    "classics": "checks cells gradients measures",
    "world": "checks",
    "tasks": "checks files world",
    "models": "checks files cells readout gradients",
    "descent": "checks readout models tasks",
    "scanning": "checks files cells readout gradients tasks models descent",
    "evaluation": "checks cells world measures tasks models",
    "interventions": "checks cells readout evaluation models tasks world",
    "xray": "checks cells measures evaluation models tasks world",
    "handwired": "checks cells readout models tasks world",
    "series": "checks files cells readout tasks models",
    "sweeps": "files",
    "results": "",
    "language": "checks tasks models cells readout interventions",
    "stage": "checks files cells readout tasks models evaluation world",
    "backflow": "checks cells starts jacobians measures stage",
    "training": "checks cells readout tasks models descent",
    "progress": "checks files",
    "exercises": "checks files progress cells starts readout gradients measures world tasks models descent evaluation "
    "stage",
    "drawing": "checks notation cells models measures world results",
    "explorers": "checks files progress notation cells starts readout gradients jacobians measures world tasks models "
    "descent evaluation stage backflow handwired sweeps results exercises drawing interventions xray language series "
    "scanning",
}
OUTSIDE = {
    "numpy": set(INSIDE) - {"__init__", "notation", "sweeps", "results", "progress"},
    "PIL": {"world"},
    "joblib": {"sweeps"},
    "torch": {"training"},
    "tqdm": {"training"},
    "matplotlib": {"drawing"},
    "ipywidgets": {"explorers"},
    "traitlets": {"explorers"},
    "IPython": {"explorers"},
}
FILES = sorted(PACKAGE.rglob("*.py"))
WRITTEN = [
    file
    for folder in ("lstm_lab", "tools", "benchmarks", "tests")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in file.parts
]


def room(file: Path) -> str:
    """Return the room a file belongs to: its folder under the package, or its own name."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported(file: Path) -> set[str]:
    """Return the dotted names of every module a file imports, wherever in the file it does."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports relative to itself; write lstm_lab.… in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_a_room_imports_only_what_the_diagram_allows(file: Path) -> None:
    here = room(file)
    for name in imported(file):
        top, *rest = name.split(".")
        if top == "lstm_lab":
            there = rest[0] if rest else "__init__"
            assert there in {here, *INSIDE[here].split()}, f"{here} may not import {there}"
        elif top not in sys.stdlib_module_names:
            assert here in OUTSIDE.get(top, set()), f"{here} may not import {top}"


def test_every_room_in_the_diagram_exists_and_nothing_else() -> None:
    assert {room(f) for f in FILES} == set(INSIDE)


def test_the_diagram_has_no_circle() -> None:
    seen: set[str] = set()
    while len(seen) < len(INSIDE):
        free = {name for name, needs in INSIDE.items() if name not in seen and set(needs.split()) <= seen}
        assert free, f"these rooms import each other in a circle: {sorted(set(INSIDE) - seen)}"
        seen |= free


@pytest.mark.parametrize("file", WRITTEN, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_can_be_read_in_an_afternoon(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 420


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules a fresh Python has loaded after running some code."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    assert not loaded_by("import lstm_lab") & {"numpy", "torch", "matplotlib", "ipywidgets", "PIL"}


def test_explorers_load_neither_torch_nor_matplotlib() -> None:
    assert not loaded_by("import lstm_lab.explorers") & {"torch", "matplotlib"}


def test_without_torch_training_says_what_to_install_and_what_still_works() -> None:
    code = "import sys; sys.modules['torch'] = None\nimport lstm_lab.training"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "ImportError: training needs torch and tqdm (torch is missing): pip install torch==2.13.0 tqdm. "
        "Without them every lesson still runs from stored weights, "
        "and lstm_lab.descent trains small networks in NumPy"
    )
