"""The pages of a lecture in their order: each lesson, then each of its explorers alone."""

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

Cell = dict[str, Any]

LARGE = "from lstm_lab.explorers.base import set_lecture\nset_lecture(True)"
"""What puts every explorer made before it into large print."""


LONG = 30
"""Letters of a title that is said whole."""


class Page(NamedTuple):
    """A page: its address, its lesson, its name and question, and the notebook behind it.

    ``name`` and ``question`` are empty for a lesson itself.
    """

    key: str
    lesson: str
    name: str
    question: str
    notebook: dict[str, Any]


class Shown(NamedTuple):
    """An explorer in a built lesson: the place of its cell, and the line that rebuilds it."""

    place: int
    line: str


def programme(folder: Path) -> list[Page]:
    """Return every page made of the built lessons in a folder, in the order in which they are given."""
    pages: list[Page] = []
    for path in sorted(folder.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        lesson, shown = title(notebook), list(explorers(notebook["cells"]))
        pages.append(Page(path.stem, lesson, "", "", _lesson(notebook, shown, folder)))
        taken = {path.stem}
        for each in shown:
            name, question = called(each.line)
            key = free(f"{path.stem[:2]}_{re.sub(r'[^a-z]+', '_', name.lower()).strip('_')}", taken)
            taken.add(key)
            pages.append(Page(key, lesson, name, question, _alone(notebook, each, question, folder)))
    return pages


def title(notebook: dict[str, Any]) -> str:
    """Return the title of a lesson; of a long one, what stands before the colon."""
    first = "".join(notebook["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
    return first if len(first) <= LONG else first.partition(":")[0]


def explorers(cells: list[Cell]) -> Iterator[Shown]:
    """Yield the explorers of a built lesson, in order."""
    for place, cell in enumerate(cells):
        for output in cell.get("outputs", ()):
            line = output.get("metadata", {}).get("lstm_lab", {}).get("python", "")
            if line:
                yield Shown(place, line)


def called(line: str) -> tuple[str, str]:
    """Return the name of the explorer that a line rebuilds, in words, and its question.

    >>> called("from lstm_lab.explorers.unroll_it import UnrollIt; UnrollIt()")
    ('Unroll it', 'How can one network read a whole show?')
    >>> called("from lstm_lab.explorers.who_sets import WhoSets; WhoSets(gate='i')")[0]
    'Who sets the gates?'
    """
    wanted = ast.parse(line).body[0]
    assert isinstance(wanted, ast.ImportFrom) and wanted.module
    kind = getattr(import_module(wanted.module), wanted.names[0].name)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).capitalize()
    words = re.sub("xray", "X-ray", words, flags=re.IGNORECASE)
    return (kind.question if kind.question.startswith(words) else words), kind.question


def stands_alone(line: str) -> bool:
    """Return whether a line needs nothing but what it imports.

    >>> stands_alone("from a import B; B(gap=3)"), stands_alone("from a import B; B.of(model)")
    (True, False)
    """
    tree = ast.parse(line)
    known = {each.name for part in tree.body if isinstance(part, ast.ImportFrom) for each in part.names}
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} <= known


def free(key: str, taken: set[str]) -> str:
    """Return a key that no page has yet.

    >>> free("06_learn", {"06_learn", "06_learn_2"})
    '06_learn_3'
    """
    others = (f"{key}_{k}" for k in range(2, len(taken) + 3))
    return key if key not in taken else next(each for each in others if each not in taken)


def _lesson(notebook: dict[str, Any], shown: list[Shown], folder: Path) -> dict[str, Any]:
    """Return a lesson that shows its prose, code and outputs, with its explorers in large print."""
    cells = [_hidden(_at(folder))]
    first = shown[0].place if shown else -1  # explorers made later follow those that are there
    for place, cell in enumerate(notebook["cells"]):
        cells.append({**cell, "outputs": []} if cell["cell_type"] == "code" else cell)
        if place == first:
            cells.append(_hidden(LARGE))
    return _written(notebook, cells, {"kind": "lesson", "title": title(notebook)})


def _alone(notebook: dict[str, Any], shown: Shown, question: str, folder: Path) -> dict[str, Any]:
    """Return a notebook that shows one explorer as its lesson starts it, in large print from the first frame."""
    cells = [_hidden(_at(folder))]
    if stands_alone(shown.line):
        imported, _, made = shown.line.partition("; ")
        cells.append(_code(f"{imported}\nexplorer = {made}\n{LARGE}\nexplorer"))
    else:  # it looks at what the lesson has made before
        before = notebook["cells"][: shown.place]
        cells += [_hidden("".join(each["source"])) for each in before if each["cell_type"] == "code"]
        *lines, made = _statements("".join(notebook["cells"][shown.place]["source"]))
        cells.append(_code("\n".join([*lines, f"explorer = {made}", LARGE, "explorer"])))
    return _written(notebook, cells, {"kind": "explorer", "title": title(notebook), "question": question})


def _statements(source: str) -> list[str]:
    return [ast.get_source_segment(source, each) or "" for each in ast.parse(source).body]


def _at(folder: Path) -> str:
    """Return code that goes to the folder of the lessons, where pictures are saved."""
    return f"import os\nos.chdir({str(folder)!r})"


def _code(source: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _hidden(source: str) -> Cell:
    return {**_code(source), "metadata": {"lecture": "hidden"}}


def _written(notebook: dict[str, Any], cells: list[Cell], about: dict[str, str]) -> dict[str, Any]:
    numbered = [{**cell, "id": f"cell-{k}"} for k, cell in enumerate(cells)]
    metadata = {**notebook["metadata"], "title": about["title"], "lecture": about}
    return {"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
