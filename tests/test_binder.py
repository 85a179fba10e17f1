"""What Binder builds and starts: the files agree, its steps run, and the first lesson fits into what a visitor gets."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

from benchmarks import lessons as measured

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Binder's machines run Linux")


def code_of(lesson: Path) -> str:
    cells = nbformat.read(lesson, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def imported_by(lesson: Path) -> set[str]:
    """Return the top-level modules a lesson imports, but those of Python itself."""
    nodes = list(ast.walk(ast.parse(code_of(lesson))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names


def test_the_environment_installs_the_package_and_jupyterlab_at_the_pins_and_no_torch() -> None:
    python, _, pip = ENVIRONMENT["dependencies"]
    assert pip == {"pip": ["-c requirements.txt", "-e .[lab]"]}
    needed = Requirement(f"python{PROJECT['requires-python']}").specifier
    assert python.removeprefix("python=") in needed
    asked = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"]
    assert "torch" not in {Requirement(line).name for line in asked}


def test_no_folder_hides_these_files_from_binder() -> None:
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()
    assert not (ROOT / "runtime.txt").exists()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_every_import_of_a_lesson_is_in_the_environment(lesson: Path) -> None:
    asked = {Requirement(line).name.lower() for line in PROJECT["dependencies"]}
    offered = {
        module
        for module, names in metadata.packages_distributions().items()
        if asked & {name.lower() for name in names}
    }
    assert imported_by(lesson) <= offered | {"lstm_lab"}


@POSIX
def test_repo2docker_takes_the_environment_and_both_scripts(tmp_path: Path) -> None:
    for name in ("environment.yml", "requirements.txt", "pyproject.toml", "postBuild", "start"):
        shutil.copy(ROOT / name, tmp_path)
    command = [
        *(sys.executable, "-m", "repo2docker", "--no-build", "--debug"),
        "--user-id=1000",
        "--user-name=you",
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    dockerfile = done.stdout + done.stderr
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in dockerfile
    assert "environment.py-3.12" in dockerfile or "environment-2epy-2d3-2e12" in dockerfile
    assert "RUN ./postBuild" in dockerfile and "chmod +x postBuild" in dockerfile
    assert 'ENV R2D_ENTRYPOINT="' in dockerfile and "/start" in dockerfile


@POSIX
@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_a_script_can_be_executed(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert (ROOT / name).read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


@POSIX
def test_the_build_warms_the_fonts_and_trusts_every_lesson(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    for lesson in LESSONS:
        shutil.copy(lesson, tmp_path / "notebooks")
    home = {
        "HOME": str(tmp_path),
        "MPLCONFIGDIR": str(tmp_path / "fonts"),
        "JUPYTER_DATA_DIR": str(tmp_path / "jupyter"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["bash", str(ROOT / "postBuild")], cwd=tmp_path, env=os.environ | home, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "fonts").glob("fontlist*.json"))
    assert done.stdout.count("Signing notebook:") == len(LESSONS)


@POSIX
def test_a_visitor_is_started_with_one_thread_and_what_was_asked_for() -> None:
    ask = "import os, sys, json; print(json.dumps([os.environ['OMP_NUM_THREADS'], *sys.argv[1:]]))"
    command = ["bash", str(ROOT / "start"), sys.executable, "-c", ask, "two words"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["1", "two words"]


@pytest.mark.filterwarnings("default")  # the notebook machinery's own
def test_what_a_visitor_sees_first_comes_without_torch_and_fits_into_a_gigabyte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in measured.ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    first = nbformat.read(LESSONS[0], as_version=4)
    _, second = (cell for cell in first.cells[:4] if cell.cell_type == "code")
    assert any("image/svg+xml" in output.get("data", {}) for output in second.outputs)
    spent = measured.cost(LESSONS[0])
    assert 20 < spent.peak <= measured.LARGE
    assert "torch" not in spent.loaded.split()
