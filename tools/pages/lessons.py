"""The lessons as pages: each executed notebook as HTML, its explorers as films."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from lstm_lab.explorers.page import TO_RUN
from pages.films import TEMPLATES, Film, film_html, film_of, slim
from pages.markup import coloured, html_of
from pages.notebooks import built, opening
from pages.project import binder

INSTEAD = "This one reads a network of its page: it moves in the running lesson."
"""What stands in place of TO_RUN under an explorer that no line alone can rebuild."""


class Lesson(NamedTuple):
    """A lesson: ``name`` is that of its notebook, ``body`` its page's HTML, ``films`` its explorers in order.

    ``aim`` finishes the sentence "You will …"; ``still`` is its first picture, an SVG of its own.
    """

    name: str
    title: str
    aim: str
    minutes: int
    body: str
    films: tuple[Film, ...]
    still: str

    @property
    def number(self) -> str:
        """Its two digits."""
        return self.name[:2]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every built lesson, in order.

    Raises:
        ValueError: a lesson does not begin as lessons do; the message names it and what is missing.
    """
    paths = built()
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    prose = [cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "markdown"]
    return tuple(_lesson(*each) for each in _with_prose(paths, notebooks, html_of(prose)))


def _with_prose(
    paths: Sequence[Path], notebooks: Sequence[nbformat.NotebookNode], prose: Sequence[str]
) -> Iterator[tuple[str, nbformat.NotebookNode, list[str]]]:
    left = iter(prose)
    for path, notebook in zip(paths, notebooks, strict=True):
        yield path.stem, notebook, [next(left) for cell in notebook.cells if cell.cell_type == "markdown"]


def _lesson(name: str, notebook: nbformat.NotebookNode, prose: list[str]) -> Lesson:
    about = opening(name, notebook)
    left, parts, films = iter(prose), [], []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            parts.append(f'<div class="prose">\n{next(left)}</div>\n')
        elif cell.cell_type == "code":
            parts.append(f'<div class="cell">\n{coloured(cell.source)}')
            for nth, output in enumerate(cell.outputs):
                shown = film_of(output)
                films += [shown] if shown else []
                parts.append(film_html(shown) if shown else _shown(output, f"out-{number}-{nth}"))
            parts.append("</div>\n")
    return Lesson(name, *about, "".join(parts), tuple(films), _still(notebook, films))


def _shown(output: nbformat.NotebookNode, key: str) -> str:
    """Return an output as HTML: the first of its forms that a page can show.

    Raises:
        ValueError: an output is an error, or a picture without words.
    """
    if output.output_type == "stream":
        return f'<pre class="printed"><samp>{escape(output.text.rstrip())}</samp></pre>\n'
    if output.output_type == "error":
        raise ValueError(f"a lesson shows an error: {output.ename}: {output.evalue}")
    data: Any = output.data
    if "image/svg+xml" in data:
        picture = slim(data["image/svg+xml"], key).replace(escape(TO_RUN), INSTEAD)
        return f'<figure class="still scrolls">{picture}</figure>\n'
    if "image/png" in data:
        about = output.metadata.get("image/png", {})
        if not about.get("alt"):
            raise ValueError("a picture needs a sentence that says what it shows")
        size = "".join(f' {side}="{about[side]}"' for side in ("width", "height") if side in about)
        source = "data:image/png;base64," + "".join(data["image/png"].split())
        return f'<figure class="still scrolls"><img alt="{escape(about["alt"])}"{size} src="{source}"></figure>\n'
    if "text/html" in data:
        return f'<div class="said scrolls">{data["text/html"]}</div>\n'
    return f'<pre class="printed"><samp>{escape(data["text/plain"])}</samp></pre>\n'


def _still(notebook: nbformat.NotebookNode, films: list[Film]) -> str:
    """Return the picture that stands for a lesson: of its first explorer, else the first it shows at all."""
    if films:
        return films[0].large[films[0].start]
    shown = (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
    return next((data["image/svg+xml"] for data in shown if "image/svg+xml" in data), "")


def write(site: Path) -> None:
    """Write the page of every lesson into ``lessons/``."""
    folder = site / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    series = lessons()
    template = TEMPLATES.get_template("lesson.html")
    for k, lesson in enumerate(series):
        page = template.render(
            root="../",
            lesson=lesson,
            series=series,
            before=series[k - 1] if k else None,
            after=series[k + 1] if k + 1 < len(series) else None,
            binder=binder(lesson.name),
        )
        (folder / f"{lesson.name}.html").write_text(page, encoding="utf-8")
