"""A view can be taken along: as a picture that stands alone, and as the line of Python that builds it."""

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ipywidgets import Button

from lstm_lab.drawing import svg
from lstm_lab.explorers import ALL, Echo
from lstm_lab.explorers.base import Explorer

pytestmark = pytest.mark.usefixtures("errors_are_raised")
every_explorer = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


def button(explorer: Explorer, name: str) -> Button:
    """Return the one button of this name, wherever it stands."""
    parts = [explorer._parts.root]
    for part in parts:
        parts.extend(getattr(part, "children", ()))
    (found,) = [part for part in parts if isinstance(part, Button) and part.description == name]
    return found


def linked(explorer: Explorer) -> tuple[str, str]:
    """Return the name and the content that the link below the picture downloads."""
    link = re.search(r'href="data:image/svg\+xml;base64,(.*?)" download="(.*?)"', explorer._parts.note.value)
    assert link is not None
    return link[2], base64.b64decode(link[1]).decode()


@every_explorer
def test_a_saved_picture_stands_alone_beside_the_notebook_and_is_never_overwritten(
    kind, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    explorer = kind()
    for control in explorer.inputs.values():
        control.value = control.ends()[-1]
    save = button(explorer, "Save as SVG")
    save.click()
    (first,) = tmp_path.iterdir()
    assert re.fullmatch(r"[a-z_]+\.svg", first.name)
    written = first.read_text(encoding="utf-8")
    assert "var(" not in written and "<style" not in written
    said = explorer.saved(explorer.record, explorer.canvas(False))
    assert set(ElementTree.fromstring(written).itertext()) == set(
        each for each in ElementTree.fromstring(said).itertext() if "var(" not in each
    )
    assert f"Saved beside the notebook as {first.name}." in explorer._parts.note.value
    assert linked(explorer) == (first.name, written)

    first.write_text("mine", encoding="utf-8")
    save.click()
    save.click()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(first.stem + end for end in (".svg", "-2.svg", "-3.svg"))
    assert first.read_text(encoding="utf-8") == "mine"
    assert f"{first.stem}-3.svg" in explorer._parts.note.value


def test_where_the_folder_cannot_be_written_the_sentence_says_so_and_the_link_still_works(
    tmp_path, monkeypatch
):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    explorer = Echo()
    button(explorer, "Save as SVG").click()
    assert (
        "The notebook's folder cannot be written (No such file or directory)."
        in explorer._parts.note.value.replace("&#x27;", "'")
    )
    name, picture = linked(explorer)
    assert name == "echo.svg" and "h over time" in picture
    monkeypatch.chdir(tmp_path)


def test_an_explorer_can_say_what_is_saved(tmp_path, monkeypatch):
    class Diagram(Echo):
        def saved(self, record, canvas):
            return svg.document(canvas, "one thing", "d", svg.text(9, 9, f"w is {record.w}"))

    monkeypatch.chdir(tmp_path)
    button(Diagram(w=0.25), "Save as SVG").click()
    assert "w is 0.25" in Path("diagram.svg").read_text(encoding="utf-8")


def test_a_view_that_cannot_be_drawn_is_not_saved_and_the_sentence_says_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    explorer = Echo()
    monkeypatch.setattr(explorer, "compute", lambda values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        explorer.save()
    monkeypatch.delenv("LSTM_LAB_RAISE")
    explorer.save()
    assert "could not be drawn (ZeroDivisionError: division by zero)" in explorer._parts.note.value
    assert not list(tmp_path.iterdir())


@every_explorer
@pytest.mark.parametrize("name", ["Copy as Python", "Save as SVG"])
def test_what_was_copied_or_saved_gives_way_when_anything_moves(kind, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    explorer = kind()
    first = explorer._parts.note.value
    control = next(iter(explorer.inputs.values()))
    moves = [
        lambda: explorer.visit(next(iter(kind.presets))),
        lambda: explorer.predict(kind.prediction.choices[0]),
        lambda: setattr(control, "value", next(end for end in control.ends() if end != control.value)),
        explorer.reset,
    ]
    for move in moves:
        button(explorer, name).click()
        assert explorer._parts.note.value != first
        move()
        assert explorer._parts.note.value == first


@every_explorer
def test_copying_and_saving_are_not_in_the_way_in_large_print(kind):
    for name in ("Copy as Python", "Save as SVG"):
        assert "lab-only-alone" in button(kind(), name)._dom_classes
