"""The built lessons as files: where they are, how they begin, and which lines rebuild the explorers they show."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from pages.project import ROOT

NOTEBOOKS = ROOT / "notebooks"
BEGINS = {
    "a title": re.compile(r"# (.+)"),
    "**You will**": re.compile(r"\*\*You will\*\* (.+)"),
    "its minutes": re.compile(r"\*\*(\d+) minutes\.\*\*"),
}


class Opening(NamedTuple):
    """How a lesson begins: its title, what finishes the sentence "You will …", and how long it takes."""

    title: str
    aim: str
    minutes: int


def built() -> list[Path]:
    """Return every built lesson, in order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def line_of(output: Mapping[str, Any]) -> str:
    """Return the line that rebuilds the explorer an output shows; empty if it shows none.

    >>> line_of({"metadata": {"lstm_lab": {"python": "Tour()"}}}), line_of({"text": "1"})
    ('Tour()', '')
    """
    return output.get("metadata", {}).get("lstm_lab", {}).get("python", "")


def lines_of(path: Path) -> list[str]:
    """Return, in order, the lines that rebuild the explorers a built lesson shows."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [line for cell in cells for output in cell.get("outputs", []) if (line := line_of(output))]


def opening(name: str, notebook: nbformat.NotebookNode) -> Opening:
    """Return how a lesson begins.

    Raises:
        ValueError: it does not begin as lessons do; the message names it and what is missing.
    """
    found = {what: pattern.search(notebook.cells[0].source) for what, pattern in BEGINS.items()}
    missing = [what for what, match in found.items() if match is None]
    if missing:
        raise ValueError(
            f"{name} must begin with a title, its aim and its minutes; missing: {', '.join(missing)}"
        )
    title, aim, minutes = (match[1] for match in found.values() if match)
    return Opening(title, aim, int(minutes))
