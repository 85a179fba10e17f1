"""The front page: one sentence, an explorer that moves, the map of the lessons, and the ways to run them."""

from pathlib import Path

from lstm_lab.drawing import svg
from lstm_lab.drawing.standalone import standalone
from pages.films import TEMPLATES, film_html
from pages.lessons import Lesson, lessons
from pages.markup import html_of
from pages.project import project, repository, section

PARTED = "8"
"""After so many trees the first explorer shows best what it is about: what the two networks remember has parted."""


def thumbnail(lesson: Lesson) -> str:
    """Return the picture of a lesson as a file of its own."""
    return standalone(lesson.still.replace("</title>", f"</title><style>{svg.style_sheet()}</style>", 1))


def write(site: Path) -> None:
    """Write ``index.html`` and the thumbnails it shows."""
    series = lessons()
    folder = site / "assets" / "thumbnails"
    folder.mkdir(parents=True, exist_ok=True)
    for lesson in series:
        (folder / f"{lesson.name}.svg").write_text(thumbnail(lesson), encoding="utf-8")
    first = next(film for lesson in series for film in lesson.films)
    first = first._replace(start=first.rows[0].first + first.rows[0].values.index(PARTED))
    page = TEMPLATES.get_template("front.html").render(
        root="",
        series=series,
        claim=project()["description"],
        repository=repository(),
        folder=repository().rpartition("/")[2],
        film=film_html(first, root=""),
        limits=html_of([section("What it honestly does not do").split("\n\n")[0]])[0],
        minutes=sum(lesson.minutes for lesson in series),
    )
    (site / "index.html").write_text(page, encoding="utf-8")
