"""The project's own files agree with each other, and the code is clean."""

import doctest
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WITH_EXAMPLES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for file in sorted((ROOT / "lstm_lab").rglob("*.py"))
    if ">>>" in file.read_text(encoding="utf-8")
]


def pins(lines: list[str]) -> dict[str, str]:
    """Return name → version of exactly pinned requirements; anything looser is an error."""
    found = {}
    for line in lines:
        match = re.fullmatch(r"([A-Za-z0-9_-]+)(?:\[\w+\])?==([\w.]+)(?:\+cpu)?(?:;.*)?", line.strip())
        assert match, f"not an exact pin: {line}"
        found[match[1].lower()] = match[2]
    return found


def requirements() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return pins([line for line in lines if line and not line.startswith("#")])


def test_requirements_and_pyproject_name_the_same_versions() -> None:
    assert requirements() == pins(PROJECT["dependencies"] + EXTRAS["lab"] + EXTRAS["train"])


def test_the_environment_takes_its_versions_from_the_requirements() -> None:
    lines = [line.strip(" -") for line in (ROOT / "environment.yml").read_text().splitlines()]
    assert "r requirements.txt" in lines
    torch = next(line for line in lines if line.startswith("torch"))
    assert pins([torch]) == {"torch": requirements()["torch"]}
    assert "+cpu" in torch and 'sys_platform == "linux"' in torch
    python = next(line for line in lines if line.startswith("python="))
    assert float(python.removeprefix("python=3.")) >= float(PROJECT["requires-python"].removeprefix(">=3."))


def test_the_torch_message_and_the_makefile_use_the_pinned_version() -> None:
    pinned = f"torch=={requirements()['torch']}"
    assert pinned in (ROOT / "lstm_lab" / "training.py").read_text(encoding="utf-8")
    assert pinned in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "requirements.txt" in (ROOT / "Makefile").read_text()


def test_every_data_file_has_its_origin_in_the_data_readme() -> None:
    told = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    files = [p for p in (ROOT / "data").rglob("*") if p.is_file() and p.name != "README.md"]
    assert files
    assert [p.name for p in files if f"`{p.relative_to(ROOT / 'data')}`" not in told] == []


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "pyright"])
def test_the_code_is_clean(command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_in_docstrings_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0 and found.failed == 0
