"""Where the package must run as well: odd folders, bare environments, no network after the first time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PLAY = """
import sys
from pathlib import Path
import lstm_lab
from lstm_lab.explorers import ForecastDesk, LagRace, Tour
from lstm_lab.files import data_folder

for explorer in (Tour(), LagRace(), ForecastDesk()):
    explorer._repr_mimebundle_()
    explorer.save()
print(data_folder().resolve() == Path(sys.argv[1]).resolve(), __debug__, sys.getfilesystemencoding())
"""
BARE = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LSTM_LAB_RAISE": "1"}


def play(folder: Path, data: Path, *options: str) -> list[str]:
    """Return what a bare process without a home says that takes the package from a folder and plays in it."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "OMP_NUM_THREADS") if name in os.environ
    }
    environment = {**kept, **BARE, "PYTHONPATH": str(folder)}
    command = [sys.executable, *options, "-c", PLAY, str(data)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=environment, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def copied(to: Path, data: Path) -> None:
    ignored = shutil.ignore_patterns("own_pictures", "__pycache__")
    shutil.copytree(ROOT / "lstm_lab", to / "lstm_lab", ignore=ignored)
    shutil.copytree(ROOT / "data", data, ignore=ignored)


def test_a_folder_with_umlauts_and_no_home_no_language_no_assertions_are_borne(tmp_path: Path) -> None:
    folder = tmp_path / "Übung für Anfänger (neu)"
    copied(folder, folder / "data")
    said = play(folder, folder / "data", "-OO")
    assert said[0].startswith("True False ")
    assert {path.name for path in folder.glob("*.svg")} == {"tour.svg", "lag_race.svg", "forecast_desk.svg"}


def test_installed_without_its_repository_the_package_finds_its_data_in_itself(tmp_path: Path) -> None:
    copied(tmp_path, tmp_path / "lstm_lab" / "data")
    assert play(tmp_path, tmp_path / "lstm_lab" / "data")[0].startswith("True True ")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
@pytest.mark.parametrize("before", [True, False], ids=["set up before", "never set up"])
def test_make_lab_without_a_network_goes_on_with_what_was_installed_before(
    tmp_path: Path, before: bool
) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    python = programs / "python"  # what pip says without a network, and JupyterLab opening
    python.write_text(
        '#!/bin/sh\ncase "$*" in *"-e ."*) exit 1;; *open_lab*) echo opened;; esac\n', encoding="utf-8"
    )
    python.chmod(0o755)
    if before:
        shutil.copy(python, programs / "jupyter-lab")
    command = ["make", "-C", str(tmp_path), "lab", "PYTHON=true"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode == 0) is before
    assert ("opened" in done.stdout) is before
    assert ("Going on with what was installed before" in done.stdout) is before
    assert not (tmp_path / ".venv" / "lab").exists()  # so that the next make tries again


def test_where_a_process_cannot_become_another_it_ends_as_the_one_it_started() -> None:
    code = (
        "import os, sys, open_lab; os.name = 'nt'\n"
        "os.execv = lambda *command: sys.exit('a prompt returns at once here')\n"
        "open_lab.hand_over([sys.executable, '-c', 'import sys; sys.exit(3)'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tools", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")
