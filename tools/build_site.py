"""Build the whole series as pages that need no kernel and no network, into ``site/``.

    python tools/build_site.py [FOLDER]

The pages work from any web server and from a USB stick.
"""

import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pages import films, front, glossary, lessons, lite, slides, stills, teaching
from pages.project import ROOT, npm

from lstm_lab.drawing import svg

ASSETS = Path(__file__).parent / "pages" / "assets"
FONT = re.compile(r"fonts/([\w-]+\.woff2)")
OTHER_FORMATS = re.compile(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)')


def write_assets(site: Path) -> None:
    """Write what all pages share: the style sheet with that of the pictures, the script of films, KaTeX's fonts."""
    folder = site / "assets"
    (folder / "katex" / "fonts").mkdir(parents=True, exist_ok=True)
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    (folder / "page.css").write_text(f"{style}\n{svg.style_sheet()}\n", encoding="utf-8")
    shutil.copy(ASSETS / "film.js", folder)
    katex = npm("katex") / "dist"
    formulas = OTHER_FORMATS.sub("", (katex / "katex.min.css").read_text(encoding="utf-8"))
    (folder / "katex" / "katex.css").write_text(formulas, encoding="utf-8")
    for font in set(FONT.findall(formulas)):
        shutil.copy(katex / "fonts" / font, folder / "katex" / "fonts")


def write_films(site: Path) -> None:
    """Write the frames of every explorer of the lessons, in both sizes."""
    folder = site / "films"
    folder.mkdir(parents=True, exist_ok=True)
    for film in (film for lesson in lessons.lessons() for film in lesson.films):
        (folder / f"{film.key}.js").write_text(films.film_script(film, large=False), encoding="utf-8")
        (folder / f"{film.key}.large.js").write_text(films.film_script(film, large=True), encoding="utf-8")


PAGES = (write_assets, write_films, lessons.write, glossary.write, front.write, slides.write, teaching.write)
"""What writes the pages to read, move and show, in order."""
PARTS = (*PAGES, stills.write, lite.write)
"""What writes the whole site."""


def build(site: Path, parts: Sequence[Callable[[Path], None]] = PARTS) -> None:
    """Write the site, or some parts of it, into a folder."""
    for part in parts:
        begun = time.perf_counter()
        part(site)
        print(f"{part.__module__}.{part.__name__}: {time.perf_counter() - begun:.0f} s")


def main() -> None:
    """Build the site into the folder named on the command line, or ``site/``."""
    site = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    if site == ROOT / "site":
        shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True, exist_ok=True)
    build(site)
    print(f"open {site / 'index.html'}")


if __name__ == "__main__":
    main()
