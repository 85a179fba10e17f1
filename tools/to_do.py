"""Write what there is to do in each lesson into ``data/lessons.json``, read off the built lessons.

    python tools/to_do.py

Building lessons does it too. The explorers a lesson shows say which predictions and challenges it has, its calls of
``check`` which exercises; what two lessons share belongs to the first.
"""

import ast
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from lecture.programme import stands_alone, title
from pages.notebooks import built, line_of

from lstm_lab.explorers import Explorer

TABLE = Path(__file__).resolve().parents[1] / "data" / "lessons.json"
CHECKED = re.compile(r"^check\((\w+)\)", re.MULTILINE)


def explorer_of(line: str) -> Explorer:
    """Return the explorer that a line rebuilds.

    >>> explorer_of("from lstm_lab.explorers.who_sets import WhoSets; WhoSets(gate='o')").called
    'WhoSets o'
    """
    imported, made = ast.parse(line).body
    assert isinstance(imported, ast.ImportFrom) and imported.module and isinstance(made, ast.Expr)
    known = {each.name: getattr(import_module(imported.module), each.name) for each in imported.names}
    return eval(compile(ast.Expression(made.value), "line", "eval"), known)


def deeds(cells: list[dict[str, Any]]) -> list[str]:
    """Return what a built lesson asks for, in order: explorers' predictions and challenges, then exercises."""
    found: list[str] = []
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        line = line_of(output)
        if line and stands_alone(line):
            explorer = explorer_of(line)
            found += [f"prediction {explorer.called}"] if explorer.asked.prediction else []
            found += [f"challenge {explorer.called}"] if explorer.asked.challenge else []
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return found + [f"exercise {name}" for source in code for name in CHECKED.findall(source)]


def table() -> dict[str, Any]:
    """Return what there is to do in every built lesson."""
    rows: list[dict[str, Any]] = []
    for path in built():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        known = {each for row in rows for each in row["deeds"]}
        new = [each for each in dict.fromkeys(deeds(notebook["cells"])) if each not in known]
        rows.append({"number": path.stem[:2], "title": title(notebook), "deeds": new})
    return {"about": "Written by tools/to_do.py from the built lessons, not by hand.", "lessons": rows}


def write() -> None:
    """Write the table."""
    TABLE.write_text(json.dumps(table(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    print(f"{TABLE.name} is written")
