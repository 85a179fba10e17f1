"""TEACHING.md: the table of every explorer, written from the explorers themselves, and the page made of the text.

python tools/pages/teaching.py      write the table into TEACHING.md again
"""

import re
import sys
from html import escape
from pathlib import Path
from typing import NamedTuple

import mistune

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tools"))

from lstm_lab.explorers import Explorer
from pages.films import rebuilt
from pages.stills import LESSONS, lines_of, places

TEXT = ROOT / "TEACHING.md"
BEGIN = "<!-- explorers: written by `python tools/pages/teaching.py`, do not edit by hand -->\n"
END = "<!-- end -->"
HEAD = "| lesson | explorer | ask first | go to | what is seen |\n|---|---|---|---|---|\n"


class Row(NamedTuple):
    """An explorer as a lecturer meets it: lesson, name, question with its choices, line that goes there, what is seen."""

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
    kind, values = type(explorer), explorer.values()
    told: dict[str, object] = {}
    for name, value in values.items():
        if kind(**told).values()[name] != value:
            told[name] = value
    return f"{kind.__name__}({', '.join(f'{name}={value!r}' for name, value in told.items())})"


def rows() -> list[Row]:
    """Return a row for every explorer of every built lesson, at the place where its question is decided."""
    found = []
    for path in sorted(LESSONS.glob("*.ipynb")):
        for line in lines_of(path):
            explorer = rebuilt(line)
            if explorer is None:
                continue
            asked, by_role = explorer.asked.prediction, {place.role: place for place in places(explorer)}
            place = by_role.get("answer", by_role["start"])
            asks = place.question
            if asked is not None:
                truth = asked.outcome(explorer.compute(place.values))
                asks += " " + " / ".join(f"**{each}**" if each == truth else each for each in asked.choices)
            explorer.set(**place.values)
            seen = f"{place.observation} {place.sentence}".strip()
            found.append(Row(path.stem[:2], type(explorer).__name__, asks, call(explorer), seen))
    return found


def table(found: list[Row]) -> str:
    """Return rows as a table in Markdown."""
    lines = (
        " | ".join(cell.replace("|", "\\|") for cell in row._replace(line=f"`{row.line}`")) for row in found
    )
    return HEAD + "".join(f"| {line} |\n" for line in lines)


def with_table(text: str, written: str) -> str:
    """Return the text with another table between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{written}\n{END}{after}"


STYLE = """
body{font:1.05rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;color:#111;background:#fff;
  max-width:76rem;margin:0 auto;padding:1rem 1.25rem 4rem}
p,ul,ol,pre{max-width:46rem}a{color:#0a5a9c}a:focus-visible,.wide:focus-visible{outline:3px solid #0072B2;outline-offset:2px}
h1{font-size:2.2rem;margin:.5rem 0 1rem}h2{margin:3rem 0 .75rem;border-top:1px solid #ccc;padding-top:1.5rem}
h3{margin:2rem 0 .5rem}
.wide{overflow-x:auto;max-width:100%}table{border-collapse:collapse;margin:1rem 0;font-size:.95rem;line-height:1.45}
th,td{border-bottom:1px solid #ccc;padding:.5rem .6rem;text-align:left;vertical-align:top}
td:first-child{white-space:nowrap}code{font-size:.9em;background:#f3f3f3;padding:.1em .3em;border-radius:4px;
  overflow-wrap:anywhere}pre code{background:none;padding:0;overflow-wrap:normal}
pre{background:#f3f3f3;padding:.8rem 1rem;border-radius:8px;overflow-x:auto}
@media print{pre{white-space:pre-wrap}h2{break-after:avoid}tr{break-inside:avoid}.wide{overflow:visible}}
@media(prefers-color-scheme:dark){@media screen{body{color:#eee;background:#15171a}a{color:#7fc1f5}
  code,pre{background:#262a2f}h2,th,td{border-color:#444}}}
"""


def write(site: Path) -> None:
    """Write site/teaching.html from TEACHING.md: files of the site named in it become links."""
    body = str(mistune.create_markdown(plugins=["table"])(TEXT.read_text(encoding="utf-8")))
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r"<code>site/([\w./-]+?\.html)</code>", r'<a href="\1">\1</a>', body)
    body = body.replace("<table>", '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>')
    body = body.replace("</table>", "</table></div>")
    title = escape(TEXT.read_text(encoding="utf-8").splitlines()[0].removeprefix("# "))
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} · lstm_lab</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        '<header><a href="index.html">lstm_lab</a> · <a href="stills/index.html">Still pictures</a></header>'
        f"<main>{body}</main></body></html>\n"
    )
    (site / "teaching.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    TEXT.write_text(with_table(TEXT.read_text(encoding="utf-8"), table(rows())), encoding="utf-8")
