"""The project's own files agree with each other, and the code is clean."""

import ast
import doctest
import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKED = ROOT / "tools" / "pages" / "node_modules" / "pyodide" / "pyodide-lock.json"
CODE = [
    file
    for folder in ("lstm_lab", "tools", "tests", "benchmarks")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in file.parts
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WITH_EXAMPLES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for file in sorted((ROOT / "lstm_lab").rglob("*.py"))
    if ">>>" in file.read_text(encoding="utf-8")
]


def pins(lines: list[str]) -> dict[str, str]:
    """Return name → version of exactly pinned requirements; anything looser is an error."""
    found = {}
    for line in lines:
        asked = Requirement(line)
        (only,) = asked.specifier
        assert only.operator == "==", f"not an exact pin: {line}"
        found[asked.name.lower()] = only.version
    return found


def pinned_in(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return pins([line for line in lines if line and not line.startswith("#")])


def ranges(*groups: list[str]) -> dict[str, Requirement]:
    """Return name → requirement of lists in pyproject."""
    return {(asked := Requirement(line)).name.lower(): asked for group in groups for line in group}


LESSONS_AND_TRAINING = ranges(PROJECT["dependencies"], EXTRAS["lab"], EXTRAS["train"])
ALL_RANGES = LESSONS_AND_TRAINING | ranges(EXTRAS["cluster"])


def test_every_pin_lies_in_the_range_that_pyproject_names() -> None:
    pinned = pinned_in("requirements.txt")
    assert set(pinned) == set(LESSONS_AND_TRAINING)
    outside = {name: version for name, version in pinned.items() if version not in ALL_RANGES[name].specifier}
    assert outside == {}


def test_the_oldest_constraints_are_exactly_the_floors() -> None:
    floors = {
        name: next(each.version for each in asked.specifier if each.operator in (">=", "=="))
        for name, asked in ALL_RANGES.items()
    }
    assert pinned_in(".ci/oldest.txt") == floors


def test_every_range_but_that_of_torch_has_a_floor_and_a_ceiling() -> None:
    operators = {name: {each.operator for each in asked.specifier} for name, asked in ALL_RANGES.items()}
    assert operators.pop("torch") == {"=="}
    assert all(found == {">=", "<"} for found in operators.values()), operators


def test_what_tests_are_built_with_is_pinned_exactly() -> None:
    assert pins(EXTRAS["test"])["distributed"] in ALL_RANGES["distributed"].specifier


def test_the_versions_that_a_browser_has_lie_in_the_ranges() -> None:
    if not LOCKED.exists():
        pytest.skip("the pages' own packages are not installed: npm ci --prefix tools/pages")
    locked = json.loads(LOCKED.read_text(encoding="utf-8"))["packages"]
    shared = {name: locked[name]["version"] for name in ALL_RANGES if name in locked}
    assert {"numpy", "matplotlib", "pillow", "joblib"} <= set(shared)
    assert {n: v for n, v in shared.items() if v not in ALL_RANGES[n].specifier} == {}


def test_the_torch_message_and_the_makefile_use_the_pinned_version() -> None:
    pinned = f"torch=={pinned_in('requirements.txt')['torch']}"
    for file in ("lstm_lab/training.py", "README.md", ".github/workflows/tests.yml"):
        assert pinned in (ROOT / file).read_text(encoding="utf-8"), file
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "requirements.txt" in makefile
    assert (
        "-c requirements.txt -e '.[test]'" in makefile
    )  # the extras install the pins, not the newest of a range


def test_every_data_file_has_its_origin_in_the_data_readme() -> None:
    told = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    files = [p for p in (ROOT / "data").rglob("*") if p.is_file() and p.name != "README.md"]
    assert files
    assert [p.name for p in files if f"`{p.relative_to(ROOT / 'data').as_posix()}`" not in told] == []


def leaves_the_encoding_open(call: ast.Call) -> bool:
    """Whether a call reads or writes text in whatever encoding the system prefers."""
    method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    modes = [each.value for each in call.args if isinstance(each, ast.Constant)]
    in_text = {"r", "w", "a", "x"} & set(modes) or (not method and not any("b" in str(m) for m in modes))
    pathlike = name == "write_text" or (
        name == "read_text" and not call.args
    )  # with a name it is a package's own file
    if pathlike or (name == "open" and in_text):
        return "encoding" not in {keyword.arg for keyword in call.keywords}
    return False


@pytest.mark.parametrize("file", CODE, ids=lambda f: str(f.relative_to(ROOT)))
def test_text_is_read_and_written_in_one_encoding_on_every_system(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if leaves_the_encoding_open(call)] == []


def test_no_file_of_tests_imports_what_is_started_once_for_all() -> None:
    shared = set(
        ast.literal_eval((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8").split("__all__ = ")[1])
    )
    assert "start_browser" in shared
    for file in (ROOT / "tests").glob("test_*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        names = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert not names & shared, f"{file.name}: ask for the fixture by its name; conftest.py starts it"


def steps_of(workflow: Path) -> list[dict[str, str]]:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_names_only_what_exists(workflow: Path) -> None:
    words = workflow.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    runs = [step["run"] for step in steps_of(workflow) if "run" in step]
    assert runs
    for run in runs:
        for target in re.findall(r"^make (\w+)", run):
            assert f"\n{target}: " in makefile
        for extras in re.findall(r"\.\[([\w,]+)\]", run):
            assert set(extras.split(",")) <= set(EXTRAS)
    named = re.findall(r"\.ci/[\w.]+|tests/\w+\.py|tools/\w+|requirements\.txt", words)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_uses_only_githubs_own_actions_of_a_fixed_major_version(workflow: Path) -> None:
    used = [step["uses"] for step in steps_of(workflow) if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in used)


def test_the_tests_run_on_three_systems_with_the_oldest_and_the_newest_versions_every_week() -> None:
    tests = yaml.safe_load(WORKFLOWS[-1].read_text(encoding="utf-8"))
    matrix = tests["jobs"]["elsewhere"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert matrix["versions"] == [".ci/oldest.txt", "requirements.txt"]
    lowest, highest = (Requirement(f"python=={each['python']}").specifier for each in matrix["include"])
    assert str(lowest).removeprefix("==") == PROJECT["requires-python"].removeprefix(">=")
    assert lowest != highest
    assert tests[True]["schedule"]  # YAML reads the key "on" as true


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "pyright"])
def test_the_code_is_clean(command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_in_docstrings_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0 and found.failed == 0
