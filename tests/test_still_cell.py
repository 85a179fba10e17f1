"""The still diagram says what it shows, carries the numbers of its unit, and saves as a file of its own."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.cells import at, trace
from lstm_lab.drawing.diagram import STAGES
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers import Diagram
from lstm_lab.starts import lstm_default

SVG = "{http://www.w3.org/2000/svg}"


def words_of(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_a_picture_with_a_sentence(stage):
    bundle = Diagram(stage)._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).findtext(f"{SVG}desc") == bundle["text/plain"]


def test_it_says_which_layer_is_which():
    assert repr(Diagram("rnn")) == "The module of an RNN: one layer (tanh)."
    assert repr(Diagram("memories")) == "The cell with its two memories: closed."
    assert repr(Diagram("use")) == "The whole LSTM, its layers: i (σ), g (tanh), f (σ), o (σ)."


def test_with_a_step_it_shows_the_numbers_of_one_unit():
    rng = np.random.default_rng(4)
    step = at(trace(lstm_default(rng, 3, 5), rng.normal(size=(4, 1, 3))), 3)
    shown = " ".join(words_of(Diagram("use", step, unit=2).picture))
    for value in (step.f, step.i, step.g, step.o, step.c, step.h, step.kept):
        assert spoken(float(value[0, 2])) in shown
    assert not set("0123456789") & set(" ".join(words_of(Diagram("use").picture)))


@pytest.mark.parametrize("stage", STAGES)
def test_what_enters_and_leaves_stands_off_the_edge(stage):
    for text in ElementTree.fromstring(Diagram(stage).picture).iter(f"{SVG}text"):
        side = {"start": 0, "end": 760}.get(text.get("text-anchor", "start"))
        assert side is None or abs(float(text.attrib["x"]) - side) >= 12


def test_a_focus_leaves_the_rest_pale():
    assert "opacity" not in str(
        [g.attrib for g in ElementTree.fromstring(Diagram("use").picture).iter(f"{SVG}g")]
    )
    root = ElementTree.fromstring(Diagram("use", focus="forget").picture)
    (pale,) = [each for each in root.iter(f"{SVG}g") if each.get("opacity")]
    faded = {each.get("class") for each in pale.iter(f"{SVG}g")}
    assert {"node i", "node g", "node o"} <= faded
    assert not {"node f", "node forget"} & faded


def test_it_saves_a_file_for_slides(tmp_path):
    path = Diagram("use").save(tmp_path / "lstm.svg")
    written = path.read_text(encoding="utf-8")
    assert "var(" not in written
    assert words_of(written)
