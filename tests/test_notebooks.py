"""Every lesson runs from top to bottom without torch, claims nothing that is not so, and is built as committed."""

import copy
import re
from itertools import pairwise
from pathlib import Path
from statistics import median

import build_notebooks
import draw_readme
import jupytext
import nbformat
import pytest
from pages import notebooks, readme

from lstm_lab.explorers import ALL

ROOT = Path(__file__).resolve().parents[1]

SOURCES = sorted((ROOT / "notebooks" / "source").glob("*.md"))
BUILT = [ROOT / "notebooks" / f"{source.stem}.ipynb" for source in SOURCES]
REBUILD = "`make notebooks` builds again what has changed"
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
every_lesson = pytest.mark.parametrize("path", BUILT, ids=lambda p: p.stem)


def code_of(source: Path) -> list[str]:
    return [cell.source for cell in jupytext.read(source, fmt="md").cells if cell.cell_type == "code"]


@every_source
@pytest.mark.filterwarnings("default")  # the notebook machinery's own
def test_a_lesson_executed_again_shows_what_is_committed(source: Path) -> None:
    committed = nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)
    found = build_notebooks.differences(build_notebooks.build(source), committed)
    assert found == [], f"built from what is here, {source.stem} is another: {found}; {REBUILD}"


def test_there_is_a_built_lesson_for_every_source_and_no_other() -> None:
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == BUILT, REBUILD


@every_source
def test_code_cells_are_short_and_define_nothing_but_exercises(source: Path) -> None:
    cells = code_of(source)
    lengths = [len(cell.splitlines()) for cell in cells if not only_imports(cell)]
    assert max(lengths) <= 8
    assert median(lengths) <= 4
    for cell in cells:
        assert not re.search(r"^\s*class ", cell, re.MULTILINE)
        for name in re.findall(r"^def (\w+)", cell, re.MULTILINE):
            assert f"check({name})" in cell


def only_imports(cell: str) -> bool:
    return all(line.startswith(("from ", "import ")) for line in cell.splitlines())


@every_source
def test_something_to_see_comes_first_and_all_imports_stand_before_and_right_after_it(source: Path) -> None:
    first, second, *rest = code_of(source)
    assert only_imports(first) and len(first.splitlines()) <= 2
    names = "|".join(kind.__name__ for kind in ALL)
    explorer = re.fullmatch(rf"(\w+) = ({names})\(\)\n\1", second)
    assert explorer or second.splitlines()[-1] == "Film(show)"
    later = rest[1:] if only_imports(rest[0]) else rest
    assert not any(re.search(r"^(from|import) ", cell, re.MULTILINE) for cell in (second, *later))


@every_source
def test_a_page_has_its_parts_in_order(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    parts = [
        "# ",
        "**You will**",
        "**You need**",
        "minutes.**",
        "## Try it",
        "## Where this breaks",
        "## Sources",
        "**Next:**",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert not re.search(r"\b(simply|just|obviously)\b", text, re.IGNORECASE)


@every_lesson
def test_a_committed_lesson_keeps_pictures_and_sentences_and_no_widget_state(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert "widgets" not in notebook.metadata
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "application/vnd.jupyter.widget-view+json" not in kinds
    assert not any(output.output_type == "error" for output in outputs)
    pictures = [output.data for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert pictures
    for data in pictures:
        assert len(data["text/plain"]) > 20
        assert (
            data["text/plain"].strip("'") in data["image/svg+xml"].replace("&#x27;", "'")
            or "<desc>" in data["image/svg+xml"]
        )
    assert path.stat().st_size < 500_000


@every_lesson
def test_ids_are_unique_and_no_path_of_a_machine_is_shown(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert not re.search(r"/(home|root|work|tmp|Users)/", path.read_text(encoding="utf-8"))


def test_a_claim_that_is_not_true_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "98_wrong.md"
    source.write_text(
        "# Wrong\n\n```python\nx = 1\n```\n\nIt is {{x}}.\n<!-- assert x > 2 -->\n", encoding="utf-8"
    )
    with pytest.raises(AssertionError, match=r"^98_wrong\.md claims what is not true: x > 2$"):
        build_notebooks.build(source)


def test_a_number_in_the_prose_is_the_kernels(tmp_path: Path) -> None:
    source = tmp_path / "98_right.md"
    source.write_text(
        "# Right\n\n```python\nx = 0.857\n```\n\nIt is {{x:.2f}}.\n<!-- assert x < 1 -->\n", encoding="utf-8"
    )
    assert build_notebooks.build(source).cells[-1].source == "It is 0.86."


def test_a_claim_that_stands_alone_between_cells_is_held_and_leaves_no_empty_cell(tmp_path: Path) -> None:
    source = tmp_path / "98_alone.md"
    text = "# Alone\n\n```python\nx = 1\n```\n\n<!-- assert x == 1 -->\n\n```python\nx = 2\n```\n\nTwo.\n"
    source.write_text(text, encoding="utf-8")
    cells = build_notebooks.build(source).cells
    assert [(cell.cell_type, cell.source) for cell in cells] == [
        ("markdown", "# Alone"),
        ("code", "x = 1"),
        ("code", "x = 2"),
        ("markdown", "Two."),
    ]
    source.write_text(text.replace("x == 1", "x == 3"), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"^98_alone\.md claims what is not true: x == 3$"):
        build_notebooks.build(source)


def test_a_lesson_that_differs_from_its_source_is_found(tmp_path: Path) -> None:
    source = tmp_path / "98_differs.md"
    source.write_text("# Differs\n\n```python\nprint('RNN 0.51')\n```\n", encoding="utf-8")
    built = build_notebooks.build(source)
    again = copy.deepcopy(built)
    again.cells[1].outputs[0].text = "RNN 0.52\n"
    assert build_notebooks.differences(built, built) == []
    assert build_notebooks.differences(built, again) == ["the output differs below: print('RNN 0.51')"]


def test_a_picture_may_differ_by_a_rounding_but_not_by_a_mark() -> None:
    picture = 'image/svg+xml <svg><use href="#bear-7e563"/><circle r="4" cx="10.2"/></svg>'
    assert build_notebooks._same(picture, picture)
    assert build_notebooks._same(picture, picture.replace("10.2", "10.3"))
    assert not build_notebooks._same(picture, picture.replace("10.2", "12.3"))
    assert not build_notebooks._same(picture, picture.replace("circle", "ellipse"))
    assert not build_notebooks._same("text/plain RNN 0.51", "text/plain RNN 0.52")


def test_the_pictures_of_the_readme_are_those_the_explorers_draw() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, picture in draw_readme.pictures().items():
        committed = (draw_readme.DOCS / name).read_text(encoding="utf-8")
        assert build_notebooks._same(f"image/svg+xml {picture}", f"image/svg+xml {committed}"), (
            f"docs/{name} is not as its explorer draws it; {REBUILD}"
        )
        assert f"](docs/{name})" in readme or f'src="docs/{name}"' in readme, f"{name}: {REBUILD}"


def test_every_picture_of_the_readme_says_in_words_what_it_shows() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    words = re.findall(r"!\[([^\]]*)\]", text) + re.findall(r'<img [^>]*alt="([^"]*)"', text)
    assert len(words) == text.count("![") + text.count("<img ")
    assert [each for each in words if len(each) < 5] == []


def test_the_first_picture_of_the_readme_moves_and_shows_one_frame_at_a_time() -> None:
    picture = draw_readme.tour()
    shown = re.findall(r'<g class="turn t(\d+)">', picture)
    assert shown == [str(k) for k in range(len(draw_readme.TREES))]
    assert picture.count("animation-delay") == len(shown) - 1
    assert len(re.findall(r'<symbol id="(.*?)"', picture)) == len(
        set(re.findall(r'<symbol id="(.*?)"', picture))
    )


def test_the_map_of_the_readme_is_what_the_lessons_say() -> None:
    text = readme.TEXT.read_text(encoding="utf-8")
    assert readme.up_to_date(text) == text, REBUILD


def test_the_table_of_lesson_00_has_the_titles_and_minutes_of_the_lessons() -> None:
    start = (ROOT / "notebooks" / "source" / "00_start_here.md").read_text(encoding="utf-8")
    for path in notebooks.built()[1:]:
        about = notebooks.opening(path.stem, nbformat.read(path, as_version=4))
        row = f"| [{path.stem[:2]} {about.title}]({path.name}) | "
        line = next((line for line in start.splitlines() if line.startswith(row)), "")
        assert line.endswith(f" | {about.minutes} |"), (
            f"the table of 00_start_here.md needs: {row}… | {about.minutes} |"
        )


def test_the_last_line_of_a_lesson_leads_to_the_next_one() -> None:
    for source, after in pairwise(SOURCES):
        last = source.read_text(encoding="utf-8").split("**Next:**")[1]
        assert f"({after.stem}.ipynb)" in last, (
            f"the last line of {source.name} should lead to {after.stem}.ipynb"
        )


def test_an_exercise_that_is_not_there_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "98_exercise.md"
    text = "# Exercise\n\n```python\nfrom lstm_lab.exercises import check\ncheck(max)\n```\n"
    source.write_text(text, encoding="utf-8")
    wrong = (
        r"^98_exercise\.md asks for what is not there: There is no exercise named max; there are: softmax, "
    )
    with pytest.raises(AssertionError, match=wrong):
        build_notebooks.build(source)
