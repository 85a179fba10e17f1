"""Lessons by impatient readers: cells in the wrong order, cells run twice, a kernel without a network.

Nothing but plain Python's own NameError may come of a wrong order, and a second run tells the story of the first.
Trainings are cut short here: what they teach is held where lessons are built.
"""

import contextlib
import io
import re
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

LESSONS = Path(__file__).resolve().parents[1] / "notebooks"
every_lesson = pytest.mark.parametrize(
    "path", sorted(LESSONS.glob("[0-9][0-9]_*.ipynb")), ids=lambda path: path.stem
)
DRAWS = re.compile(r"\brng\b(?! = )(?!: )")
"""A cell that draws from a generator made above draws anew when it runs again, and says other numbers."""
MAKES = re.compile(r"\brng = |default_rng\(")


class Reader:
    """A notebook's kernel in this process: cells are run in it, and what they print is caught."""

    def __init__(self) -> None:
        quiet = Config()
        quiet.HistoryManager.enabled = False
        self.shell = InteractiveShell(config=quiet)

    def run(self, cell: str) -> tuple[str, BaseException | None]:
        """Return what a cell printed and showed as text, and what it raised."""
        with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
            done = self.shell.run_cell(cell)
            self.in_a_hurry()
        return said.getvalue(), done.error_before_exec or done.error_in_exec

    def in_a_hurry(self) -> None:
        """Let trainings by the names of this package end after a few updates."""
        names: dict[str, Any] = self.shell.user_ns
        for name in ("descend", "learn"):
            function = names.get(name)
            if getattr(function, "__module__", "").startswith("lstm_lab."):
                names[name] = partial(shortened, function)


def shortened(function: Any, *arguments: Any, steps: int, **named: Any) -> Any:
    return function(*arguments, steps=min(steps, 25), **named)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every address, so that a lesson that asks one fails."""

    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"a lesson asks {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **named: refuse(None, asked))  # type: ignore[arg-type]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader who sits in the folder of the lessons."""
    monkeypatch.chdir(LESSONS)
    monkeypatch.setenv("LSTM_LAB_PROGRESS", "off")
    monkeypatch.setenv("LSTM_LAB_RAISE", "1")
    yield Reader()


def cells_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the cells that import, and all others."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    imports = [cell for cell in cells if all(re.match("from |import ", line) for line in cell.splitlines())]
    return imports, [cell for cell in cells if cell not in imports]


@every_lesson
def test_cells_from_the_last_to_the_first_raise_nothing_but_that_a_name_is_not_defined(
    path: Path, reader: Reader
) -> None:
    imports, cells = cells_of(path)
    assert isinstance(reader.run(cells[0])[1], NameError)
    for cell in imports:
        assert reader.run(cell)[1] is None
    raised = {cell: reader.run(cell)[1] for cell in reversed(cells)}
    assert [(cell, error) for cell, error in raised.items() if not isinstance(error, NameError | None)] == []


@every_lesson
def test_a_cell_run_twice_says_the_same_again(path: Path, reader: Reader) -> None:
    imports, cells = cells_of(path)
    for cell in [*imports, *cells]:
        first, error = reader.run(cell)
        assert error is None, cell
        second, error = reader.run(cell)
        assert error is None, cell
        if not DRAWS.search(cell) or MAKES.search(cell):
            assert without_pictures(second) == without_pictures(first), cell


def without_pictures(said: str) -> str:
    return re.sub(r"<Figure[^>]*>|<svg.*?</svg>|0x[0-9a-f]+", "", said, flags=re.DOTALL)
