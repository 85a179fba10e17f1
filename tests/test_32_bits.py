"""Nothing changes where NumPy's default integer has 32 bits, as it has in a browser's Python."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from as_in_a_browser import compiled, frames, narrow
from pages import lite

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SCRIPT = Path(__file__).with_name("as_in_a_browser.py")


def run_narrowed(source: str) -> dict[str, object]:
    """Return the names a piece of source defines when its whole numbers have 32 bits."""
    names: dict[str, object] = {"np": np, "narrow_to_32_bits": narrow}
    exec(compiled(source, "narrowed"), names)
    return names


def test_what_overflows_in_32_bits_does_so_here() -> None:
    assert run_narrowed("largest = int((np.arange(70_000) ** 2).max())")["largest"] == 2_147_395_600
    assert run_narrowed("kind = np.arange(3).cumsum().dtype")["kind"] == np.int32
    assert run_narrowed("x = np.arange(70_000); last = int((x * x)[-1])")["last"] != 69_999**2
    with pytest.raises(
        OverflowError, match=r"^a whole number of 4294967296 to 4294967296 does not fit 32 bits$"
    ):
        run_narrowed("np.array([2**32])")


def test_code_that_asks_for_64_bits_gets_them() -> None:
    assert run_narrowed("x = np.arange(3, dtype=np.int64)")["x"].dtype == np.int64  # type: ignore[attr-defined]
    assert run_narrowed("x = np.arange(3).astype(np.int64)")["x"].dtype == np.int64  # type: ignore[attr-defined]


def test_every_explorer_shows_and_says_the_same_with_its_controls_at_their_ends() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "explorers"],
        capture_output=True,
        encoding="utf-8",
        cwd=SCRIPT.parents[1],
    )
    assert done.returncode == 0, done.stderr
    small, usual = json.loads(done.stdout), frames()
    assert len(usual) > 100 and small.keys() == usual.keys()
    assert [setting for setting in usual if small[setting] != usual[setting]] == []


def test_lessons_print_the_same_from_the_wheel_alone_without_threads_processes_or_sockets(
    lite_site: Path, tmp_path: Path
) -> None:
    """Lessons that train are left out, for their time alone."""
    (wheel,) = (lite_site / lite.LOCK).parent.glob("lstm_lab-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    every = {lesson.name: lesson for lesson in sorted(NOTEBOOKS.glob("*.ipynb"))}
    lessons = {
        name: lesson for name, lesson in every.items() if "descend(" not in lesson.read_text(encoding="utf-8")
    }
    assert len(lessons) > len(every) / 2
    for lesson in lessons.values():
        shutil.copy(lesson, tmp_path)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "lessons", "."],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    printed = json.loads(done.stdout)
    assert printed == {name: committed(lesson) for name, lesson in lessons.items()}


def committed(lesson: Path) -> list[str]:
    """Return what each code cell of a lesson printed when it was built."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return [
        "".join("".join(each["text"]) for each in cell["outputs"] if each.get("name") == "stdout")
        for cell in cells
        if cell["cell_type"] == "code"
    ]
