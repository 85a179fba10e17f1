"""Write the glossary, ``docs/glossary.ipynb``, from ``notebooks/source/terms.txt`` and the lessons' sources.

    python tools/build_glossary.py

Of each term people write what it means; its lesson and heading are found: where it stands in bold, else where its
words come first in the prose. Symbol, story word and textbook word are those of ``lstm_lab.notation``.
"""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

from lstm_lab.notation import QUANTITIES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "notebooks" / "source"
TERMS = SOURCES / "terms.txt"
GLOSSARY = ROOT / "docs" / "glossary.ipynb"
SKIPPED = re.compile(
    r"^```.*?^```|<!--.*?-->|\{\{.*?\}\}|\$[^$]*\$|`[^`\n]*`|^\| \[.*?$", re.DOTALL | re.MULTILINE
)
INTRODUCTION = """# Glossary: every word, and the lesson that explains it

A term leads to the lesson that explains it; the link names the heading there.
Some words have two names, one in the story and one in textbooks; both are here.

| term | symbol | what it means | explained in |
|---|---|---|---|
"""


class Term(NamedTuple):
    """A term, the other ways it is written, its letter in ``notation`` or nothing, and what it means."""

    name: str
    forms: tuple[str, ...]
    letter: str
    meaning: str


class Place(NamedTuple):
    """A place in a lesson: the name of its source, its heading, and where in the text it is."""

    lesson: str
    heading: str
    at: int


def terms() -> list[Term]:
    """Return every term, in the order in which they are written.

    Raises:
        ValueError: a line has not four parts.
    """
    found = []
    for line in TERMS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 4:
                raise ValueError(f"{TERMS.name}: four parts with | between them, got: {line}")
            name, others, letter, meaning = parts
            forms = (name, *(form.strip() for form in others.split(",") if form.strip()))
            found.append(Term(name, forms, letter, meaning))
    return found


def lessons() -> dict[str, str]:
    """Return the prose of every lesson by its name, with code, formulas, the map and hidden claims blanked out."""
    files = sorted(SOURCES.glob("[0-9][0-9]_*.md"))
    return {
        file.stem: SKIPPED.sub(lambda found: " " * len(found[0]), file.read_text(encoding="utf-8"))
        for file in files
    }


def first(forms: tuple[str, ...], prose: dict[str, str], bold: bool = False) -> Place | None:
    """Return where any of several words comes first, or first stands in bold; None if nowhere."""
    words = "|".join(re.escape(form) for form in forms)
    pattern = re.compile(
        rf"\*\*(?:{words})\*\*" if bold else rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE
    )
    for name, text in prose.items():
        if found := pattern.search(text):
            headings = re.findall(r"^#+ (.+)$", text[: found.start()], re.MULTILINE)
            return Place(name, headings[-1] if headings else "", found.start())
    return None


def explained(term: Term, prose: dict[str, str]) -> Place:
    """Return where a term is explained.

    Raises:
        ValueError: no lesson has it.
    """
    place = first(term.forms, prose, bold=True) or first(term.forms, prose)
    if place is None:
        raise ValueError(f"no lesson uses the term {term.name!r} of {TERMS.name}")
    return place


def anchor(heading: str) -> str:
    """Return the anchor that JupyterLab gives a heading.

    >>> anchor("Who sets the tap?")
    'Who-sets-the-tap?'
    """
    return heading.replace(" ", "-")


def row(term: Term, place: Place) -> str:
    """Return a term as a row of the table."""
    quantity = QUANTITIES.get(term.letter)
    symbol = f"${quantity.latex}$" if quantity else ""
    names = [quantity.story, quantity.textbook] if quantity else []
    other = [name for name in names if name != "–" and name.lower() not in (term.name.lower(),)]
    also = f" Also called: {', '.join(other)}." if other else ""
    link = f"../notebooks/{place.lesson}.ipynb#{anchor(place.heading)}".replace(",", "%2C")
    where = f"[{place.lesson[:2]} {place.heading.partition(': ')[0]}]({link})"
    return f"| **{term.name}** | {symbol} | {term.meaning}{also} | {where} |"


def text() -> str:
    """Return the glossary as Markdown, its terms in the order of the alphabet."""
    prose = lessons()
    ordered = sorted(terms(), key=lambda term: term.name.lower())
    back = "\n\n[Back to lesson 00](../notebooks/00_start_here.ipynb)"
    return INTRODUCTION + "\n".join(row(term, explained(term, prose)) for term in ordered) + back


def notebook() -> str:
    """Return the glossary as the text of a notebook with one cell."""
    cell = nbformat.v4.new_markdown_cell(text(), id="glossary")
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell], metadata=kernel)) + "\n"


if __name__ == "__main__":
    GLOSSARY.write_text(notebook(), encoding="utf-8")
    print(f"{GLOSSARY.name}: {len(terms())} terms")
