"""A lesson is built again when anything it is made from has changed, and otherwise left alone."""

from collections.abc import Iterator
from pathlib import Path

import build_notebooks
import made_from
import pytest


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small project with two built lessons."""
    files = (
        "lstm_lab/cells/lstm.py",
        "data/race.csv",
        "notebooks/source/01_a.md",
        "notebooks/source/02_b.md",
    )
    for name in (*files, "notebooks/01_a.ipynb", "notebooks/02_b.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "notebooks/source/02_b.md").write_text("Done()", encoding="utf-8")
    monkeypatch.setattr(made_from, "ROOT", tmp_path)
    monkeypatch.setattr(made_from, "KEPT", tmp_path / "notebooks" / ".made_from.json")
    monkeypatch.setattr(build_notebooks, "LESSONS", tmp_path / "notebooks")
    yield tmp_path


def stale(house: Path) -> list[str]:
    return [each.stem for each in build_notebooks.stale(sorted((house / "notebooks/source").glob("*.md")))]


def build_all(house: Path) -> None:
    for source in sorted((house / "notebooks/source").glob("*.md")):
        target = house / "notebooks" / f"{source.stem}.ipynb"
        made_from.keep({source.stem: made_from.made_from(source, target)})


def test_where_nothing_was_built_here_every_lesson_is_stale_and_afterwards_none(house: Path) -> None:
    assert stale(house) == ["01_a", "02_b"]
    build_all(house)
    assert stale(house) == []


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("notebooks/source/02_b.md", ["02_b"]),
        ("notebooks/01_a.ipynb", ["01_a"]),
        ("lstm_lab/cells/lstm.py", ["01_a", "02_b"]),
        ("lstm_lab/cells/new.py", ["01_a", "02_b"]),
        ("data/race.csv", ["01_a", "02_b"]),
        ("data/lessons.json", ["02_b"]),
        ("README.md", []),
    ],
)
def test_a_source_makes_its_own_lesson_stale_code_and_data_all_and_what_there_is_to_do_those_that_show_it(
    house: Path, changed: str, again: list[str]
) -> None:
    build_all(house)
    (house / changed).write_text("another", encoding="utf-8")
    assert stale(house) == again


def test_a_lesson_whose_built_file_is_gone_is_stale(house: Path) -> None:
    build_all(house)
    (house / "notebooks/01_a.ipynb").unlink()
    assert stale(house) == ["01_a"]


def test_a_lesson_that_cannot_be_built_is_named_and_stays_stale(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(source: Path) -> None:
        raise AssertionError(f"{source.name} claims what is not true: \x1b[31m1 > 2\x1b[39m")

    monkeypatch.setattr(build_notebooks, "build", fails)
    assert not build_notebooks.write(house / "notebooks/source/01_a.md")
    assert capsys.readouterr().out == "01_a: NOT BUILT. 01_a.md claims what is not true: 1 > 2\n"
    assert "01_a" in stale(house)
