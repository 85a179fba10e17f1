"""CONTRIBUTING.md names only what exists, and its plan of the house is the one that the tests hold."""

import importlib.util
import re
from pathlib import Path

import pytest
from test_architecture import INSIDE

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", TEXT)
FOLDERS = ("lstm_lab", "notebooks", "tests", "tools", "benchmarks", "docs", "data")
PATHS = sorted(
    {
        word
        for quoted in QUOTED
        for word in quoted.split()
        if word.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or word.endswith(".md")
    }
)
PLACEHOLDERS = {"NN": "[0-9][0-9]", "NAME": "*"}


def existing(path: str) -> list[Path]:
    """Return the files that a path with placeholders stands for."""
    for word, pattern in PLACEHOLDERS.items():
        path = path.replace(word, pattern)
    return sorted(ROOT.glob(path.rstrip("/")))


@pytest.mark.parametrize("path", PATHS)
def test_every_file_it_names_exists(path: str) -> None:
    assert existing(path), f"CONTRIBUTING.md names {path}, which is not there"


def test_it_names_files_at_all() -> None:
    assert len(PATHS) > 30
    assert not existing("lstm_lab/cells/no_such_cell.py")


def test_every_name_it_places_in_a_file_stands_there() -> None:
    placed = re.findall(r"`(\w+)` in `([\w/.]+\.py)`", TEXT)
    assert len(placed) >= 8
    for name, path in placed:
        defined = rf"^(    )?(def {name}\(|class {name}\b|{name}\b.* = )"
        assert re.search(defined, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (
            f"{name} in {path}"
        )


def test_every_command_of_make_and_python_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"(?:^|`)make (\w+)", TEXT, re.MULTILINE)
    assert {"lab", "test", "notebooks", "site"} <= set(targets)
    assert [target for target in targets if f"\n{target}: " not in makefile] == []
    modules = re.findall(r"python -m (\w+)", TEXT) + re.findall(r"\.venv/bin/(?!python)(\w+)", TEXT)
    assert {"pytest", "ruff", "pyright"} <= set(modules)
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def rooms() -> list[list[str]]:
    """Return the rooms of each row of the plan, from top to bottom."""
    plan = TEXT.split("| rooms of `lstm_lab/` | what they hold |\n")[1].split("\n\n")[0]
    return [re.findall(r"`(\w+)`", row.split("|")[1]) for row in plan.splitlines()[1:]]


def test_the_plan_has_every_room_once() -> None:
    named = [room for row in rooms() for room in row]
    assert sorted(named) == sorted(set(INSIDE) - {"__init__"})


def test_a_room_imports_only_from_its_own_row_of_the_plan_and_the_rows_above() -> None:
    above: set[str] = set()
    for row in rooms():
        above |= set(row)
        for room in row:
            below = set(INSIDE[room].split()) - above
            assert not below, f"{room} imports {sorted(below)}, which the plan shows below it"


def test_it_fits_on_a_page_and_the_readme_leads_to_it() -> None:
    assert len(TEXT.splitlines()) <= 90
    assert "(CONTRIBUTING.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
