"""The built lessons as files: where they are, and which lines rebuild the explorers they show."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pages.project import ROOT

NOTEBOOKS = ROOT / "notebooks"


def built() -> list[Path]:
    """Return every built lesson, in order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


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
