"""README.md: its map of the lessons, written from the lessons themselves, with a thumbnail of each.

    PYTHONPATH=tools python -m pages.readme      write the map into README.md again

What a learner will do is said in a few words once, in the table of lesson 00; titles, minutes and questions are
those of the lessons and their explorers.
"""

import re
from html import escape
from pathlib import Path

import nbformat

from lstm_lab.explorers import Explorer
from lstm_lab.files import replace_text
from pages.films import rebuilt
from pages.notebooks import NOTEBOOKS, built, lines_of, opening
from pages.project import ROOT, binder
from pages.teaching import with_table

TEXT = ROOT / "README.md"
BEGIN = "<!-- lessons: written by `PYTHONPATH=tools python -m pages.readme`, not by hand -->\n"
HEAD = "| | lesson | minutes | |\n|---|---|---|---|\n"
LISTED = re.compile(r"^\| \[(\d\d) [^\]]+\]\([^)]+\) \| (.+?) \| \d+ \|$", re.MULTILINE)
TELLS_MORE = {"00": {"trees": 40}}
"""Values of a lesson's first explorer that say more in small than those it starts with."""


def explorers(lesson: Path) -> list[Explorer]:
    """Return the explorers of a built lesson as they stand there, without those that need names of its page."""
    return [made for line in lines_of(lesson) if (made := rebuilt(line)) is not None]


def thumbnail(lesson: Path) -> tuple[str, str]:
    """Return a picture that stands for a built lesson, and what it shows in words.

    It is its first explorer in large print; without one, the first picture of its page.
    """
    for explorer in explorers(lesson):
        explorer.set(**TELLS_MORE.get(lesson.stem[:2], {}))
        return explorer.svg(explorer.canvas(True)), explorer.describe(explorer.record)
    shown = [each.get("data", {}) for cell in read(lesson).cells for each in cell.get("outputs", [])]
    first = next(data for data in shown if "image/svg+xml" in data)
    return first["image/svg+xml"], first["text/plain"]


def read(lesson: Path) -> nbformat.NotebookNode:
    """Return a built lesson as a notebook."""
    return nbformat.read(lesson, as_version=4)


def aims() -> dict[str, str]:
    """Return by number what a learner will do in each lesson but 00, whose title says it, in a few words."""
    start = (NOTEBOOKS / "source" / "00_start_here.md").read_text(encoding="utf-8")
    return dict(LISTED.findall(start))


def table() -> str:
    """Return the map as a table in Markdown.

    Raises:
        ValueError: a lesson is missing from the table of lesson 00.
    """
    said = aims()
    rows = []
    for lesson in built():
        number, about = lesson.stem[:2], opening(lesson.stem, read(lesson))
        if number != "00" and number not in said:
            raise ValueError(
                f"the table in notebooks/source/00_start_here.md has no row for lesson {number}: add "
                f"| [{number} {about.title}]({lesson.name}) | what one will do, in a few words | {about.minutes} |"
            )
        title, aim = about.title.split(": ", 1) if number == "00" else (about.title, said[number])
        link = f"notebooks/{lesson.name}"
        alt = escape(thumbnail(lesson)[1])
        asks = dict.fromkeys(each.question for each in explorers(lesson))
        rows.append(
            f'| <a href="{link}"><img src="docs/lessons/{number}.svg" width="240" alt="{alt}"></a> '
            f"| **[{number} {title}]({link})**<br>{aim}"
            f"{''.join(f'<br>*{question}*' for question in asks)} "
            f"| {about.minutes} | [Binder]({binder(lesson.stem)}) |\n"
        )
    return HEAD + "".join(rows)


def up_to_date(text: str) -> str:
    """Return README.md with its map of the lessons as they are now."""
    return with_table(text, BEGIN, table())


def main() -> None:
    """Write the map of the lessons into README.md again."""
    replace_text(TEXT, up_to_date(TEXT.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
