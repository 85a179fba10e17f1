"""TEACHING.md: its tables, written from explorers and lessons themselves, and the page made of the text.

PYTHONPATH=tools python -m pages.teaching      write its tables into TEACHING.md again
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lstm_lab.explorers import Explorer
from lstm_lab.files import replace_text
from pages.films import TEMPLATES, rebuilt
from pages.lessons import lessons
from pages.markup import html_of
from pages.notebooks import NOTEBOOKS, built, lines_of
from pages.project import ROOT
from pages.stills import sentence_case

TEXT = ROOT / "TEACHING.md"
BEGIN = "<!-- explorers: written by `PYTHONPATH=tools python -m pages.teaching`, not by hand -->\n"
BEGIN_HOMEWORK = "<!-- exercises: written by the same command -->\n"
END = "<!-- end -->"
CHECKED = re.compile(r"^check\((\w+)\)", re.MULTILINE)
HEAD = "| lesson | explorer | ask first | go to | what is seen |\n|---|---|---|---|---|\n"


class Row(NamedTuple):
    """An explorer as a lecturer meets it: lesson, name, question with choices, line that goes there, what is seen."""

    lesson: str
    name: str
    asks: str
    line: str
    seen: str


def call(explorer: Explorer) -> str:
    """Return the shortest line that builds an explorer as it stands.

    >>> from lstm_lab.explorers import Tour
    >>> call(Tour(trees=50))
    'Tour(trees=50)'
    """
    kind, told = type(explorer), dict[str, object]()
    reached = kind().values()
    for name, value in explorer.values().items():
        if reached[name] != value:
            told[name] = value
            reached = kind(**told).values()
    return f"{kind.__name__}({', '.join(f'{name}={value!r}' for name, value in told.items())})"


@cache
def rows() -> tuple[Row, ...]:
    """Return a row for every explorer of every built lesson, at the place where its question is decided."""
    found = []
    for path in built():
        for line in lines_of(path):
            explorer = rebuilt(line)
            if explorer is None:
                continue
            asked, asks, seen = explorer.asked.prediction, explorer.question, ""
            if asked is not None:
                explorer.answer()
                truth = asked.outcome(explorer.record)
                choices = " / ".join(f"**{each}**" if each == truth else each for each in asked.choices)
                asks, seen = f"{sentence_case(asked.question)} {choices}", f"{asked.moment}: {truth}. "
            seen += explorer.describe(explorer.record)
            found.append(Row(path.stem[:2], type(explorer).__name__, asks, call(explorer), seen))
    return tuple(found)


def table(found: Sequence[Row]) -> str:
    """Return rows as a table in Markdown."""
    lines = (
        " | ".join(cell.replace("|", "\\|") for cell in row._replace(line=f"`{row.line}`")) for row in found
    )
    return HEAD + "".join(f"| {line} |\n" for line in lines)


def homework() -> str:
    """Return, as a table in Markdown, the exercises of every built lesson that check themselves."""
    found = []
    for path in built():
        source = (NOTEBOOKS / "source" / f"{path.stem}.md").read_text(encoding="utf-8")
        named = ", ".join(f"`{name}`" for name in CHECKED.findall(source))
        found += [f"| {path.stem[:2]} | {named} |\n"] if named else []
    return "| lesson | exercise that checks itself |\n|---|---|\n" + "".join(found)


def with_table(text: str, begin: str, written: str) -> str:
    """Return the text with another table between a mark and the next end."""
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n{written}\n{END}{after}"


def up_to_date(text: str) -> str:
    """Return TEACHING.md with its tables of explorers and exercises as they are now."""
    return with_table(with_table(text, BEGIN, table(rows())), BEGIN_HOMEWORK, homework())


def write(site: Path) -> None:
    """Write site/teaching.html from TEACHING.md: files of the site named in it become links."""
    text = TEXT.read_text(encoding="utf-8")
    (body,) = html_of([re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)])
    body = re.sub(r"<code>site/([\w./-]+?\.html)</code>", r'<a href="\1">\1</a>', body)
    body = body.replace("<table>", '<div class="wide scrolls"><table>').replace("</table>", "</table></div>")
    title = text.splitlines()[0].removeprefix("# ")
    page = TEMPLATES.get_template("teaching.html").render(root="", series=lessons(), title=title, body=body)
    (site / "teaching.html").write_text(page, encoding="utf-8")


def main() -> None:
    """Write the tables of explorers and exercises into TEACHING.md again."""
    replace_text(TEXT, up_to_date(TEXT.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
