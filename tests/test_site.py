"""The site carries all it shows, shows every lesson and explorer, and its films are the explorers' own pictures."""

import doctest
import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import build_glossary
import nbformat
import numpy as np
import pytest
from built_site import EXPLORERS, LESSONS, MOVING, PAGES, ROOT
from hypothesis import given
from hypothesis import strategies as st
from pages import courses, films, formulas, lessons, markup, notebooks, project
from pages.formulas import Formula, typeset

from lstm_lab.explorers import ALL
from lstm_lab.explorers.controls import FrameComposer, Slider, TimeStepper
from lstm_lab.explorers.painter import Tape

ELSEWHERE = ("stills/index.html", "lite/lab/index.html", "lite/about.html")
"""Parts of the site that are built, and tested, apart."""
MOST = 3_000_000
every_page = pytest.mark.parametrize("page", PAGES)


def named(explorers: list[tuple[str, str]]) -> list[Any]:
    """Return the lines of explorers, each under the number of its lesson and its class."""
    return [
        pytest.param(line, id=f"{name[:2]}-{line.split('; ')[1].split('(')[0]}") for name, line in explorers
    ]


every_explorer = pytest.mark.parametrize("line", named(EXPLORERS))
every_film = pytest.mark.parametrize("line", named(MOVING))


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]


def read(path: Path) -> Elements:
    return Elements(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return " ".join(text.split())


def loaded(pages: Path, page: str, large: bool = False) -> set[Path]:
    """Return a page with every file that opening it loads."""
    elements, here = read(pages / page), (pages / page).parent
    files = {pages / page}
    files |= {here / each["href"] for each in elements.of("link") if each["rel"] == "stylesheet"}
    files |= {
        here / each["src"]
        for each in elements.of("script", "img")
        if "src" in each and ":" not in each["src"]
    }
    size = ".large" if large else ""
    files |= {
        here / each["data-films"] / f"{each['id']}{size}.js"
        for each in elements.of("figure")
        if "data-films" in each
    }
    for sheet in [file for file in files if file.suffix == ".css"]:
        files |= {
            sheet.parent / name for name in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8"))
        }
    return files


def unpacked(script: str) -> dict[str, Any]:
    """Return what a film's script holds, its frames put together again."""
    data = json.loads(script.strip().removeprefix("lstmLabFilm(").removesuffix(");").split(",", 1)[1])
    return data | {"frames": ["".join(data["pieces"][k] for k in frame) for frame in data["frames"]]}


# --- the pages ------------------------------------------------------------------------------------


def test_there_is_a_page_for_every_lesson_and_the_glossary_and_no_other(pages: Path) -> None:
    assert sorted(path.stem for path in (pages / "lessons").glob("*.html")) == [*LESSONS, "glossary"]


def test_each_lesson_leads_to_the_one_before_and_the_one_after(pages: Path) -> None:
    ways = []
    for name in LESSONS:
        links = {
            each["rel"]: each["href"]
            for each in read(pages / f"lessons/{name}.html").of("a")
            if "rel" in each
        }
        ways.append((links.get("prev"), links.get("next")))
    files = [f"{name}.html" for name in LESSONS]
    assert ways == list(zip([None, *files[:-1]], [*files[1:], None], strict=True))


def test_the_front_page_leads_to_every_lesson_with_its_picture_and_its_aim(pages: Path) -> None:
    front = read(pages / "index.html")
    links, text = {each.get("href") for each in front.of("a")}, plain("".join(front.words))
    pictures = {each["src"] for each in front.of("img")}
    for lesson in lessons.lessons():
        assert f"lessons/{lesson.name}.html" in links and f"assets/thumbnails/{lesson.name}.svg" in pictures
        assert plain(lesson.aim) in text


def test_the_glossary_leads_from_every_term_to_a_heading_of_a_lesson(pages: Path) -> None:
    page = pages / "lessons" / "glossary.html"
    leads = [each["href"].split("#") for each in read(page).of("a") if "#" in each.get("href", "")]
    leads = [(name, place) for name, place in leads if name]
    assert len(leads) == len(build_glossary.terms())
    for name, place in leads:
        ids = {each["id"] for _, each in read(page.with_name(name)).found if "id" in each}
        assert place in ids, f"{name} has no heading #{place}"


@every_page
def test_every_link_and_source_of_a_page_is_a_file_of_the_site(pages: Path, page: str) -> None:
    elements, here = read(pages / page), (pages / page).parent
    ids = {each["id"] for _, each in elements.found if "id" in each}
    for tag, attributes in elements.found:
        for where in (attributes.get("href"), attributes.get("src")):
            parts = urlsplit(where or "")
            if where is None or parts.scheme == "data":
                continue
            if parts.scheme:
                assert (tag, parts.scheme) == ("a", "https"), f"{page} loads {where}"
                continue
            target = (here / unquote(parts.path)).resolve() if parts.path else pages / page
            name = target.relative_to(pages.resolve()).as_posix()
            assert target.is_file() or name in ELSEWHERE, f"{page} links {where}"
            if name == "lite/lab/index.html":
                assert parts.query.removeprefix("path=").removesuffix(".ipynb") in LESSONS
            if not parts.path and parts.fragment:
                assert parts.fragment in ids, f"{page} links {where}"
    assert all(file.is_file() for size in (False, True) for file in loaded(pages, page, size))


@every_page
def test_a_page_with_all_it_loads_weighs_less_than_three_megabytes(pages: Path, page: str) -> None:
    for large in (False, True):
        sizes = {file.name: len(gzip.compress(file.read_bytes())) for file in loaded(pages, page, large)}
        assert sum(sizes.values()) < MOST, sizes


@every_page
def test_every_picture_of_a_page_has_words(pages: Path, page: str) -> None:
    text = (pages / page).read_text(encoding="utf-8")
    elements = Elements(text)
    assert all("alt" in each for each in elements.of("img"))
    for inner in re.findall(r"<svg[^>]*role=\"img\".*?</svg>", text, re.DOTALL):
        assert re.search(r"<title>.+?</title><desc>.+?</desc>", inner)
    for figure in re.findall(r"<figure class=\"still.*?</figure>", text, re.DOTALL):
        assert 'alt="' in figure.replace('alt=""', "") or "<desc>" in figure
    assert text.count('<figure class="film"') == text.count('class="film-sentence"')


@every_page
def test_no_two_elements_of_a_page_share_an_id(pages: Path, page: str) -> None:
    ids = [each["id"] for _, each in read(pages / page).found if "id" in each]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)


@every_page
def test_a_page_names_its_language_and_its_parts_and_its_headings_descend_one_by_one(
    pages: Path, page: str
) -> None:
    elements = read(pages / page)
    assert elements.of("html")[0]["lang"] == "en"
    assert len(elements.of("main")) == len(elements.of("h1")) == len(elements.of("header")) == 1
    assert next(each for each in elements.of("a"))["href"] == f"#{elements.of('main')[0]['id']}"
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_no_file_of_the_site_names_a_folder_of_the_machine_that_built_it(pages: Path) -> None:
    for path in (path for path in pages.rglob("*") if path.suffix in (".html", ".js", ".css", ".svg")):
        assert str(ROOT) not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_shows_every_line_of_code_and_every_output_of_its_lesson(pages: Path, name: str) -> None:
    text = plain("".join(read(pages / f"lessons/{name}.html").words))
    for cell in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            assert plain(cell.source) in text
        for output in cell.get("outputs", []):
            assert plain(output.get("text", "")) in text
            if "text/html" in output.get("data", {}):
                assert plain("".join(Elements(output.data["text/html"]).words)) in text


@pytest.mark.parametrize("name", LESSONS)
def test_every_formula_of_a_lesson_is_set(pages: Path, name: str) -> None:
    prose = [
        re.sub(r"`[^`]*`|```.*?```", "", cell.source, flags=re.DOTALL)
        for cell in nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    formulas = sum(len(re.findall(r"\$\$.+?\$\$|\$.+?\$", text, re.DOTALL)) for text in prose)
    page = (pages / f"lessons/{name}.html").read_text(encoding="utf-8")
    assert page.count('<span class="katex">') == formulas
    assert "$" not in "".join(read(pages / f"lessons/{name}.html").words).replace("$ ", "")


def test_the_front_page_says_the_lines_that_open_the_lab(pages: Path) -> None:
    page = (pages / "index.html").read_text(encoding="utf-8")
    lines = (f"git clone {project.repository()}", f"cd {project.repository().split('/')[-1]}", "make lab")
    assert "".join(f"<span>{line}</span>" for line in lines) in page


def test_a_lesson_opens_on_binder_at_the_version_of_the_project() -> None:
    owner, repository = project.repository().split("/")[-2:]
    version = project.project()["version"]
    assert project.binder("00_start_here") == (
        f"https://mybinder.org/v2/gh/{owner}/{repository}/v{version}?urlpath=lab/tree/notebooks/00_start_here.ipynb"
    )


# --- the films ------------------------------------------------------------------------------------


@every_explorer
def test_every_explorer_of_a_lesson_moves_on_its_page_or_shows_its_picture_and_sentence(
    pages: Path, line: str
) -> None:
    name = next(lesson for lesson, each in EXPLORERS if each == line)
    text, film = (pages / f"lessons/{name}.html").read_text(encoding="utf-8"), films.film(line)
    if film is None:
        assert ".of(" in line and lessons.INSTEAD in text
    else:
        assert f'id="{film.key}"' in text and film.frames[film.start] in text
        assert len(film.frames) == len(film.large) == len(film.sentences)
        assert len(film.rows[0].values) <= courses.MOST + 3


@every_film
def test_frames_along_the_slider_are_what_the_explorer_shows_at_the_value_beside_it(
    pages: Path, line: str
) -> None:
    film, explorer = films.film(line), films.rebuilt(line)
    assert film is not None and explorer is not None
    scripts = [
        unpacked((pages / "films" / f"{film.key}{size}.js").read_text(encoding="utf-8"))
        for size in ("", ".large")
    ]
    name, row, start = courses.leading(explorer), film.rows[0], explorer.values()
    control = explorer.inputs[name]
    for k in np.linspace(0, len(row.values) - 1, 5).astype(int):
        words = row.values[k].replace("−", "-")
        if isinstance(control, Tape):
            value: Any = (f"{words}x{control.length}", *start[name][1:])
        else:
            value = float(words) if isinstance(control, Slider | TimeStepper) else type(start[name])(words)
        explorer.set(**start | {name: value})
        for script, large in zip(scripts, (False, True), strict=True):
            shown = films.slim(explorer.svg(explorer.canvas(large)), film.key)
            assert script["frames"][row.first + k] == shown
            assert script["sentences"][row.first + k] == explorer.describe(explorer.record)


@every_film
def test_presets_and_prediction_lead_where_the_explorer_leads(pages: Path, line: str) -> None:
    film, explorer = films.film(line), films.rebuilt(line)
    assert film is not None and explorer is not None
    script = unpacked((pages / "films" / f"{film.key}.js").read_text(encoding="utf-8"))
    asked = explorer.asked
    assert [place.question for place in film.places] == list(asked.presets)
    for place in film.places:
        explorer.visit(place.question)
        assert script["frames"][place.frame] == films.slim(explorer.svg(), film.key)
        assert script["sentences"][place.frame] == explorer.describe(explorer.record)
        assert place.observation == asked.presets[place.question].observation
        assert asked.presets[place.question].check(explorer.record)
    if asked.prediction:
        explorer.answer()
        assert film.vote and film.vote.outcome in film.vote.choices
        assert film.vote.outcome == asked.prediction.outcome(explorer.record)
        assert script["frames"][film.vote.frame] == films.slim(explorer.svg(), film.key)


@every_film
def test_every_name_within_a_film_begins_with_its_key(line: str) -> None:
    film = films.film(line)
    assert film is not None
    for picture in film.frames + film.large:
        names = set(re.findall(r'(?:\bid="|href="#|url\(#)([\w-]+)', picture))
        assert all(name.startswith(f"{film.key}-") for name in names) and "<style" not in picture


@pytest.mark.parametrize("module", [courses, films, markup, notebooks], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: Any) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted > 0 and tried.failed == 0


def test_every_explorer_there_is_has_a_control_that_can_lead() -> None:
    for kind in ALL:
        explorer = kind()
        way = courses.course(explorer.inputs[courses.leading(explorer)])
        assert len(way) > 1 and explorer.values()[courses.leading(explorer)] in way


def test_a_film_names_what_a_preset_sets_beside_the_slider() -> None:
    film = films.film("from lstm_lab.explorers.tour import Tour; Tour()")
    assert film is not None
    place = next(each for each in film.places if each.question == "What if nothing came first?")
    assert film.row_of(place.frame).also == "first: nothing" and film.value_at(place.frame) == "50"
    assert film.row_of(film.start).also == ""


def test_an_explorer_that_needs_names_of_its_page_has_no_film() -> None:
    line = "from lstm_lab.explorers.xray import XRay; XRay.of(model, sequences, labels)"
    assert films.rebuilt(line) is None and films.film(line) is None


def test_a_line_that_rebuilds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a line must end with an explorer, got 'x = 1'$"):
        films.rebuilt("x = 1")


def test_a_control_without_an_order_of_values_cannot_lead() -> None:
    with pytest.raises(ValueError, match=r"^a FrameComposer cannot lead: it has no order of values$"):
        courses.course(FrameComposer("show", ("bear",), ("bear", "tree")))


@given(
    st.lists(
        st.lists(st.sampled_from(["<a/>", "<b>x", "</b>", "<c/>", "<d>1", "<e/>"]), min_size=1), min_size=1
    )
)
def test_packed_pictures_come_out_as_they_went_in(marks: list[list[str]]) -> None:
    pictures = ["".join(each) for each in marks]
    pieces, frames = films.packed(pictures)
    assert ["".join(pieces[k] for k in frame) for frame in frames] == pictures


def test_a_film_is_packed_into_a_fraction_of_its_pictures() -> None:
    film = films.film("from lstm_lab.explorers.tour import Tour; Tour()")
    assert film is not None
    assert len(gzip.compress(films.film_script(film, large=False).encode())) < sum(map(len, film.frames)) / 50


# --- words and formulas ---------------------------------------------------------------------------


def test_links_between_notebooks_become_links_between_pages_and_others_lead_to_the_repository() -> None:
    html = markup.html_of(["[next](03_train.ipynb) [data](../data/README.md) [far](https://example.org)"])[0]
    assert (
        'href="03_train.html"' in html and f'href="{project.repository()}/blob/main/data/README.md"' in html
    )
    assert 'href="https://example.org"' in html


def test_a_link_to_a_heading_of_a_notebook_leads_to_that_heading_of_its_page() -> None:
    html = markup.html_of(["[there](../notebooks/02_give.ipynb#What-is-fed-back-is-h%2C-not-the-answer)"])[0]
    assert 'href="02_give.html#what-is-fed-back-is-h-not-the-answer"' in html


def test_formulas_are_set_in_their_places_and_code_is_coloured() -> None:
    first, second = markup.html_of(["a $x_t$ b\n\n$$h = 1$$", "```python\nx = 1\n```\n\nc $y$"])
    assert first.count('class="katex"') == 2 and first.count("katex-display") == 1
    assert 'annotation encoding="application/x-tex">y<' in second and '<span class="mi">1</span>' in second


def test_a_formula_that_is_none_stops_the_build() -> None:
    with pytest.raises(ValueError, match="KaTeX parse error"):
        typeset([Formula(r"\frac{1}", False)])


def test_what_npm_did_not_install_is_named_with_the_command_that_does() -> None:
    told = r"^the pages need no-such-package from npm, which is not here; `make test` installs it$"
    with pytest.raises(FileNotFoundError, match=told):
        project.npm("no-such-package")


def test_without_node_formulas_say_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas.shutil, "which", lambda name, path=None: None)
    told = r"^formulas need node, which is not here; `make test` installs it$"
    with pytest.raises(FileNotFoundError, match=told):
        typeset([Formula("x", False)])


def test_a_picture_without_words_and_an_error_stop_the_build() -> None:
    picture = nbformat.v4.new_output("display_data", {"image/png": "AAAA"})
    with pytest.raises(ValueError, match=r"^a picture needs a sentence that says what it shows$"):
        lessons._shown(picture, "k")
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ValueError, match=r"^a lesson shows an error: KeyError: 'x'$"):
        lessons._shown(error, "k")


def test_a_readme_without_the_section_that_the_front_page_shows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^README.md has no section 'Nothing'$"):
        project.section("Nothing")
