"""Everything that is measured, as one table: ``docs/bench.md``.

    python benchmarks/table.py                     all of it, about half an hour on a quiet machine
    python benchmarks/table.py cells explorers     some, by name; what the table says of the others stays

Cells against torch and plain NumPy; each explorer from slider to painted picture, against ``interact``; memory after
thousands of moves; imports; each lesson's seconds and peak memory on one core; the pages without a kernel; the
lecture hall; and how long all tests took when they last passed here.
"""

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import cells  # first: it holds NumPy and torch to one thread
import explorers
import hall
import lessons
import memory
import static_site
from line import Line, markdown, show

from lstm_lab.explorers import ALL

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "bench.md"
WHOLE = ROOT / ".pytest_cache" / "v" / "lstm_lab" / "whole"
PATIENCE = 60
"""Minutes that all tests may take."""
NAMED = ("numpy", "torch", "jupyterlab", "ipywidgets", "matplotlib")


def one_core_imports() -> Iterator[Line]:
    """Yield what importing takes on one core."""
    with lessons.one_core():
        yield from lessons.imports()


def tests() -> Iterator[Line]:
    """Yield how long all tests took when they last passed here: ``make test`` leaves that in pytest's cache."""
    if not WHOLE.exists():
        yield Line("all tests", "not known", "", f"{PATIENCE} min", "run `make test` first")
        return
    last = json.loads(WHOLE.read_text(encoding="utf-8"))
    yield Line(
        "make test, once everything is set up",
        f"{last['minutes']:.1f} min",
        f"{last['tests']:,} tests",
        f"{PATIENCE} min",
        "too long" if last["minutes"] > PATIENCE else "",
    )


PARTS: dict[str, Callable[[], Iterable[Line]]] = {
    "cells": cells.lines,
    "explorers": lambda: explorers.lines([kind.__name__ for kind in ALL]),
    "memory": lambda: memory.lines([kind.__name__ for kind in ALL]),
    "imports": one_core_imports,
    "lessons": lambda: lessons.lines(lessons.chosen()),
    "pages": lambda: static_site.lines(ROOT / "site"),
    "hall": lambda: hall.lines(hall.EXPLORERS),
    "tests": tests,
}


def where() -> str:
    """Return what the numbers were measured on, in one sentence."""
    versions = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, {versions}, and Chromium."
    )


def kept(part: str) -> list[Line]:
    """Return the lines of a part that the table already holds."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    _, found, rest = text.partition(f"\n## {part}\n")
    rows = rest.split("\n## ")[0].splitlines() if found else []
    return [Line(*(each.strip() for each in row[1:-1].split("|"))) for row in rows if row.startswith("| ")][
        1:
    ]


def page(parts: dict[str, list[Line]]) -> str:
    """Return the whole table as a page in Markdown, part by part."""
    every = [line for lines in parts.values() for line in lines]
    missed = sum(bool(line.missed) for line in every)
    tables = "\n\n".join(f"## {part}\n\n{markdown(lines)}" for part, lines in parts.items() if lines)
    return f"""# What is measured

Written by `make bench`, not by hand. {where()}
Pairs of milliseconds are a median and what 95 % stay below.
{missed} of {sum(bool(line.budget) for line in every)} budgets are missed.

{tables}
"""


def main() -> None:
    """Measure the parts named on the command line, or all of them, and write the table."""
    parser = argparse.ArgumentParser(description="everything that is measured, as one table")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them by default")
    named = parser.parse_args().parts or list(PARTS)
    if unknown := [name for name in named if name not in PARTS]:
        parser.error(f"{', '.join(unknown)} is none of {', '.join(PARTS)}")
    for name in named:
        print(f"\n{name}", flush=True)
        measured = show(PARTS[name]())
        table = {part: measured if part == name else kept(part) for part in PARTS}
        TABLE.write_text(page(table), encoding="utf-8")
    print(f"\nwritten to {TABLE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
